import { MINUTE_MS } from '../../src/clock.ts'
import { HIGH, type UnitId } from './promise-rules.ts'
import type { Happened } from './promise-truth.ts'

export type Reading = 'wall' | 'business'
export type ByReading = Readonly<Record<Reading, number>>

/** A stretch of a wait that counts, and who had the ticket. */
export interface Piece {
  readonly from: number
  readonly to: number
  readonly unit: UnitId
}

export type Ending = 'answered' | 'closed' | 'merged' | 'not-needed' | 'spam' | 'handed-over' | 'taken-over'

/** A wait in the making. */
export interface Draft {
  readonly kind: 'visitor' | 'internal'
  readonly startedAt: number
  readonly isMergedIn: boolean
  readonly pieces: Piece[]
  readonly inherited: ByReading[]
  /** From when on it has not been put down as pieces. */
  openFrom: number
  stop: { readonly how: 'closed' | 'not-needed' | 'spam'; readonly at: number } | null
  end: { readonly how: Ending; readonly at: number } | null
}

/** A ticket on its way. */
export interface Walk {
  unit: UnitId
  priority: string
  isClosed: boolean
  isMerged: boolean
  readonly tags: Set<string>
  readonly drafts: Draft[]
  lastAnswered: Draft | null
}

/** A ticket was merged into this one on which a visitor waited. */
interface Inherited {
  readonly at: number
  readonly what: 'inherited'
  readonly startedAt: number
  readonly due: ByReading
}
export type Step = Happened | Inherited

const HOLDING_MS = 10 * MINUTE_MS
const CLOSING_MS = 10 * MINUTE_MS
const STOPPING: Readonly<Record<string, 'not-needed' | 'spam'>> = {
  'no-answer-needed': 'not-needed',
  spam: 'spam',
}

const openDraft = ({ drafts }: Walk): Draft | null => drafts.find(({ end }) => end === null) ?? null

function settlePiece({ unit }: Walk, draft: Draft, at: number): void {
  if (at > draft.openFrom) draft.pieces.push({ from: draft.openFrom, to: at, unit })
  draft.openFrom = at
}

function begin(walk: Walk, kind: Draft['kind'], startedAt: number, joinedAt = startedAt): Draft {
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

/** A visitor's further word opens a closed ticket again. */
function ask(walk: Walk, at: number): void {
  const current = openDraft(walk)
  if (walk.tags.has('spam') || walk.isMerged) return
  walk.isClosed = false
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
  if (current.stop && !(current.stop.how === 'closed' && at - current.stop.at <= CLOSING_MS)) {
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
  if (walk.isMerged) return
  if (current) finish(walk, current, 'taken-over', at)
  const draft = begin(walk, 'visitor', startedAt, at)
  draft.inherited.push(due)
  if (walk.isClosed) halt(walk, draft, 'closed', at)
}

/** Lets one thing happen to a ticket. */
export function take(walk: Walk, step: Step): void {
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
