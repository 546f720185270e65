import { after, DAY_MS, MINUTE_MS } from '../clock.ts'
import { blockAt, dayNumber, dayThere, instantThere, stretchesOf, weekdayOf } from './wall-clock.ts'

/** Hours of one day on the wall there: minutes since midnight, the end excluded; 1440 is the end of the day. */
export interface Span {
  readonly from: number
  readonly to: number
}

/**
 * Open hours in a time zone, on the wall there: an instant is open where the wall shows open hours, so DST shifts are
 * the zone's. An hour that comes twice is open twice, one that is left out never.
 */
export interface OpenHours {
  /** Name of the IANA list. */
  readonly zone: string
  /** Seven days, Monday first: their hours in order, apart from each other. */
  readonly week: readonly (readonly Span[])[]
  /** Days of the calendar there on which nothing is open: `2026-12-24`. */
  readonly closed: readonly string[]
}

/** 'always' is round the clock. */
export type Hours = 'always' | OpenHours

/** How far `afterOpen` looks: ten years. */
const FARTHEST_MS = 3653 * DAY_MS

/** The open windows of a block of time, in order, each with the open time of the block that lies before it. */
interface Block {
  readonly opens: readonly number[]
  readonly closes: readonly number[]
  readonly before: readonly number[]
  readonly total: number
}

/** What was looked up of a calendar: its closed days as days since 1970, and its blocks by their number. */
interface Known {
  readonly closedDays: ReadonlySet<number>
  readonly blocks: Map<number, Block>
}

const KNOWN = new WeakMap<OpenHours, Known>()

function knownOf(hours: OpenHours): Known {
  const found = KNOWN.get(hours)
  if (found) return found
  const known: Known = { closedDays: new Set(hours.closed.map(dayNumber)), blocks: new Map() }
  KNOWN.set(hours, known)
  return known
}

/** The hours of a day, in days since 1970. */
const spansOn = (hours: OpenHours, day: number): readonly Span[] =>
  knownOf(hours).closedDays.has(day) ? [] : (hours.week[weekdayOf(day)] ?? [])

/** Open windows between two instants, in order. */
function* windowsOf(hours: OpenHours, block: number) {
  for (const { from, to, offset } of stretchesOf(hours.zone, block)) {
    const lastDay = Math.floor((to + offset - 1) / DAY_MS)
    for (let day = Math.floor((from + offset) / DAY_MS); day <= lastDay; day += 1) {
      const midnight = day * DAY_MS - offset
      for (const span of spansOn(hours, day)) {
        const open = Math.max(from, midnight + span.from * MINUTE_MS)
        const close = Math.min(to, midnight + span.to * MINUTE_MS)
        if (open < close) yield { open, close }
      }
    }
  }
}

function readBlock(hours: OpenHours, number: number): Block {
  const windows = [...windowsOf(hours, number)]
  let total = 0
  const before = windows.map(({ open, close }) => {
    const passed = total
    total += close - open
    return passed
  })
  return {
    opens: windows.map(({ open }) => open),
    closes: windows.map(({ close }) => close),
    before,
    total,
  }
}

function blockOf(hours: OpenHours, number: number): Block {
  const { blocks } = knownOf(hours)
  const found = blocks.get(number) ?? readBlock(hours, number)
  blocks.set(number, found)
  return found
}

/** How many of the sorted numbers are less than the limit. */
function countBelow(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** Open time of a block up to an instant in it. */
function openUntil({ opens, closes, before }: Block, at: number): number {
  const last = countBelow(opens, at) - 1
  if (last < 0) return 0
  return (before[last] ?? 0) + Math.min(at, closes[last] ?? 0) - (opens[last] ?? 0)
}

/** The instant at which so much of a block's open time, more than nothing, has passed. */
function instantIn({ opens, before }: Block, passed: number): number {
  const index = countBelow(before, passed) - 1
  return (opens[index] ?? 0) + passed - (before[index] ?? 0)
}

/** Milliseconds of open hours between two instants (0 where to <= from). */
export function openMs(hours: Hours, from: Date, to: Date): number {
  const [start, end] = [from.getTime(), to.getTime()]
  if (end <= start) return 0
  if (hours === 'always') return end - start
  const [first, last] = [blockAt(start), blockAt(end)]
  let passed = openUntil(blockOf(hours, last), end) - openUntil(blockOf(hours, first), start)
  for (let number = first; number < last; number += 1) passed += blockOf(hours, number).total
  return passed
}

/**
 * The first instant by which `ms` of open hours have passed since `from`; null where that is more than ten years (3653
 * days) away, as in a calendar that is never open. With ms 0: `from` itself.
 */
export function afterOpen(hours: Hours, from: Date, ms: number): Date | null {
  if (ms <= 0) return from
  if (hours === 'always') return ms <= FARTHEST_MS ? after(from, ms) : null
  const start = from.getTime()
  const end = start + FARTHEST_MS
  let left = ms + openUntil(blockOf(hours, blockAt(start)), start)
  for (let number = blockAt(start); number <= blockAt(end); number += 1) {
    const block = blockOf(hours, number)
    if (left > block.total) {
      left -= block.total
      continue
    }
    const at = instantIn(block, left)
    return at <= end ? new Date(at) : null
  }
  return null
}

/** Minutes since midnight of `08:00`. */
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** How many days are searched for an open one before any day counts as open. */
const SEARCHED_DAYS = 400

/** The first open day from one on, forwards or backwards. */
function openDayFrom(hours: Hours, start: number, step: 1 | -1): number {
  if (hours === 'always') return start
  for (let day = start; day !== start + step * SEARCHED_DAYS; day += step) {
    if (spansOn(hours, day).length > 0) return day
  }
  return start
}

/**
 * The last local HH:MM instant at or before `now` in that zone, on an open day of the hours, and the next one after it.
 * Each day counts as open for 'always', and where none is within 400 days. DST: a time that does not exist is the first
 * instant after the gap; one that comes twice is the first.
 */
export function digestSlots(
  hours: Hours,
  zone: string,
  time: string,
  now: Date,
): { readonly last: Date; readonly next: Date } {
  const [at, minute] = [now.getTime(), minuteOf(time)]
  const slotOn = (day: number): number => instantThere(zone, day, minute)
  const today = dayThere(zone, at)
  let last = openDayFrom(hours, today, -1)
  while (slotOn(last) > at) last = openDayFrom(hours, last - 1, -1)
  // A gap over midnight may put the slot of a day into the next one.
  let next = openDayFrom(hours, today - 1, 1)
  while (slotOn(next) <= at) next = openDayFrom(hours, next + 1, 1)
  return { last: new Date(slotOn(last)), next: new Date(slotOn(next)) }
}

/**
 * The first open day of the month of `now` in that zone, at HH:MM, as an instant. For 'always', and in a month without an
 * open day, it is the first of Monday to Friday. DST as in `digestSlots`.
 */
export function firstWorkingDay(hours: Hours, zone: string, time: string, now: Date): Date {
  const today = new Date(dayThere(zone, now.getTime()) * DAY_MS)
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()]
  const first = Date.UTC(year, month, 1) / DAY_MS
  const days = Array.from({ length: Date.UTC(year, month + 1, 1) / DAY_MS - first }, (_, n) => first + n)
  const open = hours === 'always' ? undefined : days.find((day) => spansOn(hours, day).length > 0)
  const working = open ?? days.find((day) => weekdayOf(day) < 5) ?? first
  return new Date(instantThere(zone, working, minuteOf(time)))
}
