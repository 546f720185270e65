import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { accessibilityFaults, screenshot } from './browser.ts'

const NARROW = { width: 320, height: 640 }
const VIEWPORTS = { phone: { width: 390, height: 844 }, desk: { width: 1100, height: 900 } }
const SCHEMES = ['light', 'dark'] as const

/** A person at a browser of their own. */
export interface Visit extends AsyncDisposable {
  readonly page: Page
  /** What the pages complained of so far: console, uncaught throws, refused or missing content. */
  readonly complaints: () => readonly string[]
}

/** Opens an empty page in a context of its own. */
export async function openVisit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: VIEWPORTS.desk, locale: 'en-GB', ...options })
  const complaints: string[] = []
  const page = await context.newPage()
  listen(page, complaints)
  return { page, complaints: () => complaints, [Symbol.asyncDispose]: () => context.close() }
}

function listen(page: Page, complaints: string[]): void {
  // A page that is itself an answer like 404 is named in the console by its status; that is no complaint.
  const documents = new Set<string>()
  page.on('response', (response) => {
    if (response.request().isNavigationRequest()) documents.add(response.url())
  })
  page.on('console', (message) => {
    const ownStatus =
      message.text().startsWith('Failed to load resource: the server responded with a status') &&
      documents.has(message.location().url)
    if (['error', 'warning'].includes(message.type()) && !ownStatus) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('requestfailed', (request) => {
    // What a download, a second click or the next page put an end to.
    const ended = request.failure()?.errorText === 'net::ERR_ABORTED'
    if (!ended) complaints.push(`not loaded: ${request.url()} ${request.failure()?.errorText}`)
  })
}

/**
 * What is wrong with the page that is open, by the rules for every page: standards mode, a language, a
 * title, one heading, nothing refused by the policy, no sideways scrolling on the narrowest phone, nothing that
 * axe finds by day or by night. Keeps pictures under `name` where `SCREENSHOTS` names a folder.
 */
export async function pageFaults(page: Page, name: string): Promise<readonly string[]> {
  const faults = [...(await documentFaults(page))]
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme })
    for (const [width, viewport] of Object.entries(VIEWPORTS)) {
      if (!process.env['SCREENSHOTS']) break
      await page.setViewportSize(viewport)
      await screenshot(page, `${name}-${width}-${colorScheme}`)
    }
    await page.setViewportSize(colorScheme === 'light' ? NARROW : VIEWPORTS.desk)
    faults.push(...(await accessibilityFaults(page)))
  }
  return faults.map((fault) => `${name}: ${fault}`)
}

/** The same rules without axe, for where no script may run. The page must be loaded. */
export async function documentFaults(page: Page): Promise<readonly string[]> {
  await page.setViewportSize(NARROW)
  const found = await page.evaluate(() => {
    const policy = new ReportingObserver(() => {}, { types: ['csp-violation'], buffered: true })
    policy.observe()
    return {
      mode: document.compatMode,
      lang: document.documentElement.lang,
      title: document.title,
      headings: document.querySelectorAll('h1').length,
      width: document.documentElement.scrollWidth,
      refused: policy.takeRecords().map((report) => JSON.stringify(report)),
    }
  })
  await page.setViewportSize(VIEWPORTS.desk)
  return [
    ...(found.mode === 'CSS1Compat' ? [] : [`is in ${found.mode}`]),
    ...(/^(en|es)$/.test(found.lang) ? [] : [`has the language "${found.lang}"`]),
    ...(found.title.trim() === '' ? ['has no title'] : []),
    ...(found.headings === 1 ? [] : [`has ${found.headings} first headings`]),
    ...(found.width <= NARROW.width ? [] : [`is ${found.width} px wide on a phone of ${NARROW.width} px`]),
    ...found.refused.map((report) => `broke the policy: ${report}`),
  ]
}
