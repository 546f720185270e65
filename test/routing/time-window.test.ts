import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TimeWindow } from '../../src/routing/rule.ts'
import { isOpen, localTime, windowWords } from '../../src/routing/time-window.ts'
import { daysOf, hoursOf } from '../../src/sources/days-and-hours.ts'

const window = (over: Partial<TimeWindow> & { readonly words?: string }): TimeWindow => ({
  zone: 'Europe/Madrid',
  days: null,
  hours: null,
  from: null,
  to: null,
  ...over,
})

const isOpenAt = (one: TimeWindow, at: string): boolean => {
  const local = localTime(new Date(at), one.zone)
  if (!local) throw new Error(`${at} is no instant`)
  return isOpen(one, local)
}

const night = window({ hours: hoursOf('18:00-08:00'), days: daysOf('mon-fri') })
const office = window({ hours: hoursOf('09:00-17:00'), days: daysOf('mon-fri') })
const small = window({ hours: hoursOf('02:00-03:00') })

test.for([
  ['as hours begin', office, '2026-01-05T09:00+01:00', true],
  ['before hours begin', office, '2026-01-05T08:59:59.999+01:00', false],
  ['before hours end', office, '2026-01-05T16:59:59.999+01:00', true],
  ['as hours end', office, '2026-01-05T17:00+01:00', false],
  ['on a Saturday', office, '2026-01-10T12:00+01:00', false],
  ['in the evening of a Monday', night, '2026-01-05T18:00+01:00', true],
  ['before midnight', night, '2026-01-05T23:59+01:00', true],
  ['at midnight', night, '2026-01-06T00:00+01:00', true],
  ['as the night ends', night, '2026-01-06T08:00+01:00', false],
  ['at noon', night, '2026-01-06T12:00+01:00', false],
  ['in the night from Friday to Saturday', night, '2026-01-10T03:00+01:00', true],
  ['in the night from Saturday to Sunday', night, '2026-01-11T03:00+01:00', false],
  ['in the night from Sunday to Monday', night, '2026-01-12T03:00+01:00', false],
  ['in winter by winter time', office, '2026-01-05T08:30Z', true],
  ['in summer by summer time', office, '2026-07-06T07:30Z', true],
  ['in summer, an hour off', office, '2026-07-06T15:30Z', false],
  ['in the hour that comes twice, first', small, '2026-10-25T00:30Z', true],
  ['in the hour that comes twice, again', small, '2026-10-25T01:30Z', true],
  ['after the hour that comes twice', small, '2026-10-25T02:00Z', false],
  ['in the night without that hour, before', small, '2026-03-29T00:59Z', false],
  ['in the night without that hour, after', small, '2026-03-29T01:00Z', false],
  ['to midnight', window({ hours: hoursOf('22:00-24:00') }), '2026-01-05T23:59+01:00', true],
  ['to midnight, past it', window({ hours: hoursOf('22:00-24:00') }), '2026-01-06T00:00+01:00', false],
  ['on the first day', window({ from: '2026-12-24' }), '2026-12-23T23:00Z', true],
  ['before the first day', window({ from: '2026-12-24' }), '2026-12-23T22:59Z', false],
  ['on the last day', window({ to: '2027-01-06' }), '2027-01-06T22:59Z', true],
  ['after the last day', window({ to: '2027-01-06' }), '2027-01-06T23:00Z', false],
  [
    'in the night after the last day',
    window({ to: '2027-01-06', hours: hoursOf('18:00-08:00') }),
    '2027-01-07T05:00Z',
    true,
  ],
  [
    'in the night before the first day',
    window({ from: '2026-12-24', hours: hoursOf('18:00-08:00') }),
    '2026-12-24T05:00Z',
    false,
  ],
  ['over the year’s end', window({ from: '2026-12-24', to: '2027-01-06' }), '2027-01-01T00:00Z', true],
  [
    'in a zone west of midnight',
    window({ zone: 'America/Los_Angeles', days: daysOf('sat') }),
    '2026-01-11T07:59Z',
    true,
  ],
  [
    'in a zone with half hours',
    window({ zone: 'Asia/Kolkata', hours: hoursOf('05:30-06:00') }),
    '2026-01-05T00:00Z',
    true,
  ],
  [
    'in a zone that left a day out',
    window({ zone: 'Pacific/Apia', days: daysOf('fri') }),
    '2011-12-30T12:00Z',
    false,
  ],
] as const)('a window is asked %s', ([, one, at, open]) => {
  expect(isOpenAt(one, at)).toBe(open)
})

test('an instant that is none has no local time', () => {
  expect(localTime(new Date(NaN), 'Europe/Madrid')).toBeNull()
  expect(localTime(new Date(-8.64e15), 'Europe/Madrid')).toBeNull()
})

test('a window tells itself as its owner wrote it', () => {
  expect(windowWords(night)).toBe('mon-fri 18:00-08:00 (Europe/Madrid)')
  expect(windowWords(window({ days: [1, 3, 6, 7], to: '2027-01-06' }))).toBe(
    'mon, wed, sat-sun to 2027-01-06 (Europe/Madrid)',
  )
})

test('in UTC, local time is what the instant itself says', () => {
  const noInvalidDate = { noInvalidDate: true, min: new Date('0003-01-01'), max: new Date('9998-01-01') }
  fc.assert(
    fc.property(fc.date(noInvalidDate), (at) => {
      expect(localTime(at, 'UTC')).toEqual({
        date: at.toISOString().slice(0, 10),
        day: at.getUTCDay() || 7,
        minute: at.getUTCHours() * 60 + at.getUTCMinutes(),
      })
    }),
    { numRuns: 2000 },
  )
})
