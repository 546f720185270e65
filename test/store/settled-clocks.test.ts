import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { HOUR_MS } from '../../src/clock.ts'
import type { Fact, TicketFacts } from '../../src/clocks/facts.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import type { ClockRow } from '../../src/clocks/records.ts'
import { createStores } from '../../src/furnish.ts'
import type { TicketClock } from '../../src/promise/clock.ts'
import { clocks } from '../../src/store/schema.ts'
import { FIRST_LINE, UNITS } from '../intake/opening.ts'
import { PROMISE, rulebookOf } from '../support/sample-rules.ts'
import { NOON } from '../support/samples.ts'
import { anEntry, hours } from './records.ts'

/** A store whose tickets were each asked on at noon, and rules that may be changed. */
async function aDesk() {
  const { db } = await openPlatform()
  const stores = createStores(db)
  const { records, ledger, facts, lists } = stores
  let rules = { targetMs: 48 * HOUR_MS, version: 'first' }
  const rulebook = () => ({
    ...rulebookOf(UNITS),
    promise: { ...PROMISE, targetMs: rules.targetMs },
    version: rules.version,
  })
  const now = hours(100)
  const reckoner = createReckoner({ ...stores, rulebook, relay: 'webform', clock: () => now })
  const entryOf = (ticketId: number, id: number, at: Date) => ({
    id: 100 * ticketId + id,
    ticketId,
    bornOn: ticketId,
    createdAt: at,
  })
  const know = (ticketId: number, changes: readonly Fact[], tags: readonly string[] = []) => {
    const snapshot = { group: FIRST_LINE.group, priority: '2 normal', state: 'open', tags } as const
    const known: TicketFacts = {
      ticketId,
      number: `780${ticketId}`,
      createdAt: NOON,
      opened: { ...snapshot, tags: [] },
      now: snapshot,
      changes,
      heir: null,
    }
    return db.atomically([facts.keep(known)])
  }
  await know(1, [])
  await know(2, [])
  return {
    db,
    promises: (targetHours: number, version: string) =>
      void (rules = { targetMs: targetHours * HOUR_MS, version }),
    asked: (ticketId: number, id = 1, at = NOON) =>
      db.atomically([
        ledger.keep(
          anEntry({
            ...entryOf(ticketId, id, at),
            sender: 'Customer',
            type: 'phone',
            disposition: 'not-for-visitor',
            because: 'visitor',
            side: 'visitor',
          }),
        ),
      ]),
    answered: (ticketId: number, at: Date, id = 2) =>
      db.atomically([ledger.keep(anEntry(entryOf(ticketId, id, at)))]),
    know,
    /** What surfaces about that ticket alone tell of it. */
    async shown(ticketId: number): Promise<readonly TicketClock[]> {
      return (await reckoner.ofTicket(ticketId))?.reckoning.clocks ?? []
    },
    /** Reckons the ticket and puts it down, as the sweep does. */
    async reckon(ticketId: number): Promise<void> {
      const reckoned = await reckoner.ofTicket(ticketId)
      if (!reckoned) throw new Error('nothing is known of that ticket')
      const { row, clocks: its } = reckoner.rowOf(reckoned, { tag: 'none' }, null)
      await db.atomically([records.touch(reckoned.subject, now), ...records.keep(row, its, 1)])
    },
    async reported(): Promise<readonly ClockRow[]> {
      const found: ClockRow[] = []
      for await (const page of lists.clocksIn({ from: NOON, to: now })) found.push(...page)
      return found.sort((one, other) => (one.subject < other.subject ? -1 : 1))
    },
  }
}

function bare(whole: TicketClock): ClockRow['clock'] {
  const { segments: _, levels: __, ...clock } = whole
  return clock
}

test('changed rules do not change what ended before, whether its ticket is touched since or not', async () => {
  const desk = await aDesk()
  for (const ticketId of [1, 2]) {
    await desk.asked(ticketId)
    await desk.answered(ticketId, hours(30))
    await desk.reckon(ticketId)
  }
  const before = await desk.reported()
  expect(before.map(({ clock }) => [clock.dueAt, clock.kept.wall])).toEqual([
    [hours(48), true],
    [hours(48), true],
  ])
  desk.promises(24, 'second')
  await desk.reckon(1)
  await desk.reckon(1)
  desk.promises(12, 'third')
  await desk.reckon(1)
  expect(await desk.reported()).toEqual(before)
})

test('a ticket’s own page tells of what ended as reports do', async () => {
  const desk = await aDesk()
  await desk.asked(1)
  await desk.answered(1, hours(30))
  await desk.reckon(1)
  desk.promises(24, 'second')
  const kept = (await desk.reported()).map(({ clock }) => clock)
  expect((await desk.shown(1)).map(bare)).toEqual(kept)
  await desk.reckon(1)
  expect((await desk.shown(1)).map(bare)).toEqual(kept)
})

test('what begins or goes on after a change of the rules is promised by the new ones', async () => {
  const desk = await aDesk()
  const state = (id: number, at: Date, to: 'closed' | 'open'): Fact => ({
    id: `history:${id}`,
    at,
    what: 'state',
    to,
  })
  await desk.asked(1)
  await desk.know(1, [state(1, hours(30), 'closed')])
  await desk.asked(2)
  await desk.answered(2, hours(30))
  await desk.reckon(1)
  await desk.reckon(2)
  desk.promises(24, 'second')
  await desk.know(1, [state(1, hours(30), 'closed'), state(2, hours(40), 'open')])
  await desk.answered(1, hours(50))
  await desk.asked(2, 3, hours(60))
  await desk.reckon(1)
  await desk.reckon(2)
  const told = (await desk.reported()).map(({ clock }) => [clock.outcome, clock.targetMs / HOUR_MS])
  expect(told.toSorted()).toEqual([
    ['answered', 24],
    ['answered', 48],
    ['running', 24],
  ])
})

test('what turns out later of a log is reckoned anew by the rules that it ended by', async () => {
  const desk = await aDesk()
  await desk.asked(1)
  await desk.answered(1, hours(60))
  await desk.reckon(1)
  await desk.answered(1, hours(47), 3)
  await desk.reckon(1)
  expect((await desk.reported()).map(({ clock }) => [clock.endedAt, clock.kept.wall])).toEqual([
    [hours(47), true],
  ])
})

test('the reason why something was late follows its tag, however the rules changed since', async () => {
  const desk = await aDesk()
  await desk.asked(1)
  await desk.answered(1, hours(60))
  await desk.reckon(1)
  desk.promises(24, 'second')
  await desk.know(1, [], ['late-holiday'])
  await desk.reckon(1)
  const [row] = await desk.reported()
  expect([row?.reason, row?.number, row?.clock.dueAt]).toEqual(['holiday', '7801', hours(48)])
})

test('what was put down and taken away is made anew the same, as long as the rules are', async () => {
  const desk = await aDesk()
  await desk.asked(1)
  await desk.answered(1, hours(30))
  await desk.asked(1, 3, hours(70))
  await desk.reckon(1)
  const stored = () => desk.db.q.select().from(clocks).orderBy(clocks.key)
  const before = await stored()
  expect(before).toHaveLength(2)
  await desk.db.q.delete(clocks)
  await desk.reckon(1)
  expect(await stored()).toEqual(before)
})
