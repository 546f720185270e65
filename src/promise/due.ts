import type { Segment } from './clock.ts'
import { afterOpen, openMs } from './hours.ts'
import type { Hours } from './hours.ts'
import type { ByReading } from './log.ts'

export type ReadingName = keyof ByReading<unknown>

/** What of a clock has gone by, and how it counts on from there. */
export interface Run {
  readonly startedAt: Date
  readonly stretches: readonly { readonly segment: Segment; readonly hours: Hours }[]
  readonly until: Date
  /** The hours of business that hold from `until` on. */
  readonly hours: Hours
}

const hoursIn = (reading: ReadingName, hours: Hours): Hours => (reading === 'wall' ? 'always' : hours)

/** The first instant by which so much of a clock's time has passed; null where that is too far off to tell. */
export function passedAt(run: Run, reading: ReadingName, ms: number): Date | null {
  if (ms <= 0) return run.startedAt
  let left = ms
  for (const { segment, hours } of run.stretches) {
    const passed = segment.passed[reading]
    if (passed >= left) return afterOpen(hoursIn(reading, hours), segment.from, left)
    left -= passed
  }
  return afterOpen(hoursIn(reading, run.hours), run.until, left)
}

/** How much of a clock's time has passed by then, or will have if nothing changes. */
export function passedBy(run: Run, reading: ReadingName, at: Date): number {
  let passed = at > run.until ? openMs(hoursIn(reading, run.hours), run.until, at) : 0
  for (const { segment, hours } of run.stretches) {
    if (segment.to <= at) passed += segment.passed[reading]
    else if (segment.counts) passed += openMs(hoursIn(reading, hours), segment.from, at)
  }
  return passed
}

/** An instant promised elsewhere, later by the time that did not count here before it came. */
function movedOn(run: Run, reading: ReadingName, since: Date, due: Date): Date {
  let moved = due
  for (const { segment, hours } of run.stretches) {
    const from = segment.from > since ? segment.from : since
    if (segment.counts || segment.to <= from || from >= moved) continue
    const open = hoursIn(reading, hours)
    moved = afterOpen(open, segment.to, openMs(open, from, moved)) ?? moved
  }
  return moved
}

/** When the target is reached or, where that is earlier, when a ticket merged into this one was promised. */
export function dueBy(
  run: Run,
  reading: ReadingName,
  promised: {
    /** Null where only what was promised elsewhere holds. */
    readonly targetMs: number | null
    readonly inherited: readonly { readonly since: Date; readonly due: Date }[]
  },
): Date | null {
  const own = promised.targetMs === null ? null : passedAt(run, reading, promised.targetMs)
  return promised.inherited
    .map(({ since, due }) => movedOn(run, reading, since, due))
    .reduce<Date | null>((first, due) => (first && first <= due ? first : due), own)
}

/**
 * When that part of the time is gone. The whole of it is gone when it is due, also where that was promised elsewhere:
 * the parts are parts of the time until then.
 */
export function shareAt(
  run: Run,
  reading: ReadingName,
  share: number,
  { due, targetMs }: { readonly due: Date | null; readonly targetMs: number },
): Date | null {
  if (share === 1 || due === null) return due
  const own = passedAt(run, reading, targetMs)
  const whole = own?.getTime() === due.getTime() ? targetMs : passedBy(run, reading, due)
  const at = passedAt(run, reading, Math.round(share * whole))
  return share < 1 && at && at > due ? due : at
}
