import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { SECOND_MS } from '../../src/clock.ts'
import { anEntry, type Front, openFront, type Opened } from '../http/front.ts'
import { accessibilityFaults, complaintsOf, openBrowser, serveLocally } from '../support/browser.ts'
import { openPlatform } from '../support/platform.node.ts'
import { NOON } from '../support/samples.ts'

vi.setConfig({ testTimeout: 60_000 })

const STEP_MS = 10 * SECOND_MS
/** Above what is read of a body at most. */
const MUCH_BYTES = 65 * 1024 * 1024

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
}, 60_000)

afterAll(() => browser.close())

interface Following {
  readonly front: Front
  readonly opened: Opened
  readonly page: Page
  /** Methods and statuses of what the page asked of its own address since it was opened, in order. */
  readonly asked: readonly string[]
  /** How the server answers from now on; null as it is. */
  answerWith: (status: number | null) => void
  /** Lets the page's own time go by. */
  readonly wait: (ms: number) => Promise<void>
}

/** The page of a conversation in a browser whose timers the test turns. */
async function follow(options: BrowserContextOptions = {}): Promise<Following> {
  const front = await openFront(await openPlatform())
  const opened = await front.opened()
  const asked: string[] = []
  let status: number | null = null
  const server = await serveLocally(async (request) => {
    const { pathname } = new URL(request.url)
    const answer = status === null ? await front.app.fetch(request) : new Response('', { status })
    if (pathname === opened.path) asked.push(`${request.method} ${answer.status}`)
    return answer
  })
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, ...options })
  const page = await context.newPage()
  onTestFinished(async () => {
    await context.close()
    await server.close()
  })
  const under = new Set<object>()
  page.on('request', (request) => under.add(request))
  page.on('requestfinished', (request) => under.delete(request))
  page.on('requestfailed', (request) => under.delete(request))
  if (options.javaScriptEnabled !== false) await page.clock.install({ time: NOON })
  await page.goto(server.origin + opened.path)
  asked.splice(0)
  return {
    front,
    opened,
    page,
    asked,
    answerWith: (next) => void (status = next),
    async wait(ms) {
      // In steps, as the page has little patience with an answer for which no real time is left.
      for (let left = ms; left > 0; left -= STEP_MS) {
        await page.clock.runFor(Math.min(left, STEP_MS))
        await expect.poll(() => under.size, { interval: 5 }).toBe(0)
        // The page goes on with an answer in tasks of its own: these come after them.
        for (let turns = 0; turns < 3; turns += 1) await page.evaluate(() => Promise.resolve())
      }
    },
  }
}

test('an answer comes in by itself, is announced, and leaves alone what is being typed', async () => {
  const { front, opened, page, wait } = await follow()
  const complaints = complaintsOf(page)
  await page.locator('#f-body').pressSequentially('I am still ty')
  await front.ledgered(anEntry({ createdAt: NOON }), opened.conversation)
  await wait(21 * SECOND_MS)
  await page.getByText('Please try again.').waitFor()
  await page.clock.runFor(SECOND_MS)
  expect(await page.locator('#news').textContent()).toBe('A new answer is here.')
  expect(await page.locator('.state').first().textContent()).toBe('Answered')
  expect(await page.title()).toMatch(/^● You have an answer/)
  expect(await page.locator('#f-body').inputValue()).toBe('I am still ty')
  await page.keyboard.type('ping')
  expect(await page.locator('#f-body').inputValue()).toBe('I am still typing')
  expect(await page.title()).toMatch(/^You have an answer/)
  expect(await accessibilityFaults(page)).toEqual([])
  expect(complaints).toEqual([])
})

test('what was just done is told until something else has happened', async () => {
  const { front, opened, page, wait } = await follow()
  await page.locator('#f-body').fill('See this')
  await page.getByRole('button', { name: 'Send' }).click()
  const told = page.getByText('We have your message')
  await told.waitFor()
  await wait(21 * SECOND_MS)
  expect(await told.count()).toBe(1)
  await front.change(opened.conversation, { closedAt: NOON })
  await wait(21 * SECOND_MS)
  await page.getByRole('heading', { name: 'Your request is closed' }).waitFor()
  expect(await told.count()).toBe(0)
})

test('the card at the top leads into the box', async () => {
  const { page } = await follow()
  await page.getByRole('link', { name: 'Write to the team' }).click()
  await page.keyboard.type('Hello')
  expect(await page.locator('#f-body').inputValue()).toBe('Hello')
})

