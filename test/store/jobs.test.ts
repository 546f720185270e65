import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createMessages } from '../../src/store/messages.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { aConversation, aJob, aSubmission, NOON } from '../support/samples.ts'

const LEASE_MS = 5 * MINUTE_MS
const claimAt = (now: Date, lease: string) => ({ now, lease, leaseMs: LEASE_MS })

async function open() {
  const { db } = await openPlatform()
  return { db, jobs: createJobs(db), atomically: db.atomically }
}

test('a job is claimed once, however many ask at the same time', async () => {
  const { jobs, atomically } = await open()
  await atomically([jobs.add(aJob())])
  const claims = await Promise.all(
    Array.from({ length: 8 }, (_, n) => jobs.claim('zammad', claimAt(NOON, `lease-${n}`))),
  )
  expect(claims.filter(Boolean)).toHaveLength(1)
})

test('jobs come in the order in which they are due, and not before', async () => {
  const { jobs, atomically } = await open()
  await atomically([
    jobs.add(aJob({ id: 'later', nextAt: after(NOON, HOUR_MS) })),
    jobs.add(aJob({ id: 'second', nextAt: NOON })),
    jobs.add(aJob({ id: 'first', nextAt: after(NOON, -1) })),
    jobs.add(aJob({ id: 'mail', lane: 'mail' })),
  ])
  const taken = []
  for (const lease of ['a', 'b', 'c']) taken.push((await jobs.claim('zammad', claimAt(NOON, lease)))?.job)
  expect(taken).toEqual(['first', 'second', undefined])
})

test('a stale lease writes nothing, neither to its job nor to what depends on it', async () => {
  const { db, jobs, atomically } = await open()
  const conversations = createConversations(db)
  const messages = createMessages(db)
  await atomically([
    ...createSubmissions(db).add(
      aSubmission(),
      { key: 'k', keyUntil: after(NOON, HOUR_MS), content: 'c' },
      [],
    ),
    conversations.add(aConversation()),
    jobs.add(aJob({ conversation: 'conversation-1' })),
  ])
  const slow = await jobs.claim('zammad', claimAt(NOON, 'slow'))
  const quick = await jobs.claim('zammad', claimAt(after(NOON, LEASE_MS), 'quick'))
  expect(quick).toMatchObject({ job: 'job-1', uncertain: 1 })
  if (!slow) throw new Error('the first claim found nothing')
  const ticket = { id: 7, number: '780', createdAt: NOON, unit: 'other', openedAt: NOON }
  const message = {
    id: 'message-1',
    conversation: 'conversation-1',
    kind: 'receipt',
    messageId: '<m@x>',
    recipient: 'ann.lee@example.org',
    rendered: null,
    createdAt: NOON,
  }
  const touched = await atomically([
    conversations.opened('conversation-1', ticket, slow),
    conversations.allot('conversation-1', '99', slow),
    messages.add(message, slow),
    jobs.add(aJob({ id: 'job-2' }), slow),
    jobs.done(slow, NOON),
  ])
  expect(touched).toEqual([0, 0, 0, 0, 0])
  expect(await conversations.byId('conversation-1')).toMatchObject({ ticketId: null, unit: 'first-line' })
  expect(await messages.byId('message-1')).toBeNull()
  const standing = await atomically([
    conversations.opened('conversation-1', ticket, { job: 'job-1', lease: 'quick' }),
    messages.add(message, { job: 'job-1', lease: 'quick' }),
    jobs.done({ job: 'job-1', lease: 'quick' }, NOON),
  ])
  expect(standing).toEqual([1, 1, 1])
})

test('jobs of one customer wait for each other, and for nobody else', async () => {
  const { jobs, atomically } = await open()
  await atomically([
    jobs.add(aJob({ id: 'a1', serial: 'ann' })),
    jobs.add(aJob({ id: 'a2', serial: 'ann' })),
    jobs.add(aJob({ id: 'b1', serial: 'bob' })),
  ])
  const first = await jobs.claim('zammad', claimAt(NOON, 'l1'))
  const second = await jobs.claim('zammad', claimAt(NOON, 'l2'))
  expect([first?.job, second?.job, await jobs.claim('zammad', claimAt(NOON, 'l3'))]).toEqual([
    'a1',
    'b1',
    null,
  ])
  if (!first) throw new Error('the first claim found nothing')
  await atomically([jobs.done(first, NOON)])
  expect(await jobs.claim('zammad', claimAt(NOON, 'l4'))).toMatchObject({ job: 'a2' })
})

