import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Clock } from '../../src/clock.ts'
import { keep, type KeptMail } from '../../src/sandbox/mailbox/kept.ts'
import type { Mailbox, SmtpFault } from '../../src/sandbox/mailbox/mailbox.tsx'

/** What a simulation asks of the mail server beside it. */
export type MailServer = Pick<Mailbox, 'listen' | 'close' | 'setFault' | 'messages'>

const DATA_END = '\r\n.\r\n'
const EHLO = '250-prompt.test\r\n250-SIZE 41943040\r\n250 8BITMIME'
const addressIn = (line: string): string => /<([^>]*)>/.exec(line)?.[1] ?? ''

type Take = (mail: {
  readonly from: string
  readonly to: readonly string[]
  readonly body: string
}) => Promise<void>

/**
 * A mail server with the mailbox's faults that greets at once: the mailbox waits a tenth of a second, of
 * real time, before each greeting, which is most of the time of a simulation by a clock of its own.
 */
export function createPromptMailServer(clock: Clock): MailServer {
  const mails: KeptMail[] = []
  const sockets = new Set<Socket>()
  let fault: SmtpFault = 'up'
  let taken = 0

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A client that goes away in mid-session is no trouble of the server's.
    socket.on('error', () => undefined)
    socket.setNoDelay(true)
    if (fault === 'down') {
      socket.end('421 4.3.2 Closed for now\r\n')
      return
    }
    converse(socket, async ({ from, to, body }) => {
      taken += 1
      mails.push(await keep({ id: taken, at: clock(), from, to, bytes: bytesOf(body) }))
      if (fault === 'cut') socket.destroy()
    })
  })

  return {
    async listen(port = 0) {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    setFault: (wanted) => {
      fault = wanted
    },
    messages: () => mails,
  }
}

/** Bytes pass through as characters of their own number. RFC 5321 4.5.2: a dot that begins a line is doubled. */
const bytesOf = (body: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(body.replaceAll('\r\n..', '\r\n.'), 'latin1'))

/** One mail after another, acknowledged once it is kept. */
function converse(socket: Socket, take: Take): void {
  const say = (line: string): void => {
    if (!socket.destroyed) socket.write(`${line}\r\n`)
  }
  let from = ''
  let to: string[] = []
  let body: string | null = null
  let heard = ''

  function obey(line: string): void {
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'MAIL') [from, to] = [addressIn(line), []]
    if (verb === 'RCPT') to.push(addressIn(line))
    if (verb === 'DATA' && to.length > 0) {
      body = ''
      say('354 Go on')
    } else if (verb === 'QUIT') socket.end('221 Bye\r\n')
    else if (['MAIL', 'RCPT', 'RSET', 'NOOP'].includes(verb)) say('250 Fine')
    else say(verb === 'EHLO' ? EHLO : '503 Not now')
  }

  async function end(whole: string): Promise<void> {
    body = null
    await take({ from, to, body: whole })
    say('250 Kept')
  }

  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    if (body !== null) {
      body += chunk
      // The client waits for the answer to the dot before it says more, so the dot is the last thing heard.
      if (body.endsWith(DATA_END)) {
        end(body.slice(0, -'.\r\n'.length)).catch(() => socket.destroy())
      }
      return
    }
    const lines = (heard + chunk).split('\r\n')
    heard = lines.pop() ?? ''
    for (const line of lines) obey(line)
  })
  say('220 prompt.test ESMTP')
}
