import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { createReporter } from '../../src/clocks/report.ts'
import { DigestPayload, ReportPayload } from '../../src/clocks/mornings.ts'
import { LARGEST_REPORT_BYTES, monthReport, monthToReport } from '../../src/clocks/monthly.ts'
import { weekDigest } from '../../src/clocks/weekly.ts'
import { reportPage } from '../../src/http/pages/report.tsx'
import { guardRow } from '../../src/store/row-size.ts'
import { aClock } from '../promise/report-samples.ts'
import { keepClocks } from '../support/kept-clocks.ts'
import { aHouse } from './morning.ts'

const ZONE = 'Europe/Madrid'

/** A month, and the week at its end. */
const WAITS = [
  // Before the month, and open in it.
  { number: '1', startedAt: '2026-10-31T12:00:00Z', took: 30, unit: 'nodes' },
  { number: '2', startedAt: '2026-11-02T12:00:00Z', took: 10, unit: 'nodes' },
  { number: '3', startedAt: '2026-11-03T12:00:00Z', took: 60, unit: 'nodes' },
  { number: '4', startedAt: '2026-11-04T12:00:00Z', took: 20, outcome: 'closed', unit: 'nodes' },
  { number: '5', startedAt: '2026-11-24T12:00:00Z', took: 20, unit: 'nodes' },
  { number: '6', startedAt: '2026-11-25T12:00:00Z', took: null, unit: 'nodes' },
  { number: '7', startedAt: '2026-11-29T12:00:00Z', took: null, unit: null },
  // Behind the month.
  { number: '8', startedAt: '2026-11-30T23:30:00Z', took: null, unit: 'nodes' },
] as const

async function aDesk(now: string) {
  const house = await aHouse({ at: new Date(now) })
  await keepClocks(
    house.db,
    WAITS.map((wait) => aClock(wait)),
  )
  const report = createReporter({ lists: house.lists, clock: () => new Date(now) })
  return { ...house, report }
}

test('the month’s mail has the figures of the report, and the report itself', async () => {
  const now = new Date('2026-12-01T07:00:00Z')
  const { report } = await aDesk('2026-12-01T07:00:00Z')
  const told = await monthReport(
    {
      report,
      reportPage: (one) =>
        reportPage({
          report: one,
          names: { unit: (id) => id ?? '–', form: (id) => id ?? '–' },
          accent: { light: '#0b5f79', dark: '#63c3df' },
          desk: 'Our desk',
        }),
    },
    { slot: now, zone: ZONE, now },
  )
  expect(told).toMatchObject({
    month: '2026-11',
    at: '2026-12-01T07:00:00.000Z',
    figures: {
      received: 6,
      carriedIn: 1,
      answered: 4,
      closed: 1,
      open: 2,
      openLate: 1,
      kept: { promised: { inTime: 3, late: 1, overdue: 1 } },
      medianMs: 20 * HOUR_MS,
      p90Ms: 60 * HOUR_MS,
      handOvers: 0,
    },
  })
  expect(told.page).toContain('The promise, November 2026')
  expect(told.page).toContain('<svg')
  expect(told.page).not.toMatch(/<script|src=|https?:\/\/(?!www\.w3\.org)/)
  expect(ReportPayload.parse(JSON.parse(JSON.stringify({ to: 'a@b.example', told }))).told).toEqual(told)
})

test.for([
  ['letters', 'a'],
  ['letters of two bytes', 'ñ'],
  ['quotes, which a row holds as two letters', '"'],
] as const)('a page of %s travels as long as a row can hold it as it is stored', async ([, letter]) => {
  const now = new Date('2026-12-01T07:00:00Z')
  const { report } = await aDesk('2026-12-01T07:00:00Z')
  const told = (length: number) =>
    monthReport({ report, reportPage: () => letter.repeat(length) }, { slot: now, zone: ZONE, now })
  const bytes = (one: object): number => new TextEncoder().encode(JSON.stringify(one)).length
  const room = Math.floor((LARGEST_REPORT_BYTES - bytes(await told(0))) / (letter === 'a' ? 1 : 2))
  const longest = await told(room)
  expect(longest.page).toHaveLength(room)
  const to = `${'a'.repeat(64)}@${'b'.repeat(250)}.example`
  expect(() => guardRow([JSON.stringify({ to, told: longest })])).not.toThrow()
  expect(await told(room + 1)).toEqual({ ...longest, page: null })
})

test.for([
  { slot: '2026-12-01T07:00:00Z', zone: 'Europe/Madrid', month: '2026-11' },
  { slot: '2027-01-04T07:00:00Z', zone: 'Europe/Madrid', month: '2026-12' },
  // There it is the first of the month already.
  { slot: '2026-11-30T19:00:00Z', zone: 'Pacific/Auckland', month: '2026-11' },
])('what is mailed at $slot in $zone is $month', ({ slot, zone, month }) => {
  expect(monthToReport(new Date(slot), zone)).toBe(month)
})

test('the week’s mail has the seven days before its Monday, and what is late and open now by unit', async () => {
  const now = new Date('2026-11-30T09:00:00Z')
  const { lists, report } = await aDesk('2026-11-30T09:00:00Z')
  const told = await weekDigest({ lists, report }, { slot: after(now, -2 * HOUR_MS), zone: ZONE, now })
  expect(told).toEqual({
    of: 'week',
    at: now.toISOString(),
    from: '2026-11-23',
    to: '2026-11-29',
    figures: {
      received: 3,
      carriedIn: 0,
      answered: 1,
      closed: 0,
      open: 2,
      openLate: 1,
      kept: {
        promised: { inTime: 1, late: 0, overdue: 1 },
        wall: { inTime: 1, late: 0, overdue: 1 },
        business: { inTime: 1, late: 0, overdue: 0 },
      },
      medianMs: 20 * HOUR_MS,
      p90Ms: 20 * HOUR_MS,
      handOvers: 0,
    },
    load: [
      { unit: null, open: 1, late: 0 },
      { unit: 'nodes', open: 2, late: 1 },
    ],
  })
  expect(DigestPayload.parse(JSON.parse(JSON.stringify({ to: 'a@b.example', told }))).told).toEqual(told)
})

test('a week that is told late is that week’s still', async () => {
  const now = new Date('2026-12-02T20:00:00Z')
  const { lists, report } = await aDesk('2026-12-02T20:00:00Z')
  const slot = new Date('2026-11-30T07:00:00Z')
  const told = await weekDigest({ lists, report }, { slot, zone: ZONE, now })
  expect([told.from, told.to, told.figures.received]).toEqual(['2026-11-23', '2026-11-29', 3])
})
