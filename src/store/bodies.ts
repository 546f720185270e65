import { inArray } from 'drizzle-orm'
import type { Db } from './db.ts'
import { attachments, messages, replyFiles } from './schema.ts'

/** Which of up to 50 names of kept bodies some row still names. */
export const namedBodies =
  ({ q }: Db) =>
  async (names: readonly string[]): Promise<ReadonlySet<string>> => {
    const named = new Set<string>()
    for (const table of [attachments, replyFiles, messages]) {
      const rows = await q
        .select({ name: table.storedAs })
        .from(table)
        .where(inArray(table.storedAs, [...names]))
      for (const { name } of rows) if (name !== null) named.add(name)
    }
    return named
  }
