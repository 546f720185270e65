import { createServer, type Socket } from 'node:net'

/** What the server does at one point: says these lines, goes away at `cut`, says nothing at `silence`. */
export type Turn = string

export interface Script {
  readonly greeting?: Turn
  readonly ehlo?: Turn
  readonly auth?: Turn
  readonly starttls?: Turn
  readonly mail?: Turn
  readonly rcpt?: Turn
  readonly data?: Turn
  /** Goes away once that many bytes of the body have come. */
  readonly cutInBodyAt?: number
  readonly end?: Turn
}

export interface ScriptedServer {
  readonly port: number
  /** Commands as they came, bodies left out. */
  readonly commands: string[]
  /** Bodies that came to their final dot. */
  readonly bodies: string[]
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

const PLAIN: Required<Omit<Script, 'cutInBodyAt'>> = {
  greeting: '220 scripted ESMTP',
  ehlo: '250-scripted\r\n250-SIZE 50000000\r\n250 8BITMIME',
  auth: '235 2.7.0 fine',
  starttls: '502 5.5.1 unknown command',
  mail: '250 2.1.0 fine',
  rcpt: '250 2.1.5 fine',
  data: '354 go on',
  end: '250 2.0.0 taken',
}

const FINAL_DOT = '\r\n.\r\n'

function take(turn: Turn, socket: Socket): void {
  if (turn === 'cut') socket.destroy()
  else if (turn !== 'silence') socket.write(`${turn}\r\n`)
}

function turnFor(command: string, script: typeof PLAIN): Turn {
  const verb = /^[A-Z]+/.exec(command.toUpperCase())?.[0]
  if (verb === 'EHLO' || verb === 'HELO') return script.ehlo
  if (verb === 'AUTH') return script.auth
  if (verb === 'STARTTLS') return script.starttls
  if (verb === 'MAIL') return script.mail
  if (verb === 'RCPT') return script.rcpt
  if (verb === 'DATA') return script.data
  return verb === 'QUIT' ? '221 2.0.0 bye' : '500 5.5.1 unknown command'
}

/** A mail server that follows a script, and writes down what it was told. */
export async function scriptedServer(changes: Script): Promise<ScriptedServer> {
  const script = { ...PLAIN, ...changes }
  const commands: string[] = []
  const bodies: string[] = []
  const sockets = new Set<Socket>()

  function converse(socket: Socket): void {
    let heard = ''
    let hasRecipient = false
    /** The parts of a body on its way, or null between bodies. */
    let body: { readonly parts: string[]; size: number; tail: string } | null = null

    function readBody(chunk: string): void {
      if (!body) return
      body.parts.push(chunk)
      body.size += chunk.length
      body.tail = (body.tail + chunk).slice(-FINAL_DOT.length)
      if (script.cutInBodyAt !== undefined && body.size >= script.cutInBodyAt) socket.destroy()
      // The client says nothing more until the dot is answered, so the dot is the last thing heard.
      else if (body.tail === FINAL_DOT) {
        bodies.push(body.parts.join('').slice(0, -'.\r\n'.length))
        body = null
        take(script.end, socket)
      }
    }
    function readCommand(command: string): void {
      commands.push(command)
      const turn = turnFor(command, script)
      if (/^RCPT/i.test(command)) hasRecipient = turn.startsWith('2')
      if (!/^DATA/i.test(command)) return take(turn, socket)
      if (!hasRecipient) return take('503 5.5.1 no valid recipients', socket)
      if (turn.startsWith('354')) body = { parts: [], size: 0, tail: '' }
      take(turn, socket)
    }
    socket.setEncoding('latin1')
    socket.on('error', () => {})
    socket.on('data', (chunk: string) => {
      if (body) return readBody(chunk)
      const lines = (heard + chunk).split('\r\n')
      heard = lines.pop() ?? ''
      for (const line of lines) if (!socket.destroyed) readCommand(line)
    })
    take(script.greeting, socket)
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    converse(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The scripted server has no port')
  return {
    port: address.port,
    commands,
    bodies,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
