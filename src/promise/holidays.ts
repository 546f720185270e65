import ICAL from 'ical.js'
import { DAY_MS, SECOND_MS } from '../clock.ts'
import { isDate } from '../sources/days-and-hours.ts'
import { dateOf, dayNumber } from './wall-clock.ts'

/** Largest text, in characters, and most events and repeats that a holidays file may hold. */
const MOST_CHARACTERS = 1_000_000
const MOST_EVENTS = 5000
const MOST_REPEATS = 20_000

/** Days of these years are read, the last one included: an event that repeats without end ends there. */
const FIRST_DAY = dayNumber('2020-01-01')
const LAST_DAY = dayNumber('2069-12-31')

const DAY_SECONDS = DAY_MS / SECOND_MS

/** What is wrong with a holidays file, in words for its owner. */
class HolidaysTrouble extends Error {
  override readonly name = 'HolidaysTrouble'
}

export type Holidays =
  | { readonly days: readonly string[]; readonly trouble: null }
  | { readonly days: null; readonly trouble: string }

/**
 * The days on which a holidays file (iCalendar, RFC 5545) closes a calendar, in order, like `2026-12-24`: those of its
 * all-day events, from 2020 to 2069. Yearly rules are followed, with EXDATE, RDATE and moved repeats; cancelled events
 * are left out. An event with a time of day, a rule that is not yearly, and a file of more than 1 MB or 5,000 events are
 * trouble, told in words. Never throws for what the file says.
 */
export function readHolidays(text: string): Holidays {
  try {
    return { days: closedDays(text), trouble: null }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const known = error instanceof HolidaysTrouble
    const trouble = known
      ? error.message
      : `cannot be read as a calendar file: ${error.message.slice(0, 120)}`
    return { days: null, trouble }
  }
}

function eventsOf(text: string): readonly ICAL.Component[] {
  if (text.length > MOST_CHARACTERS) throw new HolidaysTrouble('is larger than 1 MB')
  const plain = text.replace(/^\uFEFF/, '')
  if (!/^BEGIN:VCALENDAR\s*$/im.test(plain)) throw new HolidaysTrouble('is no calendar file (iCalendar)')
  const parsed: unknown = ICAL.parse(plain)
  // The library gives one calendar as it is, and several as a list of them.
  const calendars = (
    Array.isArray(parsed) && typeof parsed[0] === 'string' ? [parsed] : parsed
  ) as unknown[][]
  const events = calendars.flatMap((one) => new ICAL.Component(one).getAllSubcomponents('vevent'))
  if (events.length === 0) throw new HolidaysTrouble('holds no event')
  if (events.length > MOST_EVENTS) throw new HolidaysTrouble('holds more than 5,000 events')
  return events
}

/** The first value of a property as the file has it, or null where the event lacks it. */
function written(event: ICAL.Component, name: string): string | null {
  const [, , , value] = (event.getFirstProperty(name)?.toJSON() ?? []) as readonly unknown[]
  return typeof value === 'string' ? value : null
}

/** A text that must be a day, as numbers of days since 1970. */
function dayFrom(text: string, name: string): number {
  if (isDate(text)) return dayNumber(text)
  const why = text.includes('T') ? 'has a time of day; only whole days close' : 'is no day of the calendar'
  throw new HolidaysTrouble(`holds an event whose ${name.toUpperCase()} ${text} ${why}`)
}

/** Days that a property lists, as EXDATE and RDATE do. */
const daysIn = (event: ICAL.Component, name: string): readonly number[] =>
  event.getAllProperties(name).flatMap((property) => {
    const [, , , ...values] = property.toJSON() as readonly unknown[]
    return values.map((value) => dayFrom(String(value), name))
  })

/** How many days an event lasts: one where it does not say, or says that it ends where it begins. */
function lengthOf(event: ICAL.Component, start: number): number {
  const end = written(event, 'dtend')
  const duration = event.getFirstPropertyValue('duration')
  const days =
    end !== null
      ? dayFrom(end, 'dtend') - start
      : duration instanceof ICAL.Duration
        ? duration.toSeconds() / DAY_SECONDS
        : 1
  if (days >= 0 && Number.isInteger(days)) return Math.max(1, days)
  throw new HolidaysTrouble(
    `holds an event on ${dateOf(start)} that ${days < 0 ? 'ends before it begins' : 'lasts no whole days'}`,
  )
}

