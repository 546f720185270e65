import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import type { ArticleBytes } from '../../src/desk.ts'
import { Secret } from '../../src/secret.ts'
import { createClient } from '../../src/zammad/client.ts'
import { createDesk } from '../../src/zammad/desk.ts'
import { inTime } from '../../src/zammad/download.ts'
import { told, TOKEN, type Told } from './recorded.ts'
import { type Listener, serving } from './serving.ts'

afterEach(() => void vi.useRealTimers())

const PLACE = { ticketId: 2, articleId: 3, id: 4 }
const PATH = '/api/v1/ticket_attachment/2/3/4'

/** What is at the place in a Zammad that answers like this. */
async function fileFrom(listener: Listener, timeoutMs = 5_000): Promise<ArticleBytes | null> {
  const url = await serving(listener)
  const client = createClient({ url, token: new Secret(TOKEN), timeoutMs, uploadTimeoutMs: timeoutMs })
  return createDesk(client).file(PLACE)
}

const read = async (file: ArticleBytes | null): Promise<Buffer> =>
  Buffer.from(await new Response(file?.bytes).arrayBuffer())

test('the bytes come as they are, JSON and broken UTF-8 too, with their size and by the token', async () => {
  const bytes = Buffer.from([0x7b, 0x22, 0xff, 0x00, 0xfe, 0x0a])
  const asked: unknown[] = []
  const file = await fileFrom((request, response) => {
    asked.push([request.method, request.url, request.headers.authorization])
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
    response.end(bytes)
  })
  expect(file?.size).toBe(6)
  expect(await read(file)).toEqual(bytes)
  expect(asked).toEqual([['GET', PATH, `Token token=${TOKEN}`]])
})

test.for<[string, Listener, number | null, string]>([
  ['empty', (_, response) => response.writeHead(200, { 'content-length': 0 }).end(), 0, ''],
  ['of unknown length', (_, response) => void response.writeHead(200).end('abc'), null, 'abc'],
  [
    'packed on the way',
    (_, response) => {
      const packed = gzipSync('abc'.repeat(100))
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed)
    },
    null,
    'abc'.repeat(100),
  ],
])('a file that is %s', async ([, listener, size, text]) => {
  const file = await fileFrom(listener)
  expect(file?.size).toBe(size)
  expect((await read(file)).toString()).toBe(text)
})

test('it is taken in pieces: the next is not sent before the one before was taken', async () => {
  const piece = Buffer.alloc(1_000_000, 1)
  let sent = 0
  const file = await fileFrom(async (_, response) => {
    response.writeHead(200)
    for (let count = 0; count < 40; count += 1) {
      sent += 1
      if (!response.write(piece)) await once(response, 'drain')
    }
    response.end()
  })
  const reader = file?.bytes.getReader()
  const first = await reader?.read()
  expect(first?.value?.length).toBeGreaterThan(0)
  expect(sent).toBeLessThan(40)
  let length = first?.value?.length ?? 0
  for (let next = await reader?.read(); next?.value; next = await reader?.read()) length += next.value.length
  expect([sent, length]).toEqual([40, 40_000_000])
})

test('who stops taking ends the call, and Zammad sends no more', async () => {
  let closed: Promise<unknown> = Promise.resolve()
  const file = await fileFrom((_, response) => {
    closed = once(response, 'close')
    response.writeHead(200)
    response.write('abc')
  })
  await file?.bytes.cancel()
  await closed
})

/** What reading the file to its end fails with, or the call itself. */
async function codeFrom(listener: Listener, timeoutMs?: number): Promise<unknown> {
  const outcome: unknown = await fileFrom(listener, timeoutMs)
    .then(read)
    .catch((error: unknown) => error)
  return Reflect.get(Object(outcome), 'code')
}

test.for<[string, Listener, number | undefined]>([
  ['a cut before the answer', (request) => request.socket.destroy(), undefined],
  [
    'a cut within the file',
    (_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('abc', () => response.destroy())
    },
    undefined,
  ],
  ['no answer in time', (request) => void request.resume(), 50],
  [
    'a file that stops in the middle',
    (_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('abc')
    },
    200,
  ],
  ['502', (_, response) => void response.writeHead(502).end('<html>'), undefined],
  ['429', (_, response) => void response.writeHead(429).end('Retry later'), undefined],
])('%s: the file may be asked for again', async ([, listener, timeoutMs]) => {
  expect(await codeFrom(listener, timeoutMs)).toBe('unavailable')
})

test('a redirect is never followed, and takes the token nowhere', async () => {
  const elsewhere: string[] = []
  const other = await serving((request, response) => {
    elsewhere.push(String(request.headers.authorization))
    response.end('stolen')
  })
  const code = await codeFrom((_, response) => response.writeHead(302, { location: other }).end())
  expect([code, elsewhere]).toEqual(['misconfigured', []])
})

const refusing =
  (answer: Told, account: Told): Listener =>
  (request, response) => {
    const { status, body } = request.url === PATH ? answer : account
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }

const ACCOUNT = told('6.2', 'account-expanded')

test.for<[string, Told]>([
  ['of another article', told('6.6', 'file-of-another')],
  ['of a ticket out of sight', told('6.2', 'create-forbidden-group')],
  ['that is gone', told('6.2', 'ticket-unknown')],
])('a file %s is none', async ([, answer]) => {
  expect(await fileFrom(refusing(answer, ACCOUNT))).toBeNull()
})

test.for<[string, Told, Told, string]>([
  ['a refused token', told('6.2', 'token-unknown'), ACCOUNT, 'misconfigured'],
  ['a lacking right', told('6.6', 'token-without-right'), ACCOUNT, 'misconfigured'],
  [
    '403, and the account is refused',
    told('6.6', 'file-of-another'),
    told('6.2', 'token-unknown'),
    'misconfigured',
  ],
  ['422', told('6.2', 'create-no-body'), ACCOUNT, 'refused'],
])('a file, %s', async ([, answer, account, code]) => {
  expect(await codeFrom(refusing(answer, account))).toBe(code)
})

test('whoever takes the bytes may be as slow as they like: only Zammad must be quick', async () => {
  vi.useFakeTimers()
  const pieces = [new Uint8Array([1]), new Uint8Array([2])]
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces.shift()
        if (piece) controller.enqueue(piece)
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  const stop = vi.fn<() => void>()
  const reader = inTime(source, 1_000, stop).getReader()
  const taken: unknown[] = []
  for (let next = await reader.read(); next.value; next = await reader.read()) {
    taken.push(...next.value)
    await vi.advanceTimersByTimeAsync(3_600_000)
  }
  expect(taken).toEqual([1, 2])
  expect(stop).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test('a source that stays silent for its time is given up and its call ended', async () => {
  vi.useFakeTimers()
  const stop = vi.fn<() => void>()
  const silent = new ReadableStream<Uint8Array>({}, { highWaterMark: 0 })
  const next = inTime(silent, 1_000, stop).getReader().read()
  await Promise.all([
    expect(next).rejects.toMatchObject({ code: 'unavailable' }),
    vi.advanceTimersByTimeAsync(1_000),
  ])
  expect(stop).toHaveBeenCalledOnce()
})
