import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { OpenHours } from '../../src/promise/hours.ts'
import { dueAt, type AnswerPromise, termsFor } from '../../src/promise/promise.ts'
import { readPromise } from '../../src/promise/read.ts'
import { termsAt } from '../../src/routing/units.ts'
import { aUnit, PROMISE, rulebookOf, unitsOf } from '../support/sample-rules.ts'

const HOUR = 3_600_000
const own = (name: string): string =>
  readFileSync(new URL(`../../routing-rules/${name}`, import.meta.url), 'utf8')

const read = (text: string) => {
  const { promise, problems } = readPromise({ path: 'promise.yaml', text })
  expect(problems).toEqual([])
  return promise
}

test('the promise of this repository is 48 hours by day and night, told at four levels', () => {
  const holidays = { path: 'routing-rules/holidays-es.ics', text: own('holidays-es.ics') }
  const { promise, problems } = readPromise(
    { path: 'routing-rules/promise.yaml', text: own('promise.yaml') },
    [holidays],
  )
  expect(problems).toEqual([])
  expect(promise).toMatchObject({
    targetMs: 48 * HOUR,
    targets: [],
    calendar: 'always',
    business: 'office-es',
    answeredBy: ['answer', 'call'],
    pauses: { states: [], tags: [] },
    further: true,
    digest: '08:00',
    levels: [
      { share: 0.5, digest: true, to: [], repeats: null },
      { share: 0.75, digest: false, to: ['unit'], repeats: null },
      { share: 0.9, digest: false, to: ['unit', 'duty'], repeats: null },
      { share: 1, digest: false, to: ['unit', 'duty', 'coordination'], repeats: 'daily' },
    ],
    coordination: ['coordinator@example.org'],
    silenceMs: 120 * HOUR,
  })
  expect(Object.keys(promise?.calendars ?? {})).toEqual(['office-es'])
  expect(promise?.calendars['office-es']?.closed).toContain('2026-10-12')
})

test('a target is all that a promise needs', () => {
  expect(read('target: 2d\n')).toEqual(PROMISE)
})

test('what a promise says is kept', () => {
  const text = `target: 48h
targets:
  - { priority: 3 high, target: 24h }
  - { unit: nodes, target: 3d }
calendar: office
answered_by: [answer]
pauses: { states: [pending], tags: [waiting] }
further: false
digest: 07:30
calendars:
  office: { zone: UTC, week: { mon: "09:00-17:00" } }
`
  expect(read(text)).toMatchObject({
    targets: [
      { unit: null, priority: '3 high', targetMs: 24 * HOUR },
      { unit: 'nodes', priority: null, targetMs: 72 * HOUR },
    ],
    calendar: 'office',
    business: 'office',
    answeredBy: ['answer'],
    pauses: { states: ['pending'], tags: ['waiting'] },
    further: false,
    digest: '07:30',
  })
})

const calendarOf = (entry: string): OpenHours | undefined =>
  read(`target: 48h\ncalendars: { a: ${entry} }\n`)?.calendars['a']

const NINE_TO_FIVE = [{ from: 540, to: 1020 }]

test.for([
  ['days in a row', '{ mon-fri: "09:00-17:00" }', [0, 1, 2, 3, 4]],
  ['one day', '{ wed: "09:00-17:00" }', [2]],
  ['days over the end of the week', '{ sat-mon: "09:00-17:00" }', [0, 5, 6]],
  ['several keys', '{ mon-tue: "09:00-17:00", sun: ["09:00-17:00"] }', [0, 1, 6]],
] as const)('a week of %s is open on those days, Monday first', ([, week, open]) => {
  const expected = [0, 1, 2, 3, 4, 5, 6].map((day) => (open.some((one) => one === day) ? NINE_TO_FIVE : []))
  expect(calendarOf(`{ zone: UTC, week: ${week} }`)?.week).toEqual(expected)
})

test('a day may be open in parts, and to its end', () => {
  const week = '{ mon: ["00:00-06:00", "06:00-07:30", "22:00-24:00"] }'
  expect(calendarOf(`{ zone: UTC, week: ${week} }`)?.week[0]).toEqual([
    { from: 0, to: 360 },
    { from: 360, to: 450 },
    { from: 1320, to: 1440 },
  ])
})

