import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test'
import { expect, onTestFinished, test, vi } from 'vitest'
import { after, HOUR_MS } from '../../../src/clock.ts'
import { createHandler, type Env } from '../../../src/runtime/worker/handler.ts'
import { SANDBOX_TOKENS } from '../../../src/sandbox/sandbox.ts'
import { createSandboxZammad } from '../../../src/sandbox/zammad/zammad.ts'
import { aPdf, uploadTrouble } from '../../journeys/requests.ts'
import { createAgent } from '../../support/agent.ts'
import { mountZammad, ZAMMAD_URL } from '../../support/network.ts'
import { openBindings, openPostOffice } from '../../support/platform.worker.ts'
import { NOON, seeded } from '../../support/samples.ts'
import { createVisitor } from '../../support/visitor.ts'

const PUBLIC_URL = 'https://desk.example'

function turnClockTo(instant: Date): void {
  vi.useFakeTimers({ toFake: ['Date'], now: instant })
  onTestFinished(() => void vi.useRealTimers())
}

function openZammad() {
  const zammad = createSandboxZammad({
    profile: '6.6',
    clock: () => NOON,
    random: seeded(2),
    wait: async () => undefined,
    publicUrl: ZAMMAD_URL,
    send: async () => undefined,
    deliver: async () => new Response(null, { status: 202 }),
  })
  mountZammad(zammad.fetch)
  const agent = createAgent(ZAMMAD_URL, zammad.direct)
  const titles = async () => (await agent.tickets()).map(({ title }) => title)
  return { ...zammad, titles }
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
  return { env, ask, cron, zammad, postOffice, visitor: createVisitor(PUBLIC_URL, ask) }
}

test('a form sent to the Worker becomes a ticket and a mail without any cron', async () => {
  const { visitor, zammad, postOffice } = await deploy()
  await visitor.opens('/')
  const sent = await visitor.sends({ ...uploadTrouble(), files: [aPdf()] })
  expect(sent.status).toBe(303)
  expect(await zammad.titles()).toEqual(['Welcome to Zammad!', 'Upload: UPV, Valencia'])
  expect((await visitor.opens(sent.page.address)).text).toContain('With First Line support')
  const [mail, ...others] = await postOffice.mails()
  expect(others).toEqual([])
  expect(mail?.text).toContain(sent.page.address.replace(/\?.*/, ''))
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
