import { createFacts } from '../../src/store/facts.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import { after, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import type { Conversation, MessageKind } from '../../src/conversation/conversation.ts'
import { newLink } from '../../src/conversation/link.ts'
import { promisedMessage } from '../../src/conversation/promised-message.ts'
import { sendMessage } from '../../src/conversation/send-message.ts'
import type { Submission } from '../../src/conversation/submission.ts'
import type { Article, Ticket } from '../../src/desk.ts'
import type { Form } from '../../src/forms/form.ts'
import { createLog } from '../../src/log.ts'
import type { Answer, Mailer } from '../../src/mailer.ts'
import { runDue } from '../../src/outbox/run.ts'
import type { Rulebook } from '../../src/routing/rule.ts'
import { answerJob } from '../../src/relay/answer-job.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { promiseNotice, type Told } from '../../src/relay/notices.ts'
import { sendAnswer } from '../../src/relay/send-answer.ts'
import { tellUnreachable } from '../../src/relay/unreachable.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createConversations } from '../../src/store/conversations.ts'
import type { Db } from '../../src/store/db.ts'
import { createFollowedTickets } from '../../src/store/followed.ts'
import { createHints } from '../../src/store/hints.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createLedger } from '../../src/store/ledger.ts'
import { createMemory } from '../../src/store/memory.ts'
import { createMessages } from '../../src/store/messages.ts'
import { createReplies } from '../../src/store/replies.ts'
import { createRoutings } from '../../src/store/routings.ts'
import { jobs as jobRows, messages as messageRows } from '../../src/store/schema.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { memoryMailer } from '../conversation/memory-mailer.ts'
import { BOT_ID, memoryDesk } from '../intake/memory-desk.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openInMemory } from '../support/in-memory.ts'
import { sampleForms, sampleSite } from '../support/sample-forms.ts'
import { aUnit, PROMISE, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { aConversation, aJob, aSubmission, NOON, seeded } from '../support/samples.ts'

export const ANN = 'ann.lee@example.org'

const UNITS = unitsOf(
  aUnit({
    id: 'first-line',
    name: { en: 'First Line support', es: 'Primera línea' },
    group: 'First Line support',
  }),
  aUnit({ id: 'catalogue', name: { en: 'Catalogue', es: 'Catálogo' }, group: 'Catalogue' }),
)
const RULEBOOK: Rulebook = {
  ...rulebookOf(UNITS),
  promise: {
    ...PROMISE,
    levels: [{ share: 1, digest: false, to: ['unit', 'coordination'], repeats: null }],
    coordination: ['boss@staff.example'],
  },
}

export interface AnsweringChange {
  readonly mailer?: Mailer
  readonly forms?: readonly Form[]
  readonly agentNames?: 'person' | 'team'
  readonly replyTo?: string
}

type Stores = ReturnType<typeof storesOf>

const storesOf = (db: Db) => ({
  submissions: createSubmissions(db),
  conversations: createConversations(db),
  messages: createMessages(db),
  jobs: createJobs(db),
  ledger: createLedger(db),
  replies: createReplies(db),
  facts: createFacts(db),
  records: createClockRecords(db),
  hints: createHints(db),
  followed: createFollowedTickets(db),
  memory: createMemory(db),
  routings: createRoutings(db),
})

/** An article as the ledger has it once it was taken as an answer. */
const taken = (article: Article, bornOn: number): LedgerEntry => ({
  id: article.id,
  createdAt: article.createdAt,
  updatedAt: article.updatedAt,
  ticketId: article.ticketId,
  bornOn,
  sender: article.sender,
  type: article.type,
  internal: article.internal,
  messageId: article.messageId,
  disposition: 'relay',
  because: 'answer',
  side: 'desk',
  name: 'Anna Agent',
  html: `<p>${article.body}</p>`,
  text: article.body,
  files: article.files,
  publication: 1,
  seenBy: 'hook',
  firstSeenAt: article.createdAt,
  asked: false,
  mailed: false,
  automatic: false,
})

/** Conversations with tickets on a real store, a helpdesk and a mail server in memory: all that answers are mailed by. */
export async function answering(change: AnsweringChange = {}) {
  const { db, files } = openInMemory()
  const { atomically } = db
  const time = virtualTime(NOON)
  const random = seeded(11)
  const desk = memoryDesk(time.clock)
  const post = memoryMailer()
  const signer = await createSigner([new Secret('a secret of more than 32 characters')])
  const stores = storesOf(db)
  const { jobs, ledger } = stores
  const lines: string[] = []
  const log = createLog('debug', (line) => lines.push(line))
  await stores.memory.rememberFirst('start-line', after(NOON, -HOUR_MS).toISOString())
  const common = {
    ...stores,
    addJob: jobs.add,
    desk,
    mailer: change.mailer ?? post.mailer,
    files,
    botId: async () => BOT_ID,
    forms: change.forms ?? sampleForms,
    site: sampleSite,
    units: () => UNITS,
    rulebook: () => RULEBOOK,
    reckoner: createReckoner({
      ...stores,
      rulebook: () => RULEBOOK,
      relay: 'webform',
      clock: time.clock,
    }),
    agentNames: change.agentNames ?? ('person' as const),
    timeZone: 'Europe/Madrid',
    zammadWebUrl: 'https://help.example.org',
    mailHost: 'desk.example',
    linkTo: (token: string) => `https://desk.example/c/${token}`,
    replyToOf: async (unit: string) => change.replyTo ?? `${unit}@mail.example`,
    undoMs: MINUTE_MS,
    signer,
    atomically,
    clock: time.clock,
    random,
    log,
  }
  const parked = tellUnreachable(common)
  const kinds = {
    'send-answer': sendAnswer({ ...common, parked }),
    'send-message': sendMessage({ ...common, parked }),
  }
  const outbox = { jobs, kinds, atomically, clock: time.clock, random, log }
  const round = () => runDue(outbox, 'mail', { width: 2, until: after(time.clock(), 1) })

  return {
    ...stores,
    ...post,
    db,
    atomically,
    files,
    desk,
    time,
    lines,
    signer,
    random,
    round,
    ...opening(stores, { atomically, desk, signer }),
    /** Puts an answer down as the taker does: its entry, who may see it, the job that mails it. */
    async answer(
      { ticketId, conversation }: { readonly ticketId: number; readonly conversation: string | null },
      more: Partial<Article> = {},
      entry: Partial<LedgerEntry> = {},
    ): Promise<Article> {
      const article = desk.addArticle(ticketId, { from: 'Anna Agent via Desk <desk@example.org>', ...more })
      const at = { now: time.clock(), notBefore: time.clock() }
      const job = { article, ticketId, conversation, publication: 1 }
      await atomically([
        ledger.keep({ ...taken(article, ticketId), ...entry }),
        ...(conversation === null ? [] : [ledger.share(article, conversation)]),
        jobs.add(answerJob(job, at, random)),
      ])
      return article
    },
    /** The same answer for another reader. */
    also: async (article: Article, ticketId: number, conversation: string) => {
      const at = { now: time.clock(), notBefore: time.clock() }
      const job = answerJob({ article, ticketId, conversation, publication: 1 }, at, random)
      await atomically([ledger.share(article, conversation), jobs.add(job)])
    },
    /** A message that is to be sent to the visitor. */
    promise: async (id: string, kind: MessageKind, facts: unknown = {}) => {
      const conversation = await stores.conversations.byId(id)
      const recipient = conversation?.recipient ?? ANN
      const messageId = `<${kind}.${id}@desk.example>`
      const message = { conversation: id, recipient, kind, messageId, facts, at: time.clock() }
      await atomically(promisedMessage(common, message))
    },
    /** Rounds for that long, one every so often. */
    async pass(ms: number, everyMs = 5 * SECOND_MS) {
      for (let spent = 0; spent < ms; spent += everyMs) {
        await round()
        time.turn(everyMs)
      }
      await round()
    },
    tell: async (told: Told) => atomically(await promiseNotice(common, told)),
    /** Something else that is still to be done for a conversation. */
    begin: (kind: string, conversation: string) =>
      atomically([jobs.add(aJob({ id: `${kind}-of-${conversation}`, kind, lane: 'zammad', conversation }))]),
    finish: (kind: string, conversation: string) =>
      atomically([jobs.done({ job: `${kind}-of-${conversation}`, lease: 'l' }, time.clock())]),
    claimZammad: () => jobs.claim('zammad', { now: time.clock(), lease: 'l', leaseMs: HOUR_MS }),
    jobRows: async (kind: string) => (await db.q.select().from(jobRows)).filter((row) => row.kind === kind),
    messageRows: async () => db.q.select().from(messageRows),
    entry: async ({ id }: Pick<Article, 'id'>) => (await ledger.byIds([id]))[0],
    /** What was rendered, where all of it is answers. */
    answers: (): readonly Answer[] =>
      post.rendered.map(({ message }) => {
        if (message.kind !== 'answer') throw new Error(`a ${message.kind} was rendered`)
        return message
      }),
  }
}

function opening(
  { submissions, conversations }: Stores,
  {
    atomically,
    desk,
    signer,
  }: {
    readonly atomically: Db['atomically']
    readonly desk: ReturnType<typeof memoryDesk>
    readonly signer: Awaited<ReturnType<typeof createSigner>>
  },
) {
  let opened = 0
  return {
    /** A conversation whose ticket is open in the desk. */
    async opened(
      over: { readonly conversation?: Partial<Conversation>; readonly submission?: Partial<Submission> } = {},
    ): Promise<{ readonly conversation: string; readonly ticketId: number; readonly ticket: Ticket }> {
      opened += 1
      const id = over.conversation?.id ?? `conversation-${opened}`
      const number = `78012345678${90 + opened}`
      const recipient = over.conversation?.recipient ?? ANN
      const submission = aSubmission({ id: `submission-${opened}`, email: recipient, ...over.submission })
      const customer = { name: submission.name, email: submission.email }
      const messageId = `<${submission.id}@desk.example>`
      const ticket = desk.addForeign(number, { customer, messageId })
      const { kept } = await newLink(signer, id, recipient)
      const repeatable = { key: id, keyUntil: after(NOON, HOUR_MS), content: 'c' }
      await atomically([
        ...submissions.add(submission, repeatable, []),
        conversations.add(
          aConversation({
            id,
            submission: submission.id,
            reference: number,
            ticketNumber: number,
            ticketId: ticket.id,
            ticketCreatedAt: ticket.createdAt,
            openedAt: NOON,
            customerId: ticket.customerId,
            recipient,
            link: kept,
            ...over.conversation,
          }),
        ),
      ])
      return { conversation: id, ticketId: ticket.id, ticket }
    },
    /** The conversation as it is now. */
    async now(id: string): Promise<Conversation> {
      const conversation = await conversations.byId(id)
      if (!conversation) throw new Error('there is no such conversation')
      return conversation
    },
  }
}
