import {
  and,
  asc,
  count,
  eq,
  inArray,
  isNotNull,
  isNull,
  max,
  min,
  ne,
  or,
  type SQL,
  sql,
  sum,
} from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { z } from 'zod'
import type { Ledger, LedgerEntry } from '../relay/ledger.ts'
import { UNKNOWN_ORIGIN } from '../relay/origins.ts'
import { asWrite, type Db } from './db.ts'
import { isHeld } from './insert.ts'
import { guardRow } from './row-size.ts'
import { articles, conversations, messages, shares, tickets } from './schema.ts'

/** D1 takes 100 parameters a statement. */
const MOST_IDS = 90

const FilesColumn = z.array(z.object({ id: z.int(), name: z.string(), type: z.string(), size: z.number() }))

const rowOf = (entry: LedgerEntry): typeof articles.$inferInsert => ({
  ...entry,
  createdAt: entry.createdAt.getTime(),
  updatedAt: entry.updatedAt.getTime(),
  firstSeenAt: entry.firstSeenAt.getTime(),
  files: JSON.stringify(entry.files),
})

const fromRow = (row: typeof articles.$inferSelect): LedgerEntry => ({
  ...row,
  createdAt: new Date(row.createdAt),
  updatedAt: new Date(row.updatedAt),
  firstSeenAt: new Date(row.firstSeenAt),
  files: FilesColumn.parse(JSON.parse(row.files)),
})

const excluded = (column: SQLiteColumn): SQL => sql`excluded.${sql.identifier(column.name)}`

/** What was judged before the article was mailed says nothing of one that was mailed since. */
const unlessMailed = (column: SQLiteColumn): SQL =>
  sql`case when ${articles.mailed} and not excluded.mailed then ${column} else ${excluded(column)} end`

/** How an article came to be known stays as it was put down first, and what was mailed stays so. */
const asItIsNow = {
  ticketId: excluded(articles.ticketId),
  bornOn: excluded(articles.bornOn),
  updatedAt: excluded(articles.updatedAt),
  sender: excluded(articles.sender),
  type: excluded(articles.type),
  internal: excluded(articles.internal),
  messageId: excluded(articles.messageId),
  disposition: unlessMailed(articles.disposition),
  because: unlessMailed(articles.because),
  side: unlessMailed(articles.side),
  name: unlessMailed(articles.name),
  html: unlessMailed(articles.html),
  text: unlessMailed(articles.text),
  files: unlessMailed(articles.files),
  publication: sql`max(${articles.publication}, excluded.publication)`,
  asked: excluded(articles.asked),
  mailed: sql`max(${articles.mailed}, excluded.mailed)`,
  automatic: excluded(articles.automatic),
}

const isOf = ({ disposition, because }: Parameters<Ledger['count']>[0]): SQL | undefined =>
  and(
    eq(articles.disposition, disposition),
    because === undefined ? undefined : eq(articles.because, because),
  )

/** The visitor has it by mail, be it under another request of theirs. */
const hasByMail = sql`exists (select 1 from ${messages} m left join ${conversations} c on c.id = ${shares.conversation}
  where m.article = ${shares.article} and m.article_created_at = ${shares.articleCreatedAt} and m.sent_at is not null
  and (m.conversation = c.id or lower(m.recipient) = lower(c.recipient)))`

/** Made on another ticket, as far as anybody can tell. */
const isBornElsewhere = (ticketId: number): SQL => sql`exists (select 1 from ${articles} a
  where a.id = ${shares.article} and a.created_at = ${shares.articleCreatedAt}
  and a.born_on not in (${ticketId}, ${UNKNOWN_ORIGIN}))`