test('a paused lane hands out nothing until it is resumed', async () => {
  const { jobs, atomically } = await open()
  await atomically([
    jobs.add(aJob()),
    jobs.pause('zammad', { reason: 'the token is refused', now: NOON, probeAt: after(NOON, MINUTE_MS) }),
    jobs.pause('zammad', { reason: 'again', now: NOON, probeAt: NOON }),
  ])
  expect(await jobs.claim('zammad', claimAt(NOON, 'l1'))).toBeNull()
  expect(await jobs.pauses()).toEqual([
    { lane: 'zammad', reason: 'the token is refused', since: NOON, probeAt: after(NOON, MINUTE_MS) },
  ])
  await atomically([jobs.resume('zammad')])
  expect(await jobs.claim('zammad', claimAt(NOON, 'l2'))).not.toBeNull()
})

test('a job that is put back comes later, with its new payload and its count', async () => {
  const { jobs, atomically } = await open()
  await atomically([jobs.add(aJob())])
  const held = await jobs.claim('zammad', claimAt(NOON, 'l1'))
  if (!held) throw new Error('the claim found nothing')
  const nextAt = after(NOON, MINUTE_MS)
  await atomically([
    jobs.again(held, {
      state: 'unknown',
      nextAt,
      payload: { maskedTries: 3 },
      counts: true,
      endedAt: NOON,
      code: 'uncertain',
      reason: 'cut',
    }),
  ])
  expect(await jobs.claim('zammad', claimAt(NOON, 'l2'))).toBeNull()
  expect(await jobs.nextDue('zammad')).toEqual(nextAt)
  expect(await jobs.claim('zammad', claimAt(nextAt, 'l3'))).toMatchObject({
    payload: { maskedTries: 3 },
    attempts: 1,
    uncertain: 1,
  })
})

test('recovery turns what was running into what may have happened, at once', async () => {
  const { jobs, atomically } = await open()
  await atomically([jobs.add(aJob())])
  await jobs.claim('zammad', claimAt(NOON, 'l1'))
  await atomically([jobs.recover(NOON)])
  expect(await jobs.list(['unknown'])).toMatchObject([{ id: 'job-1' }])
  expect(await jobs.claim('zammad', claimAt(NOON, 'l2'))).toMatchObject({ uncertain: 1 })
})

test('a job that is under way in crash after crash comes back later each time', async () => {
  const { jobs, atomically } = await open()
  await atomically([jobs.add(aJob())])
  const waits: number[] = []
  let now = NOON
  for (let crash = 0; crash < 6; crash += 1) {
    await jobs.claim('zammad', claimAt(now, `lease-${crash}`))
    await atomically([jobs.recover(now)])
    const next = (await jobs.nextDue('zammad')) ?? now
    waits.push(next.getTime() - now.getTime())
    now = next
  }
  expect(waits).toEqual([0, 0, 0, 8000, 16_000, 32_000])
})

test('staff may retry or discard what is parked, and nothing else', async () => {
  const { jobs, atomically } = await open()
  await atomically([jobs.add(aJob()), jobs.add(aJob({ id: 'job-2' }))])
  expect(
    await atomically([jobs.retry('job-1', { now: NOON }), jobs.discard('job-1', { reason: 'x', now: NOON })]),
  ).toEqual([0, 0])
  for (const lease of ['l1', 'l2']) {
    const held = await jobs.claim('zammad', claimAt(NOON, lease))
    if (!held) throw new Error('the claim found nothing')
    await atomically([jobs.park(held, { code: 'refused', reason: 'no', now: NOON })])
  }
  expect(await jobs.list(['parked'])).toMatchObject([
    { id: 'job-1', code: 'refused', reason: 'no' },
    { id: 'job-2' },
  ])
  await atomically([
    jobs.retry('job-1', { now: NOON, change: { unit: 'catalogue' } }),
    jobs.discard('job-2', { reason: 'a test', now: NOON }),
  ])
  expect(await jobs.claim('zammad', claimAt(NOON, 'l3'))).toMatchObject({
    job: 'job-1',
    payload: { unit: 'catalogue' },
  })
  expect(await jobs.list(['discarded'])).toMatchObject([{ id: 'job-2', reason: 'a test' }])
  expect(await jobs.counts()).toContainEqual({
    lane: 'zammad',
    kind: 'open-ticket',
    state: 'discarded',
    count: 1,
  })
})

test('a job with a natural key exists once', async () => {
  const { jobs, atomically } = await open()
  const touched = await atomically([
    jobs.add(aJob({ id: 'one', naturalKey: 'ticket-1/100%' })),
    jobs.add(aJob({ id: 'two', naturalKey: 'ticket-1/100%' })),
  ])
  expect(touched).toEqual([1, 0])
})
