import type { Clock } from '../../clock.ts'
import type { Random } from '../../random.ts'
import { createApi } from './api.ts'
import { runHook } from './deliveries.ts'
import { settleEvents } from './events.ts'
import { type FaultOf, withFaults, type ZammadFault } from './faults.ts'
import { receiveMail, type InboundMail } from './inbound.ts'
import { runMail, type SandboxMail } from './mails.ts'
import { createCore, readSnapshot, writeSnapshot, type Core, type Profile } from './model.ts'
import { provision, type WebhookTarget } from './provisioned.ts'
import type { JobRow } from './rows.ts'
import { createScreens } from './screens/screens.tsx'
import { dropRemovedState } from './stock.ts'
import { foundState, SANDBOX_WORLD, type World } from './world.ts'

export type { InboundMail, Profile, SandboxMail, WebhookTarget, World, ZammadFault }

export interface SandboxZammadOptions {
  readonly profile: Profile
  readonly clock: Clock
  readonly random: Random
  /** A real timer outside tests, a virtual one in tests. */
  readonly wait: (ms: number) => Promise<void>
  /** Where the agent screens are reached, such as `http://127.0.0.1:8787/sandbox/zammad`. */
  readonly publicUrl: string
  /** Sends what Zammad itself mails; a rejection is a failed delivery. */
  readonly send: (mail: SandboxMail) => Promise<void>
  /** Carries a webhook to its receiver. */
  readonly deliver: (request: Request) => Promise<Response>
  /** A snapshot to start from. */
  readonly state?: string | null
  /** Called after every change, for whoever keeps the state in a file. */
  readonly onChange?: () => void
  /**
   * How long a create takes between looking around and storing: a live Zammad takes 200 to 350 ms, in which
   * creates for one new customer trip over each other. 0, the default, lets only those race that are
   * under way in the same turn.
   */
  readonly createMs?: number
  /** Who and what is there at the start; the sandbox's own helpdesk where none is given. */
  readonly world?: World
  /**
   * How many milliseconds after its event each copy of a webhook sets out: of none the webhook is lost. One sets out
   * at once where nothing is given.
   */
  readonly hookDelaysMs?: () => readonly number[]
  /** Where the front desk hears of every ticket, as its owner provisions it; nobody does where none is given. */
  readonly webhook?: WebhookTarget
}

export interface SandboxZammad {
  /** API and screens, faults applied; what the network would do rejects with a TypeError, as `fetch` does. */
  readonly fetch: (request: Request) => Promise<Response>
  /** The same without faults. */
  readonly direct: (request: Request) => Promise<Response>
  readonly setFault: (fault: FaultOf) => void
  /** `dropped` loses every webhook from now on, those under way included. */
  readonly setHooks: (hooks: 'up' | 'dropped') => void
  /** Carries out the webhook tries and mails that are due by the clock. */
  readonly runDueJobs: () => Promise<void>
  /** A mail comes to one of the helpdesk's own addresses. */
  readonly receive: (mail: InboundMail) => void
  /** The whole state as JSON text. */
  readonly snapshot: () => string
}

function openCore(options: SandboxZammadOptions): Core {
  const { profile, publicUrl, clock, random, hookDelaysMs } = options
  const parts = { profile, publicUrl, clock, random, ...(hookDelaysMs ? { hookDelaysMs } : {}) }
  if (typeof options.state === 'string') return createCore({ ...parts, state: readSnapshot(options.state) })
  const state = foundState(options.world ?? SANDBOX_WORLD, clock().toISOString())
  if (profile === '6.6') dropRemovedState(state)
  return createCore({ ...parts, state })
}

/** A helpdesk that answers, remembers, mails and calls its webhooks like a Zammad of that version. */
export function createSandboxZammad(options: SandboxZammadOptions): SandboxZammad {
  const core = openCore(options)
  if (options.webhook) provision(core, options.webhook)
  const changed = options.onChange ?? (() => undefined)
  const base = core.publicUrl.pathname.replace(/\/$/, '')
  const api = createApi(core, { wait: options.wait, changed, createMs: options.createMs ?? 0 })
  const screens = createScreens(core, changed)
  let fault: FaultOf = 'up'
  let hooks: 'up' | 'dropped' = 'up'

  const direct = async (request: Request, env = { maintenance: false }): Promise<Response> => {
    const url = new URL(request.url)
    if (url.pathname !== base && !url.pathname.startsWith(`${base}/`))
      return new Response('Not found', { status: 404 })
    url.pathname = url.pathname.slice(base.length) || '/'
    const inside = new Request(url, request)
    return url.pathname.startsWith('/api/') ? api.fetch(inside, env) : screens.fetch(inside)
  }

  async function runJob(job: JobRow): Promise<void> {
    if (job.kind === 'mail') await runMail(core, job, options.send)
    else if (hooks === 'dropped') core.state.jobs.delete(job.id)
    else await runHook(core, job, options.deliver)
    settleEvents(core)
  }

  const running = new Set<number>()
  async function runDueJobs(): Promise<void> {
    const now = core.now()
    const due = [...core.state.jobs.values()]
      .filter((job) => job.due_at <= now && !running.has(job.id))
      .sort((a, b) => a.due_at.localeCompare(b.due_at))
    for (const { id } of due) running.add(id)
    for (const job of due) {
      try {
        await runJob(job)
      } finally {
        running.delete(job.id)
      }
    }
    if (due.length > 0) changed()
  }

  return {
    direct,
    fetch: withFaults(
      direct,
      (request) => (typeof fault === 'function' ? fault(request) : fault),
      options.wait,
    ),
    setFault: (next) => void (fault = next),
    setHooks: (next) => void (hooks = next),
    runDueJobs,
    receive(mail) {
      receiveMail(core, mail)
      changed()
    },
    snapshot: () => writeSnapshot(core.state),
  }
}
