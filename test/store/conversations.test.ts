import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import type { Conversation, ConversationChange } from '../../src/conversation/conversation.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import type { Held } from '../../src/writes.ts'
import { aConversation, aJob, aSubmission, NOON } from '../support/samples.ts'
import { heldJob, hours, keepConversations } from './records.ts'

const idOf = (ticket: number): string => `conversation-${ticket}`

/** Conversations whose tickets of these ids were opened, and one without a ticket. */
async function open(tickets: readonly number[]) {
  const { db } = await openPlatform()
  const submissions = createSubmissions(db)
  const conversations = createConversations(db)
  const jobs = createJobs(db)
  const house = [0, ...tickets].flatMap((n) => [
    ...submissions.add(
      aSubmission({ id: `submission-${n}` }),
      { key: `k-${n}`, keyUntil: after(NOON, HOUR_MS), content: 'c' },
      [],
    ),
    conversations.add(
      aConversation({
        id: idOf(n),
        submission: `submission-${n}`,
        reference: `r-${n}`,
        ticketNumber: null,
        link: { hash: `hash-${n}`, generation: 1, keyId: 'key' },
      }),
    ),
  ])
  await db.atomically([...house, jobs.add(aJob())])
  const held = await jobs.claim('zammad', { now: NOON, lease: 'lease', leaseMs: HOUR_MS })
  if (!held) throw new Error('the claim found nothing')
  await db.atomically(
    tickets.map((id) =>
      conversations.opened(
        idOf(id),
        { id, number: `78${id}`, createdAt: NOON, unit: 'first-line', openedAt: NOON, customerId: 7 },
        held,
      ),
    ),
  )
  return { conversations, atomically: db.atomically }
}

test('the conversations of any number of tickets are found, and only those', async () => {
  const tickets = Array.from({ length: 181 }, (_, index) => index + 1)
  const { conversations } = await open(tickets)
  const others = [500, 501]
  const found = await conversations.ofTickets([...others, ...tickets])
  expect([...found].map(([ticket, { id }]) => [ticket, id])).toEqual(tickets.map((n) => [n, idOf(n)]))
  expect(await conversations.ofTickets([...others, 7, 7])).toEqual(
    new Map([[7, await conversations.byId(idOf(7))]]),
  )
  expect(await conversations.ofTickets([])).toEqual(new Map())
})

test('a conversation comes back as it was put down, and what opened it is put down with it', async () => {
  const { conversations } = await open([1])
  expect(await conversations.byId(idOf(0))).toEqual(
    aConversation({
      id: idOf(0),
      submission: 'submission-0',
      reference: 'r-0',
      ticketNumber: null,
      link: { hash: 'hash-0', generation: 1, keyId: 'key' },
    }),
  )
  expect(await conversations.byId(idOf(1))).toMatchObject({
    ticketId: 1,
    ticketNumber: '781',
    customerId: 7,
    openedAt: NOON,
  })
})

const EVERYTHING: Required<ConversationChange> = {
  unit: 'technical',
  customerId: 8,
  mergedInto: 9,
  answeredAt: hours(1),
  closedAt: hours(2),
  frozenAt: hours(3),
  unreachableAt: hours(4),
  toldMovedAt: hours(5),
  toldLateAt: hours(6),
  continuedIn: idOf(2),
}
const NOTHING: Required<ConversationChange> = {
  unit: 'first-line',
  customerId: null,
  mergedInto: null,
  answeredAt: null,
  closedAt: null,
  frozenAt: null,
  unreachableAt: null,
  toldMovedAt: null,
  toldLateAt: null,
  continuedIn: null,
}

test('what changes of a conversation is put down, and taken back; the rest and the others stay', async () => {
  const { conversations, atomically } = await open([1, 2])
  const before = await conversations.byId(idOf(1))
  const other = await conversations.byId(idOf(2))
  await atomically([conversations.change(idOf(1), EVERYTHING)])
  expect(await conversations.byId(idOf(1))).toEqual({ ...before, ...EVERYTHING })
  await atomically([conversations.change(idOf(1), { closedAt: null })])
  expect(await conversations.byId(idOf(1))).toEqual({ ...before, ...EVERYTHING, closedAt: null })
  await atomically([conversations.change(idOf(1), NOTHING), conversations.change(idOf(1), {})])
  expect(await conversations.byId(idOf(1))).toEqual({ ...before, ...NOTHING })
  expect(await conversations.byId(idOf(2))).toEqual(other)
  expect(await atomically([conversations.change('nothing', EVERYTHING)])).toEqual([0])
})

test('another address ends the link of before, and the one of before is remembered', async () => {
  const { conversations, atomically } = await open([])
  const to = async (recipient: string, generation: number) => {
    const touched = await atomically([
      conversations.relink(idOf(0), recipient, { hash: `h-${generation}`, generation, keyId: 'new' }),
    ])
    return [touched[0], (await conversations.byId(idOf(0)))?.formerRecipients]
  }
  expect(await to('Bob@Example.org', 2)).toEqual([1, ['ann.lee@example.org']])
  expect(await conversations.byId(idOf(0))).toMatchObject({
    recipient: 'Bob@Example.org',
    link: { hash: 'h-2', generation: 2, keyId: 'new' },
  })
  expect(await conversations.byLinkHash('hash-0')).toBeNull()
  expect(await to('carol@example.org', 3)).toEqual([1, ['ann.lee@example.org', 'bob@example.org']])
  expect(await to('carol@example.org', 4)).toEqual([1, ['ann.lee@example.org', 'bob@example.org']])
  expect(await to('Ann.Lee@example.org', 5)).toEqual([1, ['bob@example.org', 'carol@example.org']])
})

