import { expect, test } from 'vitest'
import { HOUR_MS } from '../../src/clock.ts'
import { seeded } from '../support/samples.ts'
import { broken, type Outcome, outcomeOf } from './far-side.ts'
import { openHouse } from './house.ts'
import { aVisit, submit } from './visitors.ts'

async function threeRequests() {
  const house = await openHouse(3)
  await house.live(1)
  const random = seeded(31)
  const told = []
  for (const n of [3, 6, 9]) told.push(await submit(house.door, aVisit(random, n)))
  await house.live(HOUR_MS)
  return { told, outcome: outcomeOf(house.far) }
}

const lastOf = <T>(rows: ReadonlyMap<number, T>): T => {
  const row = [...rows.values()].at(-1)
  if (row === undefined) throw new Error('there is no such row')
  return row
}

const HARM: readonly (readonly [fault: string, harm: (outcome: Outcome) => Outcome | void])[] = [
  ['lost', ({ state }) => void state.tickets.delete(lastOf(state.tickets).id)],
  [
    'more than one ticket',
    ({ state }) => void state.tickets.set(99, { ...lastOf(state.tickets), id: 99, number: '7809999999999' }),
  ],
  [
    'another number than was told',
    ({ state }) => {
      const ticket = lastOf(state.tickets)
      state.tickets.set(ticket.id, { ...ticket, number: '7809999999999' })
    },
  ],
  [
    'other files',
    ({ state }) => {
      const file = lastOf(state.files)
      state.files.set(file.id, { ...file, base64: btoa('something else') })
    },
  ],
  ['another customer', ({ state }) => void (lastOf(state.tickets).customer_id = 1)],
  ['no receipt', (outcome) => ({ ...outcome, mails: outcome.mails.slice(0, -1) })],
  [
    'copies that differ',
    (outcome) => ({
      ...outcome,
      mails: outcome.mails.flatMap((mail) => [mail, { ...mail, bytes: new TextEncoder().encode('other') }]),
    }),
  ],
]

test('the proof finds nothing where all is well, and each kind of harm by its name', async () => {
  const { told, outcome } = await threeRequests()
  expect(await broken(outcome, told)).toEqual([])
  for (const [fault, harm] of HARM) {
    const copy = structuredClone(outcome)
    expect(await broken(harm(copy) ?? copy, told)).toContainEqual(expect.stringContaining(fault))
  }
  expect(await broken(outcome, told.slice(1))).toContainEqual(expect.stringContaining('nobody sent it'))
})
