import { expect, test } from 'vitest'
import { createShedder, placeIn } from '../../src/http/shedding.ts'
import { filledForm, pageToken, sendRaw, type Served, serveForTest } from './served.ts'

test('as many are let in as there is room for, and a place is free again once', () => {
  const shedder = createShedder(2)
  const first = shedder.enter()
  const second = shedder.enter()
  expect(shedder.enter()).toBeNull()
  first?.()
  first?.()
  expect(shedder.enter()).not.toBeNull()
  expect(shedder.enter()).toBeNull()
  second?.()
  expect(shedder.enter()).not.toBeNull()
})

test('one place is taken at the first file, and given back once', async () => {
  const shedder = createShedder(1)
  const place = placeIn(shedder)
  expect([place.take(), place.take()]).toEqual([true, true])
  const other = placeIn(shedder)
  expect(other.take()).toBe(false)
  await expect(other.shed).resolves.toBe('no-room')
  other.leave()
  place.leave()
  expect(placeIn(shedder).take()).toBe(true)
})

/** The head of a request and the first bytes of its body; the rest never comes. */
const begun = (path: string, type: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 9999\r\n\r\n${body}`

const part = (name: string, value: string): string =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

const FILE = '--B\r\nContent-Disposition: form-data; name="log"; filename="a.txt"\r\n\r\nhello'
const MULTIPART = 'multipart/form-data; boundary=B'
const FORM = '/forms/upload-trouble'
const API = '/api/v1/submissions'

const slow = {
  'files of a form': async (served: Served) =>
    begun(FORM, MULTIPART, part('_token', await pageToken(served)) + part('what', 'It stops at 63 %') + FILE),
  'files of a program': async () => begun(API, MULTIPART, part('form', 'upload-trouble') + FILE),
  'JSON of a program': async () => begun(API, 'application/json', '{'),
} as const

test.for([
  ['files of a form', 'text/html', 'It stops at 63 %'],
  ['files of a program', 'application/problem+json', 'Nothing was stored'],
  ['JSON of a program', 'application/problem+json', 'Nothing was stored'],
] as const)(
  'of 41 slow senders of %s one is sent away, and its connection closed',
  async ([what, type, says]) => {
    const served = await serveForTest()
    const request = await slow[what](served)
    const [answer] = await Promise.race(
      Array.from({ length: 41 }, async () => [await sendRaw(served, [request])] as const),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 503 /)
    expect(answer.toLowerCase()).toContain('retry-after: 30')
    expect(answer.toLowerCase()).toContain('connection: close')
    expect(answer.toLowerCase()).toContain(`content-type: ${type}`)
    expect(answer).toContain(says)
    expect((await served.kept()).submissions).toEqual([])
  },
)

test('however many send their text slowly, a form with a file is taken', async () => {
  const served = await serveForTest()
  const text = begun(FORM, MULTIPART, part('_token', await pageToken(served)) + part('name', 'Ann'))
  for (let senders = 0; senders < 60; senders += 1) void sendRaw(served, [text])
  const body = filledForm(await pageToken(served), {}, [{ name: 'a.txt', bytes: 'hello' }])
  expect((await served.ask(FORM, { method: 'POST', body })).status).toBe(303)
})
