import { createFollowedTickets } from '../../src/store/followed.ts'
import { createFacts } from '../../src/store/facts.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { after, type Clock, HOUR_MS } from '../../src/clock.ts'
import { changeCustomer } from '../../src/conversation/change-customer.ts'
import { createChangeAddress } from '../../src/conversation/change-address.ts'
import type { Conversation } from '../../src/conversation/conversation.ts'
import { createDecisions } from '../../src/conversation/decisions.ts'
import { newLink } from '../../src/conversation/link.ts'
import { postReply } from '../../src/conversation/post-reply.ts'
import type { ReplyFile } from '../../src/conversation/reply.ts'
import { createSay } from '../../src/conversation/say.ts'
import type { Submission } from '../../src/conversation/submission.ts'
import type { Article, Desk } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'
import { addNote } from '../../src/intake/add-note.ts'
import { openTicket } from '../../src/intake/open-ticket.ts'
import { createLog } from '../../src/log.ts'
import { runDue } from '../../src/outbox/run.ts'
import { newId } from '../../src/random.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { isUniqueViolation } from '../../src/store/db.ts'
import { createHints } from '../../src/store/hints.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createLedger } from '../../src/store/ledger.ts'
import { createMemory } from '../../src/store/memory.ts'
import { createMessages } from '../../src/store/messages.ts'
import { createReplies } from '../../src/store/replies.ts'
import { createRoutings } from '../../src/store/routings.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { aRouting, UNITS } from '../intake/opening.ts'
import { memoryDesk } from '../intake/memory-desk.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openInMemory } from '../support/in-memory.ts'
import { sampleSite } from '../support/sample-forms.ts'
import { rulebookOf } from '../support/sample-rules.ts'
import { aConversation, aJob, aSubmission, NOON, seeded } from '../support/samples.ts'

export const ANN = 'ann.lee@example.org'
export const TOLD = '7801234567890'

/** What befalls one call of the desk: it fails before anything is done, its answer is lost, or we die there. */
export type Blow = 'unavailable' | 'misconfigured' | 'lost' | 'killed'

/** A desk of which one call, the `at`th from now, comes to grief; the calls are counted. */
function breakable(desk: Desk, die: () => void) {
  const plan: { at: number; blow: Blow } = { at: 0, blow: 'unavailable' }
  const calls = { count: 0 }
  const broken = new Proxy(desk, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function') return value
      return async (...args: readonly unknown[]) => {
        calls.count += 1
        const isHit = calls.count === plan.at
        if (isHit && (plan.blow === 'unavailable' || plan.blow === 'misconfigured')) {
          throw new Failure(plan.blow, `the call of ${String(name)} failed`)
        }
        const answer: unknown = await Reflect.apply(value, target, args)
        if (!isHit) return answer
        if (plan.blow === 'killed') die()
        throw new Failure('uncertain', `the answer of ${String(name)} was lost`)
      }
    },
  })
  return {
    broken,
    calls,
    strike(at: number, blow: Blow) {
      calls.count = 0
      Object.assign(plan, { at, blow })
    },
  }
}

export interface TalkChange {
  readonly conversation?: Partial<Conversation>
  readonly submission?: Partial<Submission>
}

