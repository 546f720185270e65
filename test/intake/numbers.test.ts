import { expect, test } from 'vitest'
import { ownNumber, ownReference, prefixFrom } from '../../src/intake/numbers.ts'
import { seeded } from '../support/samples.ts'

test.for([
  [['78003', '78002'], '780'],
  [['202611210001'], '2026112100'],
  [['A-17', '78002'], '780'],
  [['78'], null],
  [['78003 ', '٧٨٠٠٣'], null],
  [['1'.repeat(21), '1'.repeat(20)], '1'.repeat(18)],
  [[], null],
] as const)('from %j the prefix is %s', ([numbers, prefix]) => {
  expect(prefixFrom(numbers)).toBe(prefix)
})

test('own numbers are plain digits behind the prefix, and differ', () => {
  const random = seeded(8)
  const numbers = Array.from({ length: 2000 }, () => ownNumber('780', random))
  for (const number of numbers) expect(number).toMatch(/^780\d{10}$/)
  expect(new Set(numbers).size).toBe(2000)
})

test('a reference without a number is never mistaken for one', () => {
  const random = seeded(9)
  for (let n = 0; n < 200; n += 1) {
    const reference = ownReference(random)
    expect(reference).toMatch(/^FL-[0-9A-HJKMNP-TV-Z]{8}$/)
    expect(prefixFrom([reference])).toBeNull()
  }
})
