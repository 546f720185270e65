import { is } from 'drizzle-orm'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { asWrite, type Db } from '../../src/store/db.ts'
import * as schema from '../../src/store/schema.ts'

/** In the order of the schema: a row comes after those that it names. */
const tables = Object.values(schema).filter((one) => is(one, SQLiteTable))

/** Copies every row of a store. The call that comes back leaves those rows and no others there. */
export async function copyStore({ q, atomically }: Db): Promise<() => Promise<void>> {
  const copies = await Promise.all(
    tables.map(async (table) => ({ table, rows: await q.select().from(table) })),
  )
  return async () =>
    void (await atomically([
      ...copies.toReversed().map(({ table }) => asWrite(q.delete(table))),
      ...copies.flatMap(({ table, rows }) => rows.map((row) => asWrite(q.insert(table).values(row)))),
    ]))
}
