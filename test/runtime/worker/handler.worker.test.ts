import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { after, HOUR_MS, SECOND_MS } from '../../../src/clock.ts'
import { createHandler, type Env } from '../../../src/runtime/worker/handler.ts'
import { SANDBOX_TOKENS } from '../../../src/sandbox/sandbox.ts'
import { createSandboxZammad } from '../../../src/sandbox/zammad/zammad.ts'
import { hex } from '../../../src/secret.ts'
import { aPdf, uploadTrouble } from '../../journeys/requests.ts'
import { createAgent } from '../../support/agent.ts'
import { mountZammad, ZAMMAD_URL } from '../../support/network.ts'
import { openBindings, openPostOffice } from '../../support/platform.worker.ts'
import { NOON, seeded } from '../../support/samples.ts'
import { createVisitor } from '../../support/visitor.ts'

/** As Zammad signs it. */
async function hookRequest(ticket: number): Promise<Request> {
  const body = JSON.stringify({ ticket: String(ticket) })
  const bytes = (text: string) => new TextEncoder().encode(text)
  const algorithm = { name: 'HMAC', hash: 'SHA-1' }
  const key = await crypto.subtle.importKey('raw', bytes(HOOK_SECRET), algorithm, false, ['sign'])
  const signature = hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(body))))
  const headers = { 'Content-Type': 'application/json', 'X-Hub-Signature': `sha1=${signature}` }
  return new Request(`${PUBLIC_URL}/hooks/zammad`, { method: 'POST', headers, body })
}

const PUBLIC_URL = 'https://desk.example'
const Made = z.object({ id: z.number() })
const HOOK_SECRET = 'the-secret-of-the-hooks'

function turnClockTo(instant: Date): void {
  vi.useFakeTimers({ toFake: ['Date'], now: instant })
  onTestFinished(() => void vi.useRealTimers())
}

/** The call with which a round of the bot looks for tickets that were updated. */
const SEARCH = 'POST /api/v1/tickets/search'

function openZammad() {
  const zammad = createSandboxZammad({
    profile: '6.6',
    clock: () => new Date(),
    random: seeded(2),
    wait: async () => undefined,
    publicUrl: ZAMMAD_URL,
    send: async () => undefined,
    deliver: async () => new Response(null, { status: 202 }),
  })
  const calls: string[] = []
  const world = { meanwhile: async (_call: string): Promise<void> => undefined }
  mountZammad(async (request) => {
    const call = `${request.method} ${new URL(request.url).pathname}`
    calls.push(call)
    await world.meanwhile(call)
    return zammad.fetch(request)
  })
  const agent = createAgent(ZAMMAD_URL, zammad.direct)
  const titles = async () => (await agent.tickets()).map(({ title }) => title)
  const writes = async (title: string): Promise<number> => {
    const article = { type: 'web', sender: 'Customer', body: 'A question in her own words.' }
    const ticket = { title, group: 'First Line support', customer: 'nicole.braun@zammad.org', article }
    return Made.parse(await agent.calls('POST', '/tickets', ticket)).id
  }
  const searches = (): number => calls.filter((call) => call === SEARCH).length
  return { ...zammad, titles, writes, calls, searches, world }
}

/** A Worker as it is deployed, with its bindings; each answer is waited for with all that goes on after it. */
async function deploy() {
  turnClockTo(NOON)
  const zammad = openZammad()
  const postOffice = await openPostOffice()
  const env = {
    ...(await openBindings()),
    PUBLIC_URL,
    SECRET: 'a secret that is known to nobody but the tests',
    ZAMMAD_URL,
    ZAMMAD_TOKEN: SANDBOX_TOKENS.bot,
    ZAMMAD_WEBHOOK_SECRET: HOOK_SECRET,
    SMTP_URL: postOffice.smtpUrl,
    MAIL_FROM: 'no-reply@desk.example',
    LOG_LEVEL: 'silent',
  }
  const { fetch, scheduled } = createHandler()
  const ask = async (request: Request, settings: Env = env): Promise<Response> => {
    const context = createExecutionContext()
    const answer = await fetch(request, settings, context)
    await waitOnExecutionContext(context)
    return answer
  }
  const cron = async (): Promise<void> => {
    const context = createExecutionContext()
    await scheduled(createScheduledController(), env, context)
    await waitOnExecutionContext(context)
  }
  /** Zammad tells of a ticket; settles with the answer and all that goes on after it. */
  const hook = async (ticket: number): Promise<Response> => ask(await hookRequest(ticket))
  return { env, ask, hook, cron, zammad, postOffice, visitor: createVisitor(PUBLIC_URL, ask) }
}

