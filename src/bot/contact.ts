import { z } from 'zod'
import { type Clock, HOUR_MS } from '../clock.ts'
import type { Desk } from '../desk.ts'
import { Failure } from '../failure.ts'
import { prefixFrom } from '../intake/numbers.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import type { Atomically } from '../writes.ts'

const NEWEST = 50

/** A ticket by which this Zammad is known again. */
const Witness = z.object({ id: z.number().int(), createdAt: z.iso.datetime() })

export interface ContactDeps {
  readonly desk: Desk
  readonly memory: Memory
  /** Tickets of ours, newest first: by them Zammad is known again where the first witness cannot be read. */
  readonly openedTickets: () => Promise<readonly { readonly id: number; readonly createdAt: Date }[]>
  readonly atomically: Atomically
  readonly clock: Clock
  readonly log: Log
}

/** Whether Zammad is the one that this store belongs to; `unknown` where no known ticket could be read. */
export type Identity = 'ours' | 'stranger' | 'unknown'

/** What is learned of a Zammad once, and how it is known again. */
export interface Contact {
  /** Learns the start line, the prefix of ticket numbers and the witnesses, where they are not known yet. */
  readonly learn: () => Promise<void>
  /** Looks at most once an hour unless told `now`; throws `Failure` where Zammad does not answer. */
  readonly identify: (when: 'hourly' | 'now') => Promise<Identity>
}

export function createContact(deps: ContactDeps): Contact {
  let lastLook: { at: Date; identity: Identity } | null = null
  return {
    learn: () => learn(deps),
    async identify(when) {
      const now = deps.clock()
      const fresh = lastLook && now.getTime() - lastLook.at.getTime() < HOUR_MS
      if (when === 'hourly' && lastLook && fresh) return lastLook.identity
      const identity = await identify(deps)
      lastLook = { at: now, identity }
      return identity
    },
  }
}

async function learn(deps: ContactDeps): Promise<void> {
  const { desk, memory } = deps
  const [startLine, prefix, witness] = [
    await memory.recall('start-line'),
    await memory.recall('prefix'),
    await memory.recall('witness'),
  ]
  if (startLine !== null && prefix !== null && witness !== null) return
  if (startLine === null) {
    // No ticket readable yet: every later one counts.
    const line = (await desk.latestUpdate()) ?? new Date(0)
    await deps.atomically([memory.remember('start-line', line.toISOString())])
    deps.log.info('zammad.first-contact')
  }
  if (prefix === null) {
    const newest = await desk.newest(NEWEST)
    const learned = prefixFrom(newest.filter(({ mark }) => mark === null).map(({ number }) => number))
    if (learned !== null) await deps.atomically([memory.remember('prefix', learned)])
  }
  if (witness === null) {
    const lowest = await desk.lowest()
    if (lowest) {
      const value = JSON.stringify({ id: lowest.id, createdAt: lowest.createdAt.toISOString() })
      await deps.atomically([memory.remember('witness', value)])
    }
  }
}

/** The first ticket that was ever seen, then those that we opened. */
async function witnessesOf(deps: ContactDeps): Promise<readonly { id: number; createdAt: string }[]> {
  const first = await deps.memory.recall('witness')
  const opened = await deps.openedTickets()
  return [
    ...(first === null ? [] : [Witness.parse(JSON.parse(first))]),
    ...opened.map(({ id, createdAt }) => ({ id, createdAt: createdAt.toISOString() })),
  ]
}

/** A known ticket of another birth proves another Zammad; one that is gone or out of sight proves nothing. */
async function identify(deps: ContactDeps): Promise<Identity> {
  for (const witness of await witnessesOf(deps)) {
    const sight = await deps.desk.read(witness.id)
    if (sight.seen !== 'ticket') continue
    const same = sight.ticket.createdAt.toISOString() === witness.createdAt
    const { memory } = deps
    if (same) await deps.atomically([memory.forget('stranger')])
    else await memory.rememberFirst('stranger', deps.clock().toISOString())
    return same ? 'ours' : 'stranger'
  }
  return (await deps.memory.recall('stranger')) === null ? 'unknown' : 'stranger'
}

/** The same desk, writing only while Zammad is not known to be another one than the store belongs to. */
export function ours(desk: Desk, contact: Contact): Desk {
  const assure = async (): Promise<void> => {
    if ((await contact.identify('hourly')) !== 'stranger') return
    throw new Failure('misconfigured', 'this is not the Zammad that the database belongs to')
  }
  return {
    ...desk,
    async open(ticket) {
      await assure()
      return desk.open(ticket)
    },
    async note(ticketId, note) {
      await assure()
      return desk.note(ticketId, note)
    },
    async change(ticketId, change) {
      await assure()
      return desk.change(ticketId, change)
    },
    async tag(ticketId, tags) {
      await assure()
      return desk.tag(ticketId, tags)
    },
    async untag(ticketId, tag) {
      await assure()
      return desk.untag(ticketId, tag)
    },
    async reply(ticketId, article, how) {
      await assure()
      return desk.reply(ticketId, article, how)
    },
    async merge(ticketId, targetNumber) {
      await assure()
      return desk.merge(ticketId, targetNumber)
    },
    async personOf(email, name) {
      await assure()
      return desk.personOf(email, name)
    },
  }
}
