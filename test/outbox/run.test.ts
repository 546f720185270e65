import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { Failure, type FailureCode } from '../../src/failure.ts'
import type { ClaimedJob, Kind } from '../../src/outbox/job.ts'
import { aJob, NOON } from '../support/samples.ts'
import { anOutbox, type Act } from './outbox.ts'

const done: Act = async () => ({ outcome: 'done', writes: [] })
const failing =
  (code: FailureCode): Act =>
  async () => {
    throw new Failure(code, `it failed: ${code}`)
  }

const AFTER_ONE_ATTEMPT: readonly (readonly [
  name: string,
  act: Act,
  row: {
    readonly state: string
    readonly attempts: number
    readonly uncertain?: number
    readonly reasonCode?: string | null
    readonly reason?: string | null
  },
  wait: readonly [atLeastMs: number, atMostMs: number],
])[] = [
  ['done', done, { state: 'done', attempts: 0, uncertain: 0, reasonCode: null, reason: null }, [0, 0]],
  [
    'unavailable',
    failing('unavailable'),
    {
      state: 'ready',
      attempts: 1,
      uncertain: 0,
      reasonCode: 'unavailable',
      reason: 'it failed: unavailable',
    },
    [500, 1000],
  ],
  [
    'uncertain',
    failing('uncertain'),
    { state: 'unknown', attempts: 1, uncertain: 1, reasonCode: 'uncertain', reason: 'it failed: uncertain' },
    [6 * MINUTE_MS, 6 * MINUTE_MS],
  ],
  [
    'refused',
    failing('refused'),
    { state: 'parked', attempts: 0, reasonCode: 'refused', reason: 'it failed: refused' },
    [0, 0],
  ],
  [
    'misconfigured',
    failing('misconfigured'),
    { state: 'ready', attempts: 0, uncertain: 0, reasonCode: 'misconfigured' },
    [0, 0],
  ],
  [
    'again',
    async () => ({ outcome: 'again', payload: { step: 2 }, reason: 'half way' }),
    { state: 'ready', attempts: 1, uncertain: 0, reason: 'half way' },
    [500, 1000],
  ],
  [
    'wait',
    async () => ({ outcome: 'wait', until: after(NOON, HOUR_MS), reason: 'too early' }),
    { state: 'ready', attempts: 0, uncertain: 0, reason: 'too early' },
    [HOUR_MS, HOUR_MS],
  ],
  [
    'parked',
    async () => ({ outcome: 'parked', reason: 'staff decide' }),
    { state: 'parked', attempts: 0, reasonCode: 'refused', reason: 'staff decide' },
    [0, 0],
  ],
  [
    'a mistake of our own',
    async () => {
      throw new TypeError('of ann.lee@example.org')
    },
    { state: 'parked', attempts: 0, reasonCode: 'broken', reason: 'a mistake of our own' },
    [0, 0],
  ],
]

test.for(AFTER_ONE_ATTEMPT)('one attempt is settled in the row: %s', async ([, act, row, wait]) => {
  const outbox = await anOutbox(act, { uncertainMs: 6 * MINUTE_MS })
  await outbox.atomically([outbox.jobs.add(aJob())])
  expect(await outbox.run()).toBe(1)
  const kept = await outbox.row()
  expect(kept).toMatchObject({ ...row, lease: null, leasedUntil: null })
  const waited = kept.nextAt - NOON.getTime()
  expect(waited).toBeGreaterThanOrEqual(wait[0])
  expect(waited).toBeLessThanOrEqual(wait[1])
})

test('what went on keeps where it stands', async () => {
  const seen: unknown[] = []
  const outbox = await anOutbox(async ({ payload }) => {
    seen.push(payload)
    return seen.length < 3
      ? { outcome: 'again', payload: { step: seen.length }, reason: 'more to do' }
      : { outcome: 'done', writes: [] }
  })
  await outbox.atomically([outbox.jobs.add(aJob({ payload: { step: 0 } }))])
  for (let round = 0; round < 3; round += 1) {
    await outbox.run()
    outbox.time.turn(MINUTE_MS)
  }
  expect(seen).toEqual([{ step: 0 }, { step: 1 }, { step: 2 }])
  expect(await outbox.row()).toMatchObject({ state: 'done' })
})