test('a form sent to the Worker becomes a ticket and a mail at once, without another cron', async () => {
  const { visitor, cron, zammad, postOffice } = await deploy()
  await cron()
  await visitor.opens('/')
  const sent = await visitor.sends({ ...uploadTrouble(), files: [aPdf()] })
  expect(sent.status).toBe(303)
  expect(await zammad.titles()).toEqual(['Welcome to Zammad!', 'Upload: UPV, Valencia'])
  expect((await visitor.opens(sent.page.address)).text).toContain('With Reference nodes')
  const [mail, ...others] = await postOffice.mails()
  expect(others).toEqual([])
  expect(mail?.text).toContain(sent.page.address.replace(/\?.*/, ''))
})

test('a sent form has its jobs run, and is no occasion to look through Zammad', async () => {
  const { visitor, cron, zammad } = await deploy()
  await cron()
  const before = zammad.searches()
  expect(before).toBeGreaterThan(0)
  await visitor.sends(uploadTrouble())
  expect(zammad.searches()).toBe(before)
  expect(await zammad.titles()).toContain('Upload: UPV, Valencia')
})

test('a webhook is followed at once', async () => {
  const { hook, cron, zammad } = await deploy()
  await cron()
  const id = await zammad.writes('A question')
  const reads = () => zammad.calls.filter((call) => call === `GET /api/v1/tickets/${id}`).length
  expect(reads()).toBe(0)
  expect((await hook(id)).status).toBe(202)
  expect(reads()).toBeGreaterThan(0)
})

test('however many webhooks come during a round, one more round follows it', async () => {
  const { hook, cron, zammad } = await deploy()
  await cron()
  const before = zammad.searches()
  let later: Promise<Response>[] = []
  zammad.world.meanwhile = async (call) => {
    if (call !== SEARCH || later.length > 0) return
    later = Array.from({ length: 5 }, () => hook(1))
    await Promise.all(later)
  }
  await hook(1)
  expect(later).toHaveLength(5)
  expect(zammad.searches() - before).toBe(2)
})

test('a round that was cut off keeps later ones from beginning for half a minute at most', async () => {
  const { hook, cron, zammad } = await deploy()
  await cron()
  const before = zammad.searches()
  let goOn = (): void => undefined
  const reached = new Promise<void>((arrived) => {
    zammad.world.meanwhile = (call) =>
      call === SEARCH && zammad.searches() === before + 1
        ? new Promise((resolve) => {
            goOn = resolve
            arrived()
          })
        : Promise.resolve()
  })
  const cut = hook(1)
  await reached
  turnClockTo(after(NOON, 29 * SECOND_MS))
  await hook(1)
  expect(zammad.searches()).toBe(before + 1)
  turnClockTo(after(NOON, 30 * SECOND_MS))
  await hook(1)
  expect(zammad.searches()).toBeGreaterThan(before + 1)
  goOn()
  await cut
})

test('what could not be done when the form was sent is done by the cron', async () => {
  const { visitor, cron, zammad, postOffice } = await deploy()
  zammad.setFault('down')
  await postOffice.setFault('down')
  const sent = await visitor.sends(uploadTrouble())
  expect(sent.status).toBe(303)
  zammad.setFault('up')
  await postOffice.setFault('up')
  turnClockTo(after(NOON, HOUR_MS))
  await cron()
  expect(await zammad.titles()).toEqual(['Welcome to Zammad!', 'Upload: UPV, Valencia'])
  expect(await postOffice.mails()).toHaveLength(1)
})

test('without settings the Worker names all that are missing and no value, and serves once they are there', async () => {
  const { ask, env } = await deploy()
  const { DB, FILES } = env
  const log = vi.spyOn(console, 'log').mockReturnValue()
  onTestFinished(() => log.mockRestore())
  const refused = await ask(new Request(PUBLIC_URL), { DB, FILES, SECRET: 'too short to tell' } as Env)
  expect(refused.status).toBe(503)
  const text = await refused.text()
  for (const setting of ['PUBLIC_URL', 'SECRET', 'ZAMMAD_URL', 'ZAMMAD_TOKEN', 'SMTP_URL', 'MAIL_FROM']) {
    expect(text).toContain(setting)
    expect(JSON.stringify(log.mock.calls)).toContain(`${setting}: `)
  }
  expect(text + JSON.stringify(log.mock.calls)).not.toContain('too short to tell')
  expect((await ask(new Request(PUBLIC_URL))).status).toBe(200)
})

test('a database without tables is told as such, and is served as soon as it has them', async () => {
  const { ask, env } = await deploy()
  await env.DB.exec('alter table memory rename to elsewhere')
  const log = vi.spyOn(console, 'log').mockReturnValue()
  onTestFinished(() => log.mockRestore())
  const refused = await ask(new Request(PUBLIC_URL))
  expect(refused.status).toBe(503)
  expect(await refused.text()).toContain('cannot start')
  expect(log).toHaveBeenCalled()
  await env.DB.exec('alter table elsewhere rename to memory')
  expect((await ask(new Request(PUBLIC_URL))).status).toBe(200)
})
