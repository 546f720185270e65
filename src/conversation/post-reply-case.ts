import { z } from 'zod'
import { after, type Clock, MINUTE_MS } from '../clock.ts'
import type { Desk, Ticket } from '../desk.ts'
import type { Files } from '../files.ts'
import type { Hints } from '../followed.ts'
import type { ClaimedJob, Settlement } from '../outbox/job.ts'
import { soon } from '../outbox/soon.ts'
import type { Ledger } from '../relay/ledger.ts'
import { type Conversation, isGivenUp } from './conversation.ts'
import type { FollowUpDeps } from './follow-up.ts'
import type { Reply, ReplyFile } from './reply.ts'

/** How far a job has come; it is kept in the job's row between attempts. */
export const Progress = z.object({
  reply: z.string(),
  /** Whether Zammad has the words, and only what comes after them is left. */
  isWritten: z.boolean().default(false),
})
export type Progress = z.infer<typeof Progress>

export interface PostReplyDeps extends FollowUpDeps {
  readonly desk: Pick<
    Desk,
    | 'account'
    | 'read'
    | 'reply'
    | 'note'
    | 'change'
    | 'merge'
    | 'hasArticle'
    | 'byMessageId'
    | 'articles'
    | 'history'
    | 'parents'
    | 'tag'
    | 'untag'
    | 'tags'
  >
  readonly ledger: Pick<Ledger, 'ofTicket' | 'sharedWith'>
  readonly hints: Pick<Hints, 'add'>
  readonly files: Files
}

/** One word of a visitor's on its way to Zammad. */
export interface Word {
  readonly job: ClaimedJob
  readonly progress: Progress
  readonly reply: Reply
  readonly files: readonly ReplyFile[]
  readonly conversation: Conversation
}

/** By it the article is known again. */
export const messageIdOf = ({ mailHost }: Pick<PostReplyDeps, 'mailHost'>, { reply }: Word): string =>
  `<${reply.id}@${mailHost}>`

/** How long to wait for somebody to look at what has been restored. */
const FROZEN_MS = 10 * MINUTE_MS

export const whileFrozen = (clock: Clock): Settlement => ({
  outcome: 'wait',
  until: after(clock(), FROZEN_MS),
  reason: 'Zammad was restored from a copy, and nobody has looked at this request since',
})

/** Nothing can be written any more: what is left is for staff to do. */
export const DELETED: Settlement = {
  outcome: 'parked',
  reason: 'the ticket was deleted: open a new one for the visitor, then discard this',
}

/** Nor will there ever be anything to write to. */
export const GIVEN_UP: Settlement = {
  outcome: 'parked',
  reason: 'no ticket was opened for the request: tell the visitor, then discard this',
}

/** The ticket of a conversation as it is now, or why nothing can be written to it at present. */
export async function ticketNow(
  { desk, clock }: { readonly desk: Pick<Desk, 'read'>; readonly clock: Clock },
  job: ClaimedJob,
  conversation: Conversation,
): Promise<{ readonly ticket: Ticket } | { readonly settlement: Settlement }> {
  const { ticketId, ticketNumber, ticketCreatedAt, frozenAt } = conversation
  if (frozenAt !== null) return { settlement: whileFrozen(clock) }
  if (isGivenUp(conversation)) return { settlement: GIVEN_UP }
  if (ticketId === null) return { settlement: soon(clock, job, 'the ticket is not opened yet') }
  const sight = await desk.read(ticketId)
  if (sight.seen === 'gone') {
    return { settlement: DELETED }
  }
  if (sight.seen === 'out-of-sight') return { settlement: again(job, 'the ticket is out of sight') }
  // A Zammad that was restored gives an id twice: this would be somebody else's ticket.
  const { ticket } = sight
  const isKnown = ticketCreatedAt?.getTime() === ticket.createdAt.getTime() && ticketNumber === ticket.number
  return isKnown ? { ticket } : { settlement: whileFrozen(clock) }
}

/** It did not happen, and is tried again, without end. */
export const again = ({ payload }: ClaimedJob, reason: string): Settlement => ({
  outcome: 'again',
  payload,
  reason,
})
