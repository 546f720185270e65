import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { tellDuration, tellTime } from '../../src/language.ts'
import { openBrowser } from '../support/browser.ts'
import { OPS_TOKEN } from '../support/running-service.ts'
import { openTurnedService, type TurnedService } from '../support/turned-service.ts'
import { documentFaults, openVisit, pageFaults, type Visit } from '../support/visit.ts'
import { type Called, follow, liveThrough, OPENING, type Story } from './promise-story.ts'

vi.setConfig({ testTimeout: 60_000 })

let browser: Browser
let service: TurnedService
let story: Story

/** One story for all: each of these looks at its end and leaves alone what the others look at. */
beforeAll(async () => {
  ;[service, browser] = await Promise.all([openTurnedService(OPENING), openBrowser()])
  story = await liveThrough(browser, service)
}, 180_000)

afterAll(async () => {
  await browser.close()
  await service.stop()
})

const dueOf = ({ since }: Called): Date => after(since, 48 * HOUR_MS)
/** How far the due is from now, as pages tell it. */
const farOf = (called: Called): string =>
  tellDuration(Math.abs(dueOf(called).getTime() - service.now().getTime()), 'en')

/** Staff come in, at the desk's own screen. */
async function signIn(javaScriptEnabled = true, search = ''): Promise<Visit> {
  const visit = await openVisit(browser, { javaScriptEnabled })
  await visit.page.goto(`${service.origin}/ops${search}`)
  await visit.page.getByLabel('Token').fill(OPS_TOKEN)
  await follow(visit.page, visit.page.getByRole('button', { name: 'Open the board' }))
  return visit
}

const rowsOf = (page: Page): Locator => page.locator('#tickets tbody tr')
const numbersOn = async (page: Page): Promise<readonly string[]> =>
  (await rowsOf(page).locator('th').allInnerTexts()).map((text) => text.replaceAll(/\s/g, ''))
const press = (page: Page, name: string): Promise<unknown> => follow(page, page.getByRole('button', { name }))
const go = (page: Page, name: string): Promise<unknown> =>
  follow(page, page.getByRole('link', { name, exact: true }))
const searchOf = (page: Page): string => new URL(page.url()).search

async function notesOf({ ticket }: Called): Promise<readonly string[]> {
  const found = (await service.agent.tickets()).find(({ id }) => id === ticket)
  return (found?.articles ?? [])
    .filter(({ sender, internal, body }) => sender === 'System' && internal && body.includes('has seen'))
    .map(({ body }) => body)
}

test('no round of these fifty hours failed, but for the store that was lost', () => {
  expect(service.errors.map((line) => JSON.parse(line).event)).toEqual(['store.restored'])
})

/** Opens the newest mail to an address about a ticket, in the mailbox. */
async function openAlert(page: Page, to: string, { number }: Called): Promise<void> {
  await page.goto(`${service.origin}/sandbox/mail`)
  const ours = page.locator('li', { hasText: to }).filter({ hasText: `(${number})` })
  await follow(page, ours.first().getByRole('link'))
}

async function pressInMail(page: Page, name: string): Promise<Page> {
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.frameLocator('iframe').getByRole('link', { name }).click(),
  ])
  await opened.waitForLoadState()
  return opened
}

const ALERTS = [
  {
    of: 'late',
    to: 'nodes@example.org',
    says: 'An answer was due by now, and the visitor has none.',
    told: 'the time is over',
    script: true,
  },
  {
    of: 'soon',
    to: 'technical@example.org',
    says: 'The last word was an internal note, not visible to the visitor.',
    told: '75 % of the time is gone',
    script: false,
  },
] as const

test.for(ALERTS)(
  'an alert leads to its ticket, and two presses behind its link make one note (script: $script)',
  async ({ of, to, says, told, script }) => {
    await using visit = await openVisit(browser, { javaScriptEnabled: script })
    const { page } = visit
    await openAlert(page, to, story[of])
    expect(await page.locator('.text').innerText()).toContain(says)
    const ticket = await pressInMail(page, 'Open the ticket')
    expect(await ticket.locator('tr:target').innerText()).toContain(story[of].number)

    const [seen, again] = [
      await pressInMail(page, 'I have seen it'),
      await pressInMail(page, 'I have seen it'),
    ]
    expect(await seen.locator('h1').innerText()).toBe('Have you seen this alert?')
    expect(await seen.locator('main').innerText()).toContain(told)
    expect(await seen.locator('main').innerText()).toContain(
      tellTime(dueOf(story[of]), 'Europe/Madrid', 'en'),
    )
    expect(script ? await pageFaults(seen, 'seen') : await documentFaults(seen)).toEqual([])
    await service.round()
    expect(await notesOf(story[of])).toEqual([])

    await press(seen, 'Yes, I have seen it')
    await press(again, 'Yes, I have seen it')
    expect(await again.locator('h1').innerText()).toBe('This alert was seen')
    expect(await again.getByRole('button').count()).toBe(0)
    expect(await documentFaults(again)).toEqual([])
    await service.round()
    expect(await notesOf(story[of])).toHaveLength(1)
    expect(visit.complaints()).toEqual([])

    await using staff = await signIn()
    const row = rowsOf(staff.page).filter({ hasText: farOf(story[of]) })
    expect(await row.innerText()).toMatch(/\sseen$/)
    expect(await row.innerText()).not.toContain('not seen yet')
  },
)

