import { and, asc, eq, lt } from 'drizzle-orm'
import type { FollowedTicket, FollowedTickets } from '../followed.ts'
import { asWrite, type Db } from './db.ts'
import { tickets } from './schema.ts'

const rowOf = (ticket: FollowedTicket): typeof tickets.$inferInsert => ({
  ...ticket,
  createdAt: ticket.createdAt.getTime(),
  updatedAt: ticket.updatedAt.getTime(),
  lookedAt: ticket.lookedAt.getTime(),
  waitingSince: ticket.waitingSince?.getTime() ?? null,
})

const fromRow = (row: typeof tickets.$inferSelect): FollowedTicket => ({
  ...row,
  createdAt: new Date(row.createdAt),
  updatedAt: new Date(row.updatedAt),
  lookedAt: new Date(row.lookedAt),
  waitingSince: row.waitingSince === null ? null : new Date(row.waitingSince),
})

export function createFollowedTickets({ q }: Db): FollowedTickets {
  return {
    async byId(id) {
      const [row] = await q.select().from(tickets).where(eq(tickets.id, id))
      return row ? fromRow(row) : null
    },
    keep(ticket) {
      const { id, ...read } = rowOf(ticket)
      return asWrite(
        q
          .insert(tickets)
          .values({ id, ...read })
          .onConflictDoUpdate({ target: tickets.id, set: read }),
      )
    },
    looked: (id, at) => asWrite(q.update(tickets).set({ lookedAt: at.getTime() }).where(eq(tickets.id, id))),
    async lookedAtBefore(before, limit) {
      const rows = await q
        .select()
        .from(tickets)
        .where(
          and(eq(tickets.sight, 'seen'), eq(tickets.closed, false), lt(tickets.lookedAt, before.getTime())),
        )
        .orderBy(asc(tickets.lookedAt), asc(tickets.id))
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
          ),
        )
        .orderBy(asc(tickets.waitingSince), asc(tickets.id))
        .limit(limit)
      return rows.map(fromRow)
    },
    toldOfWaiting: (id) => asWrite(q.update(tickets).set({ toldWaiting: true }).where(eq(tickets.id, id))),
  }
}
