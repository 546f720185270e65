import type { Clock } from '../clock.ts'
import { touchTickets, type TouchDeps } from '../clocks/touching.ts'
import type { Conversation, Conversations } from '../conversation/conversation.ts'
import type { Hints } from '../followed.ts'
import type { Held, Write } from '../writes.ts'
import type { Disposed } from './disposition.ts'
import { type ArticleKey, isSameArticle, type Ledger, type LedgerEntry } from './ledger.ts'
import { withoutWords } from './next-entry.ts'
import { deletedEntry } from './vanished.ts'

export interface WithdrawDeps extends TouchDeps {
  readonly ledger: Pick<Ledger, 'byIds' | 'keep' | 'sharedWith' | 'conversationsOf'>
  readonly conversations: Pick<Conversations, 'byId' | 'change' | 'around'>
  readonly hints: Pick<Hints, 'add'>
  readonly clock: Clock
}

/** An answer that is none any more: what became of it, and when Zammad had changed it last (null: it is there no more). */
export interface Withdrawn {
  readonly entry: LedgerEntry
  readonly now: Disposed | 'gone'
  readonly updatedAt: Date | null
}

/**
 * What is put down of an answer that is none any more, only while the job's lease stands where a conversation changes: no
 * page shows it from now on, given again it is sent again, and nobody has been answered by it. Nothing where somebody has
 * seen a later state of it meanwhile. Its ticket is looked at again in any case.
 */
export async function withdraw(
  deps: WithdrawDeps,
  withdrawn: Withdrawn,
  held: Held,
): Promise<readonly Write[]> {
  const entry = (await entryOf(deps.ledger, withdrawn.entry)) ?? withdrawn.entry
  const now = deps.clock()
  const hint = deps.hints.add(entry.ticketId, now)
  if (withdrawn.updatedAt !== null && withdrawn.updatedAt < entry.updatedAt) return [hint]
  const next = become(entry, withdrawn.now)
  const readers = isAnswer(next) || entry.mailed ? [] : await deps.ledger.conversationsOf(entry)
  const unanswered = await Promise.all(readers.map((id) => waitsAgain(deps, id, entry, held)))
  const touches = await touchTickets(deps, [entry.ticketId], now)
  return [deps.ledger.keep(next), hint, ...unanswered.flat(), ...touches]
}

/** What the ledger has of an article now, or null. */
export async function entryOf(ledger: Pick<Ledger, 'byIds'>, key: ArticleKey): Promise<LedgerEntry | null> {
  const entries = await ledger.byIds([key.id])
  return entries.find((entry) => isSameArticle(entry, key)) ?? null
}

const isAnswer = ({ disposition, side }: LedgerEntry): boolean =>
  side === 'desk' && (disposition === 'relay' || disposition === 'zammad-sent')

/** What one visitor has by mail stays as it was judged, and is no longer shown where it is internal. */
function become(entry: LedgerEntry, now: Disposed | 'gone'): LedgerEntry {
  if (now === 'gone') return deletedEntry(entry)
  const internal = now.because === 'internal'
  if (entry.mailed) return internal ? withoutWords({ ...entry, internal }) : entry
  const next = { ...entry, ...now, internal }
  return now.side === null ? withoutWords(next) : next
}

/** The visitor of a conversation that it was the first answer to waits for the next one. */
async function waitsAgain(
  { ledger, conversations }: WithdrawDeps,
  id: Conversation['id'],
  entry: LedgerEntry,
  held: Held,
): Promise<readonly Write[]> {
  const conversation = await conversations.byId(id)
  if (conversation?.answeredAt?.getTime() !== entry.createdAt.getTime()) return []
  const first = (await ledger.sharedWith(id)).find((other) => isAnswer(other) && !isSameArticle(other, entry))
  return [conversations.change(id, { answeredAt: first?.createdAt ?? null }, held)]
}
