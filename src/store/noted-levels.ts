import { and, asc, eq, gte, isNull, lt, sql } from 'drizzle-orm'
import type { NotedLevels } from '../clocks/digest.ts'
import type { Db } from './db.ts'
import { promiseOf } from './promise-row.ts'
import { levelMarks, promises } from './schema.ts'

/** The order of the rows in an index: no sorting, however many are equal there. */
const inIndex = sql`${levelMarks}.rowid`

/** Levels of clocks that run still, put down for a digest alone. */
export const createNotedLevels =
  ({ q }: Db): NotedLevels =>
  async (unit, { from, to }, limit) => {
    const rows = await q
      .select({ row: promises, level: levelMarks.level })
      .from(levelMarks)
      .innerJoin(promises, and(eq(promises.id, levelMarks.subject), eq(promises.clock, levelMarks.clock)))
      .where(
        and(
          eq(levelMarks.how, 'digest'),
          gte(levelMarks.at, from.getTime()),
          lt(levelMarks.at, to.getTime()),
          unit === null ? isNull(promises.unit) : eq(promises.unit, unit),
        ),
      )
      .orderBy(asc(levelMarks.at), inIndex)
      .limit(limit)
    return rows.map(({ row, level }) => ({ row: promiseOf(row), level }))
  }
