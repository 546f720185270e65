import { DAY_MS, HOUR_MS } from '../../src/clock.ts'
import { afterOpen, openMs, type Windows, windowsOf } from './promise-hours.ts'
import { CALENDARS, RULES, type Rules, TEAMS, type UnitId } from './promise-rules.ts'
import type { Ticket, Truth } from './promise-truth.ts'
import {
  type ByReading,
  type Draft,
  type Ending,
  type Piece,
  type Reading,
  type Step,
  take,
  type Walk,
} from './promise-walk.ts'

/*
 * By when each ticket of a month is to be answered and when which level comes, reckoned from what people did. It shares no
 * line with the service: it walks through a ticket anew for each moment that is asked for.
 */

/** One wait, as it stood at a moment. */
export interface Wait {
  readonly kind: 'visitor' | 'internal'
  readonly startedAt: number
  readonly unit: UnitId
  readonly end: { readonly how: Ending; readonly at: number } | null
  readonly due: ByReading
  readonly picked: Reading
  /** When that part of it is gone, in percent. */
  readonly levelAt: (percent: number) => number
}

/** What the wait is called: at no ticket two of a kind begin at once. */
export const waitId = ({ kind, startedAt }: Pick<Wait, 'kind' | 'startedAt'>): string =>
  `${kind}@${startedAt}`

export const dueOf = ({ due, picked }: Wait): number => due[picked]

/** A level that came while its wait went on. It comes again where the wait was given more time after that. */
export interface CameLevel {
  readonly wait: string
  /** `75%`, `100%+1d`. */
  readonly name: string
  readonly percent: number
  readonly repeat: number
  /** When that part of the time was gone, and when that came to be so: later, where time was taken from the wait. */
  readonly goneAt: number
  readonly at: number
}

const windowsFor = (unit: UnitId, reading: Reading): Windows =>
  reading === 'wall' ? 'always' : windowsOf(CALENDARS[TEAMS[unit].calendar ?? 'office-es'])

/** When so much of a wait is over, if it went on as it did then. */
function reach(pieces: readonly Piece[], unit: UnitId, until: number, reading: Reading, ms: number): number {
  let left = ms
  for (const piece of pieces) {
    const windows = windowsFor(piece.unit, reading)
    const open = openMs(windows, piece.from, piece.to)
    if (open >= left) return afterOpen(windows, piece.from, left)
    left -= open
  }
  return afterOpen(windowsFor(unit, reading), until, left)
}

function passedBy(
  pieces: readonly Piece[],
  unit: UnitId,
  until: number,
  reading: Reading,
  at: number,
): number {
  const before = pieces.reduce(
    (sum, { from, to, unit: had }) =>
      sum + openMs(windowsFor(had, reading), from, Math.min(to, Math.max(from, at))),
    0,
  )
  return before + openMs(windowsFor(unit, reading), until, Math.max(until, at))
}

function waitOf(walk: Walk, draft: Draft, asOf: number, rules: Rules): Wait {
  const end = draft.end ?? draft.stop
  const until = end?.at ?? asOf
  const rest = !end && asOf > draft.openFrom ? [{ from: draft.openFrom, to: asOf, unit: walk.unit }] : []
  const pieces = [...draft.pieces.filter(({ from }) => from < until), ...rest]
  const unit = end ? (pieces.at(-1)?.unit ?? walk.unit) : walk.unit
  const targetMs = rules.hoursFor(unit, walk.priority) * HOUR_MS
  const own = (reading: Reading): number => reach(pieces, unit, until, reading, targetMs)
  const due = (reading: Reading): number =>
    Math.min(draft.isMergedIn ? Infinity : own(reading), ...draft.inherited.map((one) => one[reading]))
  const picked = TEAMS[unit].calendar === null ? 'wall' : 'business'
  return {
    kind: draft.kind,
    startedAt: draft.startedAt,
    unit,
    end,
    due: { wall: due('wall'), business: due('business') },
    picked,
    levelAt(percent) {
      const at = due(picked)
      if (percent === 100) return at
      const whole = at === own(picked) ? targetMs : passedBy(pieces, unit, until, picked, at)
      return Math.min(at, reach(pieces, unit, until, picked, Math.round((percent * whole) / 100)))
    },
  }
}

