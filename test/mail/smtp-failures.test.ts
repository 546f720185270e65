import { expect, test } from 'vitest'
import { Failure, type FailureCode } from '../../src/failure.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { type Script, scriptedServer } from './scripted-smtp.ts'

const encoder = new TextEncoder()
const SMALL = encoder.encode('Subject: hello\r\n\r\nA small body.\r\n')
/** More than the sockets' buffers swallow. */
const LARGE = encoder.encode(`Subject: hello\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(200_000)}`)
const RECIPIENT = 'ana.torres@visitors.example.org'
const PASSWORD = 'hunter2'

const AUTH = '250-scripted\r\n250 AUTH PLAIN LOGIN'
const PIPELINING = '250-scripted\r\n250-PIPELINING\r\n250 8BITMIME'

interface Row {
  readonly why: string
  readonly script: Script
  readonly code: FailureCode
  readonly mime?: Uint8Array<ArrayBuffer>
  readonly login?: boolean
  readonly query?: string
}

const rows: readonly Row[] = [
  { why: 'cut at the greeting', script: { greeting: 'cut' }, code: 'unavailable' },
  { why: 'greeting never comes', script: { greeting: 'silence' }, code: 'unavailable' },
  { why: 'turned away with 421', script: { greeting: '421 4.3.2 closing' }, code: 'unavailable' },
  { why: 'turned away with 554', script: { greeting: '554 5.7.1 not you' }, code: 'misconfigured' },
  { why: 'greeting is no SMTP', script: { greeting: 'HTTP/1.1 400 Bad Request' }, code: 'unavailable' },
  { why: 'cut at EHLO', script: { ehlo: 'cut' }, code: 'unavailable' },
  { why: '421 at EHLO', script: { ehlo: '421 4.3.2 closing' }, code: 'unavailable' },
  { why: 'EHLO and HELO refused', script: { ehlo: '550 5.7.1 not you' }, code: 'misconfigured' },
  {
    why: 'STARTTLS missing though required',
    script: {},
    query: '?tls=required',
    code: 'misconfigured',
  },
  {
    why: 'STARTTLS out of order for now',
    script: { starttls: '454 4.7.0 not now' },
    query: '?tls=required',
    code: 'unavailable',
  },
  {
    why: 'cut at STARTTLS',
    script: { starttls: 'cut' },
    query: '?tls=required',
    code: 'unavailable',
  },
  {
    why: 'login refused',
    script: { ehlo: AUTH, auth: '535 5.7.8 bad credentials' },
    login: true,
    code: 'misconfigured',
  },
  {
    why: 'login out of order for now',
    script: { ehlo: AUTH, auth: '454 4.7.0 later' },
    login: true,
    code: 'unavailable',
  },
  { why: 'cut at the login', script: { ehlo: AUTH, auth: 'cut' }, login: true, code: 'unavailable' },
  { why: 'login demanded at MAIL', script: { mail: '530 5.7.0 log in first' }, code: 'misconfigured' },
  { why: 'login demanded at RCPT', script: { rcpt: '530 5.7.0 log in first' }, code: 'misconfigured' },
  { why: 'cut at MAIL', script: { mail: 'cut' }, code: 'unavailable' },
  { why: '421 at MAIL', script: { mail: '421 4.3.2 closing' }, code: 'unavailable' },
  { why: '451 at MAIL', script: { mail: '451 4.3.0 later' }, code: 'unavailable' },
  { why: 'our address refused', script: { mail: '550 5.7.1 not you' }, code: 'misconfigured' },
  { why: 'too large, said at MAIL', script: { mail: '552 5.3.4 too large' }, code: 'refused' },
  {
    why: 'too large, said at EHLO',
    script: { ehlo: '250-scripted\r\n250 SIZE 10' },
    code: 'refused',
  },
  { why: 'cut at RCPT', script: { rcpt: 'cut' }, code: 'unavailable' },
  { why: 'greylisted', script: { rcpt: '450 4.7.1 later' }, code: 'unavailable' },
  { why: '452 at RCPT', script: { rcpt: '452 4.2.2 full' }, code: 'unavailable' },
  { why: '421 at RCPT', script: { rcpt: '421 4.3.2 closing' }, code: 'unavailable' },
  { why: 'no such recipient', script: { rcpt: `550 5.1.1 <${RECIPIENT}> unknown` }, code: 'refused' },
  { why: '554 at RCPT', script: { rcpt: '554 5.7.1 denied' }, code: 'refused' },
  { why: 'cut at DATA', script: { data: 'cut' }, code: 'unavailable' },
  { why: '451 at DATA', script: { data: '451 4.3.0 later' }, code: 'unavailable' },
  { why: '554 at DATA', script: { data: '554 5.5.1 no valid recipients' }, code: 'refused' },
  {
    why: 'cut in the middle of the body',
    script: { cutInBodyAt: 100_000 },
    mime: LARGE,
    code: 'unavailable',
  },
  { why: 'cut after the final dot', script: { end: 'cut' }, code: 'uncertain' },
  { why: 'cut after the final dot of a large body', script: { end: 'cut' }, mime: LARGE, code: 'uncertain' },
  { why: 'silence after the final dot', script: { end: 'silence' }, code: 'uncertain' },
  { why: 'nonsense after the final dot', script: { end: 'well then' }, code: 'uncertain' },
  { why: '421 after the final dot', script: { end: '421 4.3.2 closing' }, code: 'unavailable' },
  { why: '450 after the final dot', script: { end: '450 4.2.0 later' }, code: 'unavailable' },
  { why: '451 after the final dot', script: { end: '451 4.3.0 later' }, code: 'unavailable' },
  { why: '452 after the final dot', script: { end: '452 4.3.1 full' }, code: 'unavailable' },
  { why: '550 after the final dot', script: { end: '550 5.7.1 spam' }, code: 'refused' },
  { why: '552 after the final dot', script: { end: '552 5.3.4 too large' }, code: 'refused' },
  { why: '554 after the final dot', script: { end: '554 5.6.0 not this' }, code: 'refused' },
]

