import { eq, sql } from 'drizzle-orm'
import type { Memory } from '../memory.ts'
import { asWrite, type Db } from './db.ts'
import { memory } from './schema.ts'

export function createMemory({ q }: Db): Memory {
  const recall: Memory['recall'] = async (name) => {
    const [row] = await q.select().from(memory).where(eq(memory.key, name))
    return row?.value ?? null
  }
  return {
    recall,
    remember: (name, value) =>
      asWrite(
        q
          .insert(memory)
          .values({ key: name, value })
          .onConflictDoUpdate({ target: memory.key, set: { value: sql`excluded.value` } }),
      ),
    async rememberFirst(name, value) {
      await q.insert(memory).values({ key: name, value }).onConflictDoNothing()
      return (await recall(name)) ?? value
    },
    forget: (name) => asWrite(q.delete(memory).where(eq(memory.key, name))),
  }
}
