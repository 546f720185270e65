import type { Outcome, Reckoning, TicketClock } from './clock.ts'
import { conditionAt, conditionsUnder, sameTerms } from './condition.ts'
import type { Condition, Policy } from './condition.ts'
import { courseOf, isOpen } from './course.ts'
import { endOf, neverRan } from './draft.ts'
import type { Draft } from './draft.ts'
import { dueBy, shareAt } from './due.ts'
import type { ReadingName, Run } from './due.ts'
import type { ByReading, TicketLog } from './log.ts'
import { inOrder } from './order.ts'
import type { AnswerPromise } from './promise.ts'
import { piecesOf, segmentOf } from './segments.ts'
import type { Piece } from './segments.ts'

export type { Policy } from './condition.ts'

const byReading = <T>(read: (reading: ReadingName) => T): ByReading<T> => ({
  wall: read('wall'),
  business: read('business'),
})

/** What holds for a clock now, or held before it ended. */
function lastCondition(
  draft: Draft,
  pieces: readonly Piece[],
  conditions: readonly Condition[],
  asOf: number,
) {
  if (!endOf(draft)) return conditionAt(conditions, asOf)
  return pieces.at(-1)?.condition ?? conditionAt(conditions, draft.joinedAt)
}

function runOf(draft: Draft, pieces: readonly Piece[], until: number, last: Condition): Run {
  return {
    startedAt: new Date(draft.startedAt),
    stretches: pieces.map((piece) => ({ segment: segmentOf(piece), hours: piece.condition.terms.hours })),
    until: new Date(until),
    hours: last.terms.hours,
  }
}

/** Of a clock that came by a merge only what was promised elsewhere holds, until something else is promised here. */
function ownTarget(draft: Draft, pieces: readonly Piece[], last: Condition): number | null {
  const first = pieces[0]?.condition ?? last
  const isOwn =
    draft.because !== 'merged-in' ||
    [...pieces.map(({ condition }) => condition), last].some(({ terms }) => !sameTerms(terms, first.terms))
  return isOwn ? last.terms.targetMs : null
}

function outcomeOf(draft: Draft, last: Condition): Outcome {
  return endOf(draft)?.outcome ?? (last.paused ? 'paused' : 'running')
}

function clockOf(
  draft: Draft,
  conditions: readonly Condition[],
  promise: AnswerPromise,
  asOf: Date,
): TicketClock {
  const end = endOf(draft)
  const until = end?.at ?? asOf.getTime()
  const pieces = piecesOf(draft, conditions, until)
  const last = lastCondition(draft, pieces, conditions, until)
  const { targetMs, picked } = last.terms
  const run = runOf(draft, pieces, until, last)
  const outcome = outcomeOf(draft, last)
  const owned = ownTarget(draft, pieces, last)
  const promised = byReading((reading) =>
    dueBy(run, reading, {
      targetMs: owned,
      inherited: draft.inherited
        .filter(({ since }) => since <= until)
        .map(({ since, due }) => ({ since: new Date(since), due: due[reading] })),
    }),
  )
  // What stands still has no due, unless that went by before.
  const standsStill = (by: Date | null): boolean => outcome === 'paused' && by !== null && by > asOf
  const due = byReading((reading) => (standsStill(promised[reading]) ? null : promised[reading]))
  const endedAt = end && new Date(end.at)
  const isInTime = (by: Date | null): boolean => endedAt !== null && (by === null || endedAt <= by)
  const segments = run.stretches.map(({ segment }) => segment)
  const came = (at: Date): boolean => {
    if (endedAt) return at < endedAt
    return outcome === 'running' || at <= asOf
  }
  return {
    key: draft.key,
    kind: draft.kind,
    because: draft.because,
    startedAt: run.startedAt,
    unit: last.unit,
    priority: last.priority,
    targetMs,
    picked,
    passed: byReading((reading) => segments.reduce((sum, { passed }) => sum + passed[reading], 0)),
    due,
    dueAt: due[picked],
    outcome,
    endedAt,
    kept: byReading((reading) => (outcome === 'answered' ? isInTime(promised[reading]) : null)),
    segments,
    levels: promise.levels.map(({ share }) => {
      const at = shareAt(run, picked, share, { due: promised[picked], targetMs })
      return { share, at: at && came(at) ? at : null }
    }),
  }
}

/**
 * What the log of a ticket comes to at that moment, later happenings left out. It depends on nothing else: not on the
 * order of the happenings, and on no clock.
 */
export function reckon(log: TicketLog, policy: Policy, asOf: Date): Reckoning {
  const { conditions, seen } = conditionsUnder(policy)
  const happenings = inOrder(log.happenings, asOf)
  const course = courseOf({ start: log.start, happenings }, policy.promise, seen)
  const clocks = course.drafts
    .filter((draft) => !neverRan(draft))
    .map((draft) => clockOf(draft, conditions, policy.promise, asOf))
  return {
    asOf,
    clocks,
    running: clocks.find(({ endedAt }) => endedAt === null) ?? null,
    answeredAt: course.answeredAt,
    lastPublicWordAt: course.lastPublicWordAt,
    lastStaffWord: course.lastStaffWord,
    isOpen: isOpen(course.now),
  }
}
