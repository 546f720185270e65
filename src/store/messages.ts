import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Messages, OutgoingMessage } from '../conversation/conversation.ts'
import { asWrite, type Db } from './db.ts'
import { insertWhere, isHeld } from './insert.ts'
import { awaitsNoReceipt, isParked } from './parked.ts'
import { messages } from './schema.ts'

export function createMessages({ q }: Db): Messages {
  const rowOf = ({ rendered, createdAt, ...rest }: OutgoingMessage) => ({
    ...rest,
    ...rendered,
    createdAt: createdAt.getTime(),
  })
  return {
    add: (message, held) => insertWhere(q, messages, rowOf(message), held ? isHeld(held) : sql`true`),
    addReceipt: (message, parked) =>
      insertWhere(
        q,
        messages,
        rowOf(message),
        sql`${isParked(parked)} and ${awaitsNoReceipt(message.conversation)}`,
      ),
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
    readdress: (conversation, recipient, parked) =>
      asWrite(
        q
          .update(messages)
          .set({ recipient, storedAs: null, sha256: null })
          .where(and(eq(messages.conversation, conversation), isNull(messages.sentAt), isParked(parked))),
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
