import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { HOUR_MS } from '../../src/clock.ts'
import type { ClockRow, Subject } from '../../src/clocks/records.ts'
import { createClockLists } from '../../src/store/clock-lists.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { NOON } from '../support/samples.ts'
import { aClockRow, aMark, aPromise, OF_TICKET, ofTicket } from './clock-samples.ts'
import { heldJob, hours, keepConversations } from './records.ts'

const OF_FORM: Subject = { conversation: 'conversation-1', ticketId: null }
const OPENED: Subject = { conversation: 'conversation-1', ticketId: 66 }
const ALWAYS = { from: new Date(0), to: hours(1e5) }

async function open() {
  const { db } = await openPlatform()
  await keepConversations(db, [{ id: 'conversation-1' }, { id: 'conversation-2' }])
  const records = createClockRecords(db)
  const lists = createClockLists(db)
  const clocksKept = async (): Promise<readonly ClockRow[]> => {
    const pages: ClockRow[] = []
    for await (const page of lists.clocksIn(ALWAYS)) pages.push(...page)
    return pages
  }
  const due = async (now = hours(1e5)) => (await records.due(now, 99)).map(({ id, nextAt }) => [id, nextAt])
  return { db, records, lists, due, clocksKept, atomically: db.atomically }
}

test.for<readonly [string, Subject, string]>([
  ['a request whose ticket is not opened yet', OF_FORM, 'c:conversation-1'],
  ['a request with a ticket', OPENED, 'c:conversation-1'],
  ['a ticket of somebody else’s making', OF_TICKET, 't:66'],
])('%s is to be reckoned once it was touched, and is known as nothing more', async ([, subject, id]) => {
  const { records, atomically } = await open()
  await atomically([records.touch(subject, NOON)])
  expect(await records.due(NOON, 9)).toEqual([{ id, subject, nextAt: NOON, tag: null, touched: 1 }])
  expect(await records.byId(id)).toEqual({
    id,
    subject,
    number: '',
    form: null,
    unit: null,
    priority: null,
    isOpen: true,
    running: null,
    quietSince: null,
    tag: 'none',
    nextAt: NOON,
    version: '',
  })
})

test('a touch brings the next reckoning nearer, and never puts it off', async () => {
  const { records, due, atomically } = await open()
  await atomically([records.touch(OF_TICKET, hours(5)), records.touch(OF_TICKET, hours(3))])
  expect(await due()).toEqual([['t:66', hours(3)]])
  await atomically([records.touch(OF_TICKET, hours(4))])
  expect(await due()).toEqual([['t:66', hours(3)]])
  await atomically(records.keep(aPromise({ nextAt: null }), [], 3))
  expect(await due()).toEqual([])
  await atomically([records.touch(OF_TICKET, hours(9))])
  expect(await due()).toEqual([['t:66', hours(9)]])
})

test('a touch by a clock that is ahead is due at once by one that is right', async () => {
  const { records, atomically } = await open()
  await atomically([records.touch(OF_TICKET, hours(24))])
  expect(await records.due(NOON, 9)).toMatchObject([{ id: 't:66', nextAt: hours(24) }])
})

test('what was touched and what has its time come one after the other, and neither holds up the other', async () => {
  const { records, atomically } = await open()
  const timed = [1, 2, 3].map((ticket) => ofTicket(ticket, { nextAt: hours(-2 * ticket) }))
  await atomically(timed.flatMap((row) => records.keep(row, [], 0)))
  for (const ticketId of [4, 5, 6])
    await atomically([records.touch({ conversation: null, ticketId }, hours(7 - 2 * ticketId))])
  const ids = async (limit: number) => (await records.due(NOON, limit)).map(({ id }) => id)
  expect(await ids(9)).toEqual(['t:3', 't:6', 't:2', 't:5', 't:1', 't:4'])
  expect(await ids(2)).toEqual(['t:3', 't:6'])
})

test('what cannot be reckoned is counted until it is, unless it was touched since it was read', async () => {
  const { records, atomically } = await open()
  const closed = ofTicket(1, { isOpen: false, running: null, nextAt: NOON })
  await atomically([...records.keep(closed, [], 0), ...records.keep(ofTicket(2), [], 0)])
  await atomically([records.broken({ id: 't:1', touched: 0 }, hours(1))])
  await atomically([records.broken({ id: 't:2', touched: 7 }, hours(1))])
  expect(await records.countBroken()).toBe(1)
  expect(await records.byId('t:1')).toMatchObject({ version: 'broken', isOpen: true, nextAt: hours(1) })
  expect(await records.behind('b', hours(1), 9)).toMatchObject([{ id: 't:2' }])
  await atomically(records.keep(closed, [], 0))
  expect(await records.countBroken()).toBe(0)
})