const urlOf = (port: number, { login, query }: Row): string =>
  `smtp://${login ? `desk:${PASSWORD}@` : ''}127.0.0.1:${port}${query ?? ''}`

async function failureOf(act: Promise<unknown>): Promise<Failure> {
  const error: unknown = await act.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof Failure) return error
  throw new Error('There was no Failure', { cause: error })
}

const timeouts = { connectMs: 20_000, greetingMs: 20_000, silenceMs: 20_000 }
/** For servers that say nothing: there the time must pass. */
const shortTimeouts = { connectMs: 20_000, greetingMs: 150, silenceMs: 400 }
const timeoutsFor = ({ script }: Row): typeof timeouts =>
  Object.values(script).includes('silence') ? shortTimeouts : timeouts

const pipelined = rows
  .filter(({ script, login }) => script.ehlo === undefined && !login)
  .map((row) => ({ ...row, why: `${row.why}, pipelining`, script: { ...row.script, ehlo: PIPELINING } }))

test.for([...rows, ...pipelined])('$why: $code', async (row) => {
  await using server = await scriptedServer(row.script)
  const mailer = createMailer({
    url: urlOf(server.port, row),
    from: 'desk@example.org',
    timeouts: timeoutsFor(row),
  })
  const failure = await failureOf(mailer.send(RECIPIENT, row.mime ?? SMALL))
  expect(failure.code).toBe(row.code)
  expect(`${failure.message} ${JSON.stringify(failure.cause)}`).not.toMatch(
    /ana\.torres|visitors|hunter2|desk|unknown/,
  )
  if (row.code === 'uncertain') expect(server.bodies).toHaveLength(1)
  if (row.code === 'unavailable' && row.script.end === undefined) expect(server.bodies).toEqual([])
})

test('a refused connection did not happen', async () => {
  const gone = await scriptedServer({})
  await gone[Symbol.asyncDispose]()
  const mailer = createMailer({ url: `smtp://127.0.0.1:${gone.port}`, from: 'desk@example.org', timeouts })
  expect((await failureOf(mailer.send(RECIPIENT, SMALL))).code).toBe('unavailable')
  expect((await failureOf(mailer.check())).code).toBe('unavailable')
})

test('a server that speaks no TLS makes smtps a wrong setting', async () => {
  await using server = await scriptedServer({})
  const mailer = createMailer({ url: `smtps://127.0.0.1:${server.port}`, from: 'desk@example.org', timeouts })
  expect((await failureOf(mailer.send(RECIPIENT, SMALL))).code).toBe('misconfigured')
})

test.for([
  'a@b.test, evil@c.test',
  'a@b.test\r\nBcc: evil@c.test',
  'a@b.test\r\nRCPT TO:<evil@c.test>',
  '<a@b.test> <evil@c.test>',
  'Group: a@b.test, evil@c.test;',
  '"evil@c.test b"@b.test',
  'a@b.test>\nDATA',
  'a@[127.0.0.1]',
  '',
])('%j is refused before a connection is made', async (to) => {
  await using server = await scriptedServer({})
  const mailer = createMailer({ url: `smtp://127.0.0.1:${server.port}`, from: 'desk@example.org', timeouts })
  expect((await failureOf(mailer.send(to, SMALL))).code).toBe('refused')
  expect(server.commands).toEqual([])
})

test('a taken mail is one transaction for one recipient, with our name and the mail size', async () => {
  await using server = await scriptedServer({})
  const mailer = createMailer({ url: `smtp://127.0.0.1:${server.port}`, from: 'desk@example.org', timeouts })
  await mailer.send(RECIPIENT, SMALL)
  expect(server.commands.filter((command) => command !== 'QUIT')).toEqual([
    'EHLO example.org',
    `MAIL FROM:<desk@example.org> SIZE=${SMALL.length}`,
    `RCPT TO:<${RECIPIENT}>`,
    'DATA',
  ])
  expect(server.bodies).toEqual([new TextDecoder().decode(SMALL)])
})

test('a check greets and logs in, and sends nothing', async () => {
  await using server = await scriptedServer({ ehlo: AUTH })
  const mailer = createMailer({
    url: `smtp://desk:${PASSWORD}@127.0.0.1:${server.port}`,
    from: 'desk@example.org',
    timeouts,
  })
  await mailer.check()
  const login = Buffer.from(`\0desk\0${PASSWORD}`).toString('base64')
  expect(server.commands.filter((command) => command !== 'QUIT')).toEqual([
    'EHLO example.org',
    `AUTH PLAIN ${login}`,
  ])
})
