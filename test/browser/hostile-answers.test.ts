import { Hono } from 'hono'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { secureHeaders } from '../../src/http/headers.ts'
import { buildAssets, type Assets } from '../../src/http/pages/assets.ts'
import { ConversationPage } from '../../src/http/pages/conversation-page.tsx'
import { renderPage } from '../../src/http/pages/layout.tsx'
import { createMailer } from '../../src/mail/smtp.ts'
import { articleText, withPictures } from '../../src/relay/article-text.ts'
import { createMailbox, type Mailbox } from '../../src/sandbox/mailbox/mailbox.tsx'
import { hostileHtml } from '../fixtures/hostile-html.ts'
import { aContent, anAnswer, someHeaders } from '../mail/mail-samples.ts'
import { uploadTrouble } from '../journeys/requests.ts'
import { openBrowser, serveLocally } from '../support/browser.ts'
import { answeredConversation, samplePlace } from '../support/sample-pages.tsx'
import { sampleSite } from '../support/sample-forms.ts'
import { openTown } from '../support/town.ts'
import { openVisit, type Visit } from '../support/visit.ts'

const FILES = [{ id: 6, name: 'image1.png', type: 'image/png', size: 70 }]
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
/** Stands behind every answer: what an answer breaks, it takes along. */
const BEHIND = 'behind the answer'

/** Every payload says by a number of its own that it ran, and what it loads names it too. */
const payloads = hostileHtml.map(({ why, html }, index) => ({
  why,
  html: html.replaceAll('ran()', `ran(${index})`).replaceAll('outside.example', `${index}.outside.example`),
}))
const answers = payloads.map(({ html }) =>
  articleText({ contentType: 'text/html', body: html, files: FILES }),
)

let browser: Browser
let mailbox: Mailbox
let server: Awaited<ReturnType<typeof serveLocally>>

beforeAll(async () => {
  mailbox = createMailbox({ clock: () => new Date('2026-11-21T12:00:00Z'), base: '/sandbox/mail' })
  const [assets, port] = await Promise.all([buildAssets(sampleSite.accent), mailbox.listen()])
  await mailTo(port)
  server = await serveLocally(siteOf(assets).fetch)
  browser = await openBrowser()
}, 60_000)

afterAll(async () => {
  await browser.close()
  await server.close()
  await mailbox.close()
})

/** Every answer in one mail, as it is rendered and sent. */
async function mailTo(port: number): Promise<void> {
  const mailer = createMailer({ from: 'desk@desk.example.org', url: `smtp://127.0.0.1:${port}` })
  const html = answers.map((answer) => `<div>${answer.html}</div><p>${BEHIND}</p>`).join('')
  const enclosed = [
    { cid: 'p6@desk.example.org', name: 'image1.png', type: 'image/png', bytes: new Uint8Array(PNG) },
  ]
  const content = aContent({
    html: withPictures(html, () => 'cid:p6@desk.example.org'),
    text: answers.map(({ text }) => text).join('\n'),
    enclosed,
  })
  const { to, ...headers } = someHeaders()
  await mailer.send(to, await mailer.render(anAnswer({ content }), { ...headers, to }))
}

/** The pages that a visitor and a tester look at, each with its headers and, under `/bare`, without. */
function siteOf(assets: Assets): Hono {
  const page = renderPage(ConversationPage(conversationIn(assets)))
  const bareMail = (): string => mailbox.messages().at(-1)?.html ?? ''
  const raw = payloads.map(
    ({ html }) => `<iframe srcdoc="${html.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`,
  )
  const site = new Hono()
  site.get('/bare/page', (c) => c.html(page))
  site.get('/bare/mail', (c) => c.html(bareMail()))
  site.get('/bare/payloads', (c) => c.html(`<!DOCTYPE html><title>p</title>${raw.join('')}`))
  site.route('/sandbox/mail', mailbox.app)
  site.use(secureHeaders(false))
  site.get('/helpdesk/page', (c) => c.html(page))
  for (const asset of Object.values(assets)) {
    site.get(
      `/helpdesk${asset.path}`,
      () => new Response(asset.body, { headers: { 'content-type': asset.type } }),
    )
  }
  site.get('/helpdesk/pictures/:id', (c) => c.body(new Uint8Array(PNG), 200, { 'content-type': 'image/png' }))
  return site
}

