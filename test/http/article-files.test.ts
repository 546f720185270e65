import { expect, onTestFinished, test, vi } from 'vitest'
import { after } from '../../src/clock.ts'
import { mediaTypeOf, watched } from '../../src/http/served-file.ts'
import { openPlatform } from '../support/platform.node.ts'
import { NOON } from '../support/samples.ts'
import { anArticle, anEntry, type Front, openFront, type Opened } from './front.ts'

const text = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words)
const bytesOf = (...bytes: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)

const PNG = bytesOf(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 1)
const FILE = { id: 3, name: 'shot.png', type: 'text/html', size: PNG.length }

/** A conversation with one answer that has a file. */
async function withFile(
  file = FILE,
  bytes: Uint8Array<ArrayBuffer> = PNG,
): Promise<{ readonly desk: Front; readonly opened: Opened; readonly path: string }> {
  const desk = await openFront(await openPlatform())
  const opened = await desk.opened()
  await desk.ledgered(anEntry({ files: [file] }), opened.conversation)
  desk.articles.set(4711, { article: anArticle({ files: [file] }), bytes: new Map([[file.id, bytes]]) })
  return { desk, opened, path: `${opened.path}/files/4711-${file.id}` }
}

test('a file of an answer comes through us, as a download of the type that its bytes tell', async () => {
  const { desk, path } = await withFile()
  const answer = await desk.ask(path)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(PNG.length),
    'content-disposition': "attachment; filename*=UTF-8''shot.png",
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
    'cache-control': 'no-store',
  })
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(PNG)
})

test('a large file arrives whole, however it was cut on its way', async () => {
  const big = new Uint8Array(700_000).map((_, at) => at % 251)
  const { desk, path } = await withFile({ ...FILE, name: 'big.bin', size: big.length }, big)
  const answer = await desk.ask(path)
  expect(answer.headers.get('content-type')).toBe('application/octet-stream')
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(big)
})

test('a HEAD of a file asks Zammad for nothing', async () => {
  const { desk, path } = await withFile()
  const head = await desk.ask(path, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-disposition')]).toEqual([
    200,
    "attachment; filename*=UTF-8''shot.png",
  ])
  expect(desk.fetched).toEqual([])
})

test.for<readonly [why: string, spoil: (of: Front, opened: Opened) => unknown]>([
  [
    'was taken back, though nobody has noticed yet',
    ({ articles }) =>
      articles.set(4711, {
        article: anArticle({ internal: true, files: [FILE] }),
        bytes: new Map([[3, PNG]]),
      }),
  ],
  [
    'got its id from a restored Zammad',
    ({ articles }) =>
      articles.set(4711, {
        article: anArticle({ createdAt: after(NOON, 1), files: [FILE] }),
        bytes: new Map([[3, PNG]]),
      }),
  ],
  ['is gone', ({ articles }) => articles.delete(4711)],
  [
    'has the file no more',
    ({ articles }) => articles.set(4711, { article: anArticle(), bytes: new Map([[3, PNG]]) }),
  ],
])('no byte comes of an article that %s', async ([, spoil]) => {
  const { desk, opened, path } = await withFile()
  await spoil(desk, opened)
  const answer = await desk.ask(path)
  expect(answer.status).toBe(404)
  expect(desk.fetched.filter((call) => call.startsWith('file'))).toEqual([])
})

test('a file of an article that is shared with another conversation is nobody’s here', async () => {
  const { desk, path } = await withFile()
  const other = await desk.opened()
  const id = path.split('/').at(-1)
  const missing = await desk.ask(`${other.path}/files/nothing`)
  const strange = await desk.ask(`${other.path}/files/${id}`)
  expect([missing.status, strange.status]).toEqual([404, 404])
  expect(await strange.text()).toBe(await missing.text())
  expect(desk.fetched).toEqual([])
})

test.for(['unavailable', 'uncertain', 'refused', 'misconfigured'] as const)(
  'while Zammad is %s the page says so, and to come again',
  async (code) => {
    const { desk, path } = await withFile()
    desk.failing.code = code
    const answer = await desk.ask(path)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30'])
    expect(await answer.text()).toContain('We cannot fetch this file at the moment')
  },
)

/** A further conversation with such an answer, and the path of its file. */
async function another({ ledgered, articles, opened }: Front, id: number): Promise<string> {
  const their = await opened()
  await ledgered(anEntry({ id, files: [FILE] }), their.conversation)
  articles.set(id, { article: anArticle({ id, files: [FILE] }), bytes: new Map([[FILE.id, PNG]]) })
  return `${their.path}/files/${id}-${FILE.id}`
}

