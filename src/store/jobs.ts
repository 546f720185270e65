import { and, asc, count, eq, gt, inArray, lte, min, or, sql } from 'drizzle-orm'
import { type JobState, type Jobs, type Lane, LANES, type NewJob, type ParkCode } from '../outbox/job.ts'
import type { Held, Write } from '../writes.ts'
import { asWrite, type Db } from './db.ts'
import { insertWhere, isHeld } from './insert.ts'
import { conversations, jobs, pauses } from './schema.ts'

/** A job as staff see it: what stands still, since when and why. */
export interface ListedJob {
  readonly id: string
  readonly kind: string
  readonly lane: Lane
  readonly state: JobState
  readonly attempts: number
  readonly nextAt: Date
  readonly createdAt: Date
  readonly reference: string | null
  readonly code: string | null
  readonly reason: string | null
}

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
export interface JobStore extends Jobs {
  /** Adds a job. With `held`, only while that job's lease stands; with a natural key, only once. */
  readonly add: (job: NewJob, held?: Held) => Write
  /** What no live runner holds any more counts as perhaps done. At start, when no other runner can be. */
  readonly recover: (now: Date) => Write
  readonly list: (states: readonly JobState[]) => Promise<readonly ListedJob[]>
  readonly retry: (id: string, order: RetryOrder) => Write
  readonly discard: (id: string, stop: { reason: string; now: Date }) => Write
  readonly pauses: () => Promise<readonly Pause[]>
  readonly resume: (lane: Lane) => Write
  readonly probeLater: (lane: Lane, probeAt: Date) => Write
  readonly counts: () => Promise<readonly { lane: string; kind: string; state: JobState; count: number }[]>
  /** When the next job of a lane will be due, or null. */
  readonly nextDue: (lane: Lane) => Promise<Date | null>
}

const WAITING: readonly JobState[] = ['ready', 'unknown']

const laneOf = (text: string): Lane => LANES.find((lane) => lane === text) ?? 'zammad'