const conversationIn = (assets: Assets): Parameters<typeof ConversationPage>[0] => ({
  ...answeredConversation(samplePlace(assets, 'en')),
  entries: answers.map(({ html, text }, index) => ({
    kind: 'said',
    id: String(index),
    from: 'desk',
    name: 'Anna Agent',
    at: new Date('2026-11-21T11:00:00Z'),
    html: withPictures(html, (id) => `/helpdesk/pictures/${id}`),
    text,
    files: [{ name: BEHIND, size: 1, href: '/helpdesk/pictures/6' }],
    hasArrived: true,
  })),
})

interface Witness extends Visit {
  /** Payloads that ran, in a frame or on the page. */
  readonly ran: () => ReadonlySet<string>
  /** Addresses asked for that are not ours. */
  readonly asked: () => ReadonlySet<string>
}

/** A page that notes what runs and what it asks for. Nothing leaves the machine. */
async function openWitness(origin = server.origin): Promise<Witness> {
  const visit = await openVisit(browser)
  const ran = new Set<string>()
  const asked = new Set<string>()
  const context = visit.page.context()
  await context.addInitScript(() => {
    Object.assign(globalThis, { ran: (payload: number) => console.log(`payload ran: ${payload}`) })
  })
  await context.route(
    (url) => url.origin !== origin,
    (route) => {
      asked.add(route.request().url())
      return route.abort()
    },
  )
  visit.page.on('console', (message) => {
    const [, payload] = /^payload ran: (.*)$/.exec(message.text()) ?? []
    if (payload !== undefined) ran.add(payload)
  })
  return {
    ...visit,
    ran: () => ran,
    asked: () => asked,
    [Symbol.asyncDispose]: () => visit[Symbol.asyncDispose](),
  }
}

/** Opens a page and does what a reader does by chance: waits, looks at all of it, goes through it by keyboard. */
async function read(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: 'networkidle' })
  await page.evaluate(() => {
    for (const element of document.querySelectorAll('body *')) {
      for (const type of ['mouseover', 'pointerover', 'focus', 'animationstart', 'transitionend', 'toggle']) {
        element.dispatchEvent(new Event(type, { bubbles: true }))
      }
    }
    scrollTo(0, document.body.scrollHeight)
  })
  await page.waitForLoadState('networkidle')
  expect(page.url()).toBe(address)
}

/** What stands in these places and may not be in an answer: elements, attributes and links, as the browser has them. */
const strangersIn = (page: Page, places: string, looks: 'style' | 'no style'): Promise<readonly string[]> =>
  page.locator(places).evaluateAll((all, looks) => {
    const tags =
      /^(p|div|br|hr|h[234]|b|strong|i|em|u|s|sub|sup|code|pre|blockquote|ul|ol|li|table|thead|tbody|tr|th|td|a|img)$/
    const names = /^(href|rel|src|alt|dir|start|colspan|rowspan|scope)$/
    // Around each table the page puts a box in which it scrolls.
    const box = /^<div class="scroll" role="group" aria-label="Table" tabindex="0"><table[\s>]/
    return all
      .flatMap((place) => [...place.querySelectorAll('*')])
      .filter((element) => !box.test(element.outerHTML))
      .flatMap((element) => [
        ...(tags.test(element.localName) ? [] : [element.outerHTML]),
        ...[...element.attributes]
          .filter(({ name }) => !names.test(name) && name !== looks)
          .map(({ name, value }) => `${element.localName} ${name}="${value}"`),
        ...(element instanceof HTMLAnchorElement &&
        (!/^(https?|mailto|tel):$/.test(element.protocol) || element.origin === location.origin)
          ? [element.href]
          : []),
      ])
  }, looks)

const RUN_OR_LOAD = 60

test('the payloads do harm where nobody makes them harmless', async () => {
  await using witness = await openWitness()
  // Frames that send themselves elsewhere never come to rest.
  await witness.page.goto(`${server.origin}/bare/payloads`, { waitUntil: 'commit' })
  const harmful = (): number => {
    const loaded = [...witness.asked()].flatMap((url) => /\/\/(\d+)\.outside\.example/.exec(url)?.[1] ?? [])
    return new Set([...witness.ran(), ...loaded]).size
  }
  await expect.poll(harmful, { timeout: 30_000 }).toBeGreaterThanOrEqual(RUN_OR_LOAD)
  expect(payloads.length).toBeGreaterThanOrEqual(200)
})

test.for(['/helpdesk/page', '/bare/page'])(
  'on the page nothing of an answer runs or loads (%s)',
  async (path) => {
    await using witness = await openWitness()
    await read(witness.page, server.origin + path)
    expect([...witness.ran()]).toEqual([])
    expect([...witness.asked()]).toEqual([])
    expect(witness.complaints()).toEqual([])
    expect(await strangersIn(witness.page, '.words', 'no style')).toEqual([])
  },
)

