import { z } from 'zod'
import type { Article, Attachment, Desk, NewTicket, Ticket, VisitorArticle } from '../desk.ts'
import { Failure } from '../failure.ts'
import { randomCode, randomDigits, type Random } from '../random.ts'
import type { Secret } from '../secret.ts'
import { createClient, type Client } from './client.ts'
import { createDesk } from './desk.ts'
import { readAs } from './schemas.ts'

export class Broken extends Error {
  override readonly name = 'Broken'
}

export class NotShown extends Error {
  override readonly name = 'NotShown'
}

export interface BenchSettings {
  readonly url: string
  readonly token: Secret
  readonly adminToken: Secret | null
  /** Where the test tickets are opened: a group that the agent has in full. */
  readonly group: string
  /** A group that the administrator may enter and the agent may not; null: what needs it is not shown. */
  readonly foreignGroup: string | null
  readonly random: Random
  readonly timeoutMs: number
  readonly fetch?: typeof globalThis.fetch
}

/** A Zammad under test, and the tickets that were opened in it. */
export interface Bench {
  readonly settings: BenchSettings
  readonly desk: Desk
  /** The agent's own calls, for what the port does not tell. */
  readonly client: Client
  readonly admin: Client | null
  readonly deskOf: (token: Secret) => Desk
  readonly opened: Set<number>
}

/** One promise of the port, and how it is shown. */
export interface ContractPromise {
  readonly name: string
  /** Whose token it takes. */
  readonly needs: 'agent' | 'admin'
  /** Throws `Broken` where the promise is not kept, `NotShown` where this Zammad has not what it takes. */
  readonly run: (bench: Bench) => Promise<void>
}

export const TEST_TITLE = '[Firstline test]'
export const TEST_TAG = 'firstline-test'

/** Throws `Failure` with `misconfigured` where the address or a token cannot be used at all. */
export function openBench(settings: BenchSettings): Bench {
  const clientOf = (token: Secret): Client =>
    createClient({
      url: settings.url,
      token,
      timeoutMs: settings.timeoutMs,
      uploadTimeoutMs: settings.timeoutMs,
      ...(settings.fetch ? { fetch: settings.fetch } : {}),
    })
  const client = clientOf(settings.token)
  return {
    settings,
    client,
    desk: createDesk(client),
    admin: settings.adminToken ? clientOf(settings.adminToken) : null,
    deskOf: (token) => createDesk(clientOf(token)),
    opened: new Set(),
  }
}

/** Deletes the test tickets, which takes an administrator; says how many were left. */
export async function clearBench({ admin, opened }: Bench): Promise<number> {
  if (!admin) return opened.size
  for (const id of opened) {
    const { status } = await admin.write('DELETE', `/tickets/${id}`)
    if (status === 200 || status === 404) opened.delete(id)
  }
  return opened.size
}

export function must(kept: boolean, sentence: string): asserts kept {
  if (!kept) throw new Broken(sentence)
}

/** A ticket nobody has seen, with a number of the shape that this Zammad's own have. */
export async function draft(bench: Bench, change: Partial<NewTicket> = {}): Promise<NewTicket> {
  const { random, group } = bench.settings
  const known = (await bench.desk.newest(20)).find(({ number }) => /^\d{4,20}$/u.test(number))
  const key = randomCode(random, 16)
  return {
    number: `${known?.number.slice(0, -2) ?? '99'}${randomDigits(random, 10)}`,
    title: `${TEST_TITLE} ${key}`,
    group,
    priority: null,
    tags: [TEST_TAG],
    customer: { name: 'Firstline Test', email: `firstline-test-${key.toLowerCase()}@example.org` },
    body: 'This ticket was opened by a test of Firstline and may be deleted.',
    messageId: `<${key.toLowerCase()}@firstline-test.example>`,
    mark: { instance: 'firstline-test', submission: key },
    attachments: [],
    continues: null,
    ...change,
  }
}

export async function openOn(bench: Bench, desk: Desk, ticket: NewTicket): Promise<Ticket> {
  const opening = await desk.open(ticket)
  const reason = 'reason' in opening ? `: ${opening.reason}` : ''
  must(opening.outcome === 'opened', `a create came to "${opening.outcome}"${reason}`)
  bench.opened.add(opening.ticket.id)
  return opening.ticket
}

export async function openNew(bench: Bench, change: Partial<NewTicket> = {}): Promise<[NewTicket, Ticket]> {
  const ticket = await draft(bench, change)
  return [ticket, await openOn(bench, bench.desk, ticket)]
}

const Articles = z.array(
  z.looseObject({
    message_id: z.string().nullish(),
    type: z.string(),
    sender: z.string(),
    internal: z.boolean(),
    body: z.string(),
    attachments: z.array(z.looseObject({ filename: z.string(), size: z.coerce.number() })),
  }),
)

export async function articlesOf({ client }: Bench, id: number) {
  return readAs(Articles, await client.get(`/ticket_articles/by_ticket/${id}`), 'articles')
}

export async function seen({ desk }: Bench, id: number): Promise<Ticket> {
  const sight = await desk.read(id)
  must(sight.seen === 'ticket', `it is seen as ${sight.seen}`)
  return sight.ticket
}

/** The article of a Message-ID, among those of a ticket. */
export async function articleBy(desk: Desk, ticketId: number, messageId: string): Promise<Article> {
  const article = (await desk.articles(ticketId))?.find((one) => one.messageId === messageId)
  must(article !== undefined, 'the article is not among those of the ticket')
  return article
}

/** What a visitor says in a ticket that is open. */
export async function aWord(bench: Bench, change: Partial<VisitorArticle> = {}): Promise<VisitorArticle> {
  const { messageId } = await draft(bench)
  return { messageId, body: 'A further word of a test.', attachments: [], ...change }
}

/** The article that was made of a word. */
export async function written(bench: Bench, ticketId: number, word: VisitorArticle, how: 'add' | 'reopen') {
  const { outcome } = await bench.desk.reply(ticketId, word, how)
  must(outcome === 'written', `a word came to "${outcome}"`)
  return articleBy(bench.desk, ticketId, word.messageId)
}

/** The bytes as a text that is the same for the same bytes alone. */
export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new TextDecoder('latin1').decode(await new Response(stream).arrayBuffer())
}

export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no failure',
    (error: unknown) => {
      if (error instanceof Failure) return error.code
      throw error
    },
  )

export function fileOf(name: string, size: number): Attachment {
  const bytes = new Uint8Array(size).map((_, index) => (index * 7) & 255)
  return {
    name,
    type: 'application/octet-stream',
    size,
    open: () =>
      Promise.resolve(
        new ReadableStream<Uint8Array>({
          start(controller) {
            controller.enqueue(bytes)
            controller.close()
          },
        }),
      ),
  }
}

export function adminOf(bench: Bench): Client {
  if (!bench.admin) throw new NotShown("it takes an administrator's token")
  return bench.admin
}

export function foreignGroupOf(bench: Bench): string {
  if (bench.settings.foreignGroup === null)
    throw new NotShown('it takes a group that the agent may not enter')
  return bench.settings.foreignGroup
}

/** No Zammad counts that far. */
export const NO_TICKET = 2_000_000_011
