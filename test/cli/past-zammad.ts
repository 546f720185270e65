import { onTestFinished } from 'vitest'
import { after, MINUTE_MS } from '../../src/clock.ts'
import { listen } from '../../src/runtime/node/http-server.ts'
import type { Caller } from '../../src/sandbox/zammad/access.ts'
import { createCore, writeSnapshot, type Core } from '../../src/sandbox/zammad/model.ts'
import { draftTicket, storeTicket } from '../../src/sandbox/zammad/opening.ts'
import { dropRemovedState } from '../../src/sandbox/zammad/stock.ts'
import { mergeTicket, updateTicket } from '../../src/sandbox/zammad/tickets.ts'
import { foundState, SANDBOX_WORLD } from '../../src/sandbox/zammad/world.ts'
import { createSandboxZammad } from '../../src/sandbox/zammad/zammad.ts'
import { seeded } from '../support/samples.ts'

/** Who does something to a ticket. */
type Hand = 'bot' | 'agent'

/** A ticket and what became of it. */
export interface Seed {
  readonly title: string
  readonly opened: string
  /** Groups that it was moved to, one after another. */
  readonly moves?: readonly (readonly [by: Hand, group: string])[]
  readonly closed?: boolean
  readonly body?: string
  readonly messageId?: string
  readonly preferences?: object
  /** Whether it was merged into the first one. */
  readonly merged?: boolean
}

const FOUNDED = new Date('2026-07-01T08:00:00Z')
/** The first seed is made then, each other one a minute later. */
const FIRST_MADE = new Date('2026-09-01T08:00:00Z')

const PROFILE = '6.6'
const PUBLIC_URL = 'http://127.0.0.1/sandbox/zammad'

function callerOf(core: Core, hand: Hand): Caller {
  const user = [...core.state.users.values()].find(({ login }) => login === `${hand}@helpdesk.example`)
  if (!user) throw new Error(`the sandbox has no ${hand}`)
  return { user, token: null }
}

/** Does what the API would do, without the API. */
function plant(core: Core, seed: Seed, first: string | undefined): string {
  const [bot, agent] = [callerOf(core, 'bot'), callerOf(core, 'agent')]
  const draft = draftTicket(core, agent, {
    title: seed.title,
    group: seed.opened,
    customer: { firstname: 'Ann', lastname: 'Lee', email: 'ann.lee@example.org' },
    preferences: seed.preferences ?? {},
    article: {
      type: 'web',
      sender: 'Customer',
      content_type: 'text/plain',
      body: seed.body ?? 'What can be done?',
      message_id: seed.messageId ?? null,
    },
  })
  const { id, number } = storeTicket(core, agent, draft)
  for (const [by, group] of seed.moves ?? []) updateTicket(core, by === 'bot' ? bot : agent, id, { group })
  if (seed.closed) updateTicket(core, agent, id, { state: 'closed' })
  if (seed.merged && first !== undefined) mergeTicket(core, agent, id, first)
  // Triggers would mail people; the past has no more of it.
  core.events.length = 0
  return number
}

/** A Zammad with this past, over real HTTP, as long as the test runs. */
export async function servePast(seeds: readonly Seed[]) {
  let now = FOUNDED
  const state = foundState(SANDBOX_WORLD, now.toISOString())
  dropRemovedState(state)
  const parts = { profile: PROFILE, publicUrl: PUBLIC_URL, clock: () => now, random: seeded() } as const
  const core = createCore({ ...parts, state })
  const numbers: string[] = []
  for (const [at, seed] of seeds.entries()) {
    now = after(FIRST_MADE, at * MINUTE_MS)
    numbers.push(plant(core, seed, numbers[0]))
  }
  const zammad = createSandboxZammad({
    ...parts,
    wait: () => Promise.resolve(),
    send: () => Promise.resolve(),
    deliver: () => Promise.resolve(new Response(null, { status: 202 })),
    state: writeSnapshot(state),
  })
  const asked: string[] = []
  const server = await listen(
    (request) => {
      asked.push(`${request.method} ${new URL(request.url).pathname}`)
      return zammad.fetch(request)
    },
    { host: '127.0.0.1', port: 0 },
  )
  onTestFinished(() => server.close(0))
  return {
    url: `http://127.0.0.1:${server.port}/sandbox/zammad`,
    /** Of the seeds, in their order. */
    numbers,
    /** Method and path of every call so far. */
    asked,
    snapshot: zammad.snapshot,
    setFault: zammad.setFault,
  }
}
