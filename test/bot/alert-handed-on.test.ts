import { expect, test } from 'vitest'
import type { StillTrue } from '../../src/clocks/still-true.ts'
import { HOUR_MS } from '../../src/clock.ts'
import type { PromiseAlarm } from '../../src/outbox/alert.ts'
import { alerting, aNamedTicket, aPromise } from './alerting.ts'

const OLD = 'catalogue@example.org'
const NEW = 'nodes@example.org'
const BOTH = 'duty@example.org'

/** Its ticket was moved to the reference nodes before a mail went. */
const moved: StillTrue = async (alerts, address) =>
  alerts.map((alert) => {
    if (alert.about !== 'promise' || alert.ticket.unit === 'nodes') return { is: 'so', alert, subject: null }
    const now: PromiseAlarm = { ...alert, ticket: { ...alert.ticket, unit: 'nodes' } }
    const handedOn = { occasion: `moved:${alert.ack}:nodes`, alert: now, to: [NEW] }
    return address === OLD ? { is: 'over', handedOn } : { is: 'so', alert: now, subject: null, handedOn }
  })

test('an alert whose ticket was moved goes once to its new unit, and no more to the old one', async () => {
  const alerts = await alerting({ stillTrue: moved })
  await alerts.raise(aPromise(1), [OLD, BOTH])
  await alerts.round()
  await alerts.round()
  expect(alerts.mailbox.messages().map(({ to }) => to.join())).toEqual([BOTH, NEW])
  expect(alerts.mailbox.messages().every(({ text }) => text?.includes('nodes'))).toBe(true)
})

test('what waits with others and was moved is handed on by the mail that would have taken it along', async () => {
  const alerts = await alerting({ stillTrue: moved })
  const first = aPromise(1, { ticket: aNamedTicket({ unit: 'nodes' }) })
  await alerts.raiseAll([first], [OLD])
  await alerts.round()
  await alerts.raiseAll([aPromise(2), aPromise(3)], [OLD])
  alerts.time.turn(5 * HOUR_MS)
  await alerts.raiseAll([{ ...first, ack: 'again' }], [OLD])
  for (const _ of [1, 2, 3]) await alerts.round()
  const told = alerts.mailbox
    .messages()
    .map(({ to, text }) => [to.join(), text?.match(/78000000000\d\d/g)?.[0]])
  expect(told.filter(([to]) => to === NEW)).toHaveLength(1)
  expect((await alerts.allJobs()).filter(({ state }) => state !== 'done')).toEqual([])
})
