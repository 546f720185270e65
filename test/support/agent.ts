import { z } from 'zod'
import { SANDBOX_TOKENS } from '../../src/sandbox/sandbox.ts'

/** A ticket as an agent finds it in Zammad. */
export interface SeenTicket {
  readonly id: number
  readonly number: string
  readonly title: string
  readonly group: string
  readonly state: string
  /** The customer's login: the address, for those who came by a form. */
  readonly customer: string
  readonly tags: readonly string[]
  readonly preferences: unknown
  readonly articles: readonly SeenArticle[]
}

export interface SeenArticle {
  readonly id: number
  readonly type: string
  readonly sender: string
  readonly internal: boolean
  readonly body: string
  readonly messageId: string | null
  readonly preferences: unknown
  readonly attachments: readonly {
    readonly name: string
    readonly type: string
    readonly bytes: Uint8Array<ArrayBuffer>
  }[]
}

/** Somebody who sits at the helpdesk, whatever trouble Firstline has in reaching it. */
export interface Agent {
  /** Any call below `/api/v1`, as the agent; throws for an answer that is no success. */
  readonly calls: (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<unknown>
  /** The same, as the administrator. */
  readonly administers: (method: 'GET' | 'PUT', path: string, body?: object) => Promise<unknown>
  /** Adds an article, a public note unless told otherwise; resolves to its id. */
  readonly writes: (ticket: number, body: string, more?: object) => Promise<number>
  readonly flips: (article: number, to: 'public' | 'internal') => Promise<void>
  readonly changes: (ticket: number, change: object) => Promise<void>
  readonly merges: (ticket: number, intoNumber: string) => Promise<void>
  readonly tags: (ticket: number, tag: string) => Promise<void>
  /** Deletes a ticket for good, as the administrator. */
  readonly deletes: (ticket: number) => Promise<void>
  /** Every ticket, oldest first. */
  readonly tickets: () => Promise<readonly SeenTicket[]>
}

const Tickets = z.array(
  z.object({
    id: z.number(),
    number: z.string(),
    title: z.string(),
    group: z.string(),
    state: z.string(),
    customer: z.string(),
    preferences: z.unknown(),
  }),
)
const Articles = z.array(
  z.object({
    id: z.number(),
    type: z.string(),
    sender: z.string(),
    internal: z.boolean(),
    body: z.string(),
    message_id: z.string().nullable(),
    preferences: z.unknown(),
    attachments: z.array(
      z.object({ id: z.number(), filename: z.string(), preferences: z.object({ 'Mime-Type': z.string() }) }),
    ),
  }),
)
const Made = z.object({ id: z.number() })
const Tags = z.object({ tags: z.array(z.string()) })

export function createAgent(url: string, ask: (request: Request) => Promise<Response>): Agent {
  const api = async (
    method: string,
    path: string,
    body?: object,
    token: string = SANDBOX_TOKENS.agent,
  ): Promise<Response> => {
    const answer = await ask(
      new Request(`${url}/api/v1${path}`, {
        method,
        headers: { Authorization: `Token token=${token}`, 'Content-Type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
    )
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  const read = async (path: string): Promise<unknown> => (await api('GET', path)).json()

  async function articlesOf(ticket: number): Promise<readonly SeenArticle[]> {
    const rows = Articles.parse(await read(`/ticket_articles/by_ticket/${ticket}?expand=true`))
    return Promise.all(
      rows.map(async ({ message_id, attachments, ...row }) => ({
        ...row,
        messageId: message_id,
        attachments: await Promise.all(
          attachments.map(async ({ id, filename, preferences }) => {
            const file = await api('GET', `/ticket_attachment/${ticket}/${row.id}/${id}`)
            const bytes = new Uint8Array(await file.arrayBuffer())
            return { name: filename, type: preferences['Mime-Type'], bytes }
          }),
        ),
      })),
    )
  }

  return {
    calls: async (method, path, body) => (await api(method, path, body)).json(),
    async writes(ticket, body, more = {}) {
      const article = { ticket_id: ticket, type: 'note', internal: false, content_type: 'text/html', body }
      const made = await api('POST', '/ticket_articles', { ...article, ...more })
      return Made.parse(await made.json()).id
    },
    async flips(article, to) {
      await api('PUT', `/ticket_articles/${article}`, { internal: to === 'internal' })
    },
    async changes(ticket, change) {
      await api('PUT', `/tickets/${ticket}`, change)
    },
    async merges(ticket, intoNumber) {
      await api('PUT', `/ticket_merge/${ticket}/${intoNumber}`)
    },
    async tags(ticket, item) {
      await api('POST', '/tags/add', { object: 'Ticket', o_id: ticket, item })
    },
    async deletes(ticket) {
      await api('DELETE', `/tickets/${ticket}`, undefined, SANDBOX_TOKENS.admin)
    },
    administers: async (method, path, body) => (await api(method, path, body, SANDBOX_TOKENS.admin)).json(),
    async tickets() {
      const rows = Tickets.parse(await read('/tickets?expand=true&per_page=100'))
      return Promise.all(
        rows.map(async (row) => ({
          ...row,
          tags: Tags.parse(await read(`/tags?object=Ticket&o_id=${row.id}`)).tags,
          articles: await articlesOf(row.id),
        })),
      )
    },
  }
}
