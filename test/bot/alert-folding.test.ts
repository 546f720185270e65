import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import type { Alert, PromiseAlarm } from '../../src/outbox/alert.ts'
import type { Kind } from '../../src/outbox/job.ts'
import { NOON } from '../support/samples.ts'
import { alerting, anArrival, aLatePromise, aNamedTicket, aPromise, DUTY, standing } from './alerting.ts'

type Alerts = Awaited<ReturnType<typeof alerting>>

/** How often each ticket is named by the mails that went, once for each mail. */
function namings(alerts: Alerts): ReadonlyMap<string, number> {
  const told = new Map<string, number>()
  for (const { text } of alerts.mailbox.json()) {
    for (const number of new Set(text?.match(/780000000\d{4}/g)))
      told.set(number, (told.get(number) ?? 0) + 1)
  }
  return told
}

const promises = (count: number, over: Partial<PromiseAlarm> = {}): readonly PromiseAlarm[] =>
  Array.from({ length: count }, (_, n) => aPromise(n + 1, over))

const each = (count: number, times = 1) =>
  new Map(promises(count).map(({ ticket: { number } }) => [number, times]))

/** Whole minutes go by, each, or each few of them, with a round of the bot. */
async function pass(alerts: Alerts, minutes: number, every = 1): Promise<void> {
  for (let spent = 0; spent < minutes; spent += every) {
    await alerts.round()
    alerts.time.turn(every * MINUTE_MS)
  }
}

test('a storm of 300 alerts to one address becomes one mail that names all of them', async () => {
  const alerts = await alerting({ boardLink: 'https://desk.example/ops' })
  await alerts.raiseAll([...promises(200), ...promises(300, { late: true }).slice(200)])
  await alerts.round()
  const [mail, ...others] = alerts.mailbox.json()
  expect(others).toEqual([])
  expect(mail?.subject).toBe('300 alerts (100 late, 200 due soon)')
  expect(mail?.text).toContain('And 200 more')
  expect(namings(alerts)).toEqual(each(300))
  expect(new Set((await alerts.allJobs()).map(({ state }) => state))).toEqual(new Set(['done']))
})

test('each address has a storm of its own', async () => {
  const alerts = await alerting()
  await alerts.raiseAll(promises(9), [DUTY, 'second@example.org'])
  await alerts.round()
  expect(alerts.mailbox.json().map(({ to, subject }) => [to.join(), subject])).toEqual(
    expect.arrayContaining([
      [DUTY, '9 alerts (9 due soon)'],
      ['second@example.org', '9 alerts (9 due soon)'],
    ]),
  )
  expect(alerts.mailbox.messages()).toHaveLength(2)
})

test('60 promises that come to three quarters within an hour make at most five mails a day', async () => {
  const alerts = await alerting()
  const due = (n: number) => after(NOON, 12 * HOUR_MS + n * MINUTE_MS).toISOString()
  for (let n = 1; n <= 60; n += 1) {
    const alert = aPromise(n)
    await alerts.raiseAll([{ ...alert, ticket: { ...alert.ticket, dueAt: due(n) } }])
    await pass(alerts, 1)
  }
  await pass(alerts, 23 * 60, 5)
  expect(alerts.mailbox.messages()).toHaveLength(2)
  expect(namings(alerts)).toEqual(each(60))
})

test('alerts that can wait, all day long, make five mails a day, and none comes later than five hours', async () => {
  const alerts = await alerting()
  const raised = new Map<string, Date>()
  const far = after(NOON, 9 * DAY_MS).toISOString()
  const told = new Map<string, Date>()
  const ROUND_MINUTES = 5
  for (let n = 1; n <= 96; n += 1) {
    const alert = aPromise(n)
    raised.set(alert.ticket.number, alerts.time.clock())
    await alerts.raiseAll([{ ...alert, ticket: { ...alert.ticket, dueAt: far } }])
    for (let minutes = 0; minutes < 15; minutes += ROUND_MINUTES) {
      await pass(alerts, ROUND_MINUTES, ROUND_MINUTES)
      for (const number of namings(alerts).keys())
        if (!told.has(number)) told.set(number, alerts.time.clock())
    }
  }
  expect(alerts.mailbox.messages()).toHaveLength(5)
  await pass(alerts, 5 * 60, 5)
  expect(namings(alerts)).toEqual(each(96))
  for (const [number, at] of told)
    expect(at.getTime() - (raised.get(number)?.getTime() ?? 0)).toBeLessThanOrEqual(
      5 * HOUR_MS + ROUND_MINUTES * MINUTE_MS,
    )
})

