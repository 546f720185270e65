import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import {
  afterOpen,
  digestSlots,
  firstWorkingDay,
  type Hours,
  openMs,
  type OpenHours,
  type Span,
} from '../../src/promise/hours.ts'

const HOUR = 3_600_000
const MINUTE = 60_000

const span = (from: number, to: number): Span => ({ from: from * 60, to: to * 60 })
const everyDay = (...spans: readonly Span[]): OpenHours['week'] => Array.from({ length: 7 }, () => spans)
const monToFri = (...spans: readonly Span[]): OpenHours['week'] => [
  ...Array.from({ length: 5 }, () => spans),
  [],
  [],
]

const aCalendar = (over: Partial<OpenHours>): OpenHours => ({
  zone: 'Europe/Madrid',
  week: monToFri(span(9, 17)),
  closed: [],
  ...over,
})
const OFFICE = aCalendar({})
const NEVER = aCalendar({ week: everyDay() })

const open = (hours: Hours, from: string, to: string): number =>
  openMs(hours, new Date(from), new Date(to)) / HOUR
const instant = (zoned: string | undefined): string =>
  Temporal.Instant.from((zoned ?? '').replace(/\[.*/, '')).toString()
const later = (hours: Hours, from: string, hoursOfWork: number): string | undefined =>
  afterOpen(hours, new Date(from), hoursOfWork * HOUR)?.toISOString()

test.for([
  ['a working day', OFFICE, '2026-11-23T00:00Z', '2026-11-24T00:00Z', 8],
  ['the hour around opening', OFFICE, '2026-11-23T07:30Z', '2026-11-23T08:30Z', 0.5],
  ['the hour around closing', OFFICE, '2026-11-23T15:30Z', '2026-11-23T16:30Z', 0.5],
  ['a weekend', OFFICE, '2026-11-20T16:00Z', '2026-11-23T08:00Z', 0],
  ['four weeks', OFFICE, '2026-11-02T00:00Z', '2026-11-30T00:00Z', 160],
  ['a span backwards', OFFICE, '2026-11-24T00:00Z', '2026-11-23T00:00Z', 0],
  ['no time', OFFICE, '2026-11-23T10:00Z', '2026-11-23T10:00Z', 0],
  ['a leap day', OFFICE, '2028-02-28T23:00Z', '2028-02-29T23:00Z', 8],
  ['a February without one', OFFICE, '2027-02-26T23:00Z', '2027-03-01T23:00Z', 8],
  ['a closed leap day', aCalendar({ closed: ['2028-02-29'] }), '2028-02-28T23:00Z', '2028-02-29T23:00Z', 0],
  [
    'a closed day, and a closed Saturday',
    aCalendar({ closed: ['2026-12-25', '2026-12-26'] }),
    '2026-12-23T23:00Z',
    '2026-12-28T23:00Z',
    16,
  ],
  [
    'a split day',
    aCalendar({ week: monToFri(span(9, 14), span(16, 18)) }),
    '2026-11-23T12:00Z',
    '2026-11-23T16:00Z',
    2,
  ],
  ['a calendar that is never open', NEVER, '2026-11-02T00:00Z', '2026-11-30T00:00Z', 0],
  ['round the clock', 'always', '2026-11-21T00:00Z', '2026-11-22T12:00Z', 36],
] as const)('%s has its open hours', ([, hours, from, to, expected]) => {
  expect(open(hours, from, to)).toBe(expected)
})

/** All of a day in a zone, and its hours from midnight to 4:00. */
const DAY = everyDay(span(0, 24))
const NIGHT = everyDay(span(0, 4))

test.for([
  ['Europe/Madrid', 'springs forward', '2026-03-29', 23, 3],
  ['Europe/Madrid', 'falls back', '2026-10-25', 25, 5],
  ['America/New_York', 'springs forward', '2026-03-08', 23, 3],
  ['America/New_York', 'falls back', '2026-11-01', 25, 5],
  ['Australia/Lord_Howe', 'springs forward by half an hour', '2026-10-04', 23.5, 3.5],
  ['Australia/Lord_Howe', 'falls back by half an hour', '2026-04-05', 24.5, 4.5],
  ['America/Santiago', 'springs forward at midnight', '2026-09-06', 23, 3],
  ['Pacific/Apia', 'leaves a day out', '2011-12-30', 0, 0],
  ['Asia/Kathmandu', 'never changes', '2026-03-29', 24, 4],
] as const)('when %s %s, %s has the hours that the wall shows', ([zone, , date, whole, night]) => {
  const day = Temporal.PlainDate.from(date)
  const [from, to] = [day, day.add({ days: 1 })].map((one) => one.toZonedDateTime(zone).toString())
  const hoursOf = (week: OpenHours['week']) => open({ zone, week, closed: [] }, instant(from), instant(to))
  expect(hoursOf(DAY)).toBe(whole)
  expect(hoursOf(NIGHT)).toBe(night)
  const closed = { zone, week: DAY, closed: [date] }
  expect(open(closed, instant(from), instant(to))).toBe(0)
})

test.for([
  ['within a day', OFFICE, '2026-11-23T08:00:00.000Z', 2, '2026-11-23T10:00:00.000Z'],
  ['to the moment of closing', OFFICE, '2026-11-23T08:00:00.000Z', 8, '2026-11-23T16:00:00.000Z'],
  ['over a weekend', OFFICE, '2026-11-20T15:00:00.000Z', 2, '2026-11-23T09:00:00.000Z'],
  ['from a closed hour', OFFICE, '2026-11-21T03:00:00.000Z', 1, '2026-11-23T09:00:00.000Z'],
  ['over the change of the clocks', OFFICE, '2026-10-23T14:00:00.000Z', 2, '2026-10-26T09:00:00.000Z'],
  ['for no time at all', OFFICE, '2026-11-21T03:00:00.000Z', 0, '2026-11-21T03:00:00.000Z'],
  ['48 hours of an office', OFFICE, '2026-11-23T08:00:00.000Z', 48, '2026-11-30T16:00:00.000Z'],
  ['round the clock', 'always', '2026-10-24T12:00:00.000Z', 48, '2026-10-26T12:00:00.000Z'],
] as const)('open hours pass %s', ([, hours, from, count, expected]) => {
  expect(later(hours, from, count)).toBe(expected)
})

const TEN_YEARS_H = 3653 * 24

test.for([
  ['a calendar that is never open', NEVER, 1 / HOUR],
  ['a calendar of an hour a day', aCalendar({ week: everyDay(span(9, 10)) }), 5000],
  ['round the clock', 'always', TEN_YEARS_H + 1],
] as const)('in %s time that would pass in more than ten years never passes', ([, hours, count]) => {
  expect(later(hours, '2026-11-23T08:00:00.000Z', count)).toBeUndefined()
})

test('ten years are near enough', () => {
  expect(later('always', '2026-11-23T08:00:00.000Z', TEN_YEARS_H)).toBe('2036-11-23T08:00:00.000Z')
  const daily = aCalendar({ zone: 'UTC', week: everyDay(span(0, 1)) })
  expect(later(daily, '2026-11-23T00:00:00.000Z', 3653)).toBe('2036-11-22T01:00:00.000Z')
  expect(later(daily, '2026-11-23T00:00:00.000Z', 3654)).toBeUndefined()
})

const ZONES = ['Europe/Madrid', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'] as const
const EDGES = [
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
  '2028-02-29',
]

const cutPoints = fc.uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 0, maxLength: 6 })
const aDay = cutPoints.map((points) => {
  const sorted = points.toSorted((a, b) => a - b).map((quarter) => quarter * 15)
  return sorted.flatMap((from, index): readonly Span[] => {
    const to = sorted[index + 1]
    return index % 2 === 0 && to !== undefined ? [{ from, to }] : []
  })
})
const anyCalendar: fc.Arbitrary<OpenHours> = fc.record({
  zone: fc.constantFrom(...ZONES),
  week: fc.array(aDay, { minLength: 7, maxLength: 7 }),
  closed: fc.subarray(EDGES),
})
/** Minutes around the days on which something changes. */
const anyInstant = fc
  .tuple(fc.constantFrom(...EDGES), fc.integer({ min: -3000, max: 3000 }))
  .map(([date, minutes]) => new Date(Date.parse(date) + minutes * MINUTE))

