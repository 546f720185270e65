import type { Article, Change } from '../desk.ts'
import { Failure } from '../failure.ts'
import { isSuccess, type Answer, type Client } from './client.ts'
import { assureAccount, granted, said } from './rights.ts'
import { ArticleKeys, ArticleRows, HistoryRow, readAs } from './schemas.ts'
import { bodyText } from './wording.ts'

type Entry = { readonly id: number; readonly at: Date }

const inTime = (a: Entry, b: Entry): number => a.at.getTime() - b.at.getTime() || a.id - b.id

/** The answer about a ticket, or null for one that is gone or out of sight. */
async function ofTicket(client: Client, path: string, what: string): Promise<Answer | null> {
  const answer = await client.get(path)
  if (answer.status === 403 || answer.status === 404) {
    await assureAccount(client, answer)
    return null
  }
  return granted(client, answer, what)
}

const articlesPath = (ticketId: number): string => `/ticket_articles/by_ticket/${ticketId}`

/** A ticket's articles, internal ones too, oldest first; bodies as Zammad keeps them, HTML or not. */
export async function readArticles(client: Client, ticketId: number): Promise<readonly Article[] | null> {
  const answer = await ofTicket(client, articlesPath(ticketId), 'articles')
  if (!answer) return null
  return readAs(ArticleRows, answer, 'articles').toSorted((a, b) =>
    inTime({ id: a.id, at: a.createdAt }, { id: b.id, at: b.createdAt }),
  )
}

/** False, too, for a ticket that is gone or out of sight. */
export async function holdsArticle(client: Client, ticketId: number, messageId: string): Promise<boolean> {
  const answer = await ofTicket(client, articlesPath(ticketId), 'articles')
  const articles = answer ? readAs(ArticleKeys, answer, 'articles') : []
  return articles.some((article) => article.message_id === messageId)
}

/** Changes of group, owner and priority, oldest first; the owner of what nobody owns is the user 1, called "-". */
export async function readHistory(client: Client, ticketId: number): Promise<readonly Change[] | null> {
  const answer = await ofTicket(client, `/ticket_history/${ticketId}`, 'a history')
  return answer && readAs(HistoryRow, answer, 'a history').toSorted(inTime)
}

export async function addNote(
  client: Client,
  ticketId: number,
  note: { messageId: string; body: string },
): Promise<void> {
  const answer = await client.write('POST', '/ticket_articles', {
    ticket_id: ticketId,
    type: 'note',
    sender: 'System',
    internal: true,
    content_type: 'text/plain',
    body: bodyText(note.body),
    message_id: note.messageId,
    preferences: { 'send-auto-response': false },
  })
  if (isSuccess(answer)) return
  await assureAccount(client, answer)
  throw new Failure('refused', `Zammad refuses a note: ${said(answer, [note.body])}`)
}