test.for<{ readonly alert: Alert; readonly subject: string }>([
  { alert: aLatePromise(50), subject: '3 alerts (1 late, 2 due soon)' },
  { alert: aPromise(50, { level: '90%', share: 0.9 }), subject: '3 alerts (3 due soon)' },
  { alert: anArrival(), subject: '1 urgent request, and 2 more alerts' },
  {
    alert: { about: 'out-of-sight', ticket: aNamedTicket() },
    subject: '3 alerts (2 due soon, 1 other)',
  },
])('what is imminent goes at once and takes along what waits: $subject', async ({ alert, subject }) => {
  const alerts = await alerting()
  await alerts.raiseAll([aPromise(1)])
  await alerts.round()
  await alerts.raiseAll([aPromise(2), aPromise(3)])
  await pass(alerts, 5)
  expect(alerts.mailbox.messages()).toHaveLength(1)
  await alerts.raiseAll([alert])
  await alerts.round()
  expect(alerts.mailbox.json().map((mail) => mail.subject)).toEqual([
    '75 % of the time is gone, 12 hours left (7800000000001)',
    subject,
  ])
})

test('after three mails within an hour what is imminent comes in one mail each ten minutes, and an urgent arrival at once', async () => {
  const alerts = await alerting()
  for (let n = 1; n <= 9; n += 1) {
    await alerts.raiseAll([aLatePromise(n)])
    await pass(alerts, 1)
  }
  expect(alerts.mailbox.messages()).toHaveLength(3)
  await alerts.raiseAll([anArrival()])
  await alerts.round()
  expect(alerts.mailbox.json().map(({ subject }) => subject)).toEqual([
    expect.stringContaining('(7800000000001)'),
    expect.stringContaining('(7800000000002)'),
    expect.stringContaining('(7800000000003)'),
    '1 urgent request, and 6 more alerts',
  ])
  await alerts.raiseAll([aLatePromise(10), aLatePromise(11)])
  await pass(alerts, 10)
  expect(alerts.mailbox.messages()).toHaveLength(4)
  await pass(alerts, 1)
  expect(alerts.mailbox.json().at(-1)?.subject).toBe('2 alerts (2 late)')
})

test('what is not so any more is left out, and where nothing is left no mail goes and none counts', async () => {
  const over = new Set<string>()
  const alerts = await alerting({
    stillTrue: standing((alert) => 'ticket' in alert && over.has(alert.ticket.number)),
  })
  await alerts.raiseAll([aPromise(1)])
  over.add(aPromise(1).ticket.number)
  await alerts.round()
  expect(alerts.mailbox.messages()).toEqual([])
  await alerts.raiseAll([aPromise(2), aPromise(3), aPromise(4)])
  over.add(aPromise(3).ticket.number)
  await alerts.round()
  const [mail, ...others] = alerts.mailbox.json()
  expect(others).toEqual([])
  expect(mail?.subject).toBe('2 alerts (2 due soon)')
  expect([...namings(alerts).keys()]).toEqual(['7800000000002', '7800000000004'])
})

test('an alert that ended before its turn takes nothing along before its own', async () => {
  const over = new Set<string>()
  const alerts = await alerting({
    stillTrue: standing((alert) => 'ticket' in alert && over.has(alert.ticket.number)),
  })
  await alerts.raiseAll([aPromise(1)])
  await alerts.round()
  await alerts.raiseAll([aPromise(2)])
  await pass(alerts, 1)
  over.add(aPromise(3).ticket.number)
  await alerts.raiseAll([aLatePromise(3)])
  await pass(alerts, 10)
  expect(alerts.mailbox.messages()).toHaveLength(1)
  await pass(alerts, 5 * 60, 5)
  expect([...namings(alerts).keys()]).toEqual(['7800000000001', '7800000000002'])
})

const PLACES = ['before begin', 'after begin', 'after sending'] as const

/** The kind as a process runs it that is killed at this place the first time that it comes there. */
const killedAt =
  (place: (typeof PLACES)[number], killed: () => void) =>
  (kind: Kind): Kind => {
    let isAlive = true
    const pass = async (here: typeof place): Promise<void> => {
      if (here !== place || !isAlive) return
      isAlive = false
      killed()
      await new Promise(() => undefined)
    }
    return {
      ...kind,
      async act(job, begin) {
        const settled = await kind.act(job, async () => {
          await pass('before begin')
          await begin()
          await pass('after begin')
        })
        await pass('after sending')
        return settled
      },
    }
  }

