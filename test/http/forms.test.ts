import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../src/clock.ts'
import type { SqliteDb } from '../../src/runtime/node/sqlite.ts'
import { questionForm } from '../support/sample-forms.ts'
import { type Answered, filledForm, pageToken, type SentFile, type Served, serveForTest } from './served.ts'

const PATH = '/forms/upload-trouble'

const send = (
  served: Served,
  token: string,
  change: Answered = {},
  files: readonly SentFile[] = [],
): Promise<Response> => served.ask(PATH, { method: 'POST', body: filledForm(token, change, files) })

const tokenIn = (page: string): string => /name="_token" value="([^"]+)"/.exec(page)?.[1] ?? ''

/** What the page's fields hold: text as it stands in the page. */
const typedIn = (page: string) => ({
  name: /name="name"[^>]*value="([^"]*)"/.exec(page)?.[1],
  what: /<textarea[^>]*>\n([^<]*)<\/textarea>/.exec(page)?.[1],
})

/** A store that can be broken: its reads by key, or its writes. */
function breakable() {
  const broken = { reads: false, writes: false }
  const spoil = (db: SqliteDb): SqliteDb => ({
    ...db,
    q: new Proxy(db.q, {
      get(q, name) {
        if (broken.reads) throw new Error('disk I/O error')
        return Reflect.get(q, name)
      },
    }),
    atomically: (writes) =>
      broken.writes ? Promise.reject(new Error('database or disk is full')) : db.atomically(writes),
  })
  return { broken, spoil }
}

test.for(['writes', 'reads'] as const)(
  'where %s fail, the page comes back with the text and the same token, and is taken later',
  async (what) => {
    const { broken, spoil } = breakable()
    const served = await serveForTest({ spoil })
    const token = await pageToken(served)
    broken[what] = true
    const answer = await send(served, token, { what: 'It <stops>' }, [{ name: 'a.txt', bytes: 'x' }])
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('30')
    const page = await answer.text()
    expect(typedIn(page)).toEqual({ name: 'Ann Lee', what: 'It &lt;stops&gt;' })
    expect(tokenIn(page)).toBe(token)
    expect(page).toContain('it never arrives twice')
    expect(served.log()).toContain('submission.failed')
    expect((await served.kept()).submissions).toEqual([])
    broken[what] = false
    expect((await send(served, token)).status).toBe(303)
    expect((await send(served, token)).status).toBe(303)
    expect((await served.kept()).submissions).toHaveLength(1)
  },
)

test('a repeat that meets a failing store keeps its token, so that it never becomes a second request', async () => {
  const { broken, spoil } = breakable()
  const served = await serveForTest({ spoil })
  const token = await pageToken(served)
  await send(served, token)
  broken.reads = true
  const failed = await send(served, token)
  expect(failed.status).toBe(503)
  broken.reads = false
  expect((await send(served, tokenIn(await failed.text()))).status).toBe(303)
  expect((await served.kept()).submissions).toHaveLength(1)
})

test('what is wrong is told beside what was typed, and the same token takes the mended form', async () => {
  const served = await serveForTest()
  const token = await pageToken(served)
  const answer = await send(served, token, { email: 'nobody', what: 'It stops' })
  expect(answer.status).toBe(422)
  const page = await answer.text()
  expect(typedIn(page)).toEqual({ name: 'Ann Lee', what: 'It stops' })
  expect(page).toContain('href="#f-email"')
  expect(tokenIn(page)).toBe(token)
  expect((await send(served, token)).status).toBe(303)
})

test('another text under a used token comes back with a fresh one, which sends it as a new request', async () => {
  const served = await serveForTest()
  const token = await pageToken(served)
  const first = await send(served, token)
  const answer = await send(served, token, { what: 'Another matter' })
  expect(answer.status).toBe(409)
  const page = await answer.text()
  expect(typedIn(page).what).toBe('Another matter')
  expect(page).toContain('Send as a new request')
  const second = await send(served, tokenIn(page), { what: 'Another matter' })
  expect(second.status).toBe(303)
  expect(second.headers.get('location')).not.toBe(first.headers.get('location'))
  expect((await served.kept()).submissions).toHaveLength(2)
})

test('an unused token ends after a day, and the page comes back with the text and a fresh one', async () => {
  const served = await serveForTest()
  const token = await pageToken(served)
  served.turn(24 * HOUR_MS + 1)
  const answer = await send(served, token)
  expect(answer.status).toBe(422)
  const page = await answer.text()
  expect(typedIn(page).name).toBe('Ann Lee')
  expect((await send(served, tokenIn(page))).status).toBe(303)
})

