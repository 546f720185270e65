import { Temporal } from 'temporal-polyfill'
import { DAY_MS, MINUTE_MS } from '../clock.ts'

/** Time in which a zone's offset from UTC stays as it is: instants and offset in milliseconds, the end excluded. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly offset: number
}

/** Time is looked up in blocks of 32 days, which are numbered from 1970 on. */
const BLOCK_MS = 32 * DAY_MS

/** Number of the block that an instant lies in. */
export const blockAt = (at: number): number => Math.floor(at / BLOCK_MS)

const KNOWN = new Map<string, Map<number, readonly Stretch[]>>()

function readStretches(zone: string, block: number): readonly Stretch[] {
  const stretches: Stretch[] = []
  const end = (block + 1) * BLOCK_MS
  let from = block * BLOCK_MS
  while (from < end) {
    const here = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone)
    const change = here.getTimeZoneTransition('next')?.epochMilliseconds ?? end
    const to = Math.min(change, end)
    stretches.push({ from, to, offset: here.offsetNanoseconds / 1e6 })
    from = to
  }
  return stretches
}

/** The stretches of a block, in order and without a gap. */
export function stretchesOf(zone: string, block: number): readonly Stretch[] {
  const ofZone = KNOWN.get(zone) ?? new Map<number, readonly Stretch[]>()
  KNOWN.set(zone, ofZone)
  const found = ofZone.get(block) ?? readStretches(zone, block)
  ofZone.set(block, found)
  return found
}

/** The day that the calendar there shows at an instant, in days since 1970-01-01. */
export function dayThere(zone: string, at: number): number {
  const stretch = stretchesOf(zone, blockAt(at)).find(({ to }) => at < to)
  return Math.floor((at + (stretch?.offset ?? 0)) / DAY_MS)
}

/**
 * The instant at which the wall there shows that minute of that day: the first of two; where the minute is left out, the
 * first instant after the gap.
 */
export function instantThere(zone: string, day: number, minute: number): number {
  const shown = day * DAY_MS + minute * MINUTE_MS
  // No zone is or was two days away from UTC.
  for (let block = blockAt(shown - 2 * DAY_MS); block <= blockAt(shown + 2 * DAY_MS); block += 1) {
    const stretch = stretchesOf(zone, block).find(({ to, offset }) => shown < to + offset)
    if (stretch) return Math.max(stretch.from, shown - stretch.offset)
  }
  return shown
}

/** `2026-12-24` as days since 1970-01-01. */
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS

/** The other way round; for the years 0 to 9999. */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** Monday is 0, of a day in days since 1970-01-01, a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7
