import { sql, type SQL } from 'drizzle-orm'
import type { Standing } from '../writes.ts'

/** Whether the job stands still: the condition of every write that a decision of staff on it brings. */
export const isParked = (job: string): SQL =>
  sql`exists (select 1 from jobs parked where parked.id = ${job} and parked.state = 'parked')`

/** Whether what a correction rests on stands: the condition of every write that it brings. */
export const stands = (standing: Standing): SQL =>
  typeof standing === 'string'
    ? isParked(standing)
    : sql`exists (select 1 from conversations linked where linked.id = ${standing.conversation}
        and linked.link_generation = ${standing.generation}
        ${standing.isUnanswered ? sql`and linked.answered_at is null` : sql``})`

/** Whether the conversation has a ticket, or an attempt to open one may have come to something. */
export const mayHaveTicket = (conversation: string): SQL =>
  sql`(not ${hasNoTicket(conversation)} or exists (select 1 from jobs opening
    where opening.conversation = ${conversation} and opening.kind = 'open-ticket'
    and (opening.state in ('running', 'unknown') or opening.uncertain > 0)))`

/** Whether no ticket is known of the conversation. */
export const hasNoTicket = (conversation: string): SQL =>
  sql`exists (select 1 from conversations c where c.id = ${conversation} and c.ticket_id is null)`

/**
 * Whether no receipt of the conversation is still to be sent. One that is under way does not count: it may
 * reach the address of before.
 */
export const awaitsNoReceipt = (conversation: string | null): SQL =>
  sql`not exists (select 1 from messages m join jobs j on j.conversation = m.conversation
    where m.conversation = ${conversation} and m.kind = 'receipt' and m.sent_at is null
    and j.kind = 'send-message' and json_extract(j.payload, '$.message') = m.id
    and j.state in ('ready', 'unknown', 'parked'))`
