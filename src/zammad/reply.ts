import type { VisitorArticle, Written } from '../desk.ts'
import { Failure } from '../failure.ts'
import { bodyWithFiles, visitorRow } from './article-body.ts'
import { isSuccess, type Answer, type Client } from './client.ts'
import { assureAccount, said } from './rights.ts'
import { MergeRow } from './schemas.ts'
import { tellable } from './refusal.ts'
import type { Tickets } from './tickets.ts'

/** What writing into a ticket takes. */
export interface Writer {
  readonly client: Client
  readonly tickets: Tickets
}

/** Everything in an article that a visitor may have typed. */
const typedIn = ({ body, attachments }: VisitorArticle): readonly string[] => [
  body,
  ...attachments.flatMap(({ name, type }) => [name, type]),
]

/** Adds a visitor's article alone: it changes no state, whatever the state is (L23, contract 5.9). */
export async function addReply(writer: Writer, ticketId: number, article: VisitorArticle): Promise<Written> {
  const row = { ticket_id: ticketId, ...visitorRow(article) }
  const body = bodyWithFiles(row, 'itself', article.attachments)
  const answer = await writer.client.write('POST', '/ticket_articles', body)
  return isSuccess(answer) ? { outcome: 'written' } : unwritten(writer, ticketId, answer, typedIn(article))
}

/** Opens the ticket in the same change that adds the article (L23, L49, L50): nobody sees one without the other. */
export async function replyAndReopen(
  writer: Writer,
  ticketId: number,
  article: VisitorArticle,
): Promise<Written> {
  const state = await writer.tickets.stateNamed('open')
  if (state === null) return { outcome: 'refused', reason: 'Zammad has no state of the type open in use' }
  const body = bodyWithFiles({ state, article: visitorRow(article) }, 'inside', article.attachments)
  const answer = await writer.client.write('PUT', `/tickets/${ticketId}`, body)
  return isSuccess(answer) ? { outcome: 'written' } : unwritten(writer, ticketId, answer, typedIn(article))
}

/** Merges a ticket into the one of a number. By its status the answer is a success in any case (L25). */
export async function mergeInto(writer: Writer, ticketId: number, targetNumber: string): Promise<Written> {
  const path = `/ticket_merge/${ticketId}/${encodeURIComponent(targetNumber)}`
  const answer = await writer.client.write('PUT', path)
  if (!isSuccess(answer)) return unwritten(writer, ticketId, answer)
  const { data } = MergeRow.safeParse(answer.body)
  if (!data) throw new Failure('uncertain', 'Zammad does not tell what became of a merge')
  if (data.result === 'success') return { outcome: 'written' }
  return outcomeOf(writer, ticketId, tellable(data.message ?? 'Zammad does not merge'))
}

async function unwritten(
  writer: Writer,
  ticketId: number,
  answer: Answer,
  typed: readonly string[] = [],
): Promise<Written> {
  await assureAccount(writer.client, answer)
  return outcomeOf(writer, ticketId, said(answer, typed))
}

/** A refusal says little: what can be seen of the ticket says whether it was about the ticket at all. */
async function outcomeOf({ tickets }: Writer, ticketId: number, reason: string): Promise<Written> {
  const { seen } = await tickets.read(ticketId)
  return seen === 'ticket' ? { outcome: 'refused', reason } : { outcome: seen }
}
