import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inSteps, isoDay, monthBefore, monthIn, monthOf, readRange } from '../../src/promise/report-range.ts'
import { weekdayOf } from '../../src/promise/wall-clock.ts'
import { aRange, DECEMBER, ZONE } from './report-samples.ts'

const at = { zone: ZONE, now: DECEMBER }

test.for([
  ['2026-10', '2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z'],
  ['2026-03', '2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
  ['2024-02', '2024-01-31T23:00:00.000Z', '2024-02-29T23:00:00.000Z'],
  ['2026-12', '2026-11-30T23:00:00.000Z', '2026-12-31T23:00:00.000Z'],
] as const)('the month %s begins and ends with the midnights there', ([month, from, to]) => {
  const range = aRange(month)
  expect([range.from.toISOString(), range.to.toISOString(), monthIn(range)]).toEqual([from, to, month])
})

test('the last day that was asked for is in the range, and without one it is today there', () => {
  const both = aRange(['2026-10-05', '2026-10-11'])
  expect([both.from.toISOString(), both.to.toISOString()]).toEqual([
    '2026-10-04T22:00:00.000Z',
    '2026-10-11T22:00:00.000Z',
  ])
  const late = { zone: ZONE, now: new Date('2026-12-10T23:30:00Z') }
  expect(isoDay(readRange({ from: '2026-12-01' }, late).range?.lastDay ?? 0)).toBe('2026-12-11')
})

test('the month that is told where none is asked for is the one that it is there, not elsewhere', () => {
  const newYear = { zone: ZONE, now: new Date('2026-12-31T23:30:00Z') }
  const { range } = readRange({ month: ' ', from: '', to: '' }, newYear)
  expect(range && monthIn(range)).toBe('2027-01')
  expect(monthIn(monthBefore(newYear.now, ZONE))).toBe('2026-12')
  expect(monthIn(monthOf(newYear.now, 'UTC'))).toBe('2026-12')
})

test.for([
  [{ month: '2026-13' }, 'month', 'Write the month like 2026-10.'],
  [{ month: 'October' }, 'month', 'Write the month like 2026-10.'],
  [{ month: '2026-1' }, 'month', 'Write the month like 2026-10.'],
  [{ month: '1969-12' }, 'month', 'Write the month like 2026-10.'],
  [{ month: '2027-01' }, 'month', '2027-01 has not begun yet.'],
  [
    { month: '2026-10', to: '2026-10-05' },
    'month',
    'Ask for a month, or for a first and a last day: not for both.',
  ],
  [{ to: '2026-10-05' }, 'from', 'Name the first day, like 2026-10-01.'],
  [{ from: '2026-02-29' }, 'from', 'Write the first day like 2026-10-01.'],
  [{ from: '1.10.2026', to: '2026-10-05' }, 'from', 'Write the first day like 2026-10-01.'],
  [{ from: '2026-10-01', to: '2026-10-32' }, 'to', 'Write the last day like 2026-10-31.'],
  [{ from: '2026-10-02', to: '2026-10-01' }, 'to', 'The last day is before the first.'],
  [{ from: '2026-12-11' }, 'from', '2026-12-11 has not begun yet.'],
  [{ from: '2016-12-01', to: '2026-12-02' }, 'from', 'A report covers ten years at most.'],
] as const)('%j is refused at %s: %s', ([asked, field, message]) => {
  expect(readRange(asked, at)).toEqual({ range: null, wrong: { field, message } })
})

test('days are put together without a gap, and weeks begin on Monday, months with their first day', () => {
  const days = fc.record({
    from: fc.integer({ min: 0, max: 40_000 }),
    length: fc.integer({ min: 1, max: 900 }),
  })
  fc.assert(
    fc.property(days, fc.constantFrom('day', 'week', 'month'), ({ from, length }, step) => {
      const steps = inSteps({ from, to: from + length - 1 }, step)
      expect(
        steps.flatMap((one) => [...Array(one.to - one.from + 1).keys()].map((n) => one.from + n)),
      ).toEqual([...Array(length).keys()].map((n) => from + n))
      for (const { from: start } of steps.slice(1)) {
        if (step === 'week') expect(weekdayOf(start)).toBe(0)
        if (step === 'month') expect(isoDay(start)).toMatch(/-01$/)
      }
    }),
    { numRuns: 200 },
  )
})
