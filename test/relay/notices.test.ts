import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { alertSerial } from '../../src/outbox/alert.ts'
import type { NoticeKind } from '../../src/relay/notices.ts'
import { aMark } from '../store/clock-samples.ts'
import { uploadForm } from '../support/sample-forms.ts'
import { NOON } from '../support/samples.ts'
import { ANN, answering } from './answering.ts'

const KINDS: readonly NoticeKind[] = ['moved', 'closed', 'merged', 'late']

/** What makes each of them true. */
const TRUE = { moved: {}, closed: { closedAt: NOON }, merged: { mergedInto: 4711 }, late: {} }

test.for(KINDS)('a visitor is told %s once, however often it is found', async (kind) => {
  const a = await answering()
  const own = await a.opened({ conversation: TRUE[kind] })
  if (kind === 'late') a.time.turn(49 * HOUR_MS)
  for (let found = 0; found < 3; found += 1) {
    await a.tell({ conversation: await a.now(own.conversation), kind, occasion: 'an-event' })
    await a.pass(2 * MINUTE_MS)
  }
  expect(a.sent).toMatchObject([{ to: ANN }])
  expect(a.rendered).toMatchObject([
    {
      message: {
        kind,
        reference: own.ticket.number,
        number: own.ticket.number,
        team: 'First Line support',
        references: ['<submission-1@desk.example>'],
        replyTo: 'first-line@mail.example',
        dueAt: kind === 'late' ? after(NOON, 48 * HOUR_MS) : null,
      },
    },
  ])
  expect(a.rendered[0]?.headers.messageId).toMatch(new RegExp(`^<${kind}\\.[0-9a-f]{16}\\.conversati@desk`))
})

test.for(KINDS)('what was found twice at once is %s once', async (kind) => {
  const a = await answering()
  const own = await a.opened({ conversation: TRUE[kind] })
  if (kind === 'late') a.time.turn(49 * HOUR_MS)
  const conversation = await a.now(own.conversation)
  await a.tell({ conversation, kind, occasion: 'an-event' })
  await a.tell({ conversation, kind, occasion: 'an-event' })
  await a.pass(2 * MINUTE_MS)
  expect(a.sent).toHaveLength(1)
  expect(await a.jobRows('send-message')).toHaveLength(1)
})

test.for(KINDS)('a form that wants answers alone tells nobody %s', async (kind) => {
  const a = await answering({ forms: [{ ...uploadForm, notify: 'answers' }] })
  const own = await a.opened({ conversation: TRUE[kind] })
  await a.tell({ conversation: await a.now(own.conversation), kind, occasion: 'an-event' })
  await a.pass(2 * MINUTE_MS)
  expect(a.sent).toEqual([])
  expect(await a.now(own.conversation)).toMatchObject({
    toldLateAt: kind === 'late' ? NOON : null,
    toldMovedAt: null,
  })
})

test('another team is told of at most once a day, and as the team that it is by then', async () => {
  const a = await answering()
  const own = await a.opened()
  const move = async (unit: string): Promise<void> => {
    await a.tell({ conversation: await a.now(own.conversation), kind: 'moved', occasion: unit, unit })
    await a.atomically([a.conversations.change(own.conversation, { unit })])
    await a.round()
  }
  await move('catalogue')
  a.time.turn(23 * HOUR_MS)
  await move('first-line')
  a.time.turn(HOUR_MS)
  await move('catalogue-again')
  expect(a.rendered.map(({ message }) => 'team' in message && message.team)).toEqual([
    'Catalogue',
    'catalogue-again',
  ])
})

