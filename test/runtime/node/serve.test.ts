import { appendFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { ConfigError } from '../../../src/config.ts'
import { EXIT, Exit } from '../../../src/runtime/node/exit.ts'
import { REAL_SETTINGS } from '../../support/real-settings.ts'
import { aPlace, type Served, served } from './serving.ts'

interface Readiness {
  readonly status: string
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[]
}

const SOON = { timeout: 20_000 }
const NEW_RULE = `rules:
  - name: questions
    owner: catalogue
    when: { form: general-question }
    then: { unit: catalogue }
    examples: { yes: [{ form: general-question }] }
`
const QUESTION: RequestInit = {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    form: 'general-question',
    answers: { name: 'Ann', email: 'ann@example.org', subject: 'A', question: 'B', consent: true },
  }),
}

/** What kept the service from starting. */
async function refusal(
  env: Readonly<Record<string, string | undefined>>,
  orSandbox = true,
): Promise<unknown> {
  return served(env, { orSandbox }).then(
    () => 'it started',
    (error: unknown) => error,
  )
}

test('without settings a sandbox is served, and stopped without a trace of trouble', async () => {
  const { env } = aPlace()
  const service = await served(env)
  expect((await service.ask('/')).status).toBe(200)
  expect((await service.ask('/sandbox/mail.json')).status).toBe(200)
  await service.stop()
  await expect(service.ask('/healthz')).rejects.toThrow('fetch failed')
  const events = service.log().matchAll(/"level":(\d+).*?"event":"([^"]+)"/g)
  expect(Array.from(events, ([, level, event]) => [Number(level) <= 30, event])).toEqual(
    expect.arrayContaining([
      [true, 'service.started'],
      [true, 'service.stopped'],
    ]),
  )
  expect(service.log()).not.toMatch(/"level":(40|50)/)
})

test('a second service on one database waits without a health of its own, then leaves and says why', async () => {
  const { env } = aPlace()
  const first = await served(env)
  const error = await refusal(env)
  expect(error).toBeInstanceOf(Exit)
  expect(error).toMatchObject({
    status: EXIT.unavailable,
    message: `Another process serves the database ${env['DATABASE_PATH']}. Stop it, or set another DATABASE_PATH.`,
  })
  expect((await first.ask('/readyz')).status).toBe(200)
})

