import { AsyncLocalStorage } from 'node:async_hooks'
import { SECOND_MS } from '../../clock.ts'
import { ConfigError, readConfig } from '../../config.ts'
import { readFormsPart, tellProblem } from '../../content.ts'
import { createLog } from '../../log.ts'
import { workerSocket } from '../../mail/worker-socket.ts'
import { createService, type Service } from '../../service.ts'
import { BUNDLED } from './bundled.ts'
import { d1Db } from './d1.ts'
import { createBucket } from './r2.ts'

/** What `wrangler.toml` binds, beside settings and secrets. */
export interface Env {
  readonly DB: D1Database
  readonly FILES: R2Bucket
}

/** Shorter than the half minute that Workers grants after an answer. */
const TICK_AFTER_ANSWER_MS = 20 * SECOND_MS

/** The requests of an isolate and its cron share one service; each brings a context that outlives its answer. */
export function createHandler() {
  const underWay = new AsyncLocalStorage<ExecutionContext>()
  let built: Promise<Service> | null = null

  const wake = async (): Promise<void> => (await built)?.bot.tick({ maxMs: TICK_AFTER_ANSWER_MS })
  const service = (env: Env, context: ExecutionContext): Promise<Service> => {
    built ??= build(env, () => underWay.getStore()?.waitUntil(wake())).catch((error: unknown) => {
      built = null
      throw error
    })
    // Other requests wait for it too, so it must not end with a visitor who leaves.
    context.waitUntil(built.catch(() => undefined))
    return built
  }

  return {
    async fetch(request: Request, env: Env, context: ExecutionContext) {
      const ready = await service(env, context).catch(notReady)
      if (ready instanceof Response) return ready
      const answer = underWay.run(context, async () => ready.app.fetch(request))
      // A visitor who leaves would cut the work in the middle, and nothing would be put back.
      context.waitUntil(answer.catch(() => undefined))
      return answer
    },
    async scheduled(_event, env, context) {
      const { bot } = await service(env, context)
      context.waitUntil(bot.tick())
    },
  } satisfies ExportedHandler<Env>
}

async function build(env: Env, wake: () => void): Promise<Service> {
  // A Worker cannot know its own address: without one this stands in, and is told as a mistake.
  const publicUrl = ('PUBLIC_URL' in env && env.PUBLIC_URL) || 'missing'
  const config = readConfig({ ...env, PUBLIC_URL: publicUrl })
  const { part, problems } = readFormsPart(BUNDLED.forms)
  if (!part) throw new Error(problems.map(tellProblem).join('\n'))
  const platform = {
    db: d1Db(env.DB),
    files: createBucket(env.FILES),
    clock: () => new Date(),
    random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
    log: createLog(config.logLevel),
    getSocket: workerSocket,
    readRouting: async () => BUNDLED.routing,
    isLeaving: () => false,
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