test('a lane that is misconfigured is paused with the reason, and no other job of it is tried', async () => {
  const tried: string[] = []
  const outbox = await anOutbox(async ({ job }) => {
    tried.push(job)
    throw new Failure('misconfigured', 'the token is refused')
  })
  await outbox.atomically(['a', 'b', 'c'].map((id) => outbox.jobs.add(aJob({ id }))))
  await outbox.run()
  expect(tried).toEqual(['a'])
  expect(await outbox.jobs.pauses()).toEqual([
    { lane: 'zammad', reason: 'the token is refused', since: NOON, probeAt: after(NOON, MINUTE_MS) },
  ])
  expect(await outbox.jobs.nextDue('zammad')).toBeNull()
})

test('an act that ends after its lease settles nothing: the later runner does', async () => {
  const outbox = await anOutbox(
    async () => {
      if (outbox.time.clock() > NOON) return { outcome: 'done', writes: [] }
      outbox.time.turn(MINUTE_MS)
      const taken = await outbox.jobs.claim('zammad', {
        now: outbox.time.clock(),
        lease: 'later',
        leaseMs: MINUTE_MS,
      })
      expect(taken).toMatchObject({ job: 'job-1', uncertain: 1, lastAttemptAt: NOON })
      return { outcome: 'parked', reason: 'the earlier runner thought so' }
    },
    { leaseMs: MINUTE_MS },
  )
  await outbox.atomically([outbox.jobs.add(aJob())])
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'running', lease: 'later' })
  expect(outbox.lines.join()).toContain('job.stale')
})

test('what its runner left running is unknown after a restart, and due at once', async () => {
  const outbox = await anOutbox(done)
  await outbox.atomically([outbox.jobs.add(aJob())])
  await outbox.jobs.claim('zammad', { now: NOON, lease: 'killed', leaseMs: HOUR_MS })
  expect(await outbox.run()).toBe(0)
  await outbox.atomically([outbox.jobs.recover(NOON)])
  expect(await outbox.row()).toMatchObject({ state: 'unknown', uncertain: 1, lease: null })
  expect(await outbox.run()).toBe(1)
  expect(await outbox.row()).toMatchObject({ state: 'done' })
})

const MAIL: Partial<Kind> = { uncertainMs: 15 * MINUTE_MS, maxUncertain: 1, giveUpMs: 5 * DAY_MS }

test('after an unknown outcome nothing is tried until the time for it has passed', async () => {
  const acts: Date[] = []
  const outbox = await anOutbox(async () => {
    acts.push(outbox.time.clock())
    throw new Failure('uncertain', 'cut')
  }, MAIL)
  await outbox.atomically([outbox.jobs.add(aJob())])
  await outbox.run()
  await outbox.atomically([outbox.jobs.recover(NOON)])
  outbox.time.turn(15 * MINUTE_MS - 1)
  await outbox.run()
  expect(acts).toHaveLength(1)
  outbox.time.turn(1)
  await outbox.run()
  expect(acts).toEqual([NOON, after(NOON, 15 * MINUTE_MS)])
})

test('a killed attempt waits as one whose outcome is unknown, and waiting costs no attempt', async () => {
  let acts = 0
  const outbox = await anOutbox(async () => {
    acts += 1
    return { outcome: 'done', writes: [] }
  }, MAIL)
  await outbox.atomically([outbox.jobs.add(aJob())])
  await outbox.jobs.claim('zammad', { now: NOON, lease: 'killed', leaseMs: HOUR_MS })
  await outbox.atomically([outbox.jobs.recover(NOON)])
  for (let look = 0; look < 3; look += 1) await outbox.run()
  expect(acts).toBe(0)
  expect(await outbox.row()).toMatchObject({
    state: 'unknown',
    attempts: 0,
    uncertain: 1,
    nextAt: after(NOON, 15 * MINUTE_MS).getTime(),
  })
  outbox.time.turn(15 * MINUTE_MS)
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'done' })
})

