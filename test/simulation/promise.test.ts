import { expect, test } from 'vitest'
import { FULL, SHORT } from './promise-plan.ts'
import { monthOf } from './promise-simulation.ts'

// Thirty days take long: `npm run simulate:promise`.
const isFull = process.env['PROMISE'] === 'full'
const size = isFull ? FULL : SHORT
/** With it, also in the short length, everything happens that the verdict looks at. */
const SEEDS = isFull ? [1, 2] : [30]

test.for(SEEDS)(
  `each of ${size.tickets} promises is warned of in time, once, and never after its end, whatever becomes of the service (%i)`,
  { timeout: 7_200_000 },
  async (seed) => {
    const progress = (day: number): void => {
      if (isFull) console.info(`Seed ${seed}: day ${day} of ${size.hours / 24} is over.`)
    }
    const { faults, measured } = await monthOf(size, seed, progress)
    if (isFull) console.info(measured)
    expect(faults).toEqual(Object.fromEntries(Object.keys(faults).map((kind) => [kind, []])))
    expect(measured.deaths).toBeGreaterThan(0)
    expect(measured.breaches - measured.unforeseeable).toBeGreaterThan(0)
    expect(measured.acknowledged).toBeGreaterThan(0)
    expect(measured.digests).toBeGreaterThan(0)
    expect(measured.reports).toBe(1)
  },
)
