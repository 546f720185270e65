import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import type { Random } from '../../src/random.ts'
import { chanceOf } from './answers-plan.ts'
import { BY_THE_WALL, type UnitId, UNITS } from './promise-rules.ts'

/** How much happens in how long a time. */
export interface Size {
  readonly startsAt: Date
  readonly hours: number
  readonly tickets: number
  /** How many of them come within one hour, when that begins, and whom most of them are for. */
  readonly burst: { readonly tickets: number; readonly atHour: number; readonly unit: UnitId }
  readonly restarts: number
  /** Hours of the plan: when no hook arrives, Zammad cannot be reached, the service is down over a morning. */
  readonly hooksLost: Span
  readonly zammadDown: Span
  readonly serviceDown: Span
  /** When promise.yaml is changed. */
  readonly rulesChangeAtHour: number
}

/** In hours since the beginning. */
export type Span = readonly [from: number, to: number]

/** What somebody does, so long after the beginning, about the ticket of that number. */
export type Deed = { readonly atMs: number; readonly about: number } & (
  | { readonly what: 'submit'; readonly unit: UnitId; readonly by: 'form' | 'group' | 'rule' }
  | {
      readonly what:
        'answer' | 'note' | 'call' | 'answer-and-close' | 'close' | 'reopen' | 'ask' | 'take' | 'urge'
    }
  /** Staff press the button of the last mail that calls it late. */
  | { readonly what: 'acknowledge' }
  | { readonly what: 'move'; readonly unit: UnitId }
  | { readonly what: 'tag' | 'untag'; readonly tag: string }
  | { readonly what: 'merge'; readonly into: number }
)
export type Doing = Deed extends infer One ? (One extends Deed ? Omit<One, 'atMs' | 'about'> : never) : never

/** The service works each time that so much has gone by; what people do falls in between. */
export const STEP_MS = 15 * MINUTE_MS

/** The end of one life of the service. `killed`: in the midst of its work, after so many writes of a round. */
export interface Restart {
  readonly atMs: number
  readonly how: 'stopped' | 'killed'
  readonly afterWrites: number
  readonly downMs: number
}

type Chance = ReturnType<typeof chanceOf>

/** Never at the moment at which the service works. */
const somewhen = ({ below }: Chance, from: number, to: number): number => {
  const at = from + below(Math.max(1, Math.round((to - from) / SECOND_MS))) * SECOND_MS
  return at % STEP_MS === 0 ? at + SECOND_MS : at
}

interface Story {
  readonly chance: Chance
  readonly about: number
  readonly startMs: number
  readonly unit: UnitId
  /** Somebody came by the form. */
  readonly isOfForm: boolean
  readonly rulesChangeMs: number
  readonly deeds: Deed[]
}

const hours = (story: Story, from: number, to: number): number =>
  somewhen(story.chance, from * HOUR_MS, to * HOUR_MS)

function tell(story: Story, atMs: number, ...doings: readonly Doing[]): number {
  for (const doing of doings) {
    story.deeds.push({ ...doing, atMs, about: story.about })
  }
  return atMs
}

/** When an answer comes to what began then: mostly in time, at times late; null is never. Staff may say that they have seen that it is late. */
function answerAt(story: Story, from: number, never = 0.06): number | null {
  const { isDrawn } = story.chance
  const isNever = isDrawn(never)
  const isLate = isNever || isDrawn(0.18)
  if (isLate && isDrawn(0.4)) tell(story, from + hours(story, 49, 62), { what: 'acknowledge' })
  if (isNever) return null
  if (isLate) return from + hours(story, 49, 100)
  return from + (isDrawn(0.3) ? hours(story, 30, 47.9) : hours(story, 0.3, 30))
}

/** Answered, and what comes behind an answer. */
function answered(story: Story, at: number, depth = 0): void {
  const { chance } = story
  const isClosed = chance.isDrawn(0.3)
  const how = isClosed ? 'answer-and-close' : chance.isDrawn(0.08) ? 'call' : 'answer'
  tell(story, at, { what: how })
  if (!isClosed && chance.isDrawn(0.12)) return handedOnAfter(story, at)
  const isAskedAgain = depth < 2 && chance.isDrawn(0.25) && (story.isOfForm || !isClosed)
  if (!isAskedAgain && !isClosed && chance.isDrawn(0.7))
    tell(story, at + hours(story, 0.5, 10), { what: 'close' })
  if (isAskedAgain) {
    const asked = tell(story, at + hours(story, 0.5, 30), { what: 'ask' })
    const next = answerAt(story, asked)
    if (next !== null) answered(story, next, depth + 1)
  }
}

