import { openPlatform, openPostOffice } from '#platform'
import { expect, onTestFinished } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { readFormsPart } from '../../src/content.ts'
import type { Log, LogFields } from '../../src/log.ts'
import { BUNDLED } from '../../src/runtime/worker/bundled.ts'
import type { Source } from '../../src/sources/source.ts'
import type { MailJson } from '../../src/sandbox/mailbox/kept.ts'
import type { SmtpFault } from '../../src/sandbox/mailbox/mailbox.tsx'
import { SANDBOX_TOKENS } from '../../src/sandbox/sandbox.ts'
import {
  createSandboxZammad,
  type InboundMail,
  type Profile,
  type SandboxMail,
  type World,
  type ZammadFault,
} from '../../src/sandbox/zammad/zammad.ts'
import type { Db } from '../../src/store/db.ts'
import { createService, type Service } from '../../src/service.ts'
import { createAgent, type Agent, type SeenTicket } from './agent.ts'
import { NOON, seeded } from './samples.ts'
import { mountZammad, ZAMMAD_URL } from './network.ts'
import { copyStore } from './store-copy.ts'
import { createTurnedClock } from './turned-clock.ts'
import { createVisitor, type Page, type Sent, type Visitor } from './visitor.ts'

export interface TownOptions {
  /** Settings beside those that the town needs itself, such as `PUBLIC_URL`. */
  readonly settings?: Readonly<Record<string, string>>
  readonly profile?: Profile
  readonly world?: World
  /** Noon of a Saturday where none is given. */
  readonly opensAt?: Date
  /** What somebody does at the desk just before a call of Firstline's arrives there. */
  readonly meanwhile?: (call: string, agent: Agent) => Promise<void>
  /** Changes a file in forms/ before the town opens. */
  readonly forms?: (source: Source) => Source
  /** What stands in routing-rules/ when the town opens: what ships, where nothing is given. */
  readonly rules?: readonly Source[]
  /** Events that the log may tell as errors: any other fails the test. */
  readonly expectedErrors?: readonly string[]
}

export interface LogLine extends LogFields {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly event: string
}

/** A webhook of Zammad's that arrived, and how it was answered. */
export interface DeliveredHook {
  readonly body: string
  readonly signature: string | null
  readonly status: number
}

/** The whole service, its Zammad and its mail server, on a clock that the test turns by hand. */
export interface Town {
  readonly service: Service
  /** The store behind the service. */
  readonly db: Db
  readonly publicUrl: string
  readonly visitor: Visitor
  readonly agent: Agent
  readonly now: () => Date
  /** Turns the clock to so long after the opening: `+30s`, `+10m`, `+47h`, `+2d`. */
  readonly at: (offset: string) => Town
  /** One round of the bot, and then the mails and webhooks of Zammad that are due. */
  readonly tick: () => Promise<void>
  /** Lets time go by, `30s` or `2h` and so on, with a round at the end of each span. */
  readonly passes: (...spans: readonly string[]) => Promise<void>
  /** Tickets made since the town opened, oldest first. */
  readonly tickets: () => Promise<readonly SeenTicket[]>
  /** The ticket, where there is exactly one; else the test fails. */
  readonly onlyTicket: () => Promise<SeenTicket>
  /** What Firstline mailed, oldest first. */
  readonly mails: () => Promise<readonly MailJson[]>
  /** What Zammad mailed by itself, oldest first. */
  readonly mailsOfZammad: () => readonly SandboxMail[]
  /** The page that a sent form led to, as it is now. */
  readonly pageOf: (sent: Sent) => Promise<Page>
  readonly fault: (faults: {
    zammad?: ZammadFault
    smtp?: SmtpFault
    hooks?: 'up' | 'dropped'
    /** Of the mails that Zammad sends itself. */
    mailOfZammad?: 'up' | 'down'
  }) => Promise<void>
  /** Webhooks of Zammad that reached Firstline, in the order of their arrival. */
  readonly hooks: readonly DeliveredHook[]
  /** Calls that Zammad got from Firstline, such as `POST /api/v1/tickets`. */
  readonly callsToZammad: readonly string[]
  readonly log: readonly LogLine[]
  /** A mail comes to one of Zammad's own addresses. */
  readonly mailToDesk: (mail: InboundMail) => void
  /** Puts other files into routing-rules/. */
  readonly rules: (sources: readonly Source[]) => void
  /** Copies all that Zammad has; the call that comes back puts it there again. */
  readonly copiesZammad: () => () => void
  /** Copies our store; the call that comes back puts it there again, and starts the service on it. */
  readonly copiesStore: () => Promise<() => Promise<void>>
}

const HOOK_SECRET = 'the-secret-of-the-hooks'

const SHIPPED = readFormsPart(BUNDLED.forms)