export interface Oracle {
  /** All waits of a ticket, as they stood at that moment by the rules of then; the last one may go on. */
  readonly waitsAt: (about: number, at: number) => readonly Wait[]
  /** The one that went on then, or null. */
  readonly runningAt: (about: number, at: number) => Wait | null
  readonly rulesAt: (at: number) => Rules
  /** Levels of a ticket that came, in the order in which they did. */
  readonly levelsOf: (about: number) => readonly CameLevel[]
  readonly unitAt: (about: number, at: number) => UnitId
  /** Moments at which anything changed for the ticket. */
  readonly turnsOf: (about: number) => readonly number[]
}

export function createOracle(truth: Truth): Oracle {
  const known = new Map<number, readonly Step[]>()
  const rulesAt = (at: number): Rules => (at >= truth.rulesChangedAt ? RULES.later : RULES.first)
  const ticketOf = (about: number): Ticket => {
    const ticket = truth.tickets.get(about)
    if (!ticket) throw new Error(`nobody sent ${about}`)
    return ticket
  }

  function stepsOf(about: number): readonly Step[] {
    const before = known.get(about)
    if (before) return before
    const merged = [...truth.tickets.values()].flatMap((source): readonly Step[] => {
      const merge = source.happened.find((one) => one.what === 'merged' && one.into === about)
      const wait = merge && runningAt(source.about, merge.at - 1)
      if (!merge || wait?.kind !== 'visitor') return []
      return [{ at: merge.at, what: 'inherited', startedAt: wait.startedAt, due: wait.due }]
    })
    const steps = [...ticketOf(about).happened, ...merged].toSorted((a, b) => a.at - b.at)
    known.set(about, steps)
    return steps
  }
  function walkTo(about: number, at: number): Walk {
    const walk: Walk = {
      unit: ticketOf(about).unit,
      priority: '2 normal',
      isClosed: false,
      isMerged: false,
      tags: new Set(),
      drafts: [],
      lastAnswered: null,
    }
    for (const step of stepsOf(about)) if (step.at <= at) take(walk, step)
    return walk
  }
  const waitsAt = (about: number, at: number): readonly Wait[] => {
    const walk = walkTo(about, at)
    return walk.drafts.map((draft) => waitOf(walk, draft, at, rulesAt(at)))
  }
  const runningAt = (about: number, at: number): Wait | null =>
    waitsAt(about, at).find(({ end }) => end === null) ?? null
  const turnsOf = (about: number): readonly number[] =>
    [...new Set([...stepsOf(about).map(({ at }) => at), truth.rulesChangedAt])]
      .filter((at) => at < truth.endedAt)
      .toSorted((a, b) => a - b)

  /** Levels that come between two turns of a ticket, if they did not come before. */
  function comingBetween(from: number, to: number, running: Wait): readonly CameLevel[] {
    const wait = waitId(running)
    return rulesAt(from).rungs.flatMap(({ percent }) => {
      const goneAt = running.levelAt(percent)
      const days = percent === 100 ? Math.max(0, Math.ceil((to - goneAt) / DAY_MS)) : 1
      return Array.from({ length: days }, (_, repeat): CameLevel => {
        const name = repeat === 0 ? `${percent}%` : `${percent}%+${repeat}d`
        const gone = goneAt + repeat * DAY_MS
        return { wait, name, percent, repeat, goneAt: gone, at: Math.max(gone, from) }
      }).filter(({ at, repeat, goneAt: gone }) => at < to && (repeat === 0 || gone >= from))
    })
  }
  function levelsOf(about: number): readonly CameLevel[] {
    const came: CameLevel[] = []
    const turns = turnsOf(about)
    for (const [index, from] of turns.entries()) {
      const running = runningAt(about, from)
      if (!running) continue
      for (const level of comingBetween(from, turns[index + 1] ?? truth.endedAt, running)) {
        const last = came.findLast(({ wait, name }) => wait === level.wait && name === level.name)
        if (!last || level.goneAt > last.at) came.push(level)
      }
    }
    return came.toSorted((a, b) => a.at - b.at || a.percent - b.percent || a.repeat - b.repeat)
  }
  const levels = new Map<number, readonly CameLevel[]>()
  return {
    waitsAt,
    runningAt,
    rulesAt,
    turnsOf,
    levelsOf(about) {
      const found = levels.get(about) ?? levelsOf(about)
      levels.set(about, found)
      return found
    },
    unitAt: (about, at) => walkTo(about, at).unit,
  }
}

/** Whether an answered wait was in time, by each reading; null where it was not answered. */
export const keptOf = ({ end, due }: Wait): Readonly<Record<Reading, boolean>> | null =>
  end?.how === 'answered' ? { wall: end.at <= due.wall, business: end.at <= due.business } : null
