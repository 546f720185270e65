import { expect, test } from 'vitest'
import { answers, files, origins, pages, tokens } from './hostile-pages.ts'
import { programs } from './hostile-programs.ts'
import { wires } from './hostile-wire.ts'
import { sendRaw, serveForTest } from './served.ts'

/** Controls but tab and line feed, direction marks, and halves of characters. */
const NEVER_STORED = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u

const posts = [...pages, ...tokens, ...answers, ...files, ...origins, ...programs, ...wires].map(
  ([why, send, status, stored]) => ({ why, send, status, stored: stored ?? ('nothing' as const) }),
)

test.for(posts)('$why is answered with $status, and $stored is stored', async ({ send, status, stored }) => {
  const served = await serveForTest()
  expect(await send(served)).toBe(status)
  const kept = await served.kept()
  const count = stored === 'one' ? 1 : 0
  expect(kept.submissions).toHaveLength(count)
  expect(kept.conversations).toHaveLength(count)
  expect(kept.jobs).toHaveLength(2 * count)
  expect(kept.messages).toHaveLength(count)
  expect(kept.files).toEqual(kept.attachments.map(({ storedAs }) => storedAs).sort())
  const texts = [...kept.submissions, ...kept.attachments].flatMap((row) => Object.values(row))
  expect(texts.filter((text) => typeof text === 'string' && NEVER_STORED.test(text))).toEqual([])
  const alive = await served.ask('/readyz')
  expect(alive.status).toBe(200)
})

test('there are sixty of them and more, each one of its own', () => {
  expect(posts.length).toBeGreaterThanOrEqual(60)
  expect(new Set(posts.map(({ why }) => why)).size).toBe(posts.length)
})

const patience = { headersMs: 200, requestMs: 400, lookMs: 20 }

test.for([
  ['headers that never end', ['POST /api/v1/submissions HTTP/1.1\r\nHost: a\r\nX-Slow: ']],
  [
    'a body that never ends',
    [
      'POST /api/v1/submissions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{',
    ],
  ],
] as const)('%s are waited for so long and no longer', async ([, pieces]) => {
  const served = await serveForTest({ patience })
  expect(await sendRaw(served, pieces)).toMatch(/^HTTP\/1\.1 4(08|00) /)
  expect((await served.kept()).submissions).toEqual([])
})
