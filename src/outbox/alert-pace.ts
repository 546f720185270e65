import { after, HOUR_MS, MINUTE_MS } from '../clock.ts'
import { type Alert, isReminder, type NamedTicket } from './alert.ts'

/** An address is written to at most so often about what can wait: five times a day. */
export const CALM_MS = 5 * HOUR_MS
/** So much of the time is to be left when a promise is told of. */
const LEFT_MS = 5 * HOUR_MS
/** From this part of the time on a promise is told of at once. */
const IMMINENT_SHARE = 0.9
/** After so many mails within the hour what is imminent is told in one mail each ten minutes. */
const MOST_IN_BURST = 3
const BURST_MS = HOUR_MS
const PAUSE_MS = 10 * MINUTE_MS

const isPressed = ({ dueAt }: NamedTicket, waitsUntil: Date): boolean =>
  dueAt !== null && new Date(dueAt) < after(waitsUntil, LEFT_MS)

function isImminent(alert: Alert, waitsUntil: Date): boolean {
  switch (alert.about) {
    case 'promise':
      if (!isReminder(alert) && (alert.late || alert.share >= IMMINENT_SHARE)) return true
      return !alert.late && isPressed(alert.ticket, waitsUntil)
    case 'unrouted':
    case 'handed-over':
      return isPressed(alert.ticket, waitsUntil)
    default:
      return true
  }
}

const later = (one: Date | null, other: Date): Date => (one === null || other > one ? other : one)

/**
 * Until when an alert waits, so that nobody is written to all day; null where it goes at once. Urgent arrivals do. A promise
 * that is late for the first time, or of which a tenth of the time is left, is imminent; so is whatever else is told, but
 * for another promise and for a ticket that nobody took or that keeps changing hands: those are where less than five hours
 * would be left if they waited. What is imminent waits only after three mails within an hour, until ten minutes after the
 * last. All else waits until five hours after the last. `mails` went to the address up to `now`,
 * in any order; those of the last five hours are enough.
 */
export function heldUntil(alert: Alert, mails: readonly Date[], now: Date): Date | null {
  if (alert.about === 'arrival' && alert.urgent) return null
  const last = mails.reduce<Date | null>(later, null)
  if (last === null) return null
  const calm = after(last, CALM_MS)
  const inBurst = mails.filter((at) => at > after(now, -BURST_MS)).length
  const pause = inBurst >= MOST_IN_BURST ? after(last, PAUSE_MS) : now
  const until = isImminent(alert, calm) ? pause : calm
  return until > now ? until : null
}
