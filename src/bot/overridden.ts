import type { Article, Change, Ticket, TicketChange } from '../desk.ts'

/** Zammad's account of the system itself, to which it also gives what nobody owns. */
const NOBODY = 1

/**
 * Why a ticket is somebody's choice already and not to be routed, or null where nobody has touched it: it is closed,
 * owned, in another group, answered or noted by an agent, or its group or owner was changed.
 */
export function choiceOfAgent(
  {
    ticket,
    articles,
    changes,
  }: {
    readonly ticket: Ticket
    readonly articles: readonly Article[]
    readonly changes: readonly Change[]
  },
  bot: number,
  defaultGroup: string,
): string | null {
  if (ticket.closed) return 'it is closed'
  if (ticket.ownerId !== null) return 'it has an owner'
  if (ticket.group !== defaultGroup) return 'somebody chose another group'
  if (articles.some(({ sender, createdById }) => sender === 'Agent' && createdById !== bot)) {
    return 'an agent wrote in it'
  }
  return changes.some(({ by }) => by !== bot) ? 'somebody changed its group or owner' : null
}

/**
 * What puts back an agent's choice that our move overrode, or null where it overrode none. A choice was overridden
 * where another account changed group or owner between our read, at which there was no such change, and our
 * move; one made after the move stands as it is, and so does what we put back already.
 */
export function overriddenBy(changes: readonly Change[], bot: number): TicketChange | null {
  const groups = changes.filter(({ attribute }) => attribute === 'group')
  const move = groups.find(({ by }) => by === bot)
  if (!move) return null
  const before = changes.filter(({ by, id }) => by !== bot && id < move.id)
  const later = changes.some(({ id, attribute, by }) => id > move.id && (attribute === 'group' || by !== bot))
  if (before.length === 0 || later) return null
  const owner = before.findLast(({ attribute }) => attribute === 'owner')?.to.id
  return { group: move.from.name, ...(owner === undefined || owner === NOBODY ? {} : { ownerId: owner }) }
}
