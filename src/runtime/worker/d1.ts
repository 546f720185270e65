import { drizzle } from 'drizzle-orm/d1'
import { asStatement, type Db } from '../../store/db.ts'

/** The store on D1: `atomically` is one batch, which is all or nothing there. */
export function d1Db(binding: D1Database): Db {
  const orm = drizzle(binding)
  return {
    q: orm,
    async atomically(writes) {
      const [first, ...rest] = writes.map(asStatement)
      if (!first) return []
      const results: readonly unknown[] = await orm.batch([first, ...rest])
      return results.map(changes)
    },
  }
}

function changes(result: unknown): number {
  const { meta } = result as { meta: { changes?: number } }
  return meta.changes ?? 0
}
