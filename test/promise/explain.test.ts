import fc from 'fast-check'
import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { type Explained, explainJson, explainLines } from '../../src/promise/explain.ts'
import type { Happening, TicketLog } from '../../src/promise/log.ts'
import { reckon } from '../../src/promise/reckon.ts'
import type { Policy } from '../../src/promise/reckon.ts'
import { loggedTicket } from './golden/random-log.ts'
import { readPolicies, readScenarios } from './golden/scenario.ts'

const policies = readPolicies()
const scenarios = readScenarios('scenarios.txt')

function policyOf(name: string): Policy {
  const policy = policies.get(name)
  if (!policy) throw new Error(`no policy is called ${name}`)
  return policy
}

/** Monday, 2 March 2026, 09:00 in Madrid. */
const SENT = new Date('2026-03-02T08:00:00Z')
const hours = (count: number): Date => after(SENT, count * HOUR_MS)

type Told<H> = H extends Happening ? Omit<H, 'at' | 'key'> : never
const logOf = (...happened: readonly (readonly [number, Told<Happening>])[]): TicketLog => ({
  start: { unit: 'first-line', priority: '2 normal', state: 'new', tags: [] },
  happenings: happened.map(([count, told], index): Happening => ({
    at: hours(count),
    key: `h${index}`,
    ...told,
  })),
})
const ASKED = { kind: 'asked', by: 'visitor', how: 'request' } as const
const ANSWERED = { kind: 'answered', how: 'answer' } as const

const NAMES: Readonly<Record<string, string>> = {
  'first-line': 'First Line',
  nodes: 'Nodes',
  madrid: 'Madrid',
}
const nameOf = (unit: string | null): string => NAMES[unit ?? ''] ?? 'no unit'

function linesOf(log: TicketLog, policyName: string, count: number, timeZone = 'Europe/Madrid') {
  const policy = policyOf(policyName)
  return explainLines(reckon(log, policy, hours(count)), { log, policy, timeZone, nameOf })
}

test('the ledger of a ticket that was closed, opened and answered late adds up line by line', () => {
  const log = logOf(
    [0, ASKED],
    [5, { kind: 'state', state: 'closed' }],
    [7, { kind: 'state', state: 'open' }],
    [8, { kind: 'moved', unit: 'nodes' }],
    [9, { kind: 'tagged', tag: 'urgent' }],
    [9, { kind: 'noted' }],
    [51.5, ANSWERED],
  )
  expect(linesOf(log, 'plain', 60)).toEqual([
    'Clock 1, visitor, from Mon 2 Mar 2026 09:00 CET: the visitor asked',
    '  Mon 2 Mar 2026 09:00 CET: the visitor wrote',
    '  Mon 2 Mar 2026 09:00 CET – Mon 2 Mar 2026 14:00 CET: 5 h count, waiting for an answer (First Line)',
    '  Mon 2 Mar 2026 14:00 CET: state closed',
    '  Mon 2 Mar 2026 14:00 CET – Mon 2 Mar 2026 16:00 CET: 2 h do not count, it was closed (First Line)',
    '  Mon 2 Mar 2026 16:00 CET: state open',
    '  Mon 2 Mar 2026 16:00 CET – Mon 2 Mar 2026 17:00 CET: 1 h count, waiting for an answer (First Line)',
    '  Mon 2 Mar 2026 17:00 CET: moved to Nodes',
    '  Mon 2 Mar 2026 17:00 CET – Wed 4 Mar 2026 12:30 CET: 43 h 30 min count, waiting for an answer (Nodes)',
    '  Mon 2 Mar 2026 18:00 CET: staff wrote what the visitor does not see (an internal note or call), which ends nothing',
    '  Tue 3 Mar 2026 11:00 CET: 50% of the time is gone',
    '  Tue 3 Mar 2026 23:00 CET: 75% of the time is gone',
    '  Wed 4 Mar 2026 06:12 CET: 90% of the time is gone',
    '  Wed 4 Mar 2026 11:00 CET: 100% of the time is gone',
    '  Wed 4 Mar 2026 12:30 CET: staff answered',
    '  promised: 48 h by the wall clock, due Wed 4 Mar 2026 11:00 CET; passed: 49 h 30 min',
    '  Wed 4 Mar 2026 12:30 CET: answered late by 1 h 30 min',
  ])
})

