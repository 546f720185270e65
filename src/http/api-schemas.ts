import { z } from '@hono/zod-openapi'
import { LANGUAGES } from '../language.ts'

const instant = z.iso.datetime()

export const STATUSES = [
  'received',
  'opened',
  'answered',
  'closed',
  'merged',
  'out-of-sight',
  'gone',
] as const

/** Body of `POST /api/v1/submissions` in JSON. Answers are checked by the form that is named. */
export const SubmissionBody = z
  .strictObject({
    form: z.string().max(60),
    language: z.enum(LANGUAGES).optional(),
    time_zone: z.string().max(64).optional(),
    answers: z.record(
      z.string().max(64),
      z.union([z.string(), z.array(z.string()).max(100), z.literal(true)]),
    ),
    files: z
      .array(
        z.strictObject({
          field: z.string().max(64),
          name: z.string().max(1000),
          type: z.string().max(200),
          base64: z.string(),
        }),
      )
      .max(5)
      .optional(),
    challenge: z.string().max(10_000).optional(),
  })
  .openapi('Submission')

/** What an accepted submission is answered with. */
export const Receipt = z
  .object({
    reference: z.string(),
    ticket_number: z.string().nullable(),
    conversation_url: z.url(),
    due_at: instant.nullable(),
    status: z.enum(STATUSES),
  })
  .openapi('Receipt')
export type Receipt = z.infer<typeof Receipt>

const Article = z.object({
  id: z.string(),
  from: z.enum(['visitor', 'desk']),
  name: z.string(),
  at: instant,
  html: z.string(),
  text: z.string(),
  attachments: z.array(z.object({ name: z.string(), type: z.string(), size: z.int(), url: z.url() })),
})

/** A conversation, for whoever holds its link. */
export const ConversationBody = z
  .object({
    reference: z.string(),
    ticket_number: z.string().nullable(),
    status: z.enum(STATUSES),
    unit: z.string(),
    due_at: instant.nullable(),
    answered_at: instant.nullable(),
    articles: z.array(Article),
  })
  .openapi('Conversation')
export type ConversationBody = z.infer<typeof ConversationBody>
