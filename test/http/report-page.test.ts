import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ReportControls } from '../../src/http/pages/report-controls.tsx'
import { lateEndWords } from '../../src/promise/report-words.ts'
import { roundUp } from '../../src/http/pages/report-charts.tsx'
import { reportPage } from '../../src/http/pages/report.tsx'
import type { Report } from '../../src/promise/report.ts'
import type { Names } from '../../src/promise/report-words.ts'
import { aClock, aRange, aReport, busyMonth, DECEMBER, ZONE } from '../promise/report-samples.ts'
import { accessibilityFaults, complaintsOf, openBrowser, screenshot } from '../support/browser.ts'
import { sampleSite } from '../support/sample-forms.ts'

vi.setConfig({ testTimeout: 60_000 })

const NOVEMBER = aRange('2026-11')
const EARLY = new Date('2026-11-12T10:00:00Z')

const names: Names = {
  unit: (id) =>
    id === 'technical' ? 'Support for the federated search of the reference nodes' : (id ?? 'none'),
  form: (id) => id ?? 'none',
}

const write = (report: Report | null, controls?: Parameters<typeof reportPage>[0]['controls']): string =>
  reportPage({ report, names, accent: sampleSite.accent, desk: 'Sample helpdesk', controls })

const controls = (over: Partial<Parameters<typeof ReportControls>[0]> = {}) =>
  ReportControls({
    board: '/ops',
    action: '/ops/report',
    asked: {},
    range: NOVEMBER,
    wrong: null,
    now: DECEMBER,
    zone: ZONE,
    ...over,
  })

const asked = { from: '2026-11-31', to: 'soon' }
const wrong = { field: 'from', message: 'Write the first day like 2026-10-01.' } as const

const ratings = [
  { unit: 'technical', score: 5, count: 3 },
  { unit: 'first-line', score: 2, count: 1 },
]
const mixed = [
  ...busyMonth(30),
  aClock({
    number: '<b>1</b>',
    startedAt: '2026-11-03T09:00:00Z',
    took: 90,
    targetHours: 8,
    picked: 'business',
  }),
]

const PAGES = {
  busy: write(aReport(busyMonth(90), NOVEMBER, { ratings, handOvers: 31 }), controls()),
  mixed: write(aReport(mixed, NOVEMBER)),
  'so far': write(aReport(busyMonth(40), NOVEMBER, { now: EARLY })),
  'of a year': write(aReport(busyMonth(40), aRange(['2026-01-01', '2026-12-01']))),
  empty: write(aReport([], NOVEMBER), controls()),
  refused: write(null, controls({ range: null, asked, wrong })),
}

let browser: Browser
/** Where axe looks at each page: what comes by `setContent` finds axe there already. */
let looking: Page

beforeAll(async () => {
  browser = await openBrowser()
  looking = await browser.newPage()
}, 60_000)

afterAll(() => browser.close())

