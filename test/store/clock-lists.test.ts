import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after } from '../../src/clock.ts'
import type { ClockLists, ListQuery, Range } from '../../src/clocks/lists.ts'
import type { ClockRow, LevelMark, PromiseRow } from '../../src/clocks/records.ts'
import { createClockLists } from '../../src/store/clock-lists.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import type { Db } from '../../src/store/db.ts'
import { createFollowedTickets } from '../../src/store/followed.ts'
import { createReplies } from '../../src/store/replies.ts'
import { createRoutings } from '../../src/store/routings.ts'
import type { Routing } from '../../src/routing/routings.ts'
import { NOON } from '../support/samples.ts'
import { aClockRow, aMark, ofTicket } from './clock-samples.ts'
import { aFollowedTicket, aReply, hours, keepConversations } from './records.ts'

async function open(rows: readonly PromiseRow[] = []) {
  const { db } = await openPlatform()
  const records = createClockRecords(db)
  await db.atomically(rows.flatMap((row) => records.keep(row, [], 0)))
  return { db, records, lists: createClockLists(db), atomically: db.atomically }
}

const ids = (rows: readonly PromiseRow[]): string => rows.map(({ id }) => id.slice(2)).join(' ')

const BOARD = [
  ofTicket(1, { unit: 'technical', running: { dueAt: hours(9) }, form: 'upload-trouble' }),
  ofTicket(2, { unit: 'catalogue', running: { dueAt: hours(-1) }, tag: 'promise-broken' }),
  ofTicket(3, { unit: 'technical', running: { dueAt: null, startedAt: hours(2) } }),
  ofTicket(4, { unit: 'technical', running: null, isOpen: true, quietSince: hours(-200) }),
  ofTicket(5, { unit: null, running: { dueAt: hours(1) }, tag: 'promise-soon' }),
  ofTicket(6, { unit: 'technical', running: { dueAt: hours(2), kind: 'internal' }, tag: 'promise-soon' }),
  ofTicket(7, { unit: 'technical', running: null, isOpen: false, quietSince: null }),
  ofTicket(8, { unit: 'technical', running: { dueAt: NOON }, number: '4000_50%' }),
  ofTicket(9, { unit: 'technical', running: { dueAt: hours(-2) }, tag: 'promise-soon', quietSince: null }),
  ofTicket(10, { unit: null, running: { dueAt: null, startedAt: hours(1) }, tag: 'promise-soon' }),
]

test.for<readonly [string, Omit<ListQuery, 'limit'>, string]>([
  ['all with a clock, the least time left first, and last those whose time stands', {}, '9 2 8 5 6 1 10 3'],
  ['those of one unit', { unit: 'technical' }, '9 8 6 1 3'],
  ['those of no unit', { unit: null }, '5 10'],
  ['none of a unit that nobody knows', { unit: 'nobody' }, ''],
  ['those of one form', { form: 'upload-trouble' }, '1'],
  ['what is past its due, and not what is due this instant', { only: 'late' }, '9 2'],
  ['what is late of one unit', { only: 'late', unit: 'catalogue' }, '2'],
  ['what is tagged as due soon and is not late since', { only: 'soon' }, '5 6 10'],
  ['what is due soon of one unit', { only: 'soon', unit: 'technical' }, '6'],
  ['the longest quiet first, with a clock or without', { only: 'quiet', quietBefore: hours(-100) }, '4'],
  ['what is quiet since that very instant', { only: 'quiet', quietBefore: hours(-200) }, '4'],
  ['nothing quiet where all were spoken to since', { only: 'quiet', quietBefore: hours(-201) }, ''],
  ['the quiet ones of one unit', { only: 'quiet', quietBefore: NOON, unit: 'technical' }, '4 1 3 6 8'],
  ['the quiet ones of no unit', { only: 'quiet', quietBefore: NOON, unit: null }, '5 10'],
  ['all that anybody waits in, where nobody says since when', { only: 'quiet' }, '4 1 2 3 5 6 8 10'],
  ['a part of the number', { search: '8006' }, '6'],
  ['a unit, whatever its case', { search: 'CataLogue' }, '2'],
  ['a form, with blanks around it', { search: '  UPLOAD-trouble ' }, '1'],
  ['a per cent sign as what it is', { search: '50%' }, '8'],
  ['an underscore as what it is', { search: '0_5' }, '8'],
  ['a search and a filter at once', { search: '78', unit: 'technical', only: 'soon' }, '6'],
  ['nothing, for what nobody wrote', { search: 'x'.repeat(100_000) }, ''],
  ['all, for a search without a word', { search: '  ' }, '9 2 8 5 6 1 10 3'],
])('the board lists %s', async ([, query, expected]) => {
  const { lists } = await open(BOARD)
  const { rows, inAll } = await lists.list({ ...query, limit: 99 }, NOON)
  expect(ids(rows)).toBe(expected)
  expect(inAll).toBe(rows.length)
})

