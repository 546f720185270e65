import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { ANSWER, tagged, untagged, WORD } from './sweeping.ts'
import { aTown } from './town.ts'

const HOLDING = tagged('holding')
const BACK = untagged('holding')

test.for([
  { why: 'nobody answered', happened: [], held: false },
  { why: 'it was tagged, and nobody answered', happened: [HOLDING], held: false },
  { why: 'an answer promised more', happened: [HOLDING, ANSWER], held: true },
  { why: 'an answer was tagged after it was sent', happened: [ANSWER, HOLDING], held: true },
  { why: 'an answer promised more, and the tag is off again', happened: [HOLDING, ANSWER, BACK], held: true },
  {
    why: 'the visitor asked again after the whole answer',
    happened: [HOLDING, ANSWER, BACK, ANSWER, WORD],
    held: false,
  },
])('where $why, the alert says so: $held', async ({ happened, held }) => {
  const town = await aTown()
  await town.request('ann', 1)
  for (const one of happened) {
    town.time.turn(MINUTE_MS)
    await town.happens('c:ann', one)
  }
  await town.passes(49 * HOUR_MS)
  const alarms = await town.alarms()
  expect(new Set(alarms.map(({ alert }) => alert.level))).toEqual(new Set(['75%', '90%', '100%']))
  expect(alarms.map(({ alert }) => alert.held)).toEqual(alarms.map(() => held))
})
