import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, DAY_MS } from '../../src/clock.ts'
import { linkHash, newLink } from '../../src/conversation/link.ts'
import { createLinks, isLive } from '../../src/conversation/links.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createMessages } from '../../src/store/messages.ts'
import { keepConversations } from '../store/records.ts'
import { aConversation, NOON } from '../support/samples.ts'

const SECRET = 's'.repeat(32)
const NEXT = 'n'.repeat(32)

async function open(secrets: readonly [string, ...string[]] = [SECRET]) {
  const { db } = await openPlatform()
  const first = await createSigner([new Secret(SECRET)])
  const { token, kept } = await newLink(first, 'ann', 'ann.lee@example.org')
  await keepConversations(db, [{ id: 'ann', link: kept }, { id: 'bob' }])
  const conversations = createConversations(db)
  const [one, ...more] = secrets
  const signer = await createSigner([new Secret(one), ...more.map((secret) => new Secret(secret))])
  const links = createLinks({
    conversations,
    messages: createMessages(db),
    atomically: db.atomically,
    signer,
    linkTo: (of) => `https://desk.example/c/${of}`,
  })
  const ann = async () => {
    const found = await conversations.byId('ann')
    if (!found) throw new Error('the conversation is not there')
    return found
  }
  const opens = async (link: string) =>
    (await conversations.byLinkHash(await linkHash(link.split('/').at(-1) ?? '')))?.id ?? null
  return { links, ann, opens, first: `https://desk.example/c/${token}` }
}

test('the link of a conversation is told as it was mailed', async () => {
  const { links, ann, opens, first } = await open()
  expect(await links.linkOf(await ann())).toBe(first)
  expect(await opens(first)).toBe('ann')
})

test('a revoked link opens nothing, and the new one opens the conversation, to the same address', async () => {
  const { links, ann, opens, first } = await open()
  const second = await links.revoke(await ann())
  expect(second).not.toBe(first)
  expect([await opens(first), await opens(second)]).toEqual([null, 'ann'])
  expect(await links.linkOf(await ann())).toBe(second)
  expect(await ann()).toMatchObject({ recipient: 'ann.lee@example.org', formerRecipients: [] })
})

test('who revokes what was revoked meanwhile revokes the link of now', async () => {
  const { links, ann, opens, first } = await open()
  const stale = await ann()
  const second = await links.revoke(stale)
  const third = await links.revoke(stale)
  expect(await Promise.all([first, second, third].map(opens))).toEqual([null, null, 'ann'])
  expect((await ann()).link.generation).toBe(3)
})

test('a link of a secret that is no longer ours cannot be told, and revoking makes one that can', async () => {
  const { links, ann, opens } = await open([NEXT])
  expect(await links.linkOf(await ann())).toBeNull()
  const next = await links.revoke(await ann())
  expect(await opens(next)).toBe('ann')
  expect(await links.linkOf(await ann())).toBe(next)
})

test('a link of a secret that only verifies is told all the same, and a new one is of the first secret', async () => {
  const { links, ann, first } = await open([NEXT, SECRET])
  const { keyId } = (await ann()).link
  expect(await links.linkOf(await ann())).toBe(first)
  await links.revoke(await ann())
  expect((await ann()).link.keyId).not.toBe(keyId)
})

test('a conversation that is gone has no link to be revoked', async () => {
  const { links } = await open()
  await expect(links.revoke(aConversation({ id: 'nobody' }))).rejects.toThrow()
})

test.for([
  ['open', null, true],
  ['just closed', NOON, true],
  ['closed 90 days ago', after(NOON, -90 * DAY_MS), true],
  ['closed longer ago', after(NOON, -90 * DAY_MS - 1), false],
] as const)('a conversation that is %s is opened by its link: %s', ([, closedAt, expected]) => {
  expect(isLive({ closedAt }, NOON)).toBe(expected)
})