test('a list gives its rows as they were kept, and the same ones in pages of any size', async () => {
  const { lists } = await open(BOARD)
  const whole = await lists.list({ limit: 99 }, NOON)
  expect(whole.rows[0]).toEqual(BOARD[8])
  for (const limit of [1, 2, 3, 5, 8]) {
    const paged: PromiseRow[] = []
    for (let offset = 0; offset < 12; offset += limit) {
      const { rows, inAll } = await lists.list({ limit, offset }, NOON)
      expect(inAll).toBe(8)
      paged.push(...rows)
    }
    expect(paged).toEqual(whole.rows)
  }
})

test('each unit’s load tells what is open, what runs, what is due soon, what is late and what comes next', async () => {
  const { lists } = await open(BOARD)
  expect(await lists.load(NOON)).toEqual([
    { unit: null, open: 2, running: 2, soon: 2, late: 0, nextDueAt: hours(1) },
    { unit: 'catalogue', open: 1, running: 1, soon: 0, late: 1, nextDueAt: hours(-1) },
    { unit: 'technical', open: 6, running: 5, soon: 1, late: 1, nextDueAt: hours(-2) },
  ])
  expect(await lists.openByLevel(NOON)).toEqual({ running: 8, soon: 3, late: 2 })
})

test('the loads of the units add up to what is open by level', async () => {
  const { lists } = await open(BOARD)
  for (const now of [hours(-3), NOON, hours(1.5), hours(99)]) {
    const loads = await lists.load(now)
    const sum = (of: 'running' | 'soon' | 'late') => loads.reduce((all, load) => all + load[of], 0)
    expect(await lists.openByLevel(now)).toEqual({
      running: sum('running'),
      soon: sum('soon'),
      late: sum('late'),
    })
    for (const only of ['soon', 'late'] as const) {
      expect((await lists.list({ only, limit: 1 }, now)).inAll).toBe(sum(only))
    }
  }
})

test('an empty store has no load, nothing late, nothing running and no lag', async () => {
  const { lists } = await open()
  expect(await lists.list({ limit: 9 }, NOON)).toEqual({ rows: [], inAll: 0 })
  expect(await lists.load(NOON)).toEqual([])
  expect(await lists.openByLevel(NOON)).toEqual({ running: 0, soon: 0, late: 0 })
  expect(await lists.oldestRunning()).toBeNull()
  expect(await lists.kept(NOON, NOON)).toEqual({ kept: 0, answered: 0, overdue: 0 })
  expect(await lists.keptByDay(NOON, 'Europe/Madrid')).toEqual([])
  expect(await lists.alertLag(NOON)).toEqual({ count: 0, sumMs: 0, maxMs: 0 })
  expect(await lists.ratings(ALWAYS)).toEqual([])
  expect(await clocksOf(lists, ALWAYS)).toEqual([])
})

test('what a unit must answer before then comes by its due, late ones first', async () => {
  const { lists } = await open(BOARD)
  expect(ids(await lists.dueBefore('technical', hours(9), 9))).toBe('9 8 6')
  expect(ids(await lists.dueBefore('technical', hours(10), 2))).toBe('9 8')
  expect(await lists.dueBefore('first-line', hours(99), 9)).toEqual([])
})

test('the clock that has run longest is a visitor’s, and one whose time stands counts', async () => {
  const { lists, records, atomically } = await open([
    ofTicket(1, { running: { startedAt: hours(3) } }),
    ofTicket(2, { running: { startedAt: hours(1), kind: 'internal' } }),
    ofTicket(3, { running: null }),
  ])
  expect(await lists.oldestRunning()).toEqual(hours(3))
  await atomically(records.keep(ofTicket(4, { running: { startedAt: hours(2), dueAt: null } }), [], 0))
  expect(await lists.oldestRunning()).toEqual(hours(2))
})

