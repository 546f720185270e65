import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after } from '../../src/clock.ts'
import { createHints } from '../../src/store/hints.ts'
import { NOON } from '../support/samples.ts'

const LATER = after(NOON, 10)
const LAST = after(NOON, 20)

async function open() {
  const { db } = await openPlatform()
  return { hints: createHints(db), atomically: db.atomically }
}

test('a ticket has one hint, and the latest counts in whatever order they come', async () => {
  const { hints, atomically } = await open()
  await atomically([hints.add(66, LATER), hints.add(67, NOON), hints.add(66, LAST)])
  expect(await hints.oldest(9)).toEqual([
    { ticket: 67, at: NOON },
    { ticket: 66, at: LAST },
  ])
  await atomically([hints.add(66, NOON)])
  const [, late] = await hints.oldest(9)
  expect(late?.at.getTime()).toBeGreaterThanOrEqual(LAST.getTime())
})

test('hints come oldest first, so many at a time', async () => {
  const { hints, atomically } = await open()
  await atomically([hints.add(3, LAST), hints.add(2, NOON), hints.add(1, NOON), hints.add(4, LATER)])
  expect((await hints.oldest(3)).map(({ ticket }) => ticket)).toEqual([1, 2, 4])
})

test.for([
  ['later', LATER],
  ['in the same millisecond', NOON],
] as const)('a hint that comes %s than the one at hand stays when that one is done', async ([, at]) => {
  const { hints, atomically } = await open()
  await atomically([hints.add(66, NOON)])
  const [taken] = await hints.oldest(1)
  if (!taken) throw new Error('the hint is not there')
  await atomically([hints.add(66, at)])
  expect(await atomically([hints.done(66, taken.at)])).toEqual([0])
  const [next] = await hints.oldest(1)
  expect(next?.ticket).toBe(66)
  expect(await atomically([hints.done(66, next?.at ?? NOON)])).toEqual([1])
  expect(await hints.oldest(1)).toEqual([])
})

test('a hint that is done takes no other ticket’s with it', async () => {
  const { hints, atomically } = await open()
  await atomically([hints.add(66, NOON), hints.add(67, NOON)])
  expect(await atomically([hints.done(66, LAST), hints.done(66, LAST)])).toEqual([1, 0])
  expect(await hints.oldest(9)).toEqual([{ ticket: 67, at: NOON }])
})