/** Open minutes, asked one by one of what the wall shows. */
function countedMinutes(hours: OpenHours, from: Date, to: Date): number {
  let count = 0
  for (let at = from.getTime(); at < to.getTime(); at += MINUTE) {
    const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.zone)
    const minute = shown.hour * 60 + shown.minute
    const isClosed = hours.closed.includes(shown.toPlainDate().toString())
    const spans = isClosed ? [] : (hours.week[shown.dayOfWeek - 1] ?? [])
    if (spans.some((one) => one.from <= minute && minute < one.to)) count += 1
  }
  return count
}

test('open time is what counting the open minutes one by one gives', () => {
  fc.assert(
    fc.property(anyCalendar, anyInstant, fc.integer({ min: 0, max: 2500 }), (hours, from, minutes) => {
      const to = new Date(from.getTime() + minutes * MINUTE)
      expect(openMs(hours, from, to)).toBe(countedMinutes(hours, from, to) * MINUTE)
    }),
    { numRuns: 150 },
  )
})

const anyTime = fc.date({ min: new Date('2025-01-01'), max: new Date('2029-01-01'), noInvalidDate: true })

test('open time of two spans is that of the whole', () => {
  fc.assert(
    fc.property(anyCalendar, fc.tuple(anyTime, anyTime, anyTime), (hours, times) => {
      const [from = new Date(0), middle = from, to = from] = times.toSorted(
        (a, b) => a.getTime() - b.getTime(),
      )
      expect(openMs(hours, from, middle) + openMs(hours, middle, to)).toBe(openMs(hours, from, to))
    }),
    { numRuns: 500 },
  )
})

