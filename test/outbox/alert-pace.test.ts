import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Alert, NamedTicket } from '../../src/outbox/alert.ts'
import { heldUntil } from '../../src/outbox/alert-pace.ts'
import { anArrival, aLatePromise, aNamedTicket, aPromise } from '../bot/alerting.ts'
import { NOON } from '../support/samples.ts'

const due = (hours: number) => ({
  ticket: aNamedTicket({ dueAt: after(NOON, hours * HOUR_MS).toISOString() }),
})
const unowned = (over: Partial<NamedTicket> = {}): Alert => ({
  about: 'unrouted',
  ticket: aNamedTicket(over),
  hours: 8,
})
const handedOver: Alert = { about: 'handed-over', ticket: aNamedTicket(), times: 3 }
const ago = (minutes: number) => after(NOON, -minutes * MINUTE_MS)

test.for([
  { why: 'nobody was written to', alert: aPromise(1), mails: [], minutes: null },
  { why: 'an hour ago there was a mail', alert: aPromise(1), mails: [60], minutes: 240 },
  { why: 'the last mail counts, not the first', alert: aPromise(1), mails: [240, 60, 120], minutes: 240 },
  { why: 'five hours have passed', alert: aPromise(1), mails: [300], minutes: null },
  { why: 'half of the time is gone', alert: aPromise(1, { share: 0.5 }), mails: [60], minutes: 240 },
  { why: 'a tenth is left', alert: aPromise(1, { share: 0.9 }), mails: [60], minutes: null },
  { why: 'it is late for the first time', alert: aLatePromise(1), mails: [60], minutes: null },
  { why: 'it is late for another day', alert: aLatePromise(1, { repeat: 1 }), mails: [60], minutes: 240 },
  {
    why: 'it was late before anybody heard of it',
    alert: aLatePromise(1, { repeat: 1, covers: ['90%', '100%'] }),
    mails: [60],
    minutes: null,
  },
  {
    why: 'a later day tells of an earlier one as well',
    alert: aLatePromise(1, { repeat: 2, covers: ['100%+1d'] }),
    mails: [60],
    minutes: 240,
  },
  { why: 'it would have nine hours left', alert: aPromise(1, due(13)), mails: [60], minutes: 240 },
  { why: 'it would have five hours left', alert: aPromise(1, due(9)), mails: [60], minutes: 240 },
  { why: 'it would have less than five', alert: aPromise(1, due(8.99)), mails: [60], minutes: null },
  {
    why: 'nobody knows its due',
    alert: aPromise(1, { ticket: aNamedTicket({ dueAt: null }) }),
    mails: [60],
    minutes: 240,
  },
  { why: 'there is time', alert: unowned(), mails: [60], minutes: 240 },
  { why: 'nobody was written to', alert: unowned(), mails: [], minutes: null },
  { why: 'less than five hours would be left', alert: unowned(due(8.99).ticket), mails: [60], minutes: null },
  { why: 'there is time', alert: handedOver, mails: [60], minutes: 240 },
  { why: 'it is about something else', alert: anArrival({ urgent: false }), mails: [1, 2], minutes: null },
  { why: 'three mails went', alert: anArrival({ urgent: false }), mails: [1, 30, 59], minutes: 9 },
  { why: 'the first of three is an hour old', alert: aLatePromise(1), mails: [1, 30, 60], minutes: null },
  { why: 'the third is ten minutes old', alert: aLatePromise(1), mails: [10, 20, 30], minutes: null },
  { why: 'three mails went', alert: aLatePromise(1), mails: [1, 2, 3], minutes: 9 },
  { why: 'it is urgent', alert: anArrival(), mails: [1, 2, 3, 4, 5], minutes: null },
])('where $why, an alert about $alert.about waits for $minutes minutes', ({ alert, mails, minutes }) => {
  const until = minutes === null ? null : after(NOON, minutes * MINUTE_MS)
  expect(heldUntil(alert, mails.map(ago), NOON)).toEqual(until)
})
