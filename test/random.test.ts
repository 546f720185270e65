import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base32, newId, randomCode, randomDigits } from '../src/random.ts'
import { seeded } from './support/samples.ts'

test.for([
  [[], ''],
  [[0], '00'],
  [[255], 'zw'],
  [[0x66, 0x6f, 0x6f, 0x62, 0x61], 'csqpyrk1'],
] as const)('%j is %s in base32', ([bytes, text]) => {
  expect(base32(Uint8Array.from(bytes))).toBe(text)
})

test('different bytes of one length never read alike in base32', () => {
  const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(base32(a) === base32(b)).toBe(a.join() === b.join())
      expect(base32(a)).toMatch(/^[0-9a-hjkmnp-tv-z]{13}$/)
    }),
  )
})

test('ids hold 125 bits: each of 16 bytes matters', () => {
  const whole = new Uint8Array(16).fill(255)
  const id = newId(() => whole)
  expect(id).toMatch(/^z{25}$/)
  const others = Array.from(whole, (_, at) => newId(() => whole.with(at, 0)))
  expect(new Set([id, ...others]).size).toBe(17)
})

test('digits are equally likely: bytes that would favour small ones are thrown away', () => {
  const all = Uint8Array.from({ length: 256 }, (_, n) => n)
  let at = 0
  const digits = randomDigits((length) => Uint8Array.from({ length }, () => all[at++ % 256] ?? 0), 2500)
  const counts = new Map<string, number>()
  for (const digit of digits) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  expect([...counts.values()]).toEqual(Array.from({ length: 10 }, () => 250))
})

test('digits end although the source gives bytes that are thrown away', () => {
  const bytes = [
    [255, 255, 255],
    [254, 7, 251],
    [1, 2, 3],
  ]
  expect(randomDigits(() => Uint8Array.from(bytes.shift() ?? []), 3)).toBe('712')
})

test('a code has as many characters as asked for, none that is mistaken for another', () => {
  const random = seeded(4)
  const codes = Array.from({ length: 500 }, () => randomCode(random, 8))
  for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)
  expect(new Set(codes).size).toBe(500)
})
