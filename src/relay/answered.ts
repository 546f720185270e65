import type { Conversation, ConversationChange } from '../conversation/conversation.ts'
import { isSameArticle, type Ledger, type LedgerEntry } from './ledger.ts'
import type { Verdict } from './verdicts.ts'

/** An answer to a ticket with this tag does not end the wait: more is promised (design 4.9). */
export const HOLDING = 'holding'

export interface AnsweredDeps {
  readonly ledger: Pick<Ledger, 'sharedWith' | 'conversationsOf'>
}

/** What became of one article; of one that is there no more as well. */
export type Outcome = Pick<Verdict, 'before' | 'entry' | 'viewers' | 'arrived' | 'leaving'>

type Judged = Pick<LedgerEntry, 'disposition' | 'side'>

const isAnswer = ({ disposition, side }: Judged): boolean =>
  side === 'desk' && (disposition === 'relay' || disposition === 'zammad-sent')

const earliest = (entries: readonly LedgerEntry[]): Date | null =>
  entries.length === 0 ? null : new Date(Math.min(...entries.map(({ createdAt }) => createdAt.getTime())))

/**
 * A conversation that has ended lives on from an answer that its visitor comes to see now: the link in that mail opens
 * something. `ended` is when it has, by what was found just now.
 */
export const renewed = (
  { id, closedAt }: Conversation,
  ended: Date | null,
  outcomes: readonly Outcome[],
  now: Date,
): Pick<ConversationChange, 'closedAt'> =>
  closedAt !== null && ended !== null && ended < now && outcomes.some((one) => isNewAnswer(one, id))
    ? { closedAt: now }
    : {}

/**
 * When a conversation was answered first, where that changed: the time of the first answer that its visitor may see; null
 * again where that one was taken back before it was mailed. `tags` is asked only where it matters.
 */
export async function answeredChange(
  deps: AnsweredDeps,
  conversation: Conversation,
  verdicts: readonly Outcome[],
  tags: () => Promise<readonly string[]>,
): Promise<Pick<ConversationChange, 'answeredAt'>> {
  const { id, answeredAt } = conversation
  if (answeredAt === null) {
    const news = verdicts.filter((verdict) => isNewAnswer(verdict, id)).map(({ entry }) => entry)
    const first = earliest(news)
    return first === null || (await tags()).includes(HOLDING) ? {} : { answeredAt: first }
  }
  const withdrawn = verdicts.filter(
    ({ before, entry, leaving }) =>
      before !== null &&
      isAnswer(before) &&
      ((!isAnswer(entry) && !entry.mailed) || leaving.some((one) => one.id === id)) &&
      +entry.createdAt === +answeredAt,
  )
  if (withdrawn.length === 0) return {}
  const others = await stillShared(deps, id, verdicts)
  return { answeredAt: earliest(others) }
}

const isNewAnswer = ({ before, entry, viewers, arrived }: Outcome, id: string): boolean =>
  isAnswer(entry) &&
  viewers.some((one) => one.id === id) &&
  (before === null || !isAnswer(before) || arrived.some((one) => one.id === id))

/** The answers that a visitor has by what was found just now: on the page, or by mail. */
async function stillShared(
  { ledger }: AnsweredDeps,
  id: string,
  outcomes: readonly Outcome[],
): Promise<readonly LedgerEntry[]> {
  const isJudged = (entry: LedgerEntry): boolean => outcomes.some((one) => isSameArticle(one.entry, entry))
  const others = (await ledger.sharedWith(id)).filter((entry) => !isJudged(entry) && isAnswer(entry))
  const judged: LedgerEntry[] = []
  for (const { entry, viewers, leaving } of outcomes) {
    if (leaving.some((one) => one.id === id)) continue
    const isSeen = isAnswer(entry) && viewers.some((one) => one.id === id)
    if (isSeen || (entry.mailed && (await ledger.conversationsOf(entry)).includes(id))) judged.push(entry)
  }
  return [...others, ...judged]
}
