import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOUR_MS } from '../../src/clock.ts'
import { OUTCOMES } from '../../src/promise/clock.ts'
import { type Kept, keptShare, percentile, type Report } from '../../src/promise/report.ts'
import { ENDINGS, type ReportClock } from '../../src/promise/report-standing.ts'
import { reportText } from '../../src/promise/report-text.ts'
import { FORMULA, percentWords } from '../../src/promise/report-words.ts'
import { aClock, aRange, aReport, DECEMBER } from './report-samples.ts'

const NOVEMBER = aRange('2026-11')

const hours = (values: readonly (number | null)[]): readonly (number | null)[] =>
  values.map((value) => value && value / HOUR_MS)

test('an answer in time, a late one and a wait past its due make the share; all other endings are apart', () => {
  const startedAt = '2026-11-03T09:00:00Z'
  const report = aReport(
    [
      aClock({ startedAt, took: 48 }),
      aClock({ startedAt, took: 48.1 }),
      aClock({ startedAt }),
      aClock({ startedAt: '2026-11-30T09:00:00Z' }),
      aClock({ startedAt, took: 50, outcome: 'closed' }),
      aClock({ startedAt, took: 1, outcome: 'merged' }),
      aClock({ startedAt, took: 1, outcome: 'spam' }),
      aClock({ startedAt, took: 1, kind: 'internal' }),
    ],
    NOVEMBER,
  )
  expect(report.kept.promised).toEqual({ inTime: 1, late: 1, overdue: 1 })
  expect(keptShare(report.kept.promised)).toBe(1 / 3)
  expect(report.received).toBe(7)
  expect(report.internal).toBe(1)
  expect(report.endings.answered).toEqual({ carriedIn: 0, received: 2, late: 1 })
  expect(report.endings.closed).toEqual({ carriedIn: 0, received: 1, late: 1 })
  expect(report.open).toEqual({ carriedIn: 0, received: 2, late: 1 })
})

test('the promise is each clock’s own reading, and both readings are told of all', () => {
  const startedAt = '2026-11-03T09:00:00Z'
  const wait = { startedAt, took: 100, targetHours: 48, businessShare: 0.25 } as const
  const { kept, picked } = aReport([aClock(wait), aClock({ ...wait, picked: 'business' })], NOVEMBER)
  expect(kept).toEqual({
    promised: { inTime: 1, late: 1, overdue: 0 },
    wall: { inTime: 0, late: 2, overdue: 0 },
    business: { inTime: 2, late: 0, overdue: 0 },
  })
  expect(picked).toEqual({ wall: 1, business: 1 })
})

test('a clock is told as it stood at the end of the range, whatever became of it later', () => {
  const clock = aClock({ startedAt: '2026-11-29T09:00:00Z', took: 70 })
  expect(aReport([clock], NOVEMBER)).toMatchObject({
    received: 1,
    open: { received: 1, late: 0 },
    breaches: [],
  })
  const early = aReport([clock], aRange(['2026-11-29', '2026-12-01']))
  expect(early).toMatchObject({
    received: 1,
    open: { received: 1, late: 1 },
    kept: { promised: { overdue: 1 } },
  })
  expect(aReport([clock], aRange('2026-12'))).toMatchObject({
    received: 0,
    carriedIn: 1,
    isOver: false,
    endings: { answered: { carriedIn: 1, received: 0, late: 1 } },
  })
  expect(aReport([clock], aRange('2026-10'), { now: DECEMBER })).toMatchObject({ received: 0, carriedIn: 0 })
})

test('a clock that ends with the last instant of a range is of the next one', () => {
  const clock = aClock({ startedAt: '2026-11-30T21:00:00Z', took: 2 })
  expect(aReport([clock], NOVEMBER)).toMatchObject({ received: 1, open: { received: 1 } })
  expect(aReport([clock], aRange('2026-12'))).toMatchObject({
    carriedIn: 1,
    endings: { answered: { carriedIn: 1 } },
  })
})

test('breaches are told in the order of their dues, with how late they were and why', () => {
  const report = aReport(
    [
      aClock({ number: '2', startedAt: '2026-11-20T09:00:00Z', took: 60, reason: 'holiday' }),
      aClock({ number: '1', startedAt: '2026-11-03T09:00:00Z', unit: null, form: 'training' }),
      aClock({ number: '3', startedAt: '2026-11-03T09:00:00Z', took: 47 }),
      aClock({ number: '4', startedAt: '2026-11-03T09:00:00Z', took: 60, outcome: 'closed' }),
    ],
    NOVEMBER,
  )
  expect(report.breaches).toEqual([
    {
      number: '1',
      unit: null,
      form: 'training',
      dueAt: new Date('2026-11-05T09:00:00Z'),
      answeredAt: null,
      lateMs: NOVEMBER.to.getTime() - Date.parse('2026-11-05T09:00:00Z'),
      reason: null,
    },
    {
      number: '2',
      unit: 'first-line',
      form: null,
      dueAt: new Date('2026-11-22T09:00:00Z'),
      answeredAt: new Date('2026-11-22T21:00:00Z'),
      lateMs: 12 * HOUR_MS,
      reason: 'holiday',
    },
  ])
})

