import { after, type Clock, MINUTE_MS, SECOND_MS } from '../clock.ts'
import type { JobStore } from '../outbox/job-store.ts'
import type { Settlement } from '../outbox/job.ts'
import type { FollowedTickets } from '../followed.ts'
import type { Conversation, MessageKind } from './conversation.ts'

const FROZEN_MS = MINUTE_MS
const SOON_MS = 10 * SECOND_MS

export interface MailHoldDeps {
  readonly jobs: Pick<JobStore, 'isUnfinished'>
  readonly clock: Clock
}

/** A mail that comes too early, and for how long. */
export type Waiting = Extract<Settlement, { readonly outcome: 'wait' }>

/**
 * Why no mail may leave for a conversation now, or null: it is frozen, or its visitor has corrected the address and
 * Zammad does not have it yet (design 4.6, 4.7). A receipt tells no word of staff's, and waits for no Zammad.
 */
export async function mailHold(
  { jobs, clock }: MailHoldDeps,
  { id, frozenAt }: Pick<Conversation, 'id' | 'frozenAt'>,
  kind: MessageKind,
): Promise<Waiting | null> {
  if (frozenAt) return wait(clock, FROZEN_MS, 'the conversation is frozen')
  if (kind === 'receipt') return null
  const isCorrected = await jobs.isUnfinished(id, 'change-customer')
  return isCorrected ? wait(clock, SOON_MS, 'the address is being corrected') : null
}

/**
 * Whether the ticket of a conversation has another customer than the one who is mailed to: then no notice may leave.
 * Whoever looks at tickets finds out who that is; where they have no address there is nobody to tell.
 */
export async function hasAnotherCustomer(
  { followed }: { readonly followed: Pick<FollowedTickets, 'byIds'> },
  { ticketId, customerId }: Pick<Conversation, 'ticketId' | 'customerId'>,
): Promise<boolean> {
  if (ticketId === null || customerId === null) return false
  const ticket = (await followed.byIds([ticketId])).get(ticketId)
  // The customer of a ticket that was merged away says nothing any more.
  if (!ticket || ticket.customerId === null || ticket.stateType === 'merged') return false
  return ticket.customerId !== customerId
}

/** Nothing was tried; it is looked at again after that long. */
export const wait = (clock: Clock, ms: number, reason: string): Waiting => ({
  outcome: 'wait',
  until: after(clock(), ms),
  reason,
})