test('a used token leads to its conversation for 30 days', async () => {
  const served = await serveForTest()
  const token = await pageToken(served)
  const first = await send(served, token)
  served.turn(30 * DAY_MS - 1)
  const again = await send(served, token)
  expect(again.headers.get('location')).toBe(first.headers.get('location'))
  served.turn(1)
  expect((await send(served, token)).status).toBe(422)
})

test('files above the limit cost the files and not the text', async () => {
  const served = await serveForTest()
  const token = await pageToken(served)
  const bytes = 'x'.repeat(26 * 1024 * 1024)
  const answer = await send(served, token, { what: 'It stops' }, [{ name: 'a.txt', bytes }])
  expect(answer.status).toBe(413)
  const page = await answer.text()
  expect(typedIn(page).what).toBe('It stops')
  expect(tokenIn(page)).toBe(token)
  expect((await served.kept()).files).toEqual([])
})

test('a text above 64 KiB is never cut and kept, however long its field may be', async () => {
  const fields = questionForm.fields.map((field) =>
    field.kind === 'textarea' ? { ...field, maxLength: 20_000 } : field,
  )
  const served = await serveForTest({ content: { forms: [{ ...questionForm, fields }] } })
  const what = '😀'.repeat(18_000)
  const typed = { node: undefined, since: undefined, what }
  const body = filledForm(await pageToken(served, 'question'), typed)
  expect((await served.ask('/forms/question', { method: 'POST', body })).status).toBe(413)
  const parts = new FormData()
  parts.append('form', 'question')
  for (const [name, value] of filledForm(null, typed)) parts.append(name, value)
  expect((await served.ask('/api/v1/submissions', { method: 'POST', body: parts })).status).toBe(413)
  expect((await served.kept()).submissions).toEqual([])
})

test('answers that no row holds together are told to be too large, and nothing of them is kept', async () => {
  const lines = Array.from({ length: 35 }, (_, n) => `long_${n}`)
  const long = {
    kind: 'textarea',
    label: { en: 'Long', es: 'Largo' },
    required: false,
    maxLength: 20_000,
  } as const
  const ticket = { ...questionForm.ticket, body: [...questionForm.ticket.body, ...lines] }
  const fields = [...questionForm.fields, ...lines.map((id) => ({ ...long, id }))]
  const served = await serveForTest({ content: { forms: [{ ...questionForm, fields, ticket }] } })
  const typed = {
    node: undefined,
    since: undefined,
    ...Object.fromEntries(lines.map((id) => [id, 'é'.repeat(20_000)])),
  }
  const body = filledForm(await pageToken(served, 'question'), typed)
  expect((await served.ask('/forms/question', { method: 'POST', body })).status).toBe(413)
  const parts = new FormData()
  parts.append('form', 'question')
  for (const [name, value] of filledForm(null, typed)) parts.append(name, value)
  expect((await served.ask('/api/v1/submissions', { method: 'POST', body: parts })).status).toBe(413)
  expect((await served.kept()).submissions).toEqual([])
})

test('the language of the page is the one that the visitor reads, and is kept with the request', async () => {
  const served = await serveForTest()
  const page = await (await served.ask(PATH, { headers: { 'Accept-Language': 'es-ES, en;q=0.5' } })).text()
  expect(page).toContain('<html lang="es">')
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? ''
  const body = filledForm(tokenIn(page), { _zone: 'Atlantic/Canary' })
  const sent = await served.ask(action, { method: 'POST', body })
  expect(sent.headers.get('location')).toMatch(/\?lang=es$/)
  expect((await served.kept()).submissions[0]).toMatchObject({ language: 'es', timeZone: 'Atlantic/Canary' })
})

test('a form without files is taken from a browser that sends no parts', async () => {
  const served = await serveForTest()
  const fields = new URLSearchParams()
  for (const [name, value] of filledForm(await pageToken(served))) fields.append(name, String(value))
  expect((await served.ask(PATH, { method: 'POST', body: fields })).status).toBe(303)
})

test('every address of a page lies below the path of PUBLIC_URL', async () => {
  const served = await serveForTest({ settings: { PUBLIC_URL: 'https://help.example/desk' } })
  for (const path of ['/desk/', `/desk${PATH}`]) {
    const page = await (await served.ask(path)).text()
    const own = [...page.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].map((match) => match[1])
    expect(own.length).toBeGreaterThan(3)
    expect(own.filter((one) => !one?.startsWith('/desk/'))).toEqual([])
  }
  expect((await served.ask('/desk')).status).toBe(200)
  expect((await served.ask(PATH)).status).toBe(404)
})
