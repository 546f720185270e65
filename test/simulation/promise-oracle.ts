import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { afterOpen, openMs, type Windows, windowsOf } from './promise-hours.ts'
import { CALENDARS, HIGH, RULES, type Rules, TEAMS, type UnitId } from './promise-rules.ts'
import type { Happened, Ticket, Truth } from './promise-truth.ts'

/*
 * By when each ticket of a month is to be answered and when which level comes, reckoned from what people did. It shares no
 * line with the service: it walks through a ticket anew for each moment that is asked for.
 */

export type Reading = 'wall' | 'business'
type ByReading = Readonly<Record<Reading, number>>

interface Piece {
  readonly from: number
  readonly to: number
  readonly unit: UnitId
}

type Ending = 'answered' | 'closed' | 'merged' | 'not-needed' | 'spam' | 'handed-over' | 'taken-over'

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

interface Draft {
  readonly kind: Wait['kind']
  readonly startedAt: number
  readonly isMergedIn: boolean
  readonly pieces: Piece[]
  readonly inherited: ByReading[]
  /** From when on it has not been put down as pieces. */
  openFrom: number
  stop: { readonly how: 'closed' | 'not-needed' | 'spam'; readonly at: number } | null
  end: Wait['end']
}

/** A ticket on its way. */
interface Walk {
  unit: UnitId
  priority: string
  isClosed: boolean
  isMerged: boolean
  readonly tags: Set<string>
  readonly drafts: Draft[]
  lastAnswered: Draft | null
}

interface Inherited {
  readonly at: number
  readonly what: 'inherited'
  readonly startedAt: number
  readonly due: ByReading
}
type Step = Happened | Inherited

const HOLDING_MS = 10 * MINUTE_MS
const SAME_CHANGE_MS = 2 * SECOND_MS
const STOPPING: Readonly<Record<string, 'not-needed' | 'spam'>> = {
  'no-answer-needed': 'not-needed',
  spam: 'spam',
}

const openDraft = ({ drafts }: Walk): Draft | null => drafts.find(({ end }) => end === null) ?? null

function settlePiece({ unit }: Walk, draft: Draft, at: number): void {
  if (at > draft.openFrom) draft.pieces.push({ from: draft.openFrom, to: at, unit })
  draft.openFrom = at
}

function begin(walk: Walk, kind: Wait['kind'], startedAt: number, joinedAt = startedAt): Draft {
  const draft: Draft = {
    kind,
    startedAt,
    isMergedIn: joinedAt !== startedAt,
    pieces: [],
    inherited: [],
    openFrom: startedAt,
    stop: null,
    end: null,
  }
  walk.drafts.push(draft)
  return draft
}

function halt(walk: Walk, draft: Draft, how: 'closed' | 'not-needed' | 'spam', at: number): void {
  if (draft.stop) return
  settlePiece(walk, draft, at)
  draft.stop = { how, at }
}

/** It goes on; only the time in which it was closed does not count. */
function goOn(walk: Walk, draft: Draft, how: string, at: number): void {
  if (draft.stop?.how !== how) return
  if (how === 'closed') draft.openFrom = at
  draft.stop = null
  settlePiece(walk, draft, at)
}

function finish(walk: Walk, draft: Draft, how: Ending, at: number): void {
  if (draft.stop) draft.end = draft.stop
  else {
    settlePiece(walk, draft, at)
    draft.end = { how, at }
  }
}

function ask(walk: Walk, at: number): void {
  const current = openDraft(walk)
  if (walk.tags.has('spam') || walk.isMerged) return
  if (current?.kind === 'visitor') {
    if (current.stop?.how === 'closed') return goOn(walk, current, 'closed', at)
    if (current.stop?.how !== 'not-needed') return
  }
  if (current) finish(walk, current, 'taken-over', at)
  begin(walk, 'visitor', at)
}

function answer(walk: Walk, at: number): void {
  const current = openDraft(walk)
  if (!current || walk.tags.has('holding')) return
  if (current.stop && !(current.stop.how === 'closed' && at - current.stop.at <= SAME_CHANGE_MS)) {
    return finish(walk, current, current.stop.how, current.stop.at)
  }
  current.stop = null
  finish(walk, current, 'answered', at)
  walk.lastAnswered = current
}

function move(walk: Walk, unit: UnitId, at: number): void {
  if (unit === walk.unit) return
  const current = openDraft(walk)
  if (current && !current.stop) settlePiece(walk, current, at)
  walk.unit = unit
  if (current && (current.kind === 'visitor' || current.stop)) return
  if (current) finish(walk, current, 'handed-over', at)
  const wasAnswered = walk.drafts.some(({ kind, end }) => kind === 'visitor' && end?.how === 'answered')
  const isWorkedOn = !walk.isClosed && !walk.isMerged && !walk.tags.has('spam')
  if (wasAnswered && isWorkedOn && !walk.tags.has('no-answer-needed')) begin(walk, 'internal', at)
}

function tag(walk: Walk, name: string, at: number): void {
  walk.tags.add(name)
  const current = openDraft(walk)
  const how = STOPPING[name]
  if (how && current) halt(walk, current, how, at)
  const answered = walk.lastAnswered
  if (name !== 'holding' || !answered?.end || at - answered.end.at > HOLDING_MS) return
  if (current) finish(walk, current, 'taken-over', at)
  answered.end = null
  walk.lastAnswered = null
}

function untag(walk: Walk, name: string, at: number): void {
  walk.tags.delete(name)
  const current = openDraft(walk)
  const how = STOPPING[name]
  if (how && current) goOn(walk, current, how, at)
}

function inherit(walk: Walk, { at, startedAt, due }: Inherited): void {
  const current = openDraft(walk)
  if (current?.kind === 'visitor') {
    current.inherited.push(due)
    return
  }
  if (walk.isClosed || walk.isMerged) return
  if (current) finish(walk, current, 'taken-over', at)
  begin(walk, 'visitor', startedAt, at).inherited.push(due)
}

function take(walk: Walk, step: Step): void {
  const { at } = step
  const current = openDraft(walk)
  switch (step.what) {
    case 'asked':
      return ask(walk, at)
    case 'answered':
      return answer(walk, at)
    case 'moved':
      return move(walk, step.unit, at)
    case 'urged':
      walk.priority = HIGH
      return
    case 'closed':
      walk.isClosed = true
      if (current) halt(walk, current, 'closed', at)
      return
    case 'reopened':
      walk.isClosed = false
      if (current) goOn(walk, current, 'closed', at)
      return
    case 'tagged':
      return tag(walk, step.tag, at)
    case 'untagged':
      return untag(walk, step.tag, at)
    case 'merged':
      walk.isMerged = true
      if (current) finish(walk, current, 'merged', at)
      return
    case 'inherited':
      return inherit(walk, step)
    case 'noted':
    case 'acknowledged':
  }
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
