import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readRulebook } from '../../src/routing/read.ts'
import type { Source } from '../../src/sources/source.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/rules/${name}`, import.meta.url), 'utf8')

const GOOD: readonly Source[] = ['units.yaml', '20-few.yaml'].map((path) => ({
  path,
  text: fixture(`good/${path}`),
}))

const HOLIDAYS: Source = {
  path: 'holidays.ics',
  text: 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261012\nEND:VEVENT\nEND:VCALENDAR\n',
}

const told = async (sources: readonly Source[]): Promise<readonly string[]> => {
  const { rulebook, problems } = await readRulebook(sources)
  expect(rulebook === null).toBe(problems.length > 0)
  return problems.map(({ path, line, message }) => `${path}:${line}: ${message}`)
}

/** Name of a file in test/fixtures/rules/broken-promise, and what is told of it when it is read as promise.yaml. */
const BROKEN: readonly (readonly [string, string])[] = [
  ['answered-by-nobody', '2: answered_by: must not be empty'],
  ['answered-by-note', '2: answered_by[1]: must be one of answer, call, not "calls"; did you mean call?'],
  ['answered-twice', '2: answered_by[1]: call stands here already'],
  ['business-of-no-calendar', '2: business: no calendar is called ofice; did you mean office?'],
  [
    'calendar-called-always',
    '3: calendars.always: always is round the clock; give this calendar another name',
  ],
  [
    'calendar-never-open',
    '5: calendars.office.week: is never open; give it hours, like { mon-fri: "09:00-17:00" }',
  ],
  ['calendar-of-no-name', '2: calendar: no calendar is called office-es'],
  ['calendar-with-capitals', '3: calendars.Office: must be of a–z, 0–9 and -, and begin with a letter'],
  ['calendar-without-week', '3: calendars.office.week: is missing; it must be a group of keys'],
  ['calendar-without-zone', '3: calendars.office.zone: is missing; it must be a text'],
  ['closed-on-no-day', '6: calendars.office.closed[0]: must be a day of the calendar, like "2026-12-24"'],
  ['coordination-of-no-address', '2: coordination[0]: must be an email address, like desk@example.org'],
  [
    'coordination-that-nobody-is',
    '2: levels[0].to: coordination has no address; add coordination: [name@example.org]',
  ],
  [
    'day-given-twice',
    '7: calendars.office.week.fri-sat: shares a day with mon-fri, which stands before it; name a day once',
  ],
  ['digest-at-no-time', '2: digest: must be a time of day, like "08:00"'],
  ['further-as-text', '2: further: must be true or false, not a text'],
  [
    'holidays-elsewhere',
    '6: calendars.office.holidays: must be the name of a file beside promise.yaml that ends in .ics, like holidays-es.ics',
  ],
  ['hours-as-a-number', '5: calendars.office.week.mon-fri: must be a text; put it in quotes: "9"'],
  [
    'hours-beyond-the-day',
    '5: calendars.office.week.mon: must be hours of one day, like "09:00-17:00"; those over midnight are "22:00-24:00", and "00:00-06:00" of the next day',
  ],
  [
    'hours-out-of-order',
    '8: calendars.office.week.mon[1]: must begin after 15:00-18:00, which stands before it',
  ],
  [
    'hours-over-midnight',
    '5: calendars.office.week.mon: must be hours of one day, like "09:00-17:00"; those over midnight are "22:00-24:00", and "00:00-06:00" of the next day',
  ],
  [
    'hours-that-overlap',
    '5: calendars.office.week.mon[1]: must begin after 09:00-14:00, which stands before it',
  ],
  ['level-given-twice', '4: levels[1].at: must be more than 75%, which stands before it'],
  ['level-that-tells-nobody', '3: levels[0]: tells nobody; add to: [unit] or digest: true'],
  ['level-without-percent', '2: levels[0].at: must be a part of the time gone by, like 75%'],
  ['levels-that-go-back', '4: levels[1].at: must be more than 75%, which stands before it'],
  ['misspelt-key', '2: level: is not a key here; did you mean levels?'],
  ['no-target', '1: target: is missing; it must be a text'],
  ['pause-in-unknown-state', '2: pauses.states[0]: must be one of new, open, pending, not "closed"'],
  ['pause-under-no-tag', '2: pauses.tags[0]: must not be empty'],
  ['silence-without-unit', '2: silence: must be minutes, hours or days, like 90m, 48h or 2d'],
  ['target-beyond-a-year', '1: target: must be minutes, hours or days, like 90m, 48h or 2d'],
  ['target-for-all', '3: targets[0]: is for all tickets; add unit or priority, or change the target above'],
  ['target-in-weeks', '1: target: must be minutes, hours or days, like 90m, 48h or 2d'],
  ['target-never-asked', '4: targets[1]: never counts: targets[0] fits the same tickets before it'],
  ['target-of-nothing', '1: target: must be minutes, hours or days, like 90m, 48h or 2d'],
  ['target-of-unknown-unit', '3: targets[0].unit: no unit is called tecnical; did you mean technical?'],
  ['target-without-target', '3: targets[0].target: is missing; it must be a text'],
  ['target-without-unit-of-time', '1: target: must be a text; put it in quotes: "48"'],
  [
    'unknown-audience',
    '2: levels[0].to[0]: must be one of unit, duty, coordination, not "units"; did you mean unit?',
  ],
  [
    'unknown-day',
    '5: calendars.office.week.monday: must be a day or days (mon, tue, wed, thu, fri, sat, sun), like sat or mon-fri',
  ],
  ['unknown-zone', '3: calendars.office.zone: must be a time zone’s name, like Europe/Madrid'],
  ['week-of-nothing', '5: calendars.office.week.mon: must not be empty'],
]

