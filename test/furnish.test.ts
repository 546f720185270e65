import { expect, test } from 'vitest'
import { after, HOUR_MS, SECOND_MS } from '../src/clock.ts'
import type { Account, Group } from '../src/desk.ts'
import { Failure, type FailureCode } from '../src/failure.ts'
import { replyToOf } from '../src/furnish.ts'
import { virtualTime } from './simulation/virtual-time.ts'
import { aUnit, unitsOf } from './support/sample-rules.ts'
import { NOON } from './support/samples.ts'

/** A unit whose group has a mail address in a Zammad that answers or not. */
function aUnitWithMail() {
  const time = virtualTime(NOON)
  const zammad: { outage: FailureCode | null; asked: Date[] } = { outage: null, asked: [] }
  const units = unitsOf(aUnit({ id: 'nodes', group: 'Reference nodes', mail: 'nodes@x.example' }))
  const group: Group = {
    name: 'Reference nodes',
    active: true,
    access: ['full'],
    hasAddress: true,
    followUp: { to: 'same-ticket' },
  }
  const account = async (): Promise<Account> => {
    zammad.asked.push(time.clock())
    if (zammad.outage) throw new Failure(zammad.outage, 'no answer')
    return { id: 1, login: 'bot', roles: ['Agent'], groups: [group] }
  }
  return {
    time,
    zammad,
    ask: replyToOf({ desk: { account }, clock: time.clock, replyTo: null, units: () => units }),
  }
}

test.for(['unavailable', 'misconfigured'] as const)(
  'while Zammad is %s, what it told of mail addresses holds on, and no mail waits for it twice',
  async (outage) => {
    const { time, zammad, ask } = aUnitWithMail()
    expect(await ask('nodes')).toBe('nodes@x.example')
    time.turn(HOUR_MS + 1)
    zammad.outage = outage
    for (let mail = 0; mail < 5; mail += 1) expect(await ask('nodes')).toBe('nodes@x.example')
    expect(zammad.asked).toEqual([NOON, after(NOON, HOUR_MS + 1)])
  },
)

test('where Zammad has told nothing yet mails name no address to answer to, until it does', async () => {
  const { time, zammad, ask } = aUnitWithMail()
  zammad.outage = 'unavailable'
  expect([await ask('nodes'), await ask('nodes')]).toEqual([null, null])
  expect(zammad.asked).toHaveLength(1)
  zammad.outage = null
  time.turn(15 * SECOND_MS + 1)
  expect(await ask('nodes')).toBe('nodes@x.example')
})
