import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { type Alert, alertJobs } from './alert.ts'
import type { NewJob } from './job.ts'
import type { Random } from '../random.ts'
import type { Held, Write } from '../writes.ts'

export interface RaiseDeps {
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** The writes that raise an alert, once for each occasion; with `held`, only while that job's lease stands. */
export async function raise(
  { addJob, clock, random, log }: RaiseDeps,
  alert: Alert,
  told: { readonly occasion: string; readonly to: readonly string[] },
  held?: Held,
): Promise<readonly Write[]> {
  if (told.to.length === 0) log.warn('alert.nobody', { kind: alert.about })
  const jobs = await alertJobs(alert, { ...told, at: clock(), random })
  return jobs.map((job) => addJob(job, held))
}