test('the instant after some open time is the first one that has it', () => {
  const someTime = fc.integer({ min: 1, max: 60 * 24 * HOUR })
  fc.assert(
    fc.property(anyCalendar, anyTime, someTime, (hours, from, ms) => {
      const at = afterOpen(hours, from, ms)
      if (at === null) {
        expect(openMs(hours, from, new Date(from.getTime() + 3653 * 24 * HOUR))).toBeLessThan(ms)
      } else {
        expect(openMs(hours, from, at)).toBe(ms)
        expect(openMs(hours, from, new Date(at.getTime() - 1))).toBe(ms - 1)
      }
    }),
    { numRuns: 500 },
  )
})

const slots = (hours: Hours, zone: string, time: string, now: string): readonly string[] => {
  const { last, next } = digestSlots(hours, zone, time, new Date(now))
  return [last, next].map((at) => at.toISOString().replace(':00.000Z', 'Z'))
}

const MADRID = 'Europe/Madrid'

test.for([
  ['before it', 'always', MADRID, '08:00', '2026-11-23T06:59Z', '2026-11-22T07:00Z', '2026-11-23T07:00Z'],
  ['at it', 'always', MADRID, '08:00', '2026-11-23T07:00Z', '2026-11-23T07:00Z', '2026-11-24T07:00Z'],
  ['on a Friday', OFFICE, MADRID, '08:00', '2026-11-20T07:30Z', '2026-11-20T07:00Z', '2026-11-23T07:00Z'],
  ['on a Sunday', OFFICE, MADRID, '08:00', '2026-11-22T07:30Z', '2026-11-20T07:00Z', '2026-11-23T07:00Z'],
  [
    'among closed days',
    aCalendar({ closed: ['2026-12-24', '2026-12-25', '2026-12-28'] }),
    MADRID,
    '08:00',
    '2026-12-25T12:00Z',
    '2026-12-23T07:00Z',
    '2026-12-29T07:00Z',
  ],
  [
    'of a calendar never open',
    NEVER,
    MADRID,
    '08:00',
    '2026-11-22T07:30Z',
    '2026-11-22T07:00Z',
    '2026-11-23T07:00Z',
  ],
  [
    'that does not exist',
    'always',
    MADRID,
    '02:30',
    '2026-03-29T00:59Z',
    '2026-03-28T01:30Z',
    '2026-03-29T01:00Z',
  ],
  [
    'that did not exist',
    'always',
    MADRID,
    '02:30',
    '2026-03-29T01:00Z',
    '2026-03-29T01:00Z',
    '2026-03-30T00:30Z',
  ],
  [
    'that comes twice',
    'always',
    MADRID,
    '02:30',
    '2026-10-25T00:29Z',
    '2026-10-24T00:30Z',
    '2026-10-25T00:30Z',
  ],
  [
    'that came once of twice',
    'always',
    MADRID,
    '02:30',
    '2026-10-25T01:30Z',
    '2026-10-25T00:30Z',
    '2026-10-26T01:30Z',
  ],
  [
    'of half an hour’s change',
    'always',
    'Australia/Lord_Howe',
    '02:15',
    '2026-10-03T15:30Z',
    '2026-10-03T15:30Z',
    '2026-10-04T15:15Z',
  ],
  [
    'in a gap over midnight',
    'always',
    'America/Santiago',
    '00:00',
    '2026-09-06T03:59Z',
    '2026-09-05T04:00Z',
    '2026-09-06T04:00Z',
  ],
  [
    'far in the east',
    'always',
    'Pacific/Kiritimati',
    '08:00',
    '2026-11-22T18:00Z',
    '2026-11-22T18:00Z',
    '2026-11-23T18:00Z',
  ],
] as const)('a slot %s has the last one and the next one', ([, hours, zone, time, now, last, next]) => {
  expect(slots(hours, zone, time, now)).toEqual([last, next])
})

