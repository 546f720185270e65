import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { hookRoutes } from '../../src/http/hook-routes.ts'
import { createLog } from '../../src/log.ts'
import { hints } from '../../src/store/schema.ts'
import { NOON } from '../support/samples.ts'
import { sendRaw, type Served, type ServedOptions, serveForTest } from './served.ts'

const PATH = '/hooks/zammad'
const SECRET = 'hook-secret'
const MIB = 1024 * 1024
const OURS = '{"ticket":"66"}'

const sign = (body: string, secret = SECRET): string =>
  `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`

/** A webhook as Zammad sends it. */
const hook = (body: string, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers: {
    'User-Agent': 'Zammad User Agent',
    'Content-Type': 'application/json; charset=utf-8',
    'X-Zammad-Trigger': 'firstline: every change',
    'X-Zammad-Delivery': '86fdca33-ab21-4b2a-abe4-13ef016d2825',
    'X-Hub-Signature': sign(body),
    ...headers,
  },
  body,
})

const withSecret = (options: ServedOptions = {}): Promise<Served> =>
  serveForTest({ ...options, settings: { ZAMMAD_WEBHOOK_SECRET: SECRET, ...options.settings } })

const hinted = async ({ db }: Served) => (await db.q.select().from(hints)).map(({ ticket }) => ticket)

test.for([
  ['of ours', OURS],
  ['of ours in numbers', '{"ticket":66}'],
  ['of Zammad’s own', '{"article":{},"ticket":{"id":66,"title":"My badge","customer":{"firstname":"Ann"}}}'],
])('a signed payload %s leaves a hint at the ticket, and is answered at once', async ([, body = '']) => {
  const served = await withSecret()
  const answer = await served.ask(PATH, hook(body))
  expect([answer.status, await answer.text()]).toEqual([202, ''])
  expect(await served.db.q.select().from(hints)).toEqual([{ ticket: 66, at: NOON.getTime() }])
})

test.for([
  ['is no JSON', 'ticket=66'],
  ['names no ticket', '{"article":{"id":7}}'],
  ['names what is no id', '{"ticket":"#{ticket.id / no such method}"}'],
  ['is empty', ''],
])(
  'a signed body that %s is taken, so that it never comes again, and leaves nothing',
  async ([, body = '']) => {
    const served = await withSecret()
    expect((await served.ask(PATH, hook(body))).status).toBe(202)
    expect(await hinted(served)).toEqual([])
  },
)

test.for([
  ['by nobody', ''],
  ['by another secret', sign(OURS, 'another')],
  ['over another body', sign('{"ticket":"67"}')],
  ['by half', sign(OURS).slice(0, 25)],
  ['by another method', `sha256=${createHmac('sha256', SECRET).update(OURS).digest('hex')}`],
  ['in base64', `sha1=${createHmac('sha1', SECRET).update(OURS).digest('base64')}`],
  ['by the secret itself', SECRET],
])('a hook signed %s is refused and leaves nothing', async ([, signature = '']) => {
  const served = await withSecret()
  const answer = await served.ask(PATH, hook(OURS, { 'X-Hub-Signature': signature }))
  expect(answer.status).toBe(401)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await hinted(served)).toEqual([])
})

test('a hook without the header is refused, whatever its size', async () => {
  const served = await withSecret()
  for (const body of [OURS, ' '.repeat(3 * MIB)]) {
    expect((await served.ask(PATH, { method: 'POST', body })).status).toBe(401)
  }
  expect(await hinted(served)).toEqual([])
})

test('while a secret is changed for another, both count; then the old one does not', async () => {
  const old = hook(OURS, { 'X-Hub-Signature': sign(OURS, 'old-secret') })
  const changing = await withSecret({ settings: { ZAMMAD_WEBHOOK_SECRET: `${SECRET}, old-secret` } })
  expect((await changing.ask(PATH, old)).status).toBe(202)
  expect((await changing.ask(PATH, hook('{"ticket":"67"}'))).status).toBe(202)
  expect(await hinted(changing)).toEqual([66, 67])
  const changed = await withSecret()
  expect((await changed.ask(PATH, old)).status).toBe(401)
})

test('repeated, late and reordered hooks leave one hint a ticket', async () => {
  const served = await withSecret()
  const bodies = [67, 66, 66, 67, 66].map((ticket) => JSON.stringify({ ticket }))
  for (const body of bodies) expect((await served.ask(PATH, hook(body))).status).toBe(202)
  expect(await hinted(served)).toEqual([66, 67])
})

const padded = (length: number): string => OURS.slice(0, -1).padEnd(length - 1) + '}'

const inPieces = (text: string): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      const bytes = new TextEncoder().encode(text)
      for (let at = 0; at < bytes.length; at += 64 * 1024) controller.enqueue(bytes.slice(at, at + 64 * 1024))
      controller.close()
    },
  })

test.for([
  ['told in advance', (body: string): RequestInit => hook(body)],
  [
    'not told',
    (body: string): RequestInit => Object.assign(hook(body), { body: inPieces(body), duplex: 'half' }),
  ],
] as const)('a hook has 1 MB at most, where its length is %s', async ([, request]) => {
  const served = await withSecret()
  const tooLarge = await served.ask(PATH, request(padded(MIB + 1)))
  expect(tooLarge.status).toBe(413)
  expect(tooLarge.headers.get('content-type')).toBe('application/problem+json')
  expect(await hinted(served)).toEqual([])
  expect((await served.ask(PATH, request(padded(MIB)))).status).toBe(202)
  expect(await hinted(served)).toEqual([66])
})

