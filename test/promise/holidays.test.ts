import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readHolidays } from '../../src/promise/holidays.ts'

const SPAIN = readFileSync(new URL('../../routing-rules/holidays-es.ics', import.meta.url), 'utf8')

const calendar = (...events: readonly (readonly string[])[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:test',
    ...events.flatMap((lines, index) => [
      'BEGIN:VEVENT',
      ...(lines.some((line) => line.startsWith('UID')) ? [] : [`UID:${index}`]),
      ...lines,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n')

const on = (date: string): string => `DTSTART;VALUE=DATE:${date.replaceAll('-', '')}`
const until = (date: string): string => `DTEND;VALUE=DATE:${date.replaceAll('-', '')}`

const daysOf = (text: string): readonly string[] => {
  const { days, trouble } = readHolidays(text)
  expect(trouble).toBeNull()
  return days ?? []
}
/** The closed days up to the end of a year. */
const upTo = (year: number, text: string): readonly string[] =>
  daysOf(text).filter((day) => Number(day.slice(0, 4)) <= year)

test.for([
  [2026, '04-03'],
  [2027, '03-26'],
  [2028, '04-14'],
] as const)('the shipped file closes the national holidays of Spain in %i', ([year, goodFriday]) => {
  const fixed = ['01-01', '01-06', '05-01', '08-15', '10-12', '11-01', '12-06', '12-08', '12-25']
  const expected = [...fixed, goodFriday].map((day) => `${year}-${day}`).sort()
  expect(daysOf(SPAIN).filter((day) => day.startsWith(String(year)))).toEqual(expected)
})

test.for([
  ['one day', [on('2026-10-12')], ['2026-10-12']],
  ['one day with its end', [on('2026-10-12'), until('2026-10-13')], ['2026-10-12']],
  ['one day that ends where it begins', [on('2026-10-12'), until('2026-10-12')], ['2026-10-12']],
  [
    'three days, the end excluded',
    [on('2026-12-30'), until('2027-01-02')],
    ['2026-12-30', '2026-12-31', '2027-01-01'],
  ],
  [
    'three days by their length',
    [on('2026-10-12'), 'DURATION:P3D'],
    ['2026-10-12', '2026-10-13', '2026-10-14'],
  ],
  [
    'a rule that ends',
    [on('2026-10-12'), 'RRULE:FREQ=YEARLY;UNTIL=20281012'],
    ['2026-10-12', '2027-10-12', '2028-10-12'],
  ],
  ['a rule of two', [on('2026-10-12'), 'RRULE:FREQ=YEARLY;COUNT=2'], ['2026-10-12', '2027-10-12']],
  [
    'a rule without one of its days',
    [on('2026-10-12'), 'RRULE:FREQ=YEARLY;COUNT=3', 'EXDATE;VALUE=DATE:20271012'],
    ['2026-10-12', '2028-10-12'],
  ],
  [
    'days of no rule',
    [on('2026-10-12'), 'RDATE;VALUE=DATE:20261102,20261207'],
    ['2026-10-12', '2026-11-02', '2026-12-07'],
  ],
  ['a day before those that are read', [on('2019-12-30'), until('2020-01-02')], ['2020-01-01']],
  ['a day after those that are read', [on('2069-12-31'), until('2070-03-01')], ['2069-12-31']],
  ['a cancelled one', [on('2026-10-12'), 'STATUS:CANCELLED'], []],
] as const)('an event of %s closes its days', ([, lines, expected]) => {
  expect(daysOf(calendar(lines))).toEqual(expected)
})

test.for([
  ['each year', on('2026-10-12'), 'FREQ=YEARLY', ['2026-10-12', '2027-10-12', '2028-10-12', '2029-10-12']],
  [
    'since long ago',
    on('1604-10-12'),
    'FREQ=YEARLY;INTERVAL=2',
    ['2020-10-12', '2022-10-12', '2024-10-12', '2026-10-12', '2028-10-12'],
  ],
  ['on 29 February', on('2020-02-29'), 'FREQ=YEARLY', ['2020-02-29', '2024-02-29', '2028-02-29']],
  [
    'on a fourth Thursday',
    on('2026-11-26'),
    'FREQ=YEARLY;BYMONTH=11;BYDAY=4TH',
    ['2026-11-26', '2027-11-25', '2028-11-23', '2029-11-22'],
  ],
  [
    'on a last Monday',
    on('2026-05-25'),
    'FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO',
    ['2026-05-25', '2027-05-31', '2028-05-29', '2029-05-28'],
  ],
  [
    'on the Monday before a day',
    on('2026-05-18'),
    'FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=18,19,20,21,22,23,24;BYDAY=MO',
    ['2026-05-18', '2027-05-24', '2028-05-22', '2029-05-21'],
  ],
  [
    'on the 31st of two months',
    on('2028-01-31'),
    'FREQ=YEARLY;BYMONTH=1,2,3',
    ['2028-01-31', '2028-03-31', '2029-01-31', '2029-03-31'],
  ],
  [
    'on the 30th and 31st that a month has',
    on('2028-03-30'),
    'FREQ=YEARLY;BYMONTH=2,3,4;BYMONTHDAY=30,31',
    ['2028-03-30', '2028-03-31', '2028-04-30', '2029-03-30', '2029-03-31', '2029-04-30'],
  ],
  [
    'on the last day of February',
    on('2027-02-28'),
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1',
    ['2027-02-28', '2028-02-29', '2029-02-28'],
  ],
] as const)('a rule %s is followed', ([, start, rule, expected]) => {
  expect(upTo(2029, calendar([start, `RRULE:${rule}`]))).toEqual(expected)
})

test.for([
  ['29 February', on('2020-02-29'), 'COUNT=3', ['2020-02-29', '2024-02-29', '2028-02-29']],
  ['29 February once', on('2020-02-29'), 'COUNT=1', ['2020-02-29']],
  ['29 February of each fourth year', on('2020-02-29'), 'INTERVAL=4;COUNT=2', ['2020-02-29', '2024-02-29']],
  [
    'the 31st of three months',
    on('2028-01-31'),
    'BYMONTH=1,2,3;COUNT=4',
    ['2028-01-31', '2028-03-31', '2029-01-31', '2029-03-31'],
  ],
  [
    'the 30th of two months',
    on('2027-03-30'),
    'BYMONTH=2,3;BYMONTHDAY=30;COUNT=3',
    ['2027-03-30', '2028-03-30', '2029-03-30'],
  ],
] as const)(
  'a rule that counts its days counts none that the calendar lacks: %s',
  ([, start, rule, expected]) => {
    expect(daysOf(calendar([start, `RRULE:FREQ=YEARLY;${rule}`]))).toEqual(expected)
  },
)

test('a day that a rule counts and an exception takes out is counted all the same', () => {
  const text = calendar([on('2020-02-29'), 'RRULE:FREQ=YEARLY;COUNT=3', 'EXDATE;VALUE=DATE:20240229'])
  expect(daysOf(text)).toEqual(['2020-02-29', '2028-02-29'])
})

test('a rule without an end closes its day up to 2069', () => {
  expect(daysOf(calendar([on('2026-10-12'), 'RRULE:FREQ=YEARLY'])).at(-1)).toBe('2069-10-12')
})

test('a repeat that was moved closes the day it was moved to, one that was cancelled none', () => {
  const series = ['UID:fair', on('2026-06-01'), 'RRULE:FREQ=YEARLY;COUNT=3']
  const moved = ['UID:fair', 'RECURRENCE-ID;VALUE=DATE:20270601', on('2027-06-02')]
  const cancelled = ['UID:fair', 'RECURRENCE-ID;VALUE=DATE:20280601', on('2028-06-01'), 'STATUS:CANCELLED']
  const other = ['UID:other', on('2028-06-01')]
  expect(daysOf(calendar(series, moved, cancelled))).toEqual(['2026-06-01', '2027-06-02'])
  expect(daysOf(calendar(series, moved, cancelled, other))).toContain('2028-06-01')
})

test('days of several events are told once and in order', () => {
  const text = calendar([on('2026-12-25')], [on('2026-10-12')], [on('2026-12-24'), until('2026-12-27')])
  expect(daysOf(text)).toEqual(['2026-10-12', '2026-12-24', '2026-12-25', '2026-12-26'])
})

test.for([
  ['with line ends of Unix', (text: string) => text.replaceAll('\r\n', '\n')],
  ['with a byte order mark', (text: string) => `\uFEFF${text}`],
  ['after another calendar', (text: string) => calendar([on('2026-10-12')]) + text],
  ['with folded lines', (text: string) => text.replace('20261012', '2026\r\n 1012')],
  [
    'with a zone and a task',
    (text: string) =>
      text.replace(
        'BEGIN:VEVENT',
        'BEGIN:VTODO\r\nUID:t\r\nDUE:20260101T100000\r\nEND:VTODO\r\nBEGIN:VEVENT',
      ),
  ],
] as const)('a file %s is read', ([, written]) => {
  expect(daysOf(written(calendar([on('2026-10-12')])))).toEqual(['2026-10-12'])
})

const RULE_TROUBLE =
  'holds an event on 2026-10-12 with a rule that is not followed; write FREQ=YEARLY, with BYMONTH where it names days, or single events'

test.for([
  ['nothing', '', 'is no calendar file (iCalendar)'],
  ['a web page', '<!doctype html>\n<title>Sign in</title>\n', 'is no calendar file (iCalendar)'],
  ['an address card', 'BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n', 'is no calendar file (iCalendar)'],
  ['no event', calendar(), 'holds no event'],
  [
    'half a file',
    calendar([on('2026-10-12')]).slice(0, 90),
    'cannot be read as a calendar file: invalid ical body. component began but did not end',
  ],
  [
    'a line of nothing',
    calendar(['nonsense']),
    'cannot be read as a calendar file: invalid line (no token ";" or ":") "nonsense"',
  ],
  [
    'a rule of nothing',
    calendar([on('2026-10-12'), 'RRULE:FREQ=SOMETIMES']),
    'cannot be read as a calendar file: invalid frequency "SOMETIMES" expected: "SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY"',
  ],
  ['an event without a day', calendar(['SUMMARY:x']), 'holds an event without DTSTART'],
  [
    'an event at an hour',
    calendar(['DTSTART:20261224T120000Z']),
    'holds an event whose DTSTART 2026-12-24T12:00:00Z has a time of day; only whole days close',
  ],
  [
    'an event on no day',
    calendar([on('2026-02-31')]),
    'holds an event whose DTSTART 2026-02-31 is no day of the calendar',
  ],
  [
    'an event that ends early',
    calendar([on('2026-10-12'), until('2026-10-10')]),
    'holds an event on 2026-10-12 that ends before it begins',
  ],
  [
    'an event of a day and a half',
    calendar([on('2026-10-12'), 'DURATION:PT36H']),
    'holds an event on 2026-10-12 that lasts no whole days',
  ],
  ['a rule by week', calendar([on('2026-10-12'), 'RRULE:FREQ=WEEKLY']), RULE_TROUBLE],
  ['a rule by number of week', calendar([on('2026-10-12'), 'RRULE:FREQ=YEARLY;BYWEEKNO=42']), RULE_TROUBLE],
  [
    'a rule of another calendar',
    calendar([on('2026-10-12'), 'RRULE:RSCALE=HEBREW;FREQ=YEARLY']),
    RULE_TROUBLE,
  ],
  ['a rule for all months', calendar([on('2026-10-12'), 'RRULE:FREQ=YEARLY;BYMONTHDAY=1']), RULE_TROUBLE],
  [
    'an exception at an hour',
    calendar([on('2026-10-12'), 'RRULE:FREQ=YEARLY', 'EXDATE:20271012T120000Z']),
    'holds an event whose EXDATE 2027-10-12T12:00:00Z has a time of day; only whole days close',
  ],
  [
    'more than a megabyte',
    calendar([on('2026-10-12'), `DESCRIPTION:${'x'.repeat(1_000_000)}`]),
    'is larger than 1 MB',
  ],
  [
    '5,001 events',
    calendar(...Array.from({ length: 5001 }, () => [on('2026-10-12')])),
    'holds more than 5,000 events',
  ],
  [
    'rules without bounds',
    calendar(...Array.from({ length: 500 }, () => [on('2026-10-12'), 'RRULE:FREQ=YEARLY'])),
    'holds more than 20,000 repeats of its events',
  ],
] as const)('%s is told as trouble, and closes nothing', ([, text, trouble]) => {
  expect(readHolidays(text)).toEqual({ days: null, trouble })
})

test('5,000 events are read', () => {
  expect(daysOf(calendar(...Array.from({ length: 5000 }, () => [on('2026-10-12')])))).toEqual(['2026-10-12'])
})
