import { and, asc, eq, lte, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Hints } from '../followed.ts'
import { asWrite, type Db } from './db.ts'
import { hints } from './schema.ts'

/** Whether nothing is to be looked at before anybody is told of the ticket: what cannot be read keeps no other waiting. */
export const isNotHinted = (ticket: SQLiteColumn): SQL =>
  sql`not exists (select 1 from ${hints} where ${hints.ticket} = ${ticket})`

export function createHints({ q }: Db): Hints {
  return {
    add: (ticket, at) =>
      asWrite(
        q
          .insert(hints)
          .values({ ticket, at: at.getTime() })
          .onConflictDoUpdate({
            target: hints.ticket,
            // Two hints of one millisecond are two: whoever has taken the first does not take away the second.
            set: { at: sql`max(excluded.at, ${hints.at} + 1)` },
          }),
      ),
    async oldest(limit) {
      const rows = await q.select().from(hints).orderBy(asc(hints.at), asc(hints.ticket)).limit(limit)
      return rows.map(({ ticket, at }) => ({ ticket, at: new Date(at) }))
    },
    done: (ticket, at) =>
      asWrite(q.delete(hints).where(and(eq(hints.ticket, ticket), lte(hints.at, at.getTime())))),
  }
}
