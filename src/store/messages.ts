import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Messages } from '../conversation/conversation.ts'
import { asWrite, type Db } from './db.ts'
import { insertWhere, isHeld } from './insert.ts'
import { messages } from './schema.ts'

export function createMessages({ q }: Db): Messages {
  return {
    add(message, held) {
      const { rendered, createdAt, ...rest } = message
      const row = { ...rest, ...rendered, createdAt: createdAt.getTime() }
      return insertWhere(q, messages, row, held ? isHeld(held) : sql`true`)
    },
    async byId(id) {
      const [row] = await q.select().from(messages).where(eq(messages.id, id))
      if (!row) return null
      const { storedAs, sha256 } = row
      return {
        id: row.id,
        conversation: row.conversation,
        kind: row.kind,
        messageId: row.messageId,
        recipient: row.recipient,
        rendered: storedAs !== null && sha256 !== null ? { storedAs, sha256 } : null,
        createdAt: new Date(row.createdAt),
      }
    },
    rendered: (id, mime, held) =>
      asWrite(
        q
          .update(messages)
          .set(mime)
          .where(and(eq(messages.id, id), isHeld(held))),
      ),
    readdress: (conversation, recipient) =>
      asWrite(
        q
          .update(messages)
          .set({ recipient, storedAs: null, sha256: null })
          .where(and(eq(messages.conversation, conversation), isNull(messages.sentAt))),
      ),
    sent: (id, at, held) =>
      asWrite(
        q
          .update(messages)
          .set({ sentAt: at.getTime() })
          .where(and(eq(messages.id, id), isHeld(held))),
      ),
  }
}
