import type { Article } from '../desk.ts'

/** What becomes of one article. */
export const DISPOSITIONS = [
  'undecided',
  'relay',
  'zammad-sent',
  'not-for-visitor',
  'before-us',
  'held',
] as const
export type Disposition = (typeof DISPOSITIONS)[number]

/** Why, for staff and tests; `answer` is the one that is relayed, or that Zammad has sent. */
export const REASONS = [
  'answer', //       a public word of staff
  'sending', //      Zammad mails it, and how that ends is not known yet
  'unsent', //       Zammad gave up on mailing it
  'former', //       Zammad mailed it to an address that the visitor no longer has
  'forwarded', //    Zammad mailed it to others only
  'internal',
  'system',
  'bot', //          our own words
  'ours', //         the visitor's, posted by us
  'visitor', //      the visitor's, by mail or by telephone
  'stranger',
  'merge-note',
  'elsewhere', //    made on another ticket, for another visitor
  'copy', //         from the time between a copy of the store and its restore
  'start-line',
] as const
export type Because = (typeof REASONS)[number]

/** What an article is judged by, beside itself. */
export interface Scene {
  /** Id of our own account. */
  readonly botId: number
  readonly ticket: { readonly customerId: number; readonly createdAt: Date }
  /** From when on we answer for this Zammad. */
  readonly startLine: Date
  /** Addresses of the visitor, in lower case: the present one, and those that were replaced. */
  readonly visitor: { readonly present: string | null; readonly former: readonly string[] }
  /** Whether the article was made on this ticket, or on one that was merged into it for the same visitor. */
  readonly isAtHome: boolean
  /** Articles up to then that are not in the ledger are held: the store was restored; null where it was not. */
  readonly heldUntil: Date | null
  readonly isKnown: boolean
  /** Whether the Message-ID is one that we gave to a word of the visitor's. */
  readonly isOurs: boolean
}

export interface Disposed {
  readonly disposition: Disposition
  readonly because: Because
  /** Whose word it is on the visitor's page; null where it is not shown. */
  readonly side: 'desk' | 'visitor' | null
}

/** Zammad tries a mail again up to so often, and then leaves it. */
const MOST_TRIES = 4

/**
 * What becomes of an article: an allow-list, so that what is not known to be for the visitor is not.
 * Internal is internal whoever wrote it and however it was sent.
 */
export declare function dispose(article: Article, scene: Scene): Disposed
void MOST_TRIES