test('what was late when it ended without an answer is told apart, and counts neither as kept nor as missed', () => {
  const startedAt = '2026-11-03T09:00:00Z'
  const report = aReport(
    [
      aClock({ number: '1', startedAt, took: 51, outcome: 'closed', reason: 'holiday' }),
      aClock({ number: '2', startedAt: '2026-11-02T09:00:00Z', took: 72, outcome: 'not-needed', unit: null }),
      aClock({ number: '3', startedAt, took: 48, outcome: 'closed' }),
      aClock({ number: '4', startedAt, took: 47 }),
      // At the end of the month it waits still.
      aClock({ number: '5', startedAt: '2026-11-28T09:00:00Z', took: 100, outcome: 'closed' }),
    ],
    NOVEMBER,
  )
  expect(report.kept.promised).toEqual({ inTime: 1, late: 0, overdue: 1 })
  expect(report.breaches.map(({ number }) => number)).toEqual(['5'])
  expect(report.endedLate.map(({ number }) => number)).toEqual(['2', '1'])
  expect(report.endedLate[1]).toEqual({
    number: '1',
    unit: 'first-line',
    form: null,
    outcome: 'closed',
    dueAt: new Date('2026-11-05T09:00:00Z'),
    endedAt: new Date('2026-11-05T12:00:00Z'),
    lateMs: 3 * HOUR_MS,
    reason: 'holiday',
  })
  const text = reportText(report, { unit: (id) => id ?? 'none', form: (id) => id ?? 'none' })
  expect(text).toContain('Ended without an answer past their due, and not counted: 2.')
  expect(text).toMatch(/^2 +none +2026-11-04 10:00 +not needed 1 day late +2026-11-05 10:00 +not given$/m)
  expect(text).toMatch(/^1 +first-line +2026-11-05 10:00 +closed 3 hours late +2026-11-05 13:00 +holiday$/m)
  expect(FORMULA).toContain('also where it was past its due')
})

test('of a month that is not over, only what was due by now counts', () => {
  const now = new Date('2026-11-05T09:00:00Z')
  const waits = [aClock({ startedAt: '2026-11-03T09:00:00Z' }), aClock({ startedAt: '2026-11-03T08:59:59Z' })]
  const report = aReport(waits, NOVEMBER, { now })
  expect(report).toMatchObject({ isOver: false, asOf: now, kept: { promised: { overdue: 1 } } })
  expect(report.answered.days).toHaveLength(5)
})

test('times are told by unit and by form, and groups of neither are last', () => {
  const startedAt = '2026-11-03T09:00:00Z'
  const report = aReport(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 50].map((took) =>
      aClock({ startedAt, took, unit: took < 3 ? null : 'technical', form: took > 8 ? 'training' : null }),
    ),
    NOVEMBER,
  )
  expect(hours([report.time.wall.median, report.time.wall.p90])).toEqual([5, 9])
  expect(hours([report.time.business.median, report.time.business.p90])).toEqual([1.25, 2.25])
  expect(report.byUnit.map(({ id, answered, kept }) => [id, answered, kept.late])).toEqual([
    ['technical', 8, 1],
    [null, 2, 0],
  ])
  expect(report.byForm.map(({ id, time }) => [id, ...hours([time.wall.median, time.wall.p90])])).toEqual([
    ['training', 9, 50],
    [null, 4, 8],
  ])
})

test('ratings are the mean of all that a unit was given', () => {
  const ratings = [
    { unit: 'technical', score: 5, count: 3 },
    { unit: 'technical', score: 1, count: 1 },
    { unit: 'first-line', score: 4, count: 2 },
  ]
  expect(aReport([], NOVEMBER, { ratings }).ratings).toEqual([
    { unit: 'first-line', mean: 4, count: 2 },
    { unit: 'technical', mean: 4, count: 4 },
  ])
})

test('answers and what is kept are told by day, by week or by month, as long as the range is', () => {
  const steps = (of: Report): readonly unknown[] => [of.answered.step, of.trend.step, of.answered.days.length]
  expect(steps(aReport([], NOVEMBER))).toEqual(['day', 'week', 30])
  expect(steps(aReport([], aRange(['2026-01-01', '2026-11-30'])))).toEqual(['week', 'week', 49])
  expect(steps(aReport([], aRange(['2022-01-01', '2026-11-30'])))).toEqual(['month', 'month', 59])
})

test.for([
  [{ inTime: 1999, late: 1, overdue: 0 }, '99.9%'],
  [{ inTime: 57, late: 40, overdue: 3 }, '57.0%'],
  [{ inTime: 3, late: 0, overdue: 0 }, '100%'],
  [{ inTime: 0, late: 0, overdue: 1 }, '0.0%'],
  [{ inTime: 0, late: 0, overdue: 0 }, '–'],
] as const)('%j is told as %s: only all is all', ([kept, told]) => {
  expect(percentWords(kept)).toBe(told)
})

