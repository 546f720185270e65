import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { readContent } from '../../src/content.ts'
import { createLog } from '../../src/log.ts'
import { readSources } from '../../src/runtime/node/content.ts'
import { createFolder } from '../../src/runtime/node/files.ts'
import { openSqlite } from '../../src/runtime/node/sqlite.ts'
import { createService } from '../../src/service.ts'
import { NOON, seeded } from '../support/samples.ts'
import { type FarSide, openFarSide } from './far-side.ts'
import { createPromptMailServer } from './prompt-mail-server.ts'
import { type VirtualTime, virtualTime } from './virtual-time.ts'
import type { Door } from './visitors.ts'

const ZAMMAD = 'http://zammad.test'
const DESK = 'http://desk.test'
const POLL_MS = 60_000
/** A disk in memory where there is one: nothing is proved here of disks. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** The whole service on a real store, a Zammad and a mail server beside it, all by one clock. */
export interface House {
  readonly time: VirtualTime
  readonly far: FarSide
  readonly door: Door
  /** Lets the service work for that long, with a round each `pollMs`. */
  readonly live: (ms: number, pollMs?: number) => Promise<void>
  /** Jobs that are neither done nor discarded. */
  readonly unfinished: () => Promise<readonly string[]>
  readonly log: readonly string[]
}

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export async function openHouse(seed: number): Promise<House> {
  const folder = mkdtempSync(join(FOLDER, 'firstline-'))
  const db = openSqlite(join(folder, 'firstline.sqlite'), 'src/store/migrations')
  const files = createFolder(join(folder, 'files'))
  onTestFinished(() => {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const time = virtualTime(NOON)
  const random = seeded(seed)
  const far = await openFarSide({
    clock: time.clock,
    random: seeded(seed + 1),
    wait: time.wait,
    zammadUrl: ZAMMAD,
    mailbox: createPromptMailServer(time.clock),
  })
  onTestFinished(() => far.close())
  const real = globalThis.fetch
  vi.stubGlobal('fetch', (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    return request.url.startsWith(`${ZAMMAD}/`) ? far.zammad.fetch(request) : real(request)
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const config = readConfig({
    SECRET: 'a secret of more than thirty-two characters',
    PUBLIC_URL: DESK,
    ZAMMAD_URL: ZAMMAD,
    ZAMMAD_TOKEN: 'sandbox-bot',
    SMTP_URL: `smtp://127.0.0.1:${far.smtpPort}`,
    MAIL_FROM: 'no-reply@desk.example',
    INSTANCE: 'simulation',
  })
  const sources = readSources({ formsDir: 'forms', routingDir: 'routing-rules' })
  const { content, problems } = await readContent(sources)
  if (!content) throw new Error(`the forms cannot be read: ${problems.length} problems`)
  const log: string[] = []
  const service = await createService(
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

  /** While the round waits for Zammad, the clock goes to the end of that wait. */
  async function round(): Promise<void> {
    let over = false
    const ticking = service.bot.tick().finally(() => {
      over = true
    })
    for (let turns = 1; !over; turns += 1) {
      await turnOfTheLoop()
      if (turns % 20 === 0) time.turnToNextWait()
    }
    await ticking
  }

  return {
    time,
    far,
    log,
    door: { speak: async (request) => service.app.fetch(request), url: DESK },
    async live(ms, pollMs = POLL_MS) {
      const end = time.clock().getTime() + Math.ceil(ms)
      while (time.clock().getTime() < end) {
        await round()
        time.turn(Math.min(pollMs, Math.max(0, end - time.clock().getTime())))
      }
    },
    unfinished: async () =>
      (await service.jobs.list(['ready', 'running', 'unknown', 'parked'])).map(
        ({ kind, state, reason }) => `${kind} ${state} ${reason}`,
      ),
  }
}
