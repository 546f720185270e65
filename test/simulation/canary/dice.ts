import { seeded } from '../../support/samples.ts'

/** Chance that is the same for one seed in every run. */
export interface Dice {
  /** From 0 up to, and without, `limit`. */
  readonly below: (limit: number) => number
  readonly happens: (probability: number) => boolean
  /** One of them, or undefined where there is none. */
  readonly pick: <T>(from: readonly T[]) => T | undefined
  /** So many letters and digits, in lower case. */
  readonly letters: (length: number) => string
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'
const STEPS = 2 ** 32

export function createDice(seed: number): Dice {
  // Neighbouring seeds begin alike: they are spread, and the first numbers thrown away.
  const random = seeded(Math.imul(seed + 1, 0x9e3779b1))
  random(64)
  const fraction = (): number => new DataView(random(4).buffer).getUint32(0) / STEPS
  const below = (limit: number): number => Math.floor(fraction() * limit)
  return {
    below,
    happens: (probability) => fraction() < probability,
    pick: (from) => from[below(from.length)],
    letters: (length) => Array.from({ length }, () => LETTERS[below(LETTERS.length)]).join(''),
  }
}
