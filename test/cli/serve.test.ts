import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { aPlace, served } from '../runtime/node/serving.ts'
import { aFolder, COMMAND, serving, start } from './command.ts'

const text = JSON.stringify({
  form: 'general-question',
  answers: { name: 'Ann', email: 'ann@example.org', subject: 'A', question: 'B', consent: true },
})

const head = [
  'POST /api/v1/submissions HTTP/1.1',
  'Host: desk.example',
  'Content-Type: application/json',
  `Content-Length: ${text.length}`,
  '',
  '',
].join('\r\n')

/** Resolves once nobody listens there any more. */
async function untilClosed(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const [refused] = await Promise.race([
      once(socket, 'connect').then(() => [false]),
      new Promise<[boolean]>((resolve) => socket.once('error', () => resolve([true]))),
    ])
    socket.destroy()
    if (refused) return
  }
}

test.for(['SIGTERM', 'SIGINT'] as const)(
  '%s lets a request under way end, and leaves with 0',
  async (signal) => {
    const service = await serving()
    const port = Number(new URL(service.url).port)
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => void (answer += String(chunk)))
    socket.write(head + text.slice(0, 10))
    // An answer to somebody else tells that the first request has arrived.
    await fetch(`${service.url}/healthz`)
    service.child.kill(signal)
    await untilClosed(port)
    socket.write(text.slice(10))
    await once(socket, 'close')
    expect(answer).toMatch(/^HTTP\/1\.1 201 /)
    const { code, stdout } = await service.ended
    expect(code).toBe(0)
    expect(stdout).toContain('service.stopped')
  },
)

test('a second service on one database leaves with 69 and one sentence', async () => {
  const { env } = aPlace()
  await served(env)
  const DATABASE_PATH = env['DATABASE_PATH'] ?? ''
  const words = [COMMAND, 'serve', '--or-sandbox', '--lock-wait', '0']
  const second = await start(process.execPath, words, { DATABASE_PATH, PORT: '0' }).ended
  expect(second.code).toBe(69)
  expect(second.stderr).toBe(
    `Another process serves the database ${DATABASE_PATH}. Stop it, or set another DATABASE_PATH.\n`,
  )
})

test('a port that is taken is told in one sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const PORT = String((other.address() as AddressInfo).port)
  const DATABASE_PATH = join(aFolder(), 'firstline.sqlite')
  const second = await start(process.execPath, [COMMAND, 'serve', '--or-sandbox'], { DATABASE_PATH, PORT })
    .ended
  expect(second.code).toBe(69)
  expect(second.stderr).toMatch(/^Cannot listen on 127\.0\.0\.1:\d+: another program has it\. Set PORT\.\n$/)
})

const MARKS = {
  name: 'Canaria Markname',
  email: 'canary.mail@markdomain.example',
  subject: 'markedsubject of the canary',
  question: 'markedquestion of the canary',
  file: 'markedfile.txt',
  content: 'markedcontent of the canary',
  key: 'marked-idempotency-key',
  ops: 'marked-ops-token-0123456789',
} as const

test('nothing that a visitor sent, no link and no token ever stands in the log', async () => {
  const service = await serving({ LOG_LEVEL: 'debug', OPS_TOKEN: MARKS.ops })
  const { name, email, subject, question } = MARKS
  const post = (path: string, body: object, headers = {}): Promise<Response> =>
    fetch(service.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  await service.said('zammad.first-contact')
  await post('/sandbox/faults', { zammad: 'down', smtp: 'down' })
  const answers = { name, email, subject, question, consent: true }
  const file = { field: 'attachments', name: MARKS.file, type: 'text/plain', base64: btoa(MARKS.content) }
  const submission = { form: 'general-question', answers, files: [file] }
  const sent = await post('/api/v1/submissions', submission, { 'Idempotency-Key': MARKS.key })
  expect(sent.status).toBe(201)
  const { conversation_url } = (await sent.json()) as { conversation_url: string }
  const link = conversation_url.split('/').at(-1) ?? ''
  await post('/api/v1/submissions', { ...submission, answers: { ...answers, email: `${email}@` } })
  await post(`/forms/${subject}`, answers)
  for (const path of [`/c/${link}`, `/c/${link}0`, `/${question}?${email}`, `/ops?token=${MARKS.ops}`]) {
    await fetch(service.url + encodeURI(path))
  }
  await fetch(`${service.url}/ops`, { method: 'POST', body: new URLSearchParams({ token: MARKS.ops }) })
  await service.said(/job\.failed.*open-ticket/)
  await service.said(/job\.failed.*send-message/)
  await post('/sandbox/faults', { zammad: 'up', smtp: 'up' })
  await service.said(/job\.done.*open-ticket/)
  service.child.kill('SIGTERM')
  const { code, stdout, stderr } = await service.ended
  expect(code).toBe(0)
  const log = (stdout + stderr).toLowerCase()
  expect(log).toContain('submission.accepted')
  for (const mark of [...Object.values(MARKS), link, 'canary', 'marked', 'sandbox-bot']) {
    expect(log).not.toContain(mark.toLowerCase())
  }
})
