import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Served, serveForTest } from '../http/served.ts'
import { openBrowser } from '../support/browser.ts'
import { OPS_TOKEN } from '../support/running-service.ts'
import { documentFaults, openVisit, pageFaults } from '../support/visit.ts'
import { follow } from './promise-story.ts'

vi.setConfig({ testTimeout: 60_000 })

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const REPORT = '/help/ops/report?month=2026-10'

const serveDesk = (): Promise<Served> =>
  serveForTest({ settings: { OPS_TOKEN, PUBLIC_URL: 'http://127.0.0.1/help' } })

/** Opens a mail with one link in a webmail, which is another site. */
async function openWebmail(page: Page, link: string): Promise<void> {
  await page.route('http://webmail.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<title>Mail</title><a href="${link}">Read</a>` }),
  )
  await page.goto('http://webmail.example/')
}

/** Clicks the link of the mail; resolves once the page that it leads to is there. */
async function clickLink(page: Page, heading: string): Promise<void> {
  await page.getByRole('link', { name: 'Read' }).click()
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
}

const signIn = async (page: Page): Promise<void> => {
  await page.getByLabel('Token').fill(OPS_TOKEN)
  await follow(page, page.getByRole('button', { name: 'Open the board' }))
}

const addressIn = (page: Page): string => page.url().replace(/^http:\/\/[^/]+/, '')

test.for([true, false])(
  'a link in webmail leads to its report, by way of the sign-in where there is no session (script: %s)',
  async (javaScriptEnabled) => {
    const served = await serveDesk()
    await using visit = await openVisit(browser, { javaScriptEnabled })
    const { page } = visit
    await openWebmail(page, served.url + REPORT)
    await page.getByRole('link', { name: 'Read' }).click()
    await page.getByLabel('Token').waitFor()
    expect(await documentFaults(page)).toEqual([])
    await signIn(page)
    expect(addressIn(page)).toBe(REPORT)
    expect(await page.locator('h1').innerText()).toContain('October 2026')
    expect(visit.complaints()).toEqual([])
  },
)

test.for([true, false])(
  'where there is a session, a link in webmail leads to its report without the sign-in (script: %s)',
  async (javaScriptEnabled) => {
    const served = await serveDesk()
    await using visit = await openVisit(browser, { javaScriptEnabled })
    const { page } = visit
    await page.goto(`${served.url}/help/ops`)
    await signIn(page)
    await openWebmail(page, served.url + REPORT)
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.isNavigationRequest()) asked.push(request.url().replace(served.url, ''))
    })
    await clickLink(page, 'October 2026')
    expect(asked).toEqual([REPORT, `${REPORT}&via=link`])
    await page.goBack()
    expect(page.url()).toBe('http://webmail.example/')
    expect(visit.complaints()).toEqual([])
  },
)

/** What a link on another site is answered with, but for the header by which a browser goes on by itself. */
async function withoutRefresh(served: Served) {
  const said = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'document' }
  const answer = await served.ask(REPORT, { headers: said })
  const { refresh, ...headers } = Object.fromEntries(answer.headers)
  if (refresh === undefined) throw new Error('nobody is sent on')
  return { headers, body: await answer.text() }
}

test('a browser that goes nowhere by itself shows the way on, and the session opens it', async () => {
  const served = await serveDesk()
  await using visit = await openVisit(browser)
  const { page } = visit
  await page.goto(`${served.url}/help/ops`)
  await signIn(page)
  await openWebmail(page, served.url + REPORT)
  const { headers, body } = await withoutRefresh(served)
  await page.route(served.url + REPORT, (route) => route.fulfill({ headers, body }))
  await clickLink(page, 'Staff board')
  expect(await page.getByLabel('Token').count()).toBe(0)
  expect(await pageFaults(page, 'staff-go-on')).toEqual([])
  await follow(page, page.getByRole('link', { name: 'Go on' }))
  expect(await page.locator('h1').innerText()).toContain('October 2026')
  expect(visit.complaints()).toEqual([])
})
