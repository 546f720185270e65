import type { Clock } from '../clock.ts'
import { readEmailAddress } from '../forms/email-address.ts'
import type { Submissions } from './submission.ts'
import type { JobStore, ListedJob } from '../outbox/job-store.ts'
import type { JobState } from '../outbox/job.ts'
import type { Units } from '../routing/units.ts'
import type { Signer } from '../secret.ts'
import type { Atomically, Write } from '../writes.ts'
import type { Conversations, Messages } from './conversation.ts'
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
  readonly list: (states: readonly JobState[]) => Promise<readonly ListedJob[]>
  readonly retry: (job: string, change: RetryChange) => Promise<Decided>
  readonly discard: (job: string, reason: string) => Promise<Decided>
}

export interface DecisionsDeps {
  readonly jobs: JobStore
  readonly submissions: Submissions
  readonly conversations: Conversations
  readonly messages: Messages
  readonly atomically: Atomically
  readonly signer: Signer
  readonly units: Units
  readonly clock: Clock
}

export function createDecisions(deps: DecisionsDeps): Decisions {
  const decided = (touched: readonly number[]): Decided => (touched.at(-1) === 1 ? 'done' : 'not-parked')
  return {
    list: (states) => deps.jobs.list(states),
    async retry(job, { unit, address }) {
      if (unit !== undefined && !deps.units.units.some(({ id }) => id === unit)) return 'unknown-unit'
      const parked = (await deps.jobs.list(['parked'])).find(({ id }) => id === job)
      if (!parked) return 'not-parked'
      const readdressed = address === undefined ? [] : await readdress(deps, parked.conversation, address)
      if (readdressed === null) return 'bad-address'
      const order = { now: deps.clock(), change: unit === undefined ? {} : { unit } }
      return decided(await deps.atomically([...readdressed, deps.jobs.retry(job, order)]))
    },
    async discard(job, reason) {
      return decided(await deps.atomically([deps.jobs.discard(job, { reason, now: deps.clock() })]))
    },
  }
}

/** The writes that correct a visitor's address, or null where it is none. */
async function readdress(
  deps: DecisionsDeps,
  conversationId: string | null,
  address: string,
): Promise<readonly Write[] | null> {
  const recipient = readEmailAddress(address)
  const conversation = conversationId === null ? null : await deps.conversations.byId(conversationId)
  if (recipient === null || !conversation) return null
  const generation = conversation.link.generation + 1
  const link = await newLink(deps.signer, conversation.id, recipient, generation)
  return [
    deps.conversations.readdress(conversation.id, recipient, link.kept),
    deps.messages.readdress(conversation.id, recipient),
    ...(conversation.ticketId === null
      ? [deps.submissions.readdress(conversation.submission, recipient)]
      : []),
  ]
}
