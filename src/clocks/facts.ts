import type { StateType } from '../desk.ts'
import type { Write } from '../writes.ts'

/** A ticket as Zammad had it at one moment, by Zammad's own names. */
export interface Snapshot {
  readonly group: string
  readonly priority: string
  readonly state: StateType
  readonly tags: readonly string[]
}

/**
 * Who changed the group of a ticket, by Zammad's history (L28): `bot` is our own account, `system` Zammad's own, under
 * which its triggers act, `people` any other. `nobody`: the ticket shows a group that the history does not tell of, as
 * where a group was given another name.
 */
export type Mover = 'people' | 'bot' | 'system' | 'nobody'

/**
 * One change that Zammad's history tells of (L28), or that we saw ourselves; `id` names it for ever. A change of group
 * lacks `by` where the history could not be read, or where it was kept before `by` was. Then it counts as people's,
 * unless it is not later than `Routing.placed` of its ticket: we place none whose group people had changed.
 */
export type Fact = { readonly id: string; readonly at: Date } & (
  | { readonly what: 'group'; readonly to: string; readonly by?: Mover }
  | { readonly what: 'priority'; readonly to: string }
  | { readonly what: 'state'; readonly to: StateType }
  | { readonly what: 'tagged' | 'untagged'; readonly tag: string }
  | { readonly what: 'sight'; readonly sight: 'seen' | 'out-of-sight' | 'gone' }
)

/** What is known of a ticket beside its articles, so that its promise can be reckoned anew without asking Zammad. */
export interface TicketFacts {
  /** Zammad's id. */
  readonly ticketId: number
  readonly number: string
  readonly createdAt: Date
  /** As it was made. */
  readonly opened: Snapshot
  /** As it was read last. */
  readonly now: Snapshot
  /** Oldest first. */
  readonly changes: readonly Fact[]
  /** The ticket that it was merged into, or null where it was not or nobody can tell. */
  readonly heir: number | null
}

export interface FactsStore {
  readonly of: (ticketId: number) => Promise<TicketFacts | null>
  /** Puts down what is known now. */
  readonly keep: (facts: TicketFacts) => Write
  /** Tickets that were merged into this one. */
  readonly mergedInto: (ticketId: number) => Promise<readonly TicketFacts[]>
}
