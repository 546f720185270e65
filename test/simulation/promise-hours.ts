import { DAY_MS, HOUR_MS } from '../../src/clock.ts'
import type { Calendar } from './promise-rules.ts'

/** When a calendar is open, in milliseconds since 1970, in order; or round the clock. */
export type Windows = 'always' | readonly (readonly [from: number, to: number])[]

/** The months in which simulations play, and what may be due behind them. */
const [FIRST_DAY, LAST_DAY] = ['2026-09-28', '2027-01-31'].map((date) => Date.parse(date)) as [number, number]

const known = new Map<Calendar, Windows>()

/** How far the clocks of a zone are ahead of UTC then. */
function offsetMs(zone: string, at: number): number {
  const [, sign, hours = '0', minutes = '0'] =
    /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(
      new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).format(at),
    ) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) + Number(minutes) / 60) * HOUR_MS
}

/** The moment at which the clocks of a zone show so many hours of a day, given as its midnight in UTC. */
export function momentIn(zone: string, day: number, hour: number): number {
  const shown = day + hour * HOUR_MS
  const guess = shown - offsetMs(zone, shown)
  return shown - offsetMs(zone, guess)
}

export function windowsOf(calendar: Calendar): Windows {
  const before = known.get(calendar)
  if (before) return before
  const windows: (readonly [number, number])[] = []
  for (let day = FIRST_DAY; day <= LAST_DAY; day += DAY_MS) {
    const isClosed = calendar.closed.includes(new Date(day).toISOString().slice(0, 10))
    if (isClosed || !calendar.isWeekday(new Date(day).getUTCDay())) continue
    windows.push([momentIn(calendar.zone, day, calendar.from), momentIn(calendar.zone, day, calendar.to)])
  }
  known.set(calendar, windows)
  return windows
}

/** Whether a calendar is open on that day, given as its midnight in UTC. */
export const isOpenOn = (calendar: Calendar, day: number): boolean =>
  calendar.isWeekday(new Date(day).getUTCDay()) &&
  !calendar.closed.includes(new Date(day).toISOString().slice(0, 10))

export function openMs(windows: Windows, from: number, to: number): number {
  if (to <= from) return 0
  if (windows === 'always') return to - from
  return windows.reduce(
    (sum, [open, close]) => sum + Math.max(0, Math.min(to, close) - Math.max(from, open)),
    0,
  )
}

/** The first moment by which so much open time has gone by. */
export function afterOpen(windows: Windows, from: number, ms: number): number {
  if (ms <= 0) return from
  if (windows === 'always') return from + ms
  let left = ms
  for (const [open, close] of windows) {
    const begin = Math.max(from, open)
    if (close <= begin) continue
    if (close - begin >= left) return begin + left
    left -= close - begin
  }
  throw new Error('a calendar that ends before its time is over')
}
