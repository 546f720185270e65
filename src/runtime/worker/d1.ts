import { drizzle } from 'drizzle-orm/d1'
import { asStatement, type Db } from '../../store/db.ts'

/**
 * The store on D1: `atomically` is one batch, which is all or nothing there. `asked` is told of the statements that are
 * put to it, as D1 counts them: each one of a batch.
 */
export function d1Db(binding: D1Database, asked: (statements: number) => void = () => undefined): Db {
  // Drizzle tells its logger of each statement, but for those of a batch.
  const orm = drizzle(binding, { logger: { logQuery: () => asked(1) } })
  return {
    q: orm,
    async atomically(writes) {
      const [first, ...rest] = writes.map(asStatement)
      if (!first) return []
      asked(writes.length)
      const results: readonly unknown[] = await orm.batch([first, ...rest])
      return results.map(changes)
    },
  }
}

function changes(result: unknown): number {
  const { meta } = result as { meta: { changes?: number } }
  return meta.changes ?? 0
}
