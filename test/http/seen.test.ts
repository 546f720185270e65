import { expect, test } from 'vitest'
import { HOUR_MS } from '../../src/clock.ts'
import type { LevelMark } from '../../src/clocks/records.ts'
import { acknowledgementToken } from '../../src/clocks/acknowledge.ts'
import { addressesOf } from '../../src/http/addresses.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { aMark } from '../store/clock-samples.ts'
import { asJson, type Served, serveForTest, submission } from './served.ts'

const ACK = '0123456789abcdefghjkmnpqr'

const signerOf = (secret: string) => createSigner([new Secret(secret)])

/** A request whose unit was told of a level, and what the link in that mail leads to. */
async function alerted(settings: Readonly<Record<string, string>> = {}, over: Partial<LevelMark> = {}) {
  const served = await serveForTest({ settings })
  const { path } = addressesOf(new URL(settings['PUBLIC_URL'] ?? 'http://127.0.0.1:8787'))
  const sent = await served.ask(path('/api/v1/submissions'), asJson(submission()))
  expect(sent.status).toBe(201)
  const [conversation] = (await served.kept()).conversations
  if (!conversation) throw new Error('nothing was sent')
  const records = createClockRecords(served.db)
  served.turn(44 * HOUR_MS)
  const subject = { conversation: conversation.id, ticketId: null }
  await served.db.atomically([
    records.touch(subject, served.now()),
    records.mark(
      aMark({
        subject: `c:${conversation.id}`,
        ack: ACK,
        level: '90%',
        cameAt: served.now(),
        at: served.now(),
        ...over,
      }),
    ),
  ])
  const token = await acknowledgementToken(await signerOf('k'.repeat(32)), ACK)
  const notes = async () =>
    (await served.kept()).jobs.filter(({ naturalKey }) => naturalKey === `note:seen:${ACK}`)
  const seenAt = async () => (await records.byAck(ACK))?.acknowledgedAt ?? null
  return { served, conversation, token, at: path(`/seen/${token}`), notes, seenAt }
}

const press = (served: Served, at: string, headers: Readonly<Record<string, string>> = {}) =>
  served.ask(at, { method: 'POST', headers, body: new URLSearchParams() })

const wordsOf = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

test('the link of an alert says which ticket and level it is of, and what pressing does', async () => {
  const { served, conversation, at } = await alerted()
  const answer = await served.ask(at)
  const page = await answer.text()
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const words = wordsOf(page)
  expect(page.replaceAll(/<[^>]+>/g, '')).toContain(conversation.reference)
  for (const told of [
    '90 % of the time is gone',
    'Answer by',
    'in 4 hours',
    'One internal note is written on the ticket; the visitor does not see it.',
    'No reminder of this level follows; later levels, if there are any, are still told.',
  ]) {
    expect(words).toContain(told)
  }
  expect(page).not.toMatch(/Ann Lee|ann\.lee|63 %|canary/)
  expect(page).toContain(`<form method="post" action="${at}"`)
})

test.for([
  ['75%', '75 % of the time is gone'],
  ['100%', 'the time is over'],
  ['100%+1d', 'late for 1 day'],
  ['110%+3d', 'late for 3 days'],
  ['75%@2', '75 % of the time is gone'],
  ['100%+1d@3', 'late for 1 day'],
] as const)('the level %s is told as “%s”', async ([level, words]) => {
  const { served, at } = await alerted({}, { level })
  expect(wordsOf(await (await served.ask(at)).text())).toContain(words)
})

test('opening the link changes nothing, also where a mail program opens it', async () => {
  const { served, at, notes, seenAt } = await alerted()
  for (const method of ['GET', 'HEAD']) {
    const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://mail.example' }
    expect((await served.ask(at, { method, headers })).status).toBe(200)
  }
  expect(await notes()).toEqual([])
  expect(await seenAt()).toBeNull()
})

test('pressing the button, however often, silences the level once and writes one note', async () => {
  const { served, at, notes, seenAt } = await alerted()
  const pressedAt = served.now()
  const answer = await press(served, at)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, at])
  served.turn(HOUR_MS)
  expect((await press(served, at)).status).toBe(303)
  expect(await notes()).toHaveLength(1)
  expect(await seenAt()).toEqual(pressedAt)
  const page = await (await served.ask(at)).text()
  expect(wordsOf(page)).toContain('This alert was seen')
  expect(page).toContain(`datetime="${pressedAt.toISOString()}"`)
  expect(page).not.toContain('<form')
})

test.for([
  ['no token', 'nothing'],
  ['an ack without a proof', ACK],
  ['an ack with an empty proof', `${ACK}.`],
  ['a proof of nothing', '.00000000000000000000000000000000'],
  ['a proof that was guessed', `${ACK}.${'0'.repeat(32)}`],
  ['a text of 5000 characters', 'x'.repeat(5000)],
])('%s opens the page of links that open nothing, and presses nothing', async ([, token = '']) => {
  const { served, notes, seenAt } = await alerted()
  const nothing = await served.ask('/c/nothing')
  const [opened, pressed] = [await served.ask(`/seen/${token}`), await press(served, `/seen/${token}`)]
  expect([nothing.status, opened.status, pressed.status]).toEqual([404, 404, 404])
  expect(await opened.text()).toBe(await nothing.text())
  expect(await notes()).toEqual([])
  expect(await seenAt()).toBeNull()
})

test('a link that another secret made, or that is of another level, opens nothing', async () => {
  const { served } = await alerted()
  const foreign = await acknowledgementToken(await signerOf('o'.repeat(32)), ACK)
  const unknown = await acknowledgementToken(await signerOf('k'.repeat(32)), 'zzzzzzzzzzzzzzzzzzzzzzzzz')
  for (const token of [foreign, unknown]) expect((await served.ask(`/seen/${token}`)).status).toBe(404)
})

test.for([
  ['a page of another site', 403, { Origin: 'https://evil.example' }, new URLSearchParams()],
  ['a browser that says so', 403, { 'Sec-Fetch-Site': 'cross-site' }, new URLSearchParams()],
  ['something else than a form', 415, { 'Content-Type': 'application/json' }, '{}'],
  ['a form that is far too long', 415, {}, new URLSearchParams({ a: 'x'.repeat(100_000) })],
] as const)('%s presses nothing: %i', async ([, status, headers, body]) => {
  const { served, at, notes, seenAt } = await alerted()
  expect((await served.ask(at, { method: 'POST', headers, body })).status).toBe(status)
  expect(await notes()).toEqual([])
  expect(await seenAt()).toBeNull()
})

test('a wait that is over offers no button, and is not acknowledged any more', async () => {
  const { served, at, notes, seenAt } = await alerted({}, { clock: 'article:4711:1' })
  const page = await (await served.ask(at)).text()
  expect(wordsOf(page)).toContain('Nothing is left to do')
  expect(page).not.toContain('<form')
  expect((await press(served, at)).status).toBe(303)
  expect(await notes()).toEqual([])
  expect(await seenAt()).toBeNull()
})

test('below a path, the page and its button stay there', async () => {
  const { served, at } = await alerted({ PUBLIC_URL: 'https://desk.example/help' })
  expect(at).toMatch(/^\/help\/seen\//)
  const page = await (await served.ask(at)).text()
  expect(page).toContain(`action="${at}"`)
  expect((await press(served, at)).headers.get('location')).toBe(at)
})

test('nothing of the link is logged', async () => {
  const { served, token, at } = await alerted()
  await served.ask(at)
  await press(served, at)
  expect(served.log()).not.toContain(token.split('.')[1])
})
