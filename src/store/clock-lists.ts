import { and, asc, count, eq, gt, gte, isNotNull, isNull, lt, lte, min, type SQL, sql } from 'drizzle-orm'
import { MINUTE_MS } from '../clock.ts'
import type { Assigned, ClockLists, ListQuery, Range } from '../clocks/lists.ts'
import type { PromiseRow } from '../clocks/records.ts'
import type { Db, Queries } from './db.ts'
import { dateOf, dayThere } from '../promise/wall-clock.ts'
import { clocksIn } from './clocks-in.ts'
import { handOvers } from './hand-overs.ts'
import { asDate, within } from './instants.ts'
import { promiseOf } from './promise-row.ts'
import { clocks, conversations, levelMarks, promises, replies, routings, tickets } from './schema.ts'

/** What nobody types into a search is not looked for. */
const LONGEST_SEARCH = 200

/** Every zone's days begin and end with a quarter of an hour. */
const SLOT_MS = 15 * MINUTE_MS

const hasClock = isNotNull(promises.clock)
const isLate = (now: Date): SQL => sql`(${promises.dueAt} < ${now.getTime()})`
/** Tagged so, and not late since. */
const isSoon = (now: Date): SQL =>
  sql`(${promises.tag} = 'promise-soon' and (${promises.dueAt} is null or ${promises.dueAt} >= ${now.getTime()}))`

/** The order of the rows in an index: no sorting, however many are equal there. */
const inIndex = sql`rowid`

/** `instr` knows no wildcards, and D1 takes patterns of 50 bytes. */
const holds = (text: SQL, part: string): SQL => sql`instr(lower(coalesce(${text}, '')), lower(${part})) > 0`

function isSought(search: string | undefined): SQL | undefined {
  const part = search?.trim().slice(0, LONGEST_SEARCH) ?? ''
  if (part === '') return undefined
  const columns = [promises.number, promises.unit, promises.form]
  return sql`(${sql.join(
    columns.map((column) => holds(sql`${column}`, part)),
    sql` or `,
  )})`
}

/** What of a query no index is asked for. */
function isListed({ form, only, search }: ListQuery, now: Date): SQL | undefined {
  return and(
    form === undefined ? undefined : eq(promises.form, form),
    only === 'late' ? isLate(now) : undefined,
    only === 'soon' ? isSoon(now) : undefined,
    isSought(search),
  )
}

const ofUnit = (unit: string | null | undefined): SQL | undefined => {
  if (unit === undefined) return undefined
  return unit === null ? isNull(promises.unit) : eq(promises.unit, unit)
}

interface Part {
  readonly where: SQL | undefined
  readonly order: SQL
}

/** The rows of a list in the order of an index each; those whose time stands still come last. */
function partsOf(query: ListQuery, now: Date): readonly Part[] {
  const listed = isListed(query, now)
  const { unit, only, quietBefore } = query
  // The plus keeps the index on units out, where most rows of a unit are closed tickets.
  const among = unit === undefined ? undefined : sql`+${promises.unit} is ${unit}`
  if (only === 'quiet') {
    const before = quietBefore && lte(promises.quietSince, quietBefore.getTime())
    return [
      {
        where: and(isNotNull(promises.quietSince), before, among, listed),
        order: sql`${promises.quietSince}`,
      },
    ]
  }
  const runs = {
    where: and(hasClock, isNotNull(promises.dueAt), ofUnit(unit), listed),
    order: sql`${promises.dueAt}`,
  }
  const stands = {
    where: and(hasClock, isNull(promises.dueAt), among, listed),
    order: sql`${promises.startedAt}`,
  }
  return only === 'late' ? [runs] : [runs, stands]
}

async function listOf(
  q: Queries,
  query: ListQuery,
  now: Date,
): Promise<{ readonly rows: readonly PromiseRow[]; readonly inAll: number }> {
  let [offset, left, inAll] = [query.offset ?? 0, query.limit, 0]
  const found: PromiseRow[] = []
  for (const { where, order } of partsOf(query, now)) {
    const [counted] = await q.select({ count: count() }).from(promises).where(where)
    const inPart = counted?.count ?? 0
    if (left > 0 && offset < inPart) {
      const rows = await q
        .select()
        .from(promises)
        .where(where)
        .orderBy(order, inIndex)
        .limit(left)
        .offset(offset)
      found.push(...rows.map(promiseOf))
      left -= rows.length
    }
    offset = Math.max(0, offset - inPart)
    inAll += inPart
  }
  return { rows: found, inAll }
}

/** Whether it was answered in time, by the reading that was the promise. */
const wasKept = sql`case ${clocks.picked} when 'wall' then ${clocks.keptWall} else ${clocks.keptBusiness} end`

const wereAnswered = (since: Date): SQL | undefined =>
  and(eq(clocks.kind, 'visitor'), gte(clocks.endedAt, since.getTime()), eq(clocks.outcome, 'answered'))

const summed = (what: SQL): SQL<number> => sql<number>`coalesce(sum(${what}), 0)`

