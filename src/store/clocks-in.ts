import { and, eq, gte, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Range } from '../clocks/lists.ts'
import type { ClockRow } from '../clocks/records.ts'
import type { Queries } from './db.ts'
import { clockOf } from './promise-row.ts'
import { clocks } from './schema.ts'

/** Clocks of a page. */
const PAGE = 500

const KINDS: readonly ClockRow['clock']['kind'][] = ['visitor', 'internal']

const started = sql`${clocks.startedAt}`
const ended = sql`${clocks.endedAt}`
const rowid = sql<number>`${clocks}.rowid`

/** Where a page ends. */
interface Place {
  readonly startedAt: number
  readonly endedAt: number | null
  readonly rowid: number
}

/** A way along an index. */
interface Walk {
  readonly where: SQL | undefined
  readonly order: readonly SQL[]
  readonly behind: (place: Place) => SQL | undefined
}

/**
 * Those that ran before the range and run still, those that ran before it and ended since it began, and those that were
 * started in it. What had ended before is not looked at.
 */
function walksOf(kind: ClockRow['clock']['kind'], { from, to }: Range): readonly Walk[] {
  const since = from.getTime()
  const before = and(eq(clocks.kind, kind), lt(clocks.startedAt, since))
  const byStart: Pick<Walk, 'order' | 'behind'> = {
    order: [started, rowid],
    behind: (place) =>
      and(
        gte(clocks.startedAt, place.startedAt),
        sql`(${started}, ${rowid}) > (${place.startedAt}, ${place.rowid})`,
      ),
  }
  return [
    { ...byStart, where: and(before, isNull(clocks.endedAt)) },
    {
      where: and(before, gte(clocks.endedAt, since)),
      order: [ended, started, rowid],
      behind: (place) =>
        and(
          gte(clocks.endedAt, place.endedAt ?? since),
          sql`(${ended}, ${started}, ${rowid}) > (${place.endedAt}, ${place.startedAt}, ${place.rowid})`,
        ),
    },
    {
      ...byStart,
      where: and(eq(clocks.kind, kind), gte(clocks.startedAt, since), lt(clocks.startedAt, to.getTime())),
    },
  ]
}

async function* along(q: Queries, { where, order, behind }: Walk): AsyncGenerator<readonly ClockRow[]> {
  let place: Place | null = null
  for (;;) {
    const rows: readonly { row: typeof clocks.$inferSelect; rowid: number }[] = await q
      .select({ row: clocks, rowid })
      .from(clocks)
      .where(place === null ? where : and(where, behind(place)))
      .orderBy(...order)
      .limit(PAGE)
    if (rows.length > 0) yield rows.map(({ row }) => clockOf(row))
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    place = { startedAt: last.row.startedAt, endedAt: last.row.endedAt, rowid: last.rowid }
  }
}

/** Clocks that touch the range, page by page; one that ends meanwhile may come twice. */
export async function* clocksIn(q: Queries, range: Range): AsyncGenerator<readonly ClockRow[]> {
  for (const kind of KINDS) for (const walk of walksOf(kind, range)) yield* along(q, walk)
}
