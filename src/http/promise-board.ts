import { after, type Clock, DAY_MS } from '../clock.ts'
import type { Assigned, ClockLists, UnitLoad } from '../clocks/lists.ts'
import { type LevelMark, type PromiseRow, subjectId } from '../clocks/records.ts'
import { ticketLink } from '../outbox/ticket-link.ts'
import { readLevelName } from '../promise/levels.ts'
import { dateOf, dayThere, instantThere } from '../promise/wall-clock.ts'
import { type BoardQuery, isNarrowed, listQuery, type Sort } from './board-query.ts'

export const TICKETS_A_PAGE = 50
/** So many tickets are sorted by something else than their time at most. */
export const MOST_SORTED = 500
export const KEPT_DAYS = 30
const MOST_ASSIGNED = 100

/** How a promise stands: `none` where no clock runs, `paused` where its time stands still. */
export type Standing = 'late' | 'soon' | 'running' | 'paused' | 'none'

/** A ticket as the board lists it: by its number, and by no word of it. */
export interface BoardTicket {
  readonly id: string
  readonly number: string
  /** Where it is opened in Zammad; null while there is no ticket. */
  readonly link: string | null
  readonly unit: string | null
  readonly form: string | null
  readonly standing: Standing
  /** Whether one unit waits for another, and no visitor. */
  readonly isInternal: boolean
  readonly dueAt: Date | null
  /** Part of the time that is gone, 1 at most; null where no time runs. */
  readonly gone: number | null
  readonly quietSince: Date | null
  /** The level that staff were mailed last, of those that have come as the clock stands now, and when; or null. */
  readonly told: Pick<LevelMark, 'level' | 'at' | 'acknowledgedAt'> | null
}

export interface TicketList {
  readonly rows: readonly BoardTicket[]
  /** That the filters leave in. */
  readonly found: number
  /** With a clock, whatever the filters say. */
  readonly inAll: number
  /** Which page this is, from 1. */
  readonly page: number
  readonly pages: number
  /** What the rows are sorted by: `left` where there are too many for anything else. */
  readonly sort: Sort
  readonly maySort: boolean
}

export interface KeptDay {
  /** ISO date, by the calendar of the site's zone. */
  readonly day: string
  readonly kept: number
  readonly answered: number
}

/** What staff see of the promises. */
export interface PromisesView {
  readonly tickets: TicketList
  readonly counts: { readonly late: number; readonly soon: number; readonly quiet: number | null }
  readonly loads: readonly UnitLoad[]
  readonly kept: {
    readonly kept: number
    readonly answered: number
    /** Past their due now, without an answer. */
    readonly overdue: number
    /** One for each of the last `KEPT_DAYS` days, oldest first. */
    readonly days: readonly KeptDay[]
  }
  /** What rules sent past the default unit within a day, oldest first; null where nobody asks. */
  readonly assigned: readonly Assigned[] | null
}

export interface PromiseBoardDeps {
  readonly lists: Pick<ClockLists, 'list' | 'load' | 'kept' | 'keptByDay' | 'assigned'>
  /** Levels that were mailed of these subjects, by their ids, oldest first. */
  readonly toldLevels: (subjects: readonly string[]) => Promise<readonly LevelMark[]>
  readonly zammadWebUrl: string
  /** How long a conversation may be silent; null where nobody asks. */
  readonly silenceMs: () => number | null
  readonly defaultUnit: () => string
  readonly act: 'act' | 'observe'
  /** The site's. */
  readonly timeZone: string
  readonly clock: Clock
}

export interface PromiseBoard {
  readonly view: (query: BoardQuery) => Promise<PromisesView>
}

export const createPromiseBoard = (deps: PromiseBoardDeps): PromiseBoard => ({
  view: (query) => view(deps, query),
})

const firstDay = (now: Date, zone: string): number => dayThere(zone, now.getTime()) - (KEPT_DAYS - 1)

/** When the first of the last `KEPT_DAYS` days began there, today's included. */
export const keptSince = (now: Date, zone: string): Date =>
  new Date(instantThere(zone, firstDay(now, zone), 0))

async function view(deps: PromiseBoardDeps, query: BoardQuery): Promise<PromisesView> {
  const { lists, timeZone } = deps
  const now = deps.clock()
  const silenceMs = deps.silenceMs()
  const quietBefore = silenceMs === null ? null : after(now, -silenceMs)
  const since = keptSince(now, timeZone)
  const loads = await lists.load(now)
  const sumOf = (what: 'soon' | 'late'): number => loads.reduce((sum, load) => sum + load[what], 0)
  const quiet = quietBefore === null ? null : await lists.list({ only: 'quiet', quietBefore, limit: 1 }, now)
  const range = { from: after(now, -DAY_MS), to: after(now, 1) }
  return {
    tickets: await tickets(deps, query, now, quietBefore),
    counts: { soon: sumOf('soon'), late: sumOf('late'), quiet: quiet?.inAll ?? null },
    loads,
    kept: {
      ...(await lists.kept(since, now)),
      days: everyDay(await lists.keptByDay(since, timeZone), firstDay(now, timeZone)),
    },
    assigned:
      deps.act === 'observe'
        ? await lists.assigned(range, { except: deps.defaultUnit() }, MOST_ASSIGNED)
        : null,
  }
}