/** A promise that was missed: its visitor is to hear so, and staff, of whom nobody was mailed yet. */
async function aMissedPromise() {
  const a = await answering()
  const own = await a.opened({ submission: { language: 'es' } })
  a.time.turn(49 * HOUR_MS)
  const now = a.time.clock()
  const of = { subject: `c:${own.conversation}`, clock: 'request', level: '100%', ack: 'ack' } as const
  await a.atomically([a.records.mark(aMark({ ...of, cameAt: now, at: now }))])
  await a.tell({ conversation: await a.now(own.conversation), kind: 'late', occasion: 'due' })
  const mailed = async (...addresses: readonly string[]): Promise<void> => {
    const serials = await Promise.all(addresses.map(alertSerial))
    await a.atomically(serials.map((to) => a.records.mailed(['ack'], { to, at: a.time.clock() })))
  }
  const toldNow = () =>
    a.rendered.map(({ message }) =>
      message.kind === 'late' ? [...message.raisedTo, message.raisedToCoordination] : message.kind,
    )
  return { ...a, own, mailed, toldNow }
}

test('a missed promise is told with those whom mails about it reached, in the visitor’s language', async () => {
  const a = await aMissedPromise()
  await a.mailed('first-line@staff.example', 'boss@staff.example')
  await a.round()
  expect(a.rendered).toMatchObject([{ message: { kind: 'late', language: 'es' } }])
  expect(a.toldNow()).toEqual([['Primera línea', true]])
  expect(await a.now(a.own.conversation)).toMatchObject({ toldLateAt: after(NOON, 49 * HOUR_MS) })
})

test('the word that a promise was missed waits for the mails to all whom it names', async () => {
  const a = await aMissedPromise()
  await a.mailed('boss@staff.example')
  await a.pass(5 * MINUTE_MS, MINUTE_MS)
  expect(a.toldNow()).toEqual([])
  await a.mailed('first-line@staff.example')
  await a.pass(2 * MINUTE_MS, MINUTE_MS)
  expect(a.toldNow()).toEqual([['Primera línea', true]])
})

test.for([
  { reached: [], told: [false] },
  { reached: ['boss@staff.example'], told: [true] },
])(
  'after a quarter of an hour it goes all the same, and names whom mails reached: $reached',
  async (given) => {
    const a = await aMissedPromise()
    await a.mailed(...given.reached)
    await a.pass(15 * MINUTE_MS, MINUTE_MS)
    expect(a.toldNow()).toEqual([])
    await a.pass(2 * MINUTE_MS, MINUTE_MS)
    expect(a.toldNow()).toEqual([given.told])
  },
)

test.for([
  { kind: 'closed', since: { closedAt: null } },
  { kind: 'closed', since: { continuedIn: 'conversation-2' } },
  { kind: 'merged', since: { mergedInto: null } },
] as const)('what is no longer so is not told: $kind since $since', async ({ kind, since }) => {
  const a = await answering()
  const own = await a.opened({ conversation: TRUE[kind] })
  await a.tell({ conversation: await a.now(own.conversation), kind, occasion: 'an-event' })
  await a.atomically([a.conversations.change(own.conversation, since)])
  await a.pass(2 * MINUTE_MS)
  expect(a.sent).toEqual([])
  expect(await a.jobRows('send-message')).toMatchObject([{ state: 'done' }])
})

const MISSED = { clock: 'request', dueAt: after(NOON, HOUR_MS) }

test('nobody is told of a missed promise once the answer has come', async () => {
  const a = await answering()
  const own = await a.opened()
  a.time.turn(49 * HOUR_MS)
  await a.tell({ conversation: await a.now(own.conversation), kind: 'late', occasion: 'due', missed: MISSED })
  await a.answer(own)
  await a.pass(MINUTE_MS)
  expect(a.rendered.map(({ message }) => message.kind)).toEqual(['answer'])
  expect(await a.jobRows('send-message')).toMatchObject([{ state: 'done' }])
})

