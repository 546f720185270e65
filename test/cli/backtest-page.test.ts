import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { backtestPage } from '../../src/cli/backtest-page.tsx'
import type { Told } from '../../src/cli/backtest-text.ts'
import { type Past, tally } from '../../src/routing/backtest.ts'
import { readUnits } from '../../src/routing/units.ts'
import { accessibilityFaults, complaintsOf, openBrowser, screenshot } from '../support/browser.ts'
import { sampleSite } from '../support/sample-forms.ts'
import { NOON } from '../support/samples.ts'

vi.setConfig({ testTimeout: 30_000 })

const LONG = 'Support for the federated search of the reference nodes'

const { units } = readUnits({
  path: 'units.yaml',
  text: `default: first-line
units:
  - { id: first-line, name: { en: First Line support, es: Primera línea }, group: First Line support }
  - { id: federated-search, name: { en: ${LONG}, es: Búsqueda }, group: Federated search }
`,
})
if (!units) throw new Error('the units are good')

const past = (group: string, unit: string, rule: string | null, number: string): Past => ({
  seen: 'ticket',
  ticket: {
    number,
    group,
    decision: { unit, rule, mode: rule === null ? 'assign' : 'suggest' },
    handling: { moves: [{ from: 'First Line support', to: group }], feedback: null },
    isUntouched: rule === null,
    isByTextOnly: rule === null,
  },
})

const told: Told = {
  ...tally(
    [
      past('Federated search', 'federated-search', 'federated provider', '7800000000001'),
      past('First Line support', 'federated-search', 'federated provider', '7800000000002'),
      past('<script>alert(1)</script>', 'first-line', null, '7800000000003'),
      { seen: 'left-out', why: 'merged' },
    ],
    [],
    units,
  ),
  rules: [
    {
      rule: 'federated provider',
      unit: 'federated-search',
      took: 2,
      untouched: 0,
      ended: 1,
      suggested: 2,
      kept: 0,
      moved: 1,
    },
    { rule: null, unit: 'first-line', took: 1, untouched: 1, ended: 0, suggested: 0, kept: 0, moved: 0 },
  ],
  since: NOON,
  version: '0123456789ab',
}

const html = backtestPage(told, { site: sampleSite, units })

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
}, 60_000)

afterAll(() => browser.close())

test('the page needs nothing beside itself, runs nothing and shows markup as text', () => {
  expect(html).toMatch(/^<!DOCTYPE html><html lang="en">/)
  expect(html).not.toMatch(/<script|<link|<img|\bsrc=|\bhref=|\bstyle=|url\(|@import|http/)
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
})

test('every number of the table stands under its unit and beside where tickets ended', async () => {
  const page = await browser.newPage()
  await page.setContent(html)
  const cells = await page
    .locator('table.confusion tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('th,td')].map((cell) => cell.textContent)),
    )
  expect(cells).toEqual([
    ['Ended in', 'First Line support', LONG, 'All'],
    ['First Line support', '0', '1', '1'],
    [LONG, '0', '1', '1'],
    ['<script>alert(1)</script> (no unit)', '1', '0', '1'],
    ['All', '1', '2', '3'],
  ])
  await page.close()
})

test('what is untouched and what was decided by its text only is told, and no precision is made of it', async () => {
  const page = await browser.newPage()
  await page.setContent(html)
  const pairs = await page
    .locator('dl.pairs')
    .evaluate((list) => [...list.children].map((one) => one.textContent?.trim()))
  expect(pairs[pairs.indexOf('Of all, still open and untouched') + 1]).toBe('1')
  expect(pairs).toContain(
    '1 ticket from a form decided by its text only, as its answers are not in this database',
  )
  const rows = await page
    .locator('table[aria-labelledby=rules] tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)))
  expect(rows).toEqual([
    [LONG, '2', '0', '1', '50.0%', '2', '0', '1'],
    ['First Line support', '1', '1', '0', '–', '0', '0', '0'],
  ])
  await page.close()
})

test.for([
  ['a phone', 320, 'light'],
  ['a phone', 320, 'dark'],
  ['a desk', 1100, 'light'],
  ['a desk', 1100, 'dark'],
] as const)(
  'on %s %i wide in the %s scheme it is accessible and no wider than the screen',
  async ([, width, colorScheme]) => {
    const context = await browser.newContext({ viewport: { width, height: 700 }, colorScheme })
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    await page.setContent(html)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    expect(complaints).toEqual([])
    await screenshot(page, `backtest-${width}-${colorScheme}`)
    await context.close()
  },
)