test('a link is replaced once: who comes second with the same generation changes nothing', async () => {
  const { conversations, atomically } = await open([])
  const relink = (hash: string, generation: number) =>
    atomically([conversations.relink(idOf(0), `${hash}@x.example`, { hash, generation, keyId: 'key' })])
  expect(await relink('first', 2)).toEqual([1])
  expect(await relink('second', 2)).toEqual([0])
  expect(await relink('far', 9)).toEqual([0])
  expect(await conversations.byId(idOf(0))).toMatchObject({ recipient: 'first@x.example' })
})

test('around a ticket stand its own conversation and those merged into it, each once', async () => {
  const many = Array.from({ length: 95 }, (_, index) => index + 1)
  const { conversations, atomically } = await open([...many, 500, 501, 502])
  await atomically([
    conversations.change(idOf(501), { mergedInto: 500 }),
    conversations.change(idOf(502), { mergedInto: 500 }),
    conversations.change(idOf(3), { mergedInto: 600 }),
    conversations.change(idOf(4), { mergedInto: 4 }),
  ])
  const around = await conversations.around([...many, 500, 501, 600, 601])
  const found = (ticket: number) => around.get(ticket)?.map(({ id }) => id)
  expect(found(500)).toEqual([idOf(500), idOf(501), idOf(502)])
  expect(found(501)).toEqual([idOf(501)])
  expect(found(600)).toEqual([idOf(3)])
  expect(found(4)).toEqual([idOf(4)])
  expect(found(95)).toEqual([idOf(95)])
  expect(found(601)).toBeUndefined()
  expect(await conversations.around([])).toEqual(new Map())
})

/** Conversations of these words, the first one sent first. */
async function keep(given: readonly Partial<Conversation>[]) {
  const { db } = await openPlatform()
  await keepConversations(db, given)
  return { db, conversations: createConversations(db) }
}

test.for([
  ['7801234567890', 'ann'],
  [' 78012 34567 890 ', 'ann'],
  ['7801234567891', 'ann'],
  ['Ticket#7801234567890', 'ann'],
  ['[Ticket#7801234567890]', 'ann'],
  ['FL-7K3M9QXZ', 'bob'],
  ['fl-7k3m9qxz', 'bob'],
  ['Fl- 7K3M 9QXZ', 'bob'],
  ['7801234567892', 'bob'],
  ['780', undefined],
  ['', undefined],
  ['%', undefined],
] as const)('the reference %j finds %s', async ([typed, id]) => {
  const { conversations } = await keep([
    { id: 'ann', reference: '7801234567890', ticketNumber: '7801234567891' },
    { id: 'bob', reference: 'FL-7K3M9QXZ', ticketNumber: '7801234567892' },
    // Its ticket has the number that Ann was told before hers changed.
    { id: 'carol', reference: '7801234567899', ticketNumber: '7801234567890' },
  ])
  expect((await conversations.byReference(typed))?.id).toBe(id)
})

test('an address has its conversations whatever its case, the newest first, and no others', async () => {
  const { conversations } = await keep([
    { id: 'first', recipient: 'Ann@example.org' },
    { id: 'second', recipient: 'ann@example.org' },
    { id: 'other', recipient: 'joann@example.org' },
    { id: 'former', recipient: 'bob@example.org', formerRecipients: ['ann@example.org'] },
    { id: 'third', recipient: 'ANN@example.org' },
  ])
  const found = async (address: string, limit: number) =>
    (await conversations.ofRecipient(address, limit)).map(({ id }) => id)
  expect(await found('aNN@example.org', 9)).toEqual(['third', 'second', 'first'])
  expect(await found('ann@example.org', 2)).toEqual(['third', 'second'])
  expect(await found('%@example.org', 9)).toEqual([])
})

test('in trouble are the frozen ones and those that mail does not reach, the newest trouble first', async () => {
  const { conversations } = await keep([
    { id: 'well' },
    { id: 'frozen', frozenAt: hours(1) },
    { id: 'unreachable', unreachableAt: hours(2) },
    { id: 'both', frozenAt: hours(0), unreachableAt: hours(3) },
  ])
  const troubled = async (limit: number) => (await conversations.troubled(limit)).map(({ id }) => id)
  expect(await troubled(9)).toEqual(['both', 'unreachable', 'frozen'])
  expect(await troubled(1)).toEqual(['both'])
  expect(await conversations.countTroubled()).toEqual({ unreachable: 2, frozen: 2 })
})

test('a stale attempt changes nothing of a conversation', async () => {
  const { db, conversations } = await keep([{ id: 'ann' }])
  const before = await conversations.byId('ann')
  const { standing, stale } = await heldJob(db)
  const ticket = { id: 7, number: '780', createdAt: NOON, unit: 'x', openedAt: NOON, customerId: 7 }
  const writes = (held: Held) => [
    conversations.relink('ann', 'bob@x.example', { hash: 'h', generation: 2, keyId: 'k' }, held),
    conversations.change('ann', EVERYTHING, held),
    conversations.allot('ann', '99', held),
    conversations.opened('ann', ticket, held),
  ]
  expect(await db.atomically(writes(stale))).toEqual([0, 0, 0, 0])
  expect(await conversations.byId('ann')).toEqual(before)
  expect(await db.atomically(writes(standing))).toEqual([1, 1, 1, 1])
})
