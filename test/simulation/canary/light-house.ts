import { after, SECOND_MS } from '../../../src/clock.ts'
import { type Config, readConfig } from '../../../src/config.ts'
import { type Content, readContent } from '../../../src/content.ts'
import { createLog } from '../../../src/log.ts'
import { readSources } from '../../../src/runtime/node/content.ts'
import type { KeptMail } from '../../../src/sandbox/mailbox/kept.ts'
import type { SmtpFault } from '../../../src/sandbox/mailbox/mailbox.tsx'
import { SANDBOX_TOKENS } from '../../../src/sandbox/sandbox.ts'
import { readSnapshot, type State } from '../../../src/sandbox/zammad/model.ts'
import { SANDBOX_WORLD, type World } from '../../../src/sandbox/zammad/world.ts'
import {
  createSandboxZammad,
  type InboundMail,
  type SandboxZammad,
  type ZammadFault,
} from '../../../src/sandbox/zammad/zammad.ts'
import { createService, type Service } from '../../../src/service.ts'
import { type Agent, createAgent } from '../../support/agent.ts'
import { NOON, seeded } from '../../support/samples.ts'
import { createVisitor, type Visitor } from '../../support/visitor.ts'
import { createPromptMailServer } from '../prompt-mail-server.ts'
import { type Bodies, memoryFiles, type MemoryStore, openMemoryStore } from './memory-store.ts'

const ZAMMAD_URL = 'http://zammad.test'
const DESK = 'test/simulation/canary/desk'
export const PUBLIC_URL = 'https://desk.example'
export const OPS_TOKEN = 'the-token-of-the-staff-board'
/** A group that the bot may not enter. */
export const SEALED = 'Sealed'

const HOOKS = { endpoint: `${PUBLIC_URL}/hooks/zammad`, secret: 'the-secret-of-the-hooks' }

const WORLD: World = {
  ...SANDBOX_WORLD,
  groups: [...SANDBOX_WORLD.groups, { name: SEALED }],
  users: SANDBOX_WORLD.users.map((user) =>
    user.login.startsWith('bot@') ? user : { ...user, groups: [...user.groups, SEALED] },
  ),
}

/** What is made wrong on purpose, to see whether it is found. */
export interface Mutant {
  /** Another answer of Zammad's to Firstline. */
  readonly answers?: (request: Request, answer: Response) => Promise<Response>
  /** Done to the store before the history begins, such as a trigger. */
  readonly sql?: string
}

/** The whole service, its Zammad and its mail server by a clock that is turned by hand: one history long. */
export interface LightHouse {
  readonly agent: Agent
  readonly visitor: Visitor
  readonly ask: (request: Request) => Promise<Response>
  readonly now: () => Date
  /** Lets time go by, without a round of the bot. */
  readonly turn: (ms: number) => void
  /**
   * Delivers the webhooks that are due, and then one round of the bot. What is given is done at the desk in the midst of
   * it, just before that call of Firstline's arrives there, the first one is 1; resolves to whether it came to that.
   */
  readonly tick: (meanwhile?: {
    readonly atCall: number
    readonly act: () => Promise<void>
  }) => Promise<boolean>
  /** Mails that came since this was asked last. */
  readonly newMails: () => readonly KeptMail[]
  readonly zammad: () => State
  readonly store: () => MemoryStore
  readonly bodies: () => Bodies
  readonly mailToDesk: (mail: InboundMail) => void
  readonly fault: (faults: { zammad?: ZammadFault; smtp?: SmtpFault; hooks?: 'up' | 'dropped' }) => void
  /** Copies database and files; the call that comes back starts the service on that copy. */
  readonly copyStore: () => () => Promise<void>
  readonly copyZammad: () => () => void
  readonly log: readonly string[]
  readonly close: () => void
}

/** Where light houses are built: what they have in common is made once. */
export interface Street {
  readonly open: (seed: number, mutant?: Mutant) => Promise<LightHouse>
  /** Mail addresses of staff that alerts go to. */
  readonly staff: ReadonlySet<string>
  readonly close: () => Promise<void>
}

interface Ground {
  readonly config: Config
  readonly content: Content
  readonly readRouting: () => Promise<ReturnType<typeof readSources>['routing']>
  readonly time: { now: Date }
  readonly mails: ReturnType<typeof createPromptMailServer>
  /** Who answers where the network would find Zammad. */
  readonly far: { answer: (request: Request) => Promise<Response> }
}

/** A service that has met its Zammad. */
interface Begun {
  readonly store: Buffer
  readonly zammad: string
}