test('nobody is told of a missed promise that was given more time, before it is missed again', async () => {
  const a = await answering()
  const own = await a.opened()
  a.time.turn(47 * HOUR_MS)
  await a.tell({ conversation: await a.now(own.conversation), kind: 'late', occasion: 'due', missed: MISSED })
  await a.pass(50 * MINUTE_MS, MINUTE_MS)
  expect(a.rendered).toEqual([])
  await a.pass(30 * MINUTE_MS, MINUTE_MS)
  expect(a.rendered.map(({ message }) => message.kind)).toEqual(['late'])
})

test('the word that a promise was missed waits no longer than three days for the ticket to be opened again', async () => {
  const a = await answering()
  const own = await a.opened()
  a.time.turn(49 * HOUR_MS)
  await a.tell({ conversation: await a.now(own.conversation), kind: 'late', occasion: 'due', missed: MISSED })
  const opened = { group: 'First Line support', priority: '2 normal', state: 'open', tags: [] } as const
  const closing = { id: '1', at: a.time.clock(), what: 'state', to: 'closed' } as const
  const of = { ticketId: own.ticketId, number: '1', createdAt: NOON, heir: null }
  const facts = { ...of, opened, now: { ...opened, state: 'closed' }, changes: [closing] } as const
  await a.atomically([a.facts.keep(facts)])
  await a.pass(71 * HOUR_MS, HOUR_MS)
  expect(await a.jobRows('send-message')).toMatchObject([{ state: 'ready' }])
  await a.pass(2 * HOUR_MS, 10 * MINUTE_MS)
  expect([a.rendered, await a.jobRows('send-message')]).toMatchObject([[], [{ state: 'done' }]])
})

test.for([
  { what: 'writes after it was closed is not told so', act: 'reply', at: 1, told: [] },
  { what: 'wrote before it was closed is told so', act: 'reply', at: -1, told: ['closed'] },
  { what: 'rates what was closed is told so', act: 'rating', at: 1, told: ['closed'] },
] as const)('a visitor who $what', async ({ act, at, told }) => {
  const a = await answering()
  const own = await a.opened({ conversation: { closedAt: NOON } })
  await a.tell({ conversation: await a.now(own.conversation), kind: 'closed', occasion: 'an-event' })
  const said = { id: 'said', conversation: own.conversation, act, body: 'Wait', score: null, postedAt: null }
  const reply = { ...said, sentAt: after(NOON, at) }
  await a.atomically(a.replies.add(reply, { key: 'k', content: 'c' }, []))
  await a.pass(2 * MINUTE_MS)
  expect(a.rendered.map(({ message }) => message.kind)).toEqual(told)
})

test('a closing is told only once the answer that came with it has gone', async () => {
  const a = await answering()
  const own = await a.opened({ conversation: { closedAt: NOON } })
  await a.answer(own)
  await a.tell({ conversation: await a.now(own.conversation), kind: 'closed', occasion: 'an-event' })
  a.desk.outage = 'unavailable'
  await a.pass(HOUR_MS, MINUTE_MS)
  expect(a.sent).toEqual([])
  a.desk.outage = null
  await a.pass(HOUR_MS, MINUTE_MS)
  expect(a.rendered.map(({ message }) => message.kind)).toEqual(['answer', 'closed'])
})

test.for(['closed', 'merged'] as const)(
  '%s is told only after an answer could be taken back',
  async (kind) => {
    const a = await answering()
    const own = await a.opened({ conversation: TRUE[kind] })
    await a.tell({ conversation: await a.now(own.conversation), kind, occasion: 'an-event' })
    await a.pass(MINUTE_MS)
    expect(a.sent).toEqual([])
    await a.pass(10 * SECOND_MS, SECOND_MS)
    expect(a.sent).toHaveLength(1)
  },
)

test('nothing is told while a conversation is frozen', async () => {
  const a = await answering()
  const own = await a.opened({ conversation: { frozenAt: NOON } })
  await a.tell({ conversation: await a.now(own.conversation), kind: 'moved', occasion: 'an-event' })
  await a.pass(DAY_MS, HOUR_MS)
  expect(a.sent).toEqual([])
})
