import { MINUTE_MS, SECOND_MS } from '../clock.ts'
import type { Random } from '../random.ts'

const FIRST_MS = SECOND_MS
const LONGEST_MS = 15 * MINUTE_MS

/**
 * Milliseconds to wait after the `attempts`th failure: doubling from one second to a quarter of an
 * hour, with equal jitter (half fixed, half random), so that many waiting jobs do not come back at once.
 */
export function backoffMs(attempts: number, random: Random): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts, 20))
  const [high = 0, low = 0] = random(2)
  const share = (high * 256 + low) / 65_536
  return Math.round(whole / 2 + (whole / 2) * share)
}