test('the report needs nothing beside itself, runs nothing and shows markup as text', () => {
  for (const html of [PAGES.mixed, PAGES['so far'], PAGES['of a year']]) {
    expect(html).toMatch(/^<!DOCTYPE html><html lang="en">/)
    expect(html).not.toMatch(/<script|<link|<img|\bsrc=|\bhref=|\bstyle=|url\((?!#)|@import|<b>/)
  }
  expect(PAGES.mixed).toContain('&lt;b&gt;1&lt;/b&gt;')
})

test('each chart is an image with a title and a description, and its figures stand in a table beside it', async () => {
  const page = await browser.newPage()
  await page.setContent(PAGES.busy)
  const pairs = await page.locator('.pair').evaluateAll((all) =>
    all.map((pair) => ({
      role: pair.querySelector('svg')?.getAttribute('role'),
      labels: (pair.querySelector('svg')?.getAttribute('aria-labelledby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent),
      rows: pair.querySelectorAll('tbody tr').length,
    })),
  )
  expect(pairs.map(({ role, labels, rows }) => [role, labels[0], rows])).toEqual([
    ['img', 'Answered per day', 30],
    ['img', 'Kept per week', 6],
    ['img', 'How long answers took', 9],
  ])
  for (const { labels } of pairs) expect(labels[1]).toMatch(/\d/)
  await page.close()
})

test('a bar is as high as its table says, and what is late is hatched', async () => {
  const page = await browser.newPage()
  await page.setContent(PAGES.busy)
  const measured = await page
    .locator('.pair')
    .first()
    .evaluate((pair) => {
      const height = (bar: Element, part: string): number =>
        Number(bar.querySelector(`.${part}`)?.getAttribute('height') ?? 0)
      return {
        bars: [...pair.querySelectorAll('svg g > g')].map((bar) => [
          height(bar, 'lower'),
          height(bar, 'upper'),
        ]),
        rows: [...pair.querySelectorAll('tbody tr')].map((row) =>
          [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent)),
        ),
        fills: [...new Set([...pair.querySelectorAll('.upper')].map((bar) => bar.getAttribute('fill')))],
      }
    })
  const answered = measured.rows.filter((row) => row.some((count) => count > 0))
  expect(measured.bars).toHaveLength(answered.length)
  const scale = (measured.bars[0]?.[0] ?? 0) / (answered[0]?.[0] ?? 0)
  expect(scale).toBeGreaterThan(1)
  measured.bars.forEach((heights, at) =>
    heights.forEach((height, part) => expect(height).toBeCloseTo((answered[at]?.[part] ?? -1) * scale, 0)),
  )
  expect(measured.fills).toEqual(['url(#answered-chart-hatch)'])
  await page.close()
})

test('each breach is a line of its own', async () => {
  const page = await browser.newPage()
  const report = aReport(mixed, NOVEMBER)
  await page.setContent(PAGES.mixed)
  const region = page.getByRole('region', { name: 'Breaches one by one' })
  const numbers = await region.locator('tbody th').allTextContents()
  expect(numbers).toEqual(report.breaches.map(({ number }) => number))
  expect(numbers).toContain('<b>1</b>')
  await page.close()
})

test('what was closed late is told with the breaches, line by line', async () => {
  const page = await browser.newPage()
  const report = aReport(mixed, NOVEMBER)
  expect(report.endedLate.length).toBeGreaterThan(0)
  await page.setContent(PAGES.mixed)
  const region = page.getByRole('region', { name: 'Ended without an answer past their due' })
  expect(await region.locator('tbody th').allTextContents()).toEqual(
    report.endedLate.map(({ number }) => number),
  )
  expect(await region.locator('td:nth-child(4)').allTextContents()).toEqual(
    report.endedLate.map(lateEndWords),
  )
  await page.close()
})

test.for([
  [0, 2],
  [1, 2],
  [7, 8],
  [11, 20],
  [24, 30],
  [112, 150],
  [151, 200],
  [1e6, 1e6],
] as const)('an axis up to %i ends with %i, and half of that is a whole number', ([value, end]) => {
  expect(roundUp(value)).toBe(end)
})

const LOOKS = [
  ['a phone', 320, 'light'],
  ['a desk', 1280, 'dark'],
] as const

test.for(
  Object.entries(PAGES).flatMap(([name, html]) => LOOKS.map((look) => [name, ...look, html] as const)),
)(
  'the page %s on %s %i wide in the %s scheme is accessible and no wider than the screen',
  async ([name, , width, colorScheme, html]) => {
    const page = looking
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    const complaints = complaintsOf(page)
    await page.setContent(html)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    expect(await page.locator('h1').count()).toBe(1)
    expect(complaints).toEqual([])
    await screenshot(page, `report-${name}-${width}-${colorScheme}`)
  },
)

test('on paper the whole of a long table is there, and nothing to press', async () => {
  const page = await browser.newPage({ viewport: { width: 700, height: 900 } })
  await page.setContent(PAGES.busy)
  await page.emulateMedia({ media: 'print' })
  const cut = await page
    .locator('.scroll')
    .evaluateAll((all) => all.filter((each) => getComputedStyle(each).overflowY !== 'visible').length)
  expect(cut).toBe(0)
  expect(
    await page.locator('form, .links').evaluateAll((all) => all.some((each) => each.checkVisibility())),
  ).toBe(false)
  await page.close()
})
