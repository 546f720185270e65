import { and, count, eq, sql } from 'drizzle-orm'
import type { Range } from '../clocks/lists.ts'
import type { Queries } from './db.ts'
import { within } from './instants.ts'
import { promises, routings, ticketFacts } from './schema.ts'

/** Subjects asked for at once: far below the longest text that D1 takes. */
const MOST_SUBJECTS = 10_000

/** A change of a ticket, as `json_each` gives it. */
const changed = sql`json_each.value ->> '$.what'`
const changedAt = sql`json_each.value ->> '$.at'`
const changedBy = sql`json_each.value ->> '$.by'`

/** Nobody else had moved a ticket until we had placed it. */
const wasPlacedThen = sql`exists (select 1 from ${routings}
  where ${routings.ticket} = ${ticketFacts.ticket} and ${routings.placedAt} >= ${changedAt})`

const isByPeople = sql`(${changedBy} = 'people' or (${changedBy} is null and not ${wasPlacedThen}))`

/** Times that people changed the group in the range, of the tickets of these subjects. */
export async function handOvers(q: Queries, range: Range, subjects: readonly string[]): Promise<number> {
  const wanted = [...new Set(subjects)]
  let inAll = 0
  for (let from = 0; from < wanted.length; from += MOST_SUBJECTS) {
    const some = JSON.stringify(wanted.slice(from, from + MOST_SUBJECTS))
    const [row] = await q
      .select({ times: count() })
      .from(promises)
      .innerJoin(ticketFacts, eq(ticketFacts.ticket, promises.ticket))
      .innerJoin(sql`json_each(${ticketFacts.changes})`, sql`${changed} = 'group'`)
      .where(
        and(
          sql`${promises.id} in (select value from json_each(${some}))`,
          within(changedAt, range),
          isByPeople,
        ),
      )
    inAll += row?.times ?? 0
  }
  return inAll
}
