import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS } from '../../src/clock.ts'
import type { TicketClock } from '../../src/promise/clock.ts'
import { cameBy, nextLevelAt } from '../../src/promise/levels.ts'
import type { Happening } from '../../src/promise/log.ts'
import { reckon } from '../../src/promise/reckon.ts'
import type { Policy } from '../../src/promise/reckon.ts'
import { readPolicies } from './golden/scenario.ts'

const SENT = new Date('2026-03-02T08:00:00Z')
const hours = (count: number): Date => after(SENT, count * HOUR_MS)

function policyOf(name: string): Policy {
  const policy = readPolicies().get(name)
  if (!policy) throw new Error(`no policy is called ${name}`)
  return policy
}

const POLICY = policyOf('pauses')
const { promise } = POLICY

/** The clock of a request and of what happened to it, as it is after so many hours. */
function clockAt(count: number, ...happened: readonly Happening[]): TicketClock {
  const asked: Happening = { at: SENT, key: 'asked', kind: 'asked', by: 'visitor', how: 'request' }
  const start = { unit: 'first-line', priority: '2 normal', state: 'new', tags: [] } as const
  const { clocks } = reckon({ start, happenings: [asked, ...happened] }, POLICY, hours(count))
  const [clock] = clocks
  if (!clock) throw new Error('no clock')
  return clock
}

const turned = (count: number, state: 'open' | 'pending' | 'closed'): Happening => ({
  at: hours(count),
  key: `state-${count}`,
  kind: 'state',
  state,
})
const answered = (count: number): Happening => ({
  at: hours(count),
  key: 'answered',
  kind: 'answered',
  how: 'answer',
})

const namesBy = (clock: TicketClock, count: number): readonly string[] =>
  cameBy(clock, promise, hours(count)).map(({ name }) => name)

test.for([
  ['nothing before half of the time', 23.99, []],
  ['a level in the instant of its time', 24, ['50%']],
  ['each level once', 47, ['50%', '75%', '90%']],
  ['the last when it is due', 48, ['50%', '75%', '90%', '100%']],
  ['no repeat before a day has passed', 71.99, ['50%', '75%', '90%', '100%']],
  ['a repeat each day', 96, ['50%', '75%', '90%', '100%', '100%+1d', '100%+2d']],
] as const)('of a clock that runs there came: %s', ([, at, names]) => {
  expect(namesBy(clockAt(at), at)).toEqual(names)
})

test('a level is told with its place in the promise, its day and its instant', () => {
  expect(cameBy(clockAt(73), promise, hours(73)).slice(-2)).toEqual([
    { name: '100%', index: 3, repeat: 0, at: hours(48) },
    { name: '100%+1d', index: 3, repeat: 1, at: hours(72) },
  ])
})

test('what came is the same whenever the clock is reckoned: a jump of a day loses and repeats nothing', () => {
  const all = cameBy(clockAt(500), promise, hours(500))
  for (let at = 0; at <= 500; at += 7) {
    expect(cameBy(clockAt(at), promise, hours(at))).toEqual(all.filter(({ at: came }) => came <= hours(at)))
  }
})

test('a clock reckoned earlier tells of levels that came since', () => {
  expect(namesBy(clockAt(1), 72)).toEqual(['50%', '75%', '90%', '100%', '100%+1d'])
})

test('of an ended clock only what came while it ran', () => {
  expect(namesBy(clockAt(300, answered(73)), 300)).toEqual(['50%', '75%', '90%', '100%', '100%+1d'])
})

test('no repeat comes that falls into a pause, nor later in its place', () => {
  const clock = clockAt(130, turned(50, 'pending'), turned(100, 'open'))
  expect(namesBy(clock, 99)).toEqual(['50%', '75%', '90%', '100%'])
  expect(namesBy(clock, 130)).toEqual(['50%', '75%', '90%', '100%', '100%+3d'])
})

test.for([
  ['before the first', 1, 24],
  ['in the instant of one', 24, 36],
  ['between two', 40, 43.2],
  ['before the last', 44, 48],
  ['when it is due, the next day', 48, 72],
  ['late by days, the next day', 100, 120],
] as const)('the next level of a clock that runs: %s', ([, now, next]) => {
  expect(nextLevelAt(clockAt(now), promise, hours(now))).toEqual(hours(next))
})

test('the next one is what comes next: nothing comes between, and it comes then', () => {
  for (let at = 0; at <= 200; at += 5) {
    const next = nextLevelAt(clockAt(at), promise, hours(at))
    const count = cameBy(clockAt(at), promise, hours(at)).length
    if (!next) throw new Error('nothing comes')
    expect(cameBy(clockAt(at), promise, after(next, -1))).toHaveLength(count)
    expect(cameBy(clockAt(at), promise, next)).toHaveLength(count + 1)
  }
})

test.for([
  ['paused', [turned(5, 'pending')]],
  ['closed', [turned(5, 'closed')]],
  ['answered', [answered(5)]],
] as const)('nothing comes next of a clock that is %s', ([, happened]) => {
  expect(nextLevelAt(clockAt(20, ...happened), promise, hours(20))).toBeNull()
})

test('nothing comes next where no level repeats and all have come', () => {
  const once = { ...promise, levels: promise.levels.map((level) => ({ ...level, repeats: null })) }
  expect(nextLevelAt(clockAt(60), once, hours(60))).toBeNull()
  expect(cameBy(clockAt(60), once, after(hours(60), 9 * DAY_MS)).map(({ name }) => name)).toEqual([
    '50%',
    '75%',
    '90%',
    '100%',
  ])
})