test.for(PLACES)(
  'a process that is killed %s loses no alert and tells none in two different mails',
  async (place) => {
    const { promise: killed, resolve } = Promise.withResolvers<void>()
    const alerts = await alerting({ kind: killedAt(place, resolve) })
    await alerts.raiseAll(promises(20))
    await Promise.race([alerts.round(1), killed])
    expect((await alerts.allJobs()).filter(({ state }) => state === 'running')).toHaveLength(1)
    await alerts.recover()
    await alerts.raiseAll(promises(25).slice(20))
    await pass(alerts, 6 * 60, 5)
    // Nobody can know that the last one went: the same mail follows once, which mail programs take for the first.
    const twice = place === 'after sending' ? 2 : 1
    expect(namings(alerts)).toEqual(new Map([...each(25)].map(([number], n) => [number, n < 20 ? twice : 1])))
    const of = alerts.mailbox
      .messages()
      .filter((_, n) => alerts.mailbox.json()[n]?.text?.includes('7800000000001'))
    expect(of).toHaveLength(twice)
    expect(of.at(-1)?.bytes).toEqual(of[0]?.bytes)
    expect((await alerts.allJobs()).every(({ state }) => state === 'done')).toBe(true)
  },
)

test('two runners at once tell each alert once', async () => {
  const alerts = await alerting()
  await alerts.raiseAll(promises(40))
  await Promise.all([alerts.round(3), alerts.round(3)])
  expect(namings(alerts)).toEqual(each(40))
  expect(alerts.mailbox.messages()).toHaveLength(1)
})

test('after hours without a mail server all that is so still comes in one mail', async () => {
  const over = new Set<string>()
  const alerts = await alerting({
    stillTrue: standing((alert) => 'ticket' in alert && over.has(alert.ticket.number)),
  })
  alerts.mailbox.setFault('down')
  for (let n = 1; n <= 4; n += 1) {
    await alerts.raiseAll([aLatePromise(n)])
    await pass(alerts, 30, 5)
  }
  over.add(aPromise(2).ticket.number)
  alerts.mailbox.setFault('up')
  await pass(alerts, 30)
  expect(alerts.mailbox.json().map(({ subject }) => subject)).toEqual(['3 alerts (3 late)'])
  expect(namings(alerts).has(aPromise(2).ticket.number)).toBe(false)
})

test('a folded mail of which nobody knows whether it was taken follows as it was, without what came meanwhile', async () => {
  const alerts = await alerting()
  alerts.mailbox.setFault('cut')
  await alerts.raiseAll(promises(3, { late: true }))
  await alerts.round()
  alerts.mailbox.setFault('up')
  await alerts.raiseAll([aLatePromise(4)])
  await pass(alerts, 20)
  const [first, other, repeat, ...more] = alerts.mailbox.messages()
  expect(more).toEqual([])
  expect(repeat?.bytes).toEqual(first?.bytes)
  expect(alerts.mailbox.json().at(1)?.subject).toContain('(7800000000004)')
  expect(other?.bytes).not.toEqual(first?.bytes)
})

test('an arrival that waits for its ticket waits alone, and is told with others once it has one', async () => {
  const alerts = await alerting()
  const unopened = anArrival({
    ticket: aNamedTicket({ id: null }),
    conversation: 'conversation-1',
    urgent: false,
  })
  await alerts.raiseAll([unopened, aPromise(1)])
  await alerts.round()
  expect(alerts.mailbox.json().map(({ subject }) => subject)).toEqual([
    '75 % of the time is gone, 12 hours left (7800000000001)',
  ])
  await alerts.open('first-line')
  await alerts.raiseAll([aLatePromise(2)])
  alerts.time.turn(SECOND_MS)
  await alerts.round()
  const [, mail, ...others] = alerts.mailbox.json()
  expect(others).toEqual([])
  expect(mail?.subject).toBe('2 alerts (1 late, 1 other)')
  expect(mail?.text).toContain('7809999999999: New request for First Line support')
})

test('an alert that is none is left to staff, and the others go without it', async () => {
  const unheardOf = { about: 'weather' } as unknown as Alert
  const alerts = await alerting()
  await alerts.raiseAll([aPromise(1), unheardOf, anArrival({ conversation: 'nowhere' }), aPromise(2)])
  await alerts.round()
  const jobs = await alerts.allJobs()
  expect(jobs.map(({ state }) => state).toSorted()).toEqual(['done', 'done', 'parked', 'parked'])
  expect(alerts.mailbox.json().map(({ subject }) => subject)).toEqual(['2 alerts (2 due soon)'])
})

test('no mail tells of what is more than three days old with what is new, but of promises that are so still', async () => {
  const alerts = await alerting()
  const { ticket } = aPromise(1)
  await alerts.raiseAll([{ about: 'unrouted', ticket, hours: 8 }, aPromise(2)])
  alerts.time.turn(3 * DAY_MS + 1)
  await alerts.raiseAll([aLatePromise(3)])
  await alerts.round()
  expect([...namings(alerts).keys()]).toEqual(['7800000000002', '7800000000003'])
})

