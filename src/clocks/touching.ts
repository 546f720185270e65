import type { Conversation, Conversations } from '../conversation/conversation.ts'
import type { FollowedTickets } from '../followed.ts'
import type { Held, Write } from '../writes.ts'
import type { FactsStore } from './facts.ts'
import { type ClockRecords, type Subject, subjectId } from './records.ts'

export interface TouchDeps {
  readonly records: Pick<ClockRecords, 'touch'>
  readonly facts: Pick<FactsStore, 'mergedInto'>
  readonly conversations: Pick<Conversations, 'around'>
  readonly followed: Pick<FollowedTickets, 'byIds'>
}

/** The writes by which promises are reckoned again that these subjects have to do with; each once. */
const touchEach = (
  { records }: Pick<TouchDeps, 'records'>,
  subjects: readonly Subject[],
  at: Date,
  held?: Held,
): readonly Write[] =>
  [...new Map(subjects.map((subject) => [subjectId(subject), subject])).values()].map((subject) =>
    records.touch(subject, at, held),
  )

export const subjectOf = ({ id, ticketId }: Pick<Conversation, 'id' | 'ticketId'>): Subject => ({
  conversation: id,
  ticketId,
})

/**
 * Whatever is said or changed on these tickets is to be reckoned: theirs, and that of what was merged into them. Of those
 * that we do not answer for only what was merged into them.
 */
export async function touchTickets(
  deps: TouchDeps,
  ticketIds: readonly number[],
  at: Date,
  held?: Held,
): Promise<readonly Write[]> {
  const subjects: Subject[] = []
  for (const id of new Set(ticketIds)) subjects.push(...(await subjectsAround(deps, id)))
  return touchEach(deps, subjects, at, held)
}

/** A visitor said something: on their own ticket, or on the one that it was merged into. */
export async function touchConversation(
  deps: TouchDeps,
  conversation: Pick<Conversation, 'id' | 'ticketId' | 'mergedInto'>,
  at: Date,
  held?: Held,
): Promise<readonly Write[]> {
  const { mergedInto } = conversation
  const others = mergedInto === null ? [] : await subjectsAround(deps, mergedInto)
  return touchEach(deps, [subjectOf(conversation), ...others], at, held)
}

async function subjectsAround(deps: TouchDeps, ticketId: number): Promise<readonly Subject[]> {
  const around = (await deps.conversations.around([ticketId])).get(ticketId) ?? []
  const sources = await deps.facts.mergedInto(ticketId)
  const followed = await deps.followed.byIds([ticketId, ...sources.map((source) => source.ticketId)])
  const known = new Set(around.map((conversation) => conversation.ticketId))
  const alone = [...followed.keys()].filter((id) => !known.has(id))
  return [...around.map(subjectOf), ...alone.map((id) => ({ conversation: null, ticketId: id }))]
}