test('the board lists who waits, the latest first, and what waits for staff', async () => {
  await using visit = await signIn()
  const { page } = visit
  const waiting = [story.late, story.soon, story.fresh, story.lost, story.unreached, story.askedAgain]
  expect(await numbersOn(page)).toEqual(waiting.map(({ number }) => number))
  const told = await rowsOf(page).allInnerTexts()
  expect(told[0]).toContain(`late by ${farOf(story.late)}`)
  expect(told[1]).toContain(`soon: ${farOf(story.soon)}`)
  for (const [at, one] of waiting.entries()) expect(told[at]).toContain(farOf(one))
  const tiles = (await page.locator('.tile').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))
  expect(tiles).toEqual(expect.arrayContaining(['1 late', '1 due soon', '50.0% kept in 30 days']))
  expect(await page.locator('#kept').innerText()).toContain(
    '50.0%: 2 of 3 answers of all units came in time; 1 past due without an answer.',
  )
  expect(await page.locator('#parked').innerText()).toContain(story.lost.number)
  expect(await page.locator('#out-of-sight').innerText()).toContain(story.lost.number)
  expect(await page.locator('#held').innerText()).toContain(story.answered.number)
  expect(await pageFaults(page, 'board')).toEqual([])
  expect(visit.complaints()).toEqual([])
})

test('the board shows one unit’s tickets, and finds a number in every list or says that it is nowhere', async () => {
  await using visit = await signIn()
  const { page } = visit
  await page.getByLabel('Tickets of').selectOption('Technical support')
  await press(page, 'Show')
  expect(await numbersOn(page)).toEqual([story.soon.number])
  await go(page, 'Show everything')
  const { number } = story.lost
  await page.getByLabel('Search all lists').fill(`${number.slice(0, 4)} ${number.slice(4)}`)
  await press(page, 'Show')
  expect(await numbersOn(page)).toEqual([number])
  for (const list of ['#parked', '#out-of-sight', '#unreachable'])
    expect(await page.locator(list).innerText()).toContain(number)
  expect(await page.locator('#held').innerText()).toContain('Nothing here matches the search.')

  await page.getByLabel('Search all lists').fill('4711 0815')
  await press(page, 'Show')
  expect(await page.locator('#tickets').innerText()).toContain('No ticket matches.')
  expect(await documentFaults(page)).toEqual([])
  await go(page, 'Show all tickets')
  expect(await rowsOf(page).count()).toBe(6)
  expect(visit.complaints()).toEqual([])
})

test('without script the board comes anew by itself once asked to, and keeps what was chosen', async () => {
  await using visit = await signIn(false, '?unit=technical')
  const { page } = visit
  const refreshOf = async (link: string): Promise<string | undefined> => {
    const [answer] = await Promise.all([page.waitForResponse(/\/ops(?:\?|$)/), go(page, link)])
    return answer.headers()['refresh']
  }
  expect(await numbersOn(page)).toEqual([story.soon.number])
  expect(await refreshOf('Refresh every minute')).toBe('60')
  expect(await numbersOn(page)).toEqual([story.soon.number])
  expect(await documentFaults(page)).toEqual([])
  expect(await refreshOf('Comes anew every minute: stop')).toBeUndefined()
  expect(searchOf(page)).toBe('?unit=technical')
})

