import type { Conversation } from '../conversation/conversation.ts'
import type { Submissions } from '../conversation/submission.ts'
import type { NamedTicket } from '../outbox/alert.ts'
import { dueAt } from '../promise/promise.ts'
import type { Rulebook } from '../routing/rule.ts'
import { unitOfGroup } from '../routing/units.ts'

export interface NameTicketDeps {
  readonly submissions: Pick<Submissions, 'byId'>
  /** Title of a form as staff read it, or null where there is no such form. */
  readonly topicOf: (form: string) => string | null
}

/** A ticket as alerts name it. Its unit is the one whose group it is in, or the group's own name. */
export async function nameTicket(
  deps: NameTicketDeps,
  known: { readonly conversation: Conversation | null; readonly rulebook: Rulebook },
  ticket: { readonly id: number; readonly number: string; readonly group: string; readonly createdAt: Date },
): Promise<NamedTicket> {
  const { conversation, rulebook } = known
  const submission = conversation && (await deps.submissions.byId(conversation.submission))
  return {
    id: ticket.id,
    number: ticket.number,
    topic: submission ? deps.topicOf(submission.form) : null,
    unit: unitOfGroup(rulebook.units, ticket.group) ?? ticket.group,
    dueAt: (conversation?.dueAt ?? dueAt(ticket.createdAt, rulebook.promise)).toISOString(),
  }
}
