import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { createStillTrue } from '../../src/clocks/still-true.ts'
import { createStores } from '../../src/furnish.ts'
import { aPromise as anAlarm } from '../bot/alerting.ts'
import { aMark, ofTicket } from '../store/clock-samples.ts'
import { NOON } from '../support/samples.ts'

/** So many alerts wait in one mail. */
const TICKETS = Array.from({ length: 300 }, (_, n) => n + 1)

/** Promises of which staff are to be told, and how often the store is asked whether that is so still. */
async function aFullMail() {
  const { db } = await openPlatform()
  const { records } = createStores(db)
  await db.atomically(
    TICKETS.flatMap((ticket) => [
      ...records.keep(ofTicket(ticket, { nextAt: after(NOON, HOUR_MS) }), [], 0),
      records.mark(aMark({ subject: `t:${ticket}`, ack: `ack${ticket}` })),
    ]),
  )
  const asked = { records: 0, reckoner: 0 }
  const stillTrue = createStillTrue({
    records: {
      byAcks: (acks) => ((asked.records += 1), records.byAcks(acks)),
      byIds: (ids) => ((asked.records += 1), records.byIds(ids)),
    },
    // Whatever is reckoned turns out to be answered.
    reckoner: { of: async () => ((asked.reckoner += 1), null) },
    clock: () => NOON,
  })
  return { records, asked, stillTrue: () => stillTrue(TICKETS.map((ticket) => anAlarm(ticket))), db }
}

test('a mail of 300 alerts asks the store two questions', async () => {
  const mail = await aFullMail()
  expect(await mail.stillTrue()).toEqual(TICKETS.map(() => true))
  expect(mail.asked).toEqual({ records: 2, reckoner: 0 })
})

test('what was touched since is reckoned, and of too many the rest is as it was put down', async () => {
  const mail = await aFullMail()
  const touch = (tickets: readonly number[]) =>
    mail.db.atomically(tickets.map((ticketId) => mail.records.touch({ conversation: null, ticketId }, NOON)))
  await touch([7, 9])
  expect(await mail.stillTrue()).toEqual(TICKETS.map((ticket) => ticket !== 7 && ticket !== 9))
  expect(mail.asked).toEqual({ records: 2, reckoner: 2 })
  await touch(TICKETS)
  expect((await mail.stillTrue()).filter((isTrue) => !isTrue)).toHaveLength(25)
  expect(mail.asked).toEqual({ records: 4, reckoner: 27 })
})
