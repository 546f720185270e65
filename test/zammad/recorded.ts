import { http, HttpResponse, type HttpHandler, type JsonBodyType } from 'msw'
import later from '../fixtures/zammad-answers/6.6.json' with { type: 'json' }
import earlier from '../fixtures/zammad-answers/6.2.json' with { type: 'json' }
import { createClient, type Client } from '../../src/zammad/client.ts'
import { createDesk } from '../../src/zammad/desk.ts'
import type { Attachment, Desk, NewTicket } from '../../src/desk.ts'
import { Secret } from '../../src/secret.ts'

/** What two live Zammads answered to one account of ticket.agent. */
export const RECORDED = { '6.2': earlier, '6.6': later } as const
export const VERSIONS = ['6.2', '6.6'] as const
export type Version = (typeof VERSIONS)[number]
export type Situation = keyof typeof earlier

export const ZAMMAD = 'https://zammad.test'
export const TOKEN = 'token-that-nobody-may-see'

export const clientOfTest = (url = ZAMMAD): Client =>
  createClient({ url, token: new Secret(TOKEN), timeoutMs: 2_000, uploadTimeoutMs: 10_000 })

export const deskOfTest = (url = ZAMMAD): Desk => createDesk(clientOfTest(url))

export interface Told {
  readonly status: number
  /** A text is sent as it is, anything else as JSON. */
  readonly body: JsonBodyType
}

export const told = (version: Version, situation: Situation): Told => RECORDED[version][situation]

const asResponse = ({ status, body }: Told): Response =>
  typeof body === 'string' ? new HttpResponse(body, { status }) : HttpResponse.json(body, { status })

/** Answers one path below the API, whatever its query says. */
export const answering = (
  method: 'get' | 'post' | 'put' | 'delete',
  path: string,
  answer: Told,
): HttpHandler => http[method](`${ZAMMAD}/api/v1${path}`, () => asResponse(answer))

/** The own account in its two views: what proves that the token is fine. */
export const accountAnswers = (version: Version): HttpHandler =>
  http.get(`${ZAMMAD}/api/v1/users/me`, ({ request }) =>
    asResponse(
      told(version, new URL(request.url).searchParams.has('full') ? 'account-full' : 'account-expanded'),
    ),
  )

/** The states that both versions come with. */
export const stateAnswers = (version: Version = '6.6'): HttpHandler =>
  answering('get', '/ticket_states', told(version, 'states'))

/** A ticket's row with names, as 6.6 tells it. */
export const ticketRow = (change: object = {}): Record<string, unknown> => ({
  ...(told('6.6', 'ticket-expanded').body as object),
  ...change,
})

export function aTicket(change: Partial<NewTicket> = {}): NewTicket {
  return {
    number: '780012345678',
    title: 'Broken lamp',
    group: 'Catalogue',
    priority: '2 normal',
    tags: ['form', 'lamp'],
    customer: { name: 'Ann van Lee', email: 'ann.lee@example.org' },
    body: 'The lamp in hall 3 is dark.',
    messageId: '<fl-0001@forms.example>',
    mark: { instance: 'abc', submission: 's1' },
    attachments: [],
    continues: null,
    ...change,
  }
}

/** A file whose bytes come in chunks of that size. */
export function anAttachment(
  bytes: Uint8Array,
  chunkBytes: number,
  change: Partial<Attachment> = {},
): Attachment {
  return {
    name: 'lamp.png',
    type: 'image/png',
    size: bytes.length,
    open: () => Promise.resolve(inChunks(bytes, chunkBytes)),
    ...change,
  }
}

export function inChunks(bytes: Uint8Array, chunkBytes: number): ReadableStream<Uint8Array> {
  let from = 0
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (from >= bytes.length) controller.close()
        else controller.enqueue(bytes.slice(from, (from += chunkBytes)))
      },
    },
    { highWaterMark: 0 },
  )
}