/** Opens a town for the length of one test. Nothing in it knows of real time, and no byte leaves the machine. */
export async function openTown(options: TownOptions = {}): Promise<Town> {
  const opensAt = options.opensAt ?? NOON
  const clock = createTurnedClock(opensAt)
  const log: LogLine[] = []
  const mailsOfZammad: SandboxMail[] = []
  const hooks: DeliveredHook[] = []
  const rules = { sources: options.rules ?? BUNDLED.routing }
  const callsToZammad: string[] = []
  const platform = await openPlatform()
  const postOffice = await openPostOffice()
  const config = readConfig({
    PUBLIC_URL: 'https://desk.example',
    SECRET: 'a secret that is known to nobody but the tests',
    ZAMMAD_URL,
    ZAMMAD_TOKEN: SANDBOX_TOKENS.bot,
    ZAMMAD_WEBHOOK_SECRET: HOOK_SECRET,
    SMTP_URL: postOffice.smtpUrl,
    MAIL_FROM: 'Helpdesk <no-reply@desk.example>',
    ...options.settings,
  })
  const { part, problems } = options.forms ? readFormsPart(BUNDLED.forms.map(options.forms)) : SHIPPED
  if (!part) throw new Error(JSON.stringify(problems))
  const publicUrl = config.publicUrl.href.replace(/\/+$/, '')
  const openZammad = (state: string | null) =>
    createSandboxZammad({
      profile: options.profile ?? '6.6',
      clock: clock.now,
      random: seeded(2),
      wait: clock.wait,
      publicUrl: ZAMMAD_URL,
      send: async (mail) => {
        if (mailOfZammad === 'down') throw new Error('the mail server of Zammad is down')
        mailsOfZammad.push(mail)
      },
      deliver: async (request) => {
        const body = await request.clone().text()
        const answer = await service.app.fetch(request)
        hooks.push({ body, signature: request.headers.get('X-Hub-Signature'), status: answer.status })
        return answer
      },
      webhook: { endpoint: `${publicUrl}/hooks/zammad`, secret: HOOK_SECRET },
      state,
      ...(options.world ? { world: options.world } : {}),
    })
  let mailOfZammad: 'up' | 'down' = 'up'
  let zammad = openZammad(null)
  mountZammad((request) => {
    const call = `${request.method} ${new URL(request.url).pathname}`
    callsToZammad.push(call)
    return clock.during(async () => {
      await options.meanwhile?.(call, agent)
      return zammad.fetch(request)
    })
  })
  const start = () =>
    createService(
      {
        ...platform,
        clock: clock.now,
        random,
        log: logInto(log),
        readRouting: async () => rules.sources,
        isLeaving: () => false,
        sweepsAtStart: true,
        wake: () => {},
      },
      config,
      part,
    )
  const random = seeded(1)
  let service = await start()
  const agent = createAgent(ZAMMAD_URL, (request) => zammad.direct(request))
  const before = new Set((await agent.tickets()).map(({ id }) => id))
  const visitor = createVisitor(publicUrl, async (request) => service.app.fetch(request))
  const tickets = async () => (await agent.tickets()).filter(({ id }) => !before.has(id))
  allowOnly(log, options.expectedErrors ?? [])

  const town: Town = {
    get service() {
      return service
    },
    db: platform.db,
    publicUrl,
    visitor,
    agent,
    now: clock.now,
    at(offset) {
      clock.turnTo(after(opensAt, msOf(offset)))
      return town
    },
    async tick() {
      await clock.settled()
      await service.bot.tick()
      await zammad.runDueJobs()
    },
    async passes(...spans) {
      for (const span of spans) {
        clock.turnTo(after(clock.now(), msOf(`+${span}`)))
        await town.tick()
      }
    },
    tickets,
    async onlyTicket() {
      const [ticket, ...others] = await tickets()
      if (!ticket || others.length > 0)
        throw new Error(`one ticket expected, ${others.length + (ticket ? 1 : 0)} found`)
      return ticket
    },
    mails: postOffice.mails,
    mailsOfZammad: () => mailsOfZammad,
    pageOf: (sent) => visitor.opens(sent.page.address),
    async fault({ zammad: ofZammad, smtp, hooks, mailOfZammad: ofMail }) {
      if (ofMail) mailOfZammad = ofMail
      if (ofZammad) zammad.setFault(ofZammad)
      if (hooks) zammad.setHooks(hooks)
      if (smtp) await postOffice.setFault(smtp)
    },
    hooks,
    mailToDesk: (mail) => zammad.receive(mail),
    rules(sources) {
      rules.sources = sources
    },
    copiesZammad() {
      const state = zammad.snapshot()
      return () => void (zammad = openZammad(state))
    },
    async copiesStore() {
      const restore = await copyStore(platform.db)
      return async () => {
        await restore()
        service = await start()
      }
    },
    callsToZammad,
    log,
  }
  return town
}

function logInto(lines: LogLine[]): Log {
  const at =
    (level: LogLine['level']) =>
    (event: string, fields: LogFields = {}): void =>
      void lines.push({ level, event, ...fields })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function allowOnly(log: readonly LogLine[], expected: readonly string[]): void {
  onTestFinished(() => {
    const others = log.filter(({ level, event }) => level === 'error' && !expected.includes(event))
    expect(others, 'errors in the log').toEqual([])
  })
}

const UNITS: Readonly<Record<string, number>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }

function msOf(offset: string): number {
  const [, amount = '', unit = ''] = /^\+(\d+)([smhd])$/.exec(offset) ?? []
  const ms = UNITS[unit]
  if (ms === undefined) throw new Error(`${offset} is no offset like +47h`)
  return Number(amount) * ms
}

/** At each of these times a few rounds: what one finds the next ones mail. */
export async function lives(town: Town, ...times: readonly string[]): Promise<void> {
  for (const time of times) {
    town.at(time)
    for (const _ of [1, 2, 3]) await town.tick()
  }
}