test('where no secret is set every hook is refused, and nothing is kept', async () => {
  const served = await serveForTest()
  for (const body of [OURS, '']) expect((await served.ask(PATH, hook(body))).status).toBe(503)
  expect((await served.ask(PATH, hook(OURS, { 'X-Hub-Signature': sign(OURS, '') }))).status).toBe(503)
  expect(await hinted(served)).toEqual([])
})

test.for([
  ['POST', '/hooks/zammad', '', 202],
  ['POST', '/hooks/zammad/', '', 202],
  ['POST', '/hooks/zammad?from=zammad', '', 202],
  ['POST', '/desk/hooks/zammad', '/desk', 202],
  ['POST', '/desk/hooks/zammad/', '/desk', 202],
  ['POST', '/hooks/zammad', '/desk', 404],
  ['POST', '/desk/hooks/zammad', '', 404],
  ['POST', '/hooks', '', 404],
  ['POST', '/hooks/', '', 404],
  ['POST', '/hooks/another', '', 404],
  ['POST', '/hooks/zammad/66', '', 404],
  ['POST', '//hooks/zammad', '', 404],
  ['GET', '/hooks/zammad', '', 404],
  ['PUT', '/hooks/zammad', '', 404],
] as const)('%s %s with the base path “%s” redirects nowhere: %i', async ([method, path, base, status]) => {
  const served = await withSecret({ settings: { PUBLIC_URL: `https://help.example${base}` } })
  const { body, headers = {} } = hook(OURS)
  const sent = method === 'GET' ? { method, headers } : { method, headers, body: body ?? null }
  const answer = await served.ask(path, sent)
  expect([answer.status, answer.headers.get('location')]).toEqual([status, null])
  expect(await hinted(served)).toEqual(status === 202 ? [66] : [])
})

test('the page of another site sends no hook, not even a signed one', async () => {
  const served = await withSecret()
  const answer = await served.ask(PATH, hook(OURS, { Origin: 'https://evil.example' }))
  expect(answer.status).toBe(403)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await hinted(served)).toEqual([])
})

test('a hook that is cut leaves nothing, and the next is taken', async () => {
  const served = await withSecret()
  const over = served.nextOver()
  const head = `POST ${PATH} HTTP/1.1\r\nHost: desk\r\nX-Hub-Signature: ${sign(OURS)}\r\nContent-Length: 40\r\n\r\n`
  await sendRaw(served, [head, OURS], 'cut')
  await over
  expect(await hinted(served)).toEqual([])
  expect((await served.ask(PATH, hook(OURS))).status).toBe(202)
})

test('a hook that cannot be put down is no success, so Zammad sends it again', async () => {
  let broken = false
  const served = await withSecret({
    spoil: (db) => ({
      ...db,
      atomically: async (writes) => {
        if (broken) throw new Error('the disk is full')
        return db.atomically(writes)
      },
    }),
  })
  broken = true
  const answer = await served.ask(PATH, hook(OURS))
  expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
  broken = false
  expect((await served.ask(PATH, hook(OURS))).status).toBe(202)
  expect(await hinted(served)).toEqual([66])
})

test('nothing that a hook says, nor its signature, is logged or kept', async () => {
  const served = await withSecret()
  const body = JSON.stringify({
    ticket: { id: 66, title: 'marker-title', customer: { email: 'marker@example.org' } },
    article: { body: 'marker-body' },
  })
  const another = JSON.stringify({ title: 'marker-title' })
  const trigger = { 'X-Zammad-Trigger': 'marker-trigger' }
  expect((await served.ask(PATH, hook(body, trigger))).status).toBe(202)
  expect((await served.ask(PATH, hook(another, trigger))).status).toBe(202)
  const forged = await served.ask(
    `${PATH}?marker-query`,
    hook(body, { 'X-Hub-Signature': 'marker-signature' }),
  )
  expect([forged.status, await forged.text()]).toEqual([401, expect.not.stringContaining('marker')])
  expect((await served.ask(PATH, hook(`${body}${' '.repeat(MIB)}`))).status).toBe(413)
  expect(served.log()).toContain('hook.taken')
  expect(served.log()).not.toMatch(/marker|sha1/)
  expect(served.log()).not.toContain(SECRET)
  expect(Object.keys((await served.db.q.select().from(hints))[0] ?? {})).toEqual(['ticket', 'at'])
})

test('a hook is answered once its hint is down, and nothing unsigned leaves one', async () => {
  const told: string[] = []
  let putDown = (): void => undefined
  const app = hookRoutes({
    hook: {
      isSigned: async (_body, signature) => signature === 'right',
      ticketIn: (body) => body.length,
      hint: (ticket) =>
        new Promise((resolve) => {
          putDown = () => {
            told.push(`hint ${ticket}`)
            resolve()
          }
        }),
    },
    log: createLog('silent'),
  })
  const send = async (signature: string) => {
    const { status } = await app.request(PATH, hook(OURS, { 'X-Hub-Signature': signature }))
    told.push(String(status))
  }
  const signed = send('right')
  await send('wrong')
  putDown()
  await signed
  expect(told).toEqual(['401', `hint ${OURS.length}`, '202'])
})
