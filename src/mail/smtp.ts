import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { MINUTE_MS, SECOND_MS } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Mailer } from '../mailer.ts'
import { recipientOf, renderMime } from './mime.ts'
import { readSender, type Sender } from './sender.ts'
import { readSmtpUrl, type SmtpServer } from './smtp-url.ts'
import { ACCENT, type Accent } from './tokens.ts'
import { failureOf } from './verdict.ts'
import type { GetSocket } from './worker-socket.ts'

export interface Timeouts {
  /** From the look-up of the name to the end of STARTTLS. */
  readonly connectMs: number
  readonly greetingMs: number
  /** Silence of the server, also after the final dot: RFC 5321 4.5.3.2.6 asks for ten minutes there. */
  readonly silenceMs: number
}

export const TIMEOUTS: Timeouts = {
  connectMs: 30 * SECOND_MS,
  greetingMs: 30 * SECOND_MS,
  silenceMs: 10 * MINUTE_MS + 50 * SECOND_MS,
}

export interface MailerOptions {
  /** SMTP_URL, as `readSmtpUrl` reads it. */
  readonly url: string
  /** MAIL_FROM: `desk@example.org` or `Our helpdesk <desk@example.org>`. */
  readonly from: string
  /** TICKET_HOOK: what Zammad looks for before a number in a subject. */
  readonly ticketHook?: string
  readonly accent?: Accent
  readonly timeouts?: Timeouts
  /** Opens connections where nodemailer's own way does not work: Cloudflare Workers. */
  readonly getSocket?: GetSocket
}

type Done<Result> = (error?: Error | null, result?: Result) => void

/** One connection to the mail server; each step fails as soon as the connection does. */
interface Session {
  readonly connection: SMTPConnection
  readonly step: <Result>(run: (done: Done<Result>) => void) => Promise<void>
}

function sessionOver(connection: SMTPConnection): Session {
  const broken = new Promise<never>((_, reject) => {
    connection.on('error', reject)
    // A reply that ends the connection reaches its step just after this event, and is to go first.
    connection.on('end', () => queueMicrotask(() => reject(new Error('The connection ended'))))
  })
  broken.catch(() => {})
  return {
    connection,
    step: async (run) => {
      const done = new Promise<void>((resolve, reject) => {
        run((error) => (error ? reject(error) : resolve()))
      })
      await Promise.race([done, broken])
    },
  }
}

interface Route {
  readonly server: SmtpServer
  readonly timeouts: Timeouts
  readonly getSocket: GetSocket | null
  /** What we call ourselves in EHLO. */
  readonly name: string
}

/** Connects, greets and logs in, where the server offers a login at all. */
async function openSession({ server, timeouts, getSocket, name }: Route): Promise<Session> {
  const socket = getSocket ? await getSocket(server, timeouts.connectMs) : {}
  const { connection, step } = sessionOver(
    new SMTPConnection({
      host: server.host,
      port: server.port,
      secure: server.secure,
      ignoreTLS: server.startTls === 'none',
      requireTLS: server.startTls === 'required',
      name,
      connectionTimeout: timeouts.connectMs,
      greetingTimeout: timeouts.greetingMs,
      socketTimeout: timeouts.silenceMs,
      ...socket,
    }),
  )
  try {
    await step((done) => connection.connect(done))
    const { login } = server
    if (login && connection.allowsAuth) await step((done) => connection.login({ ...login }, done))
    return { connection, step }
  } catch (error) {
    connection.close()
    throw error
  }
}

const CHUNK_BYTES = 16 * 1024

/** The bytes in a stream, and whether all of them have been asked for. */
function bodyOf(mime: Uint8Array): { stream: Readable; isConsumed: () => boolean } {
  let consumed = false
  function* chunks(): Generator<Uint8Array> {
    for (let at = 0; at < mime.length; at += CHUNK_BYTES) yield mime.subarray(at, at + CHUNK_BYTES)
    consumed = true
  }
  return { stream: Readable.from(chunks()), isConsumed: () => consumed }
}

/** The envelope as nodemailer rewrote it for the wire; the body follows only after the server's 354. */
function assertOnly(address: string, { to }: SMTPConnection.Envelope): void {
  const [first, ...others] = [to].flat()
  if (first === address && others.length === 0) return
  throw new Failure('refused', 'The envelope is not the one recipient of this mail')
}

async function sendBytes(
  route: Route,
  envelope: { from: string; to: string },
  mime: Uint8Array,
): Promise<void> {
  const body = bodyOf(mime)
  let session: Session | null = null
  try {
    session = await openSession(route)
    const { connection, step } = session
    const wire: SMTPConnection.Envelope = { from: envelope.from, to: [envelope.to], size: mime.length }
    await step((done) => {
      connection.send(wire, body.stream, done)
      assertOnly(envelope.to, wire)
    })
    connection.quit()
  } catch (error) {
    throw failureOf(error, body.isConsumed())
  } finally {
    session?.connection.close()
  }
}

function senderOf(text: string): Sender {
  const sender = readSender(text)
  if (sender) return sender
  throw new Failure('misconfigured', 'MAIL_FROM must read desk@example.org or Our desk <desk@example.org>')
}

/**
 * Mail by SMTP: one connection a message, one recipient a message, nothing repeated here. Throws
 * `Failure` `misconfigured` at once for settings that cannot be read.
 */
export function createMailer(options: MailerOptions): Mailer {
  const from = senderOf(options.from)
  const route: Route = {
    server: readSmtpUrl(options.url),
    timeouts: options.timeouts ?? TIMEOUTS,
    getSocket: options.getSocket ?? null,
    name: from.address.slice(from.address.indexOf('@') + 1),
  }
  const mime = {
    from,
    ticketHook: options.ticketHook ?? 'Ticket#',
    accent: options.accent ?? ACCENT,
  }
  return {
    render: (message, headers) => renderMime(message, headers, mime),
    send: async (to, bytes) => sendBytes(route, { from: from.address, to: recipientOf(to) }, bytes),
    check: async () => {
      try {
        const { connection } = await openSession(route)
        connection.quit()
        connection.close()
      } catch (error) {
        throw failureOf(error, false)
      }
    },
  }
}
