import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS } from '../../src/clock.ts'
import { newsOf } from '../../src/clocks/news.ts'
import type { LevelMark } from '../../src/clocks/records.ts'
import { reckon } from '../../src/promise/reckon.ts'
import { PROMISE } from '../support/sample-rules.ts'
import { NOON } from '../support/samples.ts'
import { LEVELS } from './sweeping.ts'

const promise = { ...PROMISE, levels: LEVELS }

/** What a request of noon comes to so many hours later. */
function newsAfter(hours: number, marks: readonly Partial<LevelMark>[]) {
  const now = after(NOON, hours * HOUR_MS)
  const log = {
    start: { unit: 'nodes', priority: null, state: 'open', tags: [] },
    happenings: [{ at: NOON, key: 'request', kind: 'asked', by: 'visitor', how: 'request' }],
  } as const
  const clock = reckon(log, { promise, calendarOf: () => null }, now).running
  if (!clock) throw new Error('it runs')
  const whole = marks.map((mark): LevelMark => ({
    subject: 'c:ann',
    clock: 'request',
    level: '75%',
    how: 'told',
    cameAt: NOON,
    at: NOON,
    ack: 'ack',
    acknowledgedAt: null,
    ...mark,
  }))
  const { told, covered, along, noted } = newsOf(clock, promise, whole, now)
  const names = (came: readonly { name: string }[]) => came.map(({ name }) => name)
  return { told: told?.came.name ?? null, covered: names(covered), along: names(along), noted: names(noted) }
}

const NO_NEWS = { told: null, covered: [], along: [], noted: [] }
const UP_TO_DUE = [
  { level: '50%', how: 'digest' },
  { level: '75%' },
  { level: '90%' },
  { level: '100%' },
] as const
const SEEN = after(NOON, DAY_MS)

test.for([
  { why: 'before any level', hours: 23, marks: [], news: NO_NEWS },
  { why: 'a level for digests', hours: 24, marks: [], news: { ...NO_NEWS, noted: ['50%'] } },
  { why: 'one level', hours: 36, marks: [], news: { ...NO_NEWS, told: '75%', noted: ['50%'] } },
  {
    why: 'two at once',
    hours: 44,
    marks: [],
    news: { told: '90%', covered: ['75%'], along: ['75%'], noted: ['50%'] },
  },
  { why: 'told already', hours: 49, marks: UP_TO_DUE, news: NO_NEWS },
  {
    why: 'a lower one that came after a higher one was told',
    hours: 49,
    marks: [{ level: '100%' }],
    news: { told: null, covered: ['75%', '90%'], along: [], noted: ['50%'] },
  },
  { why: 'the next day', hours: 73, marks: UP_TO_DUE, news: { ...NO_NEWS, told: '100%+1d' } },
  { why: 'three days later', hours: 121, marks: UP_TO_DUE, news: { ...NO_NEWS, told: '100%+3d' } },
  {
    why: 'a day that was missed before one that was told',
    hours: 97,
    marks: [...UP_TO_DUE, { level: '100%+2d' }],
    news: NO_NEWS,
  },
  {
    why: 'the level was acknowledged',
    hours: 97,
    marks: [...UP_TO_DUE.slice(0, 3), { level: '100%', acknowledgedAt: SEEN }],
    news: NO_NEWS,
  },
  {
    why: 'a repeat was acknowledged',
    hours: 97,
    marks: [...UP_TO_DUE, { level: '100%+1d', acknowledgedAt: SEEN }],
    news: NO_NEWS,
  },
  {
    why: 'a lower level was acknowledged',
    hours: 49,
    marks: [...UP_TO_DUE.slice(0, 2), { level: '90%', acknowledgedAt: SEEN }],
    news: { ...NO_NEWS, told: '100%' },
  },
  {
    why: 'marks of another clock',
    hours: 36,
    marks: [{ clock: 'article:1:2', level: '100%' }],
    news: { ...NO_NEWS, told: '75%', noted: ['50%'] },
  },
])('of the levels that came the right one is told: $why', ({ hours, marks, news }) => {
  expect(newsAfter(hours, marks)).toEqual(news)
})
