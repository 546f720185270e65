import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { createSuspensions } from '../../src/store/suspensions.ts'
import { NOON } from '../support/samples.ts'
import { hours } from './records.ts'

async function open() {
  const { db } = await openPlatform()
  return { suspensions: createSuspensions(db), atomically: db.atomically }
}

test('an address is suspended whatever its case, and since the first time', async () => {
  const { suspensions, atomically } = await open()
  expect(await suspensions.isSuspended('duty@hospital.example')).toBe(false)
  await atomically([suspensions.suspend('Duty@Hospital.example', 66, NOON)])
  await atomically([suspensions.suspend('duty@hospital.example', 67, hours(1))])
  expect(await suspensions.isSuspended('DUTY@hospital.example')).toBe(true)
  expect(await suspensions.isSuspended('other@hospital.example')).toBe(false)
  expect(await suspensions.list()).toEqual([{ address: 'duty@hospital.example', since: NOON, ticket: 66 }])
})

test('lifting a suspension ends it, and no other', async () => {
  const { suspensions, atomically } = await open()
  await atomically([
    suspensions.suspend('b@x.example', 1, hours(1)),
    suspensions.suspend('a@x.example', 2, hours(1)),
    suspensions.suspend('c@x.example', 3, NOON),
  ])
  expect((await suspensions.list()).map(({ address }) => address)).toEqual([
    'c@x.example',
    'a@x.example',
    'b@x.example',
  ])
  expect(await atomically([suspensions.lift('A@x.example'), suspensions.lift('a@x.example')])).toEqual([1, 0])
  expect((await suspensions.list()).map(({ address }) => address)).toEqual(['c@x.example', 'b@x.example'])
})
