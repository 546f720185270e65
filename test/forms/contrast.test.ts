import { expect, test } from 'vitest'
import { contrast } from '../../src/forms/contrast.ts'

test.for([
  ['black and white', '#000000', '#ffffff', 21],
  ['a colour and itself', '#0b5f79', '#0B5F79', 1],
  ['the grey that just passes on white', '#767676', '#ffffff', 4.54],
  ['the grey that just fails on white', '#777777', '#ffffff', 4.48],
  ['pure red on white', '#ff0000', '#ffffff', 4],
] as const)('the contrast of %s is what WCAG says, either way round', ([, one, other, ratio]) => {
  expect(contrast(one, other)).toBeCloseTo(ratio, 2)
  expect(contrast(other, one)).toBe(contrast(one, other))
})