test('the ledger tells nights apart where open hours are the promise', () => {
  expect(linesOf(logOf([2, ASKED], [25, ANSWERED]), 'office', 30)).toEqual([
    'Clock 1, visitor, from Mon 2 Mar 2026 11:00 CET: the visitor asked',
    '  Mon 2 Mar 2026 11:00 CET: the visitor wrote',
    '  Mon 2 Mar 2026 11:00 CET – Mon 2 Mar 2026 17:00 CET: 6 h count, waiting for an answer (First Line)',
    '  Mon 2 Mar 2026 17:00 CET – Tue 3 Mar 2026 09:00 CET: 16 h do not count, outside of opening hours (First Line)',
    '  Tue 3 Mar 2026 09:00 CET – Tue 3 Mar 2026 10:00 CET: 1 h count, waiting for an answer (First Line)',
    '  Tue 3 Mar 2026 10:00 CET: staff answered',
    '  promised: 16 h of opening hours, due Wed 4 Mar 2026 11:00 CET; passed: 7 h',
    '  Tue 3 Mar 2026 10:00 CET: answered in time, 25 h before it was due',
  ])
})

test('a clock that came from the wall clock to open hours is told by open hours all along', () => {
  const log = logOf([0, ASKED], [4, { kind: 'moved', unit: 'madrid' }], [10, ANSWERED])
  expect(linesOf(log, 'plain', 30)).toEqual([
    'Clock 1, visitor, from Mon 2 Mar 2026 09:00 CET: the visitor asked',
    '  Mon 2 Mar 2026 09:00 CET: the visitor wrote',
    '  Mon 2 Mar 2026 09:00 CET – Mon 2 Mar 2026 13:00 CET: 4 h count, waiting for an answer (First Line)',
    '  Mon 2 Mar 2026 13:00 CET: moved to Madrid; due Mon 9 Mar 2026 17:00 CET instead of Wed 4 Mar 2026 09:00 CET',
    '  Mon 2 Mar 2026 13:00 CET – Mon 2 Mar 2026 17:00 CET: 4 h count, waiting for an answer (Madrid)',
    '  Mon 2 Mar 2026 17:00 CET – Mon 2 Mar 2026 19:00 CET: 2 h do not count, outside of opening hours (Madrid)',
    '  Mon 2 Mar 2026 19:00 CET: staff answered',
    '  promised: 48 h of opening hours, due Mon 9 Mar 2026 17:00 CET; passed: 8 h',
    '  Mon 2 Mar 2026 19:00 CET: answered in time, 166 h before it was due',
  ])
  const nights = logOf([0, ASKED], [24, { kind: 'moved', unit: 'madrid' }], [25, ANSWERED])
  expect(linesOf(nights, 'plain', 30).slice(2, 5)).toEqual([
    '  Mon 2 Mar 2026 09:00 CET – Mon 2 Mar 2026 17:00 CET: 8 h count, waiting for an answer (First Line)',
    '  Mon 2 Mar 2026 17:00 CET – Tue 3 Mar 2026 09:00 CET: 16 h do not count, outside of opening hours (First Line)',
    '  Tue 3 Mar 2026 09:00 CET: moved to Madrid; due Mon 9 Mar 2026 17:00 CET instead of Wed 4 Mar 2026 09:00 CET',
  ])
})

