import { SECOND_MS } from '../../clock.ts'
import { addressIn } from './article-draft.ts'
import { storeArticle } from './articles.ts'
import { isHtml, toText } from './html.ts'
import { articlesOf, later, type Core } from './model.ts'
import { NOBODY, NOTE, SYSTEM, type ArticleRow, type MailJob, type TicketRow } from './rows.ts'
import { saveTicket } from './saving.ts'

/** A mail that Zammad itself sends. */
export interface SandboxMail {
  from: string
  to: string[]
  subject: string
  headers: Record<string, string>
  text: string
}

/** Each failure waits this much longer than the one before. */
const WAIT_MS = 25 * SECOND_MS
const TRIES = 4

/** The mail of an email article: the number in its subject, all earlier Message-IDs as references. */
function mailOf(core: Core, ticket: TicketRow, article: ArticleRow): SandboxMail {
  const earlier = articlesOf(core, ticket.id).filter((row) => row.id < article.id)
  const references = [...new Set(earlier.flatMap((row) => row.message_id ?? []))]
  const automatic =
    article.sender_id === SYSTEM
      ? {
          'X-Loop': 'yes',
          Precedence: 'bulk',
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
        }
      : {}
  return {
    from: article.from ?? '',
    to: [article.to, article.cc]
      .flatMap((field) => (field ?? '').split(','))
      .flatMap((one) => addressIn(one) || []),
    subject: `${article.subject ?? ''} [Ticket#${ticket.number}]`.trim(),
    headers: {
      ...(article.message_id === null ? {} : { 'Message-ID': article.message_id }),
      ...(references.length > 0 ? { References: references.join(' ') } : {}),
      ...automatic,
      'X-Powered-By': 'Zammad - Helpdesk/Support (https://zammad.org/)',
      'X-Mailer': 'Zammad Mail Service',
    },
    text: isHtml(article.content_type) ? toText(article.body) : article.body,
  }
}

/** Tries to send one email article and writes down on the article what became of it. */
export async function runMail(
  core: Core,
  job: MailJob,
  send: (mail: SandboxMail) => Promise<void>,
): Promise<void> {
  const article = core.state.articles.get(job.article_id)
  const ticket = core.state.tickets.get(article?.ticket_id ?? 0)
  if (!article || !ticket) {
    core.state.jobs.delete(job.id)
    return
  }
  job.attempts += 1
  const failure = await sendOnce(mailOf(core, ticket, article), send)
  article.preferences = {
    ...article.preferences,
    delivery_retry: job.attempts,
    delivery_channel_id: 3,
    delivery_status_message: failure,
    delivery_status: failure === null ? 'success' : 'fail',
    delivery_status_date: core.now(),
  }
  article.updated_at = core.now()
  if (failure !== null && job.attempts < TRIES) {
    job.due_at = later(core.now(), job.attempts * WAIT_MS)
    return
  }
  core.state.jobs.delete(job.id)
  if (failure !== null) tellFailure(core, ticket, article, failure)
}

async function sendOnce(
  mail: SandboxMail,
  send: (mail: SandboxMail) => Promise<void>,
): Promise<string | null> {
  try {
    if (mail.to.length === 0) throw new Error('no recipient')
    await send(mail)
    return null
  } catch {
    return "Can't use Channel::Driver::Smtp: #<Net::SMTPFatalError: Net::SMTPFatalError>"
  }
}

/** After the last try staff find an internal note, and the ticket open. */
function tellFailure(core: Core, ticket: TicketRow, article: ArticleRow, failure: string): void {
  storeArticle(core, NOBODY, ticket, {
    typeId: NOTE,
    senderId: SYSTEM,
    originById: null,
    body: `Unable to send email to '${article.to ?? ''}': ${failure}`,
    contentType: 'text/plain',
    internal: true,
    mentions: [],
    uploads: [],
    params: { preferences: { delivery_article_id_related: article.id, delivery_message: true } },
  })
  const open = [...core.state.states.values()].find((state) => state.default_follow_up)
  saveTicket(core, ticket, { state_id: open?.id ?? ticket.state_id }, NOBODY)
}
