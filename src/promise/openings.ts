import { after } from '../clock.ts'
import { afterOpen, openMs } from './hours.ts'
import type { Hours } from './hours.ts'

/** A stretch that lies within opening hours, or outside of them. */
export interface Opening {
  readonly from: Date
  readonly to: Date
  readonly isOpen: boolean
}

/** Of office hours some three years: more than a ledger is read for. */
const MAX_PARTS = 1_500

/** The end of the open hours that hold at `from`, or `to` where that is earlier. */
function closesAt(hours: Hours, from: Date, to: Date): Date {
  let [open, beyond] = [0, to.getTime() - from.getTime() + 1]
  while (beyond - open > 1) {
    const middle = Math.floor((open + beyond) / 2)
    if (openMs(hours, from, after(from, middle)) === middle) open = middle
    else beyond = middle
  }
  return after(from, open)
}

/** Divides a stretch where it opens and closes; from the 1,500th part on it stays in one, as open. */
export function openingsOf(hours: Hours, from: Date, to: Date): readonly Opening[] {
  const parts: Opening[] = []
  let at = from
  while (at < to && parts.length < MAX_PARTS) {
    const firstOpenMs = afterOpen(hours, at, 1)
    const opens = firstOpenMs && firstOpenMs < to ? after(firstOpenMs, -1) : to
    if (opens > at) parts.push({ from: at, to: opens, isOpen: false })
    const closes = opens < to ? closesAt(hours, opens, to) : to
    if (closes > opens) parts.push({ from: opens, to: closes, isOpen: true })
    at = closes
  }
  return at < to ? [...parts, { from: at, to, isOpen: true }] : parts
}
