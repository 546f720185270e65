import type { Article, ArticleBytes, ArticleSight } from '../desk.ts'
import { Failure } from '../failure.ts'
import { isSuccess, type Answer, type Client } from './client.ts'
import { assureAccount, granted, said } from './rights.ts'
import { ArticleKeys, ArticleRow, ArticleRows } from './article-rows.ts'
import { readAs } from './schemas.ts'
import { bodyText } from './wording.ts'

/** The answer about a ticket, or null for one that is gone or out of sight. */
export async function aboutTicket(client: Client, path: string, what: string): Promise<Answer | null> {
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
  const answer = await aboutTicket(client, articlesPath(ticketId), 'articles')
  if (!answer) return null
  return readAs(ArticleRows, answer, 'articles').toSorted(
    (a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id - b.id,
  )
}

/** False, too, for a ticket that is gone or out of sight. */
export async function holdsArticle(client: Client, ticketId: number, messageId: string): Promise<boolean> {
  const answer = await aboutTicket(client, articlesPath(ticketId), 'articles')
  const articles = answer ? readAs(ArticleKeys, answer, 'articles') : []
  return articles.some((article) => article.message_id === messageId)
}

/** One article, wherever a merge has taken it. */
export async function readArticle(client: Client, id: number): Promise<ArticleSight> {
  const answer = await client.get(`/ticket_articles/${id}?expand=true`)
  if (answer.status === 403 || answer.status === 404) {
    await assureAccount(client, answer)
    return { seen: answer.status === 403 ? 'out-of-sight' : 'gone' }
  }
  const article = readAs(ArticleRow, await granted(client, answer, 'an article'), 'an article')
  return { seen: 'article', article }
}

/** Where a file is: Zammad checks that the three belong together, and answers 403 where not (contract 5.2). */
export interface FilePlace {
  readonly ticketId: number
  readonly articleId: number
  readonly id: number
}

/** The bytes of a file as they come; null where file, article or ticket are gone or out of sight. */
export async function openFile(client: Client, place: FilePlace): Promise<ArticleBytes | null> {
  const { ticketId, articleId, id } = place
  const answer = await client.download(`/ticket_attachment/${ticketId}/${articleId}/${id}`)
  if ('bytes' in answer) return answer
  if (answer.status === 403 || answer.status === 404) {
    await assureAccount(client, answer)
    return null
  }
  throw new Failure('refused', `Zammad refuses a file: ${said(answer)}`)
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
