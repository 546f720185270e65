import { DAY_MS } from '../clock.ts'
import { DAYS } from '../sources/days-and-hours.ts'
import type { TimeWindow } from './rule.ts'

/** What calendar and clock of a time zone said at an instant. */
export interface LocalTime {
  /** `2026-12-24` */
  readonly date: string
  /** Monday is 1, Sunday 7. */
  readonly day: number
  /** Since midnight, as the clock showed it. */
  readonly minute: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const made = formats.get(zone)
  if (made) return made
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(zone, format)
  return format
}

/** Monday is 1, Sunday 7. */
const weekday = (date: string): number => ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1

const dayBefore = (date: string): string =>
  new Date(new Date(`${date}T00:00:00Z`).getTime() - DAY_MS).toISOString().slice(0, 10)

/** Local calendar day and time of an instant; null for a date that is none, or outside the years 1 to 9999. */
export function localTime(at: Date, zone: string): LocalTime | null {
  const year = at.getUTCFullYear()
  if (!(year >= 2 && year <= 9998)) return null
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const date = `${(part['year'] ?? '').padStart(4, '0')}-${part['month'] ?? ''}-${part['day'] ?? ''}`
  return { date, day: weekday(date), minute: Number(part['hour']) * 60 + Number(part['minute']) }
}

const isOnDay = ({ days, from, to }: TimeWindow, { date, day }: Pick<LocalTime, 'date' | 'day'>): boolean =>
  (days === null || days.includes(day)) && (from === null || from <= date) && (to === null || date <= to)

/**
 * Whether a window is open at a local time. Hours that go over midnight belong to the day on which they begin:
 * `mon-fri`, `18:00-08:00` is open on Saturday at 3:00 and closed on Monday at 3:00. Where a clock is put back, the
 * hour that comes twice counts twice; an hour that is left out never comes.
 */
export function isOpen(window: TimeWindow, local: LocalTime): boolean {
  const { hours } = window
  if (hours === null) return isOnDay(window, local)
  if (hours.from < hours.to) {
    return local.minute >= hours.from && local.minute < hours.to && isOnDay(window, local)
  }
  if (local.minute >= hours.from) return isOnDay(window, local)
  if (local.minute >= hours.to) return false
  const date = dayBefore(local.date)
  return isOnDay(window, { date, day: weekday(date) })
}

const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** A run of days, each the next one of the day before. */
function dayWords(days: readonly number[]): string {
  const runs: number[][] = []
  for (const day of days) {
    const last = runs.at(-1)
    if (last && last.at(-1) === day - 1) last.push(day)
    else runs.push([day])
  }
  const name = (day: number | undefined): string => DAYS[(day ?? 1) - 1] ?? ''
  return runs.map((run) => (run.length < 2 ? name(run[0]) : `${name(run[0])}-${name(run.at(-1))}`)).join(', ')
}

/** `mon-fri 18:00-08:00 from 2026-12-24 to 2027-01-06 (Europe/Madrid)` */
export const windowWords = ({ zone, days, hours, from, to }: TimeWindow): string =>
  [
    ...(days ? [dayWords(days)] : []),
    ...(hours ? [`${clockOf(hours.from)}-${clockOf(hours.to)}`] : []),
    ...(from ? [`from ${from}`] : []),
    ...(to ? [`to ${to}`] : []),
    `(${zone})`,
  ].join(' ')
