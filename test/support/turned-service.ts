import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type Clock, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { readContent } from '../../src/content.ts'
import { createLog } from '../../src/log.ts'
import { createFolder } from '../../src/runtime/node/files.ts'
import { migrationsFolder } from '../../src/runtime/node/paths.ts'
import { openSqlite } from '../../src/runtime/node/sqlite.ts'
import { BUNDLED } from '../../src/runtime/worker/bundled.ts'
import type { MailJson } from '../../src/sandbox/mailbox/kept.ts'
import { createSandbox, SANDBOX_TOKENS } from '../../src/sandbox/sandbox.ts'
import { createService } from '../../src/service.ts'
import { createAgent, type Agent } from './agent.ts'
import { serveLocally } from './browser.ts'
import { OPS_TOKEN } from './running-service.ts'
import { seeded } from './samples.ts'
import { copyStore } from './store-copy.ts'

/** The whole service with its sandbox behind a real port, on a clock that the test turns. */
export interface TurnedService {
  /** Without a slash at the end. */
  readonly origin: string
  readonly now: Clock
  readonly agent: Agent
  /** Turns to so many hours after the opening, and lives there for a few rounds, a minute from each to the next. */
  readonly lives: (hours: number) => Promise<void>
  /** One round of the bot, and what Zammad has to send after it. */
  readonly round: () => Promise<void>
  /** Every mail so far, oldest first. */
  readonly mails: () => readonly MailJson[]
  /** Copies our store; the call that comes back puts it there again, and starts the service on it. */
  readonly copiesStore: () => Promise<() => Promise<void>>
  /** What the log tells as errors. */
  readonly errors: readonly string[]
  readonly stop: () => Promise<void>
}

const HOOK_SECRET = 'the-secret-of-the-hooks'
const ROUNDS = 3

/** Opens it, with an empty store, at that instant. Only time is turned: pages, mails and calls go over real sockets. */
export async function openTurnedService(opensAt: Date): Promise<TurnedService> {
  let now = opensAt
  const clock = (): Date => now
  const errors: string[] = []
  const folder = await mkdtemp(join(tmpdir(), 'firstline-turned-'))
  const db = openSqlite(join(folder, 'firstline.sqlite'), migrationsFolder())
  const server = await serveLocally(async (request) => {
    if (!new URL(request.url).pathname.startsWith('/sandbox')) return service.app.fetch(request)
    const answer = await sandbox.fetch(request)
    // Zammad's clock is turned as well: a server that tells another time is not believed.
    const headers = new Headers(answer.headers)
    headers.set('Date', clock().toUTCString())
    return new Response(answer.body, { status: answer.status, headers })
  })
  const { origin } = server
  const sandbox = await createSandbox({
    clock,
    random: seeded(2),
    wait: async () => {},
    publicUrl: origin,
    profile: '6.6',
    smtpPort: 0,
    states: { read: () => null, write: () => {} },
    webhook: { endpoint: `${origin}/hooks/zammad`, secret: HOOK_SECRET },
  })
  const config = readConfig({
    PUBLIC_URL: origin,
    SECRET: 'a secret that is known to nobody but the tests',
    ZAMMAD_URL: `${origin}/sandbox/zammad`,
    ZAMMAD_TOKEN: SANDBOX_TOKENS.bot,
    ZAMMAD_WEBHOOK_SECRET: HOOK_SECRET,
    SMTP_URL: `smtp://127.0.0.1:${sandbox.smtpPort}`,
    MAIL_FROM: 'Helpdesk <no-reply@desk.example>',
    OPS_TOKEN,
    UNDO_SECONDS: '1',
  })
  const { content, problems } = await readContent(BUNDLED)
  if (!content) throw new Error(JSON.stringify(problems))
  const random = seeded(1)
  const start = () =>
    createService(
      {
        db,
        files: createFolder(join(folder, 'files')),
        clock,
        random,
        log: createLog('error', (line) => errors.push(line)),
        readRouting: async () => BUNDLED.routing,
        isLeaving: () => false,
        sweepsAtStart: true,
        wake: () => {},
      },
      config,
      content,
    )
  let service = await start()
  const round = async (): Promise<void> => {
    await service.bot.tick()
    await sandbox.runDueJobs()
  }
  return {
    origin,
    now: clock,
    agent: createAgent(config.zammad.url, (request) => sandbox.fetch(request)),
    async lives(hours) {
      const instant = after(opensAt, hours * HOUR_MS)
      if (instant < now) throw new Error(`the clock already shows ${now.toISOString()}`)
      for (let rounds = 0; rounds < ROUNDS; rounds += 1) {
        now = after(instant, rounds * MINUTE_MS)
        await round()
      }
    },
    round,
    mails: () => sandbox.mails(),
    async copiesStore() {
      const restore = await copyStore(db)
      return async () => {
        await restore()
        service = await start()
      }
    },
    errors,
    async stop() {
      await server.close()
      await sandbox.close()
      db.close()
      await rm(folder, { recursive: true })
    },
  }
}