test('while a service waits for its database it is alive and not ready', async () => {
  const { env } = aPlace()
  const first = await served(env)
  const port = await freePort()
  const second = served({ ...env, PORT: String(port) }, { lockWaitMs: 60_000 })
  const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`)
  await untilAnswering(port)
  expect((await ask('/healthz')).status).toBe(200)
  const ready = await ask('/readyz')
  expect(ready.status).toBe(503)
  expect(await ready.json()).toEqual({
    status: 'degraded',
    checks: [{ name: 'process', ok: false, detail: 'the process is starting' }],
  })
  const page = await ask('/')
  expect([page.status, page.headers.get('retry-after'), page.headers.get('cache-control')]).toEqual([
    503,
    '5',
    'no-store',
  ])
  await first.stop()
  expect(((await (await (await second).ask('/readyz')).json()) as { status: string }).status).toBeDefined()
  expect((await ask('/')).status).toBe(200)
})

test('a database of the sandbox is not served as a real one, nor the other way round', async () => {
  const { env } = aPlace()
  await (await served(env)).stop()
  const real = { ...env, ...REAL_SETTINGS }
  const error = await refusal(real)
  expect(error).toMatchObject({ status: EXIT.settings })
  expect(String(error)).toMatch(/^Exit: DATABASE_PATH: .*made by a sandbox set-up, and this is a real one/)
  expect(await refusal(real)).toBeInstanceOf(Exit)
  expect((await (await served(env)).ask('/')).status).toBe(200)

  const other = aPlace(REAL_SETTINGS)
  await (await served(other.env)).stop()
  const sandbox = { ...aPlace().env, DATABASE_PATH: other.env['DATABASE_PATH'] }
  expect(await refusal(sandbox)).toMatchObject({ status: EXIT.settings })
})

test('a form with a mistake keeps the service from starting, and is told with file and line', async () => {
  const { env, folder } = aPlace()
  appendFileSync(join(folder, 'forms', 'training.yaml'), 'colour: blue\n')
  rmSync(join(folder, 'routing-rules', 'promise.yaml'))
  const error = await refusal(env)
  expect(error).toMatchObject({ status: EXIT.settings })
  const lines = String(error).replace('Exit: ', '').split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/forms\/training\.yaml:\d+: colour: is not a key here/)
  expect(lines[1]).toMatch(/promise\.yaml:1: is missing/)
  expect(existsSync(env['DATABASE_PATH'] ?? '')).toBe(false)
})

test('a folder of the settings that is not there is told by its setting', async () => {
  const { env, folder } = aPlace()
  const nowhere = join(folder, 'nowhere')
  const error = await refusal({ ...env, FORMS_DIR: nowhere, ROUTING_DIR: nowhere })
  expect(error).toMatchObject({ status: EXIT.settings })
  expect(String(error)).toBe(`Exit: FORMS_DIR: ${nowhere} is no folder\nROUTING_DIR: ${nowhere} is no folder`)
})

const readySays = async (service: Served) => {
  const answer = await service.ask('/readyz')
  const { status, checks } = (await answer.json()) as Readiness
  return { http: answer.status, status, rules: checks.find(({ name }) => name === 'rules')?.ok }
}

test('broken rules, with none known that were good, are told with file and line, and leave nothing open', async () => {
  const port = await freePort()
  const { env, folder } = aPlace({ PORT: String(port) })
  const rules = join(folder, 'routing-rules')
  const file = join(rules, '90-broken.yaml')
  writeFileSync(file, 'rules:\n  - name: half\n    colour: blue\n')
  const error = await refusal(env)
  expect(error).toBeInstanceOf(Exit)
  expect(error).toMatchObject({ status: EXIT.settings })
  expect(String(error)).toMatch(/90-broken\.yaml:3: .*colour: is not a key here/)
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed')
  rmSync(file)
  const mended = await served(env)
  expect(await readySays(mended)).toMatchObject({ http: 200, rules: true })
  await mended.stop()

  rmSync(rules, { recursive: true })
  const other = join(folder, 'other')
  const missing = await refusal({ ...env, DATABASE_PATH: join(other, 'firstline.sqlite') })
  expect(String(missing)).toBe(`Exit: ROUTING_DIR: ${rules} is no folder`)
  expect((await served(env)).url).toContain(`:${port}/`)
})

test.for([
  ['broken', (rules: string) => writeFileSync(join(rules, '90-broken.yaml'), 'rules: [{ name: half')],
  ['not there', (rules: string) => rmSync(rules, { recursive: true })],
] as const)('with rules that are %s it starts on the last good ones, degraded', async ([, spoil]) => {
  const { env, folder } = aPlace()
  await (await served(env)).stop()
  spoil(join(folder, 'routing-rules'))
  const service = await served(env)
  expect(await readySays(service)).toEqual({ http: 200, status: 'degraded', rules: false })
  expect(service.log()).toContain('rulebook.last-good')
  expect((await service.ask('/forms/upload-trouble')).status).toBe(200)
  cpSync('routing-rules', join(folder, 'routing-rules'), { recursive: true })
  rmSync(join(folder, 'routing-rules', '90-broken.yaml'), { force: true })
  await vi.waitFor(async () => expect(await readySays(service)).toMatchObject({ rules: true }), SOON)
})

/** The unit that a general question goes to. */
async function unitOfQuestion(service: Served): Promise<string> {
  const sent = await service.ask('/api/v1/submissions', QUESTION)
  const { conversation_url } = (await sent.json()) as { conversation_url: string }
  const token = conversation_url.split('/').at(-1)
  const conversation = await service.ask(`/api/v1/conversations/${token}`)
  return ((await conversation.json()) as { unit: string }).unit
}

test('a rules file that changes under a running service decides within two polls, a broken one is told', async () => {
  const { env, folder } = aPlace({ POLL_SECONDS: '2' })
  const service = await served(env)
  expect(await unitOfQuestion(service)).toBe('First Line support')
  const file = join(folder, 'routing-rules', '00-new.yaml')
  writeFileSync(file, NEW_RULE)
  await vi.waitFor(async () => expect(service.log()).toContain('rulebook.changed'), SOON)
  expect(await unitOfQuestion(service)).toBe('Catalogue')
  expect(await readySays(service)).toMatchObject({ rules: true })
  writeFileSync(file, 'rules: [{ name: half')
  await vi.waitFor(async () => expect(await readySays(service)).toMatchObject({ rules: false }), SOON)
  expect(await unitOfQuestion(service)).toBe('Catalogue')
})

test('a sandbox that listens on IPv6 alone reaches its own Zammad', async () => {
  const service = await served(aPlace({ HOST: '::1' }).env)
  await vi.waitFor(async () => {
    const { checks } = (await (await service.ask('/readyz')).json()) as {
      checks: { name: string; ok: boolean }[]
    }
    expect(checks.filter(({ name, ok }) => ok && (name === 'zammad' || name === 'bot'))).toHaveLength(2)
  }, 10_000)
  expect(service.log()).not.toMatch(/"level":(40|50)/)
})

test('a real set-up names all that is missing, and makes no database', async () => {
  const { env } = aPlace({ HOST: '0.0.0.0' })
  for (const orSandbox of [true, false]) {
    const error = await refusal(env, orSandbox)
    expect(error).toBeInstanceOf(ConfigError)
    expect(String(error)).toMatch(/SECRET.*ZAMMAD_URL.*ZAMMAD_TOKEN.*SMTP_URL.*MAIL_FROM/s)
  }
  expect(existsSync(env['DATABASE_PATH'] ?? '')).toBe(false)
})

test('serve alone brings no sandbox', async () => {
  expect(await refusal(aPlace().env, false)).toBeInstanceOf(ConfigError)
})

test.for([
  ['is a folder', (path: string) => mkdirSync(path, { recursive: true })],
  ['is no database', (path: string) => writeFileSync(path, 'x'.repeat(5000))],
  ['lies in a file', (path: string) => rmSync(join(path, '..'), { recursive: true })],
] as const)('a DATABASE_PATH that %s is told in a sentence', async ([why, spoil]) => {
  const { env, folder } = aPlace()
  const path = env['DATABASE_PATH'] ?? ''
  mkdirSync(join(folder, 'data'))
  spoil(path)
  if (why === 'lies in a file') writeFileSync(join(folder, 'data'), '')
  const error = await refusal(env)
  expect(error).toMatchObject({ status: EXIT.settings })
  expect(String(error)).toMatch(/^Exit: DATABASE_PATH: .* cannot be used: /)
})

test('a start that fails leaves port and database free', async () => {
  const { env, folder } = aPlace()
  const port = await freePort()
  await (await served(env)).stop()
  const real = { ...env, ...REAL_SETTINGS, PORT: String(port) }
  expect(await refusal(real)).toBeInstanceOf(Exit)
  const again = await served({ ...env, PORT: String(port) })
  expect((await again.ask('/')).status).toBe(200)
  expect(existsSync(join(folder, 'data', 'firstline.sqlite.lock'))).toBe(true)
})

test('a sandbox comes back with its mails and its links', async () => {
  const { env } = aPlace()
  const first = await served(env)
  const sent = await first.ask('/api/v1/submissions', QUESTION)
  expect(sent.status).toBe(201)
  const { conversation_url } = (await sent.json()) as { conversation_url: string }
  await vi.waitFor(async () => {
    expect(await (await first.ask('/sandbox/mail.json')).json()).toHaveLength(1)
  }, 10_000)
  const mails: unknown = await (await first.ask('/sandbox/mail.json')).json()
  await first.stop()
  const second = await served(env)
  expect(await (await second.ask('/sandbox/mail.json')).json()).toEqual(mails)
  expect((await second.ask(new URL(conversation_url).pathname)).status).toBe(200)
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** Asks until somebody listens: the second service opens its port before it has its database. */
async function untilAnswering(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null)
    if (answer) return
  }
}
