import { SECOND_MS } from '../../clock.ts'
import { fqdn, later, nextId, type Core } from './model.ts'
import {
  articleObject,
  attachmentsOf,
  groupExpanded,
  loginOf,
  organizationObject,
  priorityObject,
  ticketExpanded,
  userExpanded,
  type Shown,
} from './rendering.ts'
import type { ArticleRow, HookJob, Stamped, TicketRow, WebhookRow } from './rows.ts'
import { fillInJson } from './variables.ts'

/** Seconds from the first try to each of the five, as they were seen; then never again. */
const TRIES = [0, 12, 33, 65, 105] as const
const LOG_MOST = 100

const HIDDEN = [
  'last_login',
  'login_failed',
  'password',
  'preferences',
  'group_ids',
  'groups',
  'authorization_ids',
  'authorizations',
]

function person(core: Core, id: number): Shown {
  const user = core.state.users.get(id)
  if (!user) return {}
  return Object.fromEntries(Object.entries(userExpanded(core, user)).filter(([key]) => !HIDDEN.includes(key)))
}

const authors = (core: Core, row: Stamped): Shown => ({
  created_by: loginOf(core, row.created_by_id),
  updated_by: loginOf(core, row.updated_by_id),
})

function ticketPayload(core: Core, ticket: TicketRow): Shown {
  const group = core.state.groups.get(ticket.group_id)
  const priority = core.state.priorities.get(ticket.priority_id)
  const organization = core.state.organizations.get(ticket.organization_id ?? 0)
  return {
    ...ticketExpanded(core, ticket),
    owner: person(core, ticket.owner_id),
    customer: person(core, ticket.customer_id),
    created_by: person(core, ticket.created_by_id),
    updated_by: person(core, ticket.updated_by_id),
    organization: organization
      ? { ...organizationObject(core, organization), ...authors(core, organization) }
      : {},
    priority: priority ? { ...priorityObject(priority), ...authors(core, priority) } : {},
    group: group ? groupExpanded(core, group) : {},
  }
}

function articlePayload(core: Core, article: ArticleRow): Shown {
  const base = `${core.publicUrl.protocol}//${fqdn(core)}/api/v1/ticket_attachment/${article.ticket_id}/${article.id}`
  return {
    ...articleObject(core, article),
    created_by: person(core, article.created_by_id),
    updated_by: person(core, article.updated_by_id),
    attachments: attachmentsOf(core, article.id).map((file) => ({
      ...file,
      url: `${base}/${String(file['id'])}`,
    })),
    accounted_time: 0,
  }
}

const sortKeys = (shown: Shown): Shown =>
  Object.fromEntries(Object.entries(shown).sort(([a], [b]) => (a < b ? -1 : 1)))

/** JSON as Rails writes it: what could end a script is escaped. */
const railsJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

function payloadOf(core: Core, webhook: WebhookRow, ticket: TicketRow, article: ArticleRow | null): unknown {
  if (webhook.customized_payload && webhook.custom_payload !== null)
    return fillInJson(core, { ticket, article }, JSON.parse(webhook.custom_payload))
  return {
    ticket: sortKeys(ticketPayload(core, ticket)),
    article: article ? sortKeys(articlePayload(core, article)) : {},
  }
}

async function signature(secret: string, body: string): Promise<string> {
  const bytes = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-1' }
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), algorithm, false, ['sign'])
  const signed = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(body)))
  return `sha1=${Array.from(signed, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

async function requestOf(webhook: WebhookRow, job: HookJob, body: string): Promise<Request> {
  const headers = new Headers({
    accept: '*/*',
    'user-agent': 'Zammad User Agent',
    'content-type': 'application/json; charset=utf-8',
    'x-zammad-trigger': encodeURI(job.trigger_name).replaceAll('%20', ' '),
    'x-zammad-delivery': job.delivery,
  })
  if (webhook.signature_token) headers.set('x-hub-signature', await signature(webhook.signature_token, body))
  if (webhook.basic_auth_username && webhook.basic_auth_password)
    headers.set(
      'authorization',
      `Basic ${btoa(`${webhook.basic_auth_username}:${webhook.basic_auth_password}`)}`,
    )
  return new Request(webhook.endpoint, { method: 'POST', headers, body, redirect: 'manual' })
}

type Deliver = (request: Request) => Promise<Response>

/**
 * Tries one delivery. The payload is made of the rows as they are now, not as they were at the event.
 * What fails in any way is tried again, five times in all; what is gone or inactive counts as done.
 */
export async function runHook(core: Core, job: HookJob, deliver: Deliver): Promise<void> {
  const { state } = core
  const webhook = state.webhooks.get(job.webhook_id)
  const ticket = state.tickets.get(job.ticket_id)
  const article = job.article_id === null ? null : (state.articles.get(job.article_id) ?? null)
  const lost = !ticket || (job.article_id !== null && !article) || !state.triggers.has(job.trigger_id)
  if (lost || !webhook?.active) {
    state.jobs.delete(job.id)
    return
  }
  job.attempts += 1
  job.first_tried_at ??= core.now()
  const payload = payloadOf(core, webhook, ticket, article)
  const request = await requestOf(webhook, job, railsJson(payload))
  const delivered = await tryOnce(core, request, payload, deliver)
  const next = TRIES[job.attempts]
  if (delivered || next === undefined) state.jobs.delete(job.id)
  else job.due_at = later(job.first_tried_at, next * SECOND_MS)
}

async function tryOnce(core: Core, request: Request, payload: unknown, deliver: Deliver): Promise<boolean> {
  const sent = request.clone()
  try {
    const response = await deliver(request)
    await log(core, sent, response)
    const location = response.headers.get('location')
    const redirected = response.status >= 300 && response.status < 400 && location !== null
    return redirected && core.profile === '6.2'
      ? await followRedirect(request.url, location, payload, deliver)
      : response.ok
  } catch {
    await log(core, sent, null)
    return false
  }
}

/** Zammad 6.2 follows with a GET and puts the payload into the query. */
async function followRedirect(
  from: string,
  location: string,
  payload: unknown,
  deliver: Deliver,
): Promise<boolean> {
  const fields = Object.entries(payload ?? {}).map(([key, value]) => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ])
  const query = new URLSearchParams(fields).toString()
  const response = await deliver(
    new Request(`${new URL(location, from).href}?&${query}`, { redirect: 'manual' }),
  )
  return response.ok
}

type Logged = Pick<Request, 'url' | 'headers' | 'text'>

async function log(core: Core, request: Logged, response: Response | null): Promise<void> {
  const id = nextId(core.state, 'hookLog')
  const headers = [...request.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
  core.state.hookLog.set(id, {
    id,
    url: request.url,
    status: response ? String(response.status) : '0',
    request: `${headers}\n\n${await request.text()}`,
    response: response ? [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n') : '',
    created_at: core.now(),
  })
  core.state.hookLog.delete(id - LOG_MOST)
}
