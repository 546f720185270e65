import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { SqliteDb } from '../../src/runtime/node/sqlite.ts'
import { createMemory } from '../../src/store/memory.ts'
import { asJson, type Served, serveForTest, submission } from './served.ts'

const OPS_TOKEN = 'a-token-for-operators-only'

interface Readiness {
  readonly status: string
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
}

async function readiness(served: Served) {
  const answer = await served.ask('/readyz')
  const { status, checks } = (await answer.json()) as Readiness
  const bad = checks.filter(({ ok }) => !ok).map(({ name }) => name)
  return { http: answer.status, status, bad }
}

/** Says that the bot has just made a round, in step with Zammad. */
const tick = (served: Served) => {
  const { remember } = createMemory(served.db)
  const now = served.now().toISOString()
  return served.db.atomically([remember('last-tick', now), remember('last-reconcile', now)])
}

test('a service with nothing to say is ready', async () => {
  const served = await serveForTest()
  await tick(served)
  expect(await readiness(served)).toEqual({ http: 200, status: 'ok', bad: [] })
})

test('a service that leaves is not ready, and still alive', async () => {
  const served = await serveForTest()
  await tick(served)
  served.leave()
  expect(await readiness(served)).toEqual({ http: 503, status: 'degraded', bad: ['process'] })
  expect((await served.ask('/healthz')).status).toBe(200)
})

test('a store that cannot be written is not ready', async () => {
  let full = false
  const spoil = (db: SqliteDb): SqliteDb => ({
    ...db,
    atomically: (writes) =>
      full ? Promise.reject(new Error('database or disk is full')) : db.atomically(writes),
  })
  const served = await serveForTest({ spoil })
  full = true
  expect(await readiness(served)).toEqual({ http: 503, status: 'degraded', bad: ['store'] })
})

test('a Zammad that does not answer leaves the form up, and is told after five minutes', async () => {
  const served = await serveForTest()
  await served.ask('/api/v1/submissions', asJson(submission()))
  await served.service.bot.tick()
  expect((await readiness(served)).bad).not.toContain('zammad')
  served.turn(5 * MINUTE_MS + 1)
  await served.service.bot.tick()
  expect(await readiness(served)).toMatchObject({ http: 200, status: 'degraded' })
  expect((await readiness(served)).bad).toEqual(expect.arrayContaining(['zammad', 'mail']))
})

test('a bot that makes no rounds is told', async () => {
  const served = await serveForTest()
  expect(await readiness(served)).toEqual({ http: 200, status: 'degraded', bad: ['bot', 'reconcile'] })
  await tick(served)
  served.turn(3 * MINUTE_MS)
  expect((await readiness(served)).bad).toEqual([])
  served.turn(1)
  expect((await readiness(served)).bad).toEqual(['bot'])
})

test.for([
  { poll: '30', allowedMs: 5 * MINUTE_MS },
  { poll: '120', allowedMs: 6 * MINUTE_MS },
])(
  'with a poll of $poll s, tickets that were not followed for $allowedMs ms are told, and since when',
  async ({ poll, allowedMs }) => {
    const served = await serveForTest({ settings: { POLL_SECONDS: poll, OPS_TOKEN } })
    const metrics = async (): Promise<string> =>
      (await served.ask('/metrics', { headers: { Authorization: `Bearer ${OPS_TOKEN}` } })).text()
    expect(await metrics()).not.toMatch(/^firstline_last_reconcile_timestamp_seconds /m)
    await tick(served)
    const since = served.now()
    served.turn(allowedMs)
    expect((await readiness(served)).bad).not.toContain('reconcile')
    served.turn(1)
    expect(await readiness(served)).toMatchObject({ http: 200, status: 'degraded' })
    const { checks } = await served.service.health.readiness()
    expect(checks).toContainEqual({
      name: 'reconcile',
      ok: false,
      detail: `tickets in Zammad are not followed since ${since.toISOString()}`,
    })
    const seconds = since.getTime() / 1000
    expect(await metrics()).toContain(`\nfirstline_last_reconcile_timestamp_seconds ${seconds}\n`)
  },
)

test('a paused lane and a parked job are told', async () => {
  const served = await serveForTest()
  await served.ask('/api/v1/submissions', asJson(submission()))
  const { jobs } = served.service
  const now = served.now()
  const held = await jobs.claim('zammad', { now, lease: 'lease', leaseMs: HOUR_MS })
  if (!held) throw new Error('no job to park')
  await served.db.atomically([
    jobs.park(held, { code: 'refused', reason: 'unknown', now }),
    jobs.pause('mail', { reason: '535', now, probeAt: now }),
  ])
  await tick(served)
  expect(await readiness(served)).toEqual({ http: 200, status: 'degraded', bad: ['mail', 'parked'] })
  expect(await (await served.ask('/readyz')).text()).toContain('"1 job waits for staff"')
})
