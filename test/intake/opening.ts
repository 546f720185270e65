import { after, HOUR_MS } from '../../src/clock.ts'
import type { Conversation } from '../../src/conversation/conversation.ts'
import { addNote } from '../../src/intake/add-note.ts'
import { openTicket } from '../../src/intake/open-ticket.ts'
import { createLog } from '../../src/log.ts'
import type { Kinds } from '../../src/outbox/job.ts'
import { runDue } from '../../src/outbox/run.ts'
import type { Unit } from '../../src/routing/units.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createMemory } from '../../src/store/memory.ts'
import { createMessages } from '../../src/store/messages.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { messages } from '../../src/store/schema.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { aConversation, aJob, aSubmission, NOON, seeded } from '../support/samples.ts'
import { memoryDesk } from './memory-desk.ts'

const unit = (id: string, group: string, fallback: string | null): Unit => ({
  id,
  name: { en: group },
  group,
  mail: null,
  fallback,
  mode: 'assign',
  onArrival: 'none',
  calendar: 'always',
  notify: [],
  duty: [],
})

export const UNITS = {
  defaultUnit: 'first-line',
  units: [
    unit('first-line', 'First Line support', null),
    unit('nodes', 'Reference nodes', 'technical'),
    unit('technical', 'Technical support', 'first-line'),
  ],
}

export interface OpeningChange {
  readonly conversation?: Partial<Conversation>
  readonly numbers?: 'own' | 'zammad'
  readonly prefix?: () => string | null | Promise<string | null>
}

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
      units: UNITS,
      numbers: change.numbers ?? 'own',
      mailHost: 'desk.example',
      clock: time.clock,
      random,
      log,
    }),
    'add-note': addNote({ desk, mailHost: 'desk.example' }),
  }
  await db.atomically([
    ...submissions.add(aSubmission(), { key: 'k', keyUntil: after(NOON, HOUR_MS), content: 'c' }, []),
    conversations.add(aConversation(change.conversation)),
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
    mails: async () => db.q.select().from(messages),
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
