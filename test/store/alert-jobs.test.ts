import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { NewJob } from '../../src/outbox/job.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { aJob, NOON } from '../support/samples.ts'
import { keepConversations } from './records.ts'

const SERIAL = 'alert:duty'
const LEASE_MS = 5 * MINUTE_MS

/** An alert that names itself. */
const anAlert = (id: string, over: Partial<NewJob> = {}): NewJob =>
  aJob({
    id,
    kind: 'send-alert',
    lane: 'mail',
    serial: SERIAL,
    payload: { to: 'duty@x.example', alert: { about: id } },
    nextAt: after(NOON, HOUR_MS),
    ...over,
  })

/** One alert under way, and others. */
async function open(others: readonly NewJob[] = []) {
  const { db } = await openPlatform()
  const jobs = createJobs(db)
  await db.atomically([anAlert('own', { nextAt: NOON }), ...others].map((job) => jobs.add(job)))
  const claim = (lease: string, now = NOON) => jobs.claim('mail', { now, lease, leaseMs: LEASE_MS })
  const own = await claim('l1')
  if (own?.job !== 'own') throw new Error('the claim found another job')
  const waiting = async () => (await jobs.waitingAlerts(SERIAL, 'own', 9)).map(({ job }) => job)
  const fold = (names: readonly string[], held = own) =>
    db.atomically(jobs.foldAlerts(held, { serial: SERIAL, jobs: names, now: NOON }))
  return { db, jobs, own, claim, waiting, fold }
}

const taken = (...ids: readonly string[]) =>
  ids.map((job) => ({ job, createdAt: NOON.getTime(), alert: { about: job } }))

test('what waits for the same address is taken up once, and nothing is lost between the rows', async () => {
  const { jobs, own, waiting, fold } = await open([anAlert('a'), anAlert('b'), anAlert('c')])
  expect(await waiting()).toEqual(['a', 'b', 'c'])
  expect(await fold(['a', 'b'])).toEqual([1, 2])
  expect(await jobs.payloadOf(own)).toEqual({
    to: 'duty@x.example',
    alert: { about: 'own' },
    folded: taken('a', 'b'),
  })
  expect(await waiting()).toEqual(['c'])
  expect(await jobs.list(['done'])).toMatchObject([
    { id: 'a', reason: 'folded into own' },
    { id: 'b', reason: 'folded into own' },
  ])
  expect(await fold(['a', 'b', 'c'])).toEqual([1, 1])
  expect(await jobs.payloadOf(own)).toMatchObject({ folded: taken('a', 'b', 'c') })
})

test.for<readonly [string, NewJob]>([
  ['of another address', anAlert('other', { serial: 'alert:second' })],
  ['that is no alert', anAlert('other', { kind: 'send-message' })],
  ['of no serial', anAlert('other', { serial: null })],
])('a job %s is not taken up', async ([, job]) => {
  const { jobs, own, waiting, fold } = await open([job])
  expect(await waiting()).toEqual([])
  expect(await fold(['other', 'own'])).toEqual([1, 0])
  expect(await jobs.payloadOf(own)).toMatchObject({ folded: [] })
})

test('what another runner took meanwhile, or may have mailed, is not taken up', async () => {
  const { db, jobs, claim, waiting, fold } = await open([anAlert('a'), anAlert('b')])
  const late = after(NOON, HOUR_MS)
  // The lease of the first one has ended, so that its serial is free.
  const mailed = await jobs.claim('mail', { now: late, lease: 'l2', leaseMs: LEASE_MS })
  if (mailed?.job !== 'own') throw new Error('the claim found another job')
  expect(await fold(['a'])).toEqual([0, 0])
  expect(await waiting()).toEqual(['a', 'b'])
  await db.atomically([jobs.done(mailed, late)])
  const a = await claim('l3', late)
  if (a?.job !== 'a') throw new Error('the claim found another job')
  expect(await fold(['b'], a)).toEqual([1, 1])
  const cut = { state: 'unknown', nextAt: late, counts: true, endedAt: late } as const
  await db.atomically([jobs.again(a, { ...cut, code: 'uncertain', reason: 'cut' })])
  expect(await waiting()).toEqual([])
})

test('an attempt that failed keeps what was taken up, and hands it on with its own alert', async () => {
  const { db, jobs, own, claim, fold } = await open([anAlert('a')])
  await fold(['a'])
  const later = after(NOON, HOUR_MS)
  const failed = { state: 'ready', nextAt: after(later, HOUR_MS), counts: true, endedAt: NOON } as const
  await db.atomically([jobs.again(own, { ...failed, code: 'unavailable', reason: 'down' })])
  await db.atomically([jobs.add(anAlert('b', { nextAt: NOON }))])
  const b = await claim('l2', later)
  if (b?.job !== 'b') throw new Error('the claim found another job')
  expect(await jobs.waitingAlerts(SERIAL, 'b', 9)).toMatchObject([{ job: 'own', attempts: 1 }])
  expect(await db.atomically(jobs.foldAlerts(b, { serial: SERIAL, jobs: ['own'], now: later }))).toEqual([
    1, 1,
  ])
  const { folded } = (await jobs.payloadOf(b)) as { folded: readonly { job: string }[] }
  expect(folded.map(({ job }) => job).toSorted()).toEqual(['a', 'own'])
})

test('it is known of a waiting alert whether its request has a ticket', async () => {
  const about = (id: string, conversation: string) =>
    anAlert(id, { payload: { to: 'x', alert: { about: 'arrival', conversation } } })
  const { db, jobs } = await open([about('a', 'ann'), about('b', 'bob'), about('c', 'nobody'), anAlert('d')])
  await keepConversations(db, [{ id: 'ann', ticketId: 9 }, { id: 'bob' }])
  expect((await jobs.waitingAlerts(SERIAL, 'own', 9)).map(({ conversation }) => conversation)).toEqual([
    'opened',
    'unopened',
    'gone',
    'none',
  ])
})

test('what is frozen stays with the job, and only while its lease stands', async () => {
  const { db, jobs, own } = await open()
  const told = { at: NOON.toISOString(), alerts: [{ about: 'own' }] }
  expect(await db.atomically([jobs.freezeAlerts({ ...own, lease: 'stale' }, told)])).toEqual([0])
  expect(await db.atomically([jobs.freezeAlerts(own, told)])).toEqual([1])
  expect(await jobs.payloadOf(own)).toMatchObject({ alert: { about: 'own' }, told })
  expect(await jobs.payloadOf({ ...own, lease: 'stale' })).toBeNull()
})

test('a mail counts that went, in the time that is asked for; what was folded or dropped does not', async () => {
  const { db, jobs, own, claim, fold } = await open([anAlert('a'), anAlert('b')])
  await fold(['a'])
  await db.atomically([jobs.done(own, NOON)])
  const later = after(NOON, HOUR_MS)
  const b = await claim('l2', later)
  if (!b) throw new Error('the claim found nothing')
  await db.atomically([jobs.done(b, later, 'it is not so any more')])
  const mailed = (from: Date, to: Date) => jobs.alertsMailed(SERIAL, { from, to })
  expect(await mailed(after(NOON, -1), later)).toEqual([NOON])
  expect(await mailed(NOON, later)).toEqual([])
  expect(await mailed(after(NOON, -2), after(NOON, -1))).toEqual([])
  expect(await jobs.alertsMailed('alert:second', { from: after(NOON, -1), to: later })).toEqual([])
})
