import { readFile } from 'node:fs/promises'
import type { Browser, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { openVisit } from '../support/visit.ts'

/** A Firstline that is reached over HTTP, its Zammad's screens and its mailbox. No address ends with a slash. */
export interface Place {
  readonly home: string
  readonly zammad: string
  readonly mailbox: string
  /** Has a round of the bot made at once, where nobody waits for the next one by the clock. */
  readonly nudge: () => Promise<unknown>
}

interface Journey {
  readonly browser: Browser
  readonly place: Place
  readonly script: boolean
  /** Looks at each state of a page, by a name; resolves to what is wrong with it. */
  readonly look: (page: Page, name: string) => Promise<readonly string[]>
}

const LOG = {
  name: 'second try.log',
  mimeType: 'text/plain',
  buffer: Buffer.from('07:00 connection reset\n'),
}
const STEPS = { name: 'steps.txt', mimeType: 'text/plain', buffer: Buffer.from('1. Update the tool\n') }
const POLL_MS = 21_000
const SOON = { timeout: 30_000, interval: 300 }

/** Presses what leads to another page, and waits until that page is whole. */
const follow = (page: Page, what: Locator): Promise<unknown> =>
  Promise.all([page.waitForEvent('load'), what.click()])

/** Does it again and again until something is there. */
async function until(what: Locator, again: () => Promise<unknown>): Promise<void> {
  await expect.poll(async () => (await again(), what.count()), SOON).toBeGreaterThan(0)
}

async function bytesOf(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name }).click(),
  ])
  return readFile(await download.path(), 'utf8')
}

/**
 * A visitor asks; an agent answers on Zammad's screens; the answer is on the page, without a reload where script runs,
 * and in the mailbox; the visitor goes on with a file, the agent sees that and closes, and the visitor rates. Resolves to
 * what was wrong with any page on the way.
 */
export async function followThrough({ browser, place, script, look }: Journey): Promise<readonly string[]> {
  const email = `ann.${script ? 'with' : 'without'}@hospital.example`
  await using visit = await openVisit(browser, { javaScriptEnabled: script })
  await using desk = await openVisit(browser)
  const { page } = visit
  const faults: string[] = []
  const looks = async (at: Page, name: string) => void faults.push(...(await look(at, name)))
  if (script) await page.clock.install()

  await page.goto(`${place.home}/forms/upload-trouble?lang=en`)
  await page.locator('[name=name]').fill('Ann Lee')
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=node]').selectOption('upv')
  await page.locator('[name=what]').fill('It stops at 63 %.')
  await page.locator('[name=consent]').check()
  await follow(page, page.locator('main form button'))
  const number = (await page.locator('.number').textContent())?.replace(/\s/g, '') ?? ''
  const documents: string[] = []
  page.on('load', () => documents.push(page.url()))

  /** The visitor looks up from what they do: by themselves they press nothing where script runs. */
  const seen = (what: Locator) =>
    until(what, async () => {
      await place.nudge()
      if (script) await page.clock.fastForward(POLL_MS)
      else await page.reload()
    })
  const reloaded = (at: Page, what: Locator) =>
    until(what, async () => (await place.nudge(), await at.reload()))

  await desk.page.goto(place.zammad)
  await reloaded(desk.page, desk.page.getByRole('link', { name: number }))
  await follow(desk.page, desk.page.getByRole('link', { name: number }))
  await desk.page.locator('form [name=body]').fill('Please update the tool & try again.')
  await desk.page.locator('form [name=file]').setInputFiles(STEPS)
  await follow(desk.page, desk.page.getByRole('button', { name: 'Add the article' }))

  await page.locator('#f-body').fill('half a sente')
  await seen(page.getByText('Please update the tool & try again.'))
  if (script) {
    expect(documents).toEqual([])
    expect(await page.locator('#f-body').inputValue()).toBe('half a sente')
    await expect.poll(() => page.locator('#news').textContent(), SOON).toBe('A new answer is here.')
  }
  expect(await page.locator('h1').textContent()).toBe('You have an answer')
  expect(await bytesOf(page, STEPS.name)).toBe(STEPS.buffer.toString())
  await looks(page, 'conversation-answered')

  await using mails = await openVisit(browser)
  await mails.page.goto(place.mailbox)
  const ours = mails.page.locator('li', { hasText: email })
  await reloaded(mails.page, ours.nth(1))
  await follow(mails.page, ours.first().getByRole('link'))
  expect(
    await mails.page.frameLocator('iframe').getByText('Please update the tool & try again.').count(),
  ).toBe(1)
  expect(await bytesOf(mails.page, STEPS.name)).toBe(STEPS.buffer.toString())
  const [byMail] = await Promise.all([
    mails.page.waitForEvent('popup'),
    mails.page.frameLocator('iframe').getByRole('link', { name: 'Open your page' }).click(),
  ])
  await byMail.getByText('Please update the tool & try again.').waitFor()
  await looks(mails.page, 'mail-of-an-answer')

  await page.locator('#f-body').fill('It stops later now.')
  await page.locator('#f-files').setInputFiles(LOG)
  await follow(page, page.getByRole('button', { name: 'Send' }))
  expect(await page.locator('#last').textContent()).toContain('It stops later now.')
  await looks(page, 'conversation-replied')
  await reloaded(desk.page, desk.page.locator('article.public', { hasText: 'It stops later now.' }))
  expect(await bytesOf(desk.page, LOG.name)).toBe(LOG.buffer.toString())

  await desk.page.getByLabel('State', { exact: true }).selectOption('closed')
  await follow(desk.page, desk.page.getByRole('button', { name: 'Change the ticket' }))
  documents.length = 0
  await seen(page.getByRole('heading', { name: 'Your request is closed' }))
  if (script) expect(documents).toEqual([])
  await looks(page, 'conversation-closed')
  await follow(page, page.getByRole('link', { name: 'How did we do?' }))
  await looks(page, 'rating')
  await page.getByLabel('Very good').check()
  await follow(page, page.getByRole('button', { name: 'Send rating' }))
  expect(await page.locator('#last').textContent()).toContain('5 of 5, very good')
  await reloaded(desk.page, desk.page.getByText('rated-5'))

  return [...faults, ...visit.complaints(), ...desk.complaints(), ...mails.complaints()]
}
