import type { Clock } from '../clock.ts'
import type { Conversation, Conversations, Messages } from '../conversation/conversation.ts'
import { MessagePayload } from '../conversation/send-message.ts'
import { noteJob } from '../intake/add-note.ts'
import type { ClaimedJob, Kind, NewJob, ParkCode } from '../outbox/job.ts'
import type { Random } from '../random.ts'
import { NOTE_HEADING } from '../routing/explanation.ts'
import { sha256 } from '../secret.ts'
import type { Held, Write } from '../writes.ts'
import { AnswerPayload } from './answer-job.ts'

export interface UnreachableDeps {
  readonly conversations: Pick<Conversations, 'byId' | 'change'>
  readonly messages: Pick<Messages, 'byId' | 'ofArticle'>
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly clock: Clock
  readonly random: Random
}

/** A mail that stands still: to whom it was, and of which ticket. */
interface Undelivered {
  /** Null where nothing was rendered yet. */
  readonly recipient: string | null
  readonly conversation: Conversation | null
  readonly ticket: number | null
  /** What was not delivered, among all mails to this visitor. */
  readonly what: string
}

/** Why a mail stands still, as staff read it. The server's own words may name the address: they are left out. */
const WORDS: Readonly<Partial<Record<ParkCode, string>>> = {
  refused: 'The visitor cannot be reached by email: the mail was refused for good.',
  'gave-up': 'The visitor cannot be reached by email: for five days no mail server took it.',
  uncertain: 'It is not certain that the answer reached the visitor: the mail server never said so.',
}

/**
 * What is written along when a mail to a visitor is parked: the conversation's visitor counts as out of reach, and
 * staff find one internal note on the ticket, once for each recipient. Of an outcome that nobody knows there is only
 * the note, once for each answer.
 */
export const tellUnreachable =
  (deps: UnreachableDeps): NonNullable<Kind['parked']> =>
  async (job, { code }) => {
    const words = WORDS[code]
    if (words === undefined) return []
    const undelivered = await undeliveredOf(deps, job)
    const { conversation, recipient, ticket } = undelivered
    const now = deps.clock()
    const isBadge = code !== 'uncertain' && conversation !== null && recipient === conversation.recipient
    const naturalKey = await keyOf(undelivered, code)
    const note = { ticket, conversation: conversation?.id ?? null, naturalKey, lines: [NOTE_HEADING, words] }
    return [
      ...(isBadge ? [deps.conversations.change(conversation.id, { unreachableAt: now }, job)] : []),
      deps.addJob(noteJob(note, now, deps.random), job),
    ]
  }

async function keyOf(
  { conversation, ticket, recipient, what }: Undelivered,
  code: ParkCode,
): Promise<string> {
  const reader = conversation?.id ?? `ticket:${ticket}`
  if (code === 'uncertain') return `note:uncertain:${reader}:${what}`
  return `note:unreachable:${reader}:${(await sha256(recipient?.toLowerCase() ?? '')).slice(0, 16)}`
}

async function undeliveredOf(deps: UnreachableDeps, job: ClaimedJob): Promise<Undelivered> {
  const conversation = job.conversation === null ? null : await deps.conversations.byId(job.conversation)
  if (job.kind !== 'send-answer') {
    const message = await deps.messages.byId(MessagePayload.parse(job.payload).message)
    const { recipient = null, kind = 'message' } = message ?? {}
    return { recipient, conversation, ticket: conversation?.ticketId ?? null, what: kind }
  }
  const { article, createdAt, ticket } = AnswerPayload.parse(job.payload)
  const key = { id: article, createdAt: new Date(createdAt) }
  const last = (await deps.messages.ofArticle(key, job.conversation)).at(-1)
  return {
    recipient: last?.recipient ?? conversation?.recipient ?? null,
    conversation,
    ticket: conversation ? conversation.ticketId : ticket,
    what: `${article}:${createdAt}`,
  }
}
