import { expect, test } from 'vitest'
import { after, SECOND_MS } from '../../src/clock.ts'
import { createDeskTrouble } from '../../src/relay/desk-trouble.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { NOON } from '../support/samples.ts'

test('while Zammad answers everybody asks', () => {
  const trouble = createDeskTrouble(virtualTime(NOON).clock)
  expect([trouble.waitUntil(), trouble.waitUntil()]).toEqual([null, null])
})

test('after a call that failed one at a time asks again, and everybody once Zammad has answered', () => {
  const time = virtualTime(NOON)
  const trouble = createDeskTrouble(time.clock)
  trouble.failed()
  const probe = after(NOON, 15 * SECOND_MS)
  expect(trouble.waitUntil()).toEqual(probe)
  time.turn(15 * SECOND_MS)
  expect([trouble.waitUntil(), trouble.waitUntil()]).toEqual([null, after(probe, 15 * SECOND_MS)])
  trouble.answered()
  expect([trouble.waitUntil(), trouble.waitUntil()]).toEqual([null, null])
})

test('where nobody ever hears of the one that asked, the next one asks all the same', () => {
  const time = virtualTime(NOON)
  const trouble = createDeskTrouble(time.clock)
  trouble.failed()
  for (let probe = 0; probe < 3; probe += 1) {
    time.turn(15 * SECOND_MS)
    expect(trouble.waitUntil()).toBeNull()
    expect(trouble.waitUntil()).not.toBeNull()
  }
})