test('a touch changes nothing of what a promise came to', async () => {
  const { records, atomically } = await open()
  await atomically([...records.keep(aPromise(), [aClockRow()], 0), records.touch(OF_TICKET, NOON)])
  expect(await records.byId('t:66')).toEqual(aPromise({ nextAt: NOON }))
  expect(await records.due(NOON, 9)).toEqual([
    { id: 't:66', subject: OF_TICKET, nextAt: NOON, tag: 'none', touched: 1 },
  ])
})

test('a job touches only while its lease stands', async () => {
  const { db, records, due } = await open()
  const { standing, stale } = await heldJob(db)
  await db.atomically([records.touch(OF_TICKET, NOON, stale), records.touch(OPENED, NOON, stale)])
  expect(await due()).toEqual([])
  await db.atomically([records.touch(OF_TICKET, NOON, standing)])
  await db.atomically([records.touch(OPENED, hours(1), stale)])
  expect(await due()).toEqual([['t:66', NOON]])
  expect(await records.ofTickets([66])).toMatchObject(new Map([[66, { id: 't:66' }]]))
  await db.atomically([records.touch(OPENED, hours(1), standing)])
  expect(await due()).toEqual([['c:conversation-1', hours(1)]])
})

test('a ticket that becomes known is found by its id, and is not forgotten by a touch that does not name it', async () => {
  const { records, atomically } = await open()
  await atomically([records.touch(OF_FORM, NOON)])
  expect([...(await records.ofTickets([66])).keys()]).toEqual([])
  await atomically([records.touch(OPENED, NOON), records.touch(OF_FORM, NOON)])
  const found = await records.ofTickets([65, 66, 67])
  expect([...found]).toEqual([[66, await records.byId('c:conversation-1')]])
  expect(found.get(66)?.subject).toEqual(OPENED)
})

test('hundreds of tickets are found in one question', async () => {
  const { records, atomically } = await open()
  const ids = Array.from({ length: 250 }, (_, n) => n + 1)
  await atomically(ids.map((ticketId) => records.touch({ conversation: null, ticketId }, NOON)))
  expect((await records.ofTickets([...ids, 999])).size).toBe(250)
  expect((await records.ofTickets([])).size).toBe(0)
})

test('a ticket that turns out to be a conversation’s is reckoned as the conversation’s alone', async () => {
  const { records, lists, due, clocksKept, atomically } = await open()
  await atomically([
    ...records.keep(aPromise({ tag: 'promise-soon' }), [aClockRow()], 0),
    records.mark(aMark()),
    records.touch(OPENED, hours(2)),
  ])
  expect(await due()).toEqual([['c:conversation-1', hours(2)]])
  expect([...(await records.ofTickets([66])).values()]).toMatchObject([
    { id: 'c:conversation-1', tag: 'promise-soon' },
  ])
  expect(await lists.list({ limit: 9 }, NOON)).toEqual({ rows: [], inAll: 0 })
  expect(await lists.load(NOON)).toEqual([
    { unit: null, open: 1, running: 0, soon: 0, late: 0, nextDueAt: null },
  ])
  // What the other row's reckoning had under way is too late.
  await atomically(records.keep(aPromise(), [aClockRow()], 0))
  expect(await due()).toEqual([['c:conversation-1', hours(2)]])
  const own = aPromise({ id: 'c:conversation-1', subject: OPENED })
  const clock = aClockRow({ subject: own.id })
  await atomically(records.keep(own, [clock], 1))
  expect(await clocksKept()).toEqual([clock])
  expect((await lists.list({ limit: 9 }, NOON)).rows).toEqual([own])
  expect(await records.marksOf(own.id)).toEqual([aMark()])
  expect((await records.byId('t:66'))?.subject).toEqual(OF_TICKET)
})

