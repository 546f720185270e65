import { after } from '../../src/clock.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import { createReporter } from '../../src/clocks/report.ts'
import { createChangeAddress } from '../../src/conversation/change-address.ts'
import type { Conversation, ConversationChange } from '../../src/conversation/conversation.ts'
import { createFind } from '../../src/conversation/find.ts'
import { newLink } from '../../src/conversation/link.ts'
import { createSay } from '../../src/conversation/say.ts'
import type { Submission, SubmittedFile } from '../../src/conversation/submission.ts'
import { createViews } from '../../src/conversation/view.ts'
import type { Article, Desk } from '../../src/desk.ts'
import { Failure, type FailureCode } from '../../src/failure.ts'
import type { FollowedTicket } from '../../src/followed.ts'
import { createApp } from '../../src/http/app.tsx'
import type { Guard } from '../../src/http/deps.ts'
import { buildAssets } from '../../src/http/pages/assets.ts'
import { createFormTokens } from '../../src/intake/form-token.ts'
import type { LogFields } from '../../src/log.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createStores } from '../../src/furnish.ts'
import { isUniqueViolation } from '../../src/store/db.ts'
import * as schema from '../../src/store/schema.ts'
import type { TestPlatform } from '../support/platform.ts'
import { sampleForms, sampleSite } from '../support/sample-forms.ts'
import { aUnit, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { aConversation, aSubmission, NOON, seeded } from '../support/samples.ts'

export const ORIGIN = 'https://desk.example'
const TICKET = 7

const UNITS = unitsOf(
  aUnit({
    id: 'first-line',
    name: { en: 'First Line support' },
    group: 'First Line support',
    fallback: null,
  }),
  aUnit({ id: 'nodes', name: { en: 'Reference nodes' }, group: 'Reference nodes' }),
)

/** A conversation in the store, and the path of its page. */
export interface Opened {
  readonly conversation: Conversation
  readonly token: string
  readonly path: string
}

/** A file of an article in a Zammad that holds nothing else. */
export interface KeptArticle {
  readonly article: Article
  readonly bytes: ReadonlyMap<number, Uint8Array<ArrayBuffer>>
}

/** A Zammad of articles and their files, that counts what is fetched from it. */
function memoryArticles() {
  const articles = new Map<number, KeptArticle>()
  const fetched: string[] = []
  const failing: { code: FailureCode | null } = { code: null }
  const desk: Pick<Desk, 'article' | 'file'> = {
    async article(id) {
      fetched.push(`article ${id}`)
      if (failing.code) throw new Failure(failing.code, 'the desk is away')
      const kept = articles.get(id)
      return kept ? { seen: 'article', article: kept.article } : { seen: 'gone' }
    },
    async file({ articleId, id }) {
      fetched.push(`file ${articleId}-${id}`)
      const bytes = articles.get(articleId)?.bytes.get(id)
      return bytes ? { size: bytes.length, bytes: new Blob([bytes]).stream() } : null
    },
  }
  return { desk, articles, fetched, failing }
}

export const anArticle = (over: Partial<Article> = {}): Article => ({
  id: 4711,
  ticketId: TICKET,
  sender: 'Agent',
  type: 'note',
  internal: false,
  createdById: 3,
  originById: null,
  createdAt: NOON,
  updatedAt: NOON,
  messageId: null,
  from: 'Pau Llopis',
  to: [],
  delivery: null,
  subject: '',
  contentType: 'text/html',
  body: '<p>Hello</p>',
  automatic: false,
  answersTo: [],
  files: [],
  ...over,
})

export const anEntry = (over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: 4711,
  createdAt: NOON,
  ticketId: TICKET,
  bornOn: TICKET,
  updatedAt: NOON,
  sender: 'Agent',
  type: 'note',
  internal: false,
  messageId: null,
  disposition: 'relay',
  because: 'answer',
  side: 'desk',
  name: 'Pau Llopis',
  html: '<p>Please try again.</p>',
  text: 'Please try again.',
  files: [],
  publication: 1,
  seenBy: 'poll',
  firstSeenAt: NOON,
  asked: false,
  mailed: false,
  automatic: false,
  ...over,
})

export const aFollowed = (over: Partial<FollowedTicket> = {}): FollowedTicket => ({
  id: TICKET,
  number: '7801234567890',
  createdAt: NOON,
  updatedAt: NOON,
  groupId: 1,
  group: 'First Line support',
  owned: false,
  closed: false,
  stateType: 'open',
  customerId: 5,
  sight: 'seen',
  lookedAt: NOON,
  waitingSince: null,
  toldWaiting: false,
  handOvers: 0,
  ...over,
})

export interface FrontOptions {
  readonly guard?: Guard
  readonly publicUrl?: string
}

