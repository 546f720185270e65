import { MINUTE_MS } from '../clock.ts'
import type { Desk, Ticket } from '../desk.ts'
import type { ClockLists } from './lists.ts'
import type { Reckoned, Reckoner } from './reckoned.ts'
import type { PromiseRow } from './records.ts'

/** How far two times may be apart and still be the same. */
const APART_MS = MINUTE_MS

/** How many tickets are asked for at once: a live Zammad has people to serve. */
const WIDTH = 4

/**
 * Why Zammad's own time differs from ours.
 * - `other-time`: both have one
 * - `paused`: ours stands still, Zammad's does not
 * - `pending`, `answered`, `no-sla`: Zammad has none, as the ticket is pending, as staff said something already that
 *   counts there as the first answer, or as no SLA of Zammad's fits it
 */
export const DRIFT_BECAUSE = ['other-time', 'paused', 'pending', 'answered', 'no-sla'] as const
export type DriftBecause = (typeof DRIFT_BECAUSE)[number]

/** A ticket of whose time Zammad thinks otherwise. */
export interface Drift {
  readonly number: string
  /** Ours; null while the clock stands still. */
  readonly dueAt: Date | null
  /** Zammad's own, for the first answer. */
  readonly zammadAt: Date | null
  readonly because: DriftBecause
}

/** What was found on some tickets with a running clock of a visitor's. */
export interface DriftPage {
  readonly compared: number
  /** Those of the compared ones of which Zammad has a time of its own. */
  readonly timed: number
  /** Tickets that the bot cannot read. */
  readonly outOfSight: number
  readonly drifts: readonly Drift[]
  /** What the next page comes behind; null at the end. */
  readonly next: string | null
}

export interface DriftDeps {
  readonly lists: Pick<ClockLists, 'withClock'>
  readonly reckoner: Pick<Reckoner, 'of'>
  readonly desk: Pick<Desk, 'read'>
}

/**
 * Reads so many tickets with a clock, behind the one where another page ended: whatever becomes of the others meanwhile,
 * each is read once. Throws `Failure` as the desk does.
 */
export type ReadDrift = (behind: string | null, limit: number) => Promise<DriftPage>

export const createDrift =
  (deps: DriftDeps): ReadDrift =>
  async (behind, limit) => {
    const rows = await deps.lists.withClock(behind, limit)
    const found: Compared[] = []
    for (let at = 0; at < rows.length; at += WIDTH) {
      found.push(...(await Promise.all(rows.slice(at, at + WIDTH).map((row) => compare(deps, row)))))
    }
    return {
      compared: found.filter(({ seen }) => seen === 'compared').length,
      timed: found.filter((one) => one.seen === 'compared' && one.isTimed).length,
      outOfSight: found.filter(({ seen }) => seen === 'out-of-sight').length,
      drifts: found.flatMap((one) => (one.seen === 'compared' && one.drift ? [one.drift] : [])),
      next: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
    }
  }

type Compared =
  | { readonly seen: 'compared'; readonly isTimed: boolean; readonly drift: Drift | null }
  /** It is not opened yet, or nobody waits that Zammad knows of. */
  | { readonly seen: 'nothing' }
  | { readonly seen: 'out-of-sight' }

async function compare({ reckoner, desk }: DriftDeps, { subject }: PromiseRow): Promise<Compared> {
  const reckoned = await reckoner.of(subject)
  const { running } = reckoned?.reckoning ?? { running: null }
  const ticketId = reckoned?.subject.ticketId ?? null
  if (!reckoned || ticketId === null || running?.kind !== 'visitor') return { seen: 'nothing' }
  const sight = await desk.read(ticketId)
  if (sight.seen !== 'ticket') return { seen: 'out-of-sight' }
  const { ticket } = sight
  const because = differenceOf(reckoned, ticket)
  const { dueAt } = running
  const drift = because && { number: ticket.number, dueAt, zammadAt: ticket.escalatesAt, because }
  return { seen: 'compared', isTimed: ticket.escalatesAt !== null, drift }
}

function differenceOf(
  { reckoning }: Reckoned,
  { escalatesAt, stateType }: Pick<Ticket, 'escalatesAt' | 'stateType'>,
): DriftBecause | null {
  const dueAt = reckoning.running?.dueAt ?? null
  if (escalatesAt === null) {
    if (dueAt === null) return null
    if (stateType === 'pending') return 'pending'
    return reckoning.lastPublicWordAt === null ? 'no-sla' : 'answered'
  }
  if (dueAt === null) return 'paused'
  return Math.abs(dueAt.getTime() - escalatesAt.getTime()) > APART_MS ? 'other-time' : null
}