/** Another unit gets what was answered, and goes on with it in time, late or never. */
function handedOnAfter(story: Story, at: number): void {
  const moved = tell(story, at + hours(story, 0.2, 5), { what: 'move', unit: otherThan(story, story.unit) })
  const next = answerAt(story, moved, 0.1)
  if (next !== null) tell(story, next, { what: 'answer' })
}

function otherThan({ chance }: Story, unit: UnitId): UnitId {
  const others = UNITS.filter((one) => one !== unit)
  return others[chance.below(others.length)] ?? 'first-line'
}

const thenAnswered = (story: Story, from: number): void => {
  const at = answerAt(story, from)
  if (at !== null) answered(story, at)
}

function closedUnanswered(story: Story): void {
  const { chance, startMs } = story
  const closed = tell(story, startMs + hours(story, 1, 60), { what: 'close' })
  if (chance.isDrawn(0.5))
    thenAnswered(story, tell(story, closed + hours(story, 0.5, 30), { what: 'reopen' }))
}

function held(story: Story): void {
  const { chance, startMs } = story
  const at = startMs + hours(story, 2, 46)
  if (chance.isDrawn(0.5)) tell(story, at, { what: 'tag', tag: 'holding' }, { what: 'answer' })
  else {
    tell(story, at, { what: 'answer' })
    tell(story, at + (60 + chance.below(420)) * SECOND_MS, { what: 'tag', tag: 'holding' })
  }
  const next = answerAt(story, at)
  if (next !== null) tell(story, next, { what: 'untag', tag: 'holding' }, { what: 'answer' })
}

function notNeeded(story: Story): void {
  const { chance, startMs } = story
  const tag = chance.isDrawn(0.6) ? 'no-answer-needed' : 'spam'
  const at = tell(story, startMs + hours(story, 0.2, 50), { what: 'tag', tag })
  if (chance.isDrawn(0.3)) thenAnswered(story, tell(story, at + hours(story, 1, 12), { what: 'untag', tag }))
}

function movedBefore(story: Story): void {
  const at = tell(story, story.startMs + hours(story, 0.5, 30), {
    what: 'move',
    unit: otherThan(story, story.unit),
  })
  if (story.chance.isDrawn(0.2)) {
    tell(story, at + hours(story, 0.5, 8), { what: 'move', unit: story.unit })
  }
  thenAnswered(story, at + 8 * HOUR_MS)
}

/** The tickets that a later one may be merged into: nothing else happens to them but an answer. */
interface Plain {
  readonly about: number
  readonly startMs: number
  readonly endMs: number
}

function merged(story: Story, plain: readonly Plain[]): void {
  const at = story.startMs + hours(story, 1, 30)
  const target = plain.findLast(({ startMs, endMs }) => startMs < at - HOUR_MS && endMs > at + HOUR_MS)
  if (target) tell(story, at, { what: 'merge', into: target.about })
  else thenAnswered(story, story.startMs)
}

/** What becomes of one ticket. */
function unfold(story: Story, plain: Plain[]): void {
  const { chance, startMs, unit, rulesChangeMs } = story
  if (unit === 'first-line' && chance.isDrawn(0.92)) {
    tell(story, startMs + hours(story, 0.3, 6), { what: 'take' })
  }
  if (chance.isDrawn(0.25)) tell(story, startMs + hours(story, 1, 46), { what: 'note' })
  const fate = chance.share()
  if (fate < 0.07) closedUnanswered(story)
  else if (fate < 0.13) held(story)
  else if (fate < 0.2) notNeeded(story)
  else if (fate < 0.32) movedBefore(story)
  else if (fate < 0.37 && BY_THE_WALL.includes(unit)) merged(story, plain)
  else if (fate < 0.55 && BY_THE_WALL.includes(unit)) {
    const at = answerAt(story, startMs)
    if (at !== null) tell(story, at, { what: 'answer' })
    plain.push({ about: story.about, startMs, endMs: at ?? Infinity })
  } else {
    if (startMs > rulesChangeMs && chance.isDrawn(0.15)) {
      tell(story, startMs + hours(story, 0.5, 30), { what: 'urge' })
    }
    thenAnswered(story, startMs)
  }
}

