import type { Held, Standing, Write } from '../writes.ts'
import type { AlertJobs } from './alert-jobs.ts'
import type { Jobs, JobState, Lane, NewJob } from './job.ts'

/** A job as staff see it: what stands still, since when and why. */
export interface ListedJob {
  readonly id: string
  readonly kind: string
  readonly lane: Lane
  readonly state: JobState
  readonly attempts: number
  readonly nextAt: Date
  readonly createdAt: Date
  readonly conversation: string | null
  readonly reference: string | null
  readonly code: string | null
  readonly reason: string | null
}

/** How many jobs are listed at once. */
export const PAGE = 500

export interface Pause {
  readonly lane: Lane
  readonly reason: string
  readonly since: Date
  readonly probeAt: Date
}

/** What becomes of a parked job when staff retry it. */
export interface RetryOrder {
  readonly now: Date
  /** Further words for the payload, such as another unit or address. */
  readonly change?: Readonly<Record<string, string>>
}

/** The outbox's rows, for its runner, for those who add to it, and for staff. */
export interface JobStore extends Jobs, AlertJobs {
  /** Adds a job. With `held`, only while that job's lease stands; with a natural key, only once. */
  readonly add: (job: NewJob, held?: Held) => Write
  /**
   * What no live runner holds any more counts as perhaps done, unless it never said `begin`. At start, when no other
   * runner can be.
   * What was under way in several crashes waits longer each time, up to a quarter of an hour.
   */
  readonly recover: (now: Date) => Write
  /**
   * What would wait for more than six hours is due: nothing waits so long by itself, our clock was ahead when that was set.
   * Leases and pauses end likewise.
   */
  readonly hasten: (now: Date) => readonly Write[]
  /** A page of at most `PAGE` jobs, oldest first: those after the given one. */
  readonly list: (
    states: readonly JobState[],
    after?: Pick<ListedJob, 'id' | 'createdAt'>,
  ) => Promise<readonly ListedJob[]>
  readonly byId: (id: string) => Promise<ListedJob | null>
  /** Adds the job that sends a receipt once more, under the condition of `Messages.addReceipt`. */
  readonly addReceipt: (job: NewJob, conversation: string, standing: Standing) => Write
  /**
   * Adds the job that corrects the ticket's customer, once for its natural key, while `standing` holds and the
   * conversation has a ticket, or may have one of which we do not know yet.
   */
  readonly addCustomerChange: (job: NewJob, conversation: string, standing: Standing) => Write
  /**
   * Another serial for those jobs of a conversation that have the present one and are not under way, while
   * `standing` holds and there is no ticket yet.
   */
  readonly reserial: (
    conversation: string,
    serial: { readonly from: string; readonly to: string },
    standing: Standing,
  ) => Write
  readonly retry: (id: string, order: RetryOrder) => Write
  readonly discard: (id: string, stop: { reason: string; now: Date }) => Write
  readonly pauses: () => Promise<readonly Pause[]>
  readonly resume: (lane: Lane) => Write
  readonly probeLater: (lane: Lane, probeAt: Date) => Write
  readonly counts: () => Promise<readonly { lane: string; kind: string; state: JobState; count: number }[]>
  /** How an unfinished job of a conversation stands, or null where there is none of the kind. */
  readonly troubleOf: (
    conversation: string,
    kind: string,
  ) => Promise<{ readonly state: JobState; readonly code: string | null } | null>
  /** Whether a job of the kind is still to be done for a conversation: one that is parked is not. */
  readonly isUnfinished: (conversation: string, kind: string) => Promise<boolean>
  /**
   * Whether a job that mails an earlier article to the same reader is still to be done: to the visitor of the
   * conversation, or to the customer of a ticket that came from no form. Parked ones hold nothing up.
   */
  readonly unfinishedBefore: (
    reader: { readonly conversation: string | null; readonly ticketId: number },
    article: { readonly id: number; readonly createdAt: Date },
  ) => Promise<boolean>
  /** Of the answers of a serial that wait for this reason, the one that was given first is due now. */
  readonly nextInTurn: (serial: string, reason: string, now: Date) => Write
  /** Adds a job unless so many of its kind are still to be done, or its natural key is taken. */
  readonly addBounded: (job: NewJob, most: number) => Write
  /** Blanks what a job is to be done with, once it is no longer needed. */
  readonly forget: (held: Held) => Write
  /** The address that a job mails an alert, a digest or a report to, or null where it is no such job. */
  readonly alertAddress: (job: string) => Promise<string | null>
  /**
   * When the oldest job in trouble was made, or null: one that waits after a failure, or that is due or
   * under way since `before`.
   */
  readonly oldestTrouble: (lane: Lane, before: Date) => Promise<Date | null>
  /** When the next job of a lane will be due, or null where none waits or the lane is paused. */
  readonly nextDue: (lane: Lane) => Promise<Date | null>
}

/** A job as commands and the staff API print it. */
export const printedJob = (job: ListedJob) => ({
  id: job.id,
  kind: job.kind,
  state: job.state,
  attempts: job.attempts,
  next_at: job.nextAt.toISOString(),
  reason: job.reason,
  reference: job.reference,
})
