import type { Because } from './clock.ts'
import type { Situation } from './course.ts'
import { termsFor } from './promise.ts'
import type { AnswerPromise, Terms } from './promise.ts'

/** What the promise is made of. */
export interface Policy {
  readonly promise: AnswerPromise
  /** Name of a unit's own calendar, or null where it has none; of a group that is no unit's, null. */
  readonly calendarOf: (unit: string | null) => string | null
}

/** What holds for a ticket's clocks from one moment on. */
export interface Condition {
  /** Milliseconds since 1970; -Infinity for the first. */
  readonly from: number
  readonly unit: string | null
  readonly priority: string | null
  readonly terms: Terms
  readonly paused: Extract<Because, 'paused-state' | 'paused-tag'> | null
  readonly isSeen: boolean
}

const pausedIn = ({ state, tags }: Situation, { pauses }: AnswerPromise): Condition['paused'] => {
  if (pauses.states.some((paused) => paused === state)) return 'paused-state'
  return pauses.tags.some((tag) => tags.has(tag)) ? 'paused-tag' : null
}

/** Collects what holds from when on; of what changes in the same millisecond, the last. */
export function conditionsUnder({ promise, calendarOf }: Policy) {
  const conditions: Condition[] = []
  const seen = (from: number, situation: Situation): void => {
    const { unit, priority, sight } = situation
    if (conditions.at(-1)?.from === from) conditions.pop()
    conditions.push({
      from,
      unit,
      priority,
      terms: termsFor(promise, { unit, priority, unitCalendar: calendarOf(unit) }),
      paused: pausedIn(situation, promise),
      isSeen: sight === 'seen',
    })
  }
  return { conditions, seen }
}

/** What holds at that moment; conditions are never empty. */
export function conditionAt(conditions: readonly Condition[], at: number): Condition {
  const found = conditions.findLast(({ from }) => from <= at)
  if (!found) throw new Error('no condition holds before the first')
  return found
}

/** Whether the same is promised. */
export const sameTerms = (a: Terms, b: Terms): boolean =>
  a.targetMs === b.targetMs && a.picked === b.picked && a.hours === b.hours
