import type { Socket } from 'node:net'
import { Hono } from 'hono'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Clock } from '../../clock.ts'
import {
  type Arrival,
  jsonOf,
  keep,
  type KeptMail,
  type MailJson,
  readSnapshot,
  writeSnapshot,
} from './kept.ts'
import { framedHtml, listPage, mailPage, missingPage, pathsFrom } from './pages.tsx'
import { MAILBOX_CSS } from './style.ts'

export type { MailJson } from './kept.ts'

/**
 * What the mail server suffers from: nothing; it turns everybody away (421); or it takes a whole mail,
 * keeps it, and is gone before it says so.
 */
export type SmtpFault = 'up' | 'down' | 'cut'

export interface Mailbox {
  /** Pages at `/`, `/:id`, `/:id/html`, `/:id/raw`, `/:id/attachments/:n`. */
  readonly app: Hono
  /** `mail.json`, oldest first. */
  readonly json: () => MailJson[]
  /** Takes SMTP on loopback; resolves to the port, a free one where none is asked for. */
  readonly listen: (port?: number) => Promise<number>
  readonly close: () => Promise<void>
  readonly setFault: (fault: SmtpFault) => void
  /** Oldest first. */
  readonly messages: () => readonly KeptMail[]
  /** What `state` takes in the next process. */
  readonly snapshot: () => string
}

export interface MailboxOptions {
  readonly clock: Clock
  readonly state?: string | null
  /** How many mails are kept; the oldest go first. */
  readonly max?: number
  /** Called after each change of what `snapshot` holds. */
  readonly onChange?: () => void
  /** The path that the pages are reached at, without a slash at its end. */
  readonly base: string
}

const MAX_MAILS = 500
const MAX_BYTES = 40 * 1024 * 1024
const CLOSE_MS = 500
/** RFC 2606: nobody has an address there, and every mail server refuses it for good. */
const NOBODY = /\.invalid$/i

const PAGE_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

/** A mail's own HTML: inline styles are how mail is styled; nothing runs and nothing is fetched. */
const HTML_CSP =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

/** RFC 6266: a plain name for old readers, the real one encoded. */
const dispositionOf = (name: string): string =>
  `attachment; filename="${name.replace(/[^A-Za-z0-9. _-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(
    name.replace(/\p{Surrogate}/gu, '_'),
  ).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)}`

function pagesOf(mails: () => readonly KeptMail[], base: string): Hono {
  const paths = pathsFrom(base)
  const app = new Hono()
  const find = (id: string): KeptMail | undefined => mails().find((mail) => String(mail.id) === id)
  const missing = (): Response =>
    new Response(missingPage(paths), { status: 404, headers: { 'Content-Type': 'text/html; charset=utf-8' } })

  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(PAGE_HEADERS)) {
      if (!c.res.headers.has(name)) c.header(name, value)
    }
  })
  app.get('/', (c) => c.html(listPage(mails(), paths)))
  app.get('/mailbox.css', (c) => c.body(MAILBOX_CSS, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  app.get('/:id{[0-9]+}', (c) => {
    const mail = find(c.req.param('id'))
    return mail ? c.html(mailPage(mail, paths)) : missing()
  })
  app.get('/:id{[0-9]+}/html', (c) => {
    const mail = find(c.req.param('id'))
    return mail?.html ? c.html(framedHtml(mail), 200, { 'Content-Security-Policy': HTML_CSP }) : missing()
  })
  app.get('/:id{[0-9]+}/raw', (c) => {
    const mail = find(c.req.param('id'))
    return mail ? c.body(mail.bytes, 200, { 'Content-Type': 'text/plain; charset=utf-8' }) : missing()
  })
  app.get('/:id{[0-9]+}/attachments/:n{[0-9]+}', (c) => {
    const attachment = find(c.req.param('id'))?.attachments[Number(c.req.param('n')) - 1]
    return attachment
      ? c.body(attachment.bytes, 200, {
          'Content-Type': 'application/octet-stream',
          'Content-Disposition': dispositionOf(attachment.name),
        })
      : missing()
  })
  app.notFound(missing)
  return app
}

async function readAll(stream: SMTPServerDataStream): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const part of stream) parts.push(new Uint8Array(part))
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

const reply = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode })

type Taken = Omit<Arrival, 'id' | 'at'>

/** The SMTP listener. `take` resolves once the mail is kept; only then is it acknowledged. */
function listenerOf(fault: () => SmtpFault, take: (mail: Taken) => Promise<void>): SMTPServer {
  const sockets = new Map<number, Socket>()

  async function onMail(stream: SMTPServerDataStream, { envelope, remotePort }: SMTPServerSession) {
    const bytes = await readAll(stream)
    if (stream.sizeExceeded) throw reply(552, 'The mail is too large')
    await take({
      from: envelope.mailFrom ? envelope.mailFrom.address : '',
      to: envelope.rcptTo.map(({ address }) => address),
      bytes,
    })
    if (fault() === 'cut') sockets.get(remotePort)?.destroy()
  }

  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_BYTES,
    closeTimeout: CLOSE_MS,
    logger: false,
    onConnect: (_session, done) => done(fault() === 'down' ? reply(421, 'Closed for now') : null),
    onRcptTo: ({ address }, _session, done) =>
      done(NOBODY.test(address) ? reply(550, 'No such domain') : null),
    onData: (stream, session, done) => {
      onMail(stream, session).then(
        () => done(),
        (error: unknown) => done(error instanceof Error ? error : reply(451, 'The mail cannot be read')),
      )
    },
  })
  smtp.server.on('connection', (socket: Socket) => {
    const port = socket.remotePort
    if (port === undefined) return
    sockets.set(port, socket)
    socket.once('close', () => sockets.delete(port))
  })
  // A client that goes away in mid-session is no trouble of the mailbox's.
  smtp.on('error', () => {})
  return smtp
}

function open(smtp: SMTPServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    smtp.server.once('error', reject)
    smtp.listen(port, '127.0.0.1', () => {
      smtp.server.removeListener('error', reject)
      const address = smtp.server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

/**
 * A mail server of our own that keeps what it is sent, and pages to read it: for the sandbox and for
 * tests. Throws where `state` is no snapshot.
 */
export function createMailbox({ clock, state, max = MAX_MAILS, onChange, base }: MailboxOptions): Mailbox {
  let { next, mails } = state ? readSnapshot(state) : { next: 1, mails: [] as readonly KeptMail[] }
  let fault: SmtpFault = 'up'

  const smtp = listenerOf(
    () => fault,
    async (taken) => {
      const mail = await keep({ ...taken, id: next++, at: clock() })
      mails = [...mails, mail].slice(-max)
      onChange?.()
    },
  )
  const messages = (): readonly KeptMail[] => mails

  return {
    app: pagesOf(messages, base),
    json: () => mails.map(jsonOf),
    listen: (port = 0) => open(smtp, port),
    close: () => new Promise((resolve) => smtp.close(() => resolve())),
    setFault: (wanted) => {
      fault = wanted
    },
    messages,
    snapshot: () => writeSnapshot({ next, mails }),
  }
}
