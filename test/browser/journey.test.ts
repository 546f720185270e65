import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { HOUR_MS } from '../../src/clock.ts'
import { textsIn } from '../../src/http/pages/texts/texts.ts'
import { type Language, tellTime } from '../../src/language.ts'
import { openBrowser } from '../support/browser.ts'
import { OPS_TOKEN, type RunningService, runService } from '../support/running-service.ts'
import { documentFaults, openVisit, pageFaults } from '../support/visit.ts'

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n'), randomBytes(30_000)])
const PDF_FILE = { name: 'upload log, 2nd try.pdf', mimeType: 'application/pdf', buffer: PDF }
const TEXT = 'It stops at 63 % with “connection reset” <again>.\n\nSince Monday, ¿por qué? 🧭'

vi.setConfig({ testTimeout: 40_000 })

let browser: Browser
let service: RunningService

beforeAll(async () => {
  ;[service, browser] = await Promise.all([runService(), openBrowser()])
}, 60_000)

afterAll(async () => {
  await browser.close()
  await service.stop()
})

interface Typed {
  readonly email?: string
  readonly what?: string
}

/** Fills in the form about uploads, all but the file. */
async function fillIn(page: Page, { email = 'maria.sanz@hospital.example', what = TEXT }: Typed = {}) {
  await page.locator('[name=name]').fill('María Sanz')
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=node]').selectOption('upv')
  await page.locator('[name=what]').fill(what)
  await page.locator('[name=consent]').check()
}

const openForm = (page: Page, language: Language = 'en') =>
  page.goto(`${service.origin}/forms/upload-trouble?lang=${language}`)

/** Presses what leads to another page, and waits until that page is whole. */
const follow = (page: Page, what: Locator): Promise<unknown> =>
  Promise.all([page.waitForEvent('load'), what.click()])

const send = (page: Page): Promise<unknown> => follow(page, page.locator('main form button'))

async function sendAndArrive(page: Page): Promise<string> {
  await send(page)
  expect(new URL(page.url()).pathname).toMatch(/^\/c\/[0-9a-z]{32}$/)
  return numberOn(page)
}

/** Sends what is not taken; resolves to the status of the page that comes back. */
async function sendInVain(page: Page): Promise<number> {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    send(page),
  ])
  await focusIsAt(page, 'problem')
  return answer.status()
}

const numberOn = async (page: Page): Promise<string> =>
  (await page.locator('.number').textContent())?.replace(/\s/g, '') ?? ''

/** Loads the page again until it shows what is about to appear. */
const untilShown = (page: Page, what: Locator): Promise<void> =>
  vi.waitFor(
    async () => {
      await page.reload()
      expect(await what.count()).toBeGreaterThan(0)
    },
    { timeout: 15_000, interval: 100 },
  )

async function openTicket(page: Page, number: string): Promise<void> {
  await page.goto(`${service.origin}/sandbox/zammad`)
  const link = page.getByRole('link', { name: number })
  await untilShown(page, link)
  await follow(page, link)
}

async function openMail(page: Page, number: string): Promise<void> {
  await follow(page, page.getByRole('link', { name: 'Mailbox' }))
  const link = page.getByRole('link', { name: number })
  await untilShown(page, link)
  await follow(page, link)
}

const focusIsAt = (page: Page, name: string): Promise<void> =>
  expect
    .poll(
      () => page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.id),
      { timeout: 5000 },
    )
    .toBe(name)

async function downloadsThePdf(page: Page): Promise<void> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: PDF_FILE.name }).click(),
  ])
  expect(download.suggestedFilename()).toBe(PDF_FILE.name)
  expect(PDF.equals(await readFile(await download.path()))).toBe(true)
}

interface Way {
  readonly why: string
  readonly language: Language
  readonly topic: string
  readonly unit: string
  readonly zone: string
  readonly javaScriptEnabled: boolean
}

const ENGLISH = {
  language: 'en',
  topic: 'Upload is failing',
  unit: 'Reference nodes',
  zone: 'America/Lima',
} as const
const SPANISH = {
  language: 'es',
  topic: 'La subida falla',
  unit: 'Nodos de referencia',
  zone: 'Atlantic/Canary',
} as const
const ways: readonly Way[] = [
  { why: 'with script', ...ENGLISH, javaScriptEnabled: true },
  { why: 'without script', ...ENGLISH, javaScriptEnabled: false },
  { why: 'in Spanish', ...SPANISH, javaScriptEnabled: true },
]

