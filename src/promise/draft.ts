import type { Outcome, TicketClock } from './clock.ts'
import type { ByReading } from './log.ts'

/** What ends a clock for as long as it lasts, the weightier first where two begin at once. */
const STOPS = ['gone', 'merged', 'closed', 'spam', 'not-needed'] as const
export type Stop = (typeof STOPS)[number]

/** How long something stopped a clock; `to` is null while it lasts. Instants are milliseconds since 1970. */
export interface Stopped {
  readonly by: Stop
  readonly from: number
  to: number | null
}

export interface End {
  readonly outcome: Exclude<Outcome, 'running' | 'paused'>
  readonly at: number
}

/** A clock in the making: what happened to it, not yet what it comes to. */
export interface Draft extends Pick<TicketClock, 'key' | 'kind' | 'because'> {
  readonly startedAt: number
  /** From when on it is of this ticket: later than its start where it was merged in. */
  readonly joinedAt: number
  readonly stops: Stopped[]
  /** What was promised of tickets merged into this one, and since when that holds here. */
  readonly inherited: { readonly since: number; readonly due: ByReading<Date> }[]
  /** When the first answer came that promised more; null where none did. */
  heldFrom: number | null
  /** The end that nothing takes back by itself; null while it runs, is paused or only stopped. */
  end: End | null
}

/** How the clock has ended, or null where it runs or is paused. Of several stops, the one that began first. */
export function endOf({ end, stops }: Draft): End | null {
  if (end) return end
  const lasting = stops
    .filter(({ to }) => to === null)
    .sort((a, b) => a.from - b.from || STOPS.indexOf(a.by) - STOPS.indexOf(b.by))
  const [first] = lasting
  return first ? { outcome: first.by, at: first.from } : null
}

export const isStoppedBy = ({ stops }: Draft, by: Stop): boolean =>
  stops.some((stop) => stop.by === by && stop.to === null)

export function stop(draft: Draft, by: Stop, from: number): void {
  if (!isStoppedBy(draft, by)) draft.stops.push({ by, from, to: null })
}

export function lift(draft: Draft, by: Stop, at: number): void {
  for (const stop of draft.stops) {
    if (stop.by === by) stop.to ??= at
  }
}

/** Ends what runs with that outcome; what is stopped keeps its end, now for good. */
export function finish(draft: Draft, outcome: End['outcome'], at: number): void {
  draft.end ??= endOf(draft) ?? { outcome, at }
}

/** Whether it never ran: the word that it began with came while nobody could be owed an answer. */
export function neverRan(draft: Draft): boolean {
  const end = endOf(draft)
  return end?.at === draft.startedAt && ['spam', 'merged', 'gone'].includes(end.outcome)
}