test('what may have happened is repeated as often as its kind says, then staff decide', async () => {
  let acts = 0
  const outbox = await anOutbox(async () => {
    acts += 1
    throw new Failure('uncertain', 'cut')
  }, MAIL)
  await outbox.atomically([outbox.jobs.add(aJob())])
  for (let round = 0; round < 6; round += 1) {
    await outbox.run()
    outbox.time.turn(HOUR_MS)
  }
  expect(acts).toBe(2)
  expect(await outbox.row()).toMatchObject({ state: 'parked', reasonCode: 'uncertain', uncertain: 2 })
})

const AGES: readonly (readonly [failingMs: number, giveUpMs: number | null, state: string])[] = [
  [5 * DAY_MS, 5 * DAY_MS, 'ready'],
  [5 * DAY_MS + 1, 5 * DAY_MS, 'parked'],
  [500 * DAY_MS, null, 'ready'],
]

test.for(AGES)(
  '%i ms after its first failure a failing job of bound %s is %s',
  async ([failingMs, giveUpMs, state]) => {
    const outbox = await anOutbox(failing('unavailable'), { giveUpMs })
    await outbox.atomically([outbox.jobs.add(aJob())])
    await outbox.run()
    outbox.time.turn(failingMs)
    await outbox.run()
    expect(await outbox.row()).toMatchObject({
      state,
      reasonCode: state === 'parked' ? 'gave-up' : 'unavailable',
    })
  },
)

const NOT_FAILING: readonly (readonly [what: string, act: Act])[] = [
  ['waited', async () => ({ outcome: 'wait', until: after(NOON, 9 * DAY_MS), reason: 'too early' })],
  ['went on step by step', async () => ({ outcome: 'again', payload: {}, reason: 'half way' })],
  ['stood in a paused lane', failing('misconfigured')],
]

test.for(NOT_FAILING)('a job that %s for longer than its bound is not given up for that', async ([, act]) => {
  const acts = [act, failing('unavailable'), failing('unavailable')]
  const outbox = await anOutbox((job, begin) => (acts.shift() ?? done)(job, begin), { giveUpMs: 5 * DAY_MS })
  await outbox.atomically([outbox.jobs.add(aJob())])
  await outbox.run()
  outbox.time.turn(9 * DAY_MS)
  await outbox.atomically([outbox.jobs.resume('zammad')])
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'ready', reason: 'it failed: unavailable' })
  outbox.time.turn(5 * DAY_MS + 1)
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'parked', reasonCode: 'gave-up' })
})

test('what staff retry has its whole time anew', async () => {
  const outbox = await anOutbox(failing('unavailable'), { giveUpMs: DAY_MS })
  await outbox.atomically([outbox.jobs.add(aJob())])
  for (let day = 0; day < 3; day += 1) {
    await outbox.run()
    outbox.time.turn(DAY_MS + 1)
  }
  expect(await outbox.row()).toMatchObject({ state: 'parked' })
  await outbox.atomically([outbox.jobs.retry('job-1', { now: outbox.time.clock() })])
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'ready', attempts: 1 })
})

test('an attempt that was cut off before it began is made anew at once, and counts as none', async () => {
  const acts: Date[] = []
  const outbox = await anOutbox(
    async (_, begin) => {
      await begin()
      acts.push(outbox.time.clock())
      return { outcome: 'done', writes: [] }
    },
    { ...MAIL, prepareMs: 2 * MINUTE_MS, leaseMs: 12 * MINUTE_MS },
  )
  await outbox.atomically([outbox.jobs.add(aJob())])
  const prepare = { kinds: ['open-ticket'], leaseMs: 2 * MINUTE_MS }
  for (let cut = 0; cut < 4; cut += 1) {
    const now = outbox.time.clock()
    await outbox.jobs.claim('zammad', { now, lease: `cut-${cut}`, leaseMs: HOUR_MS, prepare })
    outbox.time.turn(2 * MINUTE_MS)
  }
  await outbox.run()
  expect(acts).toEqual([after(NOON, 8 * MINUTE_MS)])
  expect(await outbox.row()).toMatchObject({ state: 'done', uncertain: 0, cuts: 4 })
})