test('what touches a ticket touches the conversation that has it', async () => {
  const { records, due, atomically } = await open()
  await atomically([records.touch(OPENED, hours(5)), records.touch(OF_TICKET, hours(3))])
  expect(await due()).toEqual([['c:conversation-1', hours(3)]])
  expect(await records.byId('t:66')).toBeNull()
  // A reckoning of the ticket alone has nothing to put down.
  await atomically(records.keep(aPromise(), [aClockRow()], 0))
  expect(await records.byId('t:66')).toBeNull()
})

test('a ticket that two conversations claim stays with the one that has it', async () => {
  const { records, due, atomically } = await open()
  await atomically([
    records.touch(OPENED, NOON),
    records.touch({ conversation: 'conversation-2', ticketId: 66 }, hours(1)),
  ])
  const second = aPromise({
    id: 'c:conversation-2',
    subject: { conversation: 'conversation-2', ticketId: 66 },
  })
  await atomically(records.keep(second, [aClockRow({ subject: second.id })], 1))
  expect((await records.ofTickets([66])).get(66)?.id).toBe('c:conversation-1')
  expect((await records.byId('c:conversation-2'))?.subject.ticketId).toBeNull()
  expect(await due()).toEqual([
    ['c:conversation-1', NOON],
    ['c:conversation-2', hours(24)],
  ])
})

test('what a promise came to is kept with its clocks, in the place of what it came to before', async () => {
  const { records, clocksKept, atomically } = await open()
  const ended = aClockRow({
    form: 'upload-trouble',
    reason: 'holidays',
    clock: {
      because: 'further-word',
      picked: 'business',
      outcome: 'answered',
      endedAt: hours(50),
      dueAt: hours(160),
      kept: { wall: false, business: true },
    },
  })
  const paused = aClockRow({
    clock: {
      key: 'article:1:2',
      kind: 'internal',
      startedAt: hours(51),
      unit: null,
      priority: null,
      outcome: 'paused',
      due: { wall: null, business: null },
      dueAt: null,
    },
  })
  await atomically(records.keep(aPromise(), [aClockRow(), aClockRow({ clock: { key: 'other' } })], 0))
  const row = aPromise({ running: { key: 'article:1:2', kind: 'internal', dueAt: null }, quietSince: null })
  await atomically(records.keep(row, [ended, paused], 0))
  expect(await records.byId('t:66')).toEqual(row)
  expect(await clocksKept()).toEqual([ended, paused])
  const closed = aPromise({ isOpen: false, running: null, nextAt: null, tag: 'promise-broken', unit: null })
  await atomically(records.keep(closed, [], 0))
  expect(await records.byId('t:66')).toEqual(closed)
  expect(await clocksKept()).toEqual([])
})

test('two hundred clocks of one ticket are kept at once, and those of another left alone', async () => {
  const { records, clocksKept, atomically } = await open()
  const many = Array.from({ length: 200 }, (_, n) =>
    aClockRow({ clock: { key: `k${String(n).padStart(3, '0')}`, startedAt: hours(n) } }),
  )
  const other = aClockRow({ subject: 't:67', clock: { startedAt: hours(-1) } })
  await atomically([...records.keep(aPromise(), many, 0), ...records.keep(ofTicket(67), [other], 0)])
  expect(await clocksKept()).toEqual([other, ...many])
  await atomically(records.keep(aPromise(), many.slice(150), 0))
  expect(await clocksKept()).toEqual([other, ...many.slice(150)])
})

test('clocks that are the same as before are not written again', async () => {
  const { records, atomically } = await open()
  const clocks = [aClockRow(), aClockRow({ clock: { key: 'other', outcome: 'answered', endedAt: hours(1) } })]
  expect(await atomically(records.keep(aPromise(), clocks, 0))).toEqual([1, 0, 2])
  expect(await atomically(records.keep(aPromise(), clocks, 0))).toEqual([1, 0, 0])
  const [first = aClockRow(), ...rest] = clocks
  const longer = { ...first, clock: { ...first.clock, passed: { wall: 2 * HOUR_MS, business: 0 } } }
  expect(await atomically(records.keep(aPromise(), [longer, ...rest], 0))).toEqual([1, 0, 1])
})