test.for(BROKEN)('%s is told with its line and what would be right', async ([name, message]) => {
  const promise = { path: 'promise.yaml', text: fixture(`broken-promise/${name}.yaml`) }
  expect(await told([...GOOD, promise])).toEqual([`promise.yaml:${message}`])
})

test('every broken file has its message', () => {
  const files = readdirSync(new URL('../fixtures/rules/broken-promise', import.meta.url))
  expect(BROKEN.map(([name]) => `${name}.yaml`)).toEqual(files.toSorted())
})

const promiseWith = (holidays: string): Source => ({
  path: 'rules/promise.yaml',
  text: `target: 48h\ncalendars:\n  office:\n    zone: UTC\n    week: { mon: "09:00-17:00" }\n    holidays: ${holidays}\n`,
})
const AT = 'rules/promise.yaml:6: calendars.office.holidays:'

test('a holidays file that stands beside the promise is read', async () => {
  expect(await told([...GOOD, promiseWith('holidays.ics'), HOLIDAYS])).toEqual([])
})

test.for([
  ['is not there', 'holidays-es.ics', [], [`${AT} no file holidays-es.ics stands beside promise.yaml`]],
  [
    'is misspelt',
    'holiday.ics',
    [HOLIDAYS],
    [
      `${AT} no file holiday.ics stands beside promise.yaml; did you mean holidays.ics?`,
      'holidays.ics:1: no calendar in promise.yaml names it under holidays; name it there, or remove it',
    ],
  ],
  [
    'is empty',
    'holidays.ics',
    [{ ...HOLIDAYS, text: '' }],
    [`${AT} holidays.ics is no calendar file (iCalendar)`],
  ],
  [
    'has hours in it',
    'holidays.ics',
    [{ ...HOLIDAYS, text: HOLIDAYS.text.replace(';VALUE=DATE:20261012', ':20261012T100000') }],
    [
      `${AT} holidays.ics holds an event whose DTSTART 2026-10-12T10:00:00 has a time of day; only whole days close`,
    ],
  ],
  [
    'cannot be read',
    'holidays.ics',
    [{ path: 'holidays.ics', text: '', unreadable: 'cannot be read (EACCES)' }],
    [`${AT} holidays.ics cannot be read (EACCES)`],
  ],
] as const)(
  'a holidays file that %s is told where the calendar names it',
  async ([, name, files, expected]) => {
    expect(new Set(await told([...GOOD, promiseWith(name), ...files]))).toEqual(new Set(expected))
  },
)

test('a holidays file that no calendar names is told', async () => {
  const promise = { path: 'promise.yaml', text: fixture('good/promise.yaml') }
  expect(await told([...GOOD, promise, HOLIDAYS])).toEqual([
    'holidays.ics:1: no calendar in promise.yaml names it under holidays; name it there, or remove it',
  ])
})

const units = (calendar: string): Source => ({
  path: 'units.yaml',
  text: `default: a\nunits:\n  - { id: a, name: { en: A, es: A }, group: A, calendar: ${calendar} }\n`,
})

test.for([
  ['always', []],
  ['office', []],
  ['ofice', ['units.yaml:3: units[0].calendar: no calendar is called ofice; did you mean office?']],
  ['alwais', ['units.yaml:3: units[0].calendar: no calendar is called alwais; did you mean always?']],
] as const)(
  'a unit whose calendar is %s is judged by the names in promise.yaml',
  async ([name, expected]) => {
    const promise = { path: 'promise.yaml', text: promiseWith('holidays.ics').text }
    expect(await told([units(name), promise, HOLIDAYS])).toEqual(expected)
  },
)

test('while the promise is broken, no unit is blamed for its calendar, and the other way round', async () => {
  expect(await told([units('ofice'), { path: 'promise.yaml', text: 'target: soon\n' }])).toEqual([
    'promise.yaml:1: target: must be minutes, hours or days, like 90m, 48h or 2d',
  ])
  const promise = { path: 'promise.yaml', text: 'target: 48h\ntargets: [{ unit: b, target: 1h }]\n' }
  expect(await told([{ path: 'units.yaml', text: 'default: a\n' }, promise])).toEqual([
    'units.yaml:1: units: is missing; it must be a list',
  ])
})
