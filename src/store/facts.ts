import { asc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { FactsStore, TicketFacts } from '../clocks/facts.ts'
import { asWrite, type Db } from './db.ts'
import { guardRow } from './row-size.ts'
import { ticketFacts } from './schema.ts'

const State = z.enum(['new', 'open', 'pending', 'closed', 'merged'])
const SnapshotColumn = z.object({
  group: z.string(),
  priority: z.string(),
  state: State,
  tags: z.array(z.string()),
})

const By = z.enum(['people', 'bot', 'system', 'nobody'])
const common = { id: z.string(), at: z.int().transform((ms) => new Date(ms)) }
const ChangesColumn = z.array(
  z.discriminatedUnion('what', [
    z.object({ ...common, what: z.literal('group'), to: z.string(), by: By.exactOptional() }),
    z.object({ ...common, what: z.literal('priority'), to: z.string() }),
    z.object({ ...common, what: z.literal('state'), to: State }),
    z.object({ ...common, what: z.enum(['tagged', 'untagged']), tag: z.string() }),
    z.object({ ...common, what: z.literal('sight'), sight: z.enum(['seen', 'out-of-sight', 'gone']) }),
  ]),
)

const rowOf = (facts: TicketFacts) => ({
  number: facts.number,
  createdAt: facts.createdAt.getTime(),
  opened: JSON.stringify(facts.opened),
  now: JSON.stringify(facts.now),
  changes: JSON.stringify(facts.changes.map((fact) => ({ ...fact, at: fact.at.getTime() }))),
  heir: facts.heir,
})

const fromRow = (row: typeof ticketFacts.$inferSelect): TicketFacts => ({
  ticketId: row.ticket,
  number: row.number,
  createdAt: new Date(row.createdAt),
  opened: SnapshotColumn.parse(JSON.parse(row.opened)),
  now: SnapshotColumn.parse(JSON.parse(row.now)),
  changes: ChangesColumn.parse(JSON.parse(row.changes)),
  heir: row.heir,
})

/** `keep` throws `Failure` (`refused`) where what is known is longer than a row may be. */
export function createFacts({ q }: Db): FactsStore {
  return {
    async of(ticketId) {
      const [row] = await q.select().from(ticketFacts).where(eq(ticketFacts.ticket, ticketId))
      return row ? fromRow(row) : null
    },
    keep(facts) {
      const row = rowOf(facts)
      guardRow([row.opened, row.now, row.changes])
      return asWrite(
        q
          .insert(ticketFacts)
          .values({ ticket: facts.ticketId, ...row })
          .onConflictDoUpdate({ target: ticketFacts.ticket, set: row }),
      )
    },
    async mergedInto(ticketId) {
      const rows = await q
        .select()
        .from(ticketFacts)
        .where(eq(ticketFacts.heir, ticketId))
        .orderBy(asc(ticketFacts.ticket))
      return rows.map(fromRow)
    },
  }
}
