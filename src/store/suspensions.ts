import { asc, eq } from 'drizzle-orm'
import type { Suspensions } from '../outbox/suspensions.ts'
import { asWrite, type Db } from './db.ts'
import { suspensions } from './schema.ts'

export function createSuspensions({ q }: Db): Suspensions {
  return {
    suspend: (address, ticket, at) =>
      asWrite(
        q
          .insert(suspensions)
          .values({ address: address.toLowerCase(), since: at.getTime(), ticket })
          .onConflictDoNothing(),
      ),
    async isSuspended(address) {
      const [row] = await q
        .select({ address: suspensions.address })
        .from(suspensions)
        .where(eq(suspensions.address, address.toLowerCase()))
      return row !== undefined
    },
    async list() {
      const rows = await q
        .select()
        .from(suspensions)
        .orderBy(asc(suspensions.since), asc(suspensions.address))
      return rows.map(({ address, since, ticket }) => ({ address, since: new Date(since), ticket }))
    },
    lift: (address) => asWrite(q.delete(suspensions).where(eq(suspensions.address, address.toLowerCase()))),
  }
}
