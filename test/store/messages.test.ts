import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, MINUTE_MS } from '../../src/clock.ts'
import { MESSAGE_KINDS, type OutgoingMessage } from '../../src/conversation/conversation.ts'
import { namedBodies } from '../../src/store/bodies.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createMessages } from '../../src/store/messages.ts'
import { aJob, NOON } from '../support/samples.ts'
import { aMessage, heldJob, hours, keepConversations } from './records.ts'

/** A message of its own id and Message-ID. */
const named = (id: string, over: Partial<OutgoingMessage> = {}): OutgoingMessage =>
  aMessage({ id, messageId: `<${id}@desk.example>`, ...over })

async function open(given: readonly OutgoingMessage[] = []) {
  const { db } = await openPlatform()
  await keepConversations(db, [{ id: 'conversation-1' }, { id: 'other' }])
  const messages = createMessages(db)
  await db.atomically(given.map((message) => messages.add(message)))
  return { db, messages, atomically: db.atomically }
}

const ids = (found: readonly OutgoingMessage[]): readonly string[] => found.map(({ id }) => id)

test('a message of every kind comes back as it was promised', async () => {
  const given = MESSAGE_KINDS.map((kind) => named(kind, { kind, facts: { of: [kind, 1, null] } }))
  const { messages } = await open(given)
  expect(await Promise.all(MESSAGE_KINDS.map((kind) => messages.byId(kind)))).toEqual(given)
  expect(await messages.byId('nothing')).toBeNull()
})

test('a message may belong to no conversation, and bring no article', async () => {
  const given = [named('a', { conversation: null }), named('b', { article: null, kind: 'closed' })]
  const { messages } = await open(given)
  expect([await messages.byId('a'), await messages.byId('b')]).toEqual(given)
})

test('a message is added once for its Message-ID, and what stands stays', async () => {
  const { messages, atomically } = await open()
  const closed = named('a', { kind: 'closed' })
  expect(await atomically([messages.addOnce(closed)])).toEqual([1])
  expect(await atomically([messages.addOnce({ ...closed, id: 'b', kind: 'late' })])).toEqual([0])
  expect(await messages.byId('a')).toEqual(closed)
  expect(await messages.byId('b')).toBeNull()
})

test('what brings an article to a conversation is told from what brings it to others, oldest first', async () => {
  const { db, messages, atomically } = await open([
    named('again', { createdAt: hours(1) }),
    named('first'),
    named('other', { conversation: 'other' }),
    named('nobody', { conversation: null }),
    named('reborn', { article: { id: 501, createdAt: hours(1) } }),
    named('next', { article: { id: 502, createdAt: NOON } }),
  ])
  const { standing } = await heldJob(db)
  await atomically([messages.sent('first', hours(2), standing)])
  const article = { id: 501, createdAt: NOON }
  const found = await messages.ofArticle(article, 'conversation-1')
  expect(found.map(({ id, sentAt }) => [id, sentAt])).toEqual([
    ['first', hours(2)],
    ['again', null],
  ])
  expect(ids(await messages.ofArticle(article, 'other'))).toEqual(['other'])
  expect(ids(await messages.ofArticle(article, null))).toEqual(['nobody'])
  expect(await messages.ofArticle({ id: 503, createdAt: NOON }, null)).toEqual([])
})

test('mails to an address are counted by kind, whatever its case, from an instant on', async () => {
  const links = (id: string, createdAt: Date, recipient = 'ann@example.org') =>
    named(id, { kind: 'links', createdAt, recipient })
  const { messages } = await open([
    links('old', hours(-2)),
    links('at', NOON, 'Ann@Example.org'),
    links('new', hours(1)),
    links('other', hours(1), 'joann@example.org'),
    named('closed', { kind: 'closed', createdAt: hours(1), recipient: 'ann@example.org' }),
  ])
  expect(await messages.countTo('ANN@example.org', 'links', NOON)).toBe(2)
  expect(await messages.countTo('ann@example.org', 'links', hours(-3))).toBe(3)
  expect(await messages.countTo('ann@example.org', 'closed', after(NOON, MINUTE_MS))).toBe(1)
  expect(await messages.countTo('bob@example.org', 'links', hours(-3))).toBe(0)
})

test('an answer refers to what was sent before in its conversation, and to nothing else', async () => {
  const { db, messages, atomically } = await open([
    named('second', { createdAt: hours(2) }),
    named('first', { createdAt: hours(1) }),
    named('unsent', { createdAt: hours(1) }),
    named('links', { kind: 'links' }),
    named('other', { conversation: 'other' }),
  ])
  const { standing } = await heldJob(db)
  const sent = ['second', 'first', 'links', 'other'].map((id) => messages.sent(id, hours(3), standing))
  await atomically(sent)
  expect(await messages.messageIdsOf('conversation-1')).toEqual([
    '<first@desk.example>',
    '<second@desk.example>',
  ])
})

test('a stale attempt adds no message, keeps no rendering and tells of no sending', async () => {
  const { db, messages, atomically } = await open([named('a')])
  const { standing, stale } = await heldJob(db)
  const mime = { storedAs: 'a.eml', sha256: 'abc' }
  const writes = (held: typeof stale) => [
    messages.add(named('b'), held),
    messages.addOnce(named('c'), held),
    messages.rendered('a', mime, held),
    messages.sent('a', NOON, held),
  ]
  expect(await atomically(writes(stale))).toEqual([0, 0, 0, 0])
  expect(await messages.byId('a')).toEqual(named('a'))
  expect([await messages.byId('b'), await messages.byId('c')]).toEqual([null, null])
  expect(await atomically(writes(standing))).toEqual([1, 1, 1, 1])
  expect(await messages.byId('a')).toEqual({ ...named('a'), rendered: mime })
  expect(await namedBodies(db)(['a.eml', 'b.eml'])).toEqual(new Set(['a.eml']))
})

test('a corrected address gets what was not sent yet, but no links that another address asked for', async () => {
  const { db, messages, atomically } = await open([
    named('waits'),
    named('sent'),
    named('links', { kind: 'links' }),
    named('other', { conversation: 'other' }),
  ])
  const jobs = createJobs(db)
  const { standing } = await heldJob(db)
  await atomically([
    messages.rendered('waits', { storedAs: 'w', sha256: 'x' }, standing),
    messages.sent('sent', NOON, standing),
    jobs.add(aJob({ id: 'parked' })),
  ])
  const readdress = () => atomically([messages.readdress('conversation-1', 'ann@new.example', 'parked')])
  expect(await readdress()).toEqual([0])
  const held = await jobs.claim('zammad', { now: NOON, lease: 'l', leaseMs: 1000 })
  if (!held) throw new Error('the claim found nothing')
  await atomically([jobs.park(held, { code: 'refused', reason: 'x', now: NOON })])
  expect(await readdress()).toEqual([1])
  expect(await messages.byId('waits')).toEqual(named('waits', { recipient: 'ann@new.example' }))
  const others = await Promise.all(['sent', 'links', 'other'].map((id) => messages.byId(id)))
  expect(others.map((message) => message?.recipient)).toEqual(Array(3).fill('ann.lee@example.org'))
})