test.for(ways)('a request with a PDF becomes a page, a ticket and a mail, $why', async (way) => {
  const { language, javaScriptEnabled } = way
  const texts = textsIn(language)
  await using visit = await openVisit(browser, {
    locale: language,
    timezoneId: way.zone,
    javaScriptEnabled,
  })
  const { page } = visit
  const faults: string[] = []
  const look = async () => faults.push(...(await documentFaults(page)))

  await page.goto(service.origin)
  expect(await page.locator('html').getAttribute('lang')).toBe(language)
  await look()
  await follow(page, page.getByRole('link', { name: way.topic }))
  await fillIn(page)
  await page.locator('[name=log]').setInputFiles(PDF_FILE)
  await look()
  const number = await sendAndArrive(page)
  await look()

  expect(number).toMatch(/^780\d{10}$/)
  await downloadsThePdf(page)
  const zone = javaScriptEnabled ? way.zone : 'Europe/Madrid'
  const named = javaScriptEnabled ? texts.conversation.yourTime(zone) : texts.conversation.zoneTime(zone)
  const [due, pressed] = await page
    .locator('time')
    .evaluateAll((times) => times.map((time) => time.getAttribute('datetime') ?? ''))
  expect(Date.parse(due ?? '') - Date.parse(pressed ?? '')).toBe(48 * HOUR_MS)
  expect(
    await page.locator('dd', { hasText: tellTime(new Date(due ?? ''), zone, language) }).innerText(),
  ).toContain(named)
  await untilShown(page, page.locator('.state.good'))
  expect(await page.locator('.state').innerText()).toContain(way.unit)
  const conversation = page.url()

  await follow(page, page.getByRole('link', { name: texts.sandboxDesk }))
  await follow(page, page.getByRole('link', { name: number }))
  await untilShown(page, page.locator('article.internal'))
  await look()
  expect(await page.locator('article.public').innerText()).toContain(TEXT)
  expect(await page.getByLabel('Group').inputValue()).toBe('Reference nodes')
  expect(await page.locator('article.internal').innerText()).toContain(
    'The rule “upload form” sends it to Reference nodes',
  )
  await downloadsThePdf(page)

  await openMail(page, number)
  await look()
  await follow(page, page.locator('.text a'))
  expect(await numberOn(page)).toBe(number)
  expect(new URL(page.url()).pathname).toBe(new URL(conversation).pathname)
  expect(await page.locator('html').getAttribute('lang')).toBe(language)
  await follow(page, page.getByRole('link', { name: texts.sandboxForm, exact: true }))
  expect(await page.locator('h1').innerText()).toBe(texts.home.title)
  expect(faults).toEqual([])
  expect(visit.complaints()).toEqual([])
})

test('an agent reads the request, notes something for colleagues and answers, all on screens', async () => {
  await using visit = await openVisit(browser)
  const { page } = visit
  await openForm(page)
  await fillIn(page)
  const number = await sendAndArrive(page)
  const conversation = page.url()
  await openTicket(page, number)
  for (const [internal, body] of [
    ['true', 'Ask the node first.'],
    ['false', 'Please try again now.'],
  ] as const) {
    await page.locator('[name=internal]').last().selectOption(internal)
    await page.locator('[name=body]').fill(body)
    await follow(page, page.getByRole('button', { name: 'Add the article' }))
    await page.locator(`article.${internal === 'true' ? 'internal' : 'public'}`, { hasText: body }).waitFor()
  }
  expect(await pageFaults(page, 'zammad-ticket')).toEqual([])
  await page.goto(conversation)
  expect(await page.getByText('Ask the node first.').count()).toBe(0)
  expect(visit.complaints()).toEqual([])
})

test('the button in the mail opens the same conversation', async () => {
  await using visit = await openVisit(browser)
  const { page } = visit
  await openForm(page)
  await fillIn(page)
  const number = await sendAndArrive(page)
  await openMail(page, number)
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.frameLocator('iframe').getByRole('link', { name: 'Open your page' }).click(),
  ])
  await opened.waitForLoadState()
  expect(await numberOn(opened)).toBe(number)
  expect(visit.complaints()).toEqual([])
})

test.for([true, false])(
  'an empty form comes back with the keyboard at a list that leads to each field (script: %s)',
  async (javaScriptEnabled) => {
    await using visit = await openVisit(browser, { javaScriptEnabled })
    const { page } = visit
    await openForm(page)
    await page.locator('[name=organisation]').fill('  Hospital <La Fe> & Co  ')
    expect(await sendInVain(page)).toBe(422)
    expect(await page.title()).toMatch(/^Error: /)
    const links = page.locator('#problem a')
    for (const [at, field] of ['name', 'email', 'node', 'what', 'consent'].entries()) {
      await links.nth(at).click()
      await focusIsAt(page, field)
    }
    expect(await links.count()).toBe(5)
    expect(await page.locator('[name=organisation]').inputValue()).toBe('  Hospital <La Fe> & Co  ')
    expect(javaScriptEnabled ? await pageFaults(page, 'form-errors') : await documentFaults(page)).toEqual([])
    await fillIn(page)
    expect(await sendAndArrive(page)).toMatch(/^\d+$/)
    expect(visit.complaints()).toEqual([])
  },
)

