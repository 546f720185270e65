import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after } from '../../src/clock.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { createNotedLevels } from '../../src/store/noted-levels.ts'
import { aMark, ofTicket } from './clock-samples.ts'
import { hours } from './records.ts'

const RANGE = { from: hours(1), to: hours(9) }

async function open() {
  const { db } = await openPlatform()
  const records = createClockRecords(db)
  const mark = (id: number, over: Parameters<typeof aMark>[0] = {}) =>
    records.mark(
      aMark({ subject: `t:${id}`, level: '50%', how: 'digest', at: hours(2), ack: `ack-${id}`, ...over }),
    )
  const rows = [
    ofTicket(1),
    ofTicket(2, { running: { key: 'article:9' } }),
    ofTicket(3, { running: null }),
    ofTicket(4, { unit: 'catalogue' }),
    ofTicket(5, { unit: null }),
    ofTicket(6),
    ofTicket(7),
    ofTicket(8),
    ofTicket(9),
  ]
  await db.atomically([
    ...rows.flatMap((row) => records.keep(row, [], 0)),
    mark(1, { at: hours(3) }),
    mark(2),
    mark(3),
    mark(4),
    mark(5),
    mark(6, { how: 'told' }),
    mark(7, { at: after(hours(1), -1) }),
    mark(8, { at: hours(9) }),
    mark(9, { at: hours(1), level: '25%' }),
  ])
  return createNotedLevels(db)
}

test('levels for digests alone are found by unit and by when they were put down, while their clock runs', async () => {
  const noted = await open()
  const told = async (unit: string | null, limit = 9) =>
    (await noted(unit, RANGE, limit)).map(({ row, level }) => `${row.id} ${level}`)
  expect(await told('technical')).toEqual(['t:9 25%', 't:1 50%'])
  expect(await told('technical', 1)).toEqual(['t:9 25%'])
  expect(await told('catalogue')).toEqual(['t:4 50%'])
  expect(await told(null)).toEqual(['t:5 50%'])
  expect(await told('nobody')).toEqual([])
})

test('the row comes as it was put down', async () => {
  const noted = await open()
  expect((await noted('catalogue', RANGE, 9))[0]?.row).toEqual(ofTicket(4, { unit: 'catalogue' }))
})
