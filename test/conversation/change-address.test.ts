import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { createChangeAddress } from '../../src/conversation/change-address.ts'
import { linkHash, linkToken } from '../../src/conversation/link.ts'
import { jobs as jobRows, messages as messageRows, submissions } from '../../src/store/schema.ts'
import { PERSON_ID } from '../intake/memory-desk.ts'
import { ANN, anOpenTalk, aTalk, type Talk } from './talking.ts'

const RIGHT = 'ann.lee@other.example'
const BODY = `What happens?\n${ANN}.uk fails\n\nYour email address:\n${ANN}\n\nLanguage:\nEnglish`

type AnyTalk = Omit<Talk, 'ticket'>
const correct = async (talk: AnyTalk, email: string) => talk.changeAddress(await talk.conversation(), email)
const customerOf = (talk: AnyTalk, ticket = 1) => {
  const id = talk.desk.tickets.find((kept) => kept.ticket.id === ticket)?.ticket.customerId
  return talk.desk.persons.find((person) => person.id === id)?.email
}

/** Everything that the store holds of a conversation. */
const rows = async ({ db, conversation }: AnyTalk) => [
  await conversation(),
  await db.q.select().from(jobRows),
  await db.q.select().from(messageRows),
  await db.q.select().from(submissions),
]

test('a corrected address has a link of its own, the old one ends, and a receipt goes there', async () => {
  const talk = await anOpenTalk()
  const changed = await correct(talk, ` ${RIGHT} `)
  if (changed.outcome !== 'changed') throw new Error(changed.outcome)
  const conversation = await talk.conversation()
  expect(conversation).toMatchObject({
    recipient: RIGHT,
    formerRecipients: [ANN],
    link: { generation: 2, hash: await linkHash(changed.token) },
  })
  expect(await linkToken(talk.signer, conversation)).toBe(changed.token)
  expect(await talk.conversations.byLinkHash(await linkHash(talk.token))).toBeNull()
  expect(await talk.db.q.select().from(messageRows)).toMatchObject([
    { kind: 'receipt', recipient: RIGHT, messageId: '<receipt.submission-1.2@desk.example>' },
  ])
})

test('before the ticket is opened, it is opened for the corrected address', async () => {
  const talk = await aTalk({ submission: { body: BODY, answers: { email: ANN, consent: true } } })
  expect(await correct(talk, RIGHT)).toMatchObject({ outcome: 'changed' })
  const [opening] = await talk.db.q.select().from(jobRows).where(eq(jobRows.id, 'open-1'))
  expect(opening?.serial).toBe(`customer:${RIGHT}`)
  expect(await talk.states('change-customer')).toEqual([])
  await talk.settle()
  expect(talk.desk.tickets).toMatchObject([
    { customer: { email: RIGHT }, body: BODY.replace(`\n${ANN}\n`, `\n${RIGHT}\n`) },
  ])
  expect(await talk.submissions.byId('submission-1')).toMatchObject({
    email: RIGHT,
    answers: { email: RIGHT, consent: true },
  })
  expect(talk.desk.persons.map(({ email }) => email)).not.toContain(ANN)
})

test('when there is a ticket, its customer is whoever has the corrected address', async () => {
  const talk = await anOpenTalk()
  await correct(talk, RIGHT)
  expect(await talk.jobs.isUnfinished('conversation-1', 'change-customer')).toBe(true)
  await talk.settle()
  expect(customerOf(talk)).toBe(RIGHT)
  const { customerId } = await talk.conversation()
  expect(customerId).toBe(talk.desk.tickets[0]?.ticket.customerId)
  expect(await talk.jobs.isUnfinished('conversation-1', 'change-customer')).toBe(false)
  expect(await talk.submissions.byId('submission-1')).toMatchObject({ email: ANN })
})

test.for(['unavailable', 'lost', 'killed', 'misconfigured'] as const)(
  'the customer is corrected whatever one call is %s',
  async (blow) => {
    for (let at = 1; at <= 5; at += 1) {
      const talk = await anOpenTalk()
      await correct(talk, RIGHT)
      talk.strike(at, blow)
      await talk.settle()
      expect([at, customerOf(talk), await talk.states('change-customer')]).toEqual([at, RIGHT, ['done']])
      expect(talk.desk.persons.filter(({ email }) => email === RIGHT)).toHaveLength(1)
    }
  },
)

test('an address that is corrected twice ends at the last one', async () => {
  const talk = await anOpenTalk()
  await correct(talk, 'ann@first.example')
  await correct(talk, RIGHT)
  await talk.settle()
  expect(customerOf(talk)).toBe(RIGHT)
  expect(await talk.conversation()).toMatchObject({
    recipient: RIGHT,
    formerRecipients: [ANN, 'ann@first.example'],
    link: { generation: 3 },
  })
})

