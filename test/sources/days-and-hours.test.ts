import { expect, test } from 'vitest'
import { daysOf, hoursOf, isDate } from '../../src/sources/days-and-hours.ts'

test.for([
  ['mon', [1]],
  ['sun', [7]],
  ['mon-fri', [1, 2, 3, 4, 5]],
  ['sat-mon', [6, 7, 1]],
  ['tue-tue', [2]],
  ['monday', null],
  ['mon-', null],
  ['Mon', null],
] as const)('%s names days', ([words, days]) => {
  expect(daysOf(words)).toEqual(days)
})

test.for([
  ['18:00-08:00', { from: 1080, to: 480 }],
  ['00:00-24:00', { from: 0, to: 1440 }],
  ['09:05-09:06', { from: 545, to: 546 }],
  ['08:00-08:00', null],
  ['24:00-08:00', null],
  ['8:00-17:00', null],
  ['08:00-24:01', null],
  ['08:60-09:00', null],
  ['08:00 - 09:00', null],
] as const)('%s are hours', ([words, hours]) => {
  expect(hoursOf(words)).toEqual(hours)
})

test.for([
  ['2026-12-24', true],
  ['2028-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['24-12-2026', false],
  ['2026-12-24T00:00:00Z', false],
] as const)('%s is a date: %s', ([words, expected]) => {
  expect(isDate(words)).toBe(expected)
})
