import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { WIDTH } from '../../src/bot/tick.ts'
import { readConfig } from '../../src/config.ts'
import { readContent } from '../../src/content.ts'
import { createLog } from '../../src/log.ts'
import { LANES } from '../../src/outbox/job.ts'
import { readSources } from '../../src/runtime/node/content.ts'
import { createFolder } from '../../src/runtime/node/files.ts'
import type { ZammadFault } from '../../src/sandbox/zammad/zammad.ts'
import { createService, type Service } from '../../src/service.ts'
import type { Source } from '../../src/sources/source.ts'
import type { Db } from '../../src/store/db.ts'
import { type Agent, createAgent } from '../support/agent.ts'
import { seeded } from '../support/samples.ts'
import { createVisitor, type Visitor } from '../support/visitor.ts'
import { openMemoryStore } from './canary/memory-store.ts'
import { type FarSide, openFarSide } from './far-side.ts'
import { createPromptMailServer } from './prompt-mail-server.ts'
import { carry, type VirtualTime, virtualTime } from './virtual-time.ts'
import type { Door } from './visitors.ts'

const ZAMMAD = 'http://zammad.test'
const DESK = 'http://desk.test'
const HOOK_SECRET = 'the-secret-of-the-hooks'
/** A disk in memory where there is one: nothing is proved here of disks. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
/** Work that leads to more work is done at once, as by a process: so many times at most. */
const MOST_ROUNDS_OF_WORK = 6

/** Who is allowed to look at metrics and reports. */
export const OPS_TOKEN = 'token-of-those-who-run-the-house'

/** The whole service on a real store, with a Zammad and a mail server beside it that outlive it, all by one clock. */
export interface House {
  readonly time: VirtualTime
  readonly far: FarSide
  readonly db: Db
  readonly door: Door
  readonly visitor: Visitor
  readonly agent: Agent
  readonly isUp: () => boolean
  /** Looks at Zammad, sweeps, and does all work that is due. */
  readonly round: () => Promise<void>
  /** The same, but the process dies as it comes to its write number `writes`: nothing of it reaches anybody any more. */
  readonly diesInRound: (writes: number) => Promise<void>
  readonly stop: () => void
  /** A process starts on what the last one left. */
  readonly start: () => Promise<void>
  /** Whether Zammad can be reached by the service; people there go on. */
  readonly setZammad: (to: ZammadFault) => void
  readonly setHooks: (to: 'up' | 'dropped') => void
  /** Puts other files into routing-rules/. */
  readonly setRules: (sources: readonly Source[]) => void
  /** What the service answers to those who run it. */
  readonly asks: (path: string) => Promise<Response>
  /** Jobs that are neither done nor discarded. */
  readonly unfinished: () => Promise<readonly string[]>
  /** Lines of processes that were not about to die. */
  readonly log: readonly string[]
}

/** What one process has of the world until it dies. */
interface Life {
  isDead: boolean
  /** Writes that are left to it, or null where nothing ends it. */
  writesLeft: number | null
}

const mortal = (db: Db, life: Life): Db => ({
  q: db.q,
  async atomically(writes) {
    if (life.writesLeft !== null) life.writesLeft -= 1
    if (life.writesLeft !== null && life.writesLeft < 0) life.isDead = true
    if (life.isDead) throw new Error('this process is dead')
    return db.atomically(writes)
  },
})

const settingsOf = ({ smtpPort }: FarSide) => ({
  SECRET: 'a secret of more than thirty-two characters',
  PUBLIC_URL: DESK,
  ZAMMAD_URL: ZAMMAD,
  ZAMMAD_TOKEN: 'sandbox-bot',
  ZAMMAD_WEBHOOK_SECRET: HOOK_SECRET,
  SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
  MAIL_FROM: 'no-reply@desk.example',
  INSTANCE: 'simulation',
  OPS_TOKEN,
})

