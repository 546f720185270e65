import { and, asc, isNotNull, sql } from 'drizzle-orm'
import type { LevelMark } from '../clocks/records.ts'
import type { Db } from './db.ts'
import { markOf } from './promise-row.ts'
import { levelMarks } from './schema.ts'

/** Levels that were mailed of any of these subjects, by their ids, oldest first. One statement, however many they are. */
export const createToldLevels =
  ({ q }: Db) =>
  async (subjects: readonly string[]): Promise<readonly LevelMark[]> => {
    const wanted = sql`${levelMarks.subject} in (select value from json_each(${JSON.stringify(subjects)}))`
    const rows = await q
      .select()
      .from(levelMarks)
      .where(and(wanted, isNotNull(levelMarks.mailedAt)))
      .orderBy(asc(levelMarks.mailedAt), asc(levelMarks.cameAt))
    return rows.map(markOf)
  }
