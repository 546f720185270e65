import { eq } from 'drizzle-orm'
import { createFacts } from '../../src/store/facts.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import { createAttend } from '../../src/bot/attend.ts'
import { createReconcile } from '../../src/bot/reconcile.ts'
import { lookForLost } from '../../src/bot/restored-store.ts'
import { after, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import type { Article, Ticket } from '../../src/desk.ts'
import { addNote } from '../../src/intake/add-note.ts'
import { createLog } from '../../src/log.ts'
import { AlertPayload } from '../../src/outbox/alert.ts'
import { runDue } from '../../src/outbox/run.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { revokeLink } from '../../src/relay/revoke-link.ts'
import { createTaker } from '../../src/relay/take-articles.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createConversations } from '../../src/store/conversations.ts'
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
import { BOT_ID, foreign, memoryDesk } from '../intake/memory-desk.ts'
import { FIRST_LINE, UNITS } from '../intake/opening.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { sampleForms } from '../support/sample-forms.ts'
import { rulebookOf } from '../support/sample-rules.ts'
import { aConversation, aSubmission, NOON, seeded } from '../support/samples.ts'

export const UNDO_MS = MINUTE_MS
const MAIL_HOST = 'desk.example'

export interface Setting {
  readonly relay?: 'webform' | 'all'
  readonly agentNames?: 'person' | 'team'
}

/** What the bot makes of the articles of a helpdesk in memory, over a real store. */
export async function aRelay({ relay = 'webform', agentNames = 'person' }: Setting = {}) {
  const { db } = await openPlatform()
  const time = virtualTime(after(NOON, MINUTE_MS))
  const desk = memoryDesk(time.clock)
  const jobs = createJobs(db)
  const stores = {
    jobs,
    submissions: createSubmissions(db),
    conversations: createConversations(db),
    messages: createMessages(db),
    memory: createMemory(db),
    routings: createRoutings(db),
    followed: createFollowedTickets(db),
    hints: createHints(db),
    ledger: createLedger(db),
    replies: createReplies(db),
    facts: createFacts(db),
    records: createClockRecords(db),
  }
  const { conversations, submissions, ledger, memory, hints } = stores
  const lines: string[] = []
  const log = createLog('debug', (line) => lines.push(line))
  const rulebook = () => rulebookOf(UNITS)
  const common = {
    ...stores,
    desk,
    botId: async () => BOT_ID,
    addJob: jobs.add,
    rulebook,
    reckoner: createReckoner({ ...stores, rulebook, relay, clock: time.clock }),
    topicOf: () => 'Upload trouble',
    forms: sampleForms,
    relay,
    agentNames,
    undoMs: UNDO_MS,
    timeZone: 'Europe/Madrid',
    mailHost: MAIL_HOST,
    atomically: db.atomically,
    signer: await createSigner([new Secret('s'.repeat(32))]),
    clock: time.clock,
    random: seeded(3),
    log,
  }
  const lost = lookForLost(common)
  const attend = createAttend({ ...common, taker: createTaker(common), lookForLost: lost })
  /** A process of its own: what it did not look at since its start it has not looked at. */
  const started = () =>
    createReconcile({
      ...common,
      attend,
      lookForLost: lost,
      tellOfWaiting: async () => [],
      sweepsAtStart: true,
    })
  let reconcile = started()
  await db.atomically([
    memory.remember('instance', 'here'),
    memory.remember('start-line', NOON.toISOString()),
  ])
  const outbox = {
    ...common,
    kinds: { 'revoke-link': revokeLink(common), 'add-note': addNote(common) },
  }

  /** Somebody filled in a form, and its ticket is open. */
  async function request(name: string, group = FIRST_LINE.group): Promise<Ticket> {
    const email = `${name}@visitor.example`
    const submission = aSubmission({ id: `submission-${name}`, name, email })
    const repeatable = { key: `key-${name}`, keyUntil: after(NOON, HOUR_MS), content: name }
    await db.atomically(submissions.add(submission, repeatable, []))
    const opening = await desk.open({
      ...foreign(`7800${name.length}${name.charCodeAt(0)}${name.charCodeAt(1)}`),
      group,
      customer: { name, email },
      messageId: `<${submission.id}@${MAIL_HOST}>`,
      mark: { instance: 'here', submission: submission.id },
    })
    if (opening.outcome !== 'opened') throw new Error('the ticket is not opened')
    const { ticket } = opening
    const link = { hash: `hash-${name}`, generation: 1, keyId: 'key' }
    const conversation = aConversation({
      id: name,
      submission: submission.id,
      reference: ticket.number,
      ticketNumber: ticket.number,
      ticketId: ticket.id,
      ticketCreatedAt: ticket.createdAt,
      openedAt: time.clock(),
      recipient: email,
      link,
    })
    await db.atomically([conversations.add(conversation)])
    return ticket
  }

  const entryOf = async ({ id, createdAt }: Article): Promise<LedgerEntry | undefined> =>
    (await ledger.byIds([id])).find((entry) => +entry.createdAt === +createdAt)

  const rowsOf = async (kind: string) => {
    const rows = await db.q.select().from(jobRows).where(eq(jobRows.kind, kind))
    return rows.toSorted((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id))
  }

  return {
    ...stores,
    desk,
    time,
    db,
    request,
    entryOf,
    log: () => lines.map((line): unknown => Object(JSON.parse(line)).event),
    hint: (id: number) => db.atomically([hints.add(id, time.clock())]),
    /** A round of the bot, a second after the one before. */
    async round(ms = 20 * SECOND_MS) {
      time.turn(SECOND_MS)
      await reconcile(after(time.clock(), ms))
    },
    restart() {
      reconcile = started()
    },
    /** Runs what is due at Zammad's: notes and ended links. */
    work: () => runDue(outbox, 'zammad', { width: 1, until: after(time.clock(), 1) }),
    /** Rows of what the bot may write; two of them are the same where a round wrote nothing. */
    async written() {
      const entries = await Promise.all(desk.tickets.map(({ ticket }) => ledger.ofTicket(ticket.id)))
      const seen = await Promise.all((await everybody()).map((id) => ledger.sharedWith(id)))
      return JSON.stringify([
        entries,
        seen,
        await rowsOf('send-answer'),
        await rowsOf('add-note'),
        await everything(),
      ])
    },
    /** What a visitor may see: the text of each word, oldest first. */
    page: async (name: string) => (await ledger.sharedWith(name)).map(({ text }) => text),
    conversation: async (name: string) => {
      const found = await conversations.byId(name)
      if (!found) throw new Error(`nobody is called ${name}`)
      return found
    },
    /** The answers that are promised by mail: article and visitor, null for a ticket's customer. */
    promised: async () =>
      (await rowsOf('send-answer')).map(({ payload, conversation }) => ({
        article: Number(Object(JSON.parse(payload)).article),
        to: conversation,
      })),
    /** When the answers may leave. */
    leaving: async () => (await rowsOf('send-answer')).map(({ nextAt }) => new Date(nextAt)),
    notices: async () =>
      (await db.q.select().from(messageRows)).map(({ kind, conversation }) => `${kind} to ${conversation}`),
    notes: async () =>
      (await rowsOf('add-note')).map(({ payload }) => {
        const { ticket, lines: told } = Object(JSON.parse(payload)) as { ticket: number; lines: string[] }
        return { ticket, text: told.slice(1).join(' ') }
      }),
    alerts: async () =>
      (await rowsOf('send-alert'))
        .map(({ payload }) => AlertPayload.parse(JSON.parse(payload)))
        .map(({ to, alert }) => `${alert.about} to ${to}`),
    /** The mail with an answer has left. */
    async mail(article: Article, name: string | null) {
      const entry = await entryOf(article)
      if (!entry) throw new Error('the answer is not in the ledger')
      const message = {
        id: `message-${article.id}-${name}`,
        conversation: name,
        kind: 'answer' as const,
        article: { id: entry.id, createdAt: entry.createdAt },
        facts: {},
        messageId: `<answer.${article.id}.${name}@${MAIL_HOST}>`,
        recipient: 'somebody@visitor.example',
        rendered: null,
        createdAt: time.clock(),
      }
      await db.atomically([stores.messages.add(message), ledger.keep({ ...entry, mailed: true })])
      await db.q
        .update(messageRows)
        .set({ sentAt: time.clock().getTime() })
        .where(eq(messageRows.id, message.id))
    },
  }

  async function everybody(): Promise<readonly string[]> {
    const around = await conversations.around(desk.tickets.map(({ ticket }) => ticket.id))
    return [...new Set([...around.values()].flat().map(({ id }) => id))]
  }

  async function everything(): Promise<unknown> {
    const people = await Promise.all((await everybody()).map((id) => conversations.byId(id)))
    return [
      people,
      await db.q.select().from(messageRows),
      await rowsOf('send-alert'),
      await rowsOf('revoke-link'),
    ]
  }
}
