import { type Outcome, OUTCOMES, type TicketClock } from './clock.ts'
import type { ByReading } from './log.ts'
import type { ReportRange } from './report-range.ts'

/** A clock as reports read it. */
export interface ReportClock {
  /** What it belongs to: the same for all clocks of a ticket. */
  readonly subject: string
  /** The ticket's number, or what the visitor was told. */
  readonly number: string
  /** Id of the form, or null. */
  readonly form: string | null
  /** Why it was late, as staff tagged it; null where they did not. */
  readonly reason: string | null
  readonly clock: Omit<TicketClock, 'segments' | 'levels'>
}

export type Ending = Exclude<Outcome, 'running' | 'paused'>

/** Every way in which a clock ends, in the order of `OUTCOMES`. */
export const ENDINGS: readonly Ending[] = OUTCOMES.filter((one) => one !== 'running' && one !== 'paused')

/** One clock as it stands at the end of a range. */
export interface Stood {
  readonly row: ReportClock
  /** Null where it was open then. */
  readonly ending: Ending | null
  readonly isCarriedIn: boolean
  /** Whether it was kept; null where nothing tells: it ended without an answer, or is not due yet. */
  readonly kept: { readonly promised: boolean | null } & ByReading<boolean | null>
  readonly isLate: boolean
}

/** The end of a range, or now where that is earlier. */
export const endOf = ({ to }: ReportRange, now: Date): Date => (now < to ? now : to)

/**
 * How a clock stands at the end of the range, by what is known now; null where it has no part in it. What changed later
 * tells: one that was closed in March and opened again in April is open at the end of March.
 */
export function stoodAt(
  row: ReportClock,
  { range, now }: { readonly range: ReportRange; readonly now: Date },
): Stood | null {
  const { clock } = row
  const isOver = clock.endedAt !== null && clock.endedAt < range.to
  if (clock.startedAt >= range.to || (clock.endedAt !== null && clock.endedAt < range.from)) return null
  const ending = isOver && clock.outcome !== 'running' && clock.outcome !== 'paused' ? clock.outcome : null
  const end = (ending !== null && clock.endedAt) || endOf(range, now)
  const by = (due: Date | null, kept: boolean | null): boolean | null => {
    if (ending !== null) return ending === 'answered' ? kept : null
    return due !== null && due < end ? false : null
  }
  const wall = by(clock.due.wall, clock.kept.wall)
  const business = by(clock.due.business, clock.kept.business)
  const promised = by(clock.dueAt, clock.kept[clock.picked])
  return {
    row,
    ending,
    isCarriedIn: clock.startedAt < range.from,
    kept: { promised, wall, business },
    isLate: ending === 'answered' ? promised === false : clock.dueAt !== null && clock.dueAt < end,
  }
}
