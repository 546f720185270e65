import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MINUTE_MS, SECOND_MS } from '../../clock.ts'
import { type Config, readConfig, type SandboxAddresses, wantsSandbox } from '../../config.ts'
import { type Content, readContent, tellProblem } from '../../content.ts'
import { createLog, type Log } from '../../log.ts'
import type { Random } from '../../random.ts'
import { createSandbox, type KeptStates, type Sandbox, SANDBOX_TOKENS } from '../../sandbox/sandbox.ts'
import { createService, createStores, type Service } from '../../service.ts'
import { EXIT, Exit } from './exit.ts'
import { createFolder } from './files.ts'
import { type HttpServer, listen } from './http-server.ts'
import { type Lock, takeLock } from './lock.ts'
import { type Loop, startLoop } from './loop.ts'
import { migrationsFolder } from './paths.ts'
import { openSqlite, type SqliteDb } from './sqlite.ts'
import { readSources } from './content.ts'

const LOCK_WAIT_MS = MINUTE_MS
const LOCK_LOOK_MS = SECOND_MS
const DRAIN_MS = 10 * SECOND_MS

export type Environment = Readonly<Record<string, string | undefined>>

export const nodeRandom: Random = (length) => randomBytes(length)
export const nodeClock = (): Date => new Date()

export interface Serving {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** What is behind the server while it starts, runs and leaves. */
interface House {
  service: Service | null
  sandbox: Sandbox | null
  leaving: boolean
}

/**
 * Serves until stopped. Throws `ConfigError` for settings, and `Exit` for all else that keeps it from
 * starting, each with words for the operator.
 */
export async function serve(env: Environment, options: { readonly orSandbox: boolean }): Promise<Serving> {
  const isSandbox = options.orSandbox && wantsSandbox(env)
  const settings = readConfig(env, isSandbox ? NOWHERE : null)
  const content = contentOf(settings)
  const log = createLog(settings.logLevel)
  const house: House = { service: null, sandbox: null, leaving: false }
  mkdirSync(dirname(settings.databasePath), { recursive: true })
  const server = await listen((request) => answer(house, settings, request), settings)
  const config = isSandbox ? await withSandbox(env, house, server.port) : settings
  const lock = await waitForLock(config.databasePath, log)
  const db = openSqlite(config.databasePath, migrationsFolder())
  await claimStore(db, config)
  const wakers = new Set<() => void>()
  const service = await createService(
    {
      db,
      files: createFolder(join(dirname(config.databasePath), 'files')),
      clock: nodeClock,
      random: nodeRandom,
      log,
      isLeaving: () => house.leaving,
      wake: () => wakers.forEach((wake) => wake()),
    },
    config,
    content,
  )
  await db.atomically([service.jobs.recover(nodeClock())])
  const loop = startLoop(
    () => round(service, house),
    () => pauseMs(service, config),
  )
  wakers.add(loop.wake)
  house.service = service
  log.info('service.started', { detail: isSandbox ? 'sandbox' : config.act })
  return { url: config.publicUrl.href, stop: () => stop({ house, loop, server, db, lock, log }) }
}

/** Stands in for the sandbox's addresses until its port is known. */
export const NOWHERE: SandboxAddresses = {
  zammadUrl: 'http://127.0.0.1',
  zammadWebUrl: 'http://127.0.0.1',
  zammadToken: SANDBOX_TOKENS.bot,
  smtpUrl: 'smtp://127.0.0.1',
  secret: 'x'.repeat(32),
}

/** The owner's files; throws `Exit` with every problem in them. */
export function contentOf(config: Pick<Config, 'formsDir' | 'routingDir'>): Content {
  const { content, problems } = readContent(readSources(config))
  if (!content) throw new Exit(EXIT.settings, problems.map(tellProblem).join('\n'))
  return content
}

async function answer(house: House, settings: Config, request: Request): Promise<Response> {
  const path = new URL(request.url).pathname
  const base = settings.publicUrl.pathname.replace(/\/+$/, '')
  if (house.sandbox && (path === `${base}/sandbox` || path.startsWith(`${base}/sandbox/`))) {
    return house.sandbox.fetch(request)
  }
  if (house.service) return house.service.app.fetch(request)
  if (path === `${base}/healthz`) return new Response('ok')
  return new Response('Firstline is starting. Try again in a moment.\n', {
    status: 503,
    headers: { 'Retry-After': '5', 'Content-Type': 'text/plain; charset=utf-8' },
  })
}

async function withSandbox(env: Environment, house: House, port: number): Promise<Config> {
  const here = readConfig({ ...env, PORT: String(port) }, NOWHERE)
  const folder = dirname(here.databasePath)
  const own = `http://127.0.0.1:${port}${here.publicUrl.pathname.replace(/\/+$/, '')}`
  const shown = here.publicUrl.href.replace(/\/+$/, '')
  const sandbox = await createSandbox({
    clock: nodeClock,
    random: nodeRandom,
    wait: (ms) => delay(ms),
    publicUrl: shown,
    profile: env['SANDBOX_PROFILE'] === '6.2' ? '6.2' : '6.6',
    smtpPort: 0,
    states: fileStates(folder),
  })
  house.sandbox = sandbox
  return readConfig(
    { ...env, PORT: String(port) },
    {
      zammadUrl: `${own}/sandbox/zammad`,
      zammadWebUrl: `${shown}/sandbox/zammad`,
      zammadToken: SANDBOX_TOKENS.bot,
      smtpUrl: `smtp://127.0.0.1:${sandbox.smtpPort}`,
      secret: keptSecret(join(folder, 'sandbox-secret')),
    },
  )
}

/** Keeps the sandbox's state in files beside the database, each written whole. */
export const fileStates = (folder: string): KeptStates => {
  mkdirSync(folder, { recursive: true })
  const pathOf = (name: string): string => join(folder, `sandbox-${name}.json`)
  return {
    read: (name) => (existsSync(pathOf(name)) ? readFileSync(pathOf(name), 'utf8') : null),
    write(name, state) {
      writeFileSync(`${pathOf(name)}.new`, state)
      renameSync(`${pathOf(name)}.new`, pathOf(name))
    },
  }
}

export function keptSecret(path: string): string {
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600 })
  return readFileSync(path, 'utf8')
}

