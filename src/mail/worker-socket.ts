import net from 'node:net'
import type { Socket } from 'node:net'
import tls from 'node:tls'
import type { SmtpServer } from './smtp-url.ts'

/** An open way to the mail server; `secured` says that TLS already stands. */
export interface OpenSocket {
  readonly connection: Socket
  readonly secured: boolean
}

/** Opens the connection in nodemailer's stead. Rejects once `timeoutMs` have passed. */
export type GetSocket = (
  server: Pick<SmtpServer, 'host' | 'port' | 'secure'>,
  timeoutMs: number,
) => Promise<OpenSocket>

/**
 * The connection for workerd: it resolves the name itself and checks the certificate against it, where
 * nodemailer would resolve first and then have the certificate checked against an IP address.
 */
export const workerSocket: GetSocket = ({ host, port, secure }, timeoutMs) =>
  new Promise((resolve, reject) => {
    const connection = secure ? tls.connect({ host, port }) : net.connect({ host, port })
    // workerd counts a leak after ten listeners and then fails the socket.
    connection.setMaxListeners(0)
    const settle = (outcome: () => void): void => {
      clearTimeout(timer)
      connection.removeListener('error', fail)
      outcome()
    }
    const fail = (error: Error): void =>
      settle(() => {
        connection.on('error', () => {})
        connection.destroy()
        reject(error)
      })
    const timer = setTimeout(
      () => fail(Object.assign(new Error('Connection timeout'), { code: 'ETIMEDOUT' })),
      timeoutMs,
    )
    connection.once('error', fail)
    connection.once(secure ? 'secureConnect' : 'connect', () =>
      settle(() => resolve({ connection, secured: secure })),
    )
  })
