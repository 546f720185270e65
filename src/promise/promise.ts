import { after } from '../clock.ts'
import { afterOpen } from './hours.ts'
import type { Hours, OpenHours } from './hours.ts'

/** Who a level tells: the unit's people, those on duty, the coordination. */
export type Audience = 'unit' | 'duty' | 'coordination'

/** What happens when part of the time has gone by. */
export interface Level {
  /** Part of the time gone by: 0.5 is half of it, 1 is due. */
  readonly share: number
  /** Whether it is told in the next digest. */
  readonly digest: boolean
  readonly to: readonly Audience[]
  /** Whether it is told again each day until the clock ends. */
  readonly repeats: 'daily' | null
}

/** Another time for the tickets of a unit, of a priority, or of both; null stands for all of them. */
export interface Target {
  /** Id of the unit. */
  readonly unit: string | null
  /** Zammad's name of the priority. */
  readonly priority: string | null
  readonly targetMs: number
}

/** The time by which a ticket must be answered, and who hears of it before. */
export interface AnswerPromise {
  readonly targetMs: number
  /** In turn: the first one that fits stands in for `targetMs`. */
  readonly targets: readonly Target[]
  /** Name of a calendar: then its open hours are the promise. Or always: then the wall clock is. */
  readonly calendar: string
  /** Name of the calendar of the second reading, or always. */
  readonly business: string
  /** What ends a clock as answered: a public answer, a phone call that staff logged. */
  readonly answeredBy: readonly ('answer' | 'call')[]
  /** Under which types of state, and which tags, the clock stands still. */
  readonly pauses: {
    readonly states: readonly ('new' | 'open' | 'pending')[]
    readonly tags: readonly string[]
  }
  /** Whether each later word of the visitor starts a clock of its own. */
  readonly further: boolean
  /** Local time at which digests go, `08:00`: in the zone of the unit's calendar, else in the site's. */
  readonly digest: string
  readonly levels: readonly Level[]
  readonly coordination: readonly string[]
  /** How long a conversation may be silent; null where nobody asks. */
  readonly silenceMs: number | null
  readonly calendars: Readonly<Record<string, OpenHours>>
}

/** What is promised while a unit has a ticket of that priority. */
export interface Terms {
  readonly targetMs: number
  /** Which of the two readings is the promise. */
  readonly picked: 'wall' | 'business'
  /** The hours of the business reading. */
  readonly hours: Hours
}

/** The hours that a name stands for; round the clock where no calendar has it. */
const hoursOf = ({ calendars }: Pick<AnswerPromise, 'calendars'>, name: string): Hours =>
  (Object.hasOwn(calendars, name) ? calendars[name] : null) ?? 'always'

/**
 * What is promised to a ticket. `unitCalendar`: the unit's own calendar by name, or null where it has none. A named
 * calendar of the unit or of the promise makes the business reading the promise; else the wall clock is, and `business`
 * names the hours of the second reading.
 */
export function termsFor(
  promise: AnswerPromise,
  at: {
    readonly unit: string | null
    readonly priority: string | null
    readonly unitCalendar: string | null
  },
): Terms {
  const target = promise.targets.find(
    ({ unit, priority }) =>
      (unit === null || unit === at.unit) && (priority === null || priority === at.priority),
  )
  const targetMs = target?.targetMs ?? promise.targetMs
  const hours = hoursOf(promise, at.unitCalendar ?? promise.calendar)
  return hours === 'always'
    ? { targetMs, picked: 'wall', hours: hoursOf(promise, promise.business) }
    : { targetMs, picked: 'business', hours }
}

/**
 * The instant by which what was sent then is to be answered; that instant itself is still in time. By the wall clock
 * where the open hours would put it more than ten years off.
 */
export const dueAt = (sentAt: Date, { targetMs, picked, hours }: Terms): Date =>
  (picked === 'business' ? afterOpen(hours, sentAt, targetMs) : null) ?? after(sentAt, targetMs)
