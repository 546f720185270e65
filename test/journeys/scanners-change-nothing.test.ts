import { openPlatform } from '#platform'
import { expect, test, vi } from 'vitest'
import { DAY_MS } from '../../src/clock.ts'
import { acted, anArticle, anEntry, openFront, tokenOn } from '../http/front.ts'
import { NOON } from '../support/samples.ts'

const REQUESTS = 1000
const AT_ONCE = 10

vi.setConfig({ testTimeout: 180_000 })

test('a thousand looks of scanners at every page, link and file leave the store as it was, to the byte', async () => {
  const front = await openFront(await openPlatform())
  const file = { id: 3, name: 'a.txt', type: 'text/plain', size: 5 }
  const bytes = new Map([[3, new TextEncoder().encode('hello')]])
  front.articles.set(4711, { article: anArticle({ files: [file] }), bytes })
  const open = await front.opened()
  await front.ledgered(anEntry({ files: [file] }), open.conversation)
  const token = await tokenOn(front, open.path)
  const attached = [{ name: 'log.txt', bytes: 'line one' }]
  await front.ask(`${open.path}/replies`, acted(token, { body: 'Hello' }, attached))
  const fresh = await front.opened({ conversation: { ticketId: null } })
  const closed = await front.opened({ conversation: { closedAt: NOON, answeredAt: NOON } })
  const over = await front.opened({ conversation: { closedAt: new Date(NOON.getTime() - 91 * DAY_MS) } })
  const files = [...(await front.stores.replies.filesIn(open.conversation.id)).values()].flat()
  const paths = [open, fresh, closed, over, { path: `/c/${'0'.repeat(32)}`, token: '0'.repeat(32) }].flatMap(
    (one) => [
      one.path,
      `${one.path}?lang=es&done=replies`,
      `${one.path}/replies`,
      `${one.path}/solved`,
      `${one.path}/rating?score=5`,
      `${one.path}/address`,
      `${one.path}/confirm`,
      `${one.path}/erase`,
      `${one.path}/files/4711-3`,
      `${one.path}/files/${files[0]?.id}`,
      `/api/v1/conversations/${one.token}`,
      '/find?sent=1',
    ],
  )
  const before = await front.dump()
  const woken = front.state.woken
  const seen = new Map<number, number>()
  const look = async (n: number): Promise<void> => {
    const path = paths[n % paths.length] ?? ''
    const answer = await front.ask(path, { method: Math.floor(n / paths.length) % 2 === 0 ? 'GET' : 'HEAD' })
    await answer.arrayBuffer()
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
  }
  for (let from = 0; from < REQUESTS; from += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => look(from + n)))
  }
  expect([...seen.keys()].sort((a, b) => a - b)).toEqual([200, 404])
  expect(seen.get(200)).toBeGreaterThan(REQUESTS / 3)
  expect(await front.dump()).toBe(before)
  expect(front.state.woken).toBe(woken)
})