test('a decision comes back to the board as it was', async () => {
  const search = `?q=${story.unreached.number}&only=&refresh=60`
  await using visit = await signIn(false, search)
  const { page } = visit
  const parked = page.locator('#parked')
  expect(await parked.locator('tbody tr').count()).toBe(1)
  await parked.getByText('Discard').first().click()
  await parked.getByLabel('Reason').fill('The address does not exist.')
  await follow(page, parked.getByRole('button', { name: 'Discard' }))
  expect(page.url()).toBe(`${service.origin}/ops?q=${story.unreached.number}&refresh=60#parked`)
  expect(await parked.locator('tbody tr').count()).toBe(0)
  expect(await numbersOn(page)).toEqual([story.unreached.number])
  expect(visit.complaints()).toEqual([])
})

test('the report tells what happened, on its page, as JSON and as CSV', async () => {
  await using visit = await signIn()
  const { page } = visit
  await go(page, 'Report')
  await page.getByLabel('First day').fill('the 23rd')
  await press(page, 'Show report')
  expect(await page.getByLabel('First day').inputValue()).toBe('the 23rd')
  expect(await documentFaults(page)).toEqual([])
  await page.getByLabel('First day').fill('2026-10-23')
  await page.getByLabel('Last day').fill('2026-10-25')
  await press(page, 'Show report')
  const told = await page.locator('.headline > div').allInnerTexts()
  expect(told.map((one) => one.split(/\s*\n\s*/))).toEqual([
    ['Kept', '50.0%', '2 of 4'],
    ['Received', '9', '0 more open from before'],
    ['Answered', '3', '1 of them late'],
    ['Closed without an answer', '0', '0 of them past due'],
    ['Open at the end', '6', '1 of them past due'],
    ['Median time to answer', expect.anything(), expect.anything()],
  ])
  expect(await page.locator('script').count()).toBe(0)
  expect(await pageFaults(page, 'report')).toEqual([])

  const bytesOf = async (name: string): Promise<string> => {
    const address = await page.getByRole('link', { name }).getAttribute('href')
    return (await page.request.get(service.origin + String(address))).text()
  }
  expect(JSON.parse(await bytesOf('JSON'))).toMatchObject({
    received: 9,
    answered: 3,
    open: 6,
    kept: { promised: { in_time: 2, late: 1, overdue: 1, ratio: 0.5 } },
  })
  const [names = [], ...lines] = (await bytesOf('CSV'))
    .trim()
    .split('\r\n')
    .map((line) => line.split(','))
  const cell = (line: readonly string[], name: string): string | undefined => line[names.indexOf(name)]
  const clocks = lines.map((line) => ['number', 'outcome', 'late', 'due_at'].map((name) => cell(line, name)))
  expect(clocks).toHaveLength(9)
  expect(clocks).toContainEqual([story.late.number, 'open', 'true', dueOf(story.late).toISOString()])
  expect(clocks).toContainEqual([
    story.answeredLate.number,
    'answered',
    'true',
    dueOf(story.answeredLate).toISOString(),
  ])
  expect(visit.complaints()).toEqual([])
})

const PAGES = [
  { of: 'late', zone: 'America/Lima', language: 'en', state: 'Answer was due' },
  { of: 'fresh', zone: 'Atlantic/Canary', language: 'es', state: 'Respuesta a más tardar' },
  { of: 'askedAgain', zone: 'Europe/Madrid', language: 'en', state: 'Answer by' },
] as const

test.for(PAGES)(
  'the page of a visitor in $zone tells their due by their own clock',
  async ({ of, zone, language, state }) => {
    await using visit = await openVisit(browser, { timezoneId: zone, locale: language })
    const { page } = visit
    await page.goto(story[of].page)
    const due = page.locator('dt', { hasText: state }).locator('xpath=following-sibling::dd[1]')
    expect(await due.innerText()).toContain(tellTime(dueOf(story[of]), zone, language))
    expect(await due.innerText()).toContain(zone)
    expect(await documentFaults(page)).toEqual([])
    expect(visit.complaints()).toEqual([])
  },
)

test('a visitor who is kept waiting is told so, and who looks after it', async () => {
  await using visit = await openVisit(browser)
  await visit.page.goto(story.late.page)
  expect(await visit.page.locator('dd .late').innerText()).toBe(
    `We are ${farOf(story.late)} late. We are sorry, and we are still on it. It has been raised to Reference nodes, First Line support and our coordination.`,
  )
  expect(await pageFaults(visit.page, 'visitor-late')).toEqual([])
})

test('a visitor who has an answer is promised nothing more', async () => {
  await using visit = await openVisit(browser)
  await visit.page.goto(story.answered.page)
  expect(await visit.page.locator('h1').innerText()).toBe('You have an answer')
  expect(await visit.page.getByText(/^Answer (?:by|was due)$/).count()).toBe(0)
})