const ALWAYS: Range = { from: new Date(0), to: hours(1e5) }

const clocksOf = async (lists: ClockLists, range: Range): Promise<readonly ClockRow[]> => {
  const found: ClockRow[] = []
  for await (const page of lists.clocksIn(range)) {
    expect(page.length).toBeGreaterThan(0)
    expect(page.length).toBeLessThanOrEqual(500)
    found.push(...page)
  }
  return found
}

const keepClocks = async (db: Db, given: readonly ClockRow[]): Promise<void> => {
  const records = createClockRecords(db)
  const bySubject = Map.groupBy(given, ({ subject }) => subject)
  await db.atomically(
    [...bySubject].flatMap(([subject, clocks]) =>
      records.keep(ofTicket(Number(subject.slice(2))), clocks, 0),
    ),
  )
}

const TOLD = 'is told of'
const NOT_TOLD = 'is not told of'

test.for<readonly [string, string, Partial<ClockRow['clock']>]>([
  [TOLD, 'was started and ended in the range', { startedAt: hours(11), endedAt: hours(12) }],
  [TOLD, 'was started as the range begins', { startedAt: hours(10), endedAt: null }],
  [NOT_TOLD, 'was started as the range ends', { startedAt: hours(20), endedAt: null }],
  [TOLD, 'was started just before the range ends', { startedAt: after(hours(20), -1), endedAt: null }],
  [TOLD, 'was ended as the range begins', { startedAt: hours(9), endedAt: hours(10) }],
  [NOT_TOLD, 'was ended just before it', { startedAt: hours(9), endedAt: after(hours(10), -1) }],
  [TOLD, 'goes on through the range', { startedAt: hours(9), endedAt: hours(21) }],
  [TOLD, 'goes on still', { startedAt: hours(-9), endedAt: null }],
  [TOLD, 'is of a unit that waits', { kind: 'internal', startedAt: hours(9), endedAt: hours(12) }],
])('a report %s a clock that %s', async ([expected, , clock]) => {
  const { db, lists } = await open()
  const given = aClockRow({ clock })
  await keepClocks(db, [given])
  const found = await clocksOf(lists, { from: hours(10), to: hours(20) })
  expect(found).toEqual(expected === TOLD ? [given] : [])
})

test('clocks come once each, however many start or end at one instant', async () => {
  const { db, lists } = await open()
  const given = Array.from({ length: 4000 }, (_, n) => {
    const startedAt = hours([5, n % 50, 60, 60 + (n % 30)][n % 4] ?? 0)
    const endedAt = [null, hours(70), hours(55), hours(60 + (n % 50))][Math.floor(n / 4) % 4] ?? null
    return aClockRow({
      subject: `t:${1 + (n % 7)}`,
      clock: {
        key: `k${n}`,
        kind: n % 3 === 0 ? 'internal' : 'visitor',
        startedAt,
        endedAt: endedAt !== null && endedAt < startedAt ? startedAt : endedAt,
      },
    })
  })
  await keepClocks(db, given)
  const range = { from: hours(60), to: hours(80) }
  const touches = ({ clock: { startedAt, endedAt } }: ClockRow) =>
    startedAt < range.to && (endedAt === null || endedAt >= range.from)
  const placeOf = ({ subject, clock }: ClockRow) => `${subject} ${clock.key}`
  const found = (await clocksOf(lists, range)).map(placeOf)
  expect(found.toSorted()).toEqual(given.filter(touches).map(placeOf).sort())
  expect(await clocksOf(lists, ALWAYS)).toHaveLength(given.length)
})

test('a visitor’s answer counts as kept by the reading that was promised, on the day that it came', async () => {
  const { db, lists } = await open()
  const answered = (n: number, over: Partial<ClockRow['clock']>) =>
    aClockRow({ clock: { key: `k${n}`, outcome: 'answered', endedAt: hours(1), ...over } })
  const [inTime, late] = [
    { wall: true, business: false },
    { wall: false, business: true },
  ]
  await keepClocks(db, [
    answered(1, { kept: inTime }),
    answered(2, { kept: late }),
    answered(3, { kept: late, picked: 'business', endedAt: hours(25) }),
    answered(4, { kept: inTime, picked: 'business', endedAt: hours(26) }),
    answered(5, { kept: inTime, endedAt: hours(12) }),
    answered(6, { kept: inTime, endedAt: hours(-1) }),
    answered(7, { kept: inTime, kind: 'internal' }),
    answered(8, { outcome: 'closed' }),
    answered(9, { outcome: 'running', endedAt: null }),
  ])
  expect(await lists.kept(NOON, NOON)).toEqual({ kept: 3, answered: 5, overdue: 0 })
  expect(await lists.kept(hours(1), NOON)).toEqual({ kept: 3, answered: 5, overdue: 0 })
  expect(await lists.kept(hours(26), NOON)).toEqual({ kept: 0, answered: 1, overdue: 0 })
  const day = (at: Date) => at.toISOString().slice(0, 10)
  expect(await lists.keptByDay(NOON, 'UTC')).toEqual([
    { day: day(NOON), kept: 1, answered: 2 },
    { day: day(hours(12)), kept: 2, answered: 3 },
  ])
})

