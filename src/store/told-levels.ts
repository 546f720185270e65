import { and, asc, eq, sql } from 'drizzle-orm'
import type { LevelMark } from '../clocks/records.ts'
import type { Db } from './db.ts'
import { asDate } from './instants.ts'
import { levelMarks } from './schema.ts'

/** Levels that were told of any of these subjects, by their ids, oldest first. One statement, however many they are. */
export const createToldLevels =
  ({ q }: Db) =>
  async (subjects: readonly string[]): Promise<readonly LevelMark[]> => {
    const wanted = sql`${levelMarks.subject} in (select value from json_each(${JSON.stringify(subjects)}))`
    const rows = await q
      .select()
      .from(levelMarks)
      .where(and(wanted, eq(levelMarks.how, 'told')))
      .orderBy(asc(levelMarks.at), asc(levelMarks.cameAt))
    return rows.map((row) => ({
      ...row,
      cameAt: new Date(row.cameAt),
      at: new Date(row.at),
      acknowledgedAt: asDate(row.acknowledgedAt),
    }))
  }
