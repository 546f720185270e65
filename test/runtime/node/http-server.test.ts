import { Agent, get, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { EXIT, Exit } from '../../../src/runtime/node/exit.ts'
import { listen } from '../../../src/runtime/node/http-server.ts'

const HERE = { host: '127.0.0.1', port: 0 }

/** An answer that waits until it is let go. */
function held() {
  let letGo: () => void = () => undefined
  let began: () => void = () => undefined
  const gate = new Promise<void>((resolve) => void (letGo = resolve))
  const begun = new Promise<void>((resolve) => void (began = resolve))
  const handle = async (): Promise<Response> => {
    began()
    await gate
    return new Response('whole')
  }
  return { handle, begun, letGo }
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return text
}

test('closing lets the request under way end, and takes no new one', async () => {
  const { handle, begun, letGo } = held()
  const server = await listen(handle, HERE)
  const answer = fetch(`http://127.0.0.1:${server.port}/`)
  await begun
  const closed = server.close(60_000)
  await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow('fetch failed')
  letGo()
  expect(await (await answer).text()).toBe('whole')
  await closed
})

test('a connection that a browser keeps open holds nobody up once its request is over', async () => {
  const { handle, begun, letGo } = held()
  const server = await listen(handle, HERE)
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const request = get({ port: server.port, agent })
  await begun
  const closed = server.close(60_000)
  letGo()
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  expect(await bodyOf(answer)).toBe('whole')
  await closed
})

test('a request that does not end is cut when the grace is over', async () => {
  const { handle, begun } = held()
  const server = await listen(handle, HERE)
  const outcome = fetch(`http://127.0.0.1:${server.port}/`).then(
    () => 'answered',
    () => 'cut',
  )
  await begun
  await server.close(1)
  expect(await outcome).toBe('cut')
})

test('where the answer fails, the connection is cut and nothing is told', async () => {
  const server = await listen(() => Promise.reject(new Error('secret')), HERE)
  onTestFinished(() => server.close(0))
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => undefined)
  let seen = ''
  socket.on('data', (chunk) => void (seen += String(chunk)))
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(socket, 'close')
  expect(seen).toBe('')
})

test('a port that is taken is told in a sentence, with what to set', async () => {
  const first = await listen(() => new Response(), HERE)
  onTestFinished(() => first.close(0))
  const second = listen(() => new Response(), { ...HERE, port: first.port })
  const error: unknown = await second.catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(Exit)
  expect(error).toMatchObject({
    status: EXIT.unavailable,
    message: `Cannot listen on 127.0.0.1:${first.port}: another program has it. Set PORT.`,
  })
})
