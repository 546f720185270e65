import { DAY_MS, HOUR_MS, MINUTE_MS } from '../clock.ts'
import { tellDuration } from '../language.ts'
import type { Outcome } from './clock.ts'
import { type EndedLate, type Kept, keptShare, type Report } from './report.ts'
import { type Days, isoDay, monthIn, type ReportRange, type Step } from './report-range.ts'

/** How a kept share comes about, as people read it. */
export const FORMULA =
  'answered in time ÷ (answered + not answered though due by the end of these days); what was closed without an answer, merged, not in need of one, spam or gone is left out and counted apart, also where it was past its due by then'

export const PERCENTILES =
  'Percentiles are by nearest rank: of 10 times in order, the median is the 5th and the 90th percentile the 9th.'

export const NO_REASON = 'not given'

export const ENDED_WORDS: Readonly<Record<Outcome, string>> = {
  running: 'Running',
  paused: 'Paused',
  answered: 'Answered',
  closed: 'Closed without a public answer',
  merged: 'Merged into another ticket',
  gone: 'Ticket deleted',
  'not-needed': 'No answer needed',
  spam: 'Spam',
  'handed-over': 'Handed over again',
  'taken-over': 'Visitor asked again',
}

const LATE_END_WORDS: Readonly<Record<EndedLate['outcome'], string>> = {
  closed: 'closed',
  merged: 'merged',
  gone: 'deleted',
  'not-needed': 'not needed',
  spam: 'taken for spam',
  'handed-over': 'handed over',
  'taken-over': 'taken over',
}

/** How many were past their due when they ended without an answer: what nobody sees in the kept share. */
export const endedLateWords = ({ endedLate: { length } }: Report): string =>
  `Ended without an answer past their due, and not counted: ${length}.`

/** "closed 3 hours late". */
export const lateEndWords = ({ outcome, lateMs }: EndedLate): string =>
  `${LATE_END_WORDS[outcome]} ${tellDuration(lateMs, 'en')} late`

/** "92.1%", rounded down so that only all is 100%; a dash where there is nothing to take a part of. */
export function percentWords(kept: Kept): string {
  if (keptShare(kept) === null) return '–'
  const tenths = Math.floor((1000 * kept.inTime) / (kept.inTime + kept.late + kept.overdue))
  return tenths === 1000 ? '100%' : `${(tenths / 10).toFixed(1)}%`
}

/** "46 h 10 min", rounded down; a dash for none. */
export function hoursWords(ms: number | null): string {
  if (ms === null) return '–'
  const minutes = Math.floor(ms / MINUTE_MS)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 || hours === 0 ? [`${rest} min`] : [])].join(' ')
}

/** "1 to 4 h", "10 days or more"; short as an axis tells it: "1–4 h", "≥ 10 d". */
export function spanWords(fromMs: number, toMs: number | null, form: 'full' | 'short' = 'full'): string {
  const isShort = form === 'short'
  const [step, name] = fromMs >= 2 * DAY_MS ? [DAY_MS, isShort ? 'd' : 'days'] : [HOUR_MS, 'h']
  if (toMs === null) return isShort ? `≥ ${fromMs / step} ${name}` : `${fromMs / step} ${name} or more`
  if (fromMs === 0) return `${isShort ? '<' : 'under'} ${toMs / step} ${name}`
  return `${fromMs / step}${isShort ? '–' : ' to '}${toMs / step} ${name}`
}

const DAY_FORM = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})
const MONTH_FORM = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' })

/** "5 October 2026", of days since 1970-01-01. */
export const dayWords = (day: number): string => DAY_FORM.format(day * DAY_MS)

/** "October 2026", or "5 October 2026 to 11 October 2026". */
export function rangeWords(range: Pick<ReportRange, 'firstDay' | 'lastDay'>): string {
  const { firstDay, lastDay } = range
  if (monthIn(range) !== null) return MONTH_FORM.format(firstDay * DAY_MS)
  return firstDay === lastDay ? dayWords(firstDay) : `${dayWords(firstDay)} to ${dayWords(lastDay)}`
}

/** What a report is called: "October 2026, so far". */
export const titleWords = ({ range, isOver }: Report): string =>
  `${rangeWords(range)}${isOver ? '' : ', so far'}`

/** `2026-10-05`, or of more days than one `2026-10-05 to 2026-10-11`. */
export const daysWords = ({ from, to }: Days): string =>
  from === to ? isoDay(from) : `${isoDay(from)} to ${isoDay(to)}`

export const STEP_WORDS: Readonly<Record<Step, string>> = { day: 'day', week: 'week', month: 'month' }

/** Which reading is the promise. */
export function pickedWords({ picked: { wall, business } }: Report): string {
  if (business === 0) return 'The promise is by the wall clock, round the clock.'
  if (wall === 0) return 'The promise is by hours of business.'
  return `The promise is each clock’s own: by the wall clock for ${wall}, by hours of business for ${business}.`
}

/** Writes an instant as the wall clock of a zone shows it: "2026-10-05 09:30". */
export function minuteIn(zone: string): (at: Date) => string {
  const form = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  return (at) => form.format(at)
}

/** How units and forms are called. */
export interface Names {
  readonly unit: (id: string | null) => string
  readonly form: (id: string | null) => string
}
