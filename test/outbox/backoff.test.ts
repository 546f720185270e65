import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { backoffMs } from '../../src/outbox/backoff.ts'

const drawing = (high: number, low: number) => () => Uint8Array.of(high, low)

test('whatever is drawn, the wait is between half and all of the doubled second, and at most 15 minutes', () => {
  const byte = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(fc.nat({ max: 100_000 }), byte, byte, (attempts, high, low) => {
      const wait = backoffMs(attempts, drawing(high, low))
      const whole = Math.min(SECOND_MS * 2 ** Math.min(attempts, 30), 15 * MINUTE_MS)
      expect(wait).toBeGreaterThanOrEqual(whole / 2)
      expect(wait).toBeLessThanOrEqual(whole)
    }),
  )
})

test.for([
  [0, 500],
  [1, 1000],
  [5, 16_000],
  [9, 256_000],
  [10, 450_000],
  [1000, 450_000],
] as const)('after %i failures the shortest wait is %i ms', ([attempts, shortest]) => {
  expect(backoffMs(attempts, drawing(0, 0))).toBe(shortest)
})

test('many that failed together do not come back together', () => {
  const waits = new Set(Array.from({ length: 256 }, (_, high) => backoffMs(6, drawing(high, 0))))
  expect(waits.size).toBe(256)
})
