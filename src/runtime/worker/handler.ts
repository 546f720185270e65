import { AsyncLocalStorage } from 'node:async_hooks'
import { WIDTH } from '../../bot/tick.ts'
import { after, type Clock, SECOND_MS } from '../../clock.ts'
import { ConfigError, readConfig } from '../../config.ts'
import { readFormsPart, tellProblem } from '../../content.ts'
import { createLog } from '../../log.ts'
import { workerSocket } from '../../mail/worker-socket.ts'
import { LANES } from '../../outbox/job.ts'
import { createService, type Service } from '../../service.ts'
import { type Platform } from '../../furnish.ts'
import { BUNDLED } from './bundled.ts'
import { d1Db } from './d1.ts'
import { createBucket } from './r2.ts'

/** What `wrangler.toml` binds, beside settings and secrets. */
export interface Env {
  readonly DB: D1Database
  readonly FILES: R2Bucket
}

/** Shorter than the half minute that Workers grants after an answer. */
const AFTER_ANSWER_MS = 20 * SECOND_MS

/** The cron comes every minute. */
const CRON_MS = 50 * SECOND_MS

/** What began before its time was over may end so much later; a round that was cut off ends nothing. */
const OVERDUE_MS = 10 * SECOND_MS

/** D1 answers so many statements of one call on the paid plan; the next one fails. */
const MOST_STATEMENTS = 1000

const clock: Clock = () => new Date()

/** One call of the Worker: its context outlives its answer, and what it asks of D1 is counted. */
interface Call {
  readonly context: ExecutionContext
  asked: number
}

/** The requests of an isolate and its cron share one service; each is a call of its own. */
export function createHandler() {
  const underWay = new AsyncLocalStorage<Call>()
  let built: Promise<Service> | null = null

  const rounds = createRounds()
  const wake = async (what: 'work' | 'look'): Promise<void> => {
    if (!built) return
    const { bot } = await built
    if (what === 'look') return rounds.look(bot)
    await Promise.all(LANES.map((lane) => bot.work(lane, { maxMs: AFTER_ANSWER_MS, width: WIDTH[lane] })))
  }
  const service = (env: Env, context: ExecutionContext): Promise<Service> => {
    built ??= build(env, {
      wake: (what) => underWay.getStore()?.context.waitUntil(wake(what)),
      asked(statements) {
        const call = underWay.getStore()
        if (call) call.asked += statements
      },
      budget: { left: () => MOST_STATEMENTS - (underWay.getStore()?.asked ?? 0) },
    }).catch((error: unknown) => {
      built = null
      throw error
    })
    // Other requests wait for it too, so it must not end with a visitor who leaves.
    context.waitUntil(built.catch(() => undefined))
    return built
  }

  return {
    fetch: (request: Request, env: Env, context: ExecutionContext) =>
      underWay.run({ context, asked: 0 }, async () => {
        const ready = await service(env, context).catch(notReady)
        if (ready instanceof Response) return ready
        const answer = Promise.resolve(ready.app.fetch(request))
        // A visitor who leaves would cut the work in the middle, and nothing would be put back.
        context.waitUntil(answer.catch(() => undefined))
        return answer
      }),
    scheduled: (_event, env, context) =>
      underWay.run({ context, asked: 0 }, async () => {
        const { bot } = await service(env, context)
        context.waitUntil(rounds.cron(bot))
      }),
  } satisfies ExportedHandler<Env>
}

/**
 * The rounds of one isolate. While one is under way, all who ask for a look share one more round behind it, in
 * the time that is left; what is left over waits for the cron, which never waits.
 */
function createRounds() {
  let current: { readonly overdueAt: Date } | null = null
  let asked = false
  const run = async ({ tick }: Service['bot'], maxMs: number): Promise<void> => {
    const until = after(clock(), maxMs)
    const mine = { overdueAt: after(until, OVERDUE_MS) }
    current = mine
    do {
      asked = false
      await tick({ maxMs: until.getTime() - clock().getTime() })
    } while (asked && clock() < until)
    if (current === mine) current = null
  }
  return {
    async look(bot: Service['bot']): Promise<void> {
      asked = true
      if (!current || current.overdueAt <= clock()) await run(bot, AFTER_ANSWER_MS)
    },
    cron: (bot: Service['bot']): Promise<void> => run(bot, CRON_MS),
  }
}

async function build(
  env: Env,
  calls: Required<Pick<Platform, 'wake' | 'budget'>> & { readonly asked: (statements: number) => void },
): Promise<Service> {
  const { wake, budget, asked } = calls
  // A Worker cannot know its own address: without one this stands in, and is told as a mistake.
  const publicUrl = ('PUBLIC_URL' in env && env.PUBLIC_URL) || 'missing'
  const config = readConfig({ ...env, PUBLIC_URL: publicUrl })
  const { part, problems } = readFormsPart(BUNDLED.forms)
  if (!part) throw new Error(problems.map(tellProblem).join('\n'))
  const platform = {
    db: d1Db(env.DB, asked),
    budget,
    files: createBucket(env.FILES),
    clock,
    random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
    log: createLog(config.logLevel),
    getSocket: workerSocket,
    readRouting: async () => BUNDLED.routing,
    isLeaving: () => false,
    sweepsAtStart: false,
    wake,
  }
  return createService(platform, config, part)
}

function notReady(error: unknown): Response {
  const wrong = error instanceof ConfigError ? error : null
  createLog('info').error('service.not-started', { error, ...(wrong ? { detail: wrong.message } : {}) })
  const words = wrong
    ? `is not set up yet. Settings to mend: ${wrong.problems.map(({ setting }) => setting).join(', ')}.`
    : 'cannot start. Its log tells why.'
  return new Response(`Firstline ${words}\n`, {
    status: 503,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'Retry-After': '60',
    },
  })
}
