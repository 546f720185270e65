import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { createStillTrue } from '../../src/clocks/still-true.ts'
import { createStores } from '../../src/furnish.ts'
import { createLog } from '../../src/log.ts'
import type { Alert, PromiseAlarm } from '../../src/outbox/alert.ts'
import { aNamedTicket, aPromise as anAlarm } from '../bot/alerting.ts'
import { aMark, ofTicket } from '../store/clock-samples.ts'
import { aFollowedTicket, hours } from '../store/records.ts'
import { rulebookOf } from '../support/sample-rules.ts'
import { NOON } from '../support/samples.ts'
import { UNITS } from './sweeping.ts'

/** So many alerts wait in one mail. */
const TICKETS = Array.from({ length: 300 }, (_, n) => n + 1)

/** Promises of which staff are to be told, and how often the store is asked whether that is so still. */
async function aFullMail() {
  const { db } = await openPlatform()
  const { records, followed, memory } = createStores(db)
  await db.atomically(
    TICKETS.flatMap((ticket) => [
      ...records.keep(ofTicket(ticket, { nextAt: after(NOON, HOUR_MS) }), [], 0),
      records.mark(aMark({ subject: `t:${ticket}`, ack: `ack${ticket}`, cameAt: NOON, at: NOON })),
    ]),
  )
  const asked = { records: 0, followed: 0, reckoner: 0 }
  const lines: string[] = []
  /** Tickets of which nothing can be reckoned. */
  const broken = new Set<number | null>()
  const stillTrueOf = createStillTrue({
    records: {
      byAcks: (acks) => ((asked.records += 1), records.byAcks(acks)),
      byIds: (ids) => ((asked.records += 1), records.byIds(ids)),
      acknowledgedOf: (subjects) => ((asked.records += 1), records.acknowledgedOf(subjects)),
    },
    followed: { byIds: (ids) => ((asked.followed += 1), followed.byIds(ids)) },
    // Whatever is reckoned turns out to be answered.
    reckoner: {
      async of({ ticketId }) {
        asked.reckoner += 1
        if (broken.has(ticketId)) throw new Error('no log')
        return null
      },
    },
    rulebook: () => rulebookOf(UNITS),
    memory,
    clock: () => NOON,
    log: createLog('debug', (line) => lines.push(line)),
  })
  const stillTrue = (alerts: readonly Alert[]) => stillTrueOf(alerts, 'first@staff.example')
  const dueAt = hours(48).toISOString()
  const alarmOf = (ticket: number, over: Partial<PromiseAlarm> = {}) =>
    anAlarm(ticket, { ticket: aNamedTicket({ id: ticket, number: `78${ticket}`, dueAt }), ...over })
  return {
    records,
    followed,
    stillTrue,
    alarmOf,
    asked,
    broken,
    lines,
    db,
    stand: async (over: Partial<PromiseAlarm> = {}) =>
      (await stillTrue(TICKETS.map((ticket) => alarmOf(ticket, over)))).map(({ is }) => is),
    touch: (tickets: readonly number[]) =>
      db.atomically(tickets.map((ticketId) => records.touch({ conversation: null, ticketId }, NOON))),
  }
}

test('a mail of 300 alerts asks the store two questions, and three where reminders are among them', async () => {
  const mail = await aFullMail()
  expect(await mail.stand()).toEqual(TICKETS.map(() => 'so'))
  expect(mail.asked).toEqual({ records: 2, followed: 0, reckoner: 0 })
  await mail.stand({ repeat: 1 })
  expect(mail.asked.records).toBe(5)
})

test('what was touched since is reckoned, and of too many the rest is unknown', async () => {
  const mail = await aFullMail()
  await mail.touch([7, 9])
  expect(await mail.stand()).toEqual(TICKETS.map((ticket) => (ticket === 7 || ticket === 9 ? 'over' : 'so')))
  expect(mail.asked).toEqual({ records: 2, followed: 0, reckoner: 2 })
  await mail.touch(TICKETS)
  expect(await mail.stand()).toEqual(TICKETS.map((_, at) => (at < 25 ? 'over' : 'unknown')))
  expect(mail.asked).toEqual({ records: 4, followed: 0, reckoner: 27 })
})

test('a ticket that cannot be reckoned holds up no other, and once that is put down it is told as it stood', async () => {
  const mail = await aFullMail()
  mail.broken.add(7)
  await mail.touch([7])
  expect(await mail.stand()).toEqual(TICKETS.map((ticket) => (ticket === 7 ? 'unknown' : 'so')))
  expect(mail.lines.map((line): unknown => Object(JSON.parse(line)).event)).toEqual(['promise.broken'])
  const row = await mail.records.again('t:7')
  if (!row) throw new Error('it was touched')
  await mail.db.atomically([mail.records.broken(row, NOON)])
  expect(await mail.stand()).toEqual(TICKETS.map(() => 'so'))
})

test('where more is given other time than is reckoned at once, what has more time left than at its level is early', async () => {
  const mail = await aFullMail()
  await mail.db.atomically(
    TICKETS.flatMap((ticket) =>
      mail.records.keep(
        ofTicket(ticket, { running: { dueAt: hours(96) }, nextAt: after(NOON, HOUR_MS) }),
        [],
        0,
      ),
    ),
  )
  expect(await mail.stand()).toEqual(TICKETS.map((_, at) => (at < 25 ? 'over' : 'early')))
})

test('that nobody took a ticket is told while that is so, and not where it waits anew', async () => {
  const { db, followed, stillTrue, alarmOf, asked } = await aFullMail()
  const tickets = [
    { id: 1, waitingSince: hours(-8), toldWaiting: true },
    { id: 2, waitingSince: null, toldWaiting: true },
    { id: 3, waitingSince: hours(-1), toldWaiting: false },
  ]
  await db.atomically(tickets.map((over) => followed.keep(aFollowedTicket(over))))
  // Of the last one nothing is known.
  const alerts = [1, 2, 3, 4].map((id): Alert => ({
    about: 'unrouted',
    ticket: aNamedTicket({ id }),
    hours: 8,
  }))
  const standings = await stillTrue([...alerts, alarmOf(5)])
  expect(standings.map(({ is }) => is)).toEqual(['so', 'over', 'over', 'so', 'so'])
  expect(asked.followed).toBe(1)
})
