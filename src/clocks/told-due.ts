import type { Conversation, Messages } from '../conversation/conversation.ts'
import type { TicketClock } from '../promise/clock.ts'
import { reckon } from '../promise/reckon.ts'
import type { ArticleKey } from '../relay/ledger.ts'
import type { Rulebook } from '../routing/rule.ts'
import { type AnswerGiven, holdingAnswers } from './holding-answers.ts'
import { policyOf } from './policy.ts'
import type { Reckoned } from './reckoned.ts'

export interface ToldDueDeps {
  readonly messages: Pick<Messages, 'ofArticle'>
  readonly rulebook: () => Rulebook
}

/**
 * The latest time by which a mail of ours told a visitor that a clock is answered, or null where none told any. Of the
 * request it is what was promised when it was sent, as the receipt has it; of each answer that promised more, when the
 * clock was due as its mail went, by what is known now.
 */
export async function latestDueTold(
  { messages, rulebook }: ToldDueDeps,
  conversation: Pick<Conversation, 'id' | 'dueAt'>,
  reckoned: Pick<Reckoned, 'log' | 'reckoning'>,
  clock: TicketClock,
): Promise<Date | null> {
  const rules = rulebook()
  const policy = policyOf(rules)
  let latest = clock.key === 'request' ? conversation.dueAt : null
  for (const answer of holdingAnswers(reckoned, clock, rules.promise)) {
    const sentAt = await mailedAt(messages, answer, conversation.id)
    const then = sentAt && reckon(reckoned.log, policy, sentAt).clocks.find(({ key }) => key === clock.key)
    if (then?.dueAt && (latest === null || then.dueAt > latest)) latest = then.dueAt
  }
  return latest
}

/** The article of an answer, by the key that it has in the log; null where it has none. */
function articleOf({ key, at }: AnswerGiven): ArticleKey | null {
  const id = /^article:(\d+):/.exec(key)?.[1]
  return id === undefined ? null : { id: Number(id), createdAt: at }
}

async function mailedAt(
  messages: ToldDueDeps['messages'],
  answer: AnswerGiven,
  conversation: string,
): Promise<Date | null> {
  const article = articleOf(answer)
  const mails = article ? await messages.ofArticle(article, conversation) : []
  return mails.findLast(({ sentAt }) => sentAt !== null)?.sentAt ?? null
}
