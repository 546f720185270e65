import { MINUTE_MS } from '../clock.ts'
import type { Reckoning } from './clock.ts'
import { endOf, finish, isStoppedBy, lift, stop } from './draft.ts'
import type { Draft, Stop } from './draft.ts'
import type { Happening, Standing } from './log.ts'
import type { AnswerPromise } from './promise.ts'

/** People tag after they send: so long after an answer the tag `holding` still speaks of it. */
const HOLDING_GRACE_MS = 10 * MINUTE_MS

/** People close and answer with two presses: so much later an answer still is of that closing. */
const CLOSING_GRACE_MS = 10 * MINUTE_MS

export const HOLDING = 'holding'
export const NO_ANSWER_NEEDED = 'no-answer-needed'
export const SPAM = 'spam'

const STOP_OF_TAG: Readonly<Record<string, Stop>> = { [NO_ANSWER_NEEDED]: 'not-needed', [SPAM]: 'spam' }

/** How a ticket stands at one moment of its course. */
export interface Situation extends Omit<Standing, 'tags'> {
  readonly tags: ReadonlySet<string>
  readonly sight: 'seen' | 'out-of-sight' | 'gone'
}

/** What has become of a ticket so far. */
export interface Course extends Pick<Reckoning, 'answeredAt' | 'lastPublicWordAt' | 'lastStaffWord'> {
  /** Its clocks, in the order in which they began: only the last but one ended lately may be without an end. */
  readonly drafts: readonly Draft[]
  readonly now: Situation
}

/** A course that goes on. */
interface Walk {
  readonly promise: AnswerPromise
  readonly drafts: Draft[]
  now: Situation
  /** Whether anybody wrote or called yet. */
  hasWords: boolean
  /** The clock that an answer ended last, while the tag `holding` may take that back. */
  lastAnswered: Draft | null
  answeredAt: Date | null
  lastPublicWordAt: Date | null
  lastStaffWord: 'public' | 'internal' | null
}

type Of<Kind extends Happening['kind']> = Extract<Happening, { kind: Kind }>

/** The clock that runs, is paused, or is only stopped. */
const unfinished = ({ drafts }: Walk): Draft | null => drafts.find(({ end }) => end === null) ?? null

/** Clocks that changes of the ticket still matter to. */
const followed = ({ drafts, lastAnswered }: Walk): readonly Draft[] =>
  drafts.filter((draft) => draft.end === null || draft === lastAnswered)

const isOneOfVisitor = ({ kind }: Draft): boolean => kind === 'visitor'

/** Whether staff have the ticket before them as one to work on. */
export const isOpen = ({ state, tags, sight }: Situation): boolean =>
  state !== 'closed' && state !== 'merged' && sight !== 'gone' && !tags.has(SPAM)

function begin(
  walk: Walk,
  draft: Pick<Draft, 'key' | 'kind' | 'because' | 'startedAt'> & Partial<Pick<Draft, 'joinedAt'>>,
): Draft {
  const begun: Draft = {
    joinedAt: draft.startedAt,
    ...draft,
    stops: [],
    inherited: [],
    heldFrom: null,
    end: null,
  }
  walk.drafts.push(begun)
  return begun
}

/** Begins the clock of a visitor's word, stopped where the ticket is none to be answered. */
function beginByWord(walk: Walk, { at, key }: Of<'asked'>, standing: 'new-ticket' | 'known-ticket'): void {
  const { state, tags, sight } = walk.now
  const startedAt = at.getTime()
  const because = walk.drafts.some(isOneOfVisitor) ? 'further-word' : 'request'
  const draft = begin(walk, { key, kind: 'visitor', because, startedAt })
  if (sight === 'gone') stop(draft, 'gone', startedAt)
  if (state === 'merged') stop(draft, 'merged', startedAt)
  if (tags.has(SPAM)) stop(draft, 'spam', startedAt)
  if (standing === 'known-ticket') return
  if (state === 'closed') stop(draft, 'closed', startedAt)
  if (tags.has(NO_ANSWER_NEEDED)) stop(draft, 'not-needed', startedAt)
}

function ask(walk: Walk, asked: Of<'asked'>): void {
  const standing = walk.hasWords ? 'known-ticket' : 'new-ticket'
  walk.hasWords = true
  if (asked.by !== 'visitor') return
  const at = asked.at.getTime()
  if (walk.lastAnswered) lift(walk.lastAnswered, 'closed', at)
  const current = unfinished(walk)
  if (current?.kind === 'visitor') {
    const isNone = (['spam', 'merged', 'gone'] as const).some((by) => isStoppedBy(current, by))
    if (isNone) return
    if (!isStoppedBy(current, 'not-needed')) return lift(current, 'closed', at)
  }
  if (!walk.promise.further && walk.drafts.some(isOneOfVisitor)) return
  if (current) finish(current, 'taken-over', at)
  beginByWord(walk, asked, standing)
}

function answer(walk: Walk, { at, how }: Of<'answered'>): void {
  walk.hasWords = true
  walk.lastPublicWordAt = at
  walk.lastStaffWord = 'public'
  if (!walk.promise.answeredBy.includes(how)) return
  const answeredAt = at.getTime()
  if (!walk.now.tags.has(HOLDING) && walk.drafts.some(isOneOfVisitor)) walk.answeredAt ??= at
  const current = unfinished(walk)
  if (!current) return
  const end = endOf(current)
  if (walk.now.tags.has(HOLDING)) {
    if (!end) current.heldFrom ??= answeredAt
    return
  }
  const isInTime = !end || (end.outcome === 'closed' && answeredAt - end.at <= CLOSING_GRACE_MS)
  if (!isInTime) return finish(current, end.outcome, end.at)
  current.end = { outcome: 'answered', at: answeredAt }
  walk.lastAnswered = current
}

