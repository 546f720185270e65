import { factsOf, factsOfLost } from '../clocks/facts-of.ts'
import type { Fact, FactsStore, Mover, TicketFacts } from '../clocks/facts.ts'
import { touchTickets, type TouchDeps } from '../clocks/touching.ts'
import type { Change, Desk, History, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { Log } from '../log.ts'
import type { Write } from '../writes.ts'
import { byPeople } from './overridden.ts'
import { type Found, isAsKnown } from './watched.ts'

export interface TicketFactsDeps extends TouchDeps {
  readonly facts: FactsStore
  /** Id of our own account. */
  readonly botId: () => Promise<number>
  readonly log: Log
}

/**
 * Whether anything of a ticket may have changed since it was read last, or nothing is kept of it yet; else its history
 * and tags are not asked for.
 */
export async function isNews(
  { facts }: Pick<TicketFactsDeps, 'facts'>,
  { ticket, known }: Pick<Found, 'ticket' | 'known'>,
): Promise<boolean> {
  if (!isAsKnown(known, ticket)) return true
  const kept = await facts.of(ticket.id)
  return kept === null || kept.now.state !== ticket.stateType || kept.now.priority !== ticket.priority
}

/**
 * The writes by which promises are reckoned again: the ticket's own where what is kept of it changed, and those of what
 * was merged into it where anything was taken of its articles.
 */
export async function touched(
  deps: TouchDeps,
  { ticket, conversation }: Pick<Found, 'ticket' | 'conversation'>,
  { isKept, isTaken, now }: { readonly isKept: boolean; readonly isTaken: boolean; readonly now: Date },
): Promise<readonly Write[]> {
  const own = { conversation: conversation?.id ?? null, ticketId: ticket.id }
  const others = isTaken ? await touchTickets(deps, [ticket.id], now) : []
  return isKept ? [deps.records.touch(own, now), ...others] : others
}

/**
 * What Zammad's history tells of a ticket. One that makes no sense is as good as none, so that it keeps nobody from their
 * answers: what the ticket itself shows is kept. Throws `Failure` where Zammad does not answer.
 */
export async function historyOf(
  { desk, log }: { readonly desk: Pick<Desk, 'history'>; readonly log: Log },
  ticket: number,
): Promise<History | null> {
  try {
    return await desk.history(ticket)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'refused') throw error
    log.warn('ticket.history-refused', { ticket, detail: error.message })
    return null
  }
}

/** What was read of a ticket beside itself. */
interface Told {
  readonly history: () => Promise<History | null>
  readonly tags: () => Promise<readonly string[]>
  /** The ticket that it was merged into, where that was found just now. */
  readonly heir: number | null
  readonly now: Date
}

type Move = Extract<Fact, { readonly what: 'group' }>

const isMove = (fact: Fact): fact is Move => fact.what === 'group'

/** Who made each change of group. */
function moversOf(changes: readonly Change[], bot: number): ReadonlyMap<Change, Mover> {
  const moves = changes.filter(({ attribute }) => attribute === 'group')
  const people = new Set(byPeople(moves, bot))
  const moverOf = (move: Change): Mover => {
    if (people.has(move)) return 'people'
    return move.by === bot ? 'bot' : 'system'
  }
  return new Map(moves.map((move) => [move, moverOf(move)]))
}

/**
 * Says of each change of group who made it, as the history has it; without one, what was known stays. A move of ours
 * stays ours, also where we have another account by now.
 */
function signed(
  facts: TicketFacts,
  known: TicketFacts | null,
  { group, groupId }: Pick<Ticket, 'group' | 'groupId'>,
  movers: ReadonlyMap<Change, Mover>,
): TicketFacts {
  const ours = new Set(known?.changes.flatMap((fact) => (isMove(fact) && fact.by === 'bot' ? [fact.id] : [])))
  const isOf = ({ at, to }: Change, move: Move): boolean =>
    at.getTime() === move.at.getTime() && move.to === (to.id === groupId ? group : to.name)
  const byOf = (move: Move): Mover => {
    if (ours.has(move.id)) return 'bot'
    return [...movers].find(([change]) => isOf(change, move))?.[1] ?? 'nobody'
  }
  return {
    ...facts,
    changes: facts.changes.map((fact) => (isMove(fact) ? { ...fact, by: byOf(fact) } : fact)),
  }
}

/**
 * The writes that put down what is known of a ticket that was just read, and who changed its group. Where it was merged
 * away, or is no more, the promise of the ticket that it went into is reckoned again.
 */
export async function keepFacts(
  deps: TicketFactsDeps,
  { ticket, conversation }: Pick<Found, 'ticket' | 'conversation'>,
  told: Told,
): Promise<readonly Write[]> {
  const { now } = told
  const known = await deps.facts.of(ticket.id)
  const history = await told.history()
  const { facts, dropped } = factsOf(known, ticket, history, await told.tags(), now)
  if (dropped > 0) deps.log.warn('ticket.changes-folded', { ticket: ticket.id, count: dropped })
  const isMerged = ticket.stateType === 'merged'
  const heir = isMerged ? (told.heir ?? facts.heir ?? conversation?.mergedInto ?? null) : null
  const heirs = [known?.heir ?? null, heir].filter((id) => id !== null)
  const kept =
    history && facts.changes.some(isMove)
      ? signed(facts, known, ticket, moversOf(history.changes, await deps.botId()))
      : facts
  return [deps.facts.keep({ ...kept, heir }), ...(await touchTickets(deps, heirs, now))]
}

/** The writes that put down that a ticket is out of sight, or gone. */
export async function keepLost(
  deps: Pick<TicketFactsDeps, 'facts'>,
  ticketId: number,
  sight: 'out-of-sight' | 'gone',
  now: Date,
): Promise<readonly Write[]> {
  const known = await deps.facts.of(ticketId)
  return known ? [deps.facts.keep(factsOfLost(known, sight, now))] : []
}
