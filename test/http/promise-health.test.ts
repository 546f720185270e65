import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { ClockRow, LevelMark, PromiseRow } from '../../src/clocks/records.ts'
import { clockCheck, promiseCheck, promiseMetrics } from '../../src/http/promise-health.ts'
import { createClockLists } from '../../src/store/clock-lists.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { createMemory } from '../../src/store/memory.ts'
import { aClockRow, aMark, ofTicket } from '../store/clock-samples.ts'
import { hours } from '../store/records.ts'
import { NOON } from '../support/samples.ts'

interface Given {
  readonly rows?: readonly PromiseRow[]
  readonly clocks?: readonly ClockRow[]
  readonly marks?: readonly LevelMark[]
  readonly now?: Date
}

async function open({ rows = [], clocks = [], marks = [], now = NOON }: Given = {}) {
  const { db } = await openPlatform()
  const records = createClockRecords(db)
  for (const row of rows) {
    const own = clocks.filter(({ subject }) => subject === row.id)
    await db.atomically([records.touch(row.subject, hours(900)), ...records.keep(row, own, 1)])
  }
  if (marks.length > 0) await db.atomically(marks.map((mark) => records.mark(mark)))
  const timeZone = 'Europe/Madrid'
  return { records, lists: createClockLists(db), memory: createMemory(db), timeZone, clock: () => now, db }
}

const linesOf = async (given: Given): Promise<readonly string[]> =>
  (await promiseMetrics(await open(given))).filter((line) => !line.startsWith('#'))

const answered = (ticketId: number, endedAt: Date, kept: boolean): ClockRow =>
  aClockRow({
    subject: `t:${ticketId}`,
    clock: {
      outcome: 'answered',
      startedAt: after(endedAt, -HOUR_MS),
      endedAt,
      kept: { wall: kept, business: kept },
    },
  })

test('metrics tell how promises are kept, how they stand, and how soon staff are told, in Prometheus’ format', async () => {
  const rows = [
    ofTicket(1, { running: { startedAt: hours(-60), dueAt: hours(-12) }, tag: 'promise-broken' }),
    ofTicket(2, { running: { startedAt: hours(-47), dueAt: hours(1) }, tag: 'promise-soon' }),
    ofTicket(3, { running: { startedAt: hours(-1), dueAt: hours(47) } }),
    ofTicket(4, { running: { startedAt: hours(-2), dueAt: null } }),
    ofTicket(5, { running: { startedAt: hours(-90), dueAt: hours(5), kind: 'internal' } }),
    ...[6, 7, 8, 9].map((id) => ofTicket(id, { running: null })),
  ]
  const lines = await linesOf({
    rows,
    clocks: [
      answered(6, NOON, true),
      answered(7, hours(-5), true),
      answered(8, hours(-5), false),
      answered(9, after(NOON, -31 * DAY_MS), false),
    ],
    marks: [
      aMark({ ack: 'a', subject: 't:1', cameAt: hours(-10), mailedAt: after(hours(-10), 30_250) }),
      aMark({ ack: 'b', subject: 't:2', cameAt: hours(-10), mailedAt: after(hours(-10), 2000) }),
      aMark({ ack: 'c', subject: 't:3', how: 'covered', cameAt: hours(-10), at: NOON }),
      aMark({
        ack: 'd',
        subject: 't:4',
        cameAt: after(NOON, -40 * DAY_MS),
        mailedAt: after(NOON, -31 * DAY_MS),
      }),
    ],
  })
  expect(lines).toEqual([
    'firstline_promises_answered 3',
    'firstline_promises_kept 2',
    'firstline_promises_kept_ratio 0.5',
    'firstline_promises_open{level="running"} 3',
    'firstline_promises_open{level="soon"} 1',
    'firstline_promises_open{level="late"} 1',
    'firstline_oldest_unanswered_seconds 216000',
    'firstline_alert_lag_seconds_sum 32.25',
    'firstline_alert_lag_seconds_count 2',
    'firstline_alert_lag_seconds_max 30.25',
    'firstline_promises_behind_seconds 0',
  ])
})

