import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { WIDTH } from '../../src/bot/tick.ts'
import { readConfig } from '../../src/config.ts'
import { readContent } from '../../src/content.ts'
import { createLog } from '../../src/log.ts'
import { LANES } from '../../src/outbox/job.ts'
import { readSources } from '../../src/runtime/node/content.ts'
import { createFolder } from '../../src/runtime/node/files.ts'
import { createService, type Service } from '../../src/service.ts'
import { createAgent, type Agent } from '../support/agent.ts'
import { NOON, seeded } from '../support/samples.ts'
import { openMemoryStore } from './canary/memory-store.ts'
import { type FarSide, openFarSide } from './far-side.ts'
import { createPromptMailServer } from './prompt-mail-server.ts'
import { carry, turnOfTheLoop, type VirtualTime, virtualTime } from './virtual-time.ts'
import type { Door } from './visitors.ts'

const ZAMMAD = 'http://zammad.test'
const DESK = 'http://desk.test'
const POLL_MS = 60_000
/** A disk in memory where there is one: nothing is proved here of disks. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Who is allowed to look at the metrics. */
export const OPS_TOKEN = 'token-of-those-who-run-the-house'

export interface HouseOptions {
  /** Zammad tells of every ticket; how long after its event each copy of a hook sets out, in milliseconds. */
  readonly hookDelaysMs?: () => readonly number[]
}

/** A hook that the house answered with success. */
export interface TakenHook {
  readonly ticket: number
  readonly at: Date
}

/** The whole service on a real store, a Zammad and a mail server beside it, all by one clock. */
export interface House {
  readonly time: VirtualTime
  readonly far: FarSide
  readonly door: Door
  readonly agent: Agent
  /** Lets the service work for that long, with a round each `pollMs`. */
  readonly live: (ms: number, pollMs?: number) => Promise<void>
  /** Jobs that are neither done nor discarded. */
  readonly unfinished: () => Promise<readonly string[]>
  readonly log: readonly string[]
  /** Hooks as they arrived, oldest first. */
  readonly hooks: readonly TakenHook[]
  /** Looks at Zammad, and then does the work that is due, as the loops of a process do, a millisecond later. */
  readonly look: () => Promise<void>
  readonly work: () => Promise<void>
  /** Whether a job is due by now. */
  readonly hasWork: () => Promise<boolean>
  /** From now on nobody is there: whoever knocks cannot connect. */
  readonly stop: () => void
  /** A process starts on what the last one left. */
  readonly start: () => Promise<void>
}

const HookBody = z.object({ ticket: z.coerce.number() })

const HOOK_SECRET = 'the-secret-of-the-hooks'

const settingsOf = ({ smtpPort }: FarSide) => ({
  SECRET: 'a secret of more than thirty-two characters',
  PUBLIC_URL: DESK,
  ZAMMAD_URL: ZAMMAD,
  ZAMMAD_TOKEN: 'sandbox-bot',
  SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
  MAIL_FROM: 'no-reply@desk.example',
  INSTANCE: 'simulation',
  OPS_TOKEN,
})

/** What went on behind a connection that was cut comes to its end. */
async function settle(time: VirtualTime): Promise<void> {
  while (time.turnToNextWait()) for (let turn = 0; turn < 10; turn += 1) await turnOfTheLoop()
}

export async function openHouse(seed: number, options: HouseOptions = {}): Promise<House> {
  const folder = mkdtempSync(join(FOLDER, 'firstline-'))
  const store = openMemoryStore(null)
  const { db } = store
  const files = createFolder(join(folder, 'files'))
  onTestFinished(() => {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const time = virtualTime(NOON)
  const random = seeded(seed)
  const hooks: TakenHook[] = []
  async function takeHook(request: Request): Promise<Response> {
    const { ticket } = HookBody.parse(await request.clone().json())
    const answer = await speak(request)
    if (answer.ok) hooks.push({ ticket, at: time.clock() })
    return answer
  }
  const far = await openFarSide({
    clock: time.clock,
    random: seeded(seed + 1),
    wait: time.wait,
    zammadUrl: ZAMMAD,
    mailbox: createPromptMailServer(time.clock),
    ...(options.hookDelaysMs
      ? {
          hooks: {
            target: { endpoint: `${DESK}/hooks/zammad`, secret: HOOK_SECRET },
            delaysMs: options.hookDelaysMs,
            deliver: takeHook,
          },
        }
      : {}),
  })
  onTestFinished(() => far.close())
  const real = globalThis.fetch
  vi.stubGlobal('fetch', (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    return request.url.startsWith(`${ZAMMAD}/`) ? far.zammad.fetch(request) : real(request)
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const config = readConfig({
    ...settingsOf(far),
    ...(options.hookDelaysMs ? { ZAMMAD_WEBHOOK_SECRET: HOOK_SECRET } : {}),
  })
  const sources = readSources({ formsDir: 'forms', routingDir: 'routing-rules' })
  const { content, problems } = await readContent(sources)
  if (!content) throw new Error(`the forms cannot be read: ${problems.length} problems`)
  const log: string[] = []
  const open = (): Promise<Service> =>
    createService(
      {
        db,
        files,
        clock: time.clock,
        random,
        log: createLog('info', (line) => log.push(line)),
        readRouting: async () => sources.routing,
        isLeaving: () => false,
        sweepsAtStart: true,
        wake: () => undefined,
      },
      config,
      content,
    )
  let running: Service | null = await open()
  const service = (): Service => {
    if (!running) throw new TypeError('fetch failed: nobody is there')
    return running
  }
  const speak = async (request: Request): Promise<Response> => service().app.fetch(request)

  return {
    time,
    far,
    log,
    hooks,
    door: { speak, url: DESK },
    agent: createAgent(ZAMMAD, far.zammad.direct),
    async live(ms, pollMs = POLL_MS) {
      const end = time.clock().getTime() + Math.ceil(ms)
      while (time.clock().getTime() < end) {
        await carry(time, () => service().bot.tick())
        time.turn(Math.min(pollMs, Math.max(0, end - time.clock().getTime())))
      }
    },
    unfinished: async () =>
      (await service().jobs.list(['ready', 'running', 'unknown', 'parked'])).map(
        ({ kind, state, reason }) => `${kind} ${state} ${reason}`,
      ),
    look: () => carry(time, () => service().bot.look()),
    async work() {
      time.turn(1)
      const { bot } = service()
      await carry(time, () => Promise.all(LANES.map((lane) => bot.work(lane, { width: WIDTH[lane] }))))
      await settle(time)
    },
    async hasWork() {
      const { jobs } = service()
      const due = await Promise.all(LANES.map((lane) => jobs.nextDue(lane)))
      return due.some((at) => at !== null && at <= time.clock())
    },
    stop() {
      running = null
    },
    async start() {
      running = await open()
      await db.atomically([running.jobs.recover(time.clock())])
    },
  }
}