test('an answer stays within its card, and what it breaks it does not break for the next', async () => {
  await using witness = await openWitness()
  await read(witness.page, server.origin + '/bare/page')
  const cards = await witness.page
    .locator('.thread > li.desk')
    .evaluateAll((all) => all.map((card) => [...card.children].map(({ className }) => className)))
  expect(cards).toEqual(answers.map(() => ['who', 'words', 'links files']))
  const pictures = await witness.page
    .locator('.words img')
    .evaluateAll((all) => all.map((image) => image instanceof HTMLImageElement && image.naturalWidth))
  expect(pictures.length).toBeGreaterThanOrEqual(5)
  expect(new Set(pictures)).toEqual(new Set([1]))
})

test.for(['/sandbox/mail/1', '/sandbox/mail/1/html', '/bare/mail'])(
  'in the mail nothing of an answer runs or loads (%s)',
  async (path) => {
    await using witness = await openWitness()
    await read(witness.page, server.origin + path)
    expect([...witness.ran()]).toEqual([])
    expect([...witness.asked()].filter((url) => !url.startsWith('cid:'))).toEqual([])
  },
)

test('an answer stays within its place in the mail', async () => {
  await using witness = await openWitness()
  await read(witness.page, server.origin + '/bare/mail')
  const behind = witness.page.locator('.content > p', { hasText: BEHIND })
  expect(await behind.count()).toBe(answers.length)
  expect(await witness.page.locator('.content').count()).toBe(1)
  expect(await strangersIn(witness.page, '.content', 'style')).toEqual([])
})

/** The payloads of each kind as one article: the relay mails answers one by one. */
const articles = Object.values(Object.groupBy(payloads, ({ why }) => why.replace(/ \d+$/, '')))
  .map((kind = []) => kind.map(({ html }) => `<div>${html}</div>`))
  .map((kind) => `<p>Hello Maria,</p>${kind.join('')}`)

/** A request that staff have answered by all of the articles, served as a visitor finds it, and the mails of it. */
async function answeredInTown(): Promise<{ readonly path: string; readonly origin: string }> {
  const post = createMailbox({ clock: () => new Date('2026-11-21T12:00:00Z'), base: '/sandbox/mail' })
  const port = await post.listen()
  const site = new Hono().route('/sandbox/mail', post.app)
  const front = await serveLocally((request) => site.fetch(request))
  onTestFinished(async () => {
    await front.close()
    await post.close()
  })
  const town = await openTown({
    settings: { PUBLIC_URL: front.origin, SMTP_URL: `smtp://127.0.0.1:${port}`, UNDO_SECONDS: '0' },
  })
  site.all('*', (c) => town.service.app.fetch(c.req.raw))
  await town.tick()
  const sent = await town.visitor.sends(uploadTrouble())
  await town.at('+1m').tick()
  const ticket = await town.onlyTicket()
  for (const html of articles) await town.agent.writes(ticket.id, html)
  for (let minute = 2; post.messages().length <= articles.length && minute < 60; minute += 1) {
    await town.at(`+${minute}m`).tick()
  }
  expect(post.messages().length).toBe(articles.length + 1)
  return { path: new URL(sent.page.address).pathname, origin: front.origin }
}

/** Shows the HTML of so many mails of the mailbox at once, each in a frame as its own page has it; resolves when all are whole. */
const openMails = (page: Page, count: number): Promise<void> =>
  page.evaluate(async (count) => {
    const frames = Array.from({ length: count }, (_, index) => {
      const frame = document.createElement('iframe')
      frame.src = `/sandbox/mail/${index + 1}/html`
      return frame
    })
    const whole = frames.map((frame) => new Promise((loaded) => frame.addEventListener('load', loaded)))
    document.body.append(...frames)
    await Promise.all(whole)
  }, count)

test('what comes through Zammad and the relay runs and loads nothing either', async () => {
  const { path, origin } = await answeredInTown()
  await using witness = await openWitness(origin)
  await read(witness.page, origin + path)
  expect(await witness.page.locator('.words').count()).toBe(articles.length)
  expect(await strangersIn(witness.page, '.words', 'no style')).toEqual([])
  expect(witness.complaints()).toEqual([])
  await witness.page.goto(`${origin}/sandbox/mail`)
  await openMails(witness.page, articles.length + 1)
  const bodies = await Promise.all(witness.page.frames().map((frame) => frame.locator('.content').count()))
  expect(bodies.filter((count) => count === 1).length).toBe(articles.length)
  expect([...witness.ran()]).toEqual([])
  expect([...witness.asked()]).toEqual([])
})
