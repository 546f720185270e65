import type { Reckoner } from '../clocks/reckoned.ts'
import type { Conversation } from '../conversation/conversation.ts'
import type { Submissions } from '../conversation/submission.ts'
import type { NamedTicket } from '../outbox/alert.ts'
import { dueAt } from '../promise/promise.ts'
import type { Rulebook } from '../routing/rule.ts'
import { termsAt, unitOfGroup } from '../routing/units.ts'

export interface NameTicketDeps {
  readonly reckoner: Pick<Reckoner, 'of'>
  readonly submissions: Pick<Submissions, 'byId'>
  /** Title of a form as staff read it, or null where there is no such form. */
  readonly topicOf: (form: string) => string | null
}

interface KnownTicket {
  readonly id: number
  readonly number: string
  readonly group: string
  /** Zammad's name of the priority, where it was read. */
  readonly priority?: string
  readonly createdAt: Date
}

interface Around {
  readonly conversation: Conversation | null
  readonly rulebook: Rulebook
}

/**
 * A ticket as alerts name it. Its unit is the one whose group it is in, or the group's own name; it is due when the clock
 * is that runs.
 */
export async function nameTicket(
  deps: NameTicketDeps,
  known: Around,
  ticket: KnownTicket,
): Promise<NamedTicket> {
  const { conversation, rulebook } = known
  const submission = conversation && (await deps.submissions.byId(conversation.submission))
  const unit = unitOfGroup(rulebook.units, ticket.group)
  return {
    id: ticket.id,
    number: ticket.number,
    topic: submission ? deps.topicOf(submission.form) : null,
    unit: unit ?? ticket.group,
    dueAt: (await dueOf(deps, known, ticket))?.toISOString() ?? null,
  }
}

/** Of a ticket of which nothing was put down yet, what is promised from its making on. */
async function dueOf({ reckoner }: NameTicketDeps, known: Around, ticket: KnownTicket): Promise<Date | null> {
  const { conversation, rulebook } = known
  const subject = { conversation: null, ticketId: ticket.id }
  const reckoned = await reckoner.of(
    conversation ? { conversation: conversation.id, ticketId: conversation.ticketId } : subject,
  )
  if (reckoned) return reckoned.reckoning.running?.dueAt ?? null
  const unit = unitOfGroup(rulebook.units, ticket.group)
  return (
    conversation?.dueAt ??
    dueAt(ticket.createdAt, termsAt(rulebook, { unit, priority: ticket.priority ?? null }))
  )
}
