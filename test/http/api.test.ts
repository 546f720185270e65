import { expect, test } from 'vitest'
import type { z } from 'zod'
import { ConversationBody, Receipt } from '../../src/http/api-schemas.ts'
import { FormDescription } from '../../src/forms/describe.ts'
import { Problem } from '../../src/http/problem.ts'
import type { SqliteDb } from '../../src/runtime/node/sqlite.ts'
import { asJson, filledForm, type Served, serveForTest, submission } from './served.ts'

const API = '/api/v1/submissions'

/** The body, held to its schema to the last key. */
async function bodyOf<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  expect(response.headers.get('content-type')).toBe('application/json')
  const body: unknown = await response.json()
  expect(schema.parse(body)).toEqual(body)
  return schema.parse(body)
}

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const body: unknown = await response.json()
  const told = Problem.strict().parse(body)
  expect(told.status).toBe(response.status)
  return told
}

const send = (served: Served, body: object, headers?: Readonly<Record<string, string>>) =>
  served.ask(API, asJson(body, headers))

const tokenOf = (receipt: Receipt): string => receipt.conversation_url.split('/').at(-1) ?? ''

test('the forms are told in the language asked for, else in the first of the site', async () => {
  const served = await serveForTest()
  const { forms } = (await (await served.ask('/api/v1/forms')).json()) as { forms: unknown[] }
  expect(forms).toHaveLength(4)
  for (const form of forms) expect(FormDescription.parse(form)).toEqual(form)
  const titles = await Promise.all(
    ['', '?lang=es', '?lang=fr'].map(async (query) => {
      const response = await served.ask(`/api/v1/forms/upload-trouble${query}`, {
        headers: { 'Accept-Language': 'es' },
      })
      return (await bodyOf(response, FormDescription)).title
    }),
  )
  expect(titles).toEqual([
    'Upload is failing',
    'La subida de imágenes o de datos clínicos falla',
    'Upload is failing',
  ])
})

test('a form is told with all that a program needs to fill it in', async () => {
  const served = await serveForTest()
  const form = await bodyOf(await served.ask('/api/v1/forms/upload-trouble'), FormDescription)
  const field = (id: string) => form.fields.find((one) => one.id === id)
  expect(form.languages).toEqual(['en', 'es'])
  expect(field('name')).toEqual({
    id: 'name',
    kind: 'text',
    label: 'Your name',
    required: true,
    maxLength: 200,
  })
  expect(field('node')?.options).toContainEqual({ value: 'unknown', label: 'I do not know' })
  expect(field('log')?.accept).toEqual(['log', 'txt', 'pdf', 'png'])
  expect(field('consent')).toMatchObject({ kind: 'consent', required: true })
})

test.for(['/api/v1/forms/nothing', '/api/v1/conversations/nothing', '/api/v1/nothing', '/api/v2/forms'])(
  'nothing at %s is a problem and no page',
  async (path) => {
    const served = await serveForTest()
    const told = await problemOf(await served.ask(path))
    expect(told.status).toBe(404)
  },
)

test('a submission is accepted once, and told again as it stands', async () => {
  const served = await serveForTest()
  const key = { 'Idempotency-Key': 'one' }
  const first = await send(served, submission(), key)
  expect(first.status).toBe(201)
  const receipt = await bodyOf(first, Receipt)
  expect(receipt).toEqual({
    reference: expect.stringMatching(/^780\d{10}$/),
    ticket_number: receipt.reference,
    conversation_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8787\/c\/[0-9a-z]{32}$/),
    due_at: '2026-11-23T12:00:00.000Z',
    status: 'received',
  })
  const second = await send(served, submission(), key)
  expect(second.status).toBe(200)
  expect(await second.json()).toEqual(receipt)
})

test('without a key each submission is one of its own', async () => {
  const served = await serveForTest()
  await send(served, submission())
  expect((await send(served, submission())).status).toBe(201)
  expect((await served.kept()).submissions).toHaveLength(2)
})

test('without a known prefix there is a reference, and no ticket number yet', async () => {
  const served = await serveForTest({ settings: { TICKET_PREFIX: '' } })
  const receipt = await bodyOf(await send(served, submission()), Receipt)
  expect(receipt.reference).toMatch(/^FL-[0-9A-Z]{8}$/)
  expect(receipt.ticket_number).toBeNull()
})

