import { type Clock, after, MINUTE_MS } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Log } from '../log.ts'
import { newId, type Random } from '../random.ts'
import type { Atomically, Write } from '../writes.ts'
import { backoffMs } from './backoff.ts'
import type { ClaimedJob, Jobs, Kind, Kinds, Lane, ParkCode } from './job.ts'

export const PROBE_MS = MINUTE_MS

export interface OutboxDeps {
  readonly jobs: Jobs
  readonly kinds: Kinds
  readonly atomically: Atomically
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/**
 * Runs the jobs of a lane that are due, `width` at a time, until none is or `until` has passed.
 * Resolves to the number of attempts. Never throws for what an act does: that is settled in the row.
 */
export async function runDue(
  deps: OutboxDeps,
  lane: Lane,
  bounds: { readonly width: number; readonly until: Date },
): Promise<number> {
  const ofLane = Object.values(deps.kinds).filter((kind) => kind.lane === lane)
  const leaseMs = Math.max(MINUTE_MS, ...ofLane.map((kind) => kind.leaseMs))
  let attempts = 0
  const worker = async (): Promise<void> => {
    while (deps.clock() < bounds.until) {
      const lease = newId(deps.random)
      const job = await deps.jobs.claim(lane, { now: deps.clock(), lease, leaseMs })
      if (!job) return
      attempts += 1
      await attempt(deps, lane, job)
    }
  }
  await Promise.all(Array.from({ length: bounds.width }, worker))
  return attempts
}

async function attempt(deps: OutboxDeps, lane: Lane, job: ClaimedJob): Promise<void> {
  const kind = deps.kinds[job.kind]
  const writes = kind
    ? await settle(deps, lane, kind, job)
    : await broken(deps, null, job, 'no such kind of job')
  try {
    const touched = await deps.atomically(writes)
    if (touched.at(-1) === 0) deps.log.warn('job.stale', { job: job.job, kind: job.kind })
  } catch (error) {
    // The row stays as claimed: when its lease ends, the attempt counts as one that may have happened.
    deps.log.error('job.unsettled', { job: job.job, kind: job.kind, error })
  }
}

/** The writes that settle one attempt; the job's own row comes last. */
async function settle(deps: OutboxDeps, lane: Lane, kind: Kind, job: ClaimedJob): Promise<Write[]> {
  const tooOften = kind.maxUncertain !== null && job.uncertain > kind.maxUncertain
  if (tooOften) {
    const reason = 'it may have happened, and is not repeated any more'
    return park(deps, kind, job, { code: 'uncertain', reason })
  }
  const quietUntil = job.lastAttemptAt && after(job.lastAttemptAt, kind.uncertainMs)
  if (job.uncertain > 0 && quietUntil && quietUntil > deps.clock()) {
    return [wait(deps, job, quietUntil, 'an earlier attempt may still be under way')]
  }
  try {
    const settled = await kind.act(job)
    const now = deps.clock()
    if (settled.outcome === 'wait') return [wait(deps, job, settled.until, settled.reason)]
    if (settled.outcome === 'parked') {
      deps.log.error('job.parked', { job: job.job, kind: job.kind, code: 'refused' })
      return await park(deps, kind, job, { code: 'refused', reason: settled.reason })
    }
    if (settled.outcome === 'again') {
      const nextAt = after(now, backoffMs(job.attempts, deps.random))
      const { payload, reason } = settled
      const retry = {
        state: 'ready',
        nextAt,
        payload,
        counts: true,
        endedAt: now,
        code: 'unavailable',
        reason,
      } as const
      return [...(settled.writes ?? []), deps.jobs.again(job, retry)]
    }
    deps.log.info('job.done', { job: job.job, kind: job.kind, attempts: job.attempts + 1 })
    return [...settled.writes, deps.jobs.done(job, now)]
  } catch (error) {
    if (!(error instanceof Failure)) return broken(deps, kind, job, 'a mistake of our own', error)
    return afterFailure(deps, lane, kind, job, error)
  }
}

function wait(deps: OutboxDeps, job: ClaimedJob, nextAt: Date, reason: string): Write {
  const { payload } = job
  const state = job.uncertain > 0 ? 'unknown' : 'ready'
  return deps.jobs.again(job, {
    state,
    nextAt,
    payload,
    counts: false,
    endedAt: nextAt,
    code: 'unavailable',
    reason,
  })
}

async function afterFailure(
  deps: OutboxDeps,
  lane: Lane,
  kind: Kind,
  job: ClaimedJob,
  failure: Failure,
): Promise<Write[]> {
  const now = deps.clock()
  const { code, message: reason } = failure
  deps.log.warn('job.failed', {
    job: job.job,
    kind: job.kind,
    code,
    attempts: job.attempts + 1,
    detail: reason,
  })
  if (code === 'misconfigured') {
    const pause = deps.jobs.pause(lane, { reason, now, probeAt: after(now, PROBE_MS) })
    const retry = {
      state: 'ready',
      nextAt: now,
      payload: job.payload,
      counts: false,
      endedAt: now,
      code,
      reason,
    } as const
    return [pause, deps.jobs.again(job, retry)]
  }
  if (code === 'refused') return park(deps, kind, job, { code, reason })
  const tooOld = kind.giveUpMs !== null && now.getTime() - job.createdAt.getTime() > kind.giveUpMs
  if (tooOld) return park(deps, kind, job, { code: 'gave-up', reason })
  const unknown = code === 'uncertain'
  const waitMs = Math.max(backoffMs(job.attempts, deps.random), unknown ? kind.uncertainMs : 0)
  const nextAt = after(now, waitMs)
  const state = unknown ? 'unknown' : 'ready'
  return [
    deps.jobs.again(job, { state, nextAt, payload: job.payload, counts: true, endedAt: now, code, reason }),
  ]
}

async function broken(
  deps: OutboxDeps,
  kind: Kind | null,
  job: ClaimedJob,
  reason: string,
  error?: unknown,
): Promise<Write[]> {
  deps.log.error('job.broken', { job: job.job, kind: job.kind, error })
  return park(deps, kind, job, { code: 'broken', reason })
}

/** The job stands still, and whoever has to know of it is told along. What fails in telling stops no parking. */
async function park(
  deps: OutboxDeps,
  kind: Kind | null,
  job: ClaimedJob,
  stop: { readonly code: ParkCode; readonly reason: string },
): Promise<Write[]> {
  const parked = deps.jobs.park(job, { ...stop, now: deps.clock() })
  try {
    return [...((await kind?.parked?.(job, stop)) ?? []), parked]
  } catch (error) {
    deps.log.error('job.parked-untold', { job: job.job, kind: job.kind, code: stop.code, error })
    return [parked]
  }
}
