import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Subject } from '../../src/clocks/records.ts'
import { NOON } from '../support/samples.ts'
import { NOTE } from './sweeping.ts'
import { aTown } from './town.ts'

test('a row that cannot be reckoned holds up no other', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.ticket(2)
  await town.round()
  town.time.turn(37 * HOUR_MS)
  town.world.look = async (ticket) => {
    if (ticket === 1) throw new Error('a mistake of our own')
    return true
  }
  await town.round()
  expect(await town.alerts()).toEqual(['+37.0h 75% of 7802 to first'])
  expect(town.log()).toContain('promise.broken')
})

test('of what cannot be reckoned twice First Line is told once, by the due that is known, and it is counted until it can', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.round()
  const reckons = town.reckoner.of
  let fails = true
  const of: typeof reckons = async (...asked) => {
    if (fails) throw new Error('a mistake of our own')
    return reckons(...asked)
  }
  const sweep = town.another({ reckoner: { ...town.reckoner, of } })
  const passes = async (ms: number, everyMs: number) => {
    for (let gone = 0; gone < ms; gone += everyMs) {
      town.time.turn(everyMs)
      await sweep({ inTime: () => true })
    }
  }
  await town.happens('t:1', NOTE)
  await passes(9 * MINUTE_MS, MINUTE_MS)
  expect(await town.records.countBroken()).toBe(1)
  expect(await town.raised('unwatched')).toEqual([])
  await passes(2 * DAY_MS, 15 * MINUTE_MS)
  expect(await town.raised('unwatched')).toEqual([
    {
      to: 'first@staff.example',
      alert: {
        about: 'unwatched',
        ticket: {
          id: 1,
          number: '7801',
          topic: null,
          unit: 'first-line',
          dueAt: after(NOON, 48 * HOUR_MS).toISOString(),
        },
      },
    },
  ])
  fails = false
  await passes(11 * MINUTE_MS, MINUTE_MS)
  expect(await town.records.countBroken()).toBe(0)
  expect((await town.alerts()).length).toBeGreaterThan(0)
})

test('rows that cannot be reckoned by other rules hold up none of those that can', async () => {
  const town = await aTown()
  for (let ticket = 1; ticket <= 60; ticket += 1) await town.ticket(ticket)
  await town.round()
  Object.assign(town.world.rules, { version: 'another' })
  const broken = async (subject: Subject, at?: Date) => {
    if ((subject.ticketId ?? 0) <= 55) throw new Error('a mistake of our own')
    return town.reckoner.of(subject, at)
  }
  const sweep = town.another({ reckoner: { ...town.reckoner, of: broken } })
  for (const _ of [1, 2]) {
    await sweep({ inTime: () => true })
    town.time.turn(MINUTE_MS)
  }
  const rows = await town.records.ofTickets([55, 56, 57, 58, 59, 60])
  expect([...rows.values()].map(({ version }) => version === 'another')).toEqual([
    false,
    ...Array(5).fill(true),
  ])
})
