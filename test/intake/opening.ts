import { eq } from 'drizzle-orm'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { after, HOUR_MS } from '../../src/clock.ts'
import type { Conversation } from '../../src/conversation/conversation.ts'
import { addNote } from '../../src/intake/add-note.ts'
import { openTicket } from '../../src/intake/open-ticket.ts'
import { createLog } from '../../src/log.ts'
import type { Kinds } from '../../src/outbox/job.ts'
import { runDue } from '../../src/outbox/run.ts'
import type { AnswerPromise } from '../../src/promise/promise.ts'
import type { Routing } from '../../src/routing/routings.ts'
import type { Units } from '../../src/routing/units.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createHints } from '../../src/store/hints.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createMemory } from '../../src/store/memory.ts'
import { createMessages } from '../../src/store/messages.ts'
import { createRoutings } from '../../src/store/routings.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { jobs as jobRows, messages } from '../../src/store/schema.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { aUnit, PROMISE, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { aConversation, aJob, aSubmission, NOON, seeded } from '../support/samples.ts'
import { memoryDesk } from './memory-desk.ts'

const unit = (id: string, group: string, fallback: string | null) =>
  aUnit({ id, name: { en: group }, group, fallback })

export const FIRST_LINE = unit('first-line', 'First Line support', null)

export const UNITS = unitsOf(
  FIRST_LINE,
  unit('nodes', 'Reference nodes', 'technical'),
  unit('technical', 'Technical support', 'first-line'),
)

export interface OpeningChange {
  readonly conversation?: Partial<Conversation>
  /** What was decided when the form was sent. */
  readonly routing?: Partial<Routing>
  readonly numbers?: 'own' | 'zammad'
  /** The units at each moment that the rules are asked. */
  readonly units?: () => Units
  readonly promise?: Partial<AnswerPromise>
  readonly prefix?: () => string | null | Promise<string | null>
}

export const aRouting = (over: Partial<Routing>): Routing => ({
  id: 'routing-1',
  conversation: 'conversation-1',
  ticket: null,
  source: 'web-form',
  unit: 'first-line',
  rule: null,
  priority: null,
  tags: [],
  mode: 'assign',
  because: 'no rule matched',
  version: '0123456789ab',
  decidedAt: NOON,
  placed: null,
  feedback: 'open',
  ...over,
})

/** One submission whose ticket is to be opened, on a real store, with a helpdesk in memory. */
export async function anOpening(change: OpeningChange = {}) {
  const { db, files } = await openPlatform()
  const time = virtualTime(NOON)
  const random = seeded(5)
  const desk = memoryDesk(time.clock)
  const log = createLog('silent')
  const submissions = createSubmissions(db)
  const conversations = createConversations(db)
  const messagesStore = createMessages(db)
  const jobs = createJobs(db)
  const memory = createMemory(db)
  const routings = createRoutings(db)
  await memory.rememberFirst('instance', 'here')
  await memory.rememberFirst('start-line', NOON.toISOString())
  const kinds: Kinds = {
    'open-ticket': openTicket({
      desk,
      submissions,
      conversations,
      messages: messagesStore,
      addJob: jobs.add,
      files,
      memory,
      atomically: db.atomically,
      prefix: async () => (change.prefix ?? (() => '780'))(),
      routings,
      records: createClockRecords(db),
      rulebook: () => ({
        ...rulebookOf(change.units?.() ?? UNITS),
        promise: { ...PROMISE, ...change.promise },
      }),
      topicOf: (form) => `Topic of ${form}`,
      timeZone: 'Europe/Madrid',
      numbers: change.numbers ?? 'own',
      mailHost: 'desk.example',
      clock: time.clock,
      random,
      log,
    }),
    'add-note': addNote({
      desk,
      conversations,
      hints: createHints(db),
      mailHost: 'desk.example',
      clock: time.clock,
      log,
    }),
  }
  await db.atomically([
    ...submissions.add(aSubmission(), { key: 'k', keyUntil: after(NOON, HOUR_MS), content: 'c' }, []),
    conversations.add(aConversation(change.conversation)),
    routings.add(aRouting({ unit: change.conversation?.unit ?? 'first-line', ...change.routing })),
    jobs.add(aJob({ conversation: 'conversation-1' })),
  ])
  const outbox = { jobs, kinds, atomically: db.atomically, clock: time.clock, random, log }
  const round = () => runDue(outbox, 'zammad', { width: 2, until: after(time.clock(), 1) })
  return {
    db,
    desk,
    jobs,
    memory,
    time,
    round,
    atomically: db.atomically,
    conversation: async () => conversations.byId('conversation-1'),
    routing: () => routings.ofConversation('conversation-1'),
    mails: async () => db.q.select().from(messages),
    /** Has the ticket continue another one. */
    async continueFrom(ticket: number) {
      const payload = JSON.stringify({ maskedTries: 0, continues: ticket })
      await db.q.update(jobRows).set({ payload }).where(eq(jobRows.id, 'job-1'))
    },
    /** Rounds until nothing waits any more; the clock goes to each job's time. */
    async settle() {
      for (let rounds = 0; rounds < 60; rounds += 1) {
        await round()
        const next = await jobs.nextDue('zammad')
        if (next === null) return
        time.turn(Math.max(0, next.getTime() - time.clock().getTime()))
      }
      throw new Error('the job never came to rest')
    },
  }
}
