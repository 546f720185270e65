import { and, asc, count, eq, gt, gte, isNotNull, isNull, lt, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { BROKEN, type ClockRecords, type DueRow, type PromiseRow } from '../clocks/records.ts'
import { asWrite, type Db } from './db.ts'
import { insertWhere } from './insert.ts'
import { createPromiseWrites } from './promise-writes.ts'
import { clockOf, markOf, nextAtOf, promiseOf, subjectOf, TOUCHED_MS } from './promise-row.ts'
import { clocks, levelMarks, promises } from './schema.ts'

const dueOf = (row: typeof promises.$inferSelect): DueRow => ({
  id: row.id,
  subject: subjectOf(row),
  touched: row.touched,
  nextAt: nextAtOf(row.nextAt) ?? new Date(0),
  tag: row.version === '' ? null : row.tag,
})

/** What a new row holds that may not be null. */
const BLANK = { number: '', isOpen: true, tag: 'none', version: '', touched: 0 } as const

/** What a row holds of which nothing is known any more. */
const AT_REST = {
  isOpen: false,
  clock: null,
  kind: null,
  startedAt: null,
  dueAt: null,
  quietSince: null,
  nextAt: null,
} as const

const asRead = ({ id, touched }: Pick<DueRow, 'id' | 'touched'>) =>
  and(eq(promises.id, id), eq(promises.touched, touched))

/** One parameter, however many they are: D1 takes 100. */
const among = (column: SQLiteColumn, values: readonly (string | number)[]): SQL =>
  sql`${column} in (select value from json_each(${JSON.stringify(values)}))`

/** Zammad's id of the ticket whose row that is, or null. */
function ticketIn(id: string): number | null {
  const [, ticket] = /^t:(-?\d+)$/.exec(id) ?? []
  return ticket === undefined ? null : Number(ticket)
}

/** Rows that somebody waits for, or may come to. */
const isLive = sql`(${promises.isOpen} or ${promises.clock} is not null)`

/** The order of the rows in an index on one column: no sorting, however many are equal there. */
const inIndex = sql`rowid`

/** A conversation's ticket may have been known as somebody else's first: what was told then was told. */
const isOfSubject = (id: string): SQL =>
  sql`${levelMarks.subject} in (${id}, (select 't:' || known.ticket from promises known
    where known.id = ${id} and known.conversation is not null))`

/**
 * Where a ticket has a row of its own and turns out to be a conversation's, the conversation's row has it from then on,
 * and takes up what was touched by the ticket's id. The other row stays for its marks, without a ticket, and rests.
 */
export function createClockRecords({ q }: Db): ClockRecords {
  const { touch, keep } = createPromiseWrites(q)
  const byVersion = (where: SQL, by: Date, limit: number) =>
    q
      .select()
      .from(promises)
      .where(
        // Not a range on the column itself: the index to go by is that of versions.
        and(isLive, where, sql`coalesce(${promises.nextAt} > ${by.getTime()}, true)`),
      )
      .orderBy(asc(promises.version), inIndex)
      .limit(limit)
  return {
    touch,
    keep,
    async settled(subject, version) {
      const rows = await q
        .select()
        .from(clocks)
        .where(and(eq(clocks.subject, subject), isNotNull(clocks.endedAt), ne(clocks.version, version)))
      return rows.map(clockOf)
    },
    async byId(id) {
      const [row] = await q.select().from(promises).where(eq(promises.id, id))
      return row ? promiseOf(row) : null
    },
    async byIds(ids) {
      const tickets = ids.map(ticketIn).filter((ticket) => ticket !== null)
      const rows = await q
        .select()
        .from(promises)
        .where(or(among(promises.id, ids), among(promises.ticket, tickets)))
      const byId = new Map(rows.map((row) => [row.id, row]))
      const byTicket = new Map(rows.map((row) => [row.ticket, row]))
      const found = ids.flatMap((id): [string, PromiseRow][] => {
        const ticket = ticketIn(id)
        const row = (ticket === null ? undefined : byTicket.get(ticket)) ?? byId.get(id)
        return row ? [[id, promiseOf(row)]] : []
      })
      return new Map(found)
    },
    async ofTickets(ids) {
      const rows = await q.select().from(promises).where(among(promises.ticket, ids))
      const found = new Map<number, PromiseRow>()
      for (const row of rows) if (row.ticket !== null) found.set(row.ticket, promiseOf(row))
      return found
    },
    async due(now, limit) {
      const between = (first: number, last: number) =>
        q
          .select()
          .from(promises)
          .where(and(gte(promises.nextAt, first), lte(promises.nextAt, last)))
          .orderBy(asc(promises.nextAt), inIndex)
          .limit(limit)
      // Neither holds up the other: what was touched stands before all that has a time.
      const touched = await between(-TOUCHED_MS, -1)
      const timed = await between(0, now.getTime())
      const rows = [...touched, ...timed].map(dueOf)
      return rows.sort((one, other) => one.nextAt.getTime() - other.nextAt.getTime()).slice(0, limit)
    },
    async behind(version, by, limit) {
      // An index finds what is less and what is more, not what is unlike.
      const less = await byVersion(lt(promises.version, version), by, limit)
      const left = limit - less.length
      const more = left > 0 ? await byVersion(gt(promises.version, version), by, left) : []
      return [...less, ...more].map(dueOf)
    },
    async again(id) {
      const [row] = await q.select().from(promises).where(eq(promises.id, id))
      return row ? dueOf(row) : null
    },
    claim({ id, touched }) {
      const wasTouched = sql`exists (select 1 from promises read where read.id = ${id} and read.touched <> ${touched})`
      return [
        // There is a row of that id: where it was touched, this one cannot be, and nothing of the write is.
        insertWhere(q, promises, { ...BLANK, id }, wasTouched),
        asWrite(
          q
            .update(promises)
            .set({ touched: touched + 1 })
            .where(eq(promises.id, id)),
        ),
      ]
    },
    broken: (row, at) =>
      asWrite(
        q
          .update(promises)
          // Nobody knows whether it is closed: it is taken for open, as one that somebody waits for.
          .set({ nextAt: at.getTime(), version: BROKEN, isOpen: true })
          .where(asRead(row)),
      ),
    async countBroken() {
      const [row] = await q
        .select({ rows: count() })
        .from(promises)
        .where(and(eq(promises.version, BROKEN), isLive))
      return row?.rows ?? 0
    },
    later: (row, at) => asWrite(q.update(promises).set({ nextAt: at.getTime() }).where(asRead(row))),
    rest: (row) => asWrite(q.update(promises).set(AT_REST).where(asRead(row))),
    async marksOf(subject) {
      const rows = await q
        .select()
        .from(levelMarks)
        .where(isOfSubject(subject))
        .orderBy(asc(levelMarks.at), asc(levelMarks.cameAt), asc(levelMarks.level))
      return rows.map(markOf)
    },
    mark: (mark) =>
      asWrite(
        q
          .insert(levelMarks)
          .values({
            ...mark,
            cameAt: mark.cameAt.getTime(),
            at: mark.at.getTime(),
            acknowledgedAt: mark.acknowledgedAt?.getTime() ?? null,
            mailedAt: mark.mailedAt?.getTime() ?? null,
          })
          .onConflictDoNothing({ target: [levelMarks.subject, levelMarks.clock, levelMarks.level] }),
      ),
    async byAck(ack) {
      const [row] = await q.select().from(levelMarks).where(eq(levelMarks.ack, ack))
      return row ? markOf(row) : null
    },
    async byAcks(acks) {
      const rows = await q.select().from(levelMarks).where(among(levelMarks.ack, acks))
      return new Map(rows.map((row) => [row.ack, markOf(row)]))
    },
    async acknowledgedOf(subjects) {
      const rows = await q
        .select()
        .from(levelMarks)
        .where(and(among(levelMarks.subject, subjects), isNotNull(levelMarks.acknowledgedAt)))
      return rows.map(markOf)
    },
    acknowledge: (ack, at) =>
      asWrite(
        q
          .update(levelMarks)
          .set({ acknowledgedAt: at.getTime() })
          .where(and(eq(levelMarks.ack, ack), isNull(levelMarks.acknowledgedAt))),
      ),
    mailed: (acks, { to, at }) =>
      asWrite(
        q
          .update(levelMarks)
          .set({
            mailedAt: sql`coalesce(${levelMarks.mailedAt}, ${at.getTime()})`,
            mailedTo: sql`json_insert(${levelMarks.mailedTo}, '$[#]', ${to})`,
          })
          .where(among(levelMarks.ack, acks)),
      ),
  }
}
