import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { buildAssets, type Assets } from '../../src/http/pages/assets.ts'
import { renderPage } from '../../src/http/pages/layout.tsx'
import { LANGUAGES, type Language } from '../../src/language.ts'
import {
  accessibilityFaults,
  complaintsOf,
  openBrowser,
  screenshot,
  serveLocally,
} from '../support/browser.ts'
import { sampleSite } from '../support/sample-forms.ts'
import {
  englishPages,
  HOSTILE_NAME,
  HOSTILE_TEXT,
  hostilePage,
  samplePlace,
  visitorPages,
} from '../support/sample-pages.tsx'

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const PHONE = { width: 320, height: 640 }
const DESK = { width: 1100, height: 900 }
const BY_DAY = { viewport: PHONE, colorScheme: 'light' } as const
const BY_NIGHT = { viewport: DESK, colorScheme: 'dark' } as const
const PAGES: Readonly<Record<string, typeof hostilePage>> = {
  ...visitorPages,
  ...englishPages,
  hostile: hostilePage,
}

vi.setConfig({ testTimeout: 30_000 })

let browser: Browser
let plain: Page
let server: Awaited<ReturnType<typeof serveLocally>>

beforeAll(async () => {
  const assets = await buildAssets(sampleSite.accent)
  server = await serveLocally((request) => answer(assets, new URL(request.url).pathname))
  browser = await openBrowser()
  plain = await browser.newPage({ viewport: DESK })
}, 60_000)

afterAll(async () => {
  await browser.close()
  await server.close()
})

function answer(assets: Assets, path: string): Response {
  const asset = Object.values(assets).find((each) => path === `/helpdesk${each.path}`)
  if (asset) return respond(asset.body, asset.type)
  const [language, name = ''] = path.split('/').slice(1)
  const page = PAGES[name]
  if (!page || !isLanguage(language)) return new Response('no such page', { status: 404 })
  return respond(renderPage(page(samplePlace(assets, language))), 'text/html; charset=utf-8')
}

const respond = (body: string, type: string): Response =>
  new Response(body, { headers: { 'content-type': type, 'content-security-policy': CSP } })

const isLanguage = (word: string | undefined): word is Language => LANGUAGES.some((each) => each === word)

/**
 * Opens a page, in a context of its own where that has to be special, and expects it to complain of nothing. All
 * others come one after another in one window: it is the starting of windows that takes time.
 */
async function visit(
  path: string,
  use: (page: Page) => Promise<void>,
  special?: Parameters<Browser['newContext']>[0],
): Promise<void> {
  const page = special ? await browser.newPage({ viewport: DESK, ...special }) : plain
  await page.goto('about:blank')
  if (!special) await page.emulateMedia({ colorScheme: null })
  await page.setViewportSize(DESK)
  const complaints = complaintsOf(page)
  const response = await page.goto(`${server.origin}${path}`)
  expect(response?.status()).toBe(200)
  await use(page)
  if (special) await page.close()
  expect(complaints).toEqual([])
}

/** What may be pressed or filled in and is less than 44 px high; links within a sentence are exempt. */
const smallTargets = (page: Page): Promise<readonly string[]> =>
  page.locator('a, button, input:not([type=hidden]), select, textarea, summary').evaluateAll((found) =>
    found
      .filter((each) => each.checkVisibility() && !each.closest('.vh, .skip'))
      .filter((each) => getComputedStyle(each).display !== 'inline')
      .map((each) => each.closest('label') ?? each)
      .filter((each) => each.getBoundingClientRect().height < 44)
      .map((each) => each.outerHTML),
  )

/** Pages that differ in nothing but words from one that axe looks at. */
const ALIKE: ReadonlySet<string> = new Set([
  'held',
  'not-needed',
  'gone',
  'merged',
  'continued',
  'act-solved',
  'act-not-now',
  'act-sent-other',
  'find-sent',
])

/**
 * Where axe looks: twice at each page, and a page in two languages takes one look in each. Failure pages
 * differ in nothing but words, so the first stands for all, as do others in `ALIKE`.
 */
const rows = [
  ...Object.keys(visitorPages).flatMap((name) => {
    const alike = ALIKE.has(name) || (name.startsWith('failure-') && name !== 'failure-404')
    return [
      { language: 'en', name, looks: alike ? [] : [BY_DAY] },
      { language: 'es', name, looks: alike ? [] : [BY_NIGHT] },
    ]
  }),
  ...Object.keys(englishPages).map((name) => ({ language: 'en', name, looks: [BY_DAY, BY_NIGHT] })),
]

