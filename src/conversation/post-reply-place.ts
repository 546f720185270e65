import type { Conversation } from './conversation.ts'
import { type Clock, DAY_MS } from '../clock.ts'
import type { Desk, Group, Ticket } from '../desk.ts'
import type { Settlement } from '../outbox/job.ts'
import { mergeTarget } from '../relay/merge-target.ts'
import { type PostReplyDeps, ticketNow, type Word } from './post-reply-case.ts'

/** Where a word goes, by what the ticket is at this moment. */
export type Place =
  | { readonly to: 'ticket'; readonly ticket: Ticket; readonly how: 'add' | 'reopen' }
  /** To a new ticket that continues this closed one. */
  | { readonly to: 'follow-up'; readonly ticket: Ticket }
  | { readonly to: 'nowhere'; readonly settlement: Settlement }

const isLive = ({ stateType }: Ticket): boolean => stateType === 'new' || stateType === 'open'

/** Where a reply goes. A request that staff go on with in another one is answered there, while it is closed itself. */
export async function placeOf(
  deps: PostReplyDeps,
  word: Word,
  conversation: Conversation = word.conversation,
): Promise<Place> {
  const now = await ticketNow(deps, word.job, conversation)
  if ('settlement' in now) return { to: 'nowhere', settlement: now.settlement }
  const { ticket } = now
  if (ticket.stateType === 'merged') return behindMerge(deps, conversation, ticket)
  if (isLive(ticket)) return { to: 'ticket', ticket, how: 'add' }
  if (ticket.stateType === 'pending' || (await takesFurtherWords(deps, ticket))) {
    return { to: 'ticket', ticket, how: 'reopen' }
  }
  const next =
    conversation.continuedIn === null ? null : await deps.conversations.byId(conversation.continuedIn)
  return next ? placeOf(deps, word, next) : { to: 'follow-up', ticket }
}

/** A merged ticket takes nothing that anybody sees. The one that it went into is opened again, whatever its group's rule. */
async function behindMerge(deps: PostReplyDeps, conversation: Conversation, merged: Ticket): Promise<Place> {
  const ticket = await targetOf(deps, conversation, merged)
  if (!ticket) {
    const reason =
      'the ticket was merged, and it cannot be told into which one: open it again, then retry this'
    return { to: 'nowhere', settlement: { outcome: 'parked', reason } }
  }
  return { to: 'ticket', ticket, how: isLive(ticket) ? 'add' : 'reopen' }
}

/** By the rule of its group; a group that we do not know takes them. */
async function takesFurtherWords(
  { desk, clock }: { readonly desk: Pick<Desk, 'account'>; readonly clock: Clock },
  { group, closedAt }: Ticket,
): Promise<boolean> {
  const { groups } = await desk.account()
  const rule: Group['followUp'] = groups.find(({ name }) => name === group)?.followUp ?? { to: 'same-ticket' }
  if (rule.to !== 'either') return rule.to === 'same-ticket'
  return closedAt === null || clock().getTime() - closedAt.getTime() <= rule.days * DAY_MS
}

/**
 * The ticket that one was merged into, behind all merges, or null where it cannot be told. `conversation` is the one
 * whose ticket it was, if there is any.
 */
export async function targetOf(
  deps: Pick<PostReplyDeps, 'ledger' | 'mailHost'> & {
    readonly desk: Pick<Desk, 'read' | 'parents' | 'articles' | 'byMessageId'>
  },
  conversation: Conversation | null,
  source: Pick<Ticket, 'id'>,
): Promise<Ticket | null> {
  const { desk, ledger, mailHost } = deps
  const known = conversation?.mergedInto ? await desk.read(conversation.mergedInto) : null
  if (known?.seen === 'ticket' && known.ticket.stateType !== 'merged') return known.ticket
  const shared = conversation ? await ledger.sharedWith(conversation.id) : []
  const entries = [...(await ledger.ofTicket(source.id)), ...shared]
  const target = await mergeTarget(
    { desk },
    source,
    entries.map(({ id }) => id),
  )
  if (target || !conversation) return target
  // The first article went along, whatever the ledger has seen.
  const holder = await desk.byMessageId(`<${conversation.submission}@${mailHost}>`)
  return holder && holder.id !== source.id && holder.stateType !== 'merged' ? holder : null
}