test('a medical image is refused in words, and the text stays', async () => {
  await using visit = await openVisit(browser)
  const { page } = visit
  await openForm(page)
  await fillIn(page)
  const image = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), randomBytes(400)])
  await page.locator('[name=log]').setInputFiles({ name: 'CT0001.dcm', mimeType: '', buffer: image })
  expect(await sendInVain(page)).toBe(422)
  expect(await page.locator('#problem').innerText()).toContain('“CT0001.dcm” is a medical image')
  await page.locator('#problem a').click()
  await focusIsAt(page, 'log')
  expect(await page.locator('[name=what]').inputValue()).toBe(TEXT)
  expect(await page.locator('[name=consent]').isChecked()).toBe(true)
  expect(visit.complaints()).toEqual([])
})

test('files that are too large bring the text back, and the request goes through without them', async () => {
  await using visit = await openVisit(browser)
  const { page } = visit
  const paths = ['first.pdf', 'second.pdf'].map((name) => join(service.folder, name))
  await Promise.all(paths.map((path) => writeFile(path, Buffer.concat([PDF, Buffer.alloc(14 << 20)]))))
  await openForm(page)
  await fillIn(page)
  await page.locator('[name=log]').setInputFiles(paths)
  expect(await sendInVain(page)).toBe(413)
  expect(await page.locator('#problem').innerText()).toContain('Your files are too large')
  expect(await page.locator('[name=what]').inputValue()).toBe(TEXT)
  expect(await pageFaults(page, 'form-413')).toEqual([])
  expect(await sendAndArrive(page)).toMatch(/^\d+$/)
  expect(visit.complaints()).toEqual([])
})

test.for([true, false])(
  'Back and send is a repeat; Back, another text and send is a new request only when asked for (script: %s)',
  async (javaScriptEnabled) => {
    await using visit = await openVisit(browser, { javaScriptEnabled })
    const { page } = visit
    await openForm(page)
    await fillIn(page)
    const first = await sendAndArrive(page)
    await page.goBack()
    expect(await sendAndArrive(page)).toBe(first)

    await page.goBack()
    await page.locator('[name=what]').fill('Something else.')
    expect(await sendInVain(page)).toBe(409)
    expect(await page.locator('[name=what]').inputValue()).toBe('Something else.')
    expect(javaScriptEnabled ? await pageFaults(page, 'form-409') : await documentFaults(page)).toEqual([])
    expect(await page.locator('main form button').innerText()).toBe('Send as a new request')
    expect(await sendAndArrive(page)).not.toBe(first)
    expect(await page.getByText('Something else.').count()).toBe(1)
    expect(visit.complaints()).toEqual([])
  },
)

test('a page whose token no longer holds brings everything back and goes through on the second try', async () => {
  await using visit = await openVisit(browser)
  const { page } = visit
  await openForm(page)
  await fillIn(page)
  await page.locator('[name=_token]').evaluate((input) => input.setAttribute('value', 'of an older key'))
  expect(await sendInVain(page)).toBe(422)
  expect(await page.locator('#problem').innerText()).toContain('Send your request once more')
  expect(await page.locator('[name=what]').inputValue()).toBe(TEXT)
  expect(await sendAndArrive(page)).toMatch(/^\d+$/)
  expect(visit.complaints()).toEqual([])
})

const jsonOf = async (page: Page, path: string, token: string): Promise<readonly Record<string, unknown>[]> =>
  (
    await page.request.get(`${service.origin}${path}`, { headers: { Authorization: `Bearer ${token}` } })
  ).json()

