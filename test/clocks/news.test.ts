import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { newsOf } from '../../src/clocks/news.ts'
import type { LevelMark } from '../../src/clocks/records.ts'
import type { Audience, Level } from '../../src/promise/promise.ts'
import { reckon } from '../../src/promise/reckon.ts'
import { PROMISE } from '../support/sample-rules.ts'
import { NOON } from '../support/samples.ts'
import { LEVELS } from './sweeping.ts'

interface Given {
  readonly levels?: readonly Level[]
  /** Hours. */
  readonly target?: number
}

/** What a request of noon comes to so many hours later, to be answered within so many. */
function foundAfter(
  hours: number,
  { marks = [], levels = LEVELS, target = 48 }: Given & { readonly marks?: readonly Partial<LevelMark>[] },
) {
  const promise = { ...PROMISE, levels, targetMs: target * HOUR_MS }
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
    cameAt: now,
    at: now,
    ack: 'ack',
    acknowledgedAt: null,
    mailedAt: null,
    mailedTo: [],
    ...mark,
  }))
  return newsOf(clock, promise, whole, now)
}

function newsAfter(hours: number, marks: readonly Partial<LevelMark>[], given: Given = {}) {
  const { told, covered, along, noted } = foundAfter(hours, { ...given, marks })
  const names = (came: readonly { mark: string }[]) => came.map(({ mark }) => mark)
  return { told: told?.came.mark ?? null, covered: names(covered), along: names(along), noted: names(noted) }
}

const NO_NEWS = { told: null, covered: [], along: [], noted: [] }
const UP_TO_DUE = [
  { level: '50%', how: 'digest' },
  { level: '75%' },
  { level: '90%' },
  { level: '100%' },
] as const
const SEEN = after(NOON, 49 * HOUR_MS)

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

const at = (hours: number): Date => after(NOON, hours * HOUR_MS + MINUTE_MS)
const TOLD_SOON = [
  { level: '50%', how: 'digest', at: at(24) },
  { level: '75%', at: at(36) },
  { level: '90%', at: at(43.2) },
] as const
const TOLD_LATE = [...TOLD_SOON, { level: '100%', at: at(48) }] as const
const AGAIN = [
  { level: '50%@2', how: 'digest', at: at(48) },
  { level: '75%@2', at: at(72) },
  { level: '90%@2', at: at(86.4) },
  { level: '100%@2', at: at(96) },
] as const

test.for([
  { why: 'nothing comes before its new time', hours: 47, marks: TOLD_SOON, news: NO_NEWS },
  { why: 'one for digests', hours: 49, marks: TOLD_SOON, news: { ...NO_NEWS, noted: ['50%@2'] } },
  { why: 'one that was told', hours: 73, marks: TOLD_SOON, news: { told: '75%@2', noted: ['50%@2'] } },
  {
    why: 'two at once, of which one was told',
    hours: 97,
    marks: TOLD_SOON,
    news: { told: '100%', covered: ['75%@2', '90%@2'], along: ['75%@2', '90%@2'], noted: ['50%@2'] },
  },
  {
    why: 'all of them, though it was late before',
    hours: 97,
    marks: TOLD_LATE,
    news: { told: '100%@2', covered: ['75%@2', '90%@2'], along: ['75%@2', '90%@2'], noted: ['50%@2'] },
  },
  { why: 'each once', hours: 97, marks: [...TOLD_LATE, ...AGAIN], news: NO_NEWS },
  {
    why: 'daily repeats, of which one was told before',
    hours: 121,
    marks: [...TOLD_LATE, { level: '100%+1d', at: at(72) }, ...AGAIN],
    news: { told: '100%+1d@2' },
  },
  {
    why: 'what was acknowledged before silences nothing',
    hours: 121,
    marks: [...TOLD_SOON, { level: '100%', at: at(48), acknowledgedAt: at(49) }, ...AGAIN],
    news: { told: '100%+1d' },
  },
  {
    why: 'what is acknowledged since is silent',
    hours: 121,
    marks: [...TOLD_LATE, ...AGAIN.slice(0, 3), { level: '100%@2', at: at(96), acknowledgedAt: at(97) }],
    news: NO_NEWS,
  },
  {
    why: 'it is silent as well where the link of an earlier mail was followed since',
    hours: 121,
    marks: [...TOLD_SOON, { level: '100%', at: at(48), acknowledgedAt: at(97) }, ...AGAIN],
    news: NO_NEWS,
  },
  {
    why: 'for the third time',
    hours: 145,
    target: 192,
    marks: [...TOLD_LATE, ...AGAIN],
    news: { told: '75%@3', noted: ['50%@3'] },
  },
  {
    why: 'a level that is no more keeps back none',
    hours: 73,
    marks: [{ level: '80%', at: at(39) }],
    news: { told: '75%', noted: ['50%'] },
  },
  {
    why: 'and then less time again: what was told stays told',
    hours: 97,
    target: 48,
    marks: TOLD_LATE,
    news: { told: '100%+2d' },
  },
] as const)(
  'a clock that was given more time has its levels told again: $why',
  ({ hours, marks, news, ...of }) => {
    expect(newsAfter(hours, marks, { target: 'target' in of ? of.target : 96 })).toEqual({
      ...NO_NEWS,
      ...news,
    })
  },
)

const level = (share: number, to: readonly Audience[], repeats: Level['repeats'] = null): Level => ({
  share,
  digest: false,
  to,
  repeats,
})

test.for([
  {
    why: 'each level has people of its own',
    levels: [level(0.75, ['unit']), level(0.9, ['duty']), level(1, ['coordination'], 'daily')],
    hours: 49,
    told: { mark: '100%', to: ['coordination', 'unit', 'duty'] },
    covered: ['75%', '90%'],
  },
  {
    why: 'a daily repeat of a lower level came last',
    levels: [level(0.9, ['unit'], 'daily'), level(1, ['coordination'])],
    hours: 68,
    told: { mark: '100%', to: ['coordination', 'unit'] },
    covered: ['90%', '90%+1d'],
  },
  {
    why: 'only a daily repeat came',
    levels: [level(0.9, ['unit'], 'daily'), level(1, ['coordination'])],
    hours: 68,
    marks: [
      { level: '90%', at: at(44) },
      { level: '100%', at: at(48) },
    ],
    told: { mark: '90%+1d', to: ['unit'] },
    covered: [],
  },
])(
  'of levels that came together the highest is told, to all whom one of them tells: $why',
  ({ levels, hours, marks = [], told, covered }) => {
    const news = foundAfter(hours, { levels, marks })
    expect(news.told && { mark: news.told.came.mark, to: news.told.to }).toEqual(told)
    expect(news.covered.map(({ mark }) => mark)).toEqual(covered)
  },
)
