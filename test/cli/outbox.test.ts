import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PAGE } from '../../src/outbox/job-store.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createMemory } from '../../src/store/memory.ts'
import { openSqlite } from '../../src/runtime/node/sqlite.ts'
import { asJson, serveForTest, submission } from '../http/served.ts'
import { aJob, NOON } from '../support/samples.ts'
import { REAL_SETTINGS } from '../support/real-settings.ts'
import { aFolder, runHere, type Settings } from './command.ts'

/** A database of a service that is not running, with one parked job. */
async function aDatabase(): Promise<Settings> {
  const path = join(aFolder(), 'firstline.sqlite')
  const db = openSqlite(path, 'src/store/migrations')
  const jobs = createJobs(db)
  await db.atomically([createMemory(db).remember('kind', 'real'), jobs.add(aJob())])
  const held = await jobs.claim('zammad', { now: NOON, lease: 'lease', leaseMs: 1000 })
  if (!held) throw new Error('no job to park')
  await db.atomically([jobs.park(held, { code: 'refused', reason: 'the group is unknown', now: NOON })])
  db.close()
  return { ...REAL_SETTINGS, DATABASE_PATH: path }
}

const stateOf = async (settings: Settings): Promise<unknown> => {
  const { stdout } = await runHere(['outbox', 'list', '--json'], settings)
  return JSON.parse(stdout)
}

test('the outbox of a database is listed as programs and as people read it', async () => {
  const settings = await aDatabase()
  expect(await stateOf(settings)).toEqual([
    {
      id: 'job-1',
      kind: 'open-ticket',
      state: 'parked',
      attempts: expect.any(Number),
      next_at: NOON.toISOString(),
      reason: 'the group is unknown',
      reference: null,
    },
  ])
  const { code, stdout } = await runHere(['outbox', 'list'], settings)
  expect(stdout).toMatch(
    /^job-1 {2}open-ticket {2}\S+ {2}parked {2}\d+ attempts {2}\S+Z {2}the group is unknown\n$/,
  )
  expect(code).toBe(0)
})

test('a parked job is tried again, and is then no longer one to decide on', async () => {
  const settings = await aDatabase()
  expect(await runHere(['outbox', 'retry', 'job-1'], settings)).toMatchObject({ code: 0, stdout: 'done\n' })
  expect(await stateOf(settings)).toMatchObject([{ id: 'job-1', state: 'ready' }])
  const again = await runHere(['outbox', 'retry', 'job-1'], settings)
  expect(again).toMatchObject({ code: 1, stderr: 'No parked job has this id.\n' })
})

test('a parked job is given up with a reason', async () => {
  const settings = await aDatabase()
  const words = ['outbox', 'discard', 'job-1', '--reason', 'a test']
  expect(await runHere(words, settings)).toMatchObject({ code: 0, stdout: 'done\n' })
  expect(await stateOf(settings)).toEqual([])
  expect((await runHere(['outbox', 'list'], settings)).stdout).toBe('Nothing is to be done.\n')
})

test.for([
  ['nothing', ''],
  ['blanks', '  '],
  ['501 characters', 'x'.repeat(501)],
] as const)('a job is not given up with %s as reason', async ([, reason]) => {
  const settings = await aDatabase()
  expect(await runHere(['outbox', 'discard', 'job-1', '--reason', reason], settings)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--reason takes 1 to 500 characters'),
  })
  expect(await stateOf(settings)).toMatchObject([{ id: 'job-1', state: 'parked' }])
})

test('a list for people is cut with words, and one for programs is whole', async () => {
  const settings = await aDatabase()
  const db = openSqlite(settings['DATABASE_PATH'] ?? '', 'src/store/migrations')
  const jobs = createJobs(db)
  await db.atomically(Array.from({ length: PAGE + 1 }, (_, n) => jobs.add(aJob({ id: `more-${n}` }))))
  db.close()
  const lines = (await runHere(['outbox', 'list'], settings)).stdout.trimEnd().split('\n')
  expect([lines.length, lines.at(-1)]).toEqual([PAGE + 1, '… and 2 more'])
  expect(await stateOf(settings)).toHaveLength(PAGE + 2)
})