/** What the library follows as the standard says; other parts of a rule it reads otherwise, or not at all. */
const RULE_PARTS = [
  'freq',
  'interval',
  'count',
  'until',
  'wkst',
  'bymonth',
  'bymonthday',
  'byday',
  'bysetpos',
]

function ruleIn(property: ICAL.Property, start: number): ICAL.Recur {
  const rule = property.getFirstValue()
  const [, , , parts] = property.toJSON() as readonly unknown[]
  const named = Object.keys(parts ?? {})
  const isPlain =
    rule instanceof ICAL.Recur && rule.freq === 'YEARLY' && named.every((part) => RULE_PARTS.includes(part))
  const isWithin =
    named.includes('bymonth') || !named.some((part) => part === 'bymonthday' || part === 'byday')
  if (isPlain && isWithin) return rule
  throw new HolidaysTrouble(
    `holds an event on ${dateOf(start)} with a rule that is not followed; write FREQ=YEARLY, with BYMONTH where it names days, or single events`,
  )
}

/** How many repeats of a file's events may be looked at yet. */
interface Budget {
  left: number
}

/** Whether a rule names a day: of one that a month lacks, as 29 February, the library makes one of the next month. */
function names({ parts }: ICAL.Recur, first: ICAL.Time, { year, month, day }: ICAL.Time): boolean {
  if (!(parts.BYMONTH ?? [first.month]).includes(month)) return false
  const days = parts.BYMONTHDAY ?? (parts.BYDAY ? null : [first.day])
  const beyond = ICAL.Time.daysInMonth(month, year) + 1
  return days === null || days.some((one) => day === (one < 0 ? beyond + one : one))
}

/** The days on which a rule lets an event begin. */
function* repeatsOf(property: ICAL.Property, start: number, budget: Budget): Generator<number> {
  const rule = ruleIn(property, start)
  const first = ICAL.Time.fromDateString(dateOf(start))
  // Counted here, as the library counts the days that it makes as well.
  let left = rule.count ?? Infinity
  const endless = rule.clone()
  endless.count = null
  const repeats = endless.iterator(first)
  for (let next = repeats.next(); next && left > 0; next = repeats.next()) {
    budget.left -= 1
    if (budget.left < 0) throw new HolidaysTrouble('holds more than 20,000 repeats of its events')
    const day = dayNumber(next.toString())
    if (day > LAST_DAY) return
    if (!names(rule, first, next)) continue
    left -= 1
    yield day
  }
}

/** By the id of its series, the days whose repeat another event of the file replaces. */
function replacedDays(events: readonly ICAL.Component[]): ReadonlyMap<string, ReadonlySet<number>> {
  const replaced = new Map<string, Set<number>>()
  for (const event of events) {
    const day = written(event, 'recurrence-id')
    if (day === null) continue
    const series = written(event, 'uid') ?? ''
    replaced.set(series, (replaced.get(series) ?? new Set()).add(dayFrom(day, 'recurrence-id')))
  }
  return replaced
}

function closedDays(text: string): readonly string[] {
  const events = eventsOf(text)
  const replaced = replacedDays(events)
  const budget = { left: MOST_REPEATS }
  const closed = new Set<number>()
  for (const event of events) {
    if (written(event, 'status') === 'CANCELLED') continue
    const begins = written(event, 'dtstart')
    if (begins === null) throw new HolidaysTrouble('holds an event without DTSTART')
    const start = dayFrom(begins, 'dtstart')
    const length = lengthOf(event, start)
    const isReplacement = written(event, 'recurrence-id') !== null
    const left = new Set([
      ...daysIn(event, 'exdate'),
      ...(isReplacement ? [] : (replaced.get(written(event, 'uid') ?? '') ?? [])),
    ])
    const rules = event.getAllProperties('rrule').flatMap((rule) => [...repeatsOf(rule, start, budget)])
    for (const begin of [start, ...daysIn(event, 'rdate'), ...rules]) {
      if (left.has(begin)) continue
      const end = Math.min(begin + length - 1, LAST_DAY)
      for (let day = Math.max(begin, FIRST_DAY); day <= end; day += 1) closed.add(day)
    }
  }
  return [...closed].sort((a, b) => a - b).map(dateOf)
}
