import { OpenAPIHono, z } from '@hono/zod-openapi'
import { FormDescription } from '../forms/describe.ts'
import { ConversationBody, Receipt, SubmissionBody } from './api-schemas.ts'
import { Problem } from './problem.ts'

const json = (schema: z.ZodType, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const failed = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
})

const lang = z.object({
  lang: z.string().optional().openapi({ description: 'Language of the texts; default the site’s first' }),
})

const READINESS = z.object({
  status: z.enum(['ok', 'degraded']),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
})

/** The API's description, generated from the schemas that it reads and answers with. */
export function openApiDocument(publicUrl: string, version: string): Readonly<Record<string, unknown>> {
  const app = new OpenAPIHono()
  const registry = app.openAPIRegistry
  registry.registerPath({
    method: 'get',
    path: '/api/v1/forms',
    summary: 'What can be asked: all forms',
    request: { query: lang },
    responses: { 200: json(z.object({ forms: z.array(FormDescription) }), 'The forms') },
  })
  registry.registerPath({
    method: 'get',
    path: '/api/v1/forms/{form}',
    summary: 'One form',
    request: { query: lang, params: z.object({ form: z.string() }) },
    responses: { 200: json(FormDescription, 'The form'), 404: failed('No form has this id') },
  })
  registry.registerPath({
    method: 'post',
    path: '/api/v1/submissions',
    summary: 'Send a filled form',
    description:
      'JSON, or multipart with the parts form, language, time_zone and challenge first, then the answers, then the files.',
    request: {
      headers: z.object({
        'Idempotency-Key': z
          .string()
          .optional()
          .openapi({ description: '1 to 255 visible ASCII characters' }),
      }),
      body: {
        required: true,
        content: {
          'application/json': { schema: SubmissionBody },
          'multipart/form-data': { schema: z.object({ form: z.string(), language: z.string().optional() }) },
        },
      },
    },
    responses: {
      200: json(Receipt, 'It had been sent before: the same conversation, as it stands now'),
      201: json(Receipt, 'Accepted'),
      400: failed('The body cannot be read'),
      403: failed('A browser sent it from a page of another site'),
      409: failed('Something else was sent under this key'),
      413: failed('Too large'),
      415: failed('Neither JSON nor multipart'),
      422: failed('An answer cannot be taken; `errors` names each'),
      429: failed('Too many requests; try again later'),
      503: failed('Busy, or nothing can be stored; try again'),
    },
  })
  registry.registerPath({
    method: 'get',
    path: '/api/v1/conversations/{token}',
    summary: 'A conversation, for whoever holds its link',
    request: { params: z.object({ token: z.string() }) },
    responses: { 200: json(ConversationBody, 'The conversation'), 404: failed('The link opens nothing') },
  })
  registry.registerPath({
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process answers',
    responses: { 200: { description: 'It does' } },
  })
  registry.registerPath({
    method: 'get',
    path: '/readyz',
    summary: 'Whether requests are taken, and what is out of order',
    responses: { 200: json(READINESS, 'Taken'), 503: json(READINESS, 'Not taken') },
  })
  return {
    ...app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Firstline', version, description: 'The front desk of a Zammad helpdesk.' },
      servers: [{ url: publicUrl }],
    }),
  }
}
