import type { Clock } from '../clock.ts'
import type { Conversation, Conversations } from '../conversation/conversation.ts'
import type { FollowedTickets } from '../followed.ts'
import type { NamedTicket } from '../outbox/alert.ts'
import { raise, type RaiseDeps } from '../outbox/raise.ts'
import { nameTicket, type NameTicketDeps } from '../relay/name-ticket.ts'
import { type NoticeDeps, promiseNotice } from '../relay/notices.ts'
import type { Rulebook } from '../routing/rule.ts'
import { peopleOf } from '../routing/tell-staff.ts'
import type { Atomically, Write } from '../writes.ts'

const A_ROUND = 20

export interface LateDeps extends NameTicketDeps, NoticeDeps, RaiseDeps {
  readonly submissions: NameTicketDeps['submissions']
  readonly followed: Pick<FollowedTickets, 'byIds'>
  readonly conversations: Pick<Conversations, 'lateBefore' | 'change'>
  /** Reads a ticket and brings what we know of it in step; false where it cannot be read now. */
  readonly look: (id: number) => Promise<boolean>
  readonly rulebook: () => Rulebook
  readonly atomically: Atomically
  readonly clock: Clock
}

/**
 * Tells the visitor, the unit, First Line and the coordination, once, that a promise was missed. Each ticket is looked at
 * once more before: the answer may have come meanwhile. Resolves to the tickets that could not be read.
 */
export async function tellOfLate(deps: LateDeps, inTime: () => boolean): Promise<readonly number[]> {
  const now = deps.clock()
  const suspects = await deps.conversations.lateBefore(now, A_ROUND)
  const looked = new Set<string>()
  const unread: number[] = []
  for (const { id, ticketId } of suspects) {
    if (!inTime()) break
    if (ticketId === null || (await deps.look(ticketId))) looked.add(id)
    else unread.push(ticketId)
  }
  if (looked.size === 0) return unread
  const still = await deps.conversations.lateBefore(now, A_ROUND)
  for (const conversation of still.filter(({ id }) => looked.has(id))) {
    await deps.atomically(await told(deps, conversation))
  }
  return unread
}

async function told(deps: LateDeps, conversation: Conversation): Promise<readonly Write[]> {
  const { units, promise } = deps.rulebook()
  const ticket = await named(deps, conversation)
  const people = [conversation.unit, units.defaultUnit].flatMap((id) => peopleOf(units, id, 'notify'))
  const occasion = `late:${conversation.id}`
  const to = [...people, ...promise.coordination]
  const raisedTo = [...new Set([conversation.unit, units.defaultUnit])]
  const raisedToCoordination = promise.coordination.length > 0
  const late = { conversation, kind: 'late', occasion, raisedTo, raisedToCoordination } as const
  return [
    ...(await promiseNotice(deps, late)),
    ...(await raise(deps, { about: 'late', ticket }, { occasion, to })),
  ]
}

/** Its ticket may still have to be opened: then it is named by what the visitor was told. */
async function named(deps: LateDeps, conversation: Conversation): Promise<NamedTicket> {
  const rulebook = deps.rulebook()
  const { ticketId, ticketNumber, reference, unit, dueAt } = conversation
  const ticket = ticketId === null ? undefined : (await deps.followed.byIds([ticketId])).get(ticketId)
  const number = ticketNumber ?? reference
  const known = { id: ticketId ?? 0, number, group: ticket?.group ?? '', createdAt: dueAt }
  return { ...(await nameTicket(deps, { conversation, rulebook }, known)), id: ticketId, unit }
}
