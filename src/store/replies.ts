import { and, asc, eq, sql } from 'drizzle-orm'
import type { Replies, Reply, ReplyFile } from '../conversation/reply.ts'
import { asWrite, type Db } from './db.ts'
import { insertWhere, isHeld } from './insert.ts'
import { asDate, asMs } from './instants.ts'
import { guardRow } from './row-size.ts'
import { replies, replyFiles } from './schema.ts'

const fromRow = (row: typeof replies.$inferSelect): Reply => ({
  id: row.id,
  conversation: row.conversation,
  act: row.act,
  body: row.body,
  score: row.score,
  sentAt: new Date(row.sentAt),
  postedAt: asDate(row.postedAt),
})

const fileColumns = {
  id: replyFiles.id,
  name: replyFiles.name,
  type: replyFiles.type,
  size: replyFiles.size,
  sha256: replyFiles.sha256,
  storedAs: replyFiles.storedAs,
}

export function createReplies({ q }: Db): Replies {
  return {
    add(reply, repeatable, files, held) {
      const condition = held ? isHeld(held) : sql`true`
      guardRow([reply.body])
      const { key, content } = repeatable
      const sentAt = reply.sentAt.getTime()
      const row = { ...reply, key, content, sentAt, postedAt: asMs(reply.postedAt) }
      return [
        insertWhere(q, replies, row, condition),
        ...files.map((file, position) =>
          insertWhere(q, replyFiles, { ...file, reply: reply.id, position }, condition),
        ),
      ]
    },
    async byKey(key) {
      const [row] = await q
        .select({ content: replies.content, conversation: replies.conversation })
        .from(replies)
        .where(eq(replies.key, key))
      return row ?? null
    },
    async byId(id) {
      const [row] = await q.select().from(replies).where(eq(replies.id, id))
      return row ? fromRow(row) : null
    },
    async ofConversation(conversation) {
      const rows = await q
        .select()
        .from(replies)
        .where(eq(replies.conversation, conversation))
        .orderBy(asc(replies.sentAt), asc(replies.id))
      return rows.map(fromRow)
    },
    filesOf: (reply) =>
      q
        .select(fileColumns)
        .from(replyFiles)
        .where(eq(replyFiles.reply, reply))
        .orderBy(asc(replyFiles.position)),
    async filesIn(conversation) {
      const rows = await q
        .select({ reply: replyFiles.reply, file: fileColumns })
        .from(replyFiles)
        .innerJoin(replies, eq(replies.id, replyFiles.reply))
        .where(eq(replies.conversation, conversation))
        .orderBy(asc(replies.sentAt), asc(replies.id), asc(replyFiles.position))
      const files = new Map<string, ReplyFile[]>()
      for (const { reply, file } of rows) files.set(reply, [...(files.get(reply) ?? []), file])
      return files
    },
    posted: (id, at, held) =>
      asWrite(
        q
          .update(replies)
          .set({ postedAt: at.getTime() })
          .where(and(eq(replies.id, id), isHeld(held))),
      ),
    async hasEarlierUnposted({ id, conversation, sentAt }) {
      const [row] = await q
        .select({ id: replies.id })
        .from(replies)
        .where(
          sql`${replies.conversation} = ${conversation} and ${replies.postedAt} is null
            and (${replies.sentAt}, ${replies.id}) < (${sentAt.getTime()}, ${id})
            and exists (select 1 from jobs j where j.conversation = ${conversation}
              and j.kind = 'post-reply' and j.state in ('ready', 'running', 'unknown')
              and json_extract(j.payload, '$.reply') = ${replies.id})`,
        )
        .limit(1)
      return row !== undefined
    },
  }
}
