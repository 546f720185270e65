import { inArray } from 'drizzle-orm'
import type { Db } from './db.ts'
import { attachments, messages } from './schema.ts'

/** Which of up to 50 names of kept bodies some row still names. */
export const namedBodies =
  ({ q }: Db) =>
  async (names: readonly string[]): Promise<ReadonlySet<string>> => {
    const files = await q
      .select({ name: attachments.storedAs })
      .from(attachments)
      .where(inArray(attachments.storedAs, [...names]))
    const mails = await q
      .select({ name: messages.storedAs })
      .from(messages)
      .where(inArray(messages.storedAs, [...names]))
    return new Set([...files, ...mails].flatMap(({ name }) => (name === null ? [] : [name])))
  }