function openStore() {
  const folder = mkdtempSync(join(FOLDER, 'firstline-'))
  const store = openMemoryStore(null)
  onTestFinished(() => {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { db: store.db, files: createFolder(join(folder, 'files')) }
}

async function openFar(
  parts: { readonly time: VirtualTime; readonly seed: number },
  deliver: (request: Request) => Promise<Response>,
): Promise<FarSide> {
  const { time, seed } = parts
  const far = await openFarSide({
    clock: time.clock,
    random: seeded(seed),
    wait: time.wait,
    zammadUrl: ZAMMAD,
    mailbox: createPromptMailServer(time.clock),
    hooks: {
      target: { endpoint: `${DESK}/hooks/zammad`, secret: HOOK_SECRET },
      delaysMs: () => [0],
      deliver,
    },
  })
  onTestFinished(() => far.close())
  return far
}

/** Opens a house at that moment, with these files in routing-rules/. Its first round is still to come. */
export async function openHouse(
  seed: number,
  begin: { readonly at: Date; readonly rules: readonly Source[] },
): Promise<House> {
  const { db, files } = openStore()
  const time = virtualTime(begin.at)
  const random = seeded(seed)
  const sources = readSources({ formsDir: 'forms', routingDir: 'routing-rules' })
  let rules = begin.rules
  const { content, problems } = await readContent({ ...sources, routing: rules })
  if (!content) throw new Error(JSON.stringify(problems))
  let life: Life = { isDead: false, writesLeft: null }
  let running: Service | null = null
  const service = (): Service => {
    if (!running || life.isDead) throw new TypeError('fetch failed: nobody is there')
    return running
  }
  const speak = async (request: Request): Promise<Response> => service().app.fetch(request)
  const far = await openFar({ time, seed: seed + 1 }, speak)
  const real = globalThis.fetch
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    if (life.isDead) throw new TypeError('fetch failed')
    const request = new Request(input, init)
    return request.url.startsWith(`${ZAMMAD}/`) ? far.zammad.fetch(request) : real(request)
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const log: string[] = []
  const config = readConfig(settingsOf(far))
  async function start(): Promise<void> {
    const own: Life = { isDead: false, writesLeft: null }
    life = own
    const platform = {
      db: mortal(db, own),
      files,
      clock: time.clock,
      random,
      log: createLog(
        'info',
        (line) => void (own.isDead || log.push(`${time.clock().toISOString()} ${line}`)),
      ),
      readRouting: async () => rules,
      isLeaving: () => false,
      sweepsAtStart: true,
      wake: () => undefined,
    }
    if (!content) throw new Error('there is no content')
    running = await createService(platform, config, content)
    await db.atomically([running.jobs.recover(time.clock())])
  }
  async function hasWork(): Promise<boolean> {
    const due = await Promise.all(LANES.map((lane) => service().jobs.nextDue(lane)))
    return due.some((at) => at !== null && at <= time.clock())
  }
  async function round(): Promise<void> {
    const { bot } = service()
    await carry(time, () => bot.look())
    for (let turn = 0; turn < MOST_ROUNDS_OF_WORK && !life.isDead; turn += 1) {
      time.turn(1)
      if (!(await hasWork())) return
      await carry(time, () => Promise.all(LANES.map((lane) => bot.work(lane, { width: WIDTH[lane] }))))
    }
  }
  await start()
  return {
    time,
    far,
    db,
    log,
    door: { speak, url: DESK },
    visitor: createVisitor(DESK, speak),
    agent: createAgent(ZAMMAD, far.zammad.direct),
    isUp: () => running !== null,
    round,
    async diesInRound(writes) {
      life.writesLeft = writes
      await round()
      life.isDead = true
      running = null
    },
    stop() {
      life.isDead = true
      running = null
    },
    start,
    setZammad: (to) => far.zammad.setFault(to),
    setHooks: (to) => far.zammad.setHooks(to),
    setRules(next) {
      rules = next
    },
    asks: (path) =>
      speak(new Request(`${DESK}${path}`, { headers: { authorization: `Bearer ${OPS_TOKEN}` } })),
    unfinished: async () =>
      (await service().jobs.list(['ready', 'running', 'unknown', 'parked'])).map(
        ({ kind, state, reason, nextAt }) => `${kind} ${state} ${nextAt.toISOString()} ${reason}`,
      ),
  }
}
