import { dayNumber, dayThere, instantThere, weekdayOf } from './wall-clock.ts'
import { DAY_MS } from '../clock.ts'

/** Whole days, as the calendar of a time zone has them. */
export interface ReportRange {
  /** Name of the IANA list. */
  readonly zone: string
  /** First and last day, both in the range, in days since 1970-01-01. */
  readonly firstDay: number
  readonly lastDay: number
  /** The instant that the first day begins with, and the one that the last day ends before. */
  readonly from: Date
  readonly to: Date
}

/** What a person asks a report of: a month like `2026-10`, or days like `2026-10-05`; the last day is in the range. */
export interface AskedRange {
  readonly month?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** What is wrong with an asked range, in words for whoever typed it. */
export interface WrongRange {
  readonly field: keyof AskedRange
  readonly message: string
}

export type RangeRead =
  { readonly range: ReportRange; readonly wrong: null } | { readonly range: null; readonly wrong: WrongRange }

/** Ten years: what is asked for by a slip of the finger is longer. */
const MOST_DAYS = 3653

const refuse = (field: keyof AskedRange, message: string): RangeRead => ({
  range: null,
  wrong: { field, message },
})

const rangeOf = (zone: string, firstDay: number, lastDay: number): ReportRange => ({
  zone,
  firstDay,
  lastDay,
  from: new Date(instantThere(zone, firstDay, 0)),
  to: new Date(instantThere(zone, lastDay + 1, 0)),
})

/** `2026-10-31`, of days since 1970-01-01. */
export const isoDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** The day of a date that exists, from 1970 on; else null. */
function readDay(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const day = dayNumber(text)
  return day >= 0 && isoDay(day) === text ? day : null
}

/** First and last day of the month that a day is in. */
function monthAround(day: number): { readonly firstDay: number; readonly lastDay: number } {
  const at = new Date(day * DAY_MS)
  const start = (months: number): number =>
    Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1) / DAY_MS
  return { firstDay: start(0), lastDay: start(1) - 1 }
}

/** The month there that an instant is in. */
export function monthOf(at: Date, zone: string): ReportRange {
  const { firstDay, lastDay } = monthAround(dayThere(zone, at.getTime()))
  return rangeOf(zone, firstDay, lastDay)
}

/** The month there before the one that an instant is in: what is reported once a month is over. */
export function monthBefore(at: Date, zone: string): ReportRange {
  return monthOf(new Date(monthOf(at, zone).from.getTime() - 1), zone)
}

/** `2026-10` where the range is a whole month, else null. */
export function monthIn({ firstDay, lastDay }: Pick<ReportRange, 'firstDay' | 'lastDay'>): string | null {
  const month = monthAround(firstDay)
  return month.firstDay === firstDay && month.lastDay === lastDay ? isoDay(firstDay).slice(0, 7) : null
}

/**
 * Reads what was asked for. Nothing: the present month. A first day alone: until today. What begins after today is
 * refused, as are a last day before the first, more than ten years, and a month together with days.
 */
export function readRange(asked: AskedRange, { zone, now }: { zone: string; now: Date }): RangeRead {
  const said = (text: string | undefined): string => text?.trim() ?? ''
  const [month, from, to] = [said(asked.month), said(asked.from), said(asked.to)]
  if (month !== '' && from + to !== '') {
    return refuse('month', 'Ask for a month, or for a first and a last day: not for both.')
  }
  if (from !== '' || to !== '') return readDays(from, to, { zone, now })
  if (month === '') return { range: monthOf(now, zone), wrong: null }
  const first = readDay(`${month}-01`)
  if (first === null) return refuse('month', 'Write the month like 2026-10.')
  if (first > dayThere(zone, now.getTime())) return refuse('month', `${month} has not begun yet.`)
  const { firstDay, lastDay } = monthAround(first)
  return { range: rangeOf(zone, firstDay, lastDay), wrong: null }
}

function readDays(from: string, to: string, { zone, now }: { zone: string; now: Date }): RangeRead {
  const today = dayThere(zone, now.getTime())
  const [first, last] = [readDay(from), to === '' ? today : readDay(to)]
  if (from === '') return refuse('from', 'Name the first day, like 2026-10-01.')
  if (first === null) return refuse('from', 'Write the first day like 2026-10-01.')
  if (last === null) return refuse('to', 'Write the last day like 2026-10-31.')
  if (first > today) return refuse('from', `${from} has not begun yet.`)
  if (last < first) return refuse('to', 'The last day is before the first.')
  if (last - first >= MOST_DAYS) return refuse('from', 'A report covers ten years at most.')
  return { range: rangeOf(zone, first, last), wrong: null }
}

/** How finely days are put together. */
export type Step = 'day' | 'week' | 'month'

/** Days that are told as one: `from` and `to` are both in it, in days since 1970-01-01. */
export interface Days {
  readonly from: number
  readonly to: number
}

/** The first day of the week, which begins on Monday, or of the month that a day is in. */
const startOf = (day: number, step: Step): number =>
  step === 'day' ? day : step === 'week' ? day - weekdayOf(day) : monthAround(day).firstDay

/** The days from one to another, both included, put together without a gap; the first and the last may be cut short. */
export function inSteps({ from, to }: Days, step: Step): readonly Days[] {
  const days = Array.from({ length: to - from + 1 }, (_, at) => from + at)
  const starts = days.filter((day) => day === from || startOf(day, step) === day)
  return starts.map((start, at) => ({ from: start, to: (starts[at + 1] ?? to + 1) - 1 }))
}
