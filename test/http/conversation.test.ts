import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { filledForm, pageToken, type SentFile, type Served, serveForTest } from './served.ts'

/** Sends the form and resolves to the path of its conversation. */
async function opened(served: Served, files: readonly SentFile[] = [], lang = 'en'): Promise<string> {
  const body = filledForm(await pageToken(served), {}, files)
  const sent = await served.ask(`/forms/upload-trouble?lang=${lang}`, { method: 'POST', body })
  const to = sent.headers.get('location') ?? ''
  expect(to).toMatch(new RegExp(`^/c/[0-9a-z]{32}\\?lang=${lang}$`))
  return to.split('?')[0] ?? ''
}

/** All of an answer that a stranger could tell two from each other by. */
async function wholeOf(response: Response) {
  const headers = Object.fromEntries(response.headers)
  return { status: response.status, headers: { ...headers, date: '' }, body: await response.text() }
}

const last = (token: string): string => token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')

test('unknown, wrong and malformed links are answered alike to the last byte', async () => {
  const served = await serveForTest()
  const path = await opened(served)
  const wrong = [
    last(path),
    `/c/${'0'.repeat(32)}`,
    '/c/x',
    `/c/${'a'.repeat(2000)}`,
    '/c/%00',
    '/c/%E0%A4',
    "/c/'%20or%201=1",
    `${path}0`,
    `/c/${path.slice(3).replace(/./, 'ſ')}`,
  ]
  const [first, ...others] = await Promise.all(wrong.map(async (one) => wholeOf(await served.ask(one))))
  expect(first?.status).toBe(404)
  expect(first?.headers).toMatchObject({ 'x-robots-tag': 'noindex', 'cache-control': 'no-store' })
  for (const other of others) expect(other).toEqual(first)
})

test('links of the API that open nothing are answered alike too', async () => {
  const served = await serveForTest()
  const token = (await opened(served)).slice(3)
  const wrong = [last(token), '0'.repeat(32), 'x', '%00', 'a'.repeat(2000)]
  const [first, ...others] = await Promise.all(
    wrong.map(async (one) => wholeOf(await served.ask(`/api/v1/conversations/${one}`))),
  )
  expect(first?.status).toBe(404)
  for (const other of others) expect(other).toEqual(first)
})

test('a reference opens nothing', async () => {
  const served = await serveForTest()
  await opened(served)
  const [conversation] = (await served.kept()).conversations
  for (const text of [conversation?.reference, conversation?.id, conversation?.linkHash]) {
    expect((await served.ask(`/c/${text}`)).status).toBe(404)
  }
})

test('a link typed in capitals opens the conversation as well', async () => {
  const served = await serveForTest()
  const path = await opened(served)
  expect((await served.ask(`/c/${path.slice(3).toUpperCase()}`)).status).toBe(200)
})

test('reading a conversation changes nothing', async () => {
  const served = await serveForTest()
  const path = await opened(served, [{ name: 'a.txt', bytes: 'hello' }])
  const before = await served.kept()
  const file = `${path}/files/${before.attachments[0]?.id}`
  for (const one of [path, file, `/api/v1/conversations/${path.slice(3)}`]) {
    expect((await served.ask(one)).status).toBe(200)
    expect((await served.ask(one, { method: 'HEAD' })).status).toBe(200)
  }
  expect(await served.kept()).toEqual(before)
})

test.for(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
  '%s of the page itself is not there',
  async (method) => {
    const served = await serveForTest()
    expect((await served.ask(await opened(served), { method })).status).toBe(404)
  },
)

test('the page speaks the language of the request, and another where it is asked for', async () => {
  const served = await serveForTest()
  const path = await opened(served, [], 'es')
  const langOf = async (query: string): Promise<string | undefined> => {
    const page = await served.ask(path + query, { headers: { 'Accept-Language': 'en' } })
    return /<html lang="(\w+)">/.exec(await page.text())?.[1]
  }
  expect(await langOf('')).toBe('es')
  expect(await langOf('?lang=en')).toBe('en')
  expect(await langOf('?lang=xx')).toBe('es')
})

