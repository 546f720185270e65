import { after, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { NOON, seeded } from '../support/samples.ts'
import { createVisitor, type Page, type Visitor } from '../support/visitor.ts'
import { chanceOf, type Deed, hoursOf, planOf, type Size, STEP_MS } from './answers-plan.ts'
import { outcomeOf } from './far-side.ts'
import { type House, openHouse } from './house.ts'
import { aVisit, submit, type Told } from './visitors.ts'

/** As it is set where nobody says otherwise. */
export const POLL_MS = 30 * SECOND_MS
export const UNDO_MS = MINUTE_MS

/** How long a hook may be on its way; most are sooner there. */
const LONGEST_WAY_MS = 2 * MINUTE_MS
/** Whoever finds nobody there tries again after that. */
const TRIES_AGAIN_MS = 16 * MINUTE_MS

/** One look of the service's at Zammad. */
export interface Look {
  readonly at: Date
  /** Tickets that hooks had told of since the look before. */
  readonly hinted: ReadonlySet<number>
}

/** What happened in a day, as those saw it who made it happen. */
export interface Day {
  readonly house: House
  readonly visitor: Visitor
  readonly told: ReadonlyMap<number, Told>
  /** Zammad's ids of the tickets, by request. */
  readonly tickets: ReadonlyMap<number, number>
  /** What was done, with Zammad's id of the article where staff wrote one. */
  readonly done: readonly { readonly deed: Deed; readonly article: number | null; readonly at: Date }[]
  readonly looks: readonly Look[]
  /** Since when nobody was there. */
  readonly downAt: Date
  readonly recoveredAt: Date
  /** Writes of articles whose answer was lost, or that were carried out late. */
  readonly writeFaults: number
  /** What was carried out late. */
  readonly lateBodies: readonly string[]
}

interface Course {
  readonly hours: ReturnType<typeof hoursOf>
  readonly house: House
  readonly visitor: Visitor
  readonly plan: Deed[]
  readonly told: Map<number, Told>
  readonly tickets: Map<number, number>
  readonly done: Day['done'][number][]
  readonly looks: Look[]
  hooksHeard: number
  isDown: boolean
  readonly downAt: Date
  recoveredAt: Date
}

/** Of ten hooks three are lost and three come twice, each after a time of its own; or all are lost. */
const ways = (hooks: 'shuffled' | 'dropped', seed: number): (() => readonly number[]) => {
  const { share } = chanceOf(seeded(seed))
  return () => {
    const fate = hooks === 'dropped' ? 0 : share()
    const copies = fate < 0.3 ? 0 : fate < 0.6 ? 2 : 1
    return Array.from({ length: copies }, () => Math.floor(share() ** 2 * LONGEST_WAY_MS))
  }
}

const writesArticles = ({ method, url }: Request): boolean =>
  (method === 'POST' && url.endsWith('/ticket_articles')) || (method === 'PUT' && /\/tickets\/\d+/.test(url))

/** Lives through one day of a helpdesk, in the trouble that the issue names. */
export async function liveOneDay(size: Size, hooks: 'shuffled' | 'dropped', seed: number): Promise<Day> {
  const house = await openHouse(seed, { hookDelaysMs: ways(hooks, seed + 1) })
  let writeFaults = 0
  const late: Promise<string>[] = []
  const { isDrawn } = chanceOf(seeded(seed + 2))
  house.far.zammad.setFault((request) => {
    if (!writesArticles(request) || !isDrawn(size.faultShare)) return 'up'
    writeFaults += 1
    if (isDrawn(0.5)) return 'lost-answer'
    late.push(request.clone().text())
    return 'late-commit'
  })
  const hours = hoursOf(size)
  const course: Course = {
    hours,
    house,
    visitor: createVisitor(house.door.url, house.door.speak),
    plan: [...planOf(size, seeded(seed + 3))],
    told: new Map(),
    tickets: new Map(),
    done: [],
    looks: [],
    hooksHeard: 0,
    isDown: false,
    downAt: after(NOON, hours.down[0] * MINUTE_MS),
    recoveredAt: NOON,
  }
  for (let atMs = 0; atMs <= hours.end * MINUTE_MS; atMs += STEP_MS) await step(course, atMs)
  return { ...course, writeFaults, lateBodies: await Promise.all(late) }
}

const turnTo = ({ house: { time } }: Course, at: Date): void =>
  time.turn(Math.max(0, at.getTime() - time.clock().getTime()))

async function step(course: Course, atMs: number): Promise<void> {
  const { house, plan, hours } = course
  for (let deed = plan[0]; deed && deed.atMs < atMs; deed = plan[0]) {
    plan.shift()
    turnTo(course, after(NOON, deed.atMs))
    await perform(course, deed)
  }
  turnTo(course, after(NOON, atMs))
  const [down, up] = hours.down
  if (atMs === down * MINUTE_MS) {
    house.stop()
    course.isDown = true
  }
  if (atMs === up * MINUTE_MS) {
    await house.start()
    course.isDown = false
    course.recoveredAt = house.time.clock()
  }
  await house.far.zammad.runDueJobs()
  if (!course.isDown) await beUp(course)
}

/** As a process does: it looks when a hook has come, and at the latest after a poll, and works on what is due. */
async function beUp(course: Course): Promise<void> {
  const { house, looks } = course
  const heard = house.hooks.slice(course.hooksHeard)
  const last = looks.at(-1)
  const isFirst = !last || last.at < course.recoveredAt
  const isDue = isFirst || house.time.clock() >= after(last.at, POLL_MS)
  const isLook = isDue || heard.length > 0
  if (isLook) {
    course.hooksHeard += heard.length
    looks.push({ at: house.time.clock(), hinted: new Set(heard.map(({ ticket }) => ticket)) })
    await house.look()
  }
  if (isLook || (await house.hasWork())) await house.work()
}

async function perform(course: Course, deed: Deed): Promise<void> {
  const { house, told } = course
  if (deed.what === 'submit') {
    told.set(deed.about, await submit(house.door, aVisit(seeded(deed.about + 1), deed.about)))
    return
  }
  if (course.tickets.size === 0) findTickets(course)
  const at = house.time.clock()
  if (deed.what === 'reply' || deed.what === 'rate') {
    if (course.isDown) postpone(course, deed)
    else {
      await speaks(course, deed)
      course.done.push({ deed, at, article: null })
    }
    return
  }
  course.done.push({ deed, at, article: await writes(course, deed) })
}

/** By the mark in their titles. */
function findTickets({ house, told, tickets }: Course): void {
  const rows = [...outcomeOf(house.far).state.tickets.values()]
  for (const [about, { visit }] of told) {
    const [row, ...others] = rows.filter(({ title }) => title.includes(visit.mark))
    if (!row || others.length > 0) throw new Error(`${visit.mark}: ${others.length + Number(!!row)} tickets`)
    tickets.set(about, row.id)
  }
}

function postpone({ plan }: Course, deed: Deed): void {
  const later = { ...deed, atMs: deed.atMs + TRIES_AGAIN_MS }
  const at = plan.findIndex(({ atMs }) => atMs > later.atMs)
  plan.splice(at === -1 ? plan.length : at, 0, later)
}

function known<T>(map: ReadonlyMap<number, T>, about: number): T {
  const one = map.get(about)
  if (one === undefined) throw new Error(`request ${about} is not known`)
  return one
}

/** What staff do in Zammad; the id of the article, where they write one. */
async function writes({ house: { agent }, told, tickets }: Course, deed: Deed): Promise<number | null> {
  const ticket = known(tickets, deed.about)
  switch (deed.what) {
    case 'answer': {
      const { email } = known(told, deed.about).visit
      const mail = { type: 'email', to: email, subject: 'Your request' }
      const more = deed.type === 'email' ? mail : { type: deed.type, sender: 'Agent' }
      return agent.writes(ticket, `<p>Here is <b>${deed.mark}</b>.</p>`, more)
    }
    case 'internal':
      return agent.writes(ticket, deed.mark, { internal: true })
    case 'hand-over':
      await agent.changes(ticket, { group: 'Technical support' })
      return null
    case 'close':
      await agent.changes(ticket, { state: 'closed' })
      return null
    default:
      throw new Error(`staff do not ${deed.what}`)
  }
}

/** What visitors do on their pages. */
async function speaks(
  { visitor, told }: Course,
  deed: Extract<Deed, { what: 'reply' | 'rate' }>,
): Promise<void> {
  const { token } = known(told, deed.about)
  if (deed.what === 'rate') {
    const page = await opened(visitor, `/c/${token}/rating?lang=en`)
    const sent = await visitor.sendsFrom(page, { answers: { score: '4', comment: '' } })
    assureTaken(sent.status)
    return
  }
  const page = await opened(visitor, `/c/${token}?lang=en`)
  for (let click = 0; click < deed.clicks; click += 1) {
    const sent = await visitor.sendsFrom(page, { answers: { body: `And ${deed.mark}?` } })
    assureTaken(sent.status)
  }
}

async function opened(visitor: Visitor, path: string): Promise<Page> {
  const page = await visitor.opens(path)
  if (page.status !== 200 || !page.html.includes('name="_token"')) {
    throw new Error(`a page without a form, ${page.status}: ${page.text.slice(0, 300)}`)
  }
  return page
}

function assureTaken(status: number): void {
  if (status !== 303) throw new Error(`a visitor was told ${status}`)
}
