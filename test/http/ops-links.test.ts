import { expect, test } from 'vitest'
import { after, DAY_MS } from '../../src/clock.ts'
import { linkHash, newLink } from '../../src/conversation/link.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { keepConversations } from '../store/records.ts'
import { NOON } from '../support/samples.ts'
import { BEARER, serveBoard } from './ops-served.ts'

async function withConversations() {
  const board = await serveBoard()
  const mine = await newLink(board.signer, 'ann', 'ann.lee@example.org')
  const lost = await newLink(await createSigner([new Secret('o'.repeat(32))]), 'bob', 'ann.lee@example.org')
  await keepConversations(board.db, [
    { id: 'ann', reference: '7801', ticketNumber: '7802', link: mine.kept },
    { id: 'bob', reference: 'FL-7K3M9QXZ', link: lost.kept },
    { id: 'over', reference: '7803', closedAt: after(NOON, -90 * DAY_MS - 1) },
  ])
  const order = async (
    reference: string,
    act: string,
    headers: Readonly<Record<string, string>> = BEARER,
  ) => {
    const answer = await board.ask(`/ops/api/conversations/${encodeURIComponent(reference)}/${act}`, {
      method: 'POST',
      headers,
    })
    return { status: answer.status, cache: answer.headers.get('cache-control'), body: await answer.json() }
  }
  const opens = async (link: string) =>
    (await board.conversations.byLinkHash(await linkHash(link.replace('https://desk.example/help/c/', ''))))
      ?.id
  return { ...board, order, opens, link: `https://desk.example/help/c/${mine.token}` }
}

test.for(['7801', '7802', ' 78 02 '])('programs of staff are told the link of %j', async (typed) => {
  const { order, link } = await withConversations()
  expect(await order(typed, 'link')).toEqual({
    status: 200,
    cache: 'no-store',
    body: { reference: '7801', ticket_number: '7802', link },
  })
})

test('a revoked link ends, and its answer is the one that takes its place', async () => {
  const { order, opens, link, logged } = await withConversations()
  const { status, body } = await order('7801', 'revoke')
  const next = (body as { link: string }).link
  expect([status, await opens(link), await opens(next)]).toEqual([200, undefined, 'ann'])
  expect((await order('7801', 'link')).body).toMatchObject({ link: next })
  expect(logged()).toContain('link.revoked')
  expect(logged()).not.toContain(next.split('/').at(-1))
})

test.for([
  ['nothing', 'link', 404, 'unknown-conversation'],
  ['nothing', 'revoke', 404, 'unknown-conversation'],
  ['7803', 'link', 409, 'link-over'],
  ['7803', 'revoke', 409, 'link-over'],
  ['fl-7k3m9qxz', 'link', 409, 'link-lost'],
] as const)('%s, %s: %i %s', async ([typed, act, status, type]) => {
  const { order } = await withConversations()
  expect(await order(typed, act)).toMatchObject({ status, body: { type: `about:firstline/${type}` } })
})

test('a link whose secret is lost is revoked for one that can be told', async () => {
  const { order } = await withConversations()
  const { status, body } = await order('FL-7K3M9QXZ', 'revoke')
  expect(status).toBe(200)
  expect((await order('FL-7K3M9QXZ', 'link')).body).toEqual(body)
})

test.for([{}, { Authorization: 'Bearer wrong' }])(
  'without the token no link is told and none ends: %j',
  async (headers: Readonly<Record<string, string>>) => {
    const { order, opens, link } = await withConversations()
    for (const act of ['link', 'revoke']) expect((await order('7801', act, headers)).status).toBe(401)
    expect(await opens(link)).toBe('ann')
  },
)
