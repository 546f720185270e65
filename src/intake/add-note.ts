import { z } from 'zod'
import { after, type Clock, MINUTE_MS, SECOND_MS } from '../clock.ts'
import { type Conversation, type Conversations, isGivenUp } from '../conversation/conversation.ts'
import { type Desk, FRESH_MS, QUARANTINE_MS } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { Hints } from '../followed.ts'
import type { Log } from '../log.ts'
import type { Kind, NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'

const Note = z.object({ ticket: z.number().int().nullable(), lines: z.array(z.string()).nonempty() })

/** How soon to look again whether the ticket is opened. */
const UNOPENED_MS = 30 * SECOND_MS

/** The job that adds one internal note to a ticket, once for its natural key. */
export const noteJob = (
  note: {
    /** Zammad's id; null where the note waits for the ticket of its conversation. */
    readonly ticket: number | null
    readonly conversation: string | null
    readonly naturalKey: string
    readonly lines: readonly string[]
  },
  at: Date,
  random: Random,
): NewJob => ({
  id: newId(random),
  kind: 'add-note',
  lane: 'zammad',
  conversation: note.conversation,
  serial: note.ticket === null ? `conversation:${note.conversation}` : `ticket:${note.ticket}`,
  naturalKey: note.naturalKey,
  payload: { ticket: note.ticket, lines: note.lines },
  nextAt: at,
  createdAt: at,
})

export interface AddNoteDeps {
  readonly desk: Pick<Desk, 'read' | 'note' | 'hasArticle'>
  readonly conversations: Pick<Conversations, 'byId'>
  readonly hints: Pick<Hints, 'add'>
  readonly mailHost: string
  readonly clock: Clock
  readonly log: Log
}

/**
 * Adds one internal note of the bot's to a ticket, unless it is there: by an attempt of an unknown outcome, or by the
 * store that this one was restored from a copy of. A ticket that is gone or out of sight gets none, and is to be looked at.
 * Of a ticket that was merged the note goes where its conversation is known to go on. A note leaves the state of a ticket alone: a merged one stays merged.
 */
export function addNote(deps: AddNoteDeps): Kind {
  return {
    lane: 'zammad',
    leaseMs: 2 * MINUTE_MS,
    uncertainMs: QUARANTINE_MS,
    maxUncertain: null,
    giveUpMs: null,
    async act(job) {
      const { ticket: named, lines } = Note.parse(job.payload)
      const conversation = job.conversation === null ? null : await deps.conversations.byId(job.conversation)
      const own = named ?? conversation?.ticketId ?? null
      if (own === null) {
        if (!conversation) throw new Error('a note without a ticket to come')
        if (isGivenUp(conversation)) return { outcome: 'done', writes: [], reason: 'no ticket was opened' }
        const until = after(deps.clock(), UNOPENED_MS)
        return { outcome: 'wait', until, reason: 'the ticket is not opened yet' }
      }
      const ticket = await behindMerge(deps, own, conversation)
      const messageId = `<${job.job}@${deps.mailHost}>`
      const isFresh = job.uncertain === 0 && deps.clock() < after(job.createdAt, FRESH_MS)
      const stands = !isFresh && (await deps.desk.hasArticle(ticket, messageId))
      const isThere = stands || (await write(deps, ticket, { messageId, body: lines.join('\n') }))
      return { outcome: 'done', writes: isThere ? [] : [deps.hints.add(ticket, deps.clock())] }
    },
  }
}

/** Where a note on the ticket is seen: what is known of its conversation's merge is enough, as notes are no answers. */
async function behindMerge(
  { desk }: AddNoteDeps,
  ticket: number,
  conversation: Conversation | null,
): Promise<number> {
  const target = conversation?.ticketId === ticket ? conversation.mergedInto : null
  if (target === null) return ticket
  const sight = await desk.read(target)
  return sight.seen === 'ticket' && sight.ticket.stateType !== 'merged' ? target : ticket
}

/** False where there is no ticket that could hold it. */
async function write(
  { desk, log }: AddNoteDeps,
  ticket: number,
  note: { readonly messageId: string; readonly body: string },
): Promise<boolean> {
  try {
    await desk.note(ticket, note)
    return true
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'refused') throw error
    const { seen } = await desk.read(ticket)
    if (seen === 'ticket') throw error
    log.warn('note.without-ticket', { ticket, detail: `the ticket is ${seen}` })
    return false
  }
}
