import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { createJobs } from '../../src/store/jobs.ts'
import type { NewJob } from '../../src/outbox/job.ts'
import type { Held } from '../../src/writes.ts'
import { aJob, NOON } from '../support/samples.ts'
import { heldJob, keepConversations } from './records.ts'

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
  const { standing, stale } = await heldJob(db)
  const writes = (held: Held, id: string) => [
    jobs.add(aJob({ id }), held),
    jobs.again(held, {
      state: 'ready',
      nextAt: NOON,
      payload: {},
      counts: true,
      endedAt: NOON,
      code: 'unavailable',
      reason: 'x',
    }),
  ]
  expect(await atomically([...writes(stale, 'a'), jobs.done(stale, NOON)])).toEqual([0, 0, 0])
  expect(await atomically([jobs.park(stale, { code: 'refused', reason: 'x', now: NOON })])).toEqual([0])
  expect(await jobs.list(['ready', 'running', 'done', 'parked'])).toMatchObject([
    { id: 'held', state: 'running' },
  ])
  expect(await atomically(writes(standing, 'b'))).toEqual([1, 1])
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

test('what would wait for more than six hours is due, and nothing else', async () => {
  const { jobs, atomically } = await open()
  const sixHours = after(NOON, 6 * HOUR_MS)
  await atomically([
    jobs.add(aJob({ id: 'far', nextAt: after(NOON, 7 * HOUR_MS) })),
    jobs.add(aJob({ id: 'near', nextAt: sixHours })),
    jobs.add(aJob({ id: 'parked', nextAt: NOON })),
  ])
  const held = await jobs.claim('zammad', claimAt(NOON, 'l1'))
  if (!held) throw new Error('one is due')
  await atomically([jobs.park(held, { code: 'refused', reason: 'no', now: NOON })])
  expect(await atomically(jobs.hasten(NOON))).toEqual([1, 0, 0])
  const waits = (await jobs.list(['ready'])).map(({ id, nextAt }) => [id, nextAt] as const)
  expect(Object.fromEntries(waits)).toEqual({ far: NOON, near: sixHours })
})

