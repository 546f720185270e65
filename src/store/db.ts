import type { BatchItem } from 'drizzle-orm/batch'
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'
import type { Write } from '../writes.ts'

/** The part of drizzle that both drivers share. `transaction` is left out: D1 has none. */
export type Queries = Pick<
  BaseSQLiteDatabase<'sync' | 'async', unknown>,
  'select' | 'insert' | 'update' | 'delete'
>

export interface Db {
  readonly q: Queries
  /** Every write or none, in order; resolves to the rows that each one touched. */
  readonly atomically: (writes: readonly Write[]) => Promise<readonly number[]>
}

export type Statement = BatchItem<'sqlite'>

/** Hands a statement out as an opaque write. The one way back is `asStatement`, in the drivers. */
// The two names are one value: outside this folder nobody may know what a write is made of.
export const asWrite = (statement: Statement): Write => statement as unknown as Write
export const asStatement = (write: Write): Statement => write as unknown as Statement

/** Whether the store refused a write because a unique column already holds its value. */
export function isUniqueViolation(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && at.code.startsWith('SQLITE_CONSTRAINT_')) {
      return at.code === 'SQLITE_CONSTRAINT_UNIQUE' || at.code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
    }
    // D1 tells the kind of an error in its text alone.
    if (at.message.includes('UNIQUE constraint failed')) return true
  }
  return false
}