test('every address in an answer is absolute, below the path of PUBLIC_URL', async () => {
  const settings = { PUBLIC_URL: 'https://help.example/desk' }
  const served = await serveForTest({ settings })
  const files = [{ field: 'log', name: 'a.txt', type: 'text/plain', base64: btoa('hello') }]
  const receipt = await bodyOf(await served.ask(`/desk${API}`, asJson(submission({ files }))), Receipt)
  expect(receipt.conversation_url).toMatch(/^https:\/\/help\.example\/desk\/c\/[0-9a-z]{32}$/)
  const response = await served.ask(`/desk/api/v1/conversations/${tokenOf(receipt)}`)
  const { articles } = await bodyOf(response, ConversationBody)
  expect(articles[0]?.attachments[0]?.url).toMatch(
    new RegExp(`^${receipt.conversation_url}/files/[0-9a-z]+$`),
  )
})

test('a conversation tells what was sent, and its files', async () => {
  const served = await serveForTest()
  const files = [{ field: 'log', name: 'a.txt', type: 'text/html', base64: btoa('hello') }]
  const answers = { what: 'It <b>stops</b>\nat 63 %' }
  const receipt = await bodyOf(await send(served, submission({ files }, answers)), Receipt)
  const response = await served.ask(`/api/v1/conversations/${tokenOf(receipt)}`)
  expect(response.headers.get('x-robots-tag')).toBe('noindex')
  const body = await bodyOf(response, ConversationBody)
  expect(body).toMatchObject({
    reference: receipt.reference,
    ticket_number: receipt.ticket_number,
    status: 'received',
    unit: 'Team first-line',
    due_at: '2026-11-23T12:00:00.000Z',
    answered_at: null,
    articles: [{ from: 'visitor', name: 'Ann Lee', at: '2026-11-21T12:00:00.000Z' }],
  })
  const [article] = body.articles
  expect(article?.text).toContain('It <b>stops</b>\nat 63 %')
  expect(article?.html).toContain('It &lt;b&gt;stops&lt;/b&gt;<br>at 63 %')
  expect(article?.attachments).toEqual([
    { name: 'a.txt', type: 'text/plain', size: 5, url: expect.stringContaining('/files/') },
  ])
  const { pathname } = new URL(article?.attachments[0]?.url ?? '')
  expect(await (await served.ask(pathname)).text()).toBe('hello')
})

test('the same submission comes in as JSON and in parts', async () => {
  const served = await serveForTest()
  const parts = new FormData()
  parts.append('form', 'upload-trouble')
  parts.append('language', 'es')
  parts.append('time_zone', 'Atlantic/Canary')
  const change = { what_arrived: ['images', 'clinical'] }
  for (const [name, value] of filledForm(null, change, [{ name: 'a.txt', bytes: 'hello' }])) {
    parts.append(name, value)
  }
  const inParts = await served.ask(API, { method: 'POST', body: parts })
  expect(inParts.status).toBe(201)
  const files = [{ field: 'log', name: 'a.txt', type: 'text/plain', base64: btoa('hello') }]
  const told = submission({ language: 'es', time_zone: 'Atlantic/Canary', files }, change)
  expect((await send(served, told)).status).toBe(201)
  const [one, other] = (await served.kept()).submissions
  expect(other).toEqual({ ...one, id: other?.id, key: other?.key })
  const [kept, again] = (await served.kept()).attachments
  expect([again?.sha256, again?.size, again?.name]).toEqual([kept?.sha256, kept?.size, kept?.name])
})

test('every answer that cannot be taken is named, and nothing else is told of it', async () => {
  const served = await serveForTest()
  const files = [{ field: 'log', name: 'virus.exe', type: 'text/plain', base64: btoa('MZ') }]
  const wrong = submission(
    { language: 'es', files },
    { name: '', email: 'nobody', node: 'secret', more: 'x' },
  )
  const told = await problemOf(await send(served, wrong))
  expect(told.status).toBe(422)
  expect(told.errors?.map(({ field }) => field)).toEqual(['name', 'email', 'node', 'more', 'log'])
  expect(told.errors?.find(({ field }) => field === 'log')?.message).toContain('No podemos aceptar')
  expect(JSON.stringify(told)).not.toMatch(/nobody|secret/)
})

