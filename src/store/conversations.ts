import { and, asc, count, desc, eq, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Conversation, ConversationChange, Conversations } from '../conversation/conversation.ts'
import { asWrite, type Db } from './db.ts'
import { insertWhere, isHeld } from './insert.ts'
import { asDate, asMs } from './instants.ts'
import { isParked } from './parked.ts'
import { conversations, submissions } from './schema.ts'

/** D1 takes 100 parameters a statement. */
const IDS_AT_ONCE = 90

const AddressesColumn = z.array(z.string())

const linkColumns = (link: Conversation['link']) => ({
  linkHash: link.hash,
  linkGeneration: link.generation,
  linkKey: link.keyId,
})

function rowOf({ link, formerRecipients, ...rest }: Conversation): typeof conversations.$inferInsert {
  return {
    ...rest,
    ...linkColumns(link),
    formerRecipients: JSON.stringify(formerRecipients),
    dueAt: rest.dueAt.getTime(),
    ticketCreatedAt: asMs(rest.ticketCreatedAt),
    openedAt: asMs(rest.openedAt),
    answeredAt: asMs(rest.answeredAt),
    closedAt: asMs(rest.closedAt),
    frozenAt: asMs(rest.frozenAt),
    unreachableAt: asMs(rest.unreachableAt),
    toldMovedAt: asMs(rest.toldMovedAt),
    toldLateAt: asMs(rest.toldLateAt),
  }
}

function fromRow(row: typeof conversations.$inferSelect): Conversation {
  const { linkHash: hash, linkGeneration: generation, linkKey: keyId, ...rest } = row
  return {
    ...rest,
    link: { hash, generation, keyId },
    formerRecipients: AddressesColumn.parse(JSON.parse(row.formerRecipients)),
    dueAt: new Date(row.dueAt),
    ticketCreatedAt: asDate(row.ticketCreatedAt),
    openedAt: asDate(row.openedAt),
    answeredAt: asDate(row.answeredAt),
    closedAt: asDate(row.closedAt),
    frozenAt: asDate(row.frozenAt),
    unreachableAt: asDate(row.unreachableAt),
    toldMovedAt: asDate(row.toldMovedAt),
    toldLateAt: asDate(row.toldLateAt),
  }
}

const changed = (change: ConversationChange) =>
  Object.fromEntries(
    Object.entries(change).map(([name, value]) => [name, value instanceof Date ? value.getTime() : value]),
  )

/** The addresses of before, once the present one is replaced; it may also come back. */
const formerOnceSentTo = (recipient: string): SQL => sql`case
  when lower(${conversations.recipient}) = ${recipient.toLowerCase()} then ${conversations.formerRecipients}
  else (select json_group_array(address) from (
    select value as address from json_each(${conversations.formerRecipients})
    where value not in (${recipient.toLowerCase()}, lower(${conversations.recipient}))
    union all select lower(${conversations.recipient})))
  end`