async function assigned(
  q: Queries,
  range: Range,
  { except, unit }: { readonly except: string; readonly unit?: string },
  limit: number,
): Promise<readonly Assigned[]> {
  const place = sql<string>`coalesce(${routings.placedUnit}, ${routings.unit})`
  const rows = await q
    .select({
      ticketId: sql<number | null>`coalesce(${conversations.ticketId}, ${routings.ticket})`,
      number: sql<
        string | null
      >`coalesce(${conversations.ticketNumber}, ${tickets.number}, ${conversations.reference})`,
      unit: place,
      rule: routings.rule,
      at: routings.decidedAt,
    })
    .from(routings)
    .leftJoin(conversations, eq(conversations.id, routings.conversation))
    .leftJoin(tickets, eq(tickets.id, routings.ticket))
    .where(
      and(
        isNotNull(routings.rule),
        eq(routings.mode, 'assign'),
        within(sql`${routings.decidedAt}`, range),
        sql`${place} <> ${except}`,
        unit === undefined ? undefined : sql`${place} = ${unit}`,
      ),
    )
    .orderBy(asc(routings.decidedAt), asc(routings.id))
    .limit(limit)
  return rows.flatMap(({ number, rule, at, ...row }) =>
    rule === null ? [] : [{ ...row, number: number ?? '', rule, at: new Date(at) }],
  )
}

/** The last one that a conversation gave in the range counts. */
const isLastRating = (range: Range): SQL => sql`${replies.score} is not null and not exists (
  select 1 from replies later where later.conversation = ${replies.conversation} and later.act = 'rating'
  and later.score is not null and ${within(sql`later.sent_at`, range)}
  and (later.sent_at, later.id) > (${replies.sentAt}, ${replies.id}))`

export function createClockLists({ q }: Db): ClockLists {
  return {
    list: (query, now) => listOf(q, query, now),
    async withClock(behind, limit) {
      const rows = await q
        .select()
        .from(promises)
        .where(and(hasClock, gt(promises.id, behind ?? '')))
        .orderBy(asc(promises.id))
        .limit(limit)
      return rows.map(promiseOf)
    },
    async load(now) {
      const rows = await q
        .select({
          unit: promises.unit,
          open: summed(sql`${promises.isOpen}`),
          running: count(promises.clock),
          soon: summed(sql`${hasClock} and ${isSoon(now)}`),
          late: summed(sql`${hasClock} and ${isLate(now)}`),
          nextDueAt: min(promises.dueAt),
        })
        .from(promises)
        .where(sql`${promises.isOpen} or ${hasClock}`)
        .groupBy(promises.unit)
        .orderBy(asc(promises.unit))
      return rows.map((row) => ({ ...row, nextDueAt: asDate(row.nextDueAt) }))
    },
    async dueBefore(unit, before, limit) {
      const rows = await q
        .select()
        .from(promises)
        .where(and(eq(promises.unit, unit), lt(promises.dueAt, before.getTime()), hasClock))
        .orderBy(asc(promises.dueAt), inIndex)
        .limit(limit)
      return rows.map(promiseOf)
    },
    assigned: (range, of, limit) => assigned(q, range, of, limit),
    clocksIn: (range) => clocksIn(q, range),
    handOvers: (range, subjects) => handOvers(q, range, subjects),
    async ratings(range) {
      const rows = await q
        .select({ unit: conversations.unit, score: replies.score, count: count() })
        .from(replies)
        .innerJoin(conversations, eq(conversations.id, replies.conversation))
        .where(and(eq(replies.act, 'rating'), within(sql`${replies.sentAt}`, range), isLastRating(range)))
        .groupBy(conversations.unit, replies.score)
        .orderBy(asc(conversations.unit), asc(replies.score))
      return rows.flatMap(({ unit, score, count }) => (score === null ? [] : [{ unit, score, count }]))
    },
    async kept(since, now) {
      const [row] = await q
        .select({ kept: summed(wasKept), answered: count() })
        .from(clocks)
        .where(wereAnswered(since))
      const [late] = await q
        .select({ overdue: count() })
        .from(promises)
        .where(and(hasClock, eq(promises.kind, 'visitor'), isLate(now)))
      return { ...(row ?? { kept: 0, answered: 0 }), overdue: late?.overdue ?? 0 }
    },
    async keptByDay(since, zone) {
      const slot = sql<number>`${clocks.endedAt} / ${sql.raw(String(SLOT_MS))}`
      const rows = await q
        .select({ slot, kept: summed(wasKept), answered: count() })
        .from(clocks)
        .where(wereAnswered(since))
        .groupBy(slot)
        .orderBy(slot)
      const days = Map.groupBy(rows, ({ slot }) => dateOf(dayThere(zone, slot * SLOT_MS)))
      const sum = (all: readonly number[]): number => all.reduce((one, other) => one + other, 0)
      return [...days].map(([day, those]) => ({
        day,
        kept: sum(those.map(({ kept }) => kept)),
        answered: sum(those.map(({ answered }) => answered)),
      }))
    },
    async openByLevel(now) {
      const [row] = await q
        .select({ running: count(), soon: summed(isSoon(now)), late: summed(isLate(now)) })
        .from(promises)
        .where(hasClock)
      return row ?? { running: 0, soon: 0, late: 0 }
    },
    async oldestRunning() {
      const [row] = await q
        .select({ at: min(promises.startedAt) })
        .from(promises)
        .where(and(hasClock, eq(promises.kind, 'visitor')))
      return asDate(row?.at ?? null)
    },
    async alertLag(since) {
      const lag = sql<number>`${levelMarks.mailedAt} - ${levelMarks.cameAt}`
      const [row] = await q
        .select({ count: count(), sumMs: summed(lag), maxMs: sql<number>`coalesce(max(${lag}), 0)` })
        .from(levelMarks)
        .where(gte(levelMarks.mailedAt, since.getTime()))
      return row ?? { count: 0, sumMs: 0, maxMs: 0 }
    },
  }
}
