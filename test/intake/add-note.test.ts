import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Conversation } from '../../src/conversation/conversation.ts'
import { addNote, noteJob } from '../../src/intake/add-note.ts'
import { createLog } from '../../src/log.ts'
import { runDue } from '../../src/outbox/run.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createHints } from '../../src/store/hints.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { aConversation, aJob, aSubmission, NOON, seeded } from '../support/samples.ts'
import { memoryDesk, type MemoryDesk } from './memory-desk.ts'

/** Notes on tickets of a conversation, with what the log says of them. */
async function aDesk(conversation: Partial<Conversation> = {}) {
  const { db } = await openPlatform()
  const time = virtualTime(NOON)
  const desk = memoryDesk(time.clock)
  const { id: ticket } = desk.addForeign('78001')
  const jobs = createJobs(db)
  const conversations = createConversations(db)
  const lines: string[] = []
  const log = createLog('warn', (line) => lines.push(line))
  const { clock } = time
  const hints = createHints(db)
  const kinds = { 'add-note': addNote({ desk, conversations, hints, mailHost: 'desk.example', clock, log }) }
  await db.atomically([
    ...createSubmissions(db).add(
      aSubmission(),
      { key: 'k', keyUntil: after(NOON, HOUR_MS), content: 'c' },
      [],
    ),
    conversations.add(aConversation(conversation)),
  ])
  const outbox = { jobs, kinds, atomically: db.atomically, clock, random: seeded(2), log }
  return {
    db,
    desk,
    ticket,
    jobs,
    hints,
    lines,
    async run(ms = 0) {
      time.turn(ms)
      await runDue(outbox, 'zammad', { width: 1, until: after(clock(), 1) })
      const [job] = await jobs.list(['ready', 'unknown', 'done', 'parked'])
      return job?.state
    },
  }
}

const note = (ticket: number | null, conversation: string | null) => ({
  ...noteJob({ ticket, conversation, naturalKey: 'once', lines: ['First', 'Second'] }, NOON, seeded(9)),
  id: 'job-1',
})

async function noted(prepare: (desk: MemoryDesk, ticket: number) => void, afterMs = 0) {
  const { db, desk, ticket, jobs, hints, lines, run } = await aDesk()
  prepare(desk, ticket)
  const payload = { ticket, lines: ['First', 'Second'] }
  await db.atomically([jobs.add(aJob({ kind: 'add-note', payload }))])
  return { desk, hints, lines, state: await run(afterMs) }
}

test('a note is internal, in one text, under the Message-ID of its job', async () => {
  const { desk, state, lines } = await noted(() => {})
  expect(desk.notes).toEqual([{ ticket: 1, messageId: '<job-1@desk.example>', body: 'First\nSecond' }])
  expect((await desk.articles(1))?.at(-1)).toMatchObject({ sender: 'System', internal: true })
  expect([state, lines]).toEqual(['done', []])
})

test.for([
  ['gone', 'removed'],
  ['out-of-sight', 'hidden'],
] as const)(
  'a note on a ticket that is %s is let go, the log says so, and the ticket is looked at',
  async ([seen, how]) => {
    const { desk, hints, state, lines } = await noted((prepared, ticket) => prepared[how].add(ticket))
    expect(desk.notes).toEqual([])
    expect(state).toBe('done')
    expect(lines.join()).toContain(`the ticket is ${seen}`)
    expect(await hints.oldest(5)).toMatchObject([{ ticket: 1 }])
  },
)

test('a note that is refused on a ticket in sight is parked where staff see it', async () => {
  const { state } = await noted((desk) => desk.refused.add('note'))
  expect(state).toBe('parked')
})

test('a note that the store knows nothing of, as it was restored from a copy, is not written twice', async () => {
  const { desk, state } = await noted((before, ticket) => {
    void before.note(ticket, { messageId: '<job-1@desk.example>', body: 'First\nSecond' })
  }, MINUTE_MS)
  expect(desk.notes).toHaveLength(1)
  expect(state).toBe('done')
})

test('a note leaves a merged ticket merged', async () => {
  const { desk, state } = await noted((prepared, ticket) => {
    prepared.byHand(ticket, { closed: true, state: 'merged' })
  })
  expect(desk.notes).toHaveLength(1)
  expect(desk.changes).toEqual([])
  expect(desk.tickets[0]?.ticket).toMatchObject({ state: 'merged', closed: true })
  expect(state).toBe('done')
})

test('a note may wait for the ticket of its conversation', async () => {
  const { db, jobs, desk, ticket, run } = await aDesk()
  await db.atomically([jobs.add(note(null, 'conversation-1'))])
  expect(await run()).toBe('ready')
  await db.atomically([
    jobs.add(aJob({ id: 'open-1', kind: 'open-ticket', lane: 'mail', conversation: 'conversation-1' })),
  ])
  const held = await jobs.claim('mail', { now: NOON, lease: 'lease', leaseMs: HOUR_MS })
  if (!held) throw new Error('there is no job')
  const opened = { id: ticket, number: '780', createdAt: NOON, unit: 'x', openedAt: NOON, customerId: 9 }
  await db.atomically([createConversations(db).opened('conversation-1', opened, held), jobs.done(held, NOON)])
  await run(MINUTE_MS)
  expect(desk.notes).toMatchObject([{ ticket, body: 'First\nSecond' }])
})

test.for([
  ['the ticket that it was merged into', { mergedInto: 2 }, 2, () => {}],
  ['the ticket itself while nobody knows of a merge', { mergedInto: null }, 1, () => {}],
  [
    'the ticket itself where the other is out of sight',
    { mergedInto: 2 },
    1,
    (desk: MemoryDesk) => void desk.hidden.add(2),
  ],
] as const)('a note on a conversation’s merged ticket goes to %s', async ([, merge, place, before]) => {
  const { db, jobs, desk, ticket, run } = await aDesk({ ticketId: 1, ticketCreatedAt: NOON, ...merge })
  const target = desk.addForeign('78002')
  desk.mergeByHand(ticket, target.id)
  before(desk)
  await db.atomically([jobs.add(note(ticket, 'conversation-1'))])
  expect(await run()).toBe('done')
  expect(desk.notes.map((one) => one.ticket)).toEqual([place])
  expect(desk.tickets[0]?.ticket.stateType).toBe('merged')
})