test('of the levels of one ticket a mail names the highest alone, and all of them count as told', async () => {
  const alerts = await alerting()
  const late = aLatePromise(1)
  await alerts.raiseAll([aPromise(1, { covers: ['50%'] }), aPromise(2), { ...late, ack: 'ack-late' }])
  await alerts.round()
  const [mail, ...others] = alerts.mailbox.json()
  expect(others).toEqual([])
  expect(mail?.subject).toBe('2 alerts (1 late, 1 due soon)')
  expect(mail?.text?.match(/7800000000001/g)).toHaveLength(1)
  expect((await alerts.allJobs()).map(({ state }) => state)).toEqual(['done', 'done', 'done'])
  expect((await alerts.allJobs()).flatMap(({ payload }) => payload.match(/"told".*/)?.[0] ?? [])).toEqual([
    expect.stringContaining('"covers":["50%","75%"]'),
  ])
})

test('a level and what it stands for are one alert, not a list', async () => {
  const alerts = await alerting()
  await alerts.raiseAll([aPromise(1), aLatePromise(1)])
  await alerts.round()
  const [mail, ...others] = alerts.mailbox.json()
  expect(others).toEqual([])
  expect(mail?.subject).not.toContain('alerts')
  expect(mail?.text).toContain('There was no mail at the earlier steps (75 %)')
})

test('levels of two tickets without a number are two alerts', async () => {
  const alerts = await alerting()
  const unnumbered = (n: number) => aPromise(n, { ticket: aNamedTicket({ id: n, number: '' }) })
  await alerts.raiseAll([unnumbered(1), unnumbered(2)])
  await alerts.round()
  expect(alerts.mailbox.json().map(({ subject }) => subject)).toEqual(['2 alerts (2 due soon)'])
})

test('a level that came twice names itself among none of those that it stands for', async () => {
  const alerts = await alerting()
  await alerts.raiseAll([aPromise(1, { level: '75%@2' }), aLatePromise(1, { covers: ['75%'] })])
  await alerts.round()
  expect(alerts.mailbox.json()[0]?.text).toContain('There was no mail at the earlier steps (75 %)')
})

test('an alert that is to be reckoned first stays out of the mail of others and has the next one', async () => {
  const unknown = new Set([2])
  const isUnknown = (alert: Alert) =>
    'ticket' in alert && alert.ticket.id !== null && unknown.has(alert.ticket.id)
  const alerts = await alerting({ stillTrue: standing(undefined, isUnknown) })
  await alerts.raiseAll([aLatePromise(1), aLatePromise(2), aLatePromise(3)])
  await alerts.round()
  expect([...namings(alerts).keys()]).toEqual(['7800000000001', '7800000000003'])
  await pass(alerts, 3)
  expect(alerts.mailbox.messages()).toHaveLength(1)
  unknown.clear()
  await pass(alerts, 2)
  expect(namings(alerts)).toEqual(each(3))
})

test('a mail that failed waits until all that it took up is reckoned', async () => {
  const unknown = new Set<number>()
  const isUnknown = (alert: Alert) =>
    'ticket' in alert && alert.ticket.id !== null && unknown.has(alert.ticket.id)
  const alerts = await alerting({ stillTrue: standing(undefined, isUnknown) })
  alerts.mailbox.setFault('down')
  await alerts.raiseAll(promises(3))
  await alerts.round()
  alerts.mailbox.setFault('up')
  unknown.add(2)
  await pass(alerts, 20)
  expect(alerts.mailbox.messages()).toEqual([])
  unknown.clear()
  await pass(alerts, 2)
  expect(alerts.mailbox.json().map(({ subject }) => subject)).toEqual(['3 alerts (3 due soon)'])
})

test('a mail tells the due and the time left as they are by now', async () => {
  const dueAt = after(NOON, 90 * MINUTE_MS).toISOString()
  const alerts = await alerting({
    stillTrue: async (all) =>
      all.map((alert) => {
        const told = alert.about === 'promise' ? { ...alert, ticket: { ...alert.ticket, dueAt } } : alert
        return { is: 'so', alert: told, subject: 't:1' }
      }),
  })
  await alerts.raiseAll([aPromise(1)])
  await alerts.round()
  expect(alerts.mailbox.json().map(({ subject }) => subject)).toEqual([
    '75 % of the time is gone, 1 hour 30 minutes left (7800000000001)',
  ])
})

test.for([
  { held: true, says: 'The visitor has had a first answer, and was told that more follows.' },
  { held: false, says: 'the visitor has none yet' },
])('an alert that was raised as held: $held is mailed so', async ({ held, says }) => {
  const alerts = await alerting()
  await alerts.raiseAll([aPromise(1, { held })])
  await alerts.round()
  expect(alerts.mailbox.json()[0]?.text).toContain(says)
})
