import { expect, test } from 'vitest'
import { createShedder } from '../../src/http/shedding.ts'
import { sendRaw, serveForTest } from './served.ts'

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

test.for([
  ['/forms/upload-trouble', 'multipart/form-data; boundary=B', 'text/html'],
  ['/api/v1/submissions', 'application/json', 'application/problem+json'],
] as const)('of 41 slow senders to %s one is sent away at once, unread', async ([path, type, answerType]) => {
  const served = await serveForTest()
  const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: 9999\r\n\r\n{`
  const [answer] = await Promise.race(
    Array.from({ length: 41 }, async () => [await sendRaw(served, [head])] as const),
  )
  expect(answer).toMatch(/^HTTP\/1\.1 503 /)
  expect(answer.toLowerCase()).toContain('retry-after: 30')
  expect(answer.toLowerCase()).toContain(`content-type: ${answerType}`)
  expect((await served.kept()).submissions).toEqual([])
})