test('metrics of an empty store are zeros, each with its type, and no ratio', async () => {
  const lines = await promiseMetrics(await open())
  const values = lines.filter((line) => !line.startsWith('#'))
  expect(values).toHaveLength(10)
  expect(values.every((line) => line.endsWith(' 0'))).toBe(true)
  const typed = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2] ?? '')
  expect(values.every((line) => typed.some((name) => line.startsWith(name)))).toBe(true)
  expect(new Set(typed).size).toBe(typed.length)
  expect(values.join()).not.toContain('ratio')
})

test('promises that wait to be reckoned are told by the one that waits longest, out of order after ten minutes', async () => {
  const rows = [
    ofTicket(1, { nextAt: hours(-1) }),
    ofTicket(2, { nextAt: hours(3) }),
    ofTicket(3, { nextAt: null }),
  ]
  const at = async (now: Date) => promiseCheck(await open({ rows, now }))
  const fine = { name: 'promises', ok: true, detail: 'all are watched' }
  expect(await at(after(hours(-1), -1))).toEqual(fine)
  expect(await at(after(hours(-1), 10 * MINUTE_MS))).toEqual(fine)
  expect(await at(after(hours(-1), 10 * MINUTE_MS + 1))).toEqual({
    name: 'promises',
    ok: false,
    detail: 'promises are not watched since 2026-11-21T11:00:00.000Z: warnings come late',
  })
  expect(await linesOf({ rows, now: NOON })).toContain('firstline_promises_behind_seconds 3600')
})

test('what was touched by a clock that was ahead waits since just now', async () => {
  const given = await open()
  await given.db.atomically([given.records.touch({ conversation: null, ticketId: 1 }, hours(24))])
  expect(await promiseCheck(given)).toMatchObject({ ok: true })
  expect(await promiseMetrics(given)).toContain('firstline_promises_behind_seconds 0')
})

test('promises that cannot be reckoned are out of order, and counted', async () => {
  const given = await open({
    rows: [ofTicket(1), ofTicket(2, { running: null, isOpen: false }), ofTicket(3)],
  })
  const check = () => promiseCheck(given)
  const broken = (id: string) => given.db.atomically([given.records.broken({ id, touched: 1 }, hours(1))])
  expect(await check()).toMatchObject({ ok: true })
  await broken('t:1')
  const words = 'cannot be reckoned: the log names the mistake under promise.broken'
  expect(await check()).toEqual({ name: 'promises', ok: false, detail: `1 promise ${words}` })
  await broken('t:2')
  expect(await check()).toMatchObject({ ok: false, detail: `2 promises ${words}` })
})

test.for([
  ['went-back', -2 * HOUR_MS, 'it shows less than before, by 2 hours'],
  ['zammad', 7 * MINUTE_MS, 'it differs from Zammad’s by 7 minutes'],
  ['leapt', DAY_MS, 'it leapt by 1 day'],
] as const)(
  'a clock that is doubted (%s) is told, until it is trusted again',
  async ([because, aheadMs, words]) => {
    const { memory, db } = await open()
    const keep = (trusted: boolean) =>
      db.atomically([
        memory.remember(
          'clock-doubt',
          JSON.stringify({ because, aheadMs, since: NOON.toISOString(), trusted }),
        ),
      ])
    const fine = { name: 'clock', ok: true, detail: 'is trusted' }
    expect(await clockCheck({ memory })).toEqual(fine)
    await keep(false)
    expect(await clockCheck({ memory })).toEqual({
      name: 'clock',
      ok: false,
      detail: `doubted since 2026-11-21T12:00:00.000Z: ${words}; alerts of promises are held`,
    })
    await keep(true)
    expect(await clockCheck({ memory })).toEqual(fine)
  },
)
