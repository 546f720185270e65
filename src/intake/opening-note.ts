import type { Conversation } from '../conversation/conversation.ts'
import type { Ticket } from '../desk.ts'
import type { NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import type { Held } from '../writes.ts'

/** What staff cannot see on a ticket that was just opened. */
export interface Opened {
  readonly conversation: Conversation
  readonly ticket: Ticket
  /** Why it stands in another group than was decided, or null. */
  readonly refusal: string | null
  /** Roles in Zammad of the customer that it was opened for. */
  readonly customerRoles: readonly string[]
}

const STAFF_ROLES = new Set(['Agent', 'Admin'])

function linesOf({ conversation, ticket, refusal, customerRoles }: Opened): readonly string[] {
  return [
    ...(conversation.reference === ticket.number
      ? []
      : [`The visitor knows this request as ${conversation.reference}.`]),
    ...(refusal === null ? [] : [`This ticket could not be opened where it belongs: ${refusal}.`]),
    ...(customerRoles.some((role) => STAFF_ROLES.has(role))
      ? [
          'The address that the visitor gave is that of an account of staff. Nobody has proven that it is theirs.',
        ]
      : []),
  ]
}

/** The job that adds one internal note, or null where there is nothing to say. */
export function openingNote(opened: Opened, held: Held, now: Date, random: Random): NewJob | null {
  const lines = linesOf(opened)
  if (lines.length === 0) return null
  return {
    id: newId(random),
    kind: 'add-note',
    lane: 'zammad',
    conversation: opened.conversation.id,
    serial: `ticket:${opened.ticket.id}`,
    naturalKey: `opening-note:${held.job}`,
    payload: { ticket: opened.ticket.id, lines },
    nextAt: now,
    createdAt: now,
  }
}