/** Takes back that the last answer ended its clock. What began since gives way, but never a visitor's to a unit's. */
function takeBackAnswer(walk: Walk, at: number): void {
  const { lastAnswered } = walk
  const answered = lastAnswered?.end
  if (!answered || at - answered.at > HOLDING_GRACE_MS) return
  const other = unfinished(walk)
  const isStopped = lastAnswered.stops.some(({ to }) => to === null)
  if (other && (isStopped || (other.kind === 'visitor' && lastAnswered.kind === 'internal'))) return
  if (other) finish(other, 'taken-over', at)
  lastAnswered.end = null
  lastAnswered.heldFrom ??= answered.at
  if (walk.answeredAt?.getTime() === answered.at) walk.answeredAt = null
  walk.lastAnswered = null
}

function tag(walk: Walk, { at, tag, kind }: Of<'tagged' | 'untagged'>): void {
  const tags = new Set(walk.now.tags)
  if (tags.has(tag) === (kind === 'tagged')) return
  if (kind === 'tagged') tags.add(tag)
  else tags.delete(tag)
  walk.now = { ...walk.now, tags }
  const by = STOP_OF_TAG[tag]
  if (by) for (const draft of followed(walk)) (kind === 'tagged' ? stop : lift)(draft, by, at.getTime())
  if (tag === HOLDING && kind === 'tagged') takeBackAnswer(walk, at.getTime())
}

function turn(walk: Walk, { at, state }: Of<'state'>): void {
  walk.now = { ...walk.now, state }
  for (const draft of followed(walk)) {
    if (state === 'closed' || state === 'merged') stop(draft, state, at.getTime())
    if (state !== 'merged') lift(draft, 'merged', at.getTime())
    if (state !== 'merged' && state !== 'closed') lift(draft, 'closed', at.getTime())
  }
}

function see(walk: Walk, { at, sight }: Of<'sight'>): void {
  walk.now = { ...walk.now, sight }
  for (const draft of followed(walk)) (sight === 'gone' ? stop : lift)(draft, 'gone', at.getTime())
}

function move(walk: Walk, { at, key, unit }: Of<'moved'>): void {
  if (unit === walk.now.unit) return
  walk.now = { ...walk.now, unit }
  const startedAt = at.getTime()
  const current = unfinished(walk)
  if (current && (current.kind === 'visitor' || endOf(current))) return
  if (current) finish(current, 'handed-over', startedAt)
  const wasAnswered = walk.drafts.some((draft) => isOneOfVisitor(draft) && draft.end?.outcome === 'answered')
  if (unit === null || !wasAnswered || !isOpen(walk.now) || walk.now.tags.has(NO_ANSWER_NEEDED)) return
  begin(walk, { key: `moved:${key}`, kind: 'internal', because: 'handed-over', startedAt })
}

/** What was promised elsewhere is promised here from now on, also where the ticket is closed: it may be opened again. */
function inherit(walk: Walk, { at, key, startedAt, due }: Of<'inherited'>): void {
  const since = at.getTime()
  const current = unfinished(walk)
  if (current?.kind === 'visitor' && (!endOf(current) || !isOpen(walk.now))) {
    current.inherited.push({ since, due })
    return
  }
  const { state, tags, sight } = walk.now
  if (state === 'merged' || sight === 'gone' || tags.has(SPAM)) return
  if (current) finish(current, 'taken-over', since)
  const draft = begin(walk, {
    key: `inherited:${key}`,
    kind: 'visitor',
    because: 'merged-in',
    startedAt: Math.min(startedAt.getTime(), since),
    joinedAt: since,
  })
  draft.inherited.push({ since, due })
  if (state === 'closed') stop(draft, 'closed', since)
}

function solve(walk: Walk, { at }: Of<'solved'>): void {
  const current = unfinished(walk)
  if (current) finish(current, 'not-needed', at.getTime())
  walk.lastAnswered = null
}

function step(walk: Walk, happening: Happening): void {
  switch (happening.kind) {
    case 'asked':
      return ask(walk, happening)
    case 'answered':
      return answer(walk, happening)
    case 'noted':
      walk.hasWords = true
      walk.lastStaffWord = 'internal'
      return
    case 'moved':
      return move(walk, happening)
    case 'priority':
      walk.now = { ...walk.now, priority: happening.priority }
      return
    case 'state':
      return turn(walk, happening)
    case 'tagged':
    case 'untagged':
      return tag(walk, happening)
    case 'solved':
      return solve(walk, happening)
    case 'inherited':
      return inherit(walk, happening)
    case 'sight':
      return see(walk, happening)
  }
}

/** Walks through what happened, in order; `seen` is told of the ticket after each step. */
export function courseOf(
  { start, happenings }: { readonly start: Standing; readonly happenings: readonly Happening[] },
  promise: AnswerPromise,
  seen: (at: number, situation: Situation) => void,
): Course {
  const walk: Walk = {
    promise,
    drafts: [],
    now: { ...start, tags: new Set(start.tags), sight: 'seen' },
    hasWords: false,
    lastAnswered: null,
    answeredAt: null,
    lastPublicWordAt: null,
    lastStaffWord: null,
  }
  seen(-Infinity, walk.now)
  for (const happening of happenings) {
    const before = walk.now
    step(walk, happening)
    if (walk.now !== before) seen(happening.at.getTime(), walk.now)
  }
  return walk
}
