import type { StateType } from '../desk.ts'

/** What a ticket is like at one moment, as far as its promise depends on it. */
export interface Standing {
  /** Id of the unit that has it, or null where its group is no unit's. */
  readonly unit: string | null
  /** Zammad's name of the priority, or null where none is known. */
  readonly priority: string | null
  readonly state: StateType
  readonly tags: readonly string[]
}

/**
 * One thing that happened to a ticket. `key` names it for ever: two readings of the same ticket give it the same one.
 * - `asked`: somebody wrote or called; only of a `visitor` an answer is promised
 * - `answered`: a public answer that the visitor has, or a call with them
 * - `noted`: staff wrote what the visitor does not see
 * - `moved`, `priority`, `state`, `tagged`, `untagged`: the ticket was changed
 * - `solved`: the visitor said that nothing more is needed
 * - `inherited`: a ticket on which a clock ran was merged into this one
 * - `sight`: the bot may not see it any more, it is there no more, or it is back
 */
export type Happening = { readonly at: Date; readonly key: string } & (
  | {
      readonly kind: 'asked'
      readonly by: 'visitor' | 'machine' | 'stranger'
      readonly how: 'request' | 'word' | 'call'
    }
  | { readonly kind: 'answered'; readonly how: 'answer' | 'call' }
  | { readonly kind: 'noted' }
  | { readonly kind: 'moved'; readonly unit: string | null }
  | { readonly kind: 'priority'; readonly priority: string }
  | { readonly kind: 'state'; readonly state: StateType }
  | { readonly kind: 'tagged' | 'untagged'; readonly tag: string }
  | { readonly kind: 'solved' }
  | {
      readonly kind: 'inherited'
      /** Number of the ticket that was merged into this one. */
      readonly from: string
      readonly startedAt: Date
      /** By when it was promised, by either reading. */
      readonly due: ByReading<Date>
    }
  | { readonly kind: 'sight'; readonly sight: 'seen' | 'out-of-sight' | 'gone' }
)

/** All that a ticket's promise depends on. */
export interface TicketLog {
  /** As it was when it was made. */
  readonly start: Standing
  /** In any order. */
  readonly happenings: readonly Happening[]
}

/** The same by the wall clock and by the hours of business. */
export interface ByReading<T> {
  readonly wall: T
  readonly business: T
}
