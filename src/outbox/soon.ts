import { after, type Clock, MINUTE_MS, SECOND_MS } from '../clock.ts'
import type { ClaimedJob, Settlement } from './job.ts'

const SOONEST_MS = 10 * SECOND_MS
const LATEST_MS = MINUTE_MS

/**
 * Nothing was tried, as something else comes first: looks again after a quarter of the time that the job has waited,
 * from 10 to 60 seconds.
 */
export function soon(
  clock: Clock,
  { createdAt }: Pick<ClaimedJob, 'createdAt'>,
  reason: string,
): Extract<Settlement, { readonly outcome: 'wait' }> {
  const now = clock()
  const waited = (now.getTime() - createdAt.getTime()) / 4
  return { outcome: 'wait', until: after(now, Math.min(LATEST_MS, Math.max(SOONEST_MS, waited))), reason }
}