export function createJobs({ q }: Db): JobStore {
  const held = (lease: Held) =>
    and(eq(jobs.id, lease.job), eq(jobs.lease, lease.lease), eq(jobs.state, 'running'))
  const free = { lease: null, leasedUntil: null }
  const stop = (code: ParkCode, reason: string, now: Date) => ({
    ...free,
    state: 'parked' as const,
    reasonCode: code,
    reason,
    settledAt: now.getTime(),
  })
  return {
    add: (job, lease) =>
      insertWhere(
        q,
        jobs,
        {
          ...job,
          payload: JSON.stringify(job.payload),
          state: 'ready',
          attempts: 0,
          uncertain: 0,
          nextAt: job.nextAt.getTime(),
          createdAt: job.createdAt.getTime(),
        },
        lease ? isHeld(lease) : sql`true`,
        job.naturalKey === null ? 'fail' : 'ignore',
      ),

    async claim(lane, { now, lease, leaseMs }) {
      const at = now.getTime()
      const due = q
        .select({ id: jobs.id })
        .from(jobs)
        .where(
          and(
            eq(jobs.lane, lane),
            or(
              and(inArray(jobs.state, WAITING), lte(jobs.nextAt, at)),
              and(eq(jobs.state, 'running'), lte(jobs.leasedUntil, at)),
            ),
            sql`not exists (select 1 from pauses where pauses.lane = ${lane})`,
            sql`(${jobs.serial} is null or not exists (select 1 from jobs busy where busy.serial = ${jobs.serial}
              and busy.id <> ${jobs.id} and busy.state = 'running' and busy.leased_until > ${at}))`,
          ),
        )
        .orderBy(asc(jobs.nextAt), asc(jobs.id))
        .limit(1)
      const [row] = await q
        .update(jobs)
        .set({
          state: 'running',
          lease,
          leasedUntil: at + leaseMs,
          uncertain: sql`${jobs.uncertain} + (${jobs.state} = 'running')`,
        })
        .where(eq(jobs.id, sql`(${due})`))
        .returning()
      if (!row) return null
      return {
        job: row.id,
        lease,
        kind: row.kind,
        conversation: row.conversation,
        payload: JSON.parse(row.payload) as unknown,
        attempts: row.attempts,
        uncertain: row.uncertain,
        createdAt: new Date(row.createdAt),
      }
    },

    done: (lease, now) =>
      asWrite(
        q
          .update(jobs)
          .set({ ...free, state: 'done', reasonCode: null, reason: null, settledAt: now.getTime() })
          .where(held(lease)),
      ),

    again: (lease, retry) =>
      asWrite(
        q
          .update(jobs)
          .set({
            ...free,
            state: retry.state,
            nextAt: retry.nextAt.getTime(),
            payload: JSON.stringify(retry.payload),
            attempts: sql`${jobs.attempts} + ${retry.counts ? 1 : 0}`,
            uncertain: sql`${jobs.uncertain} + ${retry.state === 'unknown' ? 1 : 0}`,
            reasonCode: retry.code,
            reason: retry.reason,
          })
          .where(held(lease)),
      ),

    park: (lease, { code, reason, now }) =>
      asWrite(
        q
          .update(jobs)
          .set(stop(code, reason, now))
          .where(held(lease)),
      ),

    async isPaused(lane) {
      const rows = await q.select({ lane: pauses.lane }).from(pauses).where(eq(pauses.lane, lane))
      return rows.length > 0
    },

    pause: (lane, { reason, now, probeAt }) =>
      asWrite(
        q
          .insert(pauses)
          .values({ lane, reason, since: now.getTime(), probeAt: probeAt.getTime() })
          .onConflictDoNothing(),
      ),

    recover: (now) =>
      asWrite(
        q
          .update(jobs)
          .set({ ...free, state: 'unknown', uncertain: sql`${jobs.uncertain} + 1`, nextAt: now.getTime() })
          .where(eq(jobs.state, 'running')),
      ),

    async list(states) {
      const rows = await q
        .select({ job: jobs, reference: conversations.reference })
        .from(jobs)
        .leftJoin(conversations, eq(conversations.id, jobs.conversation))
        .where(inArray(jobs.state, [...states]))
        .orderBy(asc(jobs.createdAt), asc(jobs.id))
        .limit(500)
      return rows.map(({ job, reference }) => ({
        id: job.id,
        kind: job.kind,
        lane: laneOf(job.lane),
        state: job.state,
        attempts: job.attempts,
        nextAt: new Date(job.nextAt),
        createdAt: new Date(job.createdAt),
        reference,
        code: job.reasonCode,
        reason: job.reason,
      }))
    },

    retry: (id, { now, change = {} }) =>
      asWrite(
        q
          .update(jobs)
          .set({
            state: 'ready',
            nextAt: now.getTime(),
            createdAt: now.getTime(),
            attempts: 0,
            uncertain: sql`min(${jobs.uncertain}, 1)`,
            settledAt: null,
            payload: sql`json_patch(${jobs.payload}, ${JSON.stringify({ maskedTries: 0, ...change })})`,
          })
          .where(and(eq(jobs.id, id), eq(jobs.state, 'parked'))),
      ),

    discard: (id, { reason, now }) =>
      asWrite(
        q
          .update(jobs)
          .set({ state: 'discarded', reason, settledAt: now.getTime() })
          .where(and(eq(jobs.id, id), eq(jobs.state, 'parked'))),
      ),

    async pauses() {
      const rows = await q.select().from(pauses)
      return rows.map((row) => ({
        lane: laneOf(row.lane),
        reason: row.reason,
        since: new Date(row.since),
        probeAt: new Date(row.probeAt),
      }))
    },
    resume: (lane) => asWrite(q.delete(pauses).where(eq(pauses.lane, lane))),
    probeLater: (lane, probeAt) =>
      asWrite(q.update(pauses).set({ probeAt: probeAt.getTime() }).where(eq(pauses.lane, lane))),

    async counts() {
      return await q
        .select({ lane: jobs.lane, kind: jobs.kind, state: jobs.state, count: count() })
        .from(jobs)
        .groupBy(jobs.lane, jobs.kind, jobs.state)
    },

    async nextDue(lane) {
      const [row] = await q
        .select({ at: min(jobs.nextAt) })
        .from(jobs)
        .where(and(eq(jobs.lane, lane), inArray(jobs.state, WAITING), gt(jobs.nextAt, 0)))
      return row?.at === null || row?.at === undefined ? null : new Date(row.at)
    },
  }
}
