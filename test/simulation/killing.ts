import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { after, MINUTE_MS } from '../../src/clock.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { readContent } from '../../src/content.ts'
import { createLog } from '../../src/log.ts'
import { readSources } from '../../src/runtime/node/content.ts'
import { createFolder } from '../../src/runtime/node/files.ts'
import { listen } from '../../src/runtime/node/http-server.ts'
import { nodeClock, nodeRandom } from '../../src/runtime/node/serve.ts'
import { openSqlite, type SqliteDb } from '../../src/runtime/node/sqlite.ts'
import { createService } from '../../src/service.ts'
import { submissions } from '../../src/store/schema.ts'
import { seeded } from '../support/samples.ts'
import { broken, type FarSide, openFarSide, outcomeOf } from './far-side.ts'
import { freePort, type Serving, servingSettings, startServing } from './process.ts'
import { aVisit, type Door, look, openForm, send, type Told, type Visit } from './visitors.ts'

export interface Killings {
  readonly kills: number
  /** An empty folder for the database and the files. */
  readonly folder: string
  readonly seed: number
  readonly onKill?: (state: { readonly kills: number; readonly accepted: number }) => void
}

export interface Survived {
  readonly accepted: number
  /** Kills before the service had come up again. */
  readonly killedStarting: number
  /** Mails of which nobody knew whether they were taken, twice; staff sent them again. */
  readonly mailsForStaff: number
  /** What is not as it was promised; empty where all is well. */
  readonly faults: readonly string[]
}

/** Sends at once, so many at a time. */
const VISITORS = 3
/** Of a visitor between two requests, at most. */
const THINKING_MS = 60
/** A life ends shortly after some have been told, or when this is over. */
const LONGEST_LIFE_MS = 1500
/** Before a visitor whose connection broke tries again. */
const PAUSE_MS = 50
/** One form, one unit, no rule: reading the shipped ones is half of a start, and has no part in what a kill does. */
const SMALL_DESK = {
  FORMS_DIR: 'test/simulation/small-desk/forms',
  ROUTING_DIR: 'test/simulation/small-desk/routing-rules',
}
const IMPATIENCE_MS = 10 * MINUTE_MS

/**
 * Kills the real service again and again while visitors send, and looks in the end for whatever was lost,
 * doubled or changed. Visitors whose connection breaks send the same page again, as people do.
 */
export async function killAgainAndAgain(killings: Killings): Promise<Survived> {
  const far = await openReachable(killings.seed)
  try {
    const port = await freePort()
    const env = { ...servingSettings(far.url, far.smtpPort, killings.folder, port), ...SMALL_DESK }
    mkdirSync(killings.folder, { recursive: true })
    const door: Door = { speak: (request) => fetch(request), url: `http://127.0.0.1:${port}` }
    const crowd = startCrowd(door, killings.seed)
    const killer = await kill(killings, env, () => crowd.told.length)
    await crowd.leave()
    await killer.last.kill()
    const end = await settle(env, crowd.told)
    const faults = [...end.faults, ...(await broken(outcomeOf(far), crowd.told))]
    return {
      accepted: crowd.told.length,
      killedStarting: killer.killedStarting,
      mailsForStaff: end.mailsForStaff,
      faults,
    }
  } finally {
    await far.close()
  }
}

