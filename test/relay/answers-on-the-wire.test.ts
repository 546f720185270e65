import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import type { Mailer } from '../../src/mailer.ts'
import { type Script, scriptedServer, type ScriptedServer } from '../mail/scripted-smtp.ts'
import { NOON } from '../support/samples.ts'
import { ANN, answering } from './answering.ts'

interface Mode {
  readonly why: string
  readonly script: Script
  /** Whether the server may have taken a mail that it did not say it took. */
  readonly isUnknown: boolean
}

/** Where a connection can be cut, or a server be gone, on the way of one mail (notes/reliability.md 2D, row 50). */
const MODES: readonly Mode[] = [
  { why: 'cut at the greeting', script: { greeting: 'cut' }, isUnknown: false },
  { why: 'silent at the greeting', script: { greeting: 'silence' }, isUnknown: false },
  { why: 'cut at EHLO', script: { ehlo: 'cut' }, isUnknown: false },
  { why: 'cut at MAIL', script: { mail: 'cut' }, isUnknown: false },
  { why: 'cut at RCPT', script: { rcpt: 'cut' }, isUnknown: false },
  { why: 'put off at RCPT', script: { rcpt: '450 4.7.1 later' }, isUnknown: false },
  { why: 'cut at DATA', script: { data: 'cut' }, isUnknown: false },
  { why: 'cut in the middle of the body', script: { cutInBodyAt: 100_000 }, isUnknown: false },
  { why: 'put off after the final dot', script: { end: '451 4.3.0 later' }, isUnknown: false },
  { why: 'cut after the final dot', script: { end: 'cut' }, isUnknown: true },
  { why: 'silent after the final dot', script: { end: 'silence' }, isUnknown: true },
]

const FROM = 'Our desk <desk@example.org>'
const TIMEOUTS = { connectMs: 20_000, greetingMs: 150, silenceMs: 400 }

const mailerOf = ({ port }: ScriptedServer): Mailer =>
  createMailer({ url: `smtp://127.0.0.1:${port}`, from: FROM, timeouts: TIMEOUTS })

/** Mails by one server so often, and then by another. */
function failingAtFirst(first: ScriptedServer, times: number, then: ScriptedServer): Mailer {
  const [bad, good] = [mailerOf(first), mailerOf(then)]
  let sent = 0
  return {
    ...good,
    send: (to, mime) => {
      sent += 1
      return (sent <= times ? bad : good).send(to, mime)
    },
  }
}

/** A file; where the connection is cut in the middle of it, one that is larger than the sockets swallow. */
const fileFor = ({ cutInBodyAt }: Script) => ({
  name: 'log.bin',
  bytes: new Uint8Array(cutInBodyAt === undefined ? 50_000 : 2_000_000).fill(65),
})
const messageIdIn = (mime: string): string | undefined => /^Message-ID: (\S+)/im.exec(mime)?.[1]

/** An answer with a file, over a server that fails so often. */
async function wired(mode: Mode, failures: number) {
  const bad = await scriptedServer(mode.script)
  const good = await scriptedServer({})
  const a = await answering({ mailer: failingAtFirst(bad, failures, good) })
  const own = await a.opened()
  const article = await a.answer(own)
  a.desk.attach(article.id, fileFor(mode.script))
  await a.pass(2 * HOUR_MS, 5 * MINUTE_MS)
  await bad[Symbol.asyncDispose]()
  await good[Symbol.asyncDispose]()
  // What was put off after the dot was read and not taken.
  const unknown = mode.isUnknown ? bad.bodies : []
  return { a, own, article, taken: good.bodies, unknown, all: [...bad.bodies, ...good.bodies] }
}

test.for(MODES)(
  '$why, twice: nothing is lost, no copy without a reason, every byte the same',
  async (mode) => {
    const { a, article, taken, unknown, all } = await wired(mode, 2)
    expect(taken).toHaveLength(1)
    expect(unknown).toHaveLength(mode.isUnknown ? 2 : 0)
    expect(new Set(all).size).toBe(1)
    const born = article.createdAt.getTime().toString(36)
    expect(messageIdIn(taken[0] ?? '')).toBe(`<answer.${article.id}.${born}.1@desk.example>`)
    expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'done' }])
    expect(await a.entry(article)).toMatchObject({ mailed: true })
    expect(await a.messageRows()).toMatchObject([{ recipient: ANN, sentAt: expect.any(Number) }])
  },
)

test.for(MODES.filter(({ isUnknown }) => isUnknown))(
  '$why, for good: three equal copies at most, and staff are told',
  async (mode) => {
    const { a, own, unknown } = await wired(mode, 99)
    expect(unknown).toHaveLength(3)
    expect(new Set(unknown).size).toBe(1)
    expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'parked', reasonCode: 'uncertain' }])
    expect(await a.jobRows('add-note')).toHaveLength(1)
    expect(await a.now(own.conversation)).toMatchObject({ unreachableAt: null })
  },
)

test('a server that is gone is waited for', async () => {
  const good = await scriptedServer({})
  const gone = await scriptedServer({})
  await gone[Symbol.asyncDispose]()
  const a = await answering({ mailer: failingAtFirst(gone, 5, good) })
  const article = await a.answer(await a.opened())
  await a.pass(HOUR_MS, MINUTE_MS)
  await good[Symbol.asyncDispose]()
  expect(good.bodies).toHaveLength(1)
  expect(await a.entry(article)).toMatchObject({ mailed: true })
})

test('a server that refuses the recipient stands the answer still, with one note and a badge', async () => {
  const bad = await scriptedServer({ rcpt: `550 5.1.1 <${ANN}> unknown` })
  const a = await answering({ mailer: mailerOf(bad) })
  const own = await a.opened()
  await a.answer(own)
  await a.pass(HOUR_MS, 10 * MINUTE_MS)
  await bad[Symbol.asyncDispose]()
  expect(bad.bodies).toEqual([])
  expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'parked', reasonCode: 'refused' }])
  const notes = await a.jobRows('add-note')
  expect(notes).toHaveLength(1)
  expect(JSON.stringify(notes)).not.toContain(ANN)
  expect(await a.now(own.conversation)).toMatchObject({ unreachableAt: NOON })
})

test('a login that is refused pauses the mail, and the answer goes once it is set right', async () => {
  const bad = await scriptedServer({ mail: '530 5.7.0 log in first' })
  const good = await scriptedServer({})
  const a = await answering({ mailer: failingAtFirst(bad, 1, good) })
  await a.answer(await a.opened())
  await a.round()
  expect(await a.jobs.pauses()).toMatchObject([{ lane: 'mail', probeAt: after(NOON, MINUTE_MS) }])
  await a.atomically([a.jobs.resume('mail')])
  await a.round()
  await Promise.all([bad[Symbol.asyncDispose](), good[Symbol.asyncDispose]()])
  expect(good.bodies).toHaveLength(1)
})