test('a promise that was touched while it was reckoned is reckoned again, at once', async () => {
  const { records, due, atomically } = await open()
  await atomically([records.touch(OF_TICKET, NOON)])
  const [read] = await records.due(NOON, 1)
  await atomically([records.touch(OF_TICKET, hours(1))])
  await atomically(records.keep(aPromise({ tag: 'promise-soon' }), [], read?.touched ?? -1))
  expect(await records.byId('t:66')).toMatchObject({ unit: 'technical', tag: 'promise-soon' })
  expect((await records.due(NOON, 1)).map(({ id, tag }) => [id, tag])).toEqual([['t:66', 'promise-soon']])
  const [again] = await records.due(NOON, 1)
  await atomically(records.keep(aPromise(), [], again?.touched ?? -1))
  expect(await due()).toEqual([['t:66', hours(24)]])
})

test('a reckoning that was overtaken by another does not keep its own for the last word', async () => {
  const { records, atomically } = await open()
  await atomically([records.touch(OF_TICKET, NOON)])
  const [slow] = await records.due(NOON, 1)
  await atomically([records.touch(OF_TICKET, NOON)])
  const [quick] = await records.due(NOON, 1)
  await atomically(records.keep(aPromise({ running: null, nextAt: null }), [], quick?.touched ?? -1))
  expect(await records.due(NOON, 1)).toEqual([])
  await atomically(records.keep(aPromise(), [], slow?.touched ?? -1))
  expect(await records.due(NOON, 1)).toMatchObject([{ id: 't:66' }])
})

test('what is due comes in the order in which it was due, so many at once, and again until it is kept', async () => {
  const { records, atomically } = await open()
  const given = [
    ofTicket(1, { nextAt: hours(3) }),
    ofTicket(2, { nextAt: hours(1) }),
    ofTicket(3, { nextAt: null }),
  ]
  const more = [ofTicket(4, { nextAt: hours(2) }), ofTicket(5, { nextAt: hours(4) })]
  await atomically([...given, ...more].flatMap((row) => records.keep(row, [], 0)))
  const ids = async (at: Date, limit: number) => (await records.due(at, limit)).map(({ id }) => id)
  expect(await ids(hours(3), 9)).toEqual(['t:2', 't:4', 't:1'])
  expect(await ids(hours(3), 2)).toEqual(['t:2', 't:4'])
  expect(await ids(hours(3), 2)).toEqual(['t:2', 't:4'])
})

test('what is due by then is not behind: it comes by itself', async () => {
  const { records, atomically } = await open()
  const given = [
    ofTicket(1, { nextAt: hours(1) }),
    ofTicket(2, { nextAt: hours(2) }),
    ofTicket(3, { nextAt: null }),
  ]
  await atomically(given.flatMap((row) => records.keep(row, [], 0)))
  const behind = async () => (await records.behind('rules-2', hours(1), 9)).map(({ id }) => id)
  expect(await behind()).toEqual(['t:2', 't:3'])
  await atomically([records.later({ id: 't:2', touched: 0 }, hours(1))])
  expect(await behind()).toEqual(['t:3'])
})

test('promises are found by their ids, those of tickets that became conversations’ too', async () => {
  const { records, atomically } = await open()
  await atomically([
    records.touch(OF_TICKET, NOON),
    records.touch({ conversation: null, ticketId: 67 }, NOON),
    records.touch(OPENED, NOON),
    records.touch({ conversation: 'conversation-2', ticketId: null }, NOON),
  ])
  const ids = ['t:66', 't:67', 'c:conversation-2', 'c:nobody', 't:9', 't:']
  const found = await records.byIds(ids)
  expect([...found].map(([id, row]) => [id, row.id])).toEqual([
    ['t:66', 'c:conversation-1'],
    ['t:67', 't:67'],
    ['c:conversation-2', 'c:conversation-2'],
  ])
  expect(await records.byIds([])).toEqual(new Map())
})

test('levels are found by the names of their links, however many', async () => {
  const { records, atomically } = await open()
  const marks = Array.from({ length: 250 }, (_, n) => aMark({ subject: `t:${n}`, ack: `ack-${n}` }))
  await atomically(marks.map((mark) => records.mark(mark)))
  const found = await records.byAcks([...marks.map(({ ack }) => ack), 'none'])
  expect(found).toEqual(new Map(marks.map((mark) => [mark.ack, mark])))
})

