import type { Because, Segment } from './clock.ts'
import { conditionAt, sameTerms } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Draft, Stop } from './draft.ts'
import { openMs } from './hours.ts'

/** A segment in the making, with what held during it: at its end, where that is not a matter of the segment. */
export interface Piece {
  readonly from: number
  readonly to: number
  readonly because: Because
  readonly counts: boolean
  readonly condition: Condition
}

/** What a stretch counts as during which a clock was ended that goes on; the weightier first. */
const WHILE_STOPPED: readonly (readonly [Stop, Because])[] = [
  ['closed', 'closed'],
  ['spam', 'spam'],
  ['not-needed', 'not-needed'],
  ['gone', 'out-of-sight'],
  ['merged', 'waiting'],
]

/** The stops that held: an answer in the change that closed the ticket makes the closing none. */
function stopsThatHeld({ stops, end }: Draft): Draft['stops'] {
  if (end?.outcome !== 'answered') return stops
  return stops.filter(({ from, to }) => from > end.at || (to !== null && to <= end.at))
}

function becauseAt(at: number, draft: Draft, stops: Draft['stops'], condition: Condition): Because {
  if (at < draft.joinedAt) return 'waiting'
  const lasting = stops.filter(({ from, to }) => from <= at && (to === null || at < to))
  const stopped = WHILE_STOPPED.find(([by]) => lasting.some((stop) => stop.by === by))
  if (stopped) return stopped[1]
  if (condition.paused) return condition.paused
  if (!condition.isSeen) return 'out-of-sight'
  return draft.heldFrom !== null && at >= draft.heldFrom ? 'holding' : 'waiting'
}

const NEVER_COUNTS: ReadonlySet<Because> = new Set(['closed', 'paused-state', 'paused-tag'])

const isOneWith = (a: Piece, b: Piece): boolean =>
  a.because === b.because &&
  a.condition.unit === b.condition.unit &&
  sameTerms(a.condition.terms, b.condition.terms)

/** The stretches of a clock from its start until then, without a gap; none where no time has passed. */
export function piecesOf(draft: Draft, conditions: readonly Condition[], until: number): readonly Piece[] {
  const stops = stopsThatHeld(draft)
  const { startedAt, joinedAt, heldFrom } = draft
  const borders = [
    startedAt,
    joinedAt,
    ...(heldFrom === null ? [] : [heldFrom]),
    ...stops.flatMap(({ from, to }) => (to === null ? [from] : [from, to])),
    ...conditions.map(({ from }) => from).filter((from) => from > joinedAt),
    until,
  ]
  const cuts = [...new Set(borders)].filter((at) => at >= startedAt && at <= until).sort((a, b) => a - b)
  const pieces: Piece[] = []
  for (const [index, from] of cuts.slice(0, -1).entries()) {
    const condition = conditionAt(conditions, Math.max(from, joinedAt))
    const because = becauseAt(from, draft, stops, condition)
    const piece = {
      from,
      to: cuts[index + 1] ?? until,
      because,
      counts: !NEVER_COUNTS.has(because),
      condition,
    }
    const last = pieces.at(-1)
    if (last && isOneWith(last, piece)) pieces.splice(-1, 1, { ...piece, from: last.from })
    else pieces.push(piece)
  }
  return pieces
}

export function segmentOf({ from, to, because, counts, condition: { unit, terms } }: Piece): Segment {
  const [start, end] = [new Date(from), new Date(to)]
  return {
    from: start,
    to: end,
    counts,
    because,
    unit,
    passed: { wall: counts ? to - from : 0, business: counts ? openMs(terms.hours, start, end) : 0 },
  }
}
