import { type Clock, after, MINUTE_MS } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Log } from '../log.ts'
import { newId, type Random } from '../random.ts'
import type { Atomically, Write } from '../writes.ts'
import { backoffMs } from './backoff.ts'
import type { Begin, ClaimedJob, Jobs, Kind, Kinds, Lane, ParkCode, Settlement } from './job.ts'

export const PROBE_MS = MINUTE_MS

/** So many attempts in a row are cut off before they come to anything, then staff look: the job may be the cause. */
const MOST_CUTS = 20

export interface OutboxDeps {
  readonly jobs: Jobs
  readonly kinds: Kinds
  readonly atomically: Atomically
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/**
 * Runs the jobs of a lane that are due, `width` at a time, until none is, `until` has passed, or no other may be begun.
 * Resolves to the number of attempts. Never throws for what an act does: that is settled in the row.
 */
export async function runDue(
  deps: OutboxDeps,
  lane: Lane,
  bounds: { readonly width: number; readonly until: Date; readonly mayBegin?: () => boolean },
): Promise<number> {
  const { leaseMs, prepare } = leasesOf(deps.kinds, lane)
  const mayBegin = bounds.mayBegin ?? (() => true)
  let attempts = 0
  const worker = async (): Promise<void> => {
    while (deps.clock() < bounds.until && mayBegin()) {
      const lease = newId(deps.random)
      const job = await deps.jobs.claim(lane, { now: deps.clock(), lease, leaseMs, prepare })
      if (!job) return
      attempts += 1
      await attempt(deps, lane, job, beginning(deps, job, leaseMs))
    }
  }
  await Promise.all(Array.from({ length: bounds.width }, worker))
  return attempts
}

/** The leases of a lane: the longest that one of its kinds needs, and that of those that prepare. */
function leasesOf(kinds: Kinds, lane: Lane) {
  const ofLane = Object.entries(kinds).filter(([, kind]) => kind.lane === lane)
  const preparing = ofLane.filter(([, { prepareMs }]) => prepareMs !== undefined)
  const prepareMs = preparing.map(([, kind]) => kind.prepareMs ?? 0)
  return {
    leaseMs: Math.max(MINUTE_MS, ...ofLane.map(([, kind]) => kind.leaseMs)),
    prepare: { kinds: preparing.map(([name]) => name), leaseMs: Math.max(MINUTE_MS, ...prepareMs) },
  }
}

const beginning =
  ({ atomically, jobs, clock }: OutboxDeps, job: ClaimedJob, leaseMs: number): Begin =>
  async () => {
    const [begun] = await atomically([jobs.begin(job, after(clock(), leaseMs))])
    if (begun !== 1) throw new Failure('unavailable', 'the lease of the job has ended')
  }

async function attempt(deps: OutboxDeps, lane: Lane, job: ClaimedJob, begin: Begin): Promise<void> {
  const kind = deps.kinds[job.kind]
  const writes = kind
    ? await settle(deps, lane, kind, { job, begin })
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
async function settle(
  deps: OutboxDeps,
  lane: Lane,
  kind: Kind,
  { job, begin }: { readonly job: ClaimedJob; readonly begin: Begin },
): Promise<Write[]> {
  if (job.cuts > MOST_CUTS) return broken(deps, kind, job, 'it was cut off again and again')
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
    const settled = await kind.act(job, begin)
    return await afterAct(deps, kind, job, settled)
  } catch (error) {
    if (!(error instanceof Failure)) return broken(deps, kind, job, 'a mistake of our own', error)
    return afterFailure(deps, lane, kind, job, error)
  }
}

async function afterAct(
  deps: OutboxDeps,
  kind: Kind,
  job: ClaimedJob,
  settled: Settlement,
): Promise<Write[]> {
  const now = deps.clock()
  switch (settled.outcome) {
    case 'wait':
      return [wait(deps, job, settled.until, settled.reason)]
    case 'parked': {
      const { code = 'refused', reason } = settled
      deps.log.error('job.parked', { job: job.job, kind: job.kind, code })
      return park(deps, kind, job, { code, reason })
    }
    case 'again': {
      const { payload, reason, writes = [] } = settled
      const nextAt = after(now, backoffMs(job.attempts, deps.random))
      const row = { state: 'ready', nextAt, payload, counts: true, endedAt: now } as const
      return [...writes, deps.jobs.again(job, { ...row, code: 'unavailable', reason })]
    }
    case 'done':
      deps.log.info('job.done', { job: job.job, kind: job.kind, attempts: job.attempts + 1 })
      return [...settled.writes, deps.jobs.done(job, now, settled.reason)]
  }
}

function wait(deps: OutboxDeps, job: ClaimedJob, nextAt: Date, reason: string): Write {
  const state = job.uncertain > 0 ? 'unknown' : 'ready'
  return deps.jobs.again(job, {
    state,
    nextAt,
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
      counts: false,
      endedAt: now,
      code,
      reason,
    } as const
    return [pause, deps.jobs.again(job, retry)]
  }
  if (code === 'refused') return park(deps, kind, job, { code, reason })
  // What it waited for before its first attempt is no fault of the far side's.
  const failingMs = now.getTime() - (job.firstFailedAt ?? now).getTime()
  const tooOld = kind.giveUpMs !== null && failingMs > kind.giveUpMs
  if (tooOld) return park(deps, kind, job, { code: 'gave-up', reason })
  const unknown = code === 'uncertain'
  const waitMs = Math.max(backoffMs(job.attempts, deps.random), unknown ? kind.uncertainMs : 0)
  const nextAt = after(now, waitMs)
  const state = unknown ? 'unknown' : 'ready'
  const row = { state, nextAt, counts: true, failed: true, endedAt: now } as const
  return [deps.jobs.again(job, { ...row, code, reason })]
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