test('the address is masked on the page, and the link is whole', async () => {
  const served = await serveForTest({ settings: { PUBLIC_URL: 'https://help.example' } })
  const path = await opened(served)
  const page = await (await served.ask(path)).text()
  expect(page).not.toContain('ann.lee')
  expect(page).toContain(`href="https://help.example${path}"`)
})

const tagged = async (served: Served, path: string, tag?: string | null) => {
  const headers = tag ? { 'If-None-Match': tag } : {}
  const response = await served.ask(path, { headers })
  return { status: response.status, tag: response.headers.get('etag'), body: await response.text() }
}

test('the page is not sent again while only time goes by', async () => {
  const served = await serveForTest()
  const path = await opened(served)
  const first = await tagged(served, path)
  expect(first.tag).toMatch(/^W\/"[0-9a-f]+"$/)
  served.turn(26 * HOUR_MS)
  for (const known of [first.tag, `"other", ${first.tag}`, '*', first.tag?.replace('W/', '')]) {
    expect(await tagged(served, path, known)).toEqual({ status: 304, tag: first.tag, body: '' })
  }
  expect((await tagged(served, path, '"other"')).status).toBe(200)
})

test('the page is sent again once it says something else', async () => {
  const served = await serveForTest()
  const path = await opened(served)
  const { tag } = await tagged(served, path)
  expect((await tagged(served, `${path}?lang=es`, tag)).status).toBe(200)
  served.turn(48 * HOUR_MS)
  expect((await tagged(served, path, tag)).status).toBe(304)
  served.turn(MINUTE_MS)
  const late = await tagged(served, path, tag)
  expect(late.status).toBe(200)
  expect(late.body).toContain('late')
  served.turn(MINUTE_MS)
  expect((await tagged(served, path, late.tag)).status).toBe(304)
})

test('a file comes as a download that no browser opens, and with its whole name', async () => {
  const served = await serveForTest()
  const name = "it's (a) *büro* 100%.txt"
  const path = await opened(served, [{ name, bytes: '<script>alert(1)</script>' }])
  const [file] = (await served.kept()).attachments
  const response = await served.ask(`${path}/files/${file?.id}`)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/plain',
    'content-length': '25',
    'content-disposition': `attachment; filename*=UTF-8''it%27s%20%28a%29%20_b%C3%BCro_%20100%25.txt`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
    'cache-control': 'no-store',
  })
  expect(await response.text()).toBe('<script>alert(1)</script>')
})

test('a HEAD of a file tells its size and opens nothing', async () => {
  const served = await serveForTest()
  const path = await opened(served, [{ name: 'a.txt', bytes: 'hello' }])
  const file = `${path}/files/${(await served.kept()).attachments[0]?.id}`
  const head = await served.ask(file, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-length'), served.bodiesOpened()]).toEqual([200, '5', 0])
  await (await served.ask(file)).text()
  expect(served.bodiesOpened()).toBe(1)
})

test("a file is opened by its own conversation's link alone", async () => {
  const served = await serveForTest()
  const mine = await opened(served, [{ name: 'a.txt', bytes: 'mine' }])
  const other = await opened(served)
  const [file] = (await served.kept()).attachments
  const missing = await wholeOf(await served.ask(`${mine}/files/nothing`))
  expect(missing.status).toBe(404)
  expect(await wholeOf(await served.ask(`${other}/files/${file?.id}`))).toEqual(missing)
  expect(await wholeOf(await served.ask(`/c/${'0'.repeat(32)}/files/${file?.id}`))).toEqual(missing)
  expect(await wholeOf(await served.ask(`${mine}/files/${file?.storedAs}`))).toEqual(missing)
})
