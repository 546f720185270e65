import { and, count, eq, ne, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { TICKET_SOURCES } from '../routing/facts.ts'
import type { Routing, Routings } from '../routing/routings.ts'
import { asWrite, type Db } from './db.ts'
import { insertWhere, isHeld } from './insert.ts'
import { routings } from './schema.ts'

const Source = z.enum(TICKET_SOURCES)
const TagsColumn = z.array(z.string())

const rowOf = ({ placed, ...routing }: Routing): typeof routings.$inferInsert => ({
  ...routing,
  tags: JSON.stringify(routing.tags),
  decidedAt: routing.decidedAt.getTime(),
  placedUnit: placed?.unit ?? null,
  placedGroupId: placed?.groupId ?? null,
  placedAt: placed?.at.getTime() ?? null,
})

function fromRow(row: typeof routings.$inferSelect): Routing {
  const { placedUnit: unit, placedGroupId: groupId, placedAt: at, ...rest } = row
  return {
    ...rest,
    source: Source.parse(row.source),
    tags: TagsColumn.parse(JSON.parse(row.tags)),
    decidedAt: new Date(row.decidedAt),
    placed: unit === null || groupId === null || at === null ? null : { unit, groupId, at: new Date(at) },
  }
}

/** No other routing has the ticket: a Zammad that was restored gives an id twice, and the first one stands. */
const isFree = (ticket: number, id: string): SQL =>
  sql`not exists (select 1 from routings other where other.ticket = ${ticket} and other.id <> ${id})`

/** Adding a second routing of a conversation or of a ticket writes nothing: the first one stands. */
export function createRoutings({ q }: Db): Routings {
  const one = async (where: SQL): Promise<Routing | null> => {
    const [row] = await q.select().from(routings).where(where)
    return row ? fromRow(row) : null
  }
  return {
    add: (routing, held) =>
      insertWhere(q, routings, rowOf(routing), held ? isHeld(held) : sql`true`, 'ignore'),
    ofConversation: (conversation) => one(eq(routings.conversation, conversation)),
    ofTicket: (ticket) => one(eq(routings.ticket, ticket)),
    placed: (id, { ticket, unit, groupId, at }, held) =>
      asWrite(
        q
          .update(routings)
          .set({ ticket, placedUnit: unit, placedGroupId: groupId, placedAt: at.getTime() })
          .where(and(eq(routings.id, id), isHeld(held), isFree(ticket, id))),
      ),
    setFeedback: (id, feedback) =>
      asWrite(
        q
          .update(routings)
          .set({ feedback })
          .where(and(eq(routings.id, id), ne(routings.feedback, 'moved'))),
      ),
    async tally() {
      return await q
        .select({ rule: routings.rule, feedback: routings.feedback, count: count() })
        .from(routings)
        .groupBy(routings.rule, routings.feedback)
    },
  }
}
