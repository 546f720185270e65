import { randomBytes } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SECOND_MS } from '../../clock.ts'
import { type Config, hostInUrl, readConfig, wantsSandbox } from '../../config.ts'
import { type Content, type FormsPart, readContent, readFormsPart, tellProblem } from '../../content.ts'
import { createLog, type Log } from '../../log.ts'
import { RulebookError } from '../../bot/rulebook.ts'
import { WIDTH } from '../../bot/tick.ts'
import type { JobStore } from '../../outbox/job-store.ts'
import { type Lane, LANES } from '../../outbox/job.ts'
import type { Random } from '../../random.ts'
import { createSandbox, type Sandbox, SANDBOX_TOKENS } from '../../sandbox/sandbox.ts'
import { createService, type Service } from '../../service.ts'
import { createStores } from '../../furnish.ts'
import { EXIT, Exit } from './exit.ts'
import { createFolder } from './files.ts'
import { type HttpServer, listen } from './http-server.ts'
import { type Lock, takeLock } from './lock.ts'
import { type Loop, startLoop } from './loop.ts'
import { migrationsFolder } from './paths.ts'
import { fileStates, keptSecrets, NOWHERE, tellAddresses } from './sandbox-folder.ts'
import { openSqlite, type SqliteDb } from './sqlite.ts'
import { readFolder, readSources } from './content.ts'

const LOCK_LOOK_MS = SECOND_MS / 4
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

export interface ServeOptions {
  /** Whether to bring a sandbox where the settings ask for none of a far side. */
  readonly orSandbox: boolean
  /** How long to wait for another process that serves the same database. */
  readonly lockWaitMs: number
  /** Where the lines of the log go; the standard output by default. */
  readonly writeLog?: (line: string) => void
}

/** What was opened so far: closed in the other order. */
type Opened = (() => void | Promise<void>)[]

/**
 * Serves until stopped. Throws `ConfigError` for settings, and `Exit` for all else that keeps it from
 * starting, each with words for the operator; nothing is left open then.
 */
export async function serve(env: Environment, options: ServeOptions): Promise<Serving> {
  const opened: Opened = []
  try {
    return await open(env, options, opened)
  } catch (error) {
    await closeAll(opened)
    throw error
  }
}

async function closeAll(opened: Opened): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close()
}

async function open(env: Environment, options: ServeOptions, opened: Opened): Promise<Serving> {
  const isSandbox = options.orSandbox && wantsSandbox(env)
  const settings = readConfig(env, isSandbox ? NOWHERE : null)
  const forms = await formsOf(settings)
  const log = createLog(settings.logLevel, options.writeLog)
  const house: House = { service: null, sandbox: null, leaving: false }
  const server = await listen((request) => answer(house, settings, request), settings)
  opened.push(() => server.close(0))
  const here = { ...env, PORT: String(server.port) }
  makeFolder(settings.databasePath)
  const lock = await waitForLock(settings.databasePath, options.lockWaitMs, log)
  opened.push(lock.release)
  const db = openStore(settings.databasePath)
  opened.push(db.close)
  await claimStore(db, settings)
  const config = isSandbox ? await withSandbox(here, house, opened) : readConfig(here)
  const wakers = { work: new Set<() => void>(), look: new Set<() => void>() }
  const service = await createService(
    {
      db,
      files: createFolder(join(dirname(config.databasePath), 'files')),
      clock: nodeClock,
      uptimeMs: () => performance.now(),
      random: nodeRandom,
      log,
      readRouting: async () => readFolder(config.routingDir),
      isLeaving: () => house.leaving,
      sweepsAtStart: true,
      wake: (what) => wakers[what].forEach((wake) => wake()),
    },
    config,
    forms,
  ).catch((error: unknown) => refused(config, error))
  await db.atomically([service.jobs.recover(nodeClock())])
  const { watching, working } = startLoops(service, house, config, log)
  for (const loop of working) wakers.work.add(loop.wake)
  wakers.look.add(watching.wake)
  const loops = [watching, ...working]
  house.service = service
  log.info('service.started', { detail: isSandbox ? 'sandbox' : config.act })
  return { url: config.publicUrl.href, stop: () => stop({ house, loops, server, opened, log }) }
}

/** Broken rules, where none that were good are known, keep the service from starting. */
function refused(config: Config, error: unknown): never {
  if (!(error instanceof RulebookError)) throw error
  assureFolders({ ROUTING_DIR: config.routingDir })
  throw new Exit(EXIT.settings, error.message)
}

/** The owner's forms; throws `Exit` with every problem in them, and in the rules beside them. */
async function formsOf(config: Pick<Config, 'formsDir' | 'routingDir'>): Promise<FormsPart> {
  if (!isFolder(config.formsDir)) return contentOf(config)
  // Of rules an earlier set may be known: only the store can tell.
  const { part } = readFormsPart(readSources(config).forms)
  return part ?? contentOf(config)
}

function assureFolders(folders: Readonly<Record<string, string>>): void {
  const missing = Object.entries(folders).filter(([, path]) => !isFolder(path))
  if (missing.length === 0) return
  throw new Exit(
    EXIT.settings,
    missing.map(([setting, path]) => `${setting}: ${path} is no folder`).join('\n'),
  )
}