export async function openStreet(): Promise<Street> {
  const time = { now: NOON }
  const mails = createPromptMailServer(() => time.now)
  const port = await mails.listen(0)
  const config = readConfig({
    PUBLIC_URL,
    SECRET: 'a secret that is known to nobody but the canary',
    ZAMMAD_URL,
    ZAMMAD_TOKEN: SANDBOX_TOKENS.bot,
    ZAMMAD_WEBHOOK_SECRET: HOOKS.secret,
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    MAIL_FROM: 'Helpdesk <no-reply@desk.example>',
    OPS_TOKEN,
    INSTANCE: 'canary',
  })
  const sources = readSources({ formsDir: `${DESK}/forms`, routingDir: `${DESK}/routing-rules` })
  const { content, problems } = await readContent(sources)
  if (!content) throw new Error(`the desk cannot be read: ${JSON.stringify(problems)}`)
  const far: Ground['far'] = { answer: () => Promise.reject(new TypeError('nobody is there')) }
  const network = globalThis.fetch
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init)
    return request.url.startsWith(`${ZAMMAD_URL}/`) ? far.answer(request) : network(request)
  }
  const ground = { config, content, readRouting: async () => sources.routing, time, mails, far }
  const begun = await begin(ground)
  return {
    open: (seed, mutant = {}) => openLightHouse(ground, begun, seed, mutant),
    staff: new Set(JSON.stringify(sources.routing).match(/[\w.-]+@desk\.example/g)),
    async close() {
      globalThis.fetch = network
      await mails.close()
    },
  }
}

/** First contact, which all histories share. */
async function begin(ground: Ground): Promise<Begun> {
  const house = await openLightHouse(ground, null, 1, {})
  await house.tick()
  const begun = { store: house.store().bytes(), zammad: house.snapshot() }
  house.close()
  return begun
}

async function openLightHouse(
  ground: Ground,
  begun: Begun | null,
  seed: number,
  mutant: Mutant,
): Promise<LightHouse & { readonly snapshot: () => string }> {
  const { time, mails, far, config } = ground
  time.now = begun ? after(NOON, SECOND_MS) : NOON
  mails.setFault('up')
  const random = seeded(seed + 1000)
  const log: string[] = []
  let store = openMemoryStore(begun?.store ?? null)
  if (mutant.sql !== undefined) store.change(mutant.sql)
  let bodies: Bodies = new Map()
  let service: Service
  let hooks: 'up' | 'dropped' = 'up'
  let fault: ZammadFault = 'up'
  const openZammad = (state: string | null): SandboxZammad =>
    createSandboxZammad({
      profile: '6.6',
      clock: () => time.now,
      random: seeded(seed + 2000),
      // Nobody else turns the clock while somebody waits.
      wait: async (ms) => void (time.now = after(time.now, ms)),
      publicUrl: ZAMMAD_URL,
      send: async () => undefined,
      deliver: async (request) => service.app.fetch(request),
      world: WORLD,
      state,
      ...(state === null ? { webhook: HOOKS } : {}),
    })
  let zammad = openZammad(begun?.zammad ?? null)
  let calls = 0
  let meanwhile: Parameters<LightHouse['tick']>[0]
  far.answer = async (request) => {
    calls += 1
    if (meanwhile?.atCall === calls) await meanwhile.act()
    const asked = request.clone()
    const answer = await zammad.fetch(request)
    return mutant.answers ? mutant.answers(asked, answer) : answer
  }
  const start = (): Promise<Service> =>
    createService(
      {
        db: store.db,
        files: memoryFiles(bodies, () => time.now),
        clock: () => time.now,
        random,
        log: createLog('debug', (line) => log.push(line)),
        readRouting: ground.readRouting,
        isLeaving: () => false,
        sweepsAtStart: true,
        wake: () => undefined,
      },
      config,
      ground.content,
    )
  service = await start()
  let taken = mails.messages().length
  const ask = async (request: Request): Promise<Response> => service.app.fetch(request)
  return {
    agent: createAgent(ZAMMAD_URL, (request) => zammad.direct(request)),
    visitor: createVisitor(PUBLIC_URL, ask),
    ask,
    now: () => time.now,
    turn: (ms: number) => void (time.now = after(time.now, ms)),
    async tick(given) {
      await zammad.runDueJobs()
      meanwhile = given
      calls = 0
      await service.bot.tick()
      meanwhile = undefined
      return given !== undefined && calls >= given.atCall
    },
    newMails() {
      const fresh = mails.messages().slice(taken)
      taken += fresh.length
      return fresh
    },
    zammad: () => readSnapshot(zammad.snapshot()),
    snapshot: () => zammad.snapshot(),
    store: () => store,
    bodies: () => bodies,
    mailToDesk: (mail: InboundMail) => zammad.receive(mail),
    fault(faults) {
      if (faults.zammad) zammad.setFault((fault = faults.zammad))
      if (faults.hooks) zammad.setHooks((hooks = faults.hooks))
      if (faults.smtp) mails.setFault(faults.smtp)
    },
    copyStore() {
      const copy = { store: store.bytes(), bodies: new Map(bodies) }
      return async () => {
        store.close()
        store = openMemoryStore(copy.store)
        bodies = new Map(copy.bodies)
        service = await start()
      }
    },
    copyZammad() {
      const state = zammad.snapshot()
      return () => {
        zammad = openZammad(state)
        zammad.setFault(fault)
        zammad.setHooks(hooks)
      }
    },
    log,
    close: () => store.close(),
  }
}