const times = <T>(n: number, of: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: n }, of))

test('of one conversation so many files are fetched at once and no more, and each that ends makes room', async () => {
  const { desk, path } = await withFile()
  const other = await another(desk, 4712)
  const held = await times(4, () => desk.ask(path))
  expect(held.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect((await desk.ask(path)).status).toBe(503)
  expect((await desk.ask(other)).status).toBe(200)
  await held[0]?.body?.cancel()
  await held[1]?.arrayBuffer()
  const more = await times(2, () => desk.ask(path))
  expect(more.map(({ status }) => status)).toEqual([200, 200])
  expect((await desk.ask(path)).status).toBe(503)
  desk.articles.clear()
  for (const { body } of [...held.slice(2), ...more]) await body?.cancel()
  for (let n = 0; n < 25; n += 1) expect((await desk.ask(path)).status).toBe(404)
})

test('of all conversations so many files are fetched at once and no more', async () => {
  const { desk, path } = await withFile()
  const paths = [path]
  for (let id = 4712; id < 4717; id += 1) paths.push(await another(desk, id))
  const [last = '', ...full] = paths.toReversed()
  const held = []
  for (const one of full) held.push(...(await times(4, () => desk.ask(one))))
  expect(new Set(held.map(({ status }) => status))).toEqual(new Set([200]))
  expect((await desk.ask(last)).status).toBe(503)
  await held[7]?.body?.cancel()
  expect((await desk.ask(last)).status).toBe(200)
})

test('who takes a file too slowly gives the place up, and Zammad’s connection with it', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let leaves = 0
  let cancelled: unknown = null
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(PNG),
    cancel: (reason) => void (cancelled = reason),
  })
  const reader = watched(endless, 60_000, () => (leaves += 1)).getReader()
  await vi.advanceTimersByTimeAsync(59_999)
  expect((await reader.read()).value).toEqual(PNG)
  expect([leaves, cancelled]).toEqual([0, null])
  await vi.advanceTimersByTimeAsync(1)
  expect(leaves).toBe(1)
  expect(cancelled).toBeInstanceOf(Error)
  await expect(reader.read()).rejects.toThrow('too slowly')
})

test('who took a file in time is left alone afterwards', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let leaves = 0
  const taken = watched(new Blob([PNG]).stream(), 60_000, () => (leaves += 1))
  expect(new Uint8Array(await new Response(taken).arrayBuffer())).toEqual(PNG)
  expect([leaves, vi.getTimerCount()]).toEqual([1, 0])
})

test('a picture in an answer is shown in its place, and not offered once more below', async () => {
  const desk = await openFront(await openPlatform())
  const opened = await desk.opened()
  const html = '<p>Look: <img src="file:3" alt="picture" /></p>'
  const pdf = { id: 4, name: 'b.pdf', type: 'application/pdf', size: 9 }
  await desk.ledgered(anEntry({ html, files: [FILE, pdf] }), opened.conversation)
  const page = await (await desk.ask(opened.path)).text()
  expect(page).toContain(`<img src="${opened.path}/files/4711-3" alt="picture" />`)
  expect(page).not.toContain('shot.png')
  expect(page).toContain(`<a href="${opened.path}/files/4711-4">b.pdf</a>`)
})

test.for<readonly [name: string, head: Uint8Array, type: string]>([
  ['a.png', PNG, 'image/png'],
  ['a.txt', PNG, 'image/png'],
  ['a.jpg', bytesOf(0xff, 0xd8, 0xff, 0xe0), 'image/jpeg'],
  ['a.gif', text('GIF89a.....'), 'image/gif'],
  ['a.webp', text('RIFF....WEBPVP8 '), 'image/webp'],
  ['a.pdf', text('%PDF-1.7'), 'application/pdf'],
  ['a.txt', text('Hello'), 'text/plain'],
  ['a.log', text('<html><script>alert(1)</script>'), 'text/plain'],
  ['a.html', text('<html><script>alert(1)</script>'), 'application/octet-stream'],
  ['a.svg', text('<svg onload="alert(1)">'), 'application/octet-stream'],
  ['a.png', text('<html>'), 'application/octet-stream'],
  ['a.txt', bytesOf(0, 1, 2), 'application/octet-stream'],
  ['a', text('Hello'), 'application/octet-stream'],
])('a file from Zammad called %s is told by its bytes: %o is %s', ([name, head, type]) => {
  expect(mediaTypeOf(name, head)).toBe(type)
})