test.for([
  [400, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{' }],
  [415, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: '{}' }],
  [413, asJson(submission({ challenge: 'c'.repeat(2_000_000) }))],
  [422, asJson({})],
  [403, asJson(submission(), { Origin: 'https://evil.example' })],
] as const)('status %i is a problem by RFC 9457', async ([status, init]) => {
  const served = await serveForTest()
  const told = await problemOf(await served.ask(API, init))
  expect(told.status).toBe(status)
  expect(told.type).toMatch(/^about:firstline\/[a-z-]+$/)
})

test('a used key with something else is a conflict that changes nothing', async () => {
  const served = await serveForTest()
  const key = { 'Idempotency-Key': 'one' }
  await send(served, submission(), key)
  const before = await served.kept()
  expect((await problemOf(await send(served, submission({}, { what: 'Other' }), key))).status).toBe(409)
  expect(await served.kept()).toEqual(before)
})

test('a key is forgotten after 30 days', async () => {
  const served = await serveForTest()
  const key = { 'Idempotency-Key': 'one' }
  await send(served, submission(), key)
  served.turn(30 * 24 * 3_600_000)
  expect((await send(served, submission({}, { what: 'Other' }), key)).status).toBe(201)
})

test('keys that differ in a letter only are two', async () => {
  const served = await serveForTest()
  await send(served, submission(), { 'Idempotency-Key': 'a' })
  expect((await send(served, submission(), { 'Idempotency-Key': 'A' })).status).toBe(201)
})

test('of fifty equal submissions at once one is stored, and all are told of it', async () => {
  const served = await serveForTest()
  const files = [{ field: 'log', name: 'a.txt', type: 'text/plain', base64: btoa('hello') }]
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => send(served, submission({ files }), { 'Idempotency-Key': 'one' })),
  )
  const taken = answers.filter(({ status }) => status !== 503)
  expect(taken.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(taken.filter(({ status }) => status === 200)).toHaveLength(taken.length - 1)
  const urls = await Promise.all(
    taken.map(async (answer) => ((await answer.json()) as Receipt).conversation_url),
  )
  expect(new Set(urls).size).toBe(1)
  const kept = await served.kept()
  expect(kept.submissions).toHaveLength(1)
  expect(kept.files).toEqual(kept.attachments.map(({ storedAs }) => storedAs))
})

/** A store whose next writes fail, some of them after they were made. */
const failing =
  (when: 'before' | 'after', armed: { on: boolean }) =>
  (db: SqliteDb): SqliteDb => ({
    ...db,
    async atomically(writes) {
      if (armed.on && when === 'before') throw new Error('disk I/O error of Ann Lee')
      const touched = await db.atomically(writes)
      if (armed.on) throw new Error('the answer of the store was lost')
      return touched
    },
  })

const withFile = submission({
  files: [{ field: 'log', name: 'a.txt', type: 'text/plain', base64: btoa('hello') }],
})

test('a store that fails is a 503 to try again, told to the log and to nobody else', async () => {
  const armed = { on: false }
  const served = await serveForTest({ spoil: failing('before', armed) })
  armed.on = true
  const response = await send(served, withFile, { 'Idempotency-Key': 'one' })
  expect(response.headers.get('retry-after')).toBe('30')
  expect((await problemOf(response)).status).toBe(503)
  expect(served.log()).toContain('submission.failed')
  expect(served.log()).not.toContain('Ann Lee')
  armed.on = false
  expect((await send(served, withFile, { 'Idempotency-Key': 'one' })).status).toBe(201)
  expect((await served.kept()).submissions).toHaveLength(1)
})

test('a file stays where the store has taken it and its answer was lost', async () => {
  const armed = { on: false }
  const served = await serveForTest({ spoil: failing('after', armed) })
  armed.on = true
  expect((await send(served, withFile, { 'Idempotency-Key': 'one' })).status).toBe(503)
  armed.on = false
  const again = await send(served, withFile, { 'Idempotency-Key': 'one' })
  expect(again.status).toBe(200)
  const kept = await served.kept()
  expect(kept.files).toEqual(kept.attachments.map(({ storedAs }) => storedAs))
  expect(kept.files).toHaveLength(1)
})