test('what was chosen to send along stays chosen, and what was typed is sent with it', async () => {
  const { front, opened, page, wait } = await follow()
  await page.locator('#f-body').fill('See this')
  const file = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') }
  await page.locator('#f-files').setInputFiles(file)
  await front.ledgered(anEntry(), opened.conversation)
  await wait(21 * SECOND_MS)
  await page.getByText('Please try again.').waitFor()
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('We have your message').waitFor()
  expect(await page.locator('#last').textContent()).toContain('See this')
  expect(await page.getByRole('link', { name: 'a.txt' }).count()).toBe(1)
})

test('the page asks every 20 seconds by its tag, and what says nothing new is not touched', async () => {
  const { page, asked, wait } = await follow()
  const thread = await page.locator('#thread').elementHandle()
  for (let n = 0; n < 4; n += 1) await wait(20 * SECOND_MS + 100)
  expect(asked).toEqual(['GET 200', 'GET 304', 'GET 304', 'GET 304'])
  expect(await thread?.evaluate((element) => element.isConnected)).toBe(true)
  expect(await page.locator('#news').textContent()).toBe('')
})

test('a page that nobody looks at asks nothing, and asks at once when somebody does', async () => {
  const { page, asked, wait } = await follow()
  const turn = (state: string) =>
    page.evaluate((next) => {
      Object.defineProperty(document, 'visibilityState', { value: next, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, state)
  await turn('hidden')
  await wait(300 * SECOND_MS)
  expect(asked).toEqual([])
  await turn('visible')
  await wait(100)
  expect(asked).toEqual(['GET 200'])
})

test('a server that fails is asked more and more rarely, and as before once it answers', async () => {
  const { asked, answerWith, wait } = await follow()
  answerWith(503)
  for (let n = 0; n < 70; n += 1) await wait(10 * SECOND_MS)
  expect(asked.length).toBeGreaterThanOrEqual(4)
  expect(asked.length).toBeLessThanOrEqual(6)
  answerWith(null)
  await wait(300 * SECOND_MS)
  const before = asked.length
  await wait(20 * SECOND_MS + 100)
  expect(asked.slice(before)).toHaveLength(1)
})

test('a link that has ended is not asked again', async () => {
  const { asked, answerWith, wait } = await follow()
  answerWith(404)
  for (let n = 0; n < 10; n += 1) await wait(60 * SECOND_MS)
  expect(asked).toEqual(['GET 404'])
})

test('a state that changed is announced in words', async () => {
  const { front, opened, page, wait } = await follow()
  await front.change(opened.conversation, { closedAt: NOON })
  await wait(21 * SECOND_MS)
  await page.getByText('Your request is closed').waitFor()
  await page.clock.runFor(SECOND_MS)
  expect(await page.locator('#news').textContent()).toBe('The state of your request has changed: Closed')
  expect(await page.getByRole('link', { name: 'How did we do?' }).count()).toBe(1)
})

test('two hasty presses send once', async () => {
  const { front, opened, page } = await follow()
  await page.locator('#f-body').fill('Once')
  await page.getByRole('button', { name: 'Send' }).dblclick()
  await page.getByText('We have your message').waitFor()
  expect(await front.stores.replies.ofConversation(opened.conversation.id)).toHaveLength(1)
})

test('without script everything can be done all the same', async () => {
  const { front, opened, page } = await follow({ javaScriptEnabled: false })
  await page.locator('#f-body').fill('Hello')
  await page.getByRole('button', { name: 'Send' }).click()
  expect(await page.locator('#last').textContent()).toContain('Hello')
  front.turn(SECOND_MS)
  await page.getByRole('link', { name: 'This is solved' }).click()
  await page.getByRole('button', { name: 'Yes, this is solved' }).click()
  expect(await page.locator('#last').textContent()).toContain('You told us that this is solved.')
  await front.change(opened.conversation, { closedAt: NOON })
  front.turn(SECOND_MS)
  await page.reload()
  await page.getByRole('link', { name: 'How did we do?' }).click()
  await page.getByLabel('Very good').check()
  await page.getByRole('button', { name: 'Send rating' }).click()
  await page.waitForURL(/done=rating#last$/)
  expect(await page.locator('#last').textContent()).toContain('5 of 5, very good')
})

test('Back brings the words where files were far too large to be read', async () => {
  const { page } = await follow({ javaScriptEnabled: false })
  await page.locator('#f-body').fill('My long words')
  const folder = mkdtempSync(join(tmpdir(), 'firstline-large-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'large.txt')
  writeFileSync(path, Buffer.alloc(MUCH_BYTES, 'x'))
  await page.locator('#f-files').setInputFiles(path)
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('This is too large to send').waitFor()
  await page.goBack()
  expect(await page.locator('#f-body').inputValue()).toBe('My long words')
})
