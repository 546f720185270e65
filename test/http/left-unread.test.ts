import { Agent, type IncomingMessage, request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { serveForTest } from './served.ts'

interface Sent {
  readonly path: string
  readonly type: string
  readonly bytes: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a body on a connection that is kept, and resolves to the status. */
function post(
  agent: Agent,
  url: string,
  { path, type, bytes, headers = {} }: Sent,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sending = request(url + path, {
      method: 'POST',
      agent,
      headers: { 'Content-Type': type, ...headers },
    })
    sending.once('error', reject)
    sending.once('response', (answer: IncomingMessage) => {
      answer.resume()
      answer.once('close', () => resolve(answer.statusCode))
    })
    sending.end(Buffer.alloc(bytes, 'a'))
  })
}

const MIB = 1024 * 1024

test.for([
  ['too large', 413, { path: '/api/v1/submissions', type: 'application/json', bytes: 3 * MIB }],
  ['of no known type', 415, { path: '/forms/upload-trouble', type: 'text/plain', bytes: 3 * MIB }],
  ['for nothing', 404, { path: '/nothing', type: 'text/plain', bytes: 3 * MIB }],
  [
    'from elsewhere',
    403,
    {
      path: '/forms/upload-trouble',
      type: 'text/plain',
      bytes: 3 * MIB,
      headers: { Origin: 'https://evil.example' },
    },
  ],
] as const)(
  'after a body %s (%i) the next request of the same sender is answered',
  async ([, status, sent]) => {
    const { url } = await serveForTest()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    for (let times = 0; times < 3; times += 1) expect(await post(agent, url, sent)).toBe(status)
  },
)
