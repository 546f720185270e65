import { Hono, type Context } from 'hono'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { reachTicket, Refusal, type Caller } from '../access.ts'
import { createArticle, reachFile, updateArticle } from '../articles.ts'
import { settleEvents } from '../events.ts'
import { sorted } from '../listing.ts'
import type { Core } from '../model.ts'
import { draftTicket, storeTicket } from '../opening.ts'
import type { Params } from '../params.ts'
import { changeTags } from '../tags.ts'
import { fileResponse } from '../ticket-routes.ts'
import { deleteTicket, mergeTicket, readableTickets, updateTicket } from '../tickets.ts'
import { List } from './list.tsx'
import { NewTicket } from './new-ticket.tsx'
import { Page, placesOf } from './page.tsx'
import { STYLE } from './style.ts'
import { Ticket } from './ticket.tsx'

const AGENT_TOKEN = 'sandbox-agent'
const ADMIN_TOKEN = 'sandbox-admin'

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** What was typed is plain text; what Zammad's own editor sends is HTML. */
const asHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .split(/\r?\n\r?\n/)
    .map((paragraph) => `<p>${paragraph.replace(/\r?\n/g, '<br>')}</p>`)
    .join('')

async function attachments(file: unknown): Promise<Params[]> {
  if (!(file instanceof File) || file.size === 0) return []
  const bytes = new Uint8Array(await file.arrayBuffer())
  const data = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  return [{ filename: file.name, 'mime-type': file.type || 'application/octet-stream', data }]
}

const textsOf = (form: FormData): Record<string, string> =>
  Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))

/**
 * The screens of a person who works in the helpdesk: the sandbox's agent, through the same code as the
 * API. `changed` is called after every change.
 */
export function createScreens(core: Core, changed: () => void) {
  const app = new Hono()
  const places = placesOf(core)

  const holderOf = (text: string): Caller => {
    const token = [...core.state.tokens.values()].find((row) => row.token === text)
    const user = token && core.state.users.get(token.user_id)
    if (!user) throw new Refusal(403, 'This helpdesk has no agent for its screens')
    return { user, token: null }
  }
  const agent = (): Caller => holderOf(AGENT_TOKEN)

  const show = (c: Context, element: JSX.Element, status: 200 | 401 | 403 | 404 | 422 | 500 = 200) =>
    c.html(`<!DOCTYPE html>${String(element)}`, status, HEADERS)

  /** Carries out one deed of a form, then leads to a page that shows it. */
  const deed = (path: string, act: (form: FormData, id: string) => Promise<string> | string): void => {
    app.post(path, async (c) => {
      const origin = c.req.header('sec-fetch-site') ?? 'none'
      if (origin !== 'none' && origin !== 'same-origin') throw new Refusal(403, 'This came from another site')
      const form = await c.req.raw.formData()
      const place = await act(form, c.req.param('id') ?? '')
      settleEvents(core)
      changed()
      return c.redirect(place, 303)
    })
  }
  const ticketPlace = (id: string): string => places.ticket(Number(id))

  app.onError((error, c) => {
    core.events.length = 0
    if (!(error instanceof Refusal)) throw error
    const page = (
      <Page title="That did not work" places={places}>
        <p>{error.message}</p>
      </Page>
    )
    return show(c, page, error.status)
  })
  app.notFound((c) => {
    const page = (
      <Page title="Not found" places={places}>
        <p>There is no such page.</p>
      </Page>
    )
    return show(c, page, 404)
  })

  app.get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/', (c) =>
    show(c, <List core={core} places={places} tickets={sorted(readableTickets(core, agent()), {})} />),
  )
  app.get('/tickets/new', (c) => show(c, <NewTicket core={core} places={places} />))
  app.get('/tickets/:id', (c) => {
    const ticket = reachTicket(core, agent(), c.req.param('id'), 'read')
    return show(c, <Ticket core={core} places={places} ticket={ticket} />)
  })
  app.get('/tickets/:ticket/articles/:article/files/:file', (c) =>
    fileResponse(reachFile(core, agent(), c.req.param()), null),
  )

  deed('/tickets/new', (form) => {
    const { title, group, priority, tags, body = '', ...customer } = textsOf(form)
    const article = {
      type: 'phone',
      sender: 'Customer',
      subject: title,
      body: asHtml(body),
      content_type: 'text/html',
    }
    const draft = draftTicket(core, agent(), { title, group, priority, tags, customer, article })
    return places.ticket(storeTicket(core, agent(), draft).id)
  })
  deed('/tickets/:id/reply', async (form, id) => {
    const { type, internal, to, subject, body = '' } = textsOf(form)
    const mail = type === 'email' ? { to, subject } : {}
    const uploads = await attachments(form.get('file'))
    createArticle(core, agent(), {
      ticket_id: id,
      type,
      internal,
      body: asHtml(body),
      content_type: 'text/html',
      attachments: uploads,
      ...mail,
    })
    return ticketPlace(id)
  })
  deed('/tickets/:id/update', (form, id) => {
    const { pending_time = '', ...columns } = textsOf(form)
    const pending = pending_time === '' ? {} : { pending_time: `${pending_time}Z` }
    updateTicket(core, agent(), id, { ...columns, ...pending })
    return ticketPlace(id)
  })
  deed('/tickets/:id/tags', (form, id) => {
    const { item, deed: kind } = textsOf(form)
    changeTags(core, agent(), { o_id: id, item }, kind === 'remove' ? 'remove' : 'add')
    return ticketPlace(id)
  })
  deed('/tickets/:id/merge', (form, id) => {
    const merged = mergeTicket(core, agent(), id, textsOf(form)['number']?.trim() ?? '')
    if (merged.result === 'failed') throw new Refusal(422, merged.message)
    return places.ticket(merged.target.id)
  })
  deed('/tickets/:id/delete', (_form, id) => {
    deleteTicket(core, holderOf(ADMIN_TOKEN), id)
    return places.list
  })
  app.post('/tickets/:id/articles/:article/visibility', async (c) => {
    const { internal } = textsOf(await c.req.raw.formData())
    updateArticle(core, agent(), c.req.param('article'), { internal })
    changed()
    return c.redirect(ticketPlace(c.req.param('id')), 303)
  })
  return app
}
