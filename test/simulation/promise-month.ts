import { z } from 'zod'
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../src/clock.ts'
import { seeded } from '../support/samples.ts'
import { outcomeOf } from './far-side.ts'
import { type House, openHouse } from './promise-house.ts'
import { type Deed, planOf, type Restart, restartsOf, type Size, STEP_MS } from './promise-plan.ts'
import { HIGH, RULE_FILES, TEAMS, wordsFor } from './promise-rules.ts'
import type { Happened, Stretch, Ticket, Truth } from './promise-truth.ts'
import { submit } from './visitors.ts'

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

/** Where a ticket is in Zammad, and how its visitor finds it. */
interface Place {
  id: number | null
  readonly customer: number | null
  /** Of the private page. */
  readonly token: string | null
}

interface Course {
  readonly size: Size
  readonly house: House
  readonly plan: Deed[]
  readonly restarts: Restart[]
  readonly agentId: number
  readonly tickets: Map<number, Ticket>
  readonly places: Map<number, Place>
  readonly dayEnds: DayEnd[]
  readonly rounds: number[]
  readonly serviceDown: Stretch[]
  /** Until when nobody is there. */
  upAtMs: number
  downSince: number | null
  rulesChangedAt: number
  deaths: number
}

const Found = z.array(z.object({ id: z.number(), number: z.string() }))
const Opened = z.object({ id: z.number(), number: z.string(), customer_id: z.number() })
const Agent = z.object({ id: z.number() })

const hoursMs = (hours: number): number => hours * HOUR_MS
const isIn = ([from, to]: Stretch, at: number): boolean => at >= from && at < to

