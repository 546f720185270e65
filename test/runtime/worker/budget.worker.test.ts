import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { after, HOUR_MS, MINUTE_MS } from '../../../src/clock.ts'
import { createHandler } from '../../../src/runtime/worker/handler.ts'
import { createSandboxZammad } from '../../../src/sandbox/zammad/zammad.ts'
import { SANDBOX_TOKENS } from '../../../src/sandbox/sandbox.ts'
import { createAgent } from '../../support/agent.ts'
import { mountZammad, ZAMMAD_URL } from '../../support/network.ts'
import { openBindings, openPostOffice } from '../../support/platform.worker.ts'
import { NOON, seeded } from '../../support/samples.ts'

/** What D1 answers of one call (its documented limit on the paid plan). */
const MOST = 1000
const TICKETS = 18
const EXECUTED = ['run', 'all', 'raw', 'first']

/** The database, and how many statements it was asked: each one of a batch counts, as it does for D1. */
function counted(db: D1Database) {
  let asked = 0
  const bare = new WeakMap<object, D1PreparedStatement>()
  const wrapped = (statement: D1PreparedStatement): D1PreparedStatement => {
    const outer = new Proxy(statement, {
      get(target, key) {
        if (key === 'bind') return (...values: unknown[]) => wrapped(target.bind(...values))
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        return (...values: unknown[]): unknown => {
          if (EXECUTED.includes(String(key))) asked += 1
          return Reflect.apply(value, target, values)
        }
      },
    })
    bare.set(outer, statement)
    return outer
  }
  const binding = new Proxy(db, {
    get(target, key) {
      if (key === 'prepare') return (text: string) => wrapped(target.prepare(text))
      if (key === 'batch') {
        return (statements: D1PreparedStatement[]) => {
          asked += statements.length
          return target.batch(statements.map((one) => bare.get(one) ?? one))
        }
      }
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { binding, asked: () => asked }
}

const Count = z.object({ count: z.number() })

async function deploy() {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON })
  onTestFinished(() => void vi.useRealTimers())
  const zammad = createSandboxZammad({
    profile: '6.6',
    clock: () => new Date(),
    random: seeded(2),
    wait: async () => undefined,
    publicUrl: ZAMMAD_URL,
    send: async () => undefined,
    deliver: async () => new Response(null, { status: 202 }),
  })
  mountZammad(async (request) => zammad.fetch(request))
  const agent = createAgent(ZAMMAD_URL, zammad.direct)
  const { smtpUrl } = await openPostOffice()
  const { DB, FILES } = await openBindings()
  const { binding, asked } = counted(DB)
  const { scheduled } = createHandler()
  const env = {
    DB: binding,
    FILES,
    PUBLIC_URL: 'https://desk.example',
    SECRET: 'a secret that is known to nobody but the tests',
    ZAMMAD_URL,
    ZAMMAD_TOKEN: SANDBOX_TOKENS.bot,
    SMTP_URL: smtpUrl,
    MAIL_FROM: 'no-reply@desk.example',
    LOG_LEVEL: 'silent',
  }
  let now = NOON
  return {
    passes(ms: number) {
      now = after(now, ms)
      vi.setSystemTime(now)
    },
    /** A minute goes by and the cron comes; resolves to the statements that it asked. */
    async minute(): Promise<number> {
      this.passes(MINUTE_MS)
      const before = asked()
      const context = createExecutionContext()
      await scheduled(createScheduledController(), env, context)
      await waitOnExecutionContext(context)
      return asked() - before
    },
    async asks(title: string) {
      const article = { type: 'web', sender: 'Customer', body: 'A question in her own words.' }
      const ticket = { title, group: 'First Line support', customer: 'nicole.braun@zammad.org', article }
      await agent.calls('POST', '/tickets', ticket)
    },
    count: async (sql: string) =>
      Count.parse(await DB.prepare(`select count(*) as count from ${sql}`).first()).count,
  }
}

test('however much is to be looked at and told, no cron asks more of D1 than it answers, and all is told after some of them', async () => {
  const desk = await deploy()
  await desk.minute()
  for (let n = 0; n < TICKETS; n += 1) await desk.asks(`Question ${n}`)
  const spent: number[] = []
  const until = async (is: () => Promise<boolean>): Promise<number> => {
    const before = spent.length
    while (!(await is())) {
      if (spent.length - before > TICKETS) throw new Error(`not after ${TICKETS} crons: ${spent}`)
      spent.push(await desk.minute())
    }
    return spent.length - before
  }
  await until(async () => (await desk.count(`promises where clock is not null`)) === TICKETS)
  await until(async () => (await desk.count(`jobs where state in ('ready', 'unknown')`)) === 0)
  desk.passes(36 * HOUR_MS)
  const crons = await until(async () => (await desk.count(`level_marks where how = 'told'`)) === TICKETS)
  expect(crons).toBeGreaterThan(1)
  expect(Math.max(...spent)).toBeLessThanOrEqual(MOST)
  // There was more to be done than one of them may.
  expect(Math.max(...spent)).toBeGreaterThan(MOST / 2)
}, 300_000)
