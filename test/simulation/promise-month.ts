import { z } from 'zod'
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../src/clock.ts'
import { seeded } from '../support/samples.ts'
import { outcomeOf } from './far-side.ts'
import { perform, type Scene } from './promise-deeds.ts'
import { type House, openHouse } from './promise-house.ts'
import { type Deed, planOf, type Restart, restartsOf, type Size, STEP_MS } from './promise-plan.ts'
import { RULE_FILES } from './promise-rules.ts'
import type { Stretch, Truth } from './promise-truth.ts'

/** Whoever finds nobody there, or no ticket yet, tries again after that. */
const TRIES_AGAIN_MS = STEP_MS + 7 * SECOND_MS

/** The tags in Zammad at the end of a day. */
export interface DayEnd {
  readonly at: number
  /** By the ticket's number in the plan. */
  readonly tags: ReadonlyMap<number, readonly string[]>
}

/** What happened in a month, as those saw it who made it happen. */
export interface Month {
  readonly size: Size
  readonly house: House
  readonly truth: Truth
  readonly dayEnds: readonly DayEnd[]
  /** Moments at which the service looked and worked. */
  readonly rounds: readonly number[]
  /** How often it died in the midst of its work. */
  readonly deaths: number
}

interface Course extends Scene {
  readonly size: Size
  readonly plan: Deed[]
  readonly restarts: Restart[]
  readonly dayEnds: DayEnd[]
  readonly rounds: number[]
  readonly serviceDown: Stretch[]
  /** Until when nobody is there. */
  upAtMs: number
  downSince: number | null
  rulesChangedAt: number
  deaths: number
}

const Agent = z.object({ id: z.number() })

const hoursMs = (hours: number): number => hours * HOUR_MS
const isIn = ([from, to]: Stretch, at: number): boolean => at >= from && at < to

/** To be told as each day is over. */
export type Progress = (day: number) => void

/** Lives through a month of a helpdesk, or part of one. */
export async function liveOneMonth(size: Size, seed: number, progress: Progress): Promise<Month> {
  const house = await openHouse(seed, { at: size.startsAt, rules: RULE_FILES.first })
  const agent = Agent.parse(await house.agent.calls('GET', '/users/me'))
  const course: Course = {
    size,
    house,
    plan: [...planOf(size, seeded(seed + 2))],
    restarts: [...restartsOf(size, seeded(seed + 3))],
    agentId: agent.id,
    tickets: new Map(),
    places: new Map(),
    dayEnds: [],
    rounds: [],
    serviceDown: [],
    upAtMs: 0,
    downSince: null,
    rulesChangedAt: Infinity,
    deaths: 0,
  }
  for (let atMs = 0; atMs <= hoursMs(size.hours); atMs += STEP_MS) {
    await step(course, atMs)
    if (atMs > 0 && atMs % DAY_MS === 0) progress(atMs / DAY_MS)
  }
  const start = size.startsAt.getTime()
  const [downFrom, downTo] = size.zammadDown
  return {
    ...course,
    truth: {
      ...course,
      startedAt: start,
      endedAt: house.time.clock().getTime(),
      zammadDown: [[start + hoursMs(downFrom), start + hoursMs(downTo)]],
    },
  }
}

const nowOf = ({ house }: Scene): number => house.time.clock().getTime()
const turnTo = (course: Course, atMs: number): void =>
  course.house.time.turn(Math.max(0, course.size.startsAt.getTime() + atMs - nowOf(course)))

async function step(course: Course, atMs: number): Promise<void> {
  const { house, plan } = course
  for (let deed = plan[0]; deed && deed.atMs < atMs; deed = plan[0]) {
    plan.shift()
    turnTo(course, deed.atMs)
    if (!(await perform(course, deed))) postpone(plan, deed)
  }
  turnTo(course, atMs)
  befall(course, atMs)
  await house.far.zammad.runDueJobs()
  await beUp(course, atMs)
  if (atMs > 0 && atMs % DAY_MS === 0) endDay(course)
}

/** Trouble of the world outside. */
function befall({ house, size }: Course, atMs: number): void {
  const { hooksLost, zammadDown, rulesChangeAtHour } = size
  for (const [index, fault] of (['dropped', 'up'] as const).entries()) {
    if (atMs === hoursMs(hooksLost[index] ?? -1)) house.setHooks(fault)
  }
  for (const [index, fault] of (['down', 'up'] as const).entries()) {
    if (atMs === hoursMs(zammadDown[index] ?? -1)) house.setZammad(fault)
  }
  if (atMs === hoursMs(rulesChangeAtHour)) house.setRules(RULE_FILES.later)
}

/** The service as its process lives, dies and is started again. */
async function beUp(course: Course, atMs: number): Promise<void> {
  const { house, size, restarts } = course
  const [from, to] = size.serviceDown.map(hoursMs)
  if (atMs === from && to !== undefined) goDown(course, to)
  if (atMs < course.upAtMs) return
  if (!house.isUp()) await goUp(course)
  const restart = restarts[0] && restarts[0].atMs <= atMs ? restarts.shift() : undefined
  if (restart?.how === 'stopped') goDown(course, atMs + restart.downMs)
  else if (restart) {
    course.rounds.push(nowOf(course))
    await house.diesInRound(restart.afterWrites)
    course.deaths += 1
    goDown(course, atMs + restart.downMs)
  } else await round(course, atMs)
}

async function round(course: Course, atMs: number): Promise<void> {
  const { rulesChangeAtHour } = course.size
  // Files that changed are taken by the second look that finds them alike.
  if (atMs === hoursMs(rulesChangeAtHour) + STEP_MS) course.rulesChangedAt = nowOf(course)
  course.rounds.push(nowOf(course))
  await course.house.round()
}

function goDown(course: Course, upAtMs: number): void {
  course.house.stop()
  course.upAtMs = upAtMs
  course.downSince ??= nowOf(course)
}

async function goUp(course: Course): Promise<void> {
  await course.house.start()
  if (course.downSince !== null) course.serviceDown.push([course.downSince, nowOf(course)])
  course.downSince = null
}

/** Which tags tickets have in Zammad, where the service could do anything about them. */
function endDay(course: Course): void {
  const { house, size, places, dayEnds } = course
  const now = nowOf(course)
  const down = size.zammadDown.map((hour) => size.startsAt.getTime() + hoursMs(hour))
  if (!house.isUp() || isIn([down[0] ?? 0, down[1] ?? 0], now)) return
  const { state } = outcomeOf(house.far)
  const tags = new Map<number, readonly string[]>()
  for (const [about, { id }] of places) if (id !== null) tags.set(about, state.tags.get(id) ?? [])
  dayEnds.push({ at: now, tags })
}

function postpone(plan: Deed[], deed: Deed): void {
  const later = { ...deed, atMs: deed.atMs + TRIES_AGAIN_MS }
  const at = plan.findIndex(({ atMs }) => atMs > later.atMs)
  plan.splice(at === -1 ? plan.length : at, 0, later)
}
