import { DAY_MS } from '../clock.ts'
import type { ByReading } from './log.ts'

/**
 * How a clock stands, or how it ended.
 * - `paused`: it goes on when what pauses it ends
 * - `closed`: the ticket was closed without a public answer; a ticket that is opened again goes on with what was left
 * - `merged`: the ticket that it was merged into has the earlier due
 * - `not-needed`: staff tagged it so, or the visitor said that it is solved
 * - `handed-over`: of an internal clock: yet another unit has the ticket
 * - `taken-over`: another clock goes on in its place, as the visitor asked again, or an answer turned out to hold only
 */
export const OUTCOMES = [
  'running',
  'paused',
  'answered',
  'closed',
  'merged',
  'gone',
  'not-needed',
  'spam',
  'handed-over',
  'taken-over',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Ends that may be taken back, as where a ticket is opened again: then the same clock goes on. */
export const MAY_GO_ON: ReadonlySet<Outcome> = new Set(['closed', 'merged', 'gone', 'not-needed', 'spam'])

/** How long a mail waits for that. */
export const GOING_ON_MS = 3 * DAY_MS

/** Why time counted, or why it did not. */
export const BECAUSE = [
  'waiting', //       somebody waits for us
  'holding', //       it was answered, and more is promised
  'out-of-sight', //  the bot may not see the ticket: it counts all the same
  'closed-hours', //  outside of the hours of business, by that reading
  'paused-state', //  the ticket is in a state that pauses
  'paused-tag', //    it has a tag that pauses
  'closed', //        it was closed, and opened again
  'not-needed', //    no answer was needed, and then one was
  'spam', //          it was taken for spam, and is none
] as const
export type Because = (typeof BECAUSE)[number]

/** A stretch of one clock's time. Those of a clock follow each other without a gap, from its start on. */
export interface Segment {
  readonly from: Date
  readonly to: Date
  /** Whether it counts by the reading that is the promise. */
  readonly counts: boolean
  readonly because: Because
  /** Id of the unit that had it, or null. */
  readonly unit: string | null
  /** What of it counts, in milliseconds. */
  readonly passed: ByReading<number>
}

/** When part of the time is gone, by the reading that is the promise. */
export interface LevelAt {
  /** Part of the time: 0.5 is half of it, 1 is due. */
  readonly share: number
  /** Null where it will not come: the clock is paused, or ended by then. */
  readonly at: Date | null
}

/** One wait of somebody's for us. */
export interface TicketClock {
  /** What started it: unique on the ticket, and the same in every reckoning. */
  readonly key: string
  /** `internal`: a unit waits for the one that the ticket was handed to; the visitor is not told of it. */
  readonly kind: 'visitor' | 'internal'
  readonly because: 'request' | 'further-word' | 'handed-over' | 'merged-in'
  readonly startedAt: Date
  /** Who has the ticket, or had it at the end. */
  readonly unit: string | null
  readonly priority: string | null
  readonly targetMs: number
  /** Which reading is the promise. */
  readonly picked: 'wall' | 'business'
  readonly passed: ByReading<number>
  /** By when it is promised, or was at the end; null while paused, or where the calendar never opens. */
  readonly due: ByReading<Date | null>
  /** `due` by the reading that is the promise. */
  readonly dueAt: Date | null
  readonly outcome: Outcome
  /** Null while it runs or is paused. */
  readonly endedAt: Date | null
  /** Whether it was answered in time; null unless it was answered. That instant itself is still in time. */
  readonly kept: ByReading<boolean | null>
  readonly segments: readonly Segment[]
  /** One for each level of the promise, in their order. */
  readonly levels: readonly LevelAt[]
}

/** What the log of a ticket comes to at one moment. */
export interface Reckoning {
  readonly asOf: Date
  /** In the order in which they began here: one that a merge brought started before that. */
  readonly clocks: readonly TicketClock[]
  /** The one that runs or is paused: at most one does. */
  readonly running: TicketClock | null
  /** The first answer to a visitor who had asked, whether a clock ran then or not; none that promises more. */
  readonly answeredAt: Date | null
  /** The last time that staff said anything to the visitor, holding answers included. */
  readonly lastPublicWordAt: Date | null
  /** What staff said last: to the visitor, or only among themselves. */
  readonly lastStaffWord: 'public' | 'internal' | null
  /** How it is with the ticket now. */
  readonly isOpen: boolean
}
