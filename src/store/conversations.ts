import { and, desc, eq, inArray, isNotNull, type SQL } from 'drizzle-orm'
import type { Conversation, Conversations } from '../conversation/conversation.ts'
import { asWrite, type Db } from './db.ts'
import { isHeld } from './insert.ts'
import { isParked } from './parked.ts'
import { conversations } from './schema.ts'

/** D1 takes 100 parameters a statement. */
const IDS_AT_ONCE = 90

const asDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

const fromRow = (row: typeof conversations.$inferSelect): Conversation => ({
  id: row.id,
  submission: row.submission,
  reference: row.reference,
  ticketNumber: row.ticketNumber,
  ticketId: row.ticketId,
  ticketCreatedAt: asDate(row.ticketCreatedAt),
  openedAt: asDate(row.openedAt),
  unit: row.unit,
  dueAt: new Date(row.dueAt),
  recipient: row.recipient,
  link: { hash: row.linkHash, generation: row.linkGeneration, keyId: row.linkKey },
})

export function createConversations({ q }: Db): Conversations {
  const one = async (where: SQL): Promise<Conversation | null> => {
    const [row] = await q.select().from(conversations).where(where)
    return row ? fromRow(row) : null
  }
  return {
    add: (conversation) =>
      asWrite(
        q.insert(conversations).values({
          id: conversation.id,
          submission: conversation.submission,
          reference: conversation.reference,
          ticketNumber: conversation.ticketNumber,
          unit: conversation.unit,
          dueAt: conversation.dueAt.getTime(),
          recipient: conversation.recipient,
          linkHash: conversation.link.hash,
          linkGeneration: conversation.link.generation,
          linkKey: conversation.link.keyId,
        }),
      ),
    byId: (id) => one(eq(conversations.id, id)),
    byLinkHash: (hash) => one(eq(conversations.linkHash, hash)),
    bySubmission: (submission) => one(eq(conversations.submission, submission)),
    async openedTickets(limit) {
      const rows = await q
        .select({ id: conversations.ticketId, createdAt: conversations.ticketCreatedAt })
        .from(conversations)
        .where(isNotNull(conversations.ticketId))
        .orderBy(desc(conversations.openedAt))
        .limit(limit)
      return rows.flatMap(({ id, createdAt }) =>
        id === null || createdAt === null ? [] : [{ id, createdAt: new Date(createdAt) }],
      )
    },
    async ofTickets(ids) {
      const found = new Map<number, Conversation>()
      for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
        const some = ids.slice(at, at + IDS_AT_ONCE)
        const rows = await q.select().from(conversations).where(inArray(conversations.ticketId, some))
        for (const row of rows) if (row.ticketId !== null) found.set(row.ticketId, fromRow(row))
      }
      return found
    },
    allot: (id, ticketNumber, held) =>
      asWrite(
        q
          .update(conversations)
          .set({ ticketNumber })
          .where(and(eq(conversations.id, id), isHeld(held))),
      ),
    readdress: (id, recipient, link, parked) =>
      asWrite(
        q
          .update(conversations)
          .set({ recipient, linkHash: link.hash, linkGeneration: link.generation, linkKey: link.keyId })
          .where(and(eq(conversations.id, id), isParked(parked))),
      ),
    opened: (id, ticket, held) =>
      asWrite(
        q
          .update(conversations)
          .set({
            ticketId: ticket.id,
            ticketNumber: ticket.number,
            ticketCreatedAt: ticket.createdAt.getTime(),
            openedAt: ticket.openedAt.getTime(),
            unit: ticket.unit,
          })
          .where(and(eq(conversations.id, id), isHeld(held))),
      ),
    moved: (id, unit) =>
      asWrite(
        q
          .update(conversations)
          .set({ unit })
          .where(and(eq(conversations.id, id), isNotNull(conversations.ticketId))),
      ),
  }
}