test.for([
  [['retry', 'nothing'], 1, 'No parked job has this id.'],
  [['retry', 'job-1', '--unit', 'nobody'], 1, 'No unit has this id.'],
  [['retry', 'job-1', '--address', 'nobody'], 1, 'This is no address that mail can go to.'],
  [['discard', 'nothing', '--reason', 'x'], 1, 'No parked job has this id.'],
] as const)('%j changes nothing and says why', async ([words, code, told]) => {
  const settings = await aDatabase()
  const before = await stateOf(settings)
  expect(await runHere(['outbox', ...words], settings)).toMatchObject({ code, stderr: `${told}\n` })
  expect(await stateOf(settings)).toEqual(before)
})

test('where there is no database, that is said', async () => {
  const path = join(aFolder(), 'nothing.sqlite')
  const { code, stderr } = await runHere(['outbox', 'list'], { ...REAL_SETTINGS, DATABASE_PATH: path })
  expect([code, stderr]).toEqual([78, `DATABASE_PATH: there is no database at ${path}\n`])
})

const OPS_TOKEN = 'ops-token-of-twenty-characters'

/** A running service with one parked job. */
async function aService(base = '') {
  const settings = { OPS_TOKEN, PUBLIC_URL: `http://127.0.0.1:8787${base}` }
  const served = await serveForTest({ settings })
  await served.ask(`${base}/api/v1/submissions`, asJson(submission()))
  const { jobs } = served.service
  const held = await jobs.claim('zammad', { now: served.now(), lease: 'lease', leaseMs: 1000 })
  if (!held) throw new Error('no job to park')
  await served.db.atomically([jobs.park(held, { code: 'refused', reason: 'unknown', now: served.now() })])
  const run = (...words: readonly string[]) =>
    runHere(['outbox', ...words, '--url', `${served.url}${base}`], { OPS_TOKEN })
  const state = async () => (await served.kept()).jobs.find(({ id }) => id === held.job)?.state
  return { served, job: held.job, run, state }
}

test('the outbox of a running service is listed as that of a database is', async () => {
  const { run, job } = await aService()
  const { code, stdout } = await run('list', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toContainEqual({
    id: job,
    kind: 'open-ticket',
    state: 'parked',
    attempts: expect.any(Number),
    next_at: NOON.toISOString(),
    reason: 'unknown',
    reference: expect.any(String),
  })
})

test('a job of a running service is tried again with another unit and address, below its path', async () => {
  const { run, job, state, served } = await aService('/desk')
  const words = ['retry', job, '--unit', 'technical', '--address', 'ann@new.example']
  expect(await run(...words)).toMatchObject({ code: 0, stdout: 'done\n' })
  expect(await state()).toBe('ready')
  expect((await served.kept()).conversations[0]?.recipient).toBe('ann@new.example')
})

test('what a running service refuses is told as a database would', async () => {
  const { run, job, state } = await aService()
  const told = [
    await run('retry', 'nothing'),
    await run('retry', job, '--unit', 'nobody'),
    await run('retry', job, '--address', 'nobody'),
  ]
  expect(told.map(({ code, stderr }) => [code, stderr])).toEqual([
    [1, 'No parked job has this id.\n'],
    [1, 'No unit has this id.\n'],
    [1, 'This is no address that mail can go to.\n'],
  ])
  expect(await state()).toBe('parked')
  expect(await run('discard', job, '--reason', 'a test')).toMatchObject({ code: 0 })
  expect(await state()).toBe('discarded')
})

test('a service that does not answer, does not know us or cannot be named is told apart', async () => {
  const { served } = await aService()
  const list = (url: string, settings: Settings) => runHere(['outbox', 'list', '--url', url], settings)
  const other = { OPS_TOKEN: 'another-token-of-twenty-chars' }
  const refused = 'The service does not take this OPS_TOKEN, or has none set.\n'
  expect(await list(served.url, other)).toMatchObject({ code: 78, stderr: refused })
  expect(await list(`${served.url}/nothing`, { OPS_TOKEN })).toMatchObject({ code: 78, stderr: refused })
  expect(await list('http://127.0.0.1:9', { OPS_TOKEN })).toMatchObject({
    code: 69,
    stderr: 'The service does not answer.\n',
  })
  expect(await list(served.url, {})).toMatchObject({
    code: 78,
    stderr: 'OPS_TOKEN: is missing; --url needs it\n',
  })
  expect(await list('nowhere', { OPS_TOKEN })).toMatchObject({ code: 2 })
})