async function openReachable(seed: number): Promise<FarSide & { readonly url: string }> {
  let handle = async (_request: Request): Promise<Response> => new Response(null, { status: 503 })
  const server = await listen((request) => handle(request), { host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${server.port}`
  const far = await openFarSide({
    clock: nodeClock,
    random: seeded(seed),
    wait: (ms) => delay(ms),
    zammadUrl: url,
  })
  handle = far.zammad.fetch
  return {
    ...far,
    url,
    async close() {
      await server.close(0)
      await far.close()
    },
  }
}

/** Kills at random moments of a life, some of them before it serves, and leaves the last one alive. */
async function kill(
  { kills, seed, onKill }: Killings,
  env: Readonly<Record<string, string>>,
  accepted: () => number,
): Promise<{ readonly last: Serving; readonly killedStarting: number }> {
  const random = seeded(seed + 1)
  const upTo = (most: number): number => ((random(1)[0] ?? 0) / 256) * most
  let killedStarting = 0
  let serving = startServing(env)
  if (!(await serving.ready)) throw new Error(`it did not start: ${serving.complaint()}`)
  for (let n = 1; n <= kills; n += 1) {
    const early = upTo(10) < 1
    if (early) {
      await delay(upTo(300))
      killedStarting += 1
    } else if (await serving.ready) {
      const enough = accepted() + Math.floor(upTo(4))
      const until = after(nodeClock(), LONGEST_LIFE_MS)
      while (accepted() < enough && nodeClock() < until) await delay(5)
      await delay(upTo(40))
    } else throw new Error(`it did not start again after ${n} kills: ${serving.complaint()}`)
    await serving.kill()
    serving = startServing(env)
    onKill?.({ kills: n, accepted: accepted() })
  }
  if (!(await serving.ready)) throw new Error(`it did not start again: ${serving.complaint()}`)
  return { last: serving, killedStarting }
}

interface Crowd {
  readonly told: readonly Told[]
  /** Resolves when everybody who has begun is told that the request is safe. */
  readonly leave: () => Promise<void>
}

function startCrowd(door: Door, seed: number): Crowd {
  const told: Told[] = []
  const random = seeded(seed + 2)
  let leaving = false
  let cases = 0
  const visitor = async (): Promise<void> => {
    while (!leaving) {
      told.push(await persist(door, aVisit(random, (cases += 1))))
      await delay(((random(1)[0] ?? 0) / 256) * THINKING_MS)
    }
  }
  const all = Promise.all(Array.from({ length: VISITORS }, visitor))
  // Whoever gives up is heard of when all have left.
  all.catch(() => undefined)
  return {
    told,
    async leave() {
      leaving = true
      await all
    },
  }
}

/** Does not give up: the page stays the same, so however often it is sent it is one request. */
async function persist(door: Door, visit: Visit): Promise<Told> {
  const page = await stubbornly(() => openForm(door))
  const token = await stubbornly(() => send(door, visit, page))
  const { reference, ticket_number } = await stubbornly(() => look(door, token))
  return { visit, token, reference, number: ticket_number }
}

async function stubbornly<T>(act: () => Promise<T>): Promise<T> {
  const until = after(nodeClock(), IMPATIENCE_MS)
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (nodeClock() > until) throw error
      await delay(PAUSE_MS)
    }
  }
}

/** Lets the last life do what is left, with a clock that runs ahead, so that no quarantine is waited for. */
async function settle(
  env: Readonly<Record<string, string>>,
  told: readonly Told[],
): Promise<{ readonly faults: readonly string[]; readonly mailsForStaff: number }> {
  const config = readConfig(env)
  const db = openSqlite(config.databasePath, 'src/store/migrations')
  try {
    const stored = await storedFaults(db, told)
    const { left, mailsForStaff } = await workOff(db, config)
    return { faults: [...stored, ...left], mailsForStaff }
  } finally {
    db.close()
  }
}

async function storedFaults(db: SqliteDb, told: readonly Told[]): Promise<readonly string[]> {
  const titles = (await db.q.select({ title: submissions.title }).from(submissions)).map(({ title }) => title)
  const times = (mark: string): number => titles.filter((title) => title.includes(mark)).length
  const sound = db.pragma('integrity_check')
  return [
    ...(sound === 'ok' ? [] : [`the database is not sound: ${String(sound)}`]),
    ...told.flatMap(({ visit }) =>
      times(visit.mark) === 1 ? [] : [`${visit.mark}: ${times(visit.mark)} times in the store`],
    ),
    ...(titles.length === told.length ? [] : [`${titles.length} submissions for ${told.length} visitors`]),
  ]
}

async function workOff(db: SqliteDb, config: Config) {
  const sources = readSources(config)
  const { content } = await readContent(sources)
  if (!content) throw new Error('the forms cannot be read')
  let aheadMs = 0
  const service = await createService(
    {
      db,
      files: createFolder(join(config.databasePath, '..', 'files')),
      clock: () => after(nodeClock(), aheadMs),
      random: nodeRandom,
      log: createLog('silent'),
      readRouting: async () => sources.routing,
      isLeaving: () => false,
      sweepsAtStart: true,
      wake: () => undefined,
    },
    config,
    content,
  )
  await db.atomically([service.jobs.recover(nodeClock())])
  let mailsForStaff = 0
  for (let round = 0; round < 30; round += 1) {
    await service.bot.tick({ maxMs: 10 * MINUTE_MS })
    for (const { id, kind, code } of await service.jobs.list(['parked'])) {
      if (kind !== 'send-message' || code !== 'uncertain') continue
      mailsForStaff += 1
      await service.decisions.retry(id, {})
    }
    if ((await service.jobs.list(['ready', 'running', 'unknown'])).length === 0) break
    aheadMs += 16 * MINUTE_MS
  }
  const left = (await service.jobs.list(['ready', 'running', 'unknown', 'parked'])).map(
    ({ kind, state, reason }) => `left over: ${kind} ${state} ${reason ?? ''}`,
  )
  return { left, mailsForStaff }
}