test('a runner whose lease has ended before it begins does nothing', async () => {
  let happened = 0
  const outbox = await anOutbox(
    async (_, begin) => {
      outbox.time.turn(HOUR_MS)
      await outbox.jobs.claim('zammad', { now: outbox.time.clock(), lease: 'another', leaseMs: HOUR_MS })
      await begin()
      happened += 1
      return { outcome: 'done', writes: [] }
    },
    { prepareMs: MINUTE_MS },
  )
  await outbox.atomically([outbox.jobs.add(aJob())])
  await outbox.run()
  expect(happened).toBe(0)
  expect(await outbox.row()).toMatchObject({ state: 'running', lease: 'another' })
})

test('a job that is cut off again and again before it begins is left to staff, and starts anew when they retry it', async () => {
  const outbox = await anOutbox(done, { prepareMs: MINUTE_MS })
  await outbox.atomically([outbox.jobs.add(aJob())])
  const prepare = { kinds: ['open-ticket'], leaseMs: MINUTE_MS }
  for (let cut = 0; cut < 21; cut += 1) {
    const now = outbox.time.clock()
    await outbox.jobs.claim('zammad', { now, lease: `cut-${cut}`, leaseMs: HOUR_MS, prepare })
    outbox.time.turn(MINUTE_MS)
  }
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'parked', reasonCode: 'broken', cuts: 21 })
  await outbox.atomically([outbox.jobs.retry('job-1', { now: outbox.time.clock() })])
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'done' })
})

test('a job of no known kind is parked, and its neighbours run', async () => {
  const outbox = await anOutbox(done)
  await outbox.atomically([
    outbox.jobs.add(aJob({ id: 'a', kind: 'from-a-newer-version' })),
    outbox.jobs.add(aJob({ id: 'b' })),
  ])
  expect(await outbox.run()).toBe(2)
  expect(await outbox.row('a')).toMatchObject({ state: 'parked', reasonCode: 'broken' })
  expect(await outbox.row('b')).toMatchObject({ state: 'done' })
})

test('jobs that always fail starve nobody, whatever their number', async () => {
  const finished = new Set<string>()
  const outbox = await anOutbox(async ({ job }) => {
    if (job.startsWith('poison')) throw new Failure('unavailable', 'never')
    finished.add(job)
    return { outcome: 'done', writes: [] }
  })
  const poison = Array.from({ length: 30 }, (_, n) => `poison-${n}`)
  const good = Array.from({ length: 30 }, (_, n) => `zz-good-${n}`)
  await outbox.atomically([...poison, ...good].map((id) => outbox.jobs.add(aJob({ id }))))
  for (let round = 0; round < 60 && finished.size < good.length; round += 1) {
    await outbox.run('zammad', 4)
    outbox.time.turn(1000)
  }
  expect(finished.size).toBe(good.length)
  expect(await outbox.jobs.list(['parked'])).toEqual([])
})

test('one lane stops when its time is over, and leaves the rest for the next round', async () => {
  const outbox = await anOutbox(async () => {
    outbox.time.turn(400)
    return { outcome: 'done', writes: [] }
  })
  await outbox.atomically(['a', 'b', 'c', 'd', 'e'].map((id) => outbox.jobs.add(aJob({ id }))))
  expect(await outbox.run('zammad', 1, 1000)).toBe(3)
  expect(await outbox.run('mail')).toBe(0)
  expect(await outbox.run('zammad', 1, 1000)).toBe(2)
})

test('no more than the width of a lane are under way at once', async () => {
  let under = 0
  let most = 0
  const outbox = await anOutbox(async () => {
    under += 1
    most = Math.max(most, under)
    await new Promise((resolve) => setImmediate(resolve))
    under -= 1
    return { outcome: 'done', writes: [] }
  })
  await outbox.atomically(Array.from({ length: 20 }, (_, n) => outbox.jobs.add(aJob({ id: `job-${n}` }))))
  await outbox.run('zammad', 3)
  expect(most).toBe(3)
})