test('a clock that came from open hours to the wall clock is told by the wall clock all along', () => {
  const log = logOf([6, ASKED], [24, { kind: 'moved', unit: 'nodes' }], [25, ANSWERED])
  const inMadrid = { ...log, start: { ...log.start, unit: 'madrid' } }
  expect(linesOf(inMadrid, 'plain', 30)).toEqual([
    'Clock 1, visitor, from Mon 2 Mar 2026 15:00 CET: the visitor asked',
    '  Mon 2 Mar 2026 15:00 CET: the visitor wrote',
    '  Mon 2 Mar 2026 15:00 CET – Tue 3 Mar 2026 09:00 CET: 18 h count, waiting for an answer (Madrid)',
    '  Tue 3 Mar 2026 09:00 CET: moved to Nodes; due Wed 4 Mar 2026 15:00 CET instead of Tue 10 Mar 2026 15:00 CET',
    '  Tue 3 Mar 2026 09:00 CET – Tue 3 Mar 2026 10:00 CET: 1 h count, waiting for an answer (Nodes)',
    '  Tue 3 Mar 2026 10:00 CET: staff answered',
    '  promised: 48 h by the wall clock, due Wed 4 Mar 2026 15:00 CET; passed: 19 h',
    '  Tue 3 Mar 2026 10:00 CET: answered in time, 29 h before it was due',
  ])
})

test('days of lateness are told as such, and days after another level as days since then', () => {
  expect(linesOf(logOf([0, ASKED]), 'plain', 97).slice(-5, -2)).toEqual([
    '  Wed 4 Mar 2026 09:00 CET: 100% of the time is gone',
    '  Thu 5 Mar 2026 09:00 CET: late for 1 day',
    '  Fri 6 Mar 2026 09:00 CET: late for 2 days',
  ])
  const { promise, calendarOf } = policyOf('plain')
  const half = { share: 0.5, digest: false, to: [], repeats: 'daily' } as const
  const policy = { calendarOf, promise: { ...promise, levels: [half] } }
  const log = logOf([0, ASKED])
  const lines = explainLines(reckon(log, policy, hours(49)), {
    log,
    policy,
    timeZone: 'Europe/Madrid',
    nameOf,
  })
  expect(lines.slice(-4, -2)).toEqual([
    '  Tue 3 Mar 2026 09:00 CET: 50% of the time is gone',
    '  Wed 4 Mar 2026 09:00 CET: 50% of the time has been gone for 1 day',
  ])
})

test('the ledger tells of a clock between units, and of one that runs', () => {
  const log = logOf([0, ASKED], [1, ANSWERED], [2, { kind: 'moved', unit: 'nodes' }])
  expect(linesOf(log, 'plain', 3, 'America/New_York').slice(-6)).toEqual([
    '  Mon 2 Mar 2026 04:00 GMT-5: answered in time, 47 h before it was due',
    'Clock 2, internal, from Mon 2 Mar 2026 05:00 GMT-5: handed over after an answer; the visitor is not told',
    '  Mon 2 Mar 2026 05:00 GMT-5: moved to Nodes',
    '  Mon 2 Mar 2026 05:00 GMT-5 – Mon 2 Mar 2026 06:00 GMT-5: 1 h count, waiting for an answer (Nodes)',
    '  promised: 48 h by the wall clock, due Wed 4 Mar 2026 05:00 GMT-5; passed: 1 h',
    '  Mon 2 Mar 2026 06:00 GMT-5: running: 47 h left',
  ])
})

test.for([
  ['in time', [], 47, 'running: 1 h left'],
  ['late', [], 49, 'running: late by 1 h'],
  ['paused', [[5, { kind: 'state', state: 'pending' }]], 49, 'paused: nothing is due until it goes on'],
  ['late, then paused', [[49, { kind: 'state', state: 'pending' }]], 52, 'paused: late by 4 h'],
  ['closed', [[5, { kind: 'state', state: 'closed' }]], 49, 'ended: closed'],
] as const)('the last line says how it stands: %s', ([, happened, count, words]) => {
  expect(linesOf(logOf([0, ASKED], ...happened), 'pauses', count).at(-1)).toContain(words)
})

test('a ticket without a clock says so', () => {
  expect(linesOf(logOf([0, ANSWERED]), 'plain', 5)).toEqual([
    'No clock: nobody waits for an answer, and nobody did.',
  ])
})

