import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { SECOND_MS } from '../../clock.ts'
import { EXIT, Exit } from './exit.ts'

/** How long a slow sender is waited for. */
export interface Patience {
  readonly headersMs: number
  /** From the first byte of a request to the last one of its body. */
  readonly requestMs: number
  /** How often it is looked whether one of them is over. */
  readonly lookMs: number
}

const PATIENCE: Patience = { headersMs: 10 * SECOND_MS, requestMs: 120 * SECOND_MS, lookMs: 2 * SECOND_MS }
const KEEP_ALIVE_MS = 65 * SECOND_MS
const MAX_HEADER_BYTES = 8 * 1024
const MAX_CONNECTIONS = 1000

export interface HttpServer {
  readonly port: number
  /** Takes no new connection, and resolves when the last request is over or `graceMs` have passed. */
  readonly close: (graceMs: number) => Promise<void>
}

/** How long, and how much, of a body that nobody wanted is thrown away before the answer. */
const REST_MS = SECOND_MS / 2
const REST_BYTES = 64 * 1024 * 1024

interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

/** Listens, and answers by `handle`. Where that rejects, the connection is cut without an answer. */
export async function listen(
  handle: (request: Request) => Response | Promise<Response>,
  at: { readonly host: string; readonly port: number },
  patience: Patience = PATIENCE,
): Promise<HttpServer> {
  const listener = getRequestListener(async (request, env) => {
    // The types of the bindings are those of http and http2 at once; this server speaks http alone.
    const { incoming, outgoing } = env as unknown as Exchange
    try {
      const response = await handle(request)
      await throwAwayRest(incoming)
      // What is left of a body stands before the next request, which would be lost with the connection.
      if (!incoming.complete) outgoing.setHeader('Connection', 'close')
      return response
    } catch {
      incoming.socket.destroy()
      return new Response(null, { status: 500 })
    }
  })
  let closing = false
  const server = createServer(
    {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: patience.lookMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (incoming, outgoing) => {
      // Left alone, a connection that was busy at the time would be kept for the next request.
      outgoing.once('close', () => closing && setImmediate(() => server.closeIdleConnections()))
      void listener(incoming, outgoing)
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  const port = await bind(server, at)
  return {
    port,
    close(graceMs) {
      closing = true
      return close(server, graceMs)
    },
  }
}

/** Resolves when the body has come to its end, or the patience with it has. A sender that is cut off loses the answer. */
function throwAwayRest(incoming: IncomingMessage): Promise<void> {
  if (incoming.complete || incoming.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    let left = REST_BYTES
    const over = (): void => {
      clearTimeout(timer)
      incoming.off('data', count)
      for (const event of ['end', 'close', 'error']) incoming.off(event, over)
      resolve()
    }
    const count = (chunk: Uint8Array): void => {
      left -= chunk.length
      if (left < 0) over()
    }
    const timer = setTimeout(over, REST_MS)
    incoming.on('data', count)
    for (const event of ['end', 'close', 'error']) incoming.on(event, over)
    incoming.resume()
  })
}

function bind(server: Server, at: { readonly host: string; readonly port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another program has it' : (error.code ?? 'unknown')
      reject(new Exit(EXIT.unavailable, `Cannot listen on ${at.host}:${at.port}: ${why}. Set PORT.`))
    })
    server.listen(at.port, at.host, () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
