import type { Article, Change, Ticket, TicketChange } from '../desk.ts'

/** Zammad's account of the system itself: its triggers change tickets under it, and it has what nobody owns. */
const SYSTEM = 1

const isPlace = ({ attribute }: Change): boolean => attribute === 'group' || attribute === 'owner'

/** What people changed: neither the bot nor Zammad's triggers. */
export const byPeople = (changes: readonly Change[], bot: number): readonly Change[] =>
  changes.filter(({ by }) => by !== bot && by !== SYSTEM)

/**
 * Why a ticket is somebody's choice already and not to be routed, or null where nobody has touched it: it is closed,
 * owned, in another group, answered or noted by an agent, or people changed its group or owner before.
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
  const touched = byPeople(changes, bot).some(isPlace)
  return touched ? 'somebody changed its group or owner' : null
}

/** Whether people have set the priority: then it is theirs. */
export const isPriorityChosen = (changes: readonly Change[], bot: number): boolean =>
  byPeople(changes, bot).some(({ attribute }) => attribute === 'priority')

/** The first change that our move made of group or priority; null where it made none. */
export const ourMove = (changes: readonly Change[], bot: number): Change | null =>
  changes.find(({ attribute, by }) => by === bot && attribute !== 'owner') ?? null

/**
 * Whether people chose another place than we did, after our read, at which there was no such choice: its group or
 * owner before our move, or its group after that.
 */
export function isChosenOtherwise(changes: readonly Change[], bot: number): boolean {
  const move = ourMove(changes, bot)
  return byPeople(changes, bot).some(
    ({ attribute, id }) => attribute === 'group' || (attribute === 'owner' && move !== null && id < move.id),
  )
}

/**
 * What puts back the choices of people that our move overrode, or null where it overrode none. A choice was
 * overridden where they changed group, owner or priority between our read, at which there was no such change, and
 * our move; what they chose after the move stands as it is, and so does what we put back already.
 */
export function overriddenBy(changes: readonly Change[], bot: number): TicketChange | null {
  const restored = { ...overriddenPlace(changes, bot), ...overriddenPriority(changes, bot) }
  return Object.keys(restored).length === 0 ? null : restored
}

/** The bot's first change of an attribute, unless people or the bot changed that again. */
function standing(changes: readonly Change[], bot: number, attribute: Change['attribute']): Change | null {
  const ours = changes.find((change) => change.attribute === attribute && change.by === bot)
  const isChangedAgain = changes.some(
    (change) => ours && change.attribute === attribute && change.id > ours.id && change.by !== SYSTEM,
  )
  return ours && !isChangedAgain ? ours : null
}

function overriddenPlace(changes: readonly Change[], bot: number): TicketChange {
  const move = standing(changes, bot, 'group')
  const chosen = byPeople(changes, bot).filter(isPlace)
  if (!move || !chosen.some(({ id }) => id < move.id)) return {}
  const owner = chosen.findLast(({ attribute }) => attribute === 'owner')?.to.id
  return { group: move.from.name, ...(owner === undefined || owner === SYSTEM ? {} : { ownerId: owner }) }
}

/** The priority of a ticket goes back with its place: a rule has no say about a ticket that people chose a place for. */
function overriddenPriority(changes: readonly Change[], bot: number): TicketChange {
  const set = standing(changes, bot, 'priority')
  const first = ourMove(changes, bot)
  if (!set || !first || !byPeople(changes, bot).some(({ id }) => id < first.id)) return {}
  return { priority: set.from.name }
}