test('what is past its due without an answer counts as not kept; a unit’s wait for another unit does not', async () => {
  const { db, lists } = await open()
  const records = createClockRecords(db)
  const late = { dueAt: hours(-1) }
  for (const row of [
    ofTicket(1, { running: late }),
    ofTicket(2, { running: { dueAt: hours(1) } }),
    ofTicket(3, { running: { ...late, kind: 'internal' } }),
  ]) {
    await db.atomically(records.keep(row, [], 0))
  }
  expect(await lists.kept(hours(-24), NOON)).toEqual({ kept: 0, answered: 0, overdue: 1 })
})

test.for([
  ['UTC', '2026-10-24 0/1, 2026-10-25 4/4'],
  ['Europe/Madrid', '2026-10-25 3/4, 2026-10-26 1/1'],
  ['Asia/Kathmandu', '2026-10-25 2/3, 2026-10-26 2/2'],
  ['America/Los_Angeles', '2026-10-24 1/2, 2026-10-25 3/3'],
] as const)('in %s an answer is of the day that the calendar there shows', async ([zone, expected]) => {
  const { db, lists } = await open()
  const answered = (endedAt: string, kept: boolean) =>
    aClockRow({
      clock: {
        key: endedAt,
        outcome: 'answered',
        endedAt: new Date(endedAt),
        kept: { wall: kept, business: !kept },
      },
    })
  await keepClocks(db, [
    // Clocks are put back in Madrid on the 25th.
    answered('2026-10-24T22:00:00.000Z', false),
    answered('2026-10-25T00:30:00.000Z', true),
    answered('2026-10-25T18:14:59.999Z', true),
    answered('2026-10-25T18:15:00.000Z', true),
    answered('2026-10-25T23:00:00.000Z', true),
  ])
  const days = await lists.keptByDay(new Date('2026-10-01T00:00:00Z'), zone)
  expect(days.map(({ day, kept, answered: all }) => `${day} ${kept}/${all}`).join(', ')).toBe(expected)
})

const aRouting = (over: Partial<Routing>): Routing => ({
  id: 'routing-1',
  conversation: null,
  ticket: null,
  source: 'web-form',
  unit: 'catalogue',
  rule: 'mapping tables',
  priority: null,
  tags: [],
  mode: 'assign',
  because: 'the text has the word “mapping”',
  version: '0123456789ab',
  decidedAt: hours(1),
  placed: null,
  feedback: 'open',
  ...over,
})

