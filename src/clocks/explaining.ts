import type { Conversations } from '../conversation/conversation.ts'
import type { FollowedTickets } from '../followed.ts'
import { type Explained, explainJson, explainLines } from '../promise/explain.ts'
import { unitName } from '../routing/explanation.ts'
import type { Rulebook } from '../routing/rule.ts'
import { policyOf } from './policy.ts'
import type { Reckoned, Reckoner } from './reckoned.ts'

export interface ExplainDeps {
  readonly conversations: Pick<Conversations, 'byReference'>
  readonly followed: Pick<FollowedTickets, 'byNumber' | 'byIds'>
  readonly reckoner: Pick<Reckoner, 'of' | 'ofTicket'>
  readonly rulebook: () => Rulebook
  /** In which staff read times. */
  readonly timeZone: string
}

/** A ticket's promise, for people and for machines. */
export interface ExplainedTicket {
  readonly lines: readonly string[]
  readonly json: Explained & { readonly number: string; readonly as_of: string }
}

/** By the number of a ticket or the reference of a request; null where nothing is known of it. Asks Zammad nothing. */
export type Explain = (ticket: string) => Promise<ExplainedTicket | null>

export const createExplain =
  (deps: ExplainDeps): Explain =>
  async (ticket) => {
    const reckoned = await reckonedOf(deps, ticket.trim())
    if (!reckoned) return null
    const { reckoning, log, number } = reckoned
    const rulebook = deps.rulebook()
    const policy = policyOf(rulebook)
    const nameOf = (unit: string | null): string =>
      unit === null ? 'a group that is no unit’s' : unitName(rulebook.units, unit)
    const ledger = { log, policy, timeZone: deps.timeZone, nameOf }
    return {
      lines: [...(await heading(deps, reckoned, rulebook)), ...explainLines(reckoning, ledger)],
      json: { ...explainJson(reckoning, policy), number, as_of: reckoning.asOf.toISOString() },
    }
  }

async function reckonedOf(
  { conversations, followed, reckoner }: ExplainDeps,
  ticket: string,
): Promise<Reckoned | null> {
  const conversation = await conversations.byReference(ticket)
  if (conversation) return reckoner.of({ conversation: conversation.id, ticketId: conversation.ticketId })
  const known = await followed.byNumber(ticket)
  return known && reckoner.ofTicket(known.id)
}

async function heading(
  { followed }: Pick<ExplainDeps, 'followed'>,
  { number, conversation, facts }: Reckoned,
  { version }: Rulebook,
): Promise<readonly string[]> {
  const reference = conversation?.reference ?? number
  const known = reference === number ? '' : ` (the visitor knows it as ${reference})`
  const heir = facts?.now.state === 'merged' ? facts.heir : null
  const target = heir === null ? undefined : (await followed.byIds([heir])).get(heir)
  return [
    `Ticket ${number}${known}, by version ${version} of the rules.`,
    ...(target ? [`It was merged into ticket ${target.number}, which goes on with it.`] : []),
  ]
}