/** Lives through a month of a helpdesk, or part of one. */
export async function liveOneMonth(size: Size, seed: number): Promise<Month> {
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
  for (let atMs = 0; atMs <= hoursMs(size.hours); atMs += STEP_MS) await step(course, atMs)
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

const nowOf = ({ house }: Course): number => house.time.clock().getTime()
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

/** Whether it could be done; else it is tried again. */
async function perform(course: Course, deed: Deed): Promise<boolean> {
  if (deed.what === 'submit') return arrives(course, deed)
  const ticket = course.tickets.get(deed.about)
  const place = course.places.get(deed.about)
  if (!ticket || !place) return false
  if (ticket.happened.some(({ what }) => what === 'merged')) return true
  if (deed.what === 'acknowledge') return acknowledges(course, ticket)
  if (deed.what === 'ask' && place.token !== null) return asks(course, ticket, place.token)
  const id = await idOf(course, ticket, place)
  if (id === null) return false
  const told = await staffDo(course, { deed, ticket, place, id })
  if (told === null) return false
  const at = nowOf(course)
  ticket.happened.push(...told.map((one) => ({ ...one, at })))
  return true
}

type Told = Happened extends infer One ? (One extends Happened ? Omit<One, 'at'> : never) : never

async function arrives(course: Course, deed: Extract<Deed, { what: 'submit' }>): Promise<boolean> {
  const { house, tickets, places } = course
  const { about, unit, by } = deed
  const email = `visitor-${about}@example.org`
  const words = `This is about ${wordsFor(unit)}, and nobody else asked number ${about}.`
  if (by === 'form' && !house.isUp()) return false
  const at = nowOf(course)
  const happened: Happened[] = [{ at, what: 'asked' }]
  if (by === 'form') {
    const visit = { mark: `case-${about}`, name: `Vera ${about}`, email, question: words, files: [] }
    const { number, token } = await submit(house.door, visit)
    if (number === null) throw new Error('the number is told at once')
    tickets.set(about, { about, number, unit, isOfForm: true, email, happened })
    places.set(about, { id: null, customer: null, token })
    return true
  }
  const { group } = TEAMS[by === 'rule' ? 'first-line' : unit]
  const made = Opened.parse(
    await house.agent.calls('POST', '/tickets', {
      title: `case-${about}: ${wordsFor(unit)}`,
      group,
      customer_id: `guess:${email}`,
      article: { type: about % 4 === 0 ? 'phone' : 'web', sender: 'Customer', internal: false, body: words },
    }),
  )
  tickets.set(about, { about, number: made.number, unit, isOfForm: false, email, happened })
  places.set(about, { id: made.id, customer: made.customer_id, token: null })
  return true
}

async function idOf({ house }: Course, { number }: Ticket, place: Place): Promise<number | null> {
  if (place.id === null) {
    const found = Found.parse(await house.agent.calls('GET', `/tickets/search?query=${number}&expand=true`))
    place.id = found.find((one) => one.number === number)?.id ?? null
  }
  return place.id
}

/** A visitor's further word on the private page. */
async function asks(course: Course, ticket: Ticket, token: string): Promise<boolean> {
  const { house } = course
  if (!house.isUp()) return false
  const page = await house.visitor.opens(`/c/${token}?lang=en`)
  const sent = await house.visitor.sendsFrom(page, { answers: { body: 'And one more question.' } })
  if (sent.status !== 303) throw new Error(`a visitor was told ${sent.status}`)
  ticket.happened.push({ at: nowOf(course), what: 'asked' })
  return true
}

type StaffDeed = Exclude<Deed, { what: 'submit' } | { what: 'acknowledge' }>

/** Somebody of staff opens the link of the last mail that calls a ticket late, where there is one, and presses the button. */
async function acknowledges(course: Course, ticket: Ticket): Promise<boolean> {
  const { house } = course
  if (!house.isUp()) return false
  const link = house.far.mailbox
    .messages()
    .filter(({ to }) => to.some((one) => one.endsWith('@desk.example')))
    .map(({ subject, text }) => lateLink(`${subject}\n${text ?? ''}`, ticket.number))
    .findLast((one) => one !== null)
  if (!link) return true
  const page = await house.visitor.opens(link)
  if (!page.html.includes('<form')) return true
  const button = new Request(`${house.door.url}${link}`, {
    method: 'POST',
    headers: { origin: house.door.url },
    body: new URLSearchParams(),
  })
  const sent = await house.door.speak(button)
  if (sent.status !== 303) throw new Error(`staff were told ${sent.status}`)
  ticket.happened.push({ at: nowOf(course), what: 'acknowledged' })
  return true
}

/** The link by which one ticket's lateness is acknowledged, in a mail about it alone or about several. */
function lateLink(text: string, number: string): string | null {
  const late = '(?:Late by|The time is up)'
  const alone = new RegExp(`^${late}[^\\n]*\\(${number}\\)\\n[\\s\\S]*?(/seen/[0-9a-z.]+)`).exec(text)
  const folded = new RegExp(
    `^${number}: ${late}[^\\n]*\\n(?: {2}[^\\n]*\\n)*? {2}I have seen it: \\S*(/seen/[0-9a-z.]+)`,
    'm',
  ).exec(text)
  return alone?.[1] ?? folded?.[1] ?? null
}

interface Doing {
  readonly deed: StaffDeed
  readonly ticket: Ticket
  readonly place: Place
  readonly id: number
}

/** What staff do in Zammad, and what is true of it; null where it cannot be done yet. */
async function staffDo(course: Course, { deed, ticket, place, id }: Doing): Promise<readonly Told[] | null> {
  const { agent } = course.house
  const answer = { body: 'Here is our answer.', type: 'note', sender: 'Agent', internal: false }
  switch (deed.what) {
    case 'answer':
    case 'call':
      await agent.writes(id, answer.body, { sender: 'Agent', type: deed.what === 'call' ? 'phone' : 'note' })
      return [{ what: 'answered' }]
    case 'note':
      await agent.writes(id, 'Only for us.', { internal: true })
      return [{ what: 'noted' }]
    case 'answer-and-close':
      await agent.changes(id, { state: 'closed', article: answer })
      return [{ what: 'answered' }, { what: 'closed' }]
    case 'close':
      await agent.changes(id, { state: 'closed' })
      return [{ what: 'closed' }]
    case 'reopen':
      await agent.changes(id, { state: 'open' })
      return [{ what: 'reopened' }]
    case 'ask':
      await agent.writes(id, 'And one more question.', {
        type: 'web',
        sender: 'Customer',
        origin_by_id: place.customer,
      })
      return [{ what: 'asked' }]
    case 'take':
      await agent.changes(id, { owner_id: course.agentId })
      return []
    case 'urge':
      await agent.changes(id, { priority: HIGH })
      return [{ what: 'urged' }]
    case 'move':
      await agent.changes(id, { group: TEAMS[deed.unit].group })
      return [{ what: 'moved', unit: deed.unit }]
    case 'tag':
      await agent.tags(id, deed.tag)
      return [{ what: 'tagged', tag: deed.tag }]
    case 'untag':
      await agent.calls('DELETE', '/tags/remove', { object: 'Ticket', o_id: id, item: deed.tag })
      return [{ what: 'untagged', tag: deed.tag }]
    case 'merge':
      return merges(course, { ticket, id }, deed.into)
  }
}

async function merges(
  course: Course,
  { ticket, id }: Pick<Doing, 'ticket' | 'id'>,
  into: number,
): Promise<readonly Told[] | null> {
  const target = course.tickets.get(into)
  const place = course.places.get(into)
  if (!target || !place || (await idOf(course, target, place)) === null) return null
  await course.house.agent.merges(id, target.number)
  if (ticket.about === into) throw new Error('a ticket is not merged into itself')
  return [{ what: 'merged', into }]
}
