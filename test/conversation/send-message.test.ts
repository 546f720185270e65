import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { aConversation, NOON } from '../support/samples.ts'
import { aSending } from './sending.ts'

test('a receipt goes to the visitor with the private link, once', async () => {
  const sending = await aSending()
  await sending.round()
  await sending.round()
  expect(sending.sent).toMatchObject([{ to: 'ann.lee@example.org' }])
  expect(sending.rendered).toMatchObject([
    {
      message: {
        kind: 'receipt',
        language: 'en',
        site: 'Northern Biobank helpdesk',
        reference: '7801234567890',
        link: `https://desk.example/c/${sending.token}`,
        dueAt: aConversation().dueAt,
        timeZone: 'Europe/Madrid',
      },
      headers: { messageId: '<receipt.submission-1@desk.example>', date: NOON, to: 'ann.lee@example.org' },
    },
  ])
  expect(await sending.message()).toMatchObject({ sentAt: NOON.getTime() })
  expect(await sending.job()).toMatchObject({ state: 'done' })
})

test('a new number is told beside the one that the visitor knows', async () => {
  const sending = await aSending({ kind: 'new-number' })
  await sending.round()
  expect(sending.rendered).toMatchObject([
    { message: { kind: 'new-number', ticketNumber: '7801234567890', reference: '7801234567890' } },
  ])
})

test.for(['unavailable', 'misconfigured'] as const)(
  'after %s the very same bytes are sent, not rendered anew',
  async (mishap) => {
    const sending = await aSending()
    sending.mishaps.push(mishap)
    await sending.round()
    expect(sending.sent).toEqual([])
    await sending.db.atomically([sending.jobs.resume('mail')])
    sending.time.turn(HOUR_MS)
    await sending.round()
    expect(sending.sent).toHaveLength(1)
    expect(sending.rendered).toHaveLength(1)
  },
)

test('where nobody knows whether it was taken, the same bytes follow once after 15 minutes, then staff decide', async () => {
  const sending = await aSending()
  sending.mishaps.push('lost', 'lost', 'lost')
  for (let minutes = 0; minutes < 60; minutes += 1) {
    await sending.round()
    if (minutes === 14) expect(sending.sent).toHaveLength(1)
    sending.time.turn(MINUTE_MS)
  }
  expect(sending.sent).toHaveLength(2)
  expect(new Set(sending.sent.map(({ text }) => text)).size).toBe(1)
  expect(await sending.job()).toMatchObject({ state: 'parked', reasonCode: 'uncertain' })
})

test('an address that is refused for good is parked at once', async () => {
  const sending = await aSending()
  sending.mishaps.push('refused')
  await sending.round()
  expect(await sending.job()).toMatchObject({ state: 'parked', reasonCode: 'refused' })
})

test('five days without a mail server park a mail where staff see it', async () => {
  const sending = await aSending()
  sending.mishaps.push(...Array.from({ length: 2000 }, () => 'unavailable' as const))
  for (let spent = 0; spent <= 6 * DAY_MS; spent += HOUR_MS) {
    await sending.round()
    if (spent === 5 * DAY_MS - HOUR_MS) expect(await sending.job()).toMatchObject({ state: 'ready' })
    sending.time.turn(HOUR_MS)
  }
  expect(await sending.job()).toMatchObject({ state: 'parked', reasonCode: 'gave-up' })
  expect(sending.rendered).toHaveLength(1)
})

test('a runner that was overtaken while it rendered sends nothing', async () => {
  const sending = await aSending()
  const { render } = sending.mailer
  let overtaken = false
  Object.assign(sending.mailer, {
    render: async (...parts: Parameters<typeof render>) => {
      const mime = await render(...parts)
      if (!overtaken) {
        overtaken = true
        sending.time.turn(HOUR_MS)
        await sending.round()
        sending.time.turn(HOUR_MS)
        await sending.round()
      }
      return mime
    },
  })
  await sending.round()
  expect(sending.sent).toEqual([{ to: sending.address, text: expect.stringContaining('rendering 2') }])
  const stored = (await sending.message())?.storedAs ?? ''
  const kept = await sending.files.get(stored)
  expect(await new Response(kept).text()).toBe(sending.sent[0]?.text)
})

test('bytes that are gone are nobody’s to render again: staff see it', async () => {
  const sending = await aSending()
  sending.mishaps.push('unavailable')
  await sending.round()
  await sending.files.remove((await sending.message())?.storedAs ?? '')
  sending.time.turn(HOUR_MS)
  await sending.round()
  expect(sending.sent).toEqual([])
  expect(await sending.job()).toMatchObject({ state: 'parked', reasonCode: 'broken' })
})
