import type { Conversation, Conversations } from '../conversation/conversation.ts'
import type { Submissions } from '../conversation/submission.ts'
import type { Article, Desk, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import { dispose, type Disposed, saidByStaff } from './disposition.ts'
import { type Customer, type CustomerDeps, customerOf } from './follow-customer.ts'
import type { ArticleKey, Ledger, LedgerEntry } from './ledger.ts'
import { UNKNOWN_ORIGIN } from './origins.ts'
import { mayFollow, sceneOf, type SceneDeps, stageOf } from './scene.ts'
import { entryOf, type Withdrawn } from './withdraw.ts'

/** Why an answer waits that the bot may not see at present. */
export const OUT_OF_SIGHT = 'the answer is where the bot may not look'

export interface LastLookDeps extends Omit<SceneDeps, 'desk' | 'submissions'> {
  readonly desk: SceneDeps['desk'] & Pick<Desk, 'article' | 'read' | 'bornOn'>
  readonly ledger: Pick<Ledger, 'byIds'>
  readonly conversations: Pick<Conversations, 'ofTickets'>
  readonly submissions: Pick<Submissions, 'byId'>
  readonly jobs: CustomerDeps['jobs']
}

/** An answer as Zammad has it now. */
export interface FreshAnswer {
  readonly seen: 'answer'
  readonly article: Article
  /** The ticket that it was made on. */
  readonly ticket: Ticket
  /** Whether that ticket is the reader's own, rather than the one that theirs was merged into. */
  readonly isOwn: boolean
  /** Whom staff have made the customer of the reader's own ticket; null where it came from no form. */
  readonly customer: Customer | null
}

export type LastLook =
  | FreshAnswer
  /** It is not for this reader any more. */
  | ({ readonly seen: 'withdrawn' } & Withdrawn)
  /** It is none of this reader's, and still another's to see; or the ticket that it was made on is there no more. */
  | { readonly seen: 'not-theirs'; readonly entry: LedgerEntry }
  /** Zammad was restored from a copy: what has this id is another article, or another ticket. */
  | { readonly seen: 'another'; readonly entry: LedgerEntry }

/**
 * Reads an answer and its ticket once more, just before it is mailed (design 4.7): whether it is still public, and whose
 * it is. `conversation` is the reader's, null for the customer of a ticket that came from no form. Throws `Failure`
 * where Zammad does not answer, or where the bot may not look.
 */
export async function lastLook(
  deps: LastLookDeps,
  key: ArticleKey,
  conversation: Conversation | null,
): Promise<LastLook> {
  const { entry, article } = await readAgain(deps, key)
  if (article === 'gone') return { seen: 'withdrawn', entry, now: article, updatedAt: null }
  if (article.createdAt.getTime() !== key.createdAt.getTime()) return { seen: 'another', entry }
  const origin = await originOf(deps, entry, article, conversation)
  if (origin === null) return { seen: 'not-theirs', entry }
  const born = await deps.desk.read(origin)
  if (born.seen !== 'ticket') {
    goneOrThrow(born.seen)
    // A merge has brought the article elsewhere before: it is there still.
    return { seen: 'not-theirs', entry }
  }
  const { ticket } = born
  const isOwn = conversation === null || conversation.ticketId === ticket.id
  if (isOwn && isAnother(ticket, conversation)) return { seen: 'another', entry }
  if (!isOwn && !(await isFollowed(deps, conversation, ticket))) return { seen: 'not-theirs', entry }
  const now = await judgedAgain(deps, entry, article, ticket)
  if (now.disposition !== 'relay') {
    return { seen: 'withdrawn', entry, now, updatedAt: article.updatedAt }
  }
  return {
    seen: 'answer',
    article,
    ticket,
    isOwn,
    customer: conversation && (await customerOf(deps, conversation, ticket)),
  }
}

/** An article of the ledger as it is now. Throws `Failure` with `unavailable` where the bot may not look: it may come back. */
export async function readAgain(
  { desk, ledger }: { readonly desk: Pick<Desk, 'article'>; readonly ledger: Pick<Ledger, 'byIds'> },
  key: ArticleKey,
): Promise<{ readonly entry: LedgerEntry; readonly article: Article | 'gone' }> {
  const entry = await entryOf(ledger, key)
  if (!entry) throw new Error('an answer without its entry in the ledger')
  const sight = await desk.article(key.id)
  return { entry, article: sight.seen === 'article' ? sight.article : goneOrThrow(sight.seen) }
}

/** The ticket that an article was made on; what staff released may be known by its id alone. Null where nobody can tell. */
async function originOf(
  { desk }: LastLookDeps,
  { bornOn }: LedgerEntry,
  { id, ticketId }: Article,
  conversation: Conversation | null,
): Promise<number | null> {
  if (bornOn !== UNKNOWN_ORIGIN) return bornOn
  for (const ticket of [ticketId, conversation?.ticketId ?? ticketId]) {
    if ((await desk.bornOn(ticket))?.has(id)) return ticket
  }
  return null
}

function goneOrThrow(seen: 'gone' | 'out-of-sight'): 'gone' {
  if (seen === 'gone') return seen
  throw new Failure('unavailable', OUT_OF_SIGHT)
}

function isAnother(ticket: Ticket, conversation: Conversation | null): boolean {
  if (!conversation?.ticketCreatedAt) return false
  const { ticketNumber, ticketCreatedAt } = conversation
  return ticketNumber !== ticket.number || ticketCreatedAt.getTime() !== ticket.createdAt.getTime()
}

/** Whether the reader's own ticket is still merged away, and what is said on the other one is theirs as well. */
async function isFollowed(deps: LastLookDeps, conversation: Conversation, target: Ticket): Promise<boolean> {
  const own = conversation.ticketId === null ? null : await deps.desk.read(conversation.ticketId)
  if (own?.seen !== 'ticket' || own.ticket.stateType !== 'merged') return false
  return mayFollow(deps, conversation, target)
}

/** By the same scene as when it was taken: that of the ticket that it was made on. */
async function judgedAgain(
  deps: LastLookDeps,
  entry: LedgerEntry,
  article: Article,
  ticket: Ticket,
): Promise<Disposed> {
  const conversation = (await deps.conversations.ofTickets([ticket.id])).get(ticket.id) ?? null
  const customerId = conversation?.customerId ?? ticket.customerId
  const stage = await stageOf(deps, { ticket: { ...ticket, customerId }, conversation })
  const said = saidByStaff(entry.because)
  const judged = { article, isKnown: true, isAtHome: true, isOverdue: true, saidByStaff: said }
  const scene = await sceneOf(deps, stage, judged)
  return dispose(article, scene)
}