/** All that people do, in the order of time; the same for the same random bytes. */
export function planOf(size: Size, random: Random): readonly Deed[] {
  const chance = chanceOf(random)
  const endMs = size.hours * HOUR_MS
  const burstMs = size.burst.atHour * HOUR_MS
  const starts = Array.from({ length: size.tickets }, (_, n) =>
    n < size.burst.tickets
      ? somewhen(chance, burstMs, burstMs + HOUR_MS)
      : somewhen(chance, 0.5 * HOUR_MS, endMs - HOUR_MS),
  ).toSorted((a, b) => a - b)
  const plain: Plain[] = []
  const deeds = starts.flatMap((startMs, about): readonly Deed[] => {
    const isOfBurst = startMs >= burstMs && startMs < burstMs + HOUR_MS && chance.isDrawn(0.7)
    const unit = isOfBurst ? size.burst.unit : (UNITS[chance.below(UNITS.length)] ?? 'first-line')
    const isOfForm = chance.isDrawn(0.6)
    // What a rule moves after it came changes no terms by that.
    const byRule = !isOfForm && BY_THE_WALL.includes(unit) && chance.isDrawn(0.5)
    const story = {
      chance,
      about,
      startMs,
      unit,
      isOfForm,
      rulesChangeMs: size.rulesChangeAtHour * HOUR_MS,
      deeds: [],
    }
    tell(story, startMs, { what: 'submit', unit, by: isOfForm ? 'form' : byRule ? 'rule' : 'group' })
    unfold(story, plain)
    return story.deeds
  })
  return deeds.filter(({ atMs }) => atMs < endMs).toSorted((a, b) => a.atMs - b.atMs)
}

/** When the service starts anew: neither while it is down anyhow, nor around the change of rules. */
export function restartsOf(size: Size, random: Random): readonly Restart[] {
  const chance = chanceOf(random)
  const taken: Span[] = [size.serviceDown, [size.rulesChangeAtHour - 2, size.rulesChangeAtHour + 2]]
  const restarts: Restart[] = []
  while (restarts.length < size.restarts) {
    const atHour = 1 + chance.share() * (size.hours - 4)
    if (taken.some(([from, to]) => atHour > from - 2 && atHour < to + 1)) continue
    taken.push([atHour - 1, atHour + 1])
    restarts.push({
      atMs: Math.round((atHour * HOUR_MS) / STEP_MS) * STEP_MS,
      how: restarts.length % 2 === 0 ? 'killed' : 'stopped',
      afterWrites: 1 + chance.below(25),
      downMs: chance.below(4) * STEP_MS,
    })
  }
  return restarts.toSorted((a, b) => a.atMs - b.atMs)
}

const spanOf = (from: number, to: number): Span => [from, to]

/** A long weekend, with a Monday that is the first working day of a month. */
export const SHORT: Size = {
  startsAt: new Date('2026-10-30T00:00:00Z'),
  hours: 82,
  tickets: 40,
  burst: { tickets: 15, atHour: 2, unit: 'catalogue' },
  restarts: 6,
  hooksLost: spanOf(10, 34),
  zammadDown: spanOf(45, 47),
  serviceDown: spanOf(29, 34),
  rulesChangeAtHour: 56,
}

/** Thirty days, from a Monday on. */
export const FULL: Size = {
  startsAt: new Date('2026-10-12T00:00:00Z'),
  hours: (30 * DAY_MS) / HOUR_MS,
  tickets: 500,
  burst: { tickets: 60, atHour: 9 * 24 + 9, unit: 'catalogue' },
  restarts: 40,
  hooksLost: spanOf(5 * 24, 6 * 24),
  zammadDown: spanOf(11 * 24 + 10, 11 * 24 + 12),
  serviceDown: spanOf(7 * 24 + 5, 7 * 24 + 10),
  rulesChangeAtHour: 16 * 24 + 3,
}
