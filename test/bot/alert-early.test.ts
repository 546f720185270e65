import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { type Alert, alertSerial } from '../../src/outbox/alert.ts'
import { aMark } from '../store/clock-samples.ts'
import { NOON } from '../support/samples.ts'
import { alerting, aLatePromise, aPromise, DUTY, standing } from './alerting.ts'

/** Alerts of promises of which some were given more time: their levels have not come. */
async function withMoreTime(...tickets: readonly number[]) {
  const early = new Set<number | null>(tickets)
  const until = (alert: Alert) =>
    'ticket' in alert && early.has(alert.ticket.id) ? after(alerts.time.clock(), HOUR_MS) : null
  const alerts = await alerting({ stillTrue: standing(undefined, undefined, until) })
  const subjects = (): readonly string[] => alerts.mailbox.json().map(({ subject }) => subject)
  async function pass(minutes: number): Promise<void> {
    for (let spent = 0; spent < minutes; spent += 1) {
      await alerts.round()
      alerts.time.turn(MINUTE_MS)
    }
  }
  return { ...alerts, early, subjects, pass }
}

test('an alert whose level has not come waits, and is mailed once it has', async () => {
  const alerts = await withMoreTime(1)
  await alerts.raiseAll([aLatePromise(1)])
  await alerts.pass(150)
  expect(alerts.subjects()).toEqual([])
  alerts.early.clear()
  await alerts.pass(61)
  expect(alerts.subjects()).toEqual([expect.stringContaining('(7800000000001)')])
})

test('a mail to the same address goes without it, and it is not lost', async () => {
  const alerts = await withMoreTime(2)
  await alerts.raiseAll([aLatePromise(1), aLatePromise(2), aLatePromise(3)])
  await alerts.pass(2)
  expect(alerts.subjects()).toEqual(['2 alerts (2 late)'])
  alerts.early.clear()
  await alerts.pass(61)
  expect(alerts.subjects()).toEqual(['2 alerts (2 late)', expect.stringContaining('(7800000000002)')])
})

test('a mail that failed waits while all that it took up is early', async () => {
  const alerts = await withMoreTime()
  alerts.mailbox.setFault('down')
  await alerts.raiseAll([aPromise(1), aPromise(2)])
  await alerts.round()
  alerts.mailbox.setFault('up')
  for (const ticket of [1, 2]) alerts.early.add(ticket)
  await alerts.pass(90)
  expect(alerts.subjects()).toEqual([])
  alerts.early.clear()
  await alerts.pass(61)
  expect(alerts.subjects()).toEqual(['2 alerts (2 due soon)'])
})

test.for([
  ['own', 1],
  ['one that it took up', 3],
] as const)(
  'of a mail that failed the others go without what is early meanwhile, which is not lost: its %s',
  async ([, ticket]) => {
    const alerts = await withMoreTime()
    alerts.mailbox.setFault('down')
    await alerts.raiseAll([aLatePromise(1), aLatePromise(2), aLatePromise(3)])
    await alerts.round()
    alerts.mailbox.setFault('up')
    alerts.early.add(ticket)
    await alerts.pass(20)
    expect(alerts.subjects()).toEqual(['2 alerts (2 late)'])
    alerts.early.clear()
    await alerts.pass(61)
    expect(alerts.subjects()).toEqual([
      '2 alerts (2 late)',
      expect.stringContaining(`(${aPromise(ticket).ticket.number})`),
    ])
  },
)

test('an alert of a promise waits for days where it is early, and is told then', async () => {
  const alerts = await withMoreTime(1)
  await alerts.raiseAll([aLatePromise(1)])
  for (let hour = 0; hour < 100; hour += 1) {
    await alerts.round()
    alerts.time.turn(HOUR_MS)
  }
  alerts.early.clear()
  await alerts.pass(61)
  expect(alerts.subjects()).toHaveLength(1)
})

test('of each level that a mail tells it is put down when that went, and to which address', async () => {
  const alerts = await withMoreTime(3)
  for (const ticket of [1, 2, 3]) await alerts.mark(aMark({ subject: `t:${ticket}`, ack: `ack-${ticket}` }))
  const [one, two, three] = [1, 2, 3].map((ticket) => aPromise(ticket, { ack: `ack-${ticket}` }))
  if (!one || !two || !three) throw new Error('three alerts')
  alerts.mailbox.setFault('down')
  await alerts.raiseAll([one, two, three])
  await alerts.round()
  expect(await alerts.records.byAck('ack-1')).toMatchObject({ mailedAt: null, mailedTo: [] })
  alerts.mailbox.setFault('up')
  await alerts.raiseAll([one], ['Lead@example.org'])
  await alerts.pass(1)
  await alerts.pass(60)
  const [to, lead] = await Promise.all([DUTY, 'lead@example.org'].map(alertSerial))
  const found = await alerts.records.byAcks(['ack-1', 'ack-2', 'ack-3'])
  expect(found.get('ack-1')).toMatchObject({ mailedAt: NOON, mailedTo: [lead, to] })
  expect(found.get('ack-2')?.mailedTo).toEqual([to])
  expect(found.get('ack-3')).toMatchObject({ mailedAt: null, mailedTo: [] })
})

test('a level that another stands for in the mail was mailed as well', async () => {
  const alerts = await withMoreTime()
  for (const ack of ['soon', 'late']) await alerts.mark(aMark({ level: ack, ack }))
  await alerts.raiseAll([aPromise(1, { ack: 'soon' }), aLatePromise(1, { ack: 'late' })])
  await alerts.round()
  expect(alerts.subjects()).toHaveLength(1)
  const found = await alerts.records.byAcks(['soon', 'late'])
  expect([...found.values()].map(({ mailedAt }) => mailedAt)).toEqual([NOON, NOON])
})
