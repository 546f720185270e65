import { expect, test } from 'vitest'
import { HOUR_MS } from '../../src/clock.ts'
import { aRelay } from '../relay/taking.ts'
import { aConversation, aSubmission, NOON } from '../support/samples.ts'

test('a missed promise of a request whose ticket could not be opened yet is told, too', async () => {
  const town = await aRelay()
  await town.db.atomically([
    ...town.submissions.add(aSubmission(), { key: 'k', keyUntil: NOON, content: 'c' }, []),
    town.conversations.add(aConversation({ id: 'ann', unit: 'nodes' })),
  ])
  town.time.turn(48 * HOUR_MS)
  for (const _ of [1, 2]) await town.round()
  expect(await town.notices()).toEqual(['late to ann'])
  expect((await town.alerts()).toSorted()).toEqual([
    'late to first-line@staff.example',
    'late to nodes@staff.example',
  ])
  expect(await town.conversation('ann')).toMatchObject({ toldLateAt: expect.any(Date) })
})

test('of a ticket that cannot be read nobody is told that it is late, until it can be', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  await town.round()
  town.time.turn(48 * HOUR_MS)
  const { articles } = town.desk
  Object.assign(town.desk, { articles: () => Promise.reject(new Error('a row of unknown shape')) })
  await town.round()
  expect(await town.notices()).toEqual([])
  Object.assign(town.desk, { articles })
  await town.hint(ticket.id)
  await town.round()
  expect(await town.notices()).toEqual(['late to ann'])
})