/** A clock that ended somehow, somewhere around November, or runs. */
const anyClock: fc.Arbitrary<ReportClock> = fc
  .record({
    startedAt: fc.date({ min: new Date('2026-10-20T00:00:00Z'), max: DECEMBER, noInvalidDate: true }),
    took: fc.option(fc.double({ min: 0, max: 300, noNaN: true }), { freq: 8 }),
    ended: fc.constantFrom(...ENDINGS),
    kind: fc.constantFrom('visitor', 'visitor', 'visitor', 'internal'),
    unit: fc.constantFrom('first-line', 'technical', null),
    form: fc.constantFrom('training', 'upload-trouble', null),
    picked: fc.constantFrom('wall', 'business'),
    targetHours: fc.constantFrom(0.5, 24, 48),
  })
  .map(({ took, ended, startedAt, ...wait }) => {
    const left = (DECEMBER.getTime() - startedAt.getTime()) / HOUR_MS
    return took === null || took > left
      ? aClock({ ...wait, startedAt })
      : aClock({ ...wait, startedAt, took, outcome: ended })
  })

const clocksAround = fc.array(anyClock, { maxLength: 40 })

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
const total = (kept: readonly Kept[]): Kept => ({
  inTime: sum(kept.map(({ inTime }) => inTime)),
  late: sum(kept.map(({ late }) => late)),
  overdue: sum(kept.map(({ overdue }) => overdue)),
})

test('figures add up: what was received and what was carried in is what ended and what is open', () => {
  fc.assert(
    fc.property(clocksAround, (clocks) => {
      const report = aReport(clocks, NOVEMBER)
      const all = [...Object.values(report.endings), report.open]
      expect(sum(all.map(({ received }) => received))).toBe(report.received)
      expect(sum(all.map(({ carriedIn }) => carriedIn))).toBe(report.carriedIn)
      const inNovember = clocks.filter(
        ({ clock }) =>
          clock.kind === 'visitor' && clock.startedAt >= NOVEMBER.from && clock.startedAt < NOVEMBER.to,
      )
      expect(report.received).toBe(inNovember.length)
      const { inTime, late, overdue } = report.kept.promised
      const { answered } = report.endings
      expect(inTime + late).toBe(answered.received + answered.carriedIn)
      expect(late).toBe(answered.late)
      expect(overdue).toBe(report.open.late)
      expect(report.breaches).toHaveLength(late + overdue)
      const { answered: _, ...otherwise } = report.endings
      expect(report.endedLate).toHaveLength(sum(Object.values(otherwise).map((one) => one.late)))
      for (const parts of [report.byUnit, report.byForm, report.trend.days]) {
        expect(total(parts.map(({ kept }) => kept))).toEqual(report.kept.promised)
      }
      expect(total(report.answered.days.map(({ kept }) => kept))).toEqual({ inTime, late, overdue: 0 })
      expect(sum(report.took.map((one) => one.late))).toBe(late)
      expect(sum(report.took.map((one) => one.inTime))).toBe(inTime)
      expect(sum(report.took.map(({ business }) => business))).toBe(inTime + late)
    }),
    { numRuns: 300 },
  )
})

test('what is open at the end of a month is what the next one carries in, and no ending is told twice or never', () => {
  fc.assert(
    fc.property(clocksAround, (clocks) => {
      const [october, november, december] = ['2026-10', '2026-11', '2026-12'].map((month) =>
        aReport(clocks, aRange(month)),
      )
      if (!october || !november || !december) throw new Error('three months')
      expect(october.open.received + october.open.carriedIn).toBe(november.carriedIn)
      expect(november.open.received + november.open.carriedIn).toBe(december.carriedIn)
      for (const ending of ENDINGS) {
        const ended = clocks.filter(({ clock }) => clock.kind === 'visitor' && clock.outcome === ending)
        const told = [october, november, december].map(({ endings }) => endings[ending])
        expect(sum(told.map(({ received, carriedIn }) => received + carriedIn))).toBe(ended.length)
      }
    }),
    { numRuns: 200 },
  )
})

test('the order of the clocks changes nothing', () => {
  fc.assert(
    fc.property(clocksAround, (clocks) => {
      const numbered = clocks.map((clock, at) => ({ ...clock, number: String(at) }))
      expect(JSON.stringify(aReport(numbered.toReversed(), NOVEMBER))).toBe(
        JSON.stringify(aReport(numbered, NOVEMBER)),
      )
    }),
    { numRuns: 100 },
  )
})

test('a percentile is the smallest value that so many in a hundred do not exceed', () => {
  const rank = fc.integer({ min: 1, max: 100 })
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 120 }), rank, (values, rank) => {
      const reaches = (value: number): boolean =>
        values.filter((one) => one <= value).length * 100 >= rank * values.length
      expect(percentile(values, rank)).toBe(Math.min(...values.filter(reaches)))
    }),
    { numRuns: 500 },
  )
  expect(percentile([], 50)).toBeNull()
})

test('every way in which a clock can end is counted', () => {
  expect([...ENDINGS, 'running', 'paused'].sort()).toEqual([...OUTCOMES].sort())
})