test('the JSON tells the visitor’s latest clock above, and all of them below', () => {
  const log = logOf([0, ASKED], [1, ANSWERED], [2, { kind: 'asked', by: 'visitor', how: 'word' }])
  const policy = policyOf('plain')
  expect(explainJson(reckon(log, policy, hours(27)), policy)).toMatchObject({
    due_at: '2026-03-04T10:00:00.000Z',
    level: '50%',
    outcome: 'running',
    segments: [
      { from: '2026-03-02T10:00:00.000Z', to: '2026-03-03T11:00:00.000Z', counts: true, because: 'waiting' },
    ],
    clocks: [
      {
        key: 'h0',
        outcome: 'answered',
        ended_at: '2026-03-02T09:00:00.000Z',
        level: null,
        kept: { wall: true },
      },
      { key: 'h2', outcome: 'running', ended_at: null, passed_ms: { wall: 25 * HOUR_MS } },
    ],
  })
})

test('the JSON tells no due time while only a unit waits for another', () => {
  const log = logOf([0, ASKED], [1, ANSWERED], [2, { kind: 'moved', unit: 'nodes' }])
  const policy = policyOf('plain')
  const explained = explainJson(reckon(log, policy, hours(3)), policy)
  expect(explained).toMatchObject({ due_at: null, outcome: 'answered', clocks: [{}, { kind: 'internal' }] })
  expect(explained.clocks[1]?.due_at).toBe('2026-03-04T10:00:00.000Z')
})

test('the JSON of a ticket without a clock is empty', () => {
  const policy = policyOf('plain')
  expect(explainJson(reckon(logOf([0, ANSWERED]), policy, hours(3)), policy)).toEqual({
    due_at: null,
    level: null,
    outcome: null,
    segments: [],
    clocks: [],
  })
})

/** What a clock's stretches come to, and what it says of itself; equal where the ledger adds up. */
function sumsOf(
  { segments, passed_ms, picked, started_at, ended_at }: Explained['clocks'][number],
  asOf: Date,
) {
  const parts = segments.map(({ from, to, counts }) => ({ counts, ms: Date.parse(to) - Date.parse(from) }))
  const sum = (some: typeof parts): number => some.reduce((total, { ms }) => total + ms, 0)
  return {
    stretches: { elapsed: sum(parts), passed: sum(parts.filter(({ counts }) => counts)) },
    clock: {
      elapsed: (ended_at ? Date.parse(ended_at) : asOf.getTime()) - Date.parse(started_at),
      passed: passed_ms[picked],
    },
  }
}

test('in every scenario what counts in the JSON adds up to what has passed by the reading that is the promise', () => {
  for (const { log, asOf, policy: name, clocks } of scenarios) {
    const policy = policyOf(name)
    const explained = explainJson(reckon(log, policy, asOf), policy)
    expect(explained.clocks).toHaveLength(clocks.length)
    for (const clock of explained.clocks) {
      const { stretches, clock: told } = sumsOf(clock, asOf)
      expect(stretches).toEqual(told)
    }
  }
})

test('whatever units a ticket went through, what counts in the JSON adds up to what has passed', () => {
  let mixed = 0
  const anyPolicy = fc.constantFrom(...policies.values())
  const property = fc.property(loggedTicket, anyPolicy, ({ log, asOf }, policy) => {
    const reckoning = reckon(log, policy, asOf)
    for (const [index, clock] of explainJson(reckoning, policy).clocks.entries()) {
      const { stretches, clock: told } = sumsOf(clock, asOf)
      expect(stretches).toEqual(told)
      const units = new Set(reckoning.clocks[index]?.segments.map(({ unit }) => unit))
      if (units.has('madrid') && units.size > 1) mixed += 1
    }
  })
  fc.assert(property, { numRuns: 1_000, seed: 20_260_302 })
  expect(mixed).toBeGreaterThan(50)
})

test('every ledger of every scenario is told in words, and without an address', () => {
  const words = scenarios.flatMap(({ log, asOf, policy: name }) => {
    const policy = policyOf(name)
    return explainLines(reckon(log, policy, asOf), { log, policy, timeZone: 'UTC', nameOf })
  })
  expect(words.join('\n')).not.toMatch(/undefined|null|NaN|@/)
})