test.for<readonly [string, (talk: Talk) => Promise<void>]>([
  ['while the ticket is being opened', async (talk) => void (await correct(talk, RIGHT))],
  [
    'and the answer to the create is lost',
    async (talk) => {
      await correct(talk, RIGHT)
      talk.desk.mishaps.push('lost')
    },
  ],
])('an address that is corrected %s is that of its customer in the end', async ([, meanwhile]) => {
  const talk = await aTalk()
  const open = talk.desk.open.bind(talk.desk)
  let isFirst = true
  Object.assign(talk.desk, {
    async open(ticket: Parameters<typeof open>[0]) {
      if (isFirst) {
        isFirst = false
        await meanwhile({ ...talk, ticket: 1 })
        expect(await talk.jobs.isUnfinished('conversation-1', 'change-customer')).toBe(true)
      }
      return open(ticket)
    },
  })
  await talk.settle()
  expect(talk.desk.tickets).toHaveLength(1)
  expect(customerOf(talk)).toBe(RIGHT)
  expect(await talk.states('change-customer')).toEqual(['done'])
})

test('after a create of unknown outcome the customer of what it made is corrected', async () => {
  const talk = await aTalk({ conversation: { reference: 'FL-7K3M9QXZ', ticketNumber: null } })
  talk.desk.mishaps.push('late', 'unavailable')
  await talk.settle(MINUTE_MS)
  await correct(talk, RIGHT)
  expect(await talk.jobs.isUnfinished('conversation-1', 'change-customer')).toBe(true)
  await talk.settle()
  expect(talk.desk.tickets).toHaveLength(1)
  expect(customerOf(talk)).toBe(RIGHT)
})

test('the same correction of the same link is a repeat, with the same link', async () => {
  const talk = await anOpenTalk()
  const seen = await talk.conversation()
  const first = await talk.changeAddress(seen, RIGHT)
  const before = await rows(talk)
  expect(await talk.changeAddress(seen, RIGHT.toUpperCase().replace('ANN.LEE', 'ann.lee'))).toEqual(first)
  expect(await rows(talk)).toEqual(before)
})

test('of two corrections at one moment one wins whole, and the other changes nothing', async () => {
  const talk = await anOpenTalk()
  const seen = await talk.conversation()
  const [one, other] = await Promise.all([
    talk.changeAddress(seen, RIGHT),
    talk.changeAddress(seen, 'else@other.example'),
  ])
  expect([one.outcome, other.outcome].toSorted()).toEqual(['changed', 'too-late'])
  const winner = one.outcome === 'changed' ? RIGHT : 'else@other.example'
  await talk.settle()
  expect(await talk.conversation()).toMatchObject({ recipient: winner, link: { generation: 2 } })
  expect(customerOf(talk)).toBe(winner)
  expect((await talk.db.q.select().from(messageRows)).map(({ recipient }) => recipient)).toEqual([winner])
})

test.for<readonly [string, string, 'bad-address' | 'same' | 'too-late', (talk: Talk) => Promise<unknown>]>([
  ['what is no address', 'ann at example', 'bad-address', async () => undefined],
  ['two addresses', `${RIGHT}, b@c.example`, 'bad-address', async () => undefined],
  ['the same address', ANN.toUpperCase(), 'same', async () => undefined],
  [
    'what is corrected after the first answer',
    RIGHT,
    'too-late',
    (talk) => talk.db.atomically([talk.conversations.change('conversation-1', { answeredAt: talk.clock() })]),
  ],
])('%s changes no row', async ([, typed, outcome, before]) => {
  const talk = await anOpenTalk()
  await before(talk)
  const stored = await rows(talk)
  expect(await correct(talk, typed)).toEqual({ outcome })
  expect(await rows(talk)).toEqual(stored)
})

test('an answer that comes after the page was opened closes the correction', async () => {
  const talk = await anOpenTalk()
  const seen = await talk.conversation()
  await talk.db.atomically([talk.conversations.change('conversation-1', { answeredAt: talk.clock() })])
  expect(await talk.changeAddress(seen, RIGHT)).toEqual({ outcome: 'too-late' })
  expect(await talk.conversation()).toMatchObject({ recipient: ANN })
})

test('a link that has ended corrects nothing', async () => {
  const talk = await anOpenTalk()
  const seen = await talk.conversation()
  await correct(talk, 'ann@first.example')
  expect(await talk.changeAddress(seen, RIGHT)).toEqual({ outcome: 'too-late' })
  expect(await talk.conversation()).toMatchObject({ recipient: 'ann@first.example' })
})