/** Pages, acts and API on a real store, before a Zammad that holds articles alone; no bot runs. */
export async function openFront(platform: TestPlatform, options: FrontOptions = {}) {
  const { db, files } = platform
  const { atomically } = db
  const random = seeded(11)
  const state = { now: NOON, woken: 0 }
  const clock = (): Date => state.now
  const lines: (LogFields & { readonly event: string })[] = []
  const note = (event: string, fields: LogFields = {}): void => void lines.push({ event, ...fields })
  const log = { debug: note, info: note, warn: note, error: note }
  const signer = await createSigner([new Secret('a secret of more than 32 characters')])
  const stores = createStores(db)
  const zammad = memoryArticles()
  const rulebook = () => rulebookOf(UNITS)
  const publicUrl = new URL(options.publicUrl ?? ORIGIN)
  const common = {
    ...stores,
    atomically,
    isUniqueViolation,
    signer,
    clock,
    random,
    log,
    addJob: stores.jobs.add,
    addBounded: stores.jobs.addBounded,
    mailHost: 'desk.example',
    rulebook,
    reckoner: createReckoner({ ...stores, rulebook, relay: 'webform', clock }),
  }
  const app = createApp({
    ...common,
    site: sampleSite,
    forms: sampleForms,
    units: () => UNITS,
    publicUrl,
    sandbox: false,
    timeZone: 'Europe/Madrid',
    answerWithinHours: () => 48,
    intake: { isUsed: async () => false, accept: () => Promise.reject(new Error('no forms here')) },
    views: createViews(common),
    delayOf: async () => null,
    guard: options.guard ?? (async () => 'pass'),
    tokens: createFormTokens(signer, random),
    say: createSay(common),
    changeAddress: createChangeAddress(common),
    find: createFind(common),
    desk: zammad.desk,
    files,
    assets: await buildAssets(sampleSite.accent),
    health: { readiness: () => Promise.reject(new Error('not asked')), metrics: async () => '' },
    seen: { find: async () => null, acknowledge: async () => false },
    report: createReporter(common),
    explainPromise: async () => null,
    drift: () => Promise.reject(new Error('not asked')),
    staff: null,
    hook: null,
    wake: () => void (state.woken += 1),
  })
  let count = 0

  return {
    ...zammad,
    app,
    signer,
    stores,
    db,
    files,
    log: lines,
    state,
    turn: (ms: number) => void (state.now = after(state.now, ms)),
    ask: (path: string, init?: RequestInit): Promise<Response> =>
      Promise.resolve(app.fetch(new Request(publicUrl.origin + path, init))),
    /** A conversation whose ticket is open, unless told otherwise. */
    async opened(
      over: {
        readonly conversation?: Partial<Conversation>
        readonly submission?: Partial<Submission>
        readonly files?: readonly SubmittedFile[]
      } = {},
    ): Promise<Opened> {
      count += 1
      const id = `conversation-${count}`
      const submission = aSubmission({ id: `submission-${count}`, ...over.submission })
      const recipient = over.conversation?.recipient ?? submission.email
      const { token, kept } = await newLink(signer, id, recipient)
      const number = `78000000000${String(count).padStart(2, '0')}`
      const conversation = aConversation({
        id,
        submission: submission.id,
        reference: number,
        ticketNumber: number,
        ticketId: TICKET,
        ticketCreatedAt: NOON,
        openedAt: NOON,
        ...over.conversation,
        link: kept,
      })
      const repeatable = { key: `key-${count}`, keyUntil: after(NOON, 1), content: 'content' }
      await atomically([
        ...stores.submissions.add(submission, repeatable, over.files ?? []),
        stores.conversations.add(conversation),
      ])
      return { conversation, token, path: `/c/${token}` }
    },
    /** Puts an article into the ledger and, where one is named, shares it with a conversation. */
    async ledgered(entry: LedgerEntry, conversation?: Conversation): Promise<void> {
      const { ledger } = stores
      await atomically([ledger.keep(entry), ...(conversation ? [ledger.share(entry, conversation.id)] : [])])
    },
    follow: (ticket: FollowedTicket) => atomically([stores.followed.keep(ticket)]),
    change: (conversation: Conversation, change: ConversationChange) =>
      atomically([stores.conversations.change(conversation.id, change)]),
    /** Every row of every table. */
    dump: () => dumpOf(platform),
  }
}

export type Front = Awaited<ReturnType<typeof openFront>>

const TABLES = [
  schema.memory,
  schema.submissions,
  schema.attachments,
  schema.conversations,
  schema.jobs,
  schema.messages,
  schema.articles,
  schema.shares,
  schema.replies,
  schema.replyFiles,
  schema.suspensions,
  schema.pauses,
  schema.routings,
  schema.tickets,
  schema.hints,
] as const

async function dumpOf({ db, files }: TestPlatform): Promise<string> {
  const rows = await Promise.all(TABLES.map((table) => db.q.select().from(table)))
  const names: string[] = []
  for await (const { name } of files.list()) names.push(name)
  return JSON.stringify([rows, names.sort()])
}

/** The hidden token of a page's form. */
export async function tokenOn(front: Front, path: string): Promise<string> {
  const page = await (await front.ask(path)).text()
  const token = /name="_token" value="([^"]+)"/.exec(page)?.[1]
  if (!token) throw new Error(`${path} carries no token`)
  return token
}

export interface Attached {
  readonly name: string
  readonly bytes: string | Uint8Array<ArrayBuffer>
}

/** What a browser sends from the page of an act: hidden, text, files. */
export function acted(
  token: string | null,
  typed: Readonly<Record<string, string>> = {},
  files: readonly Attached[] = [],
): RequestInit {
  const body = new FormData()
  if (token !== null) body.append('_token', token)
  for (const [name, value] of Object.entries(typed)) body.append(name, value)
  for (const { name, bytes } of files) body.append('files', new Blob([bytes]), name)
  return { method: 'POST', body }
}
