import { z } from 'zod'
import type { NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import type { ArticleKey } from './ledger.ts'

/** What the job that mails one article keeps. */
export const AnswerPayload = z.object({
  article: z.int(),
  createdAt: z.iso.datetime(),
  ticket: z.int(),
  /** Since when the bot may not look at it. */
  hiddenSince: z.iso.datetime().optional(),
})

/** Of jobs of one serial one runs at a time: the answers to one reader. */
export const answersSerial = (conversation: string | null, ticketId: number): string =>
  `answers:${conversation ?? `ticket:${ticketId}`}`

/** Why an answer waits whose turn has not come. */
export const IN_TURN = 'an earlier answer goes first'

/**
 * The job that mails one article to the visitor of a conversation, or to the ticket's customer where there is none.
 * Once for each time that it was made public: it is read again, and sent once, when the job runs. `again` is when it was
 * found to be this reader's by something else than that, such as a tag: the job of the time before may be done.
 */
export const answerJob = (
  answer: {
    readonly article: ArticleKey
    readonly ticketId: number
    readonly conversation: string | null
    readonly publication: number
    readonly again?: Date
  },
  at: { readonly now: Date; readonly notBefore: Date },
  random: Random,
): NewJob => {
  const { article, ticketId, conversation, publication, again } = answer
  const time = again === undefined ? publication : `${publication}:${again.getTime()}`
  const reader = conversation ?? `ticket:${ticketId}`
  return {
    id: newId(random),
    kind: 'send-answer',
    lane: 'mail',
    conversation,
    serial: answersSerial(conversation, ticketId),
    naturalKey: `answer:${article.id}:${article.createdAt.getTime()}:${reader}:${time}`,
    payload: { article: article.id, createdAt: article.createdAt.toISOString(), ticket: ticketId },
    nextAt: at.notBefore,
    createdAt: at.now,
  }
}