test('where the writes of an attempt cannot be kept, the job stays claimed until its lease ends', async () => {
  let spoil = true
  const outbox = await anOutbox(async (job: ClaimedJob) => ({
    outcome: 'done',
    writes: spoil ? [outbox.jobs.add(aJob({ id: job.job, conversation: 'nobody' }))] : [],
  }))
  await outbox.atomically([outbox.jobs.add(aJob())])
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'running' })
  spoil = false
  outbox.time.turn(MINUTE_MS)
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'done', uncertain: 1 })
})

test('the log of a mistake tells its place, and nothing that it says', async () => {
  const outbox = await anOutbox(async () => {
    throw new TypeError('cannot read ann.lee@example.org')
  })
  await outbox.atomically([outbox.jobs.add(aJob())])
  await outbox.run()
  const line = outbox.lines.find((one) => one.includes('job.broken')) ?? ''
  expect(line).toContain('run.test.ts')
  expect(outbox.lines.join()).not.toContain('ann.lee')
})

/** Every way in which a job comes to stand still. */
const PARKING: readonly {
  readonly why: string
  readonly act: Act
  readonly code: string
  readonly bounds: Partial<Kind>
  readonly rounds: number
}[] = [
  { why: 'refused', act: failing('refused'), code: 'refused', bounds: {}, rounds: 1 },
  {
    why: 'parked by itself',
    act: async () => ({ outcome: 'parked', reason: 'for staff' }),
    code: 'refused',
    bounds: {},
    rounds: 1,
  },
  { why: 'too old', act: failing('unavailable'), code: 'gave-up', bounds: { giveUpMs: 1 }, rounds: 2 },
  {
    why: 'too often unknown',
    act: failing('uncertain'),
    code: 'uncertain',
    bounds: { maxUncertain: 0 },
    rounds: 2,
  },
  {
    why: 'broken',
    act: async () => {
      throw new TypeError('a mistake')
    },
    code: 'broken',
    bounds: {},
    rounds: 1,
  },
]

test.for(PARKING)(
  'whoever has to know of a job that is $why is told once, along with it',
  async (parking) => {
    const told: string[] = []
    const outbox = await anOutbox(parking.act, {
      ...parking.bounds,
      parked: async (job, { code }) => {
        told.push(code)
        return [outbox.jobs.add(aJob({ id: 'the-word', nextAt: after(NOON, DAY_MS) }), job)]
      },
    })
    await outbox.atomically([outbox.jobs.add(aJob())])
    for (let round = 0; round < parking.rounds; round += 1) {
      await outbox.run()
      outbox.time.turn(MINUTE_MS)
    }
    expect(told).toEqual([parking.code])
    expect(await outbox.row()).toMatchObject({ state: 'parked', reasonCode: parking.code })
    expect(await outbox.row('the-word')).toMatchObject({ state: 'ready' })
  },
)

test('what fails in telling stops no parking, and is logged', async () => {
  const outbox = await anOutbox(failing('refused'), {
    parked: async () => {
      throw new Error('the store is away')
    },
  })
  await outbox.atomically([outbox.jobs.add(aJob())])
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'parked', reasonCode: 'refused' })
  expect(outbox.lines.join('\n')).toContain('job.parked-untold')
})

test('a runner whose lease has ended tells nobody', async () => {
  const outbox = await anOutbox(
    async () => {
      outbox.time.turn(HOUR_MS)
      await outbox.jobs.claim('zammad', { now: outbox.time.clock(), lease: 'another', leaseMs: HOUR_MS })
      throw new Failure('refused', 'too late')
    },
    { parked: async (job) => [outbox.jobs.add(aJob({ id: 'the-word' }), job)] },
  )
  await outbox.atomically([outbox.jobs.add(aJob())])
  await outbox.run()
  expect(await outbox.row()).toMatchObject({ state: 'running' })
  await expect(outbox.row('the-word')).rejects.toThrow('no such job')
})
