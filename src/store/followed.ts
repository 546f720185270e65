import { and, asc, desc, eq, gt, gte, inArray, lt, ne, or } from 'drizzle-orm'
import type { FollowedTicket, FollowedTickets } from '../followed.ts'
import { asWrite, type Db } from './db.ts'
import { isNotHinted } from './hints.ts'
import { tickets } from './schema.ts'

const rowOf = (ticket: FollowedTicket) => ({
  ...ticket,
  createdAt: ticket.createdAt.getTime(),
  updatedAt: ticket.updatedAt.getTime(),
  lookedAt: ticket.lookedAt.getTime(),
  waitingSince: ticket.waitingSince?.getTime() ?? null,
})

const fromRow = (row: typeof tickets.$inferSelect): FollowedTicket => ({
  id: row.id,
  number: row.number,
  groupId: row.groupId,
  group: row.group,
  owned: row.owned,
  closed: row.closed,
  stateType: row.stateType,
  customerId: row.customerId,
  sight: row.sight,
  toldWaiting: row.toldWaiting,
  handOvers: row.handOvers,
  createdAt: new Date(row.createdAt),
  updatedAt: new Date(row.updatedAt),
  lookedAt: new Date(row.lookedAt),
  waitingSince: row.waitingSince === null ? null : new Date(row.waitingSince),
})

/** D1 takes 100 parameters a statement. */
const MOST_IDS = 90

export function createFollowedTickets({ q }: Db): FollowedTickets {
  return {
    async byIds(ids) {
      const found = new Map<number, FollowedTicket>()
      for (let from = 0; from < ids.length; from += MOST_IDS) {
        const some = ids.slice(from, from + MOST_IDS)
        const rows = await q.select().from(tickets).where(inArray(tickets.id, some))
        for (const row of rows) found.set(row.id, fromRow(row))
      }
      return found
    },
    async byNumber(number) {
      const [row] = await q
        .select()
        .from(tickets)
        .where(eq(tickets.number, number))
        .orderBy(desc(tickets.lookedAt))
        .limit(1)
      return row ? fromRow(row) : null
    },
    keep(ticket) {
      const { id, ...read } = rowOf(ticket)
      return asWrite(
        q
          .insert(tickets)
          .values({ id, ...read, muted: false })
          .onConflictDoUpdate({ target: tickets.id, set: read }),
      )
    },
    looked: (id, at) => asWrite(q.update(tickets).set({ lookedAt: at.getTime() }).where(eq(tickets.id, id))),
    async lookedAtBefore(before, limit) {
      const rows = await q
        .select()
        .from(tickets)
        .where(
          and(ne(tickets.sight, 'gone'), eq(tickets.closed, false), lt(tickets.lookedAt, before.getTime())),
        )
        .orderBy(asc(tickets.lookedAt), asc(tickets.id))
        .limit(limit)
      return rows.map(fromRow)
    },
    async toSweep(afterId, closedAfter, limit) {
      const rows = await q
        .select()
        .from(tickets)
        .where(
          and(
            gt(tickets.id, afterId),
            ne(tickets.sight, 'gone'),
            or(eq(tickets.closed, false), gte(tickets.updatedAt, closedAfter.getTime())),
          ),
        )
        .orderBy(asc(tickets.id))
        .limit(limit)
      return rows.map(fromRow)
    },
    async outOfSight(limit) {
      const rows = await q
        .select()
        .from(tickets)
        .where(eq(tickets.sight, 'out-of-sight'))
        .orderBy(asc(tickets.updatedAt), asc(tickets.id))
        .limit(limit)
      return rows.map(fromRow)
    },
    async waitingBefore(before, limit) {
      const rows = await q
        .select()
        .from(tickets)
        .where(
          and(
            eq(tickets.sight, 'seen'),
            lt(tickets.waitingSince, before.getTime()),
            eq(tickets.toldWaiting, false),
            eq(tickets.muted, false),
            isNotHinted(tickets.id),
          ),
        )
        .orderBy(asc(tickets.waitingSince), asc(tickets.id))
        .limit(limit)
      return rows.map(fromRow)
    },
    mute: (id) => asWrite(q.update(tickets).set({ muted: true }).where(eq(tickets.id, id))),
    toldOfWaiting: (id) => asWrite(q.update(tickets).set({ toldWaiting: true }).where(eq(tickets.id, id))),
  }
}
