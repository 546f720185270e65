import type { Conversation } from '../conversation/conversation.ts'
import { isStaff, type Ticket } from '../desk.ts'
import type { NewJob } from '../outbox/job.ts'
import type { Random } from '../random.ts'
import type { Held } from '../writes.ts'
import { noteJob } from './add-note.ts'

/** A ticket that was just opened, with what staff cannot see on it. */
export interface Opened {
  readonly conversation: Conversation
  readonly ticket: Ticket
  /** Why it is where it is, in lines. */
  readonly explanation: readonly string[]
  /** Roles in Zammad of the customer that it was opened for. */
  readonly customerRoles: readonly string[]
}

function linesOf({ conversation, ticket, explanation, customerRoles }: Opened): readonly string[] {
  return [
    ...explanation,
    ...(conversation.reference === ticket.number
      ? []
      : [`The visitor knows this request as ${conversation.reference}.`]),
    ...(isStaff(customerRoles)
      ? [
          'The address that the visitor gave is that of an account of staff. Nobody has proven that it is theirs.',
        ]
      : []),
  ]
}

/** The job that adds the one internal note that a new ticket gets. */
export function openingNote(opened: Opened, held: Held, now: Date, random: Random): NewJob {
  const { conversation, ticket } = opened
  const naturalKey = `opening-note:${held.job}`
  const note = { ticket: ticket.id, conversation: conversation.id, naturalKey, lines: linesOf(opened) }
  return noteJob(note, now, random)
}