test('what rules sent past First Line is told by number, and what stayed there is not', async () => {
  const { db, lists, atomically } = await open()
  await keepConversations(db, [
    { id: 'conversation-1' },
    { id: 'conversation-2', ticketNumber: '78002', ticketId: 77 },
  ])
  const routings = createRoutings(db)
  const followed = createFollowedTickets(db)
  const at = hours(2)
  const given = [
    aRouting({ id: 'waits', conversation: 'conversation-1', decidedAt: hours(5) }),
    aRouting({ id: 'by-form', conversation: 'conversation-2', decidedAt: hours(4) }),
    aRouting({ id: 'by-ticket', ticket: 66, placed: { unit: 'technical', groupId: 5, at }, rule: 'nodes' }),
    aRouting({ id: 'fell-back', ticket: 67, placed: { unit: 'first-line', groupId: 2, at } }),
    aRouting({ id: 'stayed', ticket: 68, unit: 'first-line' }),
    aRouting({
      id: 'suggested',
      ticket: 69,
      mode: 'suggest',
      placed: { unit: 'first-line', groupId: 2, at },
    }),
    aRouting({ id: 'no-rule', ticket: 70, rule: null, unit: 'first-line' }),
    aRouting({ id: 'before', ticket: 71, decidedAt: after(NOON, -1) }),
    aRouting({ id: 'after', ticket: 72, decidedAt: hours(9) }),
  ]
  await atomically([
    ...given.map((routing) => routings.add(routing)),
    ...[66, 67, 68, 69, 70, 71, 72].map((id) => followed.keep(aFollowedTicket({ id, number: `780${id}` }))),
  ])
  const range = { from: NOON, to: hours(9) }
  const told = [
    { ticketId: 66, number: '78066', unit: 'technical', rule: 'nodes', at: hours(1) },
    { ticketId: 77, number: '78002', unit: 'catalogue', rule: 'mapping tables', at: hours(4) },
    { ticketId: null, number: 'R-conversation-1', unit: 'catalogue', rule: 'mapping tables', at: hours(5) },
  ]
  const except = 'first-line'
  expect(await lists.assigned(range, { except }, 9)).toEqual(told)
  expect(await lists.assigned(range, { except }, 1)).toEqual(told.slice(0, 1))
  expect(await lists.assigned(range, { except, unit: 'catalogue' }, 9)).toEqual(told.slice(1))
})

test('of the scores that a visitor gave in the range the last one counts', async () => {
  const { db, lists, atomically } = await open()
  const given = ['a', 'b', 'c', 'd'].map((id) => ({ id, unit: id === 'd' ? 'technical' : 'catalogue' }))
  await keepConversations(db, given)
  const replies = createReplies(db)
  const rated = (id: string, conversation: string, score: number | null, at: Date) =>
    replies.add(
      aReply({ id, conversation, act: score === null ? 'reply' : 'rating', score, sentAt: at }),
      { key: id, content: id },
      [],
    )
  await atomically(
    [
      rated('1', 'a', 1, hours(1)),
      rated('2', 'a', 5, hours(2)),
      rated('3', 'a', 2, hours(20)),
      rated('4', 'b', 5, hours(1)),
      rated('5', 'c', 3, hours(3)),
      rated('6', 'c', 4, hours(3)),
      rated('7', 'd', 1, hours(-1)),
      rated('8', 'd', null, hours(1)),
    ].flat(),
  )
  expect(await lists.ratings({ from: NOON, to: hours(20) })).toEqual([
    { unit: 'catalogue', score: 4, count: 1 },
    { unit: 'catalogue', score: 5, count: 2 },
  ])
  expect(await lists.ratings({ from: hours(-1), to: NOON })).toEqual([
    { unit: 'technical', score: 1, count: 1 },
  ])
})

test('the lag of alerts is the time until a level was first mailed', async () => {
  const { lists, records, atomically } = await open()
  const mark = (n: number, over: Partial<LevelMark>) =>
    records.mark(aMark({ level: `${n}`, ack: `ack-${n}`, cameAt: NOON, ...over }))
  await atomically([
    mark(1, { at: after(NOON, 100), mailedAt: after(NOON, 500) }),
    mark(2, { at: after(NOON, 100), mailedAt: after(NOON, 2000) }),
    mark(3, { at: hours(9), how: 'covered' }),
    mark(5, { at: hours(9) }),
    mark(4, { at: hours(9), how: 'digest' }),
  ])
  expect(await lists.alertLag(NOON)).toEqual({ count: 2, sumMs: 2500, maxMs: 2000 })
  expect(await lists.alertLag(after(NOON, 501))).toEqual({ count: 1, sumMs: 2000, maxMs: 2000 })
})

test('all with a clock come once each, page by page, though some move in every list meanwhile', async () => {
  const { db, records, lists } = await open(BOARD)
  const found: string[] = []
  for (let behind: string | null = null; ;) {
    const rows: readonly PromiseRow[] = await lists.withClock(behind, 3)
    found.push(...rows.map(({ id }) => id))
    behind = rows.at(-1)?.id ?? null
    if (behind === null) break
    const last = BOARD.find(({ id }) => id === behind)
    if (last) {
      const moved = ofTicket(last.subject.ticketId ?? 0, { running: { dueAt: hours(99) } })
      await db.atomically(records.keep(moved, [], 0))
    }
  }
  expect(found).toEqual(['t:1', 't:10', 't:2', 't:3', 't:5', 't:6', 't:8', 't:9'])
})
