import type { FailureCode } from '../failure.ts'
import type { Held, Write } from '../writes.ts'

/** Jobs of one lane share a far side, and pause together. */
export const LANES = ['zammad', 'mail'] as const
export type Lane = (typeof LANES)[number]

export type JobState = 'ready' | 'running' | 'unknown' | 'parked' | 'done' | 'discarded'

/** Why a job stands still: a failure's code, or `broken` for a mistake of our own. */
export type ParkCode = FailureCode | 'broken' | 'gave-up'

export interface NewJob {
  readonly id: string
  readonly kind: string
  readonly lane: Lane
  readonly conversation: string | null
  /** Jobs of one value never run at the same time. */
  readonly serial: string | null
  readonly naturalKey: string | null
  readonly payload: unknown
  readonly nextAt: Date
  readonly createdAt: Date
}

/** A job in the hands of one runner. */
export interface ClaimedJob extends Held {
  readonly kind: string
  readonly conversation: string | null
  readonly payload: unknown
  readonly attempts: number
  /** How many attempts may have happened without our knowing. */
  readonly uncertain: number
  /** How many attempts before this one were cut off, one after the other, before anything of them could happen. */
  readonly cuts: number
  /** When the last attempt before this one that may have happened ended, or at the latest can have. */
  readonly lastAttemptAt: Date | null
  /** When the far side first failed, or null where it never did. */
  readonly firstFailedAt: Date | null
  readonly createdAt: Date
}

/** What an attempt came to, where it did not throw. Dependent writes carry the lease themselves. */
export type Settlement =
  | {
      readonly outcome: 'done'
      readonly writes: readonly Write[]
      /** Why there was nothing to do any more, where the act did not happen. */
      readonly reason?: string
    }
  /** The job goes on later, from where the payload says. */
  | {
      readonly outcome: 'again'
      readonly payload: unknown
      readonly reason: string
      readonly writes?: readonly Write[]
    }
  /** Too early for an attempt: nothing was tried. */
  | { readonly outcome: 'wait'; readonly until: Date; readonly reason: string }
  /** `code` is `refused` unless told. */
  | { readonly outcome: 'parked'; readonly reason: string; readonly code?: ParkCode }

/**
 * Says that from here on the attempt may happen: of one that is cut off earlier it is known that it did not. The lease
 * begins anew. Throws `Failure` `unavailable` where another runner has the job by now.
 */
export type Begin = () => Promise<void>

/** One kind of promised side effect. */
export interface Kind {
  readonly lane: Lane
  /** Longer than any attempt lives. */
  readonly leaseMs: number
  /** Only of kinds that say `begin`: longer than any attempt takes up to there. */
  readonly prepareMs?: number
  /** How long to wait before looking again, after an attempt that may have happened. */
  readonly uncertainMs: number
  /** Uncertain attempts after which staff decide, or null for no bound. */
  readonly maxUncertain: number | null
  /** How long after the far side first failed the job is parked, or null where it is tried without end. */
  readonly giveUpMs: number | null
  /** Does the act once. Throws `Failure` where the far side failed. */
  readonly act: (job: ClaimedJob, begin: Begin) => Promise<Settlement>
  /** What is written along when the job is parked: whoever has to know of it. */
  readonly parked?: (
    job: ClaimedJob,
    stop: { readonly code: ParkCode; readonly reason: string },
  ) => Promise<readonly Write[]>
}

export type Kinds = Readonly<Record<string, Kind>>

/** How a job is put back. */
export interface Retry {
  readonly state: 'ready' | 'unknown'
  readonly nextAt: Date
  /** Left as it is where none is given. */
  readonly payload?: unknown
  /** False where nothing was tried, as in a paused lane. */
  readonly counts: boolean
  /** Whether the far side failed: the first time is put down. */
  readonly failed?: boolean
  readonly endedAt: Date
  readonly code: ParkCode
  readonly reason: string
}

/** The rows behind the outbox. Every write matches only while its lease stands. */
export interface Jobs {
  /**
   * Takes the job that has been due longest, if any: of a lane that is not paused, of no busy serial. What was left
   * running by a runner whose lease has ended may have happened, unless it never said `begin`. Those kinds that say so
   * have a lease of their own up to there.
   */
  readonly claim: (
    lane: Lane,
    claim: {
      readonly now: Date
      readonly lease: string
      readonly leaseMs: number
      readonly prepare?: { readonly kinds: readonly string[]; readonly leaseMs: number }
    },
  ) => Promise<ClaimedJob | null>
  readonly begin: (held: Held, leasedUntil: Date) => Write
  /** `reason` where the act did not happen, as there was nothing to do any more. */
  readonly done: (held: Held, now: Date, reason?: string) => Write
  readonly again: (held: Held, retry: Retry) => Write
  readonly park: (held: Held, stop: { code: ParkCode; reason: string; now: Date }) => Write
  readonly pause: (lane: Lane, stop: { reason: string; now: Date; probeAt: Date }) => Write
}
