import { getTableColumns, sql, type SQL } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Held, Write } from '../writes.ts'
import { asWrite, type Queries } from './db.ts'

/** Whether the job is still held by this lease: the condition that every dependent write carries. */
export const isHeld = (held: Held): SQL =>
  sql`exists (select 1 from jobs where jobs.id = ${held.job} and jobs.lease = ${held.lease} and jobs.state = 'running')`

/** Inserts one row, only while the condition holds. Columns that are not given become null. */
export function insertWhere<T extends SQLiteTable>(
  q: Queries,
  table: T,
  row: T['$inferInsert'],
  condition: SQL,
  onConflict: 'fail' | 'ignore' = 'fail',
): Write {
  const values: Record<string, unknown> = row
  const columns = Object.entries(getTableColumns(table)).map(([name, column]) =>
    sql.param(values[name] ?? null, column),
  )
  const insert = q.insert(table).select(sql`select ${sql.join(columns, sql`, `)} where ${condition}`)
  return asWrite(onConflict === 'ignore' ? insert.onConflictDoNothing() : insert)
}
