import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { createDrift } from '../../src/clocks/drift.ts'
import type { Reckoned } from '../../src/clocks/reckoned.ts'
import type { Desk, Ticket } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'
import type { Happening } from '../../src/promise/log.ts'
import { reckon } from '../../src/promise/reckon.ts'
import { memoryDesk } from '../intake/memory-desk.ts'
import { ofTicket } from '../store/clock-samples.ts'
import { PROMISE } from '../support/sample-rules.ts'
import { NOON } from '../support/samples.ts'

const NOW = after(NOON, 2 * HOUR_MS)
const DUE = after(NOON, 48 * HOUR_MS)
const ASKED: Happening = { at: NOON, key: 'request', kind: 'asked', by: 'visitor', how: 'request' }
const HELD: Happening = { at: after(NOON, HOUR_MS), key: 'answer', kind: 'answered', how: 'answer' }

interface Told {
  readonly tags?: readonly string[]
  readonly more?: readonly Happening[]
  readonly pausesPending?: boolean
}

/** What is known here of a ticket whose visitor asked at noon. */
function reckonedOf(ticketId: number, { tags = [], more = [], pausesPending = false }: Told): Reckoned {
  const start = { unit: 'first-line', priority: '2 normal', state: 'open', tags } as const
  const log = { start, happenings: [ASKED, ...more] }
  const promise = { ...PROMISE, pauses: { states: pausesPending ? (['pending'] as const) : [], tags: [] } }
  const reckoning = reckon(log, { promise, calendarOf: () => null }, NOW)
  const subject = { conversation: null, ticketId }
  return { subject, log, number: '1', form: null, conversation: null, facts: null, reason: null, reckoning }
}

const PENDING: Happening = { at: after(NOON, MINUTE_MS), key: 'p', kind: 'state', state: 'pending' }

const foreign = memoryDesk(() => NOON).addForeign('7801', {})
const aTicket = (over: Partial<Ticket>): Ticket => ({ ...foreign, stateType: 'open', ...over })

/** Compares tickets 1, 2 … of which this is known here, and which Zammad shows so. */
function comparing(
  tickets: readonly { readonly told?: Told; readonly sight: Awaited<ReturnType<Desk['read']>> }[],
) {
  const rows = tickets.map((_, at) => ofTicket(at + 1))
  return createDrift({
    lists: {
      withClock: async (behind, limit) => rows.filter(({ id }) => id > (behind ?? '')).slice(0, limit),
    },
    reckoner: {
      of: async ({ ticketId }) => reckonedOf(ticketId ?? 0, tickets[(ticketId ?? 0) - 1]?.told ?? {}),
    },
    desk: { read: async (id) => tickets[id - 1]?.sight ?? { seen: 'gone' } },
  })
}

const seen = (over: Partial<Ticket>) => ({ seen: 'ticket', ticket: aTicket(over) }) as const

test.for<readonly [why: string, told: Told, ticket: Partial<Ticket>, because: string | null]>([
  ['the same time', {}, { escalatesAt: DUE }, null],
  ['a minute more', {}, { escalatesAt: after(DUE, MINUTE_MS) }, null],
  ['more than a minute more', {}, { escalatesAt: after(DUE, MINUTE_MS + 1) }, 'other-time'],
  ['more than a minute less', {}, { escalatesAt: after(DUE, -MINUTE_MS - 1) }, 'other-time'],
  ['none while it is pending', {}, { escalatesAt: null, stateType: 'pending' }, 'pending'],
  [
    'none after an answer that only holds',
    { tags: ['holding'], more: [HELD] },
    { escalatesAt: null },
    'answered',
  ],
  ['none at all', {}, { escalatesAt: null }, 'no-sla'],
  ['one while ours stands still', { more: [PENDING], pausesPending: true }, { escalatesAt: DUE }, 'paused'],
  ['none while ours stands still', { more: [PENDING], pausesPending: true }, { escalatesAt: null }, null],
])('Zammad’s own time differs from the promise, or does not: %s', async ([, told, ticket, because]) => {
  const page = await comparing([{ told, sight: seen(ticket) }])(null, 10)
  expect(page).toMatchObject({ compared: 1, timed: ticket.escalatesAt ? 1 : 0, outOfSight: 0, next: null })
  expect(page.drifts.map((one) => one.because)).toEqual(because === null ? [] : [because])
})

test('what the bot cannot read is counted, and what nobody waits for is not compared', async () => {
  const page = await comparing([
    { sight: { seen: 'out-of-sight' } },
    { sight: { seen: 'gone' } },
    { told: { more: [HELD] }, sight: seen({ escalatesAt: null }) },
  ])(null, 10)
  expect(page).toEqual({ compared: 0, timed: 0, outOfSight: 2, drifts: [], next: null })
})

test('pages follow each other until every ticket was read once', async () => {
  const read = comparing(Array.from({ length: 7 }, () => ({ sight: seen({ escalatesAt: null }) })))
  const pages = [await read(null, 3), await read('t:3', 3), await read('t:6', 3)]
  expect(pages.map(({ compared, next }) => [compared, next])).toEqual([
    [3, 't:3'],
    [3, 't:6'],
    [1, null],
  ])
})

test('a Zammad that does not answer ends the comparison', async () => {
  const drift = createDrift({
    lists: {
      withClock: async () => [ofTicket(1)],
    },
    reckoner: { of: async () => reckonedOf(1, {}) },
    desk: { read: () => Promise.reject(new Failure('unavailable', 'no answer')) },
  })
  await expect(drift(null, 10)).rejects.toThrow(Failure)
})