async function waitForLock(databasePath: string, log: Log): Promise<Lock> {
  for (let waited = 0; ; waited += LOCK_LOOK_MS) {
    const lock = takeLock(databasePath)
    if (lock) return lock
    if (waited === 0) log.warn('database.locked', { detail: 'another process serves it; waiting' })
    if (waited >= LOCK_WAIT_MS) {
      throw new Exit(
        EXIT.unavailable,
        `Another process serves the database ${databasePath}. Stop it, or set another DATABASE_PATH.`,
      )
    }
    await delay(LOCK_LOOK_MS)
  }
}

/** A store made by the sandbox is full of invented people: it is never served as a real one, nor the other way round. */
async function claimStore(db: SqliteDb, config: Config): Promise<void> {
  const kind = config.sandbox ? 'sandbox' : 'real'
  const made = await createStores(db).memory.rememberFirst('kind', kind)
  if (made === kind) return
  throw new Exit(
    EXIT.settings,
    `DATABASE_PATH: ${config.databasePath} was made by a ${made} set-up, and this is a ${kind} one. Name another file.`,
  )
}

async function round(service: Service, house: House): Promise<void> {
  await house.sandbox?.runDueJobs()
  await service.bot.tick()
}

/** Until the next job is due, and at most one poll. */
async function pauseMs(service: Service, config: Config): Promise<number> {
  const due = await Promise.all([service.jobs.nextDue('zammad'), service.jobs.nextDue('mail')])
  const now = nodeClock().getTime()
  const next = due.flatMap((at) => (at && config.act === 'act' ? [Math.max(at.getTime() - now, 100)] : []))
  return Math.min(config.pollMs, ...next)
}

async function stop(parts: {
  house: House
  loop: Loop
  server: HttpServer
  db: SqliteDb
  lock: Lock
  log: Log
}): Promise<void> {
  parts.house.leaving = true
  await Promise.all([parts.server.close(DRAIN_MS), parts.loop.stop()])
  await parts.house.sandbox?.close()
  parts.db.close()
  parts.lock.release()
  parts.log.info('service.stopped')
}
