import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { createToldLevels } from '../../src/store/told-levels.ts'
import { aMark } from './clock-samples.ts'
import { hours } from './records.ts'

test('levels that were mailed of many subjects come at once, oldest first, and nothing that was not mailed', async () => {
  const { db } = await openPlatform()
  const records = createClockRecords(db)
  const later = aMark({
    subject: 't:1',
    ack: 'a',
    level: '90%',
    mailedAt: hours(9),
    acknowledgedAt: hours(10),
  })
  const earlier = aMark({ subject: 't:1', ack: 'b', level: '75%', mailedAt: hours(3) })
  const other = aMark({ subject: 'c:ann', ack: 'c', clock: 'article:1:2', mailedAt: hours(5) })
  const untold = [
    aMark({ subject: 't:1', ack: 'd', level: '50%', how: 'digest' }),
    aMark({ subject: 'c:ann', ack: 'e', level: '60%', how: 'covered' }),
    aMark({ subject: 't:2', ack: 'f', mailedAt: hours(3) }),
    aMark({ subject: 't:1', ack: 'g', level: '100%' }),
  ]
  await db.atomically([later, earlier, other, ...untold].map((mark) => records.mark(mark)))
  const toldLevels = createToldLevels(db)
  const many = Array.from({ length: 300 }, (_, at) => `t:${at + 1000}`)
  expect(await toldLevels(['t:1', 'c:ann', ...many])).toEqual([earlier, other, later])
  expect(await toldLevels(many)).toEqual([])
})
