import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { newLink } from '../../src/conversation/link.ts'
import { createLinks } from '../../src/conversation/links.ts'
import { Failure } from '../../src/failure.ts'
import { aFollowedTicket } from '../store/records.ts'
import { aConversation, aJob, NOON } from '../support/samples.ts'
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

test('a mail names the thread that it belongs to, and where an answer goes', async () => {
  const sending = await aSending({ replyToOf: async (unit) => `${unit}@mail.example` })
  await sending.round()
  expect(sending.rendered).toMatchObject([
    {
      message: {
        number: '7801234567890',
        references: ['<submission-1@desk.example>'],
        replyTo: 'first-line@mail.example',
      },
    },
  ])
})

test.for(['question', 'a-form-that-is-gone'])(
  'a mail of the form %s, whose answers do not travel, invites no answer by mail',
  async (form) => {
    const sending = await aSending({
      submission: { form },
      replyToOf: async (unit) => `${unit}@mail.example`,
    })
    await sending.round()
    expect(sending.rendered).toMatchObject([{ message: { replyTo: null } }])
  },
)

test.for(['unavailable', 'misconfigured'] as const)(
  'a receipt waits for no helpdesk: one that is %s is no reason to pause either',
  async (code) => {
    const sending = await aSending({
      replyToOf: async () => {
        throw new Failure(code, 'the helpdesk is down')
      },
    })
    await sending.round()
    expect(sending.sent).toHaveLength(1)
    expect(sending.rendered).toMatchObject([{ message: { replyTo: null } }])
    expect(await sending.jobs.pauses()).toEqual([])
  },
)

test('a receipt that was not rendered yet goes to the corrected address, with its link', async () => {
  const sending = await aSending()
  const { token } = await relinked(sending, 'ann@new.example')
  await sending.round()
  expect(sending.sent).toMatchObject([{ to: 'ann@new.example' }])
  expect(sending.rendered).toMatchObject([
    { message: { link: `https://desk.example/c/${token}` }, headers: { to: 'ann@new.example' } },
  ])
  expect(await sending.message()).toMatchObject({ recipient: 'ann@new.example' })
})

test('a receipt that was rendered for another address, and not sent, is rendered anew', async () => {
  const sending = await aSending()
  sending.mishaps.push('unavailable')
  await sending.round()
  await relinked(sending, 'ann@new.example')
  sending.time.turn(HOUR_MS)
  await sending.round()
  expect(sending.sent).toMatchObject([
    { to: 'ann@new.example', text: expect.stringContaining('rendering 2') },
  ])
})

/** The conversation has another address, and another link. */
async function relinked(sending: Awaited<ReturnType<typeof aSending>>, recipient: string) {
  const link = await newLink(sending.signer, 'conversation-1', recipient, 2)
  await sending.db.atomically([sending.conversations.relink('conversation-1', recipient, link.kept)])
  return link
}

test('nothing leaves while the conversation is frozen, or while Zammad has not the corrected address', async () => {
  const sending = await aSending({ kind: 'new-number', conversation: { frozenAt: NOON } })
  await sending.round()
  await sending.db.atomically([
    sending.conversations.change('conversation-1', { frozenAt: null }),
    sending.jobs.add(aJob({ id: 'correcting', kind: 'change-customer', conversation: 'conversation-1' })),
  ])
  sending.time.turn(HOUR_MS)
  await sending.round()
  expect(sending.sent).toEqual([])
  await sending.jobs.claim('zammad', { now: sending.time.clock(), lease: 'l', leaseMs: HOUR_MS })
  await sending.db.atomically([sending.jobs.done({ job: 'correcting', lease: 'l' }, sending.time.clock())])
  sending.time.turn(HOUR_MS)
  await sending.round()
  expect(sending.sent).toHaveLength(1)
})

test('a receipt waits for no correction of the customer, and opens nothing while the conversation is frozen', async () => {
  const sending = await aSending({ conversation: { frozenAt: NOON } })
  await sending.db.atomically([
    sending.jobs.add(aJob({ id: 'correcting', kind: 'change-customer', conversation: 'conversation-1' })),
  ])
  await sending.round()
  expect(sending.sent).toEqual([])
  await sending.db.atomically([sending.conversations.change('conversation-1', { frozenAt: null })])
  sending.time.turn(HOUR_MS)
  await sending.round()
  expect(sending.sent).toHaveLength(1)
})