test('nobody sends mail to any number of addresses by correcting one', async () => {
  const talk = await anOpenTalk()
  const outcomes: string[] = []
  for (let n = 0; n < 8; n += 1) outcomes.push((await correct(talk, `ann${n}@other.example`)).outcome)
  expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(5)
  expect(outcomes.slice(5)).toEqual(['too-late', 'too-late', 'too-late'])
})

test('nobody sends any number of mails to two addresses by correcting one into the other', async () => {
  const talk = await anOpenTalk()
  const outcomes: string[] = []
  for (let n = 0; n < 8; n += 1) {
    outcomes.push((await correct(talk, n % 2 === 0 ? RIGHT : ANN)).outcome)
    await talk.db.q.update(messageRows).set({ sentAt: 1 })
  }
  expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(5)
  expect(await talk.db.q.select().from(messageRows)).toHaveLength(5)
})

test('an answer that lands together with a correction goes first: nothing of the correction is stored', async () => {
  const talk = await anOpenTalk()
  const stored: unknown[] = []
  const racing = createChangeAddress({
    ...talk,
    async atomically(writes) {
      await talk.db.atomically([talk.conversations.change('conversation-1', { answeredAt: talk.clock() })])
      stored.push(...(await rows(talk)))
      return talk.db.atomically(writes)
    },
  })
  expect(await racing(await talk.conversation(), RIGHT)).toEqual({ outcome: 'too-late' })
  expect(await rows(talk)).toEqual(stored)
})

test('where staff give up opening the ticket, no customer is corrected any more', async () => {
  const talk = await aTalk()
  talk.desk.mishaps.push('uncertain')
  await talk.round()
  await correct(talk, RIGHT)
  talk.desk.mishaps.push('told-why')
  await talk.settle(HOUR_MS)
  expect(await talk.states('change-customer')).not.toEqual(['done'])
  const [parked] = await talk.jobs.list(['parked'])
  expect(await talk.decisions.discard(parked?.id ?? '', 'a test')).toBe('done')
  await talk.settle(HOUR_MS)
  expect(await talk.states('change-customer')).toEqual(['done'])
})

test('a person of staff is not made the customer by what somebody typed, and staff are told once', async () => {
  const talk = await anOpenTalk()
  await correct(talk, 'anna@staff.example')
  await talk.settle()
  expect(customerOf(talk)).toBe(ANN)
  const notes = (await talk.notesOn(1)).map(({ body }) => body)
  expect(notes.filter((body) => body.includes('account of staff'))).toHaveLength(1)
  expect(notes.join()).not.toContain('anna@')
  expect(await talk.conversation()).toMatchObject({ recipient: 'anna@staff.example' })
})

test('a customer whom staff chose meanwhile stays', async () => {
  const talk = await anOpenTalk()
  const chosen = talk.desk.addPerson('colleague@example.org')
  await correct(talk, RIGHT)
  talk.desk.byHand(talk.ticket, { customerId: chosen.id, by: PERSON_ID })
  await talk.settle()
  expect(customerOf(talk)).toBe('colleague@example.org')
  // Who looks at tickets hands the conversation over.
  expect(await talk.hints.oldest(5)).toMatchObject([{ ticket: talk.ticket }])
  expect(talk.desk.persons.map(({ email }) => email)).not.toContain(RIGHT)
})

test('of a ticket that was deleted no customer is corrected, and mail goes on', async () => {
  const talk = await anOpenTalk()
  talk.desk.removed.add(talk.ticket)
  await correct(talk, RIGHT)
  await talk.settle()
  expect(await talk.states('change-customer')).toEqual(['done'])
  expect(await talk.hints.oldest(5)).toMatchObject([{ ticket: talk.ticket }])
})

test('what Zammad refuses is parked where staff see it', async () => {
  const talk = await anOpenTalk()
  talk.desk.refused.add('change')
  await correct(talk, RIGHT)
  await talk.settle()
  expect(await talk.jobs.list(['parked'])).toMatchObject([{ kind: 'change-customer', reason: '422 not now' }])
})

test('an address that staff correct with a parked job becomes that of the ticket’s customer too', async () => {
  const talk = await anOpenTalk()
  talk.desk.refused.add('reply')
  await talk.say('Hello')
  await talk.settle()
  talk.desk.refused.clear()
  const [parked] = await talk.jobs.list(['parked'])
  expect(await talk.decisions.retry(parked?.id ?? '', { address: RIGHT })).toBe('done')
  await talk.settle(HOUR_MS)
  expect(customerOf(talk)).toBe(RIGHT)
  expect(await talk.conversation()).toMatchObject({ recipient: RIGHT, formerRecipients: [ANN] })
  expect(await talk.words(1)).toEqual(['Hello'])
})
