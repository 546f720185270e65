import type { Change, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import { promisedMessage } from '../conversation/promised-message.ts'
import type { Settlement } from '../outbox/job.ts'
import { dueAt } from '../promise/promise.ts'
import { explanation } from '../routing/explanation.ts'
import { placeOf } from '../routing/rule.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import { termsAt } from '../routing/units.ts'
import type { Write } from '../writes.ts'
import { prefixFrom } from './numbers.ts'
import type { Case, OpenTicketDeps } from './opening-case.ts'
import { openingNote } from './opening-note.ts'

/** One fixed mail that says the new number. */
export const toldAnew = (deps: OpenTicketDeps, opening: Case, number: string): readonly Write[] =>
  promisedMessage(
    deps,
    {
      conversation: opening.conversation.id,
      recipient: opening.conversation.recipient,
      kind: 'new-number',
      messageId: `<number.${number}.${opening.submission.id}@${deps.mailHost}>`,
      at: deps.clock(),
    },
    opening.job,
  )

/** The ticket that an earlier attempt made; people may have moved it since. */
export async function adopt(deps: OpenTicketDeps, opening: Case, ticket: Ticket): Promise<Settlement> {
  deps.log.info('ticket.adopted', { submission: opening.submission.id, ticket: ticket.id })
  const { id: groupId, name } = await groupAtOpening(deps, opening, ticket)
  const unit = opening.rulebook.units.units.find(({ group }) => group === name) ?? opening.unit
  return settled(deps, { ...opening, unit }, { ticket, groupId }, [])
}

/** The group that a ticket was opened in: the one that its first change of group left, if there was any. */
async function groupAtOpening(
  { desk }: OpenTicketDeps,
  { unit }: Case,
  { id, groupId, group }: Ticket,
): Promise<Change['from']> {
  const history = group === unit.group ? null : await desk.history(id)
  const first = history?.changes.find(({ attribute }) => attribute === 'group')
  return first?.from ?? { id: groupId, name: group }
}

/** The ticket that the create made. `sent` is the number that we asked for, or null. */
export function opened(
  deps: OpenTicketDeps,
  opening: Case,
  ticket: Ticket,
  sent: string | null,
): Promise<Settlement> {
  const { submission, unit } = opening
  deps.log.info('ticket.opened', { submission: submission.id, ticket: ticket.id, unit: unit.id })
  const ignored = sent !== null && ticket.number !== sent
  if (ignored) {
    deps.log.error('ticket.number-ignored', { ticket: ticket.id, detail: 'set TICKET_NUMBERS=zammad' })
  }
  return settled(deps, opening, { ticket, groupId: ticket.groupId }, [
    ...(ignored ? toldAnew(deps, opening, ticket.number) : []),
    ...(sent === null ? learned(deps, ticket) : []),
  ])
}

/** In a Zammad without tickets the first one that it numbered for us shows how its numbers begin. */
function learned({ numbers, memory }: OpenTicketDeps, ticket: Ticket): readonly Write[] {
  const prefix = numbers === 'own' ? prefixFrom([ticket.number]) : null
  return prefix === null ? [] : [memory.remember('prefix', prefix)]
}

async function settled(
  deps: OpenTicketDeps,
  opening: Case,
  { ticket, groupId }: { readonly ticket: Ticket; readonly groupId: number },
  writes: readonly Write[],
): Promise<Settlement> {
  const { conversation, job, unit, routing } = opening
  const now = deps.clock()
  const customerRoles = await rolesOf(deps, ticket)
  const told = { conversation, ticket, explanation: explained(deps, opening, ticket), customerRoles }
  const known = { id: ticket.id, number: ticket.number, createdAt: ticket.createdAt }
  const place = { ticket: ticket.id, unit: unit.id, groupId, at: now }
  return {
    outcome: 'done',
    writes: [
      deps.conversations.opened(
        conversation.id,
        { ...known, unit: unit.id, openedAt: now, customerId: ticket.customerId },
        job,
      ),
      deps.routings.placed(routing.id, place, job),
      deps.records.touch({ conversation: conversation.id, ticketId: ticket.id }, now, job),
      ...writes,
      deps.addJob(openingNote(told, job, now, deps.random), job),
      ...(await fellBack(deps, opening, ticket)),
    ],
  }
}

/** Why the decided unit has it not, or null where it has. */
function refusalOf({ progress, unit, routing, rulebook }: Case): string | null {
  if (!progress.fellBack || unit.id === placeOf(routing, rulebook.units)) return null
  return progress.refusal ?? 'the group refused it'
}

/** By when it is to be answered where it was opened, which need not be where it was to go. */
const dueOf = ({ submission, rulebook, unit }: Case, { priority }: Ticket): Date =>
  dueAt(submission.sentAt, termsAt(rulebook, { unit: unit.id, priority }))

/** Why the ticket is where it is, and by when it is to be answered. */
function explained(deps: OpenTicketDeps, opening: Case, ticket: Ticket): readonly string[] {
  const { routing, rulebook, unit, progress } = opening
  const outcome = { unit: unit.id, refusal: refusalOf(opening), isChosenByPeople: false }
  const told = { units: rulebook.units, dueAt: dueOf(opening, ticket), timeZone: deps.timeZone }
  const isStripped = progress.plain && (routing.priority !== null || routing.tags.length > 0)
  if (!isStripped) return explanation(routing, outcome, told)
  return [
    ...explanation({ ...routing, priority: null, tags: [] }, outcome, told),
    'Zammad did not take it with the priority and tags of the rule, so it has neither.',
  ]
}

/** Staff hear at once that a group took no ticket. */
async function fellBack(deps: OpenTicketDeps, opening: Case, ticket: Ticket): Promise<readonly Write[]> {
  const { routing, rulebook, submission, unit, job } = opening
  if (refusalOf(opening) === null) return []
  const { units } = rulebook
  const named = {
    id: ticket.id,
    number: ticket.number,
    topic: deps.topicOf(submission.form),
    unit: unit.id,
    dueAt: dueOf(opening, ticket).toISOString(),
  }
  const wanted = placeOf(routing, units)
  const alert = { about: 'fallback', ticket: named, wanted } as const
  return tellFirstLine(deps, units, alert, `fallback:${ticket.id}`, job)
}

/** The ticket stands: what cannot be learned of its customer now is left out of the note. */
async function rolesOf(deps: OpenTicketDeps, ticket: Ticket): Promise<readonly string[]> {
  try {
    return (await deps.desk.person(ticket.customerId))?.roles ?? []
  } catch (error) {
    if (error instanceof Failure) return []
    throw error
  }
}