/** The owner's files; throws `Exit` with every problem in them. */
export async function contentOf(config: Pick<Config, 'formsDir' | 'routingDir'>): Promise<Content> {
  assureFolders({ FORMS_DIR: config.formsDir, ROUTING_DIR: config.routingDir })
  const { content, problems } = await readContent(readSources(config))
  if (!content) throw new Exit(EXIT.settings, problems.map(tellProblem).join('\n'))
  return content
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

async function answer(house: House, settings: Config, request: Request): Promise<Response> {
  const path = new URL(request.url).pathname
  const base = settings.publicUrl.pathname.replace(/\/+$/, '')
  if (house.sandbox && (path === `${base}/sandbox` || path.startsWith(`${base}/sandbox/`))) {
    return house.sandbox.fetch(request)
  }
  if (house.service) return house.service.app.fetch(request)
  if (path === '/healthz' || path === `${base}/healthz`) return new Response('ok', { headers: STARTING })
  const check = { name: 'process', ok: false, detail: 'the process is starting' }
  const headers = { ...STARTING, 'Retry-After': '5' }
  return path === '/readyz' || path === `${base}/readyz`
    ? Response.json({ status: 'degraded', checks: [check] }, { status: 503, headers })
    : new Response('Firstline is starting. Try again in a moment.\n', { status: 503, headers })
}

const STARTING = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

/** Opens the sandbox, and reads the settings anew with its addresses in them. */
async function withSandbox(env: Environment, house: House, opened: Opened): Promise<Config> {
  const here = readConfig(env, NOWHERE)
  const folder = dirname(here.databasePath)
  const own = `http://${hostInUrl(here.host)}:${here.port}${here.publicUrl.pathname.replace(/\/+$/, '')}`
  const shown = here.publicUrl.href.replace(/\/+$/, '')
  const secrets = keptSecrets(folder)
  const sandbox = await createSandbox({
    clock: nodeClock,
    random: nodeRandom,
    wait: (ms) => delay(ms),
    publicUrl: shown,
    profile: env['SANDBOX_PROFILE'] === '6.2' ? '6.2' : '6.6',
    smtpPort: 0,
    states: fileStates(folder),
    webhook: { endpoint: `${own}/hooks/zammad`, secret: secrets.webhookSecret },
  })
  opened.push(sandbox.close)
  house.sandbox = sandbox
  const addresses = {
    zammadUrl: `${own}/sandbox/zammad`,
    zammadWebUrl: `${shown}/sandbox/zammad`,
    zammadToken: SANDBOX_TOKENS.bot,
    smtpUrl: `smtp://127.0.0.1:${sandbox.smtpPort}`,
    ...secrets,
  }
  tellAddresses(folder, addresses)
  return readConfig(env, addresses)
}

function makeFolder(databasePath: string): void {
  try {
    mkdirSync(dirname(databasePath), { recursive: true })
  } catch (error) {
    throw unusable(databasePath, error)
  }
}

function openStore(databasePath: string): SqliteDb {
  try {
    return openSqlite(databasePath, migrationsFolder())
  } catch (error) {
    throw unusable(databasePath, error)
  }
}

function unusable(databasePath: string, error: unknown): Exit {
  const why = error instanceof Error ? error.message : 'unknown'
  return new Exit(EXIT.settings, `DATABASE_PATH: ${databasePath} cannot be used: ${why}`)
}

async function waitForLock(databasePath: string, waitMs: number, log: Log): Promise<Lock> {
  for (let waited = 0; ; waited += LOCK_LOOK_MS) {
    const lock = lockOf(databasePath)
    if (lock) return lock
    if (waited === 0) log.warn('database.locked', { detail: 'another process serves it; waiting' })
    if (waited >= waitMs) {
      throw new Exit(
        EXIT.unavailable,
        `Another process serves the database ${databasePath}. Stop it, or set another DATABASE_PATH.`,
      )
    }
    await delay(LOCK_LOOK_MS)
  }
}

function lockOf(databasePath: string): Lock | null {
  try {
    return takeLock(databasePath)
  } catch (error) {
    throw unusable(databasePath, error)
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

/** One loop that watches, and one for each job that may run at once: an act that hangs holds up no other. */
function startLoops(
  { bot, jobs }: Service,
  house: House,
  config: Config,
  log: Log,
): { readonly watching: Loop; readonly working: readonly Loop[] } {
  const failed = (error: unknown): void => log.error('round.failed', { error })
  const watch = async (): Promise<void> => {
    await house.sandbox?.runDueJobs()
    await bot.look()
    // What was found may be work.
    working.forEach((loop) => loop.wake())
  }
  const workers = LANES.flatMap((lane) => Array.from({ length: WIDTH[lane] }, () => lane))
  const working = workers.map((lane) =>
    startLoop(
      () => bot.work(lane, { width: 1 }),
      () => pauseMs(jobs, config, lane),
      failed,
    ),
  )
  return { watching: startLoop(watch, async () => config.pollMs, failed), working }
}

/** Until the lane's next job is due, and at most one poll. */
async function pauseMs(jobs: JobStore, config: Config, lane: Lane): Promise<number> {
  const due = config.act === 'act' ? await jobs.nextDue(lane) : null
  if (!due) return config.pollMs
  return Math.min(config.pollMs, Math.max(due.getTime() - nodeClock().getTime(), 100))
}

async function stop(parts: {
  house: House
  loops: readonly Loop[]
  server: HttpServer
  opened: Opened
  log: Log
}): Promise<void> {
  parts.house.leaving = true
  // A far side may hold a round up for minutes; the next start takes up what it left.
  const rounds = Promise.race([
    Promise.all(parts.loops.map((loop) => loop.stop())),
    delay(DRAIN_MS, undefined, { ref: false }),
  ])
  // The round reaches the sandbox's Zammad through this very server.
  if (parts.house.sandbox) await rounds
  await Promise.all([parts.server.close(DRAIN_MS), rounds])
  await closeAll(parts.opened)
  parts.log.info('service.stopped')
}