test.for(rows)(
  'everybody can use $name ($language), on a phone and at a desk, by day and by night',
  async (row) => {
    await visit(`/${row.language}/${row.name}`, async (page) => {
      for (const [width, viewport] of Object.entries({ phone: PHONE, desk: DESK })) {
        await page.setViewportSize(viewport)
        for (const colorScheme of ['light', 'dark'] as const) {
          if (!process.env['SCREENSHOTS']) break
          await page.emulateMedia({ colorScheme })
          await screenshot(page, `${row.name}-${row.language}-${width}-${colorScheme}`)
        }
        const laidOut = await page.evaluate(() => document.documentElement.scrollWidth)
        expect(laidOut).toBeLessThanOrEqual(viewport.width)
        expect(await smallTargets(page)).toEqual([])
      }
      expect(await page.evaluate(() => document.compatMode)).toBe('CSS1Compat')
      expect(await page.locator('h1').count()).toBe(1)
      expect(await widthOfText(page, 'h1')).toBeGreaterThan(100)
      for (const look of row.looks) {
        await page.setViewportSize(look.viewport)
        await page.emulateMedia({ colorScheme: look.colorScheme })
        expect(await accessibilityFaults(page)).toEqual([])
      }
    })
  },
)

const widthOfText = (page: Page, selector: string): Promise<number> =>
  page.locator(selector).evaluate((element) => {
    const range = document.createRange()
    range.selectNodeContents(element)
    return range.getBoundingClientRect().width
  })

test.for(LANGUAGES)('each entry of the error summary leads to its field (%s)', async (language) => {
  await visit(`/${language}/form-errors`, async (page) => {
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('problem')
    const links = page.locator('.problem a')
    const fields = ['email', 'since', 'what']
    expect(await links.count()).toBe(fields.length)
    for (const [at, field] of fields.entries()) {
      await links.nth(at).click()
      expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe(field)
      expect(
        await page.locator(`#f-${field}-error`).evaluate((error) => error.getBoundingClientRect().top),
      ).toBeGreaterThan(0)
    }
  })
})

test('a ticket number copied from the page is plain digits', async () => {
  await visit('/en/opened', async (page) => {
    await page.setViewportSize(PHONE)
    const copied = await page.locator('.number').evaluate((number) => {
      getSelection()?.selectAllChildren(number)
      return String(getSelection())
    })
    expect(copied).toBe('7804821773026')
    const gaps = await page
      .locator('.number span')
      .evaluateAll((groups) =>
        groups.slice(1).map((group) => Number.parseFloat(getComputedStyle(group).marginInlineStart) > 2),
      )
    expect(gaps).toEqual([true, true, true])
  })
})

test('the form learns the time zone where script runs, and is complete where it does not', async () => {
  const zone = (page: Page) => page.locator('input[name=_zone]').inputValue()
  await visit(
    '/en/form',
    async (page) => {
      expect(await zone(page)).toBe('Atlantic/Canary')
    },
    { timezoneId: 'Atlantic/Canary' },
  )
  await visit(
    '/en/form',
    async (page) => {
      expect(await zone(page)).toBe('')
      expect(await page.getByRole('button', { name: 'Send request' }).isVisible()).toBe(true)
    },
    { javaScriptEnabled: false },
  )
})

test('nobody who sees, listens or tabs through the form meets the trap', async () => {
  await visit('/en/form-short', async (page) => {
    expect(await page.locator('[name=_email2]').evaluate((trap) => trap.closest('.vh')?.clientWidth)).toBe(1)
    expect(
      await page.getByRole('textbox').evaluateAll((found) => found.map((each) => each.getAttribute('name'))),
    ).toEqual(['name', 'email', 'organisation', 'what'])
    const tabbed: unknown[] = []
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab')
      tabbed.push(await page.evaluate(() => document.activeElement?.getAttribute('name')))
    }
    expect(tabbed).toContain('organisation')
    expect(tabbed).not.toContain('_email2')
  })
})

test('what a visitor typed comes back to the letter, and what it contains never runs', async () => {
  await visit('/en/hostile', async (page) => {
    expect(await page.locator('[name=what]').inputValue()).toBe(HOSTILE_TEXT)
    expect(await page.locator('[name=name]').inputValue()).toBe(HOSTILE_NAME)
    expect(await page.locator('script').count()).toBe(1)
  })
})

test('files come after every other part of the form on the wire', async () => {
  await visit('/en/form', async (page) => {
    const parts = await page
      .locator('form')
      .evaluate((form) => (form instanceof HTMLFormElement ? [...new FormData(form).keys()] : []))
    expect(parts.slice(0, 3)).toEqual(['_token', '_zone', '_email2'])
    expect(parts.at(-1)).toBe('log')
  })
})

test('fields keep their edges in forced colours', async () => {
  await visit(
    '/en/form-errors',
    async (page) => {
      expect(await accessibilityFaults(page)).toEqual([])
      const box = page.locator('#f-email')
      expect(
        await box.evaluate((input) => Number.parseFloat(getComputedStyle(input).borderTopWidth)),
      ).toBeGreaterThanOrEqual(1)
    },
    { forcedColors: 'active' },
  )
})
