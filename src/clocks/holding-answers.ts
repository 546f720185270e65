import type { TicketClock } from '../promise/clock.ts'
import type { Happening } from '../promise/log.ts'
import type { AnswerPromise } from '../promise/promise.ts'
import type { Reckoned } from './reckoned.ts'

export type AnswerGiven = Extract<Happening, { kind: 'answered' }>

type Known = Pick<Reckoned, 'log' | 'reckoning'>

/** When a clock began to run on this ticket: one that a merge brought ran elsewhere before. */
function joinedAt({ log }: Known, { because, key, startedAt }: TicketClock): Date {
  const merge =
    because === 'merged-in' ? log.happenings.find((one) => `inherited:${one.key}` === key) : undefined
  return merge?.at ?? startedAt
}

/**
 * The answers of which each promised more (design 4.9), oldest first: those since a clock began that runs all the same.
 * None of a clock that ended.
 */
export function holdingAnswers(
  known: Known,
  clock: TicketClock,
  { answeredBy }: Pick<AnswerPromise, 'answeredBy'>,
): readonly AnswerGiven[] {
  if (clock.endedAt !== null) return []
  const since = joinedAt(known, clock)
  const { asOf } = known.reckoning
  return known.log.happenings
    .flatMap((one) => {
      const isSince = one.at > since && one.at <= asOf
      return one.kind === 'answered' && isSince && answeredBy.includes(one.how) ? [one] : []
    })
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
}

/** Whether the visitor has a first answer, and it is the rest that this clock waits for. */
export const isHeld = (
  known: Known,
  clock: TicketClock,
  promise: Pick<AnswerPromise, 'answeredBy'>,
): boolean => holdingAnswers(known, clock, promise).length > 0