test('closed days are those of the list and of the file, once and in order', () => {
  const event = (day: string): string => `BEGIN:VEVENT\nDTSTART;VALUE=DATE:${day}\nEND:VEVENT\n`
  const ics = `BEGIN:VCALENDAR\n${event('20261225')}${event('20261012')}END:VCALENDAR\n`
  const entry =
    '{ zone: UTC, week: { mon: "09:00-17:00" }, holidays: h.ics, closed: ["2026-12-24", 2026-12-25] }'
  const { promise } = readPromise(
    { path: 'promise.yaml', text: `target: 48h\ncalendars: { a: ${entry} }\n` },
    [{ path: 'routing-rules/h.ics', text: ics }],
  )
  expect(promise?.calendars['a']?.closed).toEqual(['2026-10-12', '2026-12-24', '2026-12-25'])
})

test.for([
  ['minutes', '90m', 5_400_000],
  ['hours', '48h', 172_800_000],
  ['days', '2d', 172_800_000],
  ['a year', '366d', 366 * 86_400_000],
] as const)('a target in %s', ([, target, ms]) => {
  expect(read(`target: ${target}\n`)?.targetMs).toBe(ms)
})

const TARGETS = [
  { unit: 'nodes', priority: '3 high', targetMs: 12 * HOUR },
  { unit: null, priority: '3 high', targetMs: 24 * HOUR },
  { unit: 'nodes', priority: null, targetMs: 72 * HOUR },
]

test.for([
  ['unit and priority', 'nodes', '3 high', 12],
  ['the priority', 'technical', '3 high', 24],
  ['the unit', 'nodes', '2 normal', 72],
  ['the unit, where no priority is known', 'nodes', null, 72],
  ['the priority, where no unit has it', null, '3 high', 24],
  ['neither', 'technical', '2 normal', 48],
] as const)('the first target that fits stands: %s', ([, unit, priority, hours]) => {
  const promise = { ...PROMISE, targets: TARGETS }
  expect(termsFor(promise, { unit, priority, unitCalendar: null }).targetMs).toBe(hours * HOUR)
})

const week = [NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, [], []]
const madrid: OpenHours = { zone: 'Europe/Madrid', week, closed: [] }
const york: OpenHours = { zone: 'America/New_York', week, closed: [] }
const withCalendars = (over: Partial<AnswerPromise>): AnswerPromise => ({
  ...PROMISE,
  calendars: { madrid, york },
  ...over,
})

test.for([
  ['nobody names a calendar', {}, null, 'wall', 'always'],
  ['reports alone have one', { business: 'madrid' }, null, 'wall', madrid],
  ['the promise has one', { calendar: 'madrid', business: 'madrid' }, null, 'business', madrid],
  ['the unit has one', { business: 'madrid' }, 'york', 'business', york],
  ['the unit has another', { calendar: 'madrid', business: 'madrid' }, 'york', 'business', york],
  ['the unit is always there', { calendar: 'madrid', business: 'madrid' }, 'always', 'wall', madrid],
  ['the unit names one of none', {}, 'constructor', 'wall', 'always'],
] as const)('where %s, the reading is picked by it', ([, over, unitCalendar, picked, hours]) => {
  const terms = termsFor(withCalendars(over), { unit: 'a', priority: null, unitCalendar })
  expect(terms).toEqual({ targetMs: 48 * HOUR, picked, hours })
})

test('terms are those of the unit that has the ticket; a unit that is gone is any unit', () => {
  const units = unitsOf(aUnit({ id: 'a' }), aUnit({ id: 'b', calendar: 'york' }))
  const rulebook = { ...rulebookOf(units), promise: withCalendars({}) }
  const pickedFor = (unit: string | null): string => termsAt(rulebook, { unit, priority: null }).picked
  expect(['a', 'b', 'gone', null].map(pickedFor)).toEqual(['wall', 'business', 'wall', 'wall'])
})

const NEVER: OpenHours = { ...madrid, week: [] }

test.for([
  [
    'by the wall clock, over a change of the clocks',
    'wall',
    madrid,
    '2026-10-24T12:00:00.000Z',
    '2026-10-26T12:00:00.000Z',
  ],
  ['by open hours', 'business', madrid, '2026-11-20T15:00:00.000Z', '2026-11-30T15:00:00.000Z'],
  [
    'by open hours, over a change of the clocks',
    'business',
    madrid,
    '2026-10-23T14:00:00.000Z',
    '2026-11-02T15:00:00.000Z',
  ],
  [
    'by the wall clock where hours are never open',
    'business',
    NEVER,
    '2026-10-24T12:00:00.000Z',
    '2026-10-26T12:00:00.000Z',
  ],
] as const)('the answer is due 48 hours after sending %s', ([, picked, hours, sent, due]) => {
  expect(dueAt(new Date(sent), { targetMs: 48 * HOUR, picked, hours }).toISOString()).toBe(due)
})
