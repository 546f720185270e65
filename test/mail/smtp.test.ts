import { SMTPServer } from 'smtp-server'
import { expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { createMailer, type MailerOptions } from '../../src/mail/smtp.ts'
import { workerSocket } from '../../src/mail/worker-socket.ts'
import type { Mailer } from '../../src/mailer.ts'
import { createMailbox, type Mailbox } from '../../src/sandbox/mailbox/mailbox.tsx'
import { aReceipt, someHeaders } from './mail-samples.ts'
import { scriptedServer } from './scripted-smtp.ts'

const at = new Date('2026-11-21T09:15:00Z')

interface Post extends AsyncDisposable {
  readonly mailbox: Mailbox
  readonly mailer: Mailer
}

/** A mailer and the mailbox that it sends to. */
async function openPost(changes: Partial<MailerOptions> = {}): Promise<Post> {
  const mailbox = createMailbox({ clock: () => at, base: '/sandbox/mail' })
  const port = await mailbox.listen()
  const mailer = createMailer({
    url: `smtp://127.0.0.1:${port}`,
    from: 'Our desk <desk@example.org>',
    ...changes,
  })
  return { mailbox, mailer, [Symbol.asyncDispose]: () => mailbox.close() }
}

const codeOf = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => null,
    (error: unknown) => (error instanceof Failure ? error.code : error),
  )

const ways = [
  { way: 'nodemailer connects', changes: {} },
  { way: 'the socket is handed in', changes: { getSocket: workerSocket } },
]

test.for(ways)('a receipt arrives byte for byte, for one recipient ($way)', async ({ changes }) => {
  await using post = await openPost(changes)
  const mime = await post.mailer.render(aReceipt(), someHeaders())
  await post.mailer.send(someHeaders().to, mime)
  const [mail, ...others] = post.mailbox.messages()
  expect(others).toEqual([])
  expect(mail?.bytes).toEqual(mime)
  expect(mail).toMatchObject({
    from: 'desk@example.org',
    to: [someHeaders().to],
    subject: 'We have your request [Ticket#65432101234567]',
    headers: {
      'message-id': someHeaders().messageId,
      date: 'Sat, 21 Nov 2026 09:14:00 +0000',
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
    },
  })
})

test('a mail sent twice is twice the same bytes', async () => {
  await using post = await openPost()
  const mime = await post.mailer.render(aReceipt(), someHeaders())
  await post.mailer.send(someHeaders().to, mime)
  await post.mailer.send(someHeaders().to, mime)
  const [first, second] = post.mailbox.messages()
  expect(first?.bytes).toEqual(second?.bytes)
  expect(first?.bytes).toEqual(mime)
})

test('lines that begin with a dot arrive as they were', async () => {
  await using post = await openPost()
  const mime = new TextEncoder().encode('Subject: dots\r\n\r\n.\r\n..\r\n.end\r\n')
  await post.mailer.send(someHeaders().to, mime)
  expect(post.mailbox.messages()[0]?.bytes).toEqual(mime)
})

test('the recipient of the envelope is the one sent to, whatever the mail says', async () => {
  await using post = await openPost()
  const mime = new TextEncoder().encode('To: x@c.test, y@c.test\r\nBcc: z@c.test\r\nSubject: s\r\n\r\nt\r\n')
  await post.mailer.send('ana@b.test', mime)
  expect(post.mailbox.messages()[0]?.to).toEqual(['ana@b.test'])
})

test('a mail server that is down takes nothing, and takes it once it is back', async () => {
  await using post = await openPost()
  const mime = await post.mailer.render(aReceipt(), someHeaders())
  post.mailbox.setFault('down')
  expect(await codeOf(post.mailer.send(someHeaders().to, mime))).toBe('unavailable')
  expect(await codeOf(post.mailer.check())).toBe('unavailable')
  expect(post.mailbox.messages()).toEqual([])
  post.mailbox.setFault('up')
  await post.mailer.check()
  await post.mailer.send(someHeaders().to, mime)
  expect(post.mailbox.messages()).toHaveLength(1)
})

test('a mail server that goes away before its word leaves the outcome uncertain', async () => {
  await using post = await openPost()
  const mime = await post.mailer.render(aReceipt(), someHeaders())
  post.mailbox.setFault('cut')
  expect(await codeOf(post.mailer.send(someHeaders().to, mime))).toBe('uncertain')
  expect(post.mailbox.messages()).toHaveLength(1)
})

test('a socket that does not open in time did not happen', async () => {
  const started = workerSocket({ host: '127.0.0.1', port: 1, secure: false }, 1000)
  await expect(started).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await using silent = await scriptedServer({ greeting: 'silence' })
  const handshake = workerSocket({ host: '127.0.0.1', port: silent.port, secure: true }, 100)
  await expect(handshake).rejects.toMatchObject({ code: 'ETIMEDOUT' })
})

test('a silent server is given up after the greeting time, also over a socket handed in', async () => {
  await using silent = await scriptedServer({ greeting: 'silence' })
  const mailer = createMailer({
    url: `smtp://127.0.0.1:${silent.port}`,
    from: 'desk@example.org',
    getSocket: workerSocket,
    timeouts: { connectMs: 1000, greetingMs: 100, silenceMs: 1000 },
  })
  expect(await codeOf(mailer.send('ana@b.test', new Uint8Array([1])))).toBe('unavailable')
})

const tlsWays = [
  { way: 'smtps', secure: true, url: (port: number) => `smtps://127.0.0.1:${port}` },
  { way: 'STARTTLS', secure: false, url: (port: number) => `smtp://127.0.0.1:${port}?tls=required` },
].flatMap((row) => ways.map(({ way, changes }) => ({ ...row, changes, title: `${row.way}, ${way}` })))

test.for(tlsWays)('a certificate that nobody vouches for is never sent to ($title)', async (row) => {
  const received: string[] = []
  const server = new SMTPServer({
    secure: row.secure,
    authOptional: true,
    logger: false,
    onData: (stream, _session, done) => {
      received.push('a body')
      stream.resume()
      stream.once('end', () => done())
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const mailer = createMailer({ url: row.url(port), from: 'desk@example.org', ...row.changes })
  expect(await codeOf(mailer.send('ana@b.test', new Uint8Array([1])))).toBe('misconfigured')
  expect(received).toEqual([])
  await new Promise<void>((resolve) => server.close(() => resolve()))
})
