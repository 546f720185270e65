import { and, asc, count, eq, gte, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { MESSAGE_KINDS, type Messages, type OutgoingMessage } from '../conversation/conversation.ts'
import { asWrite, type Db } from './db.ts'
import { insertWhere, isHeld } from './insert.ts'
import { asDate } from './instants.ts'
import { awaitsNoReceipt, stands } from './parked.ts'
import { messages } from './schema.ts'

const Kind = z.enum(MESSAGE_KINDS)

const rowOf = ({ rendered, article, facts, createdAt, ...rest }: OutgoingMessage) => ({
  ...rest,
  ...rendered,
  article: article?.id ?? null,
  articleCreatedAt: article?.createdAt.getTime() ?? null,
  facts: JSON.stringify(facts ?? {}),
  createdAt: createdAt.getTime(),
})

function fromRow(row: typeof messages.$inferSelect): OutgoingMessage & { readonly sentAt: Date | null } {
  const { article, articleCreatedAt, storedAs, sha256 } = row
  return {
    id: row.id,
    conversation: row.conversation,
    kind: Kind.parse(row.kind),
    article:
      article === null || articleCreatedAt === null
        ? null
        : { id: article, createdAt: new Date(articleCreatedAt) },
    facts: JSON.parse(row.facts) as unknown,
    messageId: row.messageId,
    recipient: row.recipient,
    rendered: storedAs !== null && sha256 !== null ? { storedAs, sha256 } : null,
    createdAt: new Date(row.createdAt),
    sentAt: asDate(row.sentAt),
  }
}

const onlyWhile = (held: Parameters<typeof isHeld>[0] | undefined): SQL => (held ? isHeld(held) : sql`true`)

export function createMessages({ q }: Db): Messages {
  return {
    add: (message, held) => insertWhere(q, messages, rowOf(message), onlyWhile(held)),
    addOnce: (message, held) => insertWhere(q, messages, rowOf(message), onlyWhile(held), 'ignore'),
    addReceipt: (message, standing) =>
      insertWhere(
        q,
        messages,
        rowOf(message),
        sql`${stands(standing)} and ${awaitsNoReceipt(message.conversation)}`,
      ),
    async byId(id) {
      const [row] = await q.select().from(messages).where(eq(messages.id, id))
      if (!row) return null
      const { sentAt: _, ...message } = fromRow(row)
      return message
    },
    rendered: (id, mime, held, standing) =>
      asWrite(
        q
          .update(messages)
          .set(mime)
          .where(
            and(eq(messages.id, id), isHeld(held), standing === undefined ? undefined : stands(standing)),
          ),
      ),
    readdress: (conversation, recipient, standing, held) =>
      asWrite(
        q
          .update(messages)
          .set({ recipient, storedAs: null, sha256: null })
          .where(
            and(
              eq(messages.conversation, conversation),
              isNull(messages.sentAt),
              // It opens every request of the address that asked for it, and of no other.
              ne(messages.kind, 'links'),
              stands(standing),
              held && isHeld(held),
            ),
          ),
      ),
    sent: (id, at, held) =>
      asWrite(
        q
          .update(messages)
          .set({ sentAt: at.getTime() })
          .where(and(eq(messages.id, id), isHeld(held))),
      ),
    async ofArticle({ id, createdAt }, conversation) {
      const rows = await q
        .select()
        .from(messages)
        .where(
          and(
            eq(messages.article, id),
            eq(messages.articleCreatedAt, createdAt.getTime()),
            conversation === null ? isNull(messages.conversation) : eq(messages.conversation, conversation),
          ),
        )
        .orderBy(asc(messages.createdAt), asc(messages.id))
      return rows.map(fromRow)
    },
    async countTo(recipient, kind, since) {
      const [row] = await q
        .select({ count: count() })
        .from(messages)
        .where(
          and(
            sql`lower(${messages.recipient}) = ${recipient.toLowerCase()}`,
            eq(messages.kind, kind),
            gte(messages.createdAt, since.getTime()),
          ),
        )
      return row?.count ?? 0
    },
    async messageIdsOf(conversation) {
      const rows = await q
        .select({ messageId: messages.messageId })
        .from(messages)
        .where(
          and(
            eq(messages.conversation, conversation),
            isNotNull(messages.sentAt),
            // About all requests of an address: no part of the thread of one.
            ne(messages.kind, 'links'),
          ),
        )
        .orderBy(asc(messages.createdAt), asc(messages.id))
      return rows.map(({ messageId }) => messageId)
    },
  }
}