test('slots follow one another without a gap: the next one is the last one from then on', () => {
  const anySlotTime = fc.constantFrom('00:00', '02:00', '02:30', '08:00', '23:59')
  fc.assert(
    fc.property(anyCalendar, anyInstant, anySlotTime, (hours, now, time) => {
      const { last, next } = digestSlots(hours, hours.zone, time, now)
      expect(last.getTime()).toBeLessThanOrEqual(now.getTime())
      expect(next.getTime()).toBeGreaterThan(now.getTime())
      expect(digestSlots(hours, hours.zone, time, next).last).toEqual(next)
      expect(digestSlots(hours, hours.zone, time, new Date(next.getTime() - 1)).last).toEqual(last)
    }),
    { numRuns: 300 },
  )
})

const firstOf = (hours: Hours, now: string, zone: string = MADRID): string =>
  firstWorkingDay(hours, zone, '08:00', new Date(now)).toISOString()

test.for([
  ['a month that begins on a Sunday', 'always', '2026-11-23T12:00Z', '2026-11-02T07:00:00.000Z'],
  ['a month that begins on a working day', OFFICE, '2026-10-01T00:00Z', '2026-10-01T06:00:00.000Z'],
  [
    'a month that begins closed',
    aCalendar({ closed: ['2027-01-01'] }),
    '2027-01-31T12:00Z',
    '2027-01-04T07:00:00.000Z',
  ],
  [
    'a calendar open at weekends',
    aCalendar({ week: [[], [], [], [], [], [span(9, 12)], []] }),
    '2026-11-23T12:00Z',
    '2026-11-07T07:00:00.000Z',
  ],
  ['a month without an open day', NEVER, '2026-11-23T12:00Z', '2026-11-02T07:00:00.000Z'],
  ['a month that has begun there alone', 'always', '2026-11-30T23:30Z', '2026-12-01T07:00:00.000Z'],
] as const)('%s has its first working day', ([, hours, now, expected]) => {
  expect(firstOf(hours, now)).toBe(expected)
})

test('the month is the one of the zone', () => {
  expect(firstOf('always', '2026-12-01T03:00Z', 'America/New_York')).toBe('2026-11-02T13:00:00.000Z')
})