test('what was claimed, tried and paused by a clock that was ten days ahead goes on within an hour', async () => {
  const { jobs, atomically } = await open()
  const ahead = after(NOON, 10 * DAY_MS)
  await atomically([
    jobs.add(aJob({ id: 'unknown', nextAt: NOON })),
    jobs.add(aJob({ id: 'running', nextAt: NOON })),
    jobs.pause('mail', { reason: 'down', now: ahead, probeAt: after(ahead, MINUTE_MS) }),
  ])
  const first = await jobs.claim('zammad', claimAt(ahead, 'l1'))
  const second = await jobs.claim('zammad', claimAt(ahead, 'l2'))
  if (!first || !second) throw new Error('two are due')
  const mayBe = { state: 'unknown', nextAt: after(ahead, 15 * MINUTE_MS), counts: true } as const
  await atomically([jobs.again(first, { ...mayBe, endedAt: ahead, code: 'unavailable', reason: 'cut' })])
  expect(await atomically(jobs.hasten(NOON))).toEqual([1, 1, 1])
  expect(await jobs.pauses()).toMatchObject([{ probeAt: NOON }])
  const tried = await jobs.claim('zammad', claimAt(NOON, 'l3'))
  expect(tried).toMatchObject({ job: first.job, lastAttemptAt: NOON })
  if (tried) await atomically([jobs.done(tried, NOON)])
  expect(await jobs.claim('zammad', claimAt(after(NOON, HOUR_MS + 1), 'l4'))).toMatchObject({
    job: second.job,
  })
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

test('a job of a conversation is unfinished until it is done, parked or given up', async () => {
  const { db, jobs, atomically } = await open()
  await keepConversations(db, [{ id: 'ann' }, { id: 'bob' }])
  await atomically([jobs.add(aJob({ kind: 'change-customer', conversation: 'ann' }))])
  const asked = async () => [
    await jobs.isUnfinished('ann', 'change-customer'),
    await jobs.isUnfinished('ann', 'post-reply'),
    await jobs.isUnfinished('bob', 'change-customer'),
  ]
  expect(await asked()).toEqual([true, false, false])
  const held = await jobs.claim('zammad', claimAt(NOON, 'l1'))
  if (!held) throw new Error('the claim found nothing')
  expect(await asked()).toEqual([true, false, false])
  await atomically([jobs.park(held, { code: 'refused', reason: 'x', now: NOON })])
  expect(await asked()).toEqual([false, false, false])
})

const anAnswer = (id: string, article: number, createdAt: Date, over: Partial<NewJob> = {}): NewJob =>
  aJob({
    id,
    kind: 'send-answer',
    lane: 'mail',
    payload: { article, createdAt: createdAt.toISOString(), ticket: 66 },
    ...over,
  })

test.for([
  ['an earlier article', anAnswer('j', 9, after(NOON, -1), { conversation: 'ann' }), true],
  ['the same instant and a lower id', anAnswer('j', 499, NOON, { conversation: 'ann' }), true],
  ['the article itself', anAnswer('j', 500, NOON, { conversation: 'ann' }), false],
  ['the same instant and a higher id', anAnswer('j', 501, NOON, { conversation: 'ann' }), false],
  ['a later article', anAnswer('j', 1, after(NOON, 1), { conversation: 'ann' }), false],
  ['another visitor’s', anAnswer('j', 9, after(NOON, -1), { conversation: 'bob' }), false],
  ['nobody’s conversation', anAnswer('j', 9, after(NOON, -1)), false],
  [
    'another kind of job',
    anAnswer('j', 9, after(NOON, -1), { conversation: 'ann', kind: 'send-message' }),
    false,
  ],
] as const)('an answer waits for %s: %s', async ([, job, expected]) => {
  const { db, jobs, atomically } = await open()
  await keepConversations(db, [{ id: 'ann' }, { id: 'bob' }])
  await atomically([jobs.add(job)])
  const article = { id: 500, createdAt: NOON }
  expect(await jobs.unfinishedBefore({ conversation: 'ann', ticketId: 66 }, article)).toBe(expected)
})

test('of the answers that wait for their turn the one that was given first is due now, and no other', async () => {
  const { jobs, atomically } = await open()
  const soon = after(NOON, 60_000)
  const names = ['second', 'first', 'undo']
  const times = [after(NOON, -1), after(NOON, -2), after(NOON, -3)]
  const serial = 'answers:ann'
  const all = names.map((id, n) => anAnswer(id, n + 1, times[n] ?? NOON, { serial, nextAt: NOON }))
  for (const job of all) {
    await atomically([jobs.add(job)])
    const held = await jobs.claim('mail', claimAt(NOON, `lease-${job.id}`))
    if (!held) throw new Error('the claim found nothing')
    const reason = job.id === 'undo' ? 'something else' : 'in turn'
    const wait = {
      state: 'ready',
      nextAt: soon,
      payload: held.payload,
      counts: false,
      endedAt: soon,
    } as const
    await atomically([jobs.again(held, { ...wait, code: 'unavailable', reason })])
  }
  await atomically([jobs.nextInTurn(serial, 'in turn', NOON)])
  expect((await jobs.claim('mail', claimAt(NOON, 'next')))?.job).toBe('first')
  expect(await jobs.claim('mail', claimAt(NOON, 'none'))).toBeNull()
})

test('answers on tickets without a conversation wait for those of the same ticket', async () => {
  const { jobs, atomically } = await open()
  await atomically([jobs.add(anAnswer('j', 9, after(NOON, -1)))])
  const article = { id: 500, createdAt: NOON }
  const waits = (ticketId: number) => jobs.unfinishedBefore({ conversation: null, ticketId }, article)
  expect([await waits(66), await waits(67)]).toEqual([true, false])
  const held = await jobs.claim('mail', claimAt(NOON, 'l1'))
  if (!held) throw new Error('the claim found nothing')
  expect(await waits(66)).toBe(true)
  await atomically([jobs.park(held, { code: 'refused', reason: 'x', now: NOON })])
  expect(await waits(66)).toBe(false)
})

test('of a bounded kind so many wait at most, and each natural key once', async () => {
  const { jobs, atomically } = await open()
  const find = (n: number) =>
    jobs.addBounded(aJob({ id: `find-${n}`, kind: 'find-links', lane: 'mail', naturalKey: `find:${n}` }), 3)
  await atomically([jobs.add(aJob({ id: 'other', kind: 'send-message', lane: 'mail' }))])
  expect(await atomically([find(1), find(2)])).toEqual([1, 1])
  const again = aJob({ id: 'again', kind: 'find-links', lane: 'mail', naturalKey: 'find:1' })
  expect(await atomically([jobs.addBounded(again, 3), find(3), find(4)])).toEqual([0, 1, 0])
  const held = await jobs.claim('mail', claimAt(NOON, 'l1'))
  if (!held) throw new Error('the claim found nothing')
  expect(await atomically([find(5)])).toEqual([0])
  await atomically([jobs.done(held, NOON)])
  expect(await atomically([find(5), find(6)])).toEqual([1, 0])
})

test('the address of an alert is known by its job, and of no other job', async () => {
  const { jobs, atomically } = await open()
  await atomically([
    jobs.add(aJob({ id: 'alert', kind: 'send-alert', payload: { to: 'duty@x.example', alert: {} } })),
    jobs.add(aJob({ id: 'mail', kind: 'send-message', payload: { to: 'ann@x.example' } })),
    jobs.add(aJob({ id: 'broken', kind: 'send-alert', payload: { to: 7 } })),
  ])
  expect(await Promise.all(['alert', 'mail', 'broken', 'nothing'].map(jobs.alertAddress))).toEqual([
    'duty@x.example',
    null,
    null,
    null,
  ])
})

const PREPARING = { prepare: { kinds: ['send-answer'], leaseMs: MINUTE_MS } }

test.for([
  [
    'what never began did not happen, and its lease is the shorter one',
    'send-answer',
    false,
    MINUTE_MS,
    0,
    1,
  ],
  ['what began may have happened, and its lease is the whole one', 'send-answer', true, LEASE_MS, 1, 0],
  ['what never says that it begins may have happened', 'add-note', false, LEASE_MS, 1, 0],
] as const)('after its runner was lost: %s', async ([, kind, begins, leaseMs, uncertain, cuts]) => {
  const { jobs, atomically } = await open()
  await atomically([jobs.add(aJob({ kind, lane: 'mail' }))])
  const held = await jobs.claim('mail', { ...claimAt(NOON, 'l1'), ...PREPARING })
  if (!held) throw new Error('the claim found nothing')
  if (begins) expect(await atomically([jobs.begin(held, after(NOON, LEASE_MS))])).toEqual([1])
  expect(await jobs.claim('mail', { ...claimAt(after(NOON, leaseMs - 1), 'l2'), ...PREPARING })).toBeNull()
  const lost = after(NOON, leaseMs)
  expect(await jobs.claim('mail', { ...claimAt(lost, 'l3'), ...PREPARING })).toMatchObject({
    uncertain,
    cuts,
    lastAttemptAt: uncertain > 0 ? lost : null,
  })
  expect(await atomically([jobs.begin(held, after(NOON, HOUR_MS))])).toEqual([0])
})

test.for([
  ['did not happen, and is due at once', false, { state: 'ready' }, { uncertain: 0, cuts: 1 }],
  ['may have happened', true, { state: 'unknown' }, { uncertain: 1, cuts: 0 }],
] as const)(
  'what a crash left running %s: whether it had begun says so',
  async ([, begins, listed, claimed]) => {
    const { jobs, atomically } = await open()
    await atomically([jobs.add(aJob({ kind: 'send-answer', lane: 'mail' }))])
    const held = await jobs.claim('mail', { ...claimAt(NOON, 'l1'), ...PREPARING })
    if (!held) throw new Error('the claim found nothing')
    if (begins) await atomically([jobs.begin(held, after(NOON, LEASE_MS))])
    await atomically([jobs.recover(NOON)])
    expect(await jobs.byId('job-1')).toMatchObject({ ...listed, nextAt: NOON })
    expect(await jobs.claim('mail', { ...claimAt(NOON, 'l2'), ...PREPARING })).toMatchObject(claimed)
  },
)

test('of a job that is cut off once more before it begins, the last time that it may have happened stands', async () => {
  const { jobs, atomically } = await open()
  await atomically([jobs.add(aJob({ kind: 'send-answer', lane: 'mail' }))])
  const claim = (now: Date, lease: string) => jobs.claim('mail', { ...claimAt(now, lease), ...PREPARING })
  const first = await claim(NOON, 'l1')
  if (!first) throw new Error('the claim found nothing')
  await atomically([jobs.begin(first, after(NOON, LEASE_MS))])
  const mayHave = after(NOON, LEASE_MS)
  await claim(mayHave, 'l2')
  expect(await claim(after(mayHave, MINUTE_MS), 'l3')).toMatchObject({
    lastAttemptAt: mayHave,
    uncertain: 1,
    cuts: 1,
  })
  await atomically([jobs.recover(after(mayHave, MINUTE_MS))])
  expect(await claim(after(mayHave, MINUTE_MS), 'l4')).toMatchObject({
    lastAttemptAt: mayHave,
    uncertain: 1,
    cuts: 2,
  })
})

test('what a job is to be done with is forgotten by whoever holds it, and by nobody else', async () => {
  const { jobs, atomically } = await open()
  await atomically([jobs.add(aJob({ payload: { address: 'ann@x.example' } }))])
  const held = await jobs.claim('zammad', claimAt(NOON, 'l1'))
  if (!held) throw new Error('the claim found nothing')
  expect(await atomically([jobs.forget({ ...held, lease: 'another' }), jobs.forget(held)])).toEqual([0, 1])
  expect(await jobs.claim('zammad', claimAt(after(NOON, LEASE_MS), 'l2'))).toMatchObject({ payload: {} })
})