test('of many subjects all that was acknowledged is found', async () => {
  const { records, atomically } = await open()
  const marks = Array.from({ length: 250 }, (_, n) => aMark({ subject: `t:${n}`, ack: `ack-${n}` }))
  await atomically(marks.map((mark) => records.mark(mark)))
  expect(await records.acknowledgedOf(['t:3', 't:4'])).toEqual([])
  await atomically(['ack-3', 'ack-200', 'ack-249'].map((ack) => records.acknowledge(ack, NOON)))
  const found = await records.acknowledgedOf(marks.map(({ subject }) => subject).slice(0, 249))
  expect(new Map(found.map(({ ack, acknowledgedAt }) => [ack, acknowledgedAt]))).toEqual(
    new Map([
      ['ack-3', NOON],
      ['ack-200', NOON],
    ]),
  )
})

test('what is open and what has a clock is behind where other rules reckoned it', async () => {
  const { records, atomically } = await open()
  const given = [
    ofTicket(1, { version: 'a' }),
    ofTicket(2, { version: 'c', running: { dueAt: null }, nextAt: null, tag: 'promise-soon' }),
    ofTicket(3, { version: 'b' }),
    ofTicket(4, { version: 'a', running: null, nextAt: null, unit: 'nodes' }),
    ofTicket(5, { version: 'a', running: null, nextAt: null, isOpen: false }),
  ]
  await atomically([
    ...given.flatMap((row) => records.keep(row, [], 0)),
    records.touch({ conversation: null, ticketId: 6 }, NOON),
  ])
  const behind = await records.behind('b', NOON, 9)
  expect(behind.map(({ id, tag }) => [id, tag])).toEqual([
    ['t:1', 'none'],
    ['t:4', 'none'],
    ['t:2', 'promise-soon'],
  ])
  expect((await records.behind('b', NOON, 1)).map(({ id }) => id)).toEqual(['t:1'])
  expect((await records.behind('a', NOON, 9)).map(({ id }) => id)).toEqual(['t:3', 't:2'])
})

test('a level of a clock is put down once, and the first one stands', async () => {
  const { records, atomically } = await open()
  const first = aMark()
  expect(await atomically([records.mark(first)])).toEqual([1])
  expect(await atomically([records.mark(aMark({ how: 'covered', at: hours(40), ack: 'ack-2' }))])).toEqual([
    0,
  ])
  const others = [
    aMark({ level: '90%', at: hours(44), ack: 'ack-3' }),
    aMark({ clock: 'article:1:2', how: 'digest', at: hours(40), ack: 'ack-4' }),
    aMark({ subject: 't:67', ack: 'ack-5' }),
  ]
  expect(await atomically(others.map((mark) => records.mark(mark)))).toEqual([1, 1, 1])
  expect(await records.marksOf('t:66')).toEqual([first, others[1], others[0]])
  expect(await records.byAck('ack-1')).toEqual(first)
  expect(await records.byAck('ack-2')).toBeNull()
})

test('a level is acknowledged once, and keeps the first time', async () => {
  const { records, atomically } = await open()
  await atomically([records.mark(aMark()), records.mark(aMark({ level: '90%', ack: 'ack-2' }))])
  expect(await atomically([records.acknowledge('ack-1', hours(40))])).toEqual([1])
  expect(await atomically([records.acknowledge('ack-1', hours(41))])).toEqual([0])
  expect(await atomically([records.acknowledge('none', hours(41))])).toEqual([0])
  expect(await records.byAck('ack-1')).toEqual(aMark({ acknowledgedAt: hours(40) }))
  expect(await records.byAck('ack-2')).toMatchObject({ acknowledgedAt: null })
})

test('of a level that is mailed the first time is kept, and all whom a mail reached', async () => {
  const { records, atomically } = await open()
  const others = [aMark({ level: '90%', ack: 'ack-2' }), aMark({ level: '100%', ack: 'ack-3' })]
  await atomically([aMark(), ...others].map((mark) => records.mark(mark)))
  await atomically([records.mailed(['ack-1', 'ack-2'], { to: 'alert:a', at: hours(40) })])
  await atomically([records.mailed(['ack-1', 'of-none'], { to: 'alert:b', at: hours(41) })])
  expect(await records.byAck('ack-1')).toEqual(
    aMark({ mailedAt: hours(40), mailedTo: ['alert:a', 'alert:b'] }),
  )
  expect(await records.byAck('ack-2')).toMatchObject({ mailedAt: hours(40), mailedTo: ['alert:a'] })
  expect(await records.byAck('ack-3')).toMatchObject({ mailedAt: null, mailedTo: [] })
})
