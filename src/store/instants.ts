import { type SQL, sql } from 'drizzle-orm'
import type { Range } from '../clocks/lists.ts'

/** An instant as a column holds it, and back. */
export const asDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))
export const asMs = (at: Date | null): number | null => at?.getTime() ?? null

/** Whether an instant of a column is in the range: its end is not. */
export const within = (column: SQL, { from, to }: Range): SQL =>
  sql`${column} >= ${from.getTime()} and ${column} < ${to.getTime()}`
