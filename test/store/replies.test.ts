import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after } from '../../src/clock.ts'
import type { ReplyFile } from '../../src/conversation/reply.ts'
import { namedBodies } from '../../src/store/bodies.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createReplies } from '../../src/store/replies.ts'
import { isUniqueViolation } from '../../src/store/db.ts'
import { aJob, NOON } from '../support/samples.ts'
import { aReply, heldJob, hours, keepConversations } from './records.ts'

async function open() {
  const { db } = await openPlatform()
  await keepConversations(db, [{ id: 'conversation-1' }, { id: 'other' }])
  return { db, replies: createReplies(db), jobs: createJobs(db), atomically: db.atomically }
}

const aFile = (id: string): ReplyFile => ({
  id,
  name: `${id}.txt`,
  type: 'text/plain',
  size: 5,
  sha256: 'abc',
  storedAs: `stored-${id}`,
})

const under = (key: string, content = 'content') => ({ key, content })

test('what a visitor said comes back whole, oldest first, with its files in their order', async () => {
  const { replies, atomically } = await open()
  const rating = aReply({ id: 'rating', act: 'rating', score: 4, body: '', sentAt: hours(2) })
  await atomically([
    ...replies.add(rating, under('k2'), []),
    ...replies.add(aReply(), under('k1'), [aFile('b'), aFile('a')]),
    ...replies.add(aReply({ id: 'elsewhere', conversation: 'other' }), under('k3'), [aFile('c')]),
  ])
  expect(await replies.byId('rating')).toEqual(rating)
  expect(await replies.byId('nothing')).toBeNull()
  expect(await replies.ofConversation('conversation-1')).toEqual([aReply(), rating])
  expect(await replies.filesOf('reply-1')).toEqual([aFile('b'), aFile('a')])
  expect(await replies.filesIn('conversation-1')).toEqual(new Map([['reply-1', [aFile('b'), aFile('a')]]]))
  expect(await replies.filesOf('rating')).toEqual([])
})

test('a key is known with what was sent under it, and is taken once, with nothing of the second', async () => {
  const { replies, atomically } = await open()
  await atomically(replies.add(aReply(), under('k1', 'first'), []))
  const second = replies.add(aReply({ id: 'reply-2' }), under('k1', 'second'), [aFile('a')])
  const error: unknown = await atomically(second).catch((thrown: unknown) => thrown)
  expect(isUniqueViolation(error)).toBe(true)
  expect(await replies.byKey('k1')).toEqual({ content: 'first', conversation: 'conversation-1' })
  expect(await replies.byKey('k2')).toBeNull()
  expect(await replies.filesIn('conversation-1')).toEqual(new Map())
})

test('only the attempt that holds its job puts down that Zammad has it', async () => {
  const { db, replies, atomically } = await open()
  await atomically(replies.add(aReply(), under('k1'), []))
  const { standing, stale } = await heldJob(db)
  expect(await atomically([replies.posted('reply-1', hours(1), stale)])).toEqual([0])
  expect(await replies.byId('reply-1')).toEqual(aReply())
  expect(await atomically([replies.posted('reply-1', hours(1), standing)])).toEqual([1])
  expect(await replies.byId('reply-1')).toEqual(aReply({ postedAt: hours(1) }))
})

test.for([
  ['one of before that waits', { id: 'a', sentAt: after(NOON, -1) }, 'reply-of-a', true],
  ['one of the same instant with a lower id', { id: 'a', sentAt: NOON }, 'reply-of-a', true],
  ['one of the same instant with a higher id', { id: 'z', sentAt: NOON }, 'reply-of-a', false],
  ['one of later', { id: 'a', sentAt: after(NOON, 1) }, 'reply-of-a', false],
  ['one that Zammad has', { id: 'a', sentAt: after(NOON, -1), postedAt: NOON }, 'reply-of-a', false],
  [
    'one of another visitor',
    { id: 'a', sentAt: after(NOON, -1), conversation: 'other' },
    'reply-of-a',
    false,
  ],
  ['one whose job is none of ours', { id: 'a', sentAt: after(NOON, -1) }, 'reply-of-b', false],
] as const)('%s holds a word up: %s', async ([, earlier, of, expected]) => {
  const { replies, jobs, atomically } = await open()
  const before = aReply(earlier)
  await atomically([
    ...replies.add(before, under('k1'), []),
    ...replies.add(aReply({ id: 'm' }), under('k2'), []),
    jobs.add(
      aJob({
        kind: 'post-reply',
        conversation: before.conversation,
        payload: { reply: of === 'reply-of-a' ? before.id : 'another' },
      }),
    ),
  ])
  expect(await replies.hasEarlierUnposted(aReply({ id: 'm' }))).toBe(expected)
})

test('a word whose job was parked or given up holds nothing up', async () => {
  const { replies, jobs, atomically } = await open()
  await atomically([
    ...replies.add(aReply(), under('k1'), []),
    jobs.add(aJob({ kind: 'post-reply', conversation: 'conversation-1', payload: { reply: 'reply-1' } })),
  ])
  const later = aReply({ id: 'later', sentAt: hours(1) })
  expect(await replies.hasEarlierUnposted(later)).toBe(true)
  const held = await jobs.claim('zammad', { now: NOON, lease: 'l', leaseMs: 1000 })
  if (!held) throw new Error('the claim found nothing')
  expect(await replies.hasEarlierUnposted(later)).toBe(true)
  await atomically([jobs.park(held, { code: 'refused', reason: 'no', now: NOON })])
  expect(await replies.hasEarlierUnposted(later)).toBe(false)
})

test('the files of a reply are named, so that no sweep takes them', async () => {
  const { db, replies, atomically } = await open()
  await atomically(replies.add(aReply(), under('k1'), [aFile('a')]))
  expect(await namedBodies(db)(['stored-a', 'stored-b'])).toEqual(new Set(['stored-a']))
})
