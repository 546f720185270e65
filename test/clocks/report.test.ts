import { expect, test } from 'vitest'
import type { Fact } from '../../src/clocks/facts.ts'
import { createReporter } from '../../src/clocks/report.ts'
import { createStores } from '../../src/furnish.ts'
import { aClock, aRange, DECEMBER } from '../promise/report-samples.ts'
import { keepClocks } from '../support/kept-clocks.ts'
import { openInMemory } from '../support/in-memory.ts'

const SNAPSHOT = { group: 'Catalogue', priority: '2 normal', state: 'open', tags: [] } as const

const movedOn = (day: string): Fact => {
  const at = new Date(day)
  return { id: `history:${at.getTime()}`, at, what: 'group', to: 'Catalogue', by: 'people' }
}

const NOVEMBER_MOVES = ['2026-10-31T23:00:00Z', '2026-11-15T12:00:00Z', '2026-11-30T22:59:59.999Z']
const OTHER_MOVES = ['2026-10-31T22:59:59.999Z', '2026-11-30T23:00:00Z', '2026-12-09T12:00:00Z']

test('a report counts the moves in its days, as its zone has them, of the tickets whose clocks it tells of', async () => {
  const { db } = openInMemory()
  const { facts, lists } = createStores(db)
  await keepClocks(db, [
    aClock({ number: '1', startedAt: '2026-10-20T12:00:00Z', took: null }),
    aClock({ number: '2', startedAt: '2026-11-02T12:00:00Z', took: 10 }),
    // One that had ended before, and one that was started behind.
    aClock({ number: '3', startedAt: '2026-10-02T12:00:00Z', took: 10 }),
    aClock({ number: '4', startedAt: '2026-12-02T12:00:00Z', took: 10 }),
  ])
  const changes = [...NOVEMBER_MOVES, ...OTHER_MOVES].toSorted().map(movedOn)
  const known = (ticketId: number) =>
    facts.keep({
      ticketId,
      number: `${ticketId}`,
      createdAt: new Date('2026-10-01T00:00:00Z'),
      opened: SNAPSHOT,
      now: SNAPSHOT,
      changes,
      heir: null,
    })
  await db.atomically([1, 2, 3, 4].map(known))
  const reportOn = createReporter({ lists, clock: () => DECEMBER })
  const { report, clocks } = await reportOn(aRange('2026-11'))
  expect(clocks.map(({ number }) => number)).toEqual(['1', '2'])
  expect(report.handOvers).toBe(2 * NOVEMBER_MOVES.length)
})
