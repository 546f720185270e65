import type {
  Conversation,
  ConversationChange,
  Conversations,
  Messages,
} from '../conversation/conversation.ts'
import { newLink } from '../conversation/link.ts'
import { relinked } from '../conversation/links.ts'
import type { Submissions } from '../conversation/submission.ts'
import type { Desk, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import { readEmailAddress } from '../forms/email-address.ts'
import type { Log } from '../log.ts'
import type { JobStore } from '../outbox/job-store.ts'
import type { Signer } from '../secret.ts'
import type { Atomically, Held } from '../writes.ts'
import type { Paired } from './origins.ts'

/** Whom staff have made the customer of a conversation's ticket. */
export type Customer =
  /** The visitor, be it under another account; or one whom the visitor's own correction has replaced. */
  | { readonly is: 'visitor'; readonly customerId: number | null }
  | { readonly is: 'another'; readonly customerId: number; readonly address: string }
  /** Somebody whom no mail reaches. */
  | { readonly is: 'unreachable' }
  /** Somebody else, while the visitor's own correction of the address is on its way. */
  | { readonly is: 'unsettled' }

export interface CustomerDeps {
  readonly desk: Pick<Desk, 'person'>
  readonly submissions: Pick<Submissions, 'byId'>
  readonly jobs: Pick<JobStore, 'isUnfinished'>
}

const AS_IT_WAS: Customer = { is: 'visitor', customerId: null }

/**
 * Whether staff chose another customer, or another address of the same (design 4.7): the one place that decides it.
 * The conversation is to be read before the ticket. A customer of the address that the visitor has replaced is no choice
 * of staff's unless Zammad had the present one; that of a ticket which was merged away says nothing any more. Throws
 * `Failure` where Zammad does not answer.
 */
export async function customerOf(
  deps: CustomerDeps,
  conversation: Conversation,
  ticket: Ticket,
): Promise<Customer> {
  const { id, ticketId, customerId: known, recipient } = conversation
  if (ticketId !== ticket.id || ticket.stateType === 'merged') return AS_IT_WAS
  const { customerId } = ticket
  const isOther = known !== null && known !== customerId
  const email = (await deps.desk.person(customerId))?.email ?? null
  if (email === null) return isOther ? { is: 'unreachable' } : AS_IT_WAS
  const address = readEmailAddress(email)
  const written = (address ?? email).toLowerCase()
  if (written === recipient.toLowerCase()) {
    return isOther ? { is: 'visitor', customerId } : AS_IT_WAS
  }
  const isCorrected = await deps.jobs.isUnfinished(id, 'change-customer')
  if ((!isOther || isCorrected) && (await isReplaced(deps, conversation, written))) return AS_IT_WAS
  if (isCorrected) return { is: 'unsettled' }
  return address === null ? { is: 'unreachable' } : { is: 'another', customerId, address }
}

async function isReplaced(
  { submissions }: CustomerDeps,
  { formerRecipients, submission: id }: Conversation,
  email: string,
): Promise<boolean> {
  const submission = await submissions.byId(id)
  return [...formerRecipients, submission?.email.toLowerCase()].includes(email)
}

export interface HandOverDeps {
  readonly conversations: Pick<Conversations, 'byId' | 'relink'>
  readonly messages: Pick<Messages, 'readdress'>
  readonly atomically: Atomically
  readonly signer: Signer
  readonly log: Log
}

/**
 * The conversation under a link of its own to that address; the link before ends, and with it what was rendered for it.
 * Throws `Failure` with `unavailable` where the link has changed meanwhile, or the job's lease has ended.
 */
export async function handOver(
  deps: HandOverDeps,
  { id, link }: Conversation,
  to: {
    readonly recipient: string
    readonly along?: Pick<ConversationChange, 'customerId' | 'unreachableAt'>
  },
  held?: Held,
): Promise<Conversation> {
  const { kept } = await newLink(deps.signer, id, to.recipient, link.generation + 1)
  const touched = await deps.atomically(relinked(deps, { id }, { ...to, link: kept }, held))
  const now = await deps.conversations.byId(id)
  if (touched.at(-1) !== 1 || !now) throw new Failure('unavailable', 'the conversation has just changed')
  deps.log.info('conversation.readdressed', { conversation: id })
  return now
}

/** What goes along where staff chose another customer. */
export const chosen = ({ customerId, address }: Extract<Customer, { readonly is: 'another' }>) => ({
  recipient: address,
  along: { customerId, unreachableAt: null },
})

export interface FollowCustomerDeps extends CustomerDeps, HandOverDeps {
  readonly desk: Pick<Desk, 'person' | 'read'>
  readonly conversations: Pick<Conversations, 'byId' | 'relink' | 'change'>
}

/** The conversations around a ticket, once they belong to whom staff want them to. */
export interface Settled {
  readonly around: readonly Conversation[]
  /** Ids of those whose visitor is not the customer any more, while nobody else can be written to. */
  readonly withheld: ReadonlySet<string>
}

/**
 * Hands the conversations of a ticket over to the customer whom staff chose, before anything that was said is judged,
 * shown or mailed. The customer is read where the ticket has another one than we know of, or where staff write to an
 * address that is not the visitor's. Throws `Failure` where Zammad does not answer.
 */
export async function followCustomers(
  deps: FollowCustomerDeps,
  {
    ticket,
    around,
    all,
  }: Pick<Settled, 'around'> & { readonly ticket: Ticket; readonly all: readonly Paired[] },
): Promise<Settled> {
  const settled: Conversation[] = []
  const withheld = new Set<string>()
  for (const conversation of around) {
    const isOwn = conversation.ticketId === ticket.id && ticket.stateType !== 'merged'
    if (!isOwn || !mayBeAnothers(conversation, ticket, all)) {
      settled.push(conversation)
      continue
    }
    const followed = await followCustomer(deps, conversation, ticket)
    settled.push(followed.conversation)
    if (followed.isWithheld) withheld.add(conversation.id)
  }
  return { around: settled, withheld }
}

const mayBeAnothers = (
  { customerId, recipient }: Conversation,
  ticket: Ticket,
  all: readonly Paired[],
): boolean => customerId !== ticket.customerId || all.some((paired) => isNewMailToOthers(paired, recipient))

function isNewMailToOthers({ article, before }: Paired, recipient: string): boolean {
  const { sender, type, internal, to } = article
  const isOpen = before === null || before.disposition === 'undecided'
  const isAgentsMail = sender === 'Agent' && type === 'email' && !internal
  return isOpen && isAgentsMail && to.length > 0 && !to.includes(recipient.toLowerCase())
}

async function followCustomer(
  deps: FollowCustomerDeps,
  conversation: Conversation,
  ticket: Ticket,
): Promise<{ readonly conversation: Conversation; readonly isWithheld: boolean }> {
  // The ticket was read before the conversation: our own change of its customer may have come between.
  const sight = await deps.desk.read(ticket.id)
  if (sight.seen !== 'ticket') throw new Failure('unavailable', 'the ticket left our sight while it was read')
  const customer = await customerOf(deps, conversation, sight.ticket)
  switch (customer.is) {
    case 'another':
      return { conversation: await handOver(deps, conversation, chosen(customer)), isWithheld: false }
    case 'unreachable':
    case 'unsettled':
      return { conversation, isWithheld: true }
    case 'visitor': {
      const { customerId } = customer
      if (customerId === null) return { conversation, isWithheld: false }
      await deps.atomically([deps.conversations.change(conversation.id, { customerId })])
      return { conversation: { ...conversation, customerId }, isWithheld: false }
    }
  }
}
