import { expect, test } from 'vitest'
import { AlertPayload } from '../../src/outbox/alert.ts'
import { aPromise } from '../bot/alerting.ts'

const { held: _, ...ALERT } = aPromise(1)

test.for([
  { row: 'of an earlier version', alert: ALERT, held: false },
  { row: 'that holds', alert: { ...ALERT, held: true }, held: true },
])('an alert in a row $row is told as held: $held', ({ alert, held }) => {
  const told = { at: '2026-11-23T00:00:00.000Z', alerts: [alert] }
  const payload = AlertPayload.parse({ to: 'nodes@example.org', alert, told })
  expect([payload.alert, payload.told?.alerts[0]]).toEqual([
    expect.objectContaining({ held }),
    expect.objectContaining({ held }),
  ])
})