test('a double click, a second tab and a reload make one ticket and one mail', async () => {
  await using visit = await openVisit(browser)
  const { page } = visit
  const email = 'in.a.hurry@hospital.example'
  await openForm(page)
  await fillIn(page, { email })
  await page.locator('main form button').dblclick()
  await page.waitForURL(/\/c\//)
  const number = await numberOn(page)
  await page.reload()
  expect(await numberOn(page)).toBe(number)
  const second = await page.context().newPage()
  await second.goto(page.url())
  expect(await numberOn(second)).toBe(number)

  await expect.poll(() => jsonOf(page, '/ops/api/outbox', OPS_TOKEN), { timeout: 10_000 }).toEqual([])
  const mails = await jsonOf(page, '/sandbox/mail.json', '')
  expect(mails.filter(({ to }) => String(to) === email)).toHaveLength(1)
  const tickets = await jsonOf(page, '/sandbox/zammad/api/v1/tickets?expand=true', 'sandbox-agent')
  expect(tickets.filter((ticket) => ticket['customer'] === email).map((ticket) => ticket['number'])).toEqual([
    number,
  ])
  expect(visit.complaints()).toEqual([])
})

test('the keyboard alone is enough to choose a topic, fill in and send', async () => {
  await using visit = await openVisit(browser)
  const { page } = visit
  const tabTo = async (wanted: string) => {
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab')
      const here = page.locator(':focus')
      const name = (await here.getAttribute('name')) ?? (await here.innerText())
      if (name.startsWith(wanted)) return
    }
    throw new Error(`Tab does not reach ${wanted}`)
  }
  await page.goto(service.origin)
  await tabTo('Upload is failing')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/forms\/upload-trouble/)
  for (const [field, typed] of [
    ['name', 'Ann Lee'],
    ['email', 'ann.lee@hospital.example'],
    ['node', 'UPV'],
    ['what', 'It stops.'],
    ['consent', ' '],
  ] as const) {
    await tabTo(field)
    await page.keyboard.type(typed)
  }
  await tabTo('Send request')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/c\//)
  expect(await page.getByText('UPV, Valencia').count()).toBe(1)
  expect(visit.complaints()).toEqual([])
})

const HARD_TEXTS = [
  [
    'a word of 500 letters, emoji and right-to-left text',
    `${'x'.repeat(500)}\n👩‍⚕️🧑🏽‍🔬 ❤️‍🩹\nتوقف الرفع عند 63٪ (connection reset)`,
  ],
  ['a text as long as may be', 'The upload stops.\n'.repeat(444)],
] as const

test.for(HARD_TEXTS)('%s reaches the page and the ticket as it is, and fits on a phone', async ([, what]) => {
  await using visit = await openVisit(browser)
  const { page } = visit
  await openForm(page)
  await fillIn(page, { what, email: '  ann.lee@hospital.example ' })
  const number = await sendAndArrive(page)
  const shown = async (where: string) => (await page.locator(where).allInnerTexts()).join('\n')
  expect(await shown('.typed')).toContain(what.trim())
  expect(await documentFaults(page)).toEqual([])
  await openTicket(page, number)
  expect(await shown('article .body')).toContain(what.trim())
  expect(await documentFaults(page)).toEqual([])
  expect(visit.complaints()).toEqual([])
})

const PAGES = [
  ['home', '/'],
  ['form', '/forms/upload-trouble'],
  ['not-found', '/c/00000000000000000000000000000000'],
  ['docs', '/docs'],
  ['zammad-list', '/sandbox/zammad'],
  ['zammad-new', '/sandbox/zammad/tickets/new'],
  ['zammad-not-found', '/sandbox/zammad/tickets/999'],
  ['mailbox', '/sandbox/mail'],
  ['mailbox-not-found', '/sandbox/mail/999'],
] as const

test.for(PAGES)(
  'everybody can use %s, on a phone and at a desk, by day and by night',
  async ([name, path]) => {
    await using visit = await openVisit(browser)
    await visit.page.goto(`${service.origin}${path}`)
    expect(await pageFaults(visit.page, name)).toEqual([])
    expect(visit.complaints()).toEqual([])
  },
)

test('everybody can use the page of a request and its mail', async () => {
  await using visit = await openVisit(browser, { timezoneId: 'America/Lima' })
  const { page } = visit
  await openForm(page)
  await fillIn(page)
  await page.locator('[name=log]').setInputFiles(PDF_FILE)
  const number = await sendAndArrive(page)
  await untilShown(page, page.locator('.state.good'))
  expect(await pageFaults(page, 'conversation')).toEqual([])
  await openMail(page, number)
  expect(await pageFaults(page, 'mail')).toEqual([])
  // In the mailbox no script runs beside a mail, axe's own included.
  const html = await (await page.request.get(`${page.url()}/html`)).text()
  await page.goto('about:blank')
  await page.setContent(html)
  expect(await pageFaults(page, 'mail-html')).toEqual([])
  expect(visit.complaints()).toEqual([])
})

test('staff come in with the token, and with no other', async () => {
  await using visit = await openVisit(browser)
  const { page } = visit
  await page.goto(`${service.origin}/ops`)
  expect(await pageFaults(page, 'ops-sign-in')).toEqual([])
  await page.getByLabel('Token').fill('no such token here')
  await follow(page, page.getByRole('button', { name: 'Open the board' }))
  await focusIsAt(page, 'token')
  expect(await page.locator('h2').count()).toBe(0)
  await page.getByLabel('Token').fill(OPS_TOKEN)
  await follow(page, page.getByRole('button', { name: 'Open the board' }))
  await page.getByRole('heading', { name: 'Parked jobs' }).waitFor()
  expect(await pageFaults(page, 'ops-board')).toEqual([])
  expect(visit.complaints()).toEqual([])
})