/** A conversation whose ticket is to be opened, on a real store, with a helpdesk in memory. */
export async function aTalk(change: TalkChange = {}) {
  const { db, files } = openInMemory()
  const time = virtualTime(NOON)
  // At the desk time goes on with each thing that happens.
  const deskClock: Clock = () => {
    time.turn(5)
    return time.clock()
  }
  const random = seeded(11)
  const desk = memoryDesk(deskClock)
  const log = createLog('silent')
  let isDead = false
  const { broken, calls, strike } = breakable(desk, () => (isDead = true))
  const stores = {
    submissions: createSubmissions(db),
    conversations: createConversations(db),
    messages: createMessages(db),
    jobs: createJobs(db),
    memory: createMemory(db),
    routings: createRoutings(db),
    replies: createReplies(db),
    ledger: createLedger(db),
    hints: createHints(db),
    followed: createFollowedTickets(db),
    facts: createFacts(db),
    records: createClockRecords(db),
  }
  const { submissions, conversations, jobs, memory, routings, replies } = stores
  const signer = await createSigner([new Secret('a secret of more than 32 characters')])
  await memory.rememberFirst('instance', 'here')
  await memory.rememberFirst('start-line', NOON.toISOString())
  const common = {
    ...stores,
    desk: broken,
    files,
    addJob: jobs.add,
    atomically: db.atomically,
    isUniqueViolation,
    prefix: async () => '780',
    rulebook: () => rulebookOf(UNITS),
    units: () => UNITS,
    topicOf: (form: string) => `Topic of ${form}`,
    site: sampleSite,
    timeZone: 'Europe/Madrid',
    numbers: 'own' as const,
    mailHost: 'desk.example',
    signer,
    clock: time.clock,
    random,
    log,
  }
  const kinds = {
    'open-ticket': openTicket(common),
    'post-reply': postReply(common),
    'change-customer': changeCustomer(common),
    'add-note': addNote(common),
  }
  const { token, kept } = await newLink(signer, 'conversation-1', ANN)
  await db.atomically([
    ...submissions.add(
      aSubmission(change.submission),
      { key: 'k', keyUntil: after(NOON, HOUR_MS), content: 'c' },
      [],
    ),
    conversations.add(aConversation({ link: kept, ...change.conversation })),
    routings.add(aRouting({})),
    jobs.add(aJob({ id: 'open-1', conversation: 'conversation-1', serial: `customer:${ANN}` })),
  ])
  const atomically: typeof db.atomically = (writes) => {
    if (!isDead) return db.atomically(writes)
    isDead = false
    return Promise.reject(new Error('killed'))
  }
  const outbox = { jobs, kinds, atomically, clock: time.clock, random, log }
  const round = () => runDue(outbox, 'zammad', { width: 2, until: after(time.clock(), 1) })
  const conversation = async (id = 'conversation-1'): Promise<Conversation> => {
    const found = await conversations.byId(id)
    if (!found) throw new Error(`there is no conversation ${id}`)
    return found
  }
  const { isUsed, say } = createSay(common)
  let sent = 0

  return {
    ...common,
    db,
    desk,
    jobs,
    time,
    token,
    round,
    conversation,
    isUsed,
    saying: say,
    strike,
    calls,
    changeAddress: createChangeAddress(common),
    decisions: createDecisions(common),
    /** Says something on the page, under a key of its own unless told. */
    async say(
      body: string,
      more: Partial<Parameters<typeof say>[0]> = {},
    ): Promise<{ readonly outcome: string }> {
      time.turn(1000)
      sent += 1
      const plain = { act: 'reply', score: null, files: [], key: `key-${sent}` } as const
      return say({ ...plain, conversation: await conversation(), body, ...more })
    },
    /** A file whose bytes are kept already. */
    async kept(name: string, text: string): Promise<ReplyFile> {
      const storedAs = newId(random)
      const print = await files.put(storedAs, new Blob([text]).stream())
      return { id: newId(random), name, type: 'text/plain', storedAs, ...print }
    },
    /** Rounds until nothing waits any more, or for that long; the clock goes to each job's time. */
    async settle(forMs: number = 40 * 24 * HOUR_MS) {
      const end = after(time.clock(), forMs)
      for (let rounds = 0; rounds < 400; rounds += 1) {
        await round()
        for (const { lane, probeAt } of await jobs.pauses()) {
          if (probeAt > end) continue
          time.turn(Math.max(0, probeAt.getTime() - time.clock().getTime()))
          await db.atomically([jobs.resume(lane)])
        }
        const next = (await jobs.nextDue('zammad')) ?? (await leaseEnd())
        if (next === null) return
        if (next > end) return
        time.turn(Math.max(0, next.getTime() - time.clock().getTime()))
      }
      throw new Error('the jobs never came to rest')
    },
    /** What visitors said, in the order in which it was said, as a ticket shows it. */
    async words(ticket: number): Promise<readonly string[]> {
      const articles = (await desk.articles(ticket)) ?? []
      return articles.filter((one) => one.sender === 'Customer' && isWord(one)).map(({ body }) => body)
    },
    /** The Message-IDs of what visitors said after the request itself, wherever it stands. */
    async everywhere(): Promise<readonly (string | null)[]> {
      const tickets = await Promise.all(desk.tickets.map(({ ticket }) => desk.articles(ticket.id)))
      const ours = tickets.flatMap((articles) => (articles ?? []).filter(isWord))
      return ours.filter(({ sender }) => sender === 'Customer').map(({ messageId }) => messageId)
    },
    notesOn: (ticket: number) =>
      desk.articles(ticket).then((all) => (all ?? []).filter(({ sender }) => sender === 'System')),
    posted: async (id = 'conversation-1') =>
      (await replies.ofConversation(id)).map(({ postedAt }) => postedAt !== null),
    states: async (kind: string) =>
      (await jobs.list(['ready', 'running', 'unknown', 'parked', 'done']))
        .filter((job) => job.kind === kind)
        .map(({ state }) => state),
    stateOf: (ticket: number) => desk.tickets.find((kept) => kept.ticket.id === ticket)?.ticket.stateType,
  }

  /** When what was under way as we died may be taken up again, or null where nothing was. */
  async function leaseEnd(): Promise<Date | null> {
    const [running] = await jobs.list(['running'])
    return running ? after(time.clock(), HOUR_MS) : null
  }
}

const isWord = ({ messageId }: Article): boolean =>
  messageId !== '<submission-1@desk.example>' && messageId?.endsWith('@desk.example>') === true

/** A conversation whose ticket is open. */
export async function anOpenTalk(change: TalkChange = {}) {
  const talk = await aTalk(change)
  await talk.settle()
  const { ticketId } = await talk.conversation()
  if (ticketId === null) throw new Error('the ticket was not opened')
  return { ...talk, ticket: ticketId }
}

export type Talk = Awaited<ReturnType<typeof anOpenTalk>>