test('a mail that waits for its server is made anew where its link was ended, to the same address', async () => {
  const sending = await aSending()
  sending.mishaps.push('unavailable')
  await sending.round()
  const links = linksOf(sending)
  const conversation = await sending.conversations.byId('conversation-1')
  const link = conversation && (await links.revoke(conversation))
  sending.time.turn(HOUR_MS)
  await sending.round()
  expect(sending.sent).toMatchObject([{ to: sending.address, text: expect.stringContaining('rendering 2') }])
  expect(sending.rendered.map(({ message }) => 'link' in message && message.link)).toEqual([
    `https://desk.example/c/${sending.token}`,
    link,
  ])
})

test('a link that is ended while a mail is made is not mailed', async () => {
  const sending = await aSending()
  const { render } = sending.mailer
  let isEnded = false
  Object.assign(sending.mailer, {
    render: async (...parts: Parameters<typeof render>) => {
      const mime = await render(...parts)
      const conversation = await sending.conversations.byId('conversation-1')
      if (!isEnded && conversation) await linksOf(sending).revoke(conversation)
      isEnded = true
      return mime
    },
  })
  await sending.round()
  expect(sending.sent).toEqual([])
  sending.time.turn(HOUR_MS)
  await sending.round()
  expect(sending.sent).toMatchObject([{ text: expect.stringContaining('rendering 2') }])
})

const linksOf = ({ conversations, messages, db, signer }: Awaited<ReturnType<typeof aSending>>) =>
  createLinks({
    conversations,
    messages,
    atomically: db.atomically,
    signer,
    linkTo: (token) => `https://desk.example/c/${token}`,
  })

test('a notice waits for whoever is the customer by then, and after a day it is no news to anybody', async () => {
  const sending = await aSending({ kind: 'moved', conversation: { ticketId: 66, customerId: 8 } })
  await sending.db.atomically([sending.followed.keep(aFollowedTicket({ id: 66, customerId: 7 }))])
  await sending.round()
  sending.time.turn(23 * HOUR_MS)
  await sending.round()
  expect(await sending.jobs.counts()).toMatchObject([{ state: 'ready' }])
  sending.time.turn(2 * HOUR_MS)
  await sending.round()
  expect(await sending.jobs.counts()).toMatchObject([{ state: 'done' }])
  expect(sending.sent).toEqual([])
})

test('links to a request whose ticket has another customer by now are mailed to nobody', async () => {
  const sending = await aSending({
    kind: 'links',
    facts: { conversations: ['conversation-1'] },
    conversation: { ticketId: 66, customerId: 8 },
  })
  await sending.db.atomically([sending.followed.keep(aFollowedTicket({ id: 66, customerId: 7 }))])
  await sending.round()
  expect(sending.sent).toEqual([])
})

test('links go to the address that asked for them, and open only what is still that address’s', async () => {
  const facts = { conversations: ['conversation-1', 'gone'] }
  const sending = await aSending({ kind: 'links', facts, conversation: { frozenAt: NOON } })
  await sending.round()
  expect(sending.sent).toMatchObject([{ to: sending.address }])
  expect(sending.rendered.map(({ message }) => message)).toEqual([
    {
      kind: 'links',
      language: 'en',
      site: 'Northern Biobank helpdesk',
      requests: [{ number: '7801234567890', link: `https://desk.example/c/${sending.token}` }],
    },
  ])
})

test('links that went over to another address meanwhile are mailed to nobody', async () => {
  const sending = await aSending({ kind: 'links', facts: { conversations: ['conversation-1'] } })
  await relinked(sending, 'ann@new.example')
  await sending.round()
  expect(sending.sent).toEqual([])
  expect(await sending.job()).toMatchObject({ state: 'done' })
})

test('a receipt whose making was cut off by a restart goes at once, and once', async () => {
  const sending = await aSending()
  const { render } = sending.mailer
  const never = Promise.withResolvers<never>()
  const reached = Promise.withResolvers<void>()
  Object.assign(sending.mailer, { render: () => (reached.resolve(), never.promise) })
  const dead = sending.round()
  await reached.promise
  Object.assign(sending.mailer, { render })
  await sending.db.atomically([sending.jobs.recover(sending.time.clock())])
  await sending.round()
  expect(sending.sent).toHaveLength(1)
  expect(await sending.job()).toMatchObject({ state: 'done', uncertain: 0 })
  never.reject(new Error('killed'))
  await dead
})