/** What somebody typed, or copied from a subject with its `[Ticket#…]`, as references and numbers are kept. */
const asKept = (typed: string): string =>
  typed
    .replace(/^[^#]*#/u, '')
    .replaceAll(/[\s[\]]/gu, '')
    .toUpperCase()

const hasLink = (hash: string, closedSince?: Date): SQL =>
  closedSince === undefined
    ? sql`${conversations.linkHash} = ${hash}`
    : sql`${conversations.linkHash} = ${hash}
        and (${conversations.closedAt} is null or ${conversations.closedAt} >= ${closedSince.getTime()})`

export function createConversations({ q }: Db): Conversations {
  const one = async (where: SQL): Promise<Conversation | null> => {
    const [row] = await q.select().from(conversations).where(where)
    return row ? fromRow(row) : null
  }
  const someOf = async (
    column: typeof conversations.ticketId | typeof conversations.mergedInto,
    ids: readonly number[],
  ): Promise<readonly Conversation[]> => {
    const found: Conversation[] = []
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const rows = await q
        .select()
        .from(conversations)
        .where(inArray(column, ids.slice(at, at + IDS_AT_ONCE)))
        .orderBy(asc(conversations.openedAt), asc(conversations.ticketId))
      found.push(...rows.map(fromRow))
    }
    return found
  }
  const sentTo = (recipient: string, link: Conversation['link']) => ({
    recipient,
    formerRecipients: formerOnceSentTo(recipient),
    ...linkColumns(link),
  })
  return {
    add: (conversation, held) =>
      insertWhere(q, conversations, rowOf(conversation), held ? isHeld(held) : sql`true`),
    byId: (id) => one(eq(conversations.id, id)),
    byLinkHash: (hash, closedSince) => one(hasLink(hash, closedSince)),
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
      const found = await someOf(conversations.ticketId, ids)
      return new Map(found.flatMap((one) => (one.ticketId === null ? [] : [[one.ticketId, one]])))
    },
    async around(ticketIds) {
      const own = await someOf(conversations.ticketId, ticketIds)
      const merged = await someOf(conversations.mergedInto, ticketIds)
      const around = new Map<number, Conversation[]>()
      const put = (ticket: number | null, conversation: Conversation): void => {
        if (ticket === null) return
        const others = around.get(ticket) ?? []
        if (others.some(({ id }) => id === conversation.id)) return
        around.set(ticket, [...others, conversation])
      }
      for (const conversation of own) put(conversation.ticketId, conversation)
      for (const conversation of merged) put(conversation.mergedInto, conversation)
      return around
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
          .set(sentTo(recipient, link))
          .where(and(eq(conversations.id, id), isParked(parked))),
      ),
    giveUp: (id, at, parked) =>
      asWrite(
        q
          .update(conversations)
          .set({ closedAt: at.getTime() })
          .where(and(eq(conversations.id, id), isNull(conversations.ticketId), isParked(parked))),
      ),
    relink: (id, recipient, link, held, { along = {}, isUnanswered } = {}) =>
      asWrite(
        q
          .update(conversations)
          .set({ ...sentTo(recipient, link), ...changed(along) })
          .where(
            and(
              eq(conversations.id, id),
              eq(conversations.linkGeneration, link.generation - 1),
              held && isHeld(held),
              isUnanswered && isNull(conversations.answeredAt),
            ),
          ),
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
            customerId: ticket.customerId,
          })
          .where(and(eq(conversations.id, id), isHeld(held))),
      ),
    change: (id, change, held) =>
      asWrite(
        q
          .update(conversations)
          .set({ id, ...changed(change) })
          .where(and(eq(conversations.id, id), held && isHeld(held))),
      ),
    async byReference(typed) {
      const reference = asKept(typed)
      const [row] = await q
        .select()
        .from(conversations)
        .where(or(eq(conversations.reference, reference), eq(conversations.ticketNumber, reference)))
        // What a visitor was told goes before a number that a ticket got later.
        .orderBy(desc(eq(conversations.reference, reference)))
        .limit(1)
      return row ? fromRow(row) : null
    },
    async ofRecipient(address, limit) {
      const rows = await q
        .select({ conversation: conversations })
        .from(conversations)
        .innerJoin(submissions, eq(submissions.id, conversations.submission))
        .where(sql`lower(${conversations.recipient}) = ${address.toLowerCase()}`)
        .orderBy(desc(submissions.sentAt), desc(conversations.id))
        .limit(limit)
      return rows.map(({ conversation }) => fromRow(conversation))
    },
    async countTroubled() {
      const [row] = await q
        .select({ unreachable: count(conversations.unreachableAt), frozen: count(conversations.frozenAt) })
        .from(conversations)
      return { unreachable: row?.unreachable ?? 0, frozen: row?.frozen ?? 0 }
    },
    async troubled(limit) {
      const since = sql`max(coalesce(${conversations.frozenAt}, 0), coalesce(${conversations.unreachableAt}, 0))`
      const rows = await q
        .select()
        .from(conversations)
        .where(or(isNotNull(conversations.frozenAt), isNotNull(conversations.unreachableAt)))
        .orderBy(desc(since), desc(conversations.id))
        .limit(limit)
      return rows.map(fromRow)
    },
  }
}
