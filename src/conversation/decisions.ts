import type { ClockRecords } from '../clocks/records.ts'
import { readEmailAddress } from '../forms/email-address.ts'
import { type JobStore, type ListedJob, PAGE } from '../outbox/job-store.ts'
import type { JobState } from '../outbox/job.ts'
import type { Units } from '../routing/units.ts'
import type { Signer } from '../secret.ts'
import type { Atomically, Write } from '../writes.ts'
import type { Conversations } from './conversation.ts'
import { correction, type CorrectionDeps } from './correction.ts'
import { newLink } from './link.ts'

/** What staff change before a parked job is tried again. */
export interface RetryChange {
  /** Id of the unit that is to have the ticket. */
  readonly unit?: string
  /** The visitor's address, corrected. */
  readonly address?: string
}

export type Decided = 'done' | 'not-parked' | 'unknown-unit' | 'bad-address'

/** What staff see of the outbox, and what they decide on jobs that stand still. */
export interface Decisions {
  /** The oldest jobs, at most `PAGE`. */
  readonly list: (states: readonly JobState[]) => Promise<readonly ListedJob[]>
  /** All jobs, oldest first. */
  readonly listAll: (states: readonly JobState[]) => Promise<readonly ListedJob[]>
  readonly count: (states: readonly JobState[]) => Promise<number>
  readonly retry: (job: string, change: RetryChange) => Promise<Decided>
  readonly discard: (job: string, reason: string) => Promise<Decided>
}

export interface DecisionsDeps extends CorrectionDeps {
  readonly conversations: Conversations
  readonly records: Pick<ClockRecords, 'touch'>
  readonly atomically: Atomically
  readonly signer: Signer
  readonly units: () => Units
}

export function createDecisions(deps: DecisionsDeps): Decisions {
  const decided = (touched: readonly number[]): Decided => (touched.at(-1) === 1 ? 'done' : 'not-parked')
  return {
    list: (states) => deps.jobs.list(states),
    listAll: (states) => listAll(deps.jobs, states),
    async count(states) {
      const counts = await deps.jobs.counts()
      return counts.reduce((sum, { state, count }) => sum + (states.includes(state) ? count : 0), 0)
    },
    async retry(job, { unit, address }) {
      if (unit !== undefined && !deps.units().units.some(({ id }) => id === unit)) return 'unknown-unit'
      const parked = await deps.jobs.byId(job)
      if (parked?.state !== 'parked') return 'not-parked'
      const readdressed = address === undefined ? [] : await readdress(deps, parked, address)
      if (readdressed === null) return 'bad-address'
      const order = { now: deps.clock(), change: unit === undefined ? {} : { unit } }
      return decided(await deps.atomically([...readdressed, deps.jobs.retry(job, order)]))
    },
    async discard(job, reason) {
      const now = deps.clock()
      const parked = await deps.jobs.byId(job)
      const given = parked ? givenUp(deps, parked, now) : []
      return decided(await deps.atomically([...given, deps.jobs.discard(job, { reason, now })]))
    },
  }
}

async function listAll(jobs: JobStore, states: readonly JobState[]): Promise<readonly ListedJob[]> {
  const all: ListedJob[] = []
  for (;;) {
    const page = await jobs.list(states, all.at(-1))
    all.push(...page)
    if (page.length < PAGE) return all
  }
}

/** The writes by which a request is over whose ticket is never opened: its visitor sees it, and nobody is due to answer. */
function givenUp(
  { conversations, records }: DecisionsDeps,
  { id, kind, conversation }: ListedJob,
  now: Date,
): readonly Write[] {
  if (kind !== 'open-ticket' || conversation === null) return []
  return [conversations.giveUp(conversation, now, id), records.touch({ conversation, ticketId: null }, now)]
}

/** The writes that correct a visitor's address, or null where it is none. */
async function readdress(
  deps: DecisionsDeps,
  { id: parked, conversation: conversationId }: ListedJob,
  address: string,
): Promise<readonly Write[] | null> {
  const recipient = readEmailAddress(address)
  const conversation = conversationId === null ? null : await deps.conversations.byId(conversationId)
  if (recipient === null || !conversation) return null
  const generation = conversation.link.generation + 1
  const { kept } = await newLink(deps.signer, conversation.id, recipient, generation)
  return [
    deps.conversations.readdress(conversation.id, recipient, kept, parked),
    ...(await correction(deps, { ...conversation, recipient, link: kept }, parked)),
  ]
}