export function createLedger({ q }: Db): Ledger {
  const listed = async (where: SQL | undefined, limit = -1): Promise<readonly LedgerEntry[]> => {
    const rows = await q
      .select()
      .from(articles)
      .where(where)
      .orderBy(asc(articles.createdAt), asc(articles.id))
      .limit(limit)
    return rows.map(fromRow)
  }
  return {
    ofTicket: (ticketId) => listed(eq(articles.ticketId, ticketId)),
    madeOn: (ticketId) =>
      listed(
        or(
          eq(articles.bornOn, ticketId),
          and(eq(articles.ticketId, ticketId), eq(articles.bornOn, UNKNOWN_ORIGIN)),
        ),
      ),
    async byIds(ids) {
      const found: LedgerEntry[] = []
      for (let from = 0; from < ids.length; from += MOST_IDS) {
        found.push(...(await listed(inArray(articles.id, ids.slice(from, from + MOST_IDS)))))
      }
      return found
    },
    keep(entry) {
      const row = rowOf(entry)
      guardRow([row.html, row.text, row.files, row.name])
      return asWrite(
        q
          .insert(articles)
          .values(row)
          .onConflictDoUpdate({
            target: [articles.id, articles.createdAt],
            set: asItIsNow,
            // Of two rounds at once the one that read earlier makes nothing public that is internal since.
            setWhere: sql`excluded.internal or excluded.updated_at >= ${articles.updatedAt}`,
          }),
      )
    },
    mailed: ({ id, createdAt }, held) =>
      asWrite(
        q
          .update(articles)
          .set({ mailed: true })
          .where(and(eq(articles.id, id), eq(articles.createdAt, createdAt.getTime()), isHeld(held))),
      ),
    share: ({ id, createdAt }, conversation) =>
      asWrite(
        q
          .insert(shares)
          .values({ article: id, articleCreatedAt: createdAt.getTime(), conversation })
          .onConflictDoNothing(),
      ),
    unshare: ({ id, createdAt }, conversation, held) =>
      asWrite(
        q
          .delete(shares)
          .where(
            and(
              eq(shares.article, id),
              eq(shares.articleCreatedAt, createdAt.getTime()),
              eq(shares.conversation, conversation),
              sql`not ${hasByMail}`,
              held && isHeld(held),
            ),
          ),
      ),
    unshareOthers: (conversation, ticketId) =>
      asWrite(
        q
          .delete(shares)
          .where(
            and(eq(shares.conversation, conversation), isBornElsewhere(ticketId), sql`not ${hasByMail}`),
          ),
      ),
    async sharedWith(conversation) {
      const rows = await q
        .select({ article: articles })
        .from(shares)
        .innerJoin(
          articles,
          and(eq(articles.id, shares.article), eq(articles.createdAt, shares.articleCreatedAt)),
        )
        .where(and(eq(shares.conversation, conversation), isNotNull(articles.side)))
        .orderBy(asc(articles.createdAt), asc(articles.id))
      return rows.map(({ article }) => fromRow(article))
    },
    async conversationsOf({ id, createdAt }) {
      const rows = await q
        .select({ conversation: shares.conversation })
        .from(shares)
        .where(and(eq(shares.article, id), eq(shares.articleCreatedAt, createdAt.getTime())))
        .orderBy(asc(shares.conversation))
      return rows.map(({ conversation }) => conversation)
    },
    awaiting: (what, limit) => listed(isOf(what), limit),
    async unasked(limit) {
      const rows = await q
        .select({ ticketId: articles.ticketId })
        .from(articles)
        .leftJoin(tickets, eq(tickets.id, articles.ticketId))
        .where(
          and(
            eq(articles.disposition, 'undecided'),
            eq(articles.asked, false),
            or(isNull(tickets.sight), eq(tickets.sight, 'seen')),
          ),
        )
        .groupBy(articles.ticketId)
        // Of a ticket without a row nobody can tell when it was looked at: it keeps no other waiting.
        .orderBy(sql`${tickets.lookedAt} is null`, asc(tickets.lookedAt), min(articles.createdAt))
        .limit(limit)
      return rows.map(({ ticketId }) => ticketId)
    },
    async count(what) {
      const [row] = await q.select({ count: count() }).from(articles).where(isOf(what))
      return row?.count ?? 0
    },
    async gaps() {
      // Zammad's clock may run before ours. What was there before the start line was never ours to see in time.
      const lagMs = sql<number>`max(0, ${articles.firstSeenAt} - ${articles.createdAt})`
      const rows = await q
        .select({ seenBy: articles.seenBy, count: count(), lagSumMs: sum(lagMs), lagMaxMs: max(lagMs) })
        .from(articles)
        .where(ne(articles.disposition, 'before-us'))
        .groupBy(articles.seenBy)
        .orderBy(asc(articles.seenBy))
      return rows.map(({ lagSumMs, lagMaxMs, ...row }) => ({
        ...row,
        lagSumMs: Number(lagSumMs ?? 0),
        lagMaxMs: Number(lagMaxMs ?? 0),
      }))
    },
  }
}