async function tickets(
  deps: PromiseBoardDeps,
  asked: BoardQuery,
  now: Date,
  quietBefore: Date | null,
): Promise<TicketList> {
  const query = quietBefore === null && asked.only === 'quiet' ? { ...asked, only: '' as const } : asked
  const wanted = listQuery(query, quietBefore)
  const pageAt = (page: number) =>
    deps.lists.list({ ...wanted, offset: (page - 1) * TICKETS_A_PAGE, limit: TICKETS_A_PAGE }, now)
  const first = await pageAt(query.page)
  const pages = Math.max(1, Math.ceil(first.inAll / TICKETS_A_PAGE))
  const page = Math.min(query.page, pages)
  const maySort = first.inAll <= MOST_SORTED
  const sort = maySort ? query.sort : 'left'
  const shown =
    sort === 'left'
      ? page === query.page
        ? first.rows
        : (await pageAt(page)).rows
      : sorted((await deps.lists.list({ ...wanted, limit: MOST_SORTED }, now)).rows, sort).slice(
          (page - 1) * TICKETS_A_PAGE,
          page * TICKETS_A_PAGE,
        )
  const told = shown.length === 0 ? [] : await deps.toldLevels(shown.flatMap(namesOf))
  return {
    rows: shown.map((row) => asTicket(row, { ...deps, now, told: lastTold(row, told, now) })),
    found: first.inAll,
    inAll: isNarrowed(query) ? (await deps.lists.list({ limit: 1 }, now)).inAll : first.inAll,
    page,
    pages,
    sort,
    maySort,
  }
}

/** Those without the word come last; the same word keeps the order of time left. */
const sorted = (rows: readonly PromiseRow[], by: Exclude<Sort, 'left'>): readonly PromiseRow[] =>
  rows.toSorted((one, other) => {
    const [a, b] = [one[by], other[by]]
    if (a === b) return 0
    if (a === null) return 1
    return b === null || a < b ? -1 : 1
  })

/** A conversation's ticket may have been known as somebody else's first: what was told then was told. */
const namesOf = ({ id, subject }: PromiseRow): readonly string[] =>
  subject.conversation === null || subject.ticketId === null
    ? [id]
    : [id, subjectId({ conversation: null, ticketId: subject.ticketId })]

/** Where more time was given since, what was told of the earlier due says nothing of the clock as it stands. */
function hasCome(standing: Standing, level: string): boolean {
  if (standing === 'running') return false
  return standing !== 'soon' || readLevelName(level).share < 100
}

function lastTold(row: PromiseRow, told: readonly LevelMark[], now: Date): BoardTicket['told'] {
  const standing = standingOf(row, now)
  const last = told.findLast(
    ({ subject, clock, level }) =>
      clock === row.running?.key && namesOf(row).includes(subject) && hasCome(standing, level),
  )
  if (!last?.mailedAt) return null
  const { level, mailedAt, acknowledgedAt } = last
  return { level: readLevelName(level).plain, at: mailedAt, acknowledgedAt }
}

interface Telling {
  readonly now: Date
  readonly told: BoardTicket['told']
  readonly zammadWebUrl: string
}

function asTicket(row: PromiseRow, { now, told, zammadWebUrl }: Telling): BoardTicket {
  const { running, subject } = row
  return {
    id: row.id,
    number: row.number,
    link: subject.ticketId === null ? null : ticketLink(zammadWebUrl, subject.ticketId),
    unit: row.unit,
    form: row.form,
    standing: standingOf(row, now),
    isInternal: running?.kind === 'internal',
    dueAt: running?.dueAt ?? null,
    gone: running?.dueAt ? goneBy(now, running.startedAt, running.dueAt) : null,
    quietSince: row.quietSince,
    told,
  }
}

/** That instant itself is still in time. */
function standingOf({ running, tag }: PromiseRow, now: Date): Standing {
  if (running === null) return 'none'
  if (running.dueAt === null) return 'paused'
  if (running.dueAt < now) return 'late'
  return tag === 'none' ? 'running' : 'soon'
}

function goneBy(now: Date, from: Date, to: Date): number {
  const wholeMs = to.getTime() - from.getTime()
  if (wholeMs <= 0) return 1
  return Math.min(1, Math.max(0, (now.getTime() - from.getTime()) / wholeMs))
}

/** The days of the last `KEPT_DAYS`, those on which nothing was answered included. */
function everyDay(told: readonly KeptDay[], first: number): readonly KeptDay[] {
  const byDay = new Map(told.map((one) => [one.day, one]))
  return Array.from({ length: KEPT_DAYS }, (_, at) => {
    const day = dateOf(first + at)
    return byDay.get(day) ?? { day, kept: 0, answered: 0 }
  })
}
