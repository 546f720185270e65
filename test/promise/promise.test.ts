import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dueAt, readPromise } from '../../src/promise/promise.ts'

const OWN = readFileSync(new URL('../../routing-rules/promise.yaml', import.meta.url), 'utf8')

const read = (text: string) => readPromise({ path: 'promise.yaml', text })

test('the promise of this repository is 48 hours, told at four levels', () => {
  expect(read(OWN)).toEqual({
    promise: {
      targetMs: 48 * 3_600_000,
      calendar: 'always',
      levels: [
        { share: 0.5, digest: true, to: [], repeats: null },
        { share: 0.75, digest: false, to: ['unit'], repeats: null },
        { share: 0.9, digest: false, to: ['unit', 'duty'], repeats: null },
        { share: 1, digest: false, to: ['unit', 'duty', 'coordination'], repeats: 'daily' },
      ],
      coordination: ['coordinator@example.org'],
      silenceMs: 5 * 86_400_000,
      calendars: {},
    },
    problems: [],
  })
})

test('a target is all that a promise needs', () => {
  expect(read('target: 2d\n').promise).toEqual({
    targetMs: 172_800_000,
    calendar: 'always',
    levels: [],
    coordination: [],
    silenceMs: null,
    calendars: {},
  })
})

test('calendars are read, though none can be chosen yet', () => {
  const text = `target: 48h
calendars:
  office-es: { zone: Europe/Madrid, week: { mon-fri: '09:00-17:00', sat: '09:00-12:00' }, holidays: holidays-es.ics }
  plain: { zone: UTC, week: {} }
`
  expect(read(text).promise?.calendars).toEqual({
    'office-es': {
      zone: 'Europe/Madrid',
      week: { 'mon-fri': '09:00-17:00', sat: '09:00-12:00' },
      holidays: 'holidays-es.ics',
    },
    plain: { zone: 'UTC', week: {}, holidays: null },
  })
})

test.for([
  ['minutes', '90m', 5_400_000],
  ['hours', '48h', 172_800_000],
  ['days', '2d', 172_800_000],
  ['a year', '366d', 366 * 86_400_000],
] as const)('a target in %s', ([, target, ms]) => {
  expect(read(`target: ${target}\n`).promise?.targetMs).toBe(ms)
})

const DURATION = 'must be minutes, hours or days, like 90m, 48h or 2d'

test.for([
  ['no target', 'calendar: always\n', '1 target: is missing; it must be a text'],
  ['a target without a unit', 'target: 48\n', '1 target: must be a text; put it in quotes: "48"'],
  ['a target in weeks', 'target: 1w\n', `1 target: ${DURATION}`],
  ['a target of nothing', 'target: 0h\n', `1 target: ${DURATION}`],
  ['a target beyond a year', 'target: 367d\n', `1 target: ${DURATION}`],
  ['a negative target', 'target: -1h\n', `1 target: ${DURATION}`],
  ['silence without a unit', 'target: 48h\nsilence: soon\n', `2 silence: ${DURATION}`],
  ['another calendar', 'target: 48h\ncalendar: office-es\n', '2 calendar: only always is known'],
  [
    'levels that go back',
    'target: 48h\nlevels:\n  - { at: 75%, to: [unit] }\n  - { at: 50%, to: [unit] }\n',
    '4 levels[1].at: must be more than 75%, which stands before it',
  ],
  [
    'a level given twice',
    'target: 48h\nlevels:\n  - { at: 75%, to: [unit] }\n  - { at: 75%, digest: true }\n',
    '4 levels[1].at: must be more than 75%, which stands before it',
  ],
  [
    'a level that tells nobody',
    'target: 48h\nlevels:\n  - { at: 75% }\n',
    '3 levels[0]: tells nobody; add to: [unit] or digest: true',
  ],
  [
    'a level without a percent sign',
    'target: 48h\nlevels: [{ at: "0.75", to: [unit] }]\n',
    '2 levels[0].at: must be a part of the time gone by, like 75%',
  ],
  [
    'an unknown audience',
    'target: 48h\nlevels: [{ at: 75%, to: [units] }]\n',
    '2 levels[0].to[0]: must be one of unit, duty, coordination, not "units"; did you mean unit?',
  ],
  [
    'a coordination that nobody is',
    'target: 48h\nlevels: [{ at: 100%, to: [coordination] }]\n',
    '2 levels[0].to: coordination has no address; add coordination: [name@example.org]',
  ],
  [
    'a coordination that is no address',
    'target: 48h\ncoordination: [Ana]\n',
    '2 coordination[0]: must be an email address, like desk@example.org',
  ],
  [
    'an unknown time zone',
    'target: 48h\ncalendars: { a: { zone: Mars, week: {} } }\n',
    '2 calendars.a.zone: must be a time zone’s name, like Europe/Madrid',
  ],
  [
    'an unknown day',
    'target: 48h\ncalendars: { a: { zone: UTC, week: { monday: "09:00-17:00" } } }\n',
    '2 calendars.a.week.monday: must be a day or days, like sat or mon-fri',
  ],
  [
    'hours beyond the day',
    'target: 48h\ncalendars: { a: { zone: UTC, week: { mon: "09:00-25:00" } } }\n',
    '2 calendars.a.week.mon: must be hours, like "09:00-17:00", in quotes',
  ],
  ['a misspelt key', 'target: 48h\nlevel: []\n', '2 level: is not a key here; did you mean levels?'],
] as const)('%s is told with its line', ([, text, message]) => {
  const { promise, problems } = read(text)
  expect(promise).toBeNull()
  expect(problems.map((one) => `${one.line} ${one.message}`)).toEqual([message])
})

test('the answer is due as long after sending as the target says, over a change of the clocks too', () => {
  const { promise } = read('target: 48h\n')
  expect(promise && dueAt(new Date('2026-10-24T12:00:00Z'), promise)).toEqual(
    new Date('2026-10-26T12:00:00Z'),
  )
})
