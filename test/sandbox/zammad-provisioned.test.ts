import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { aTicket, openSandbox } from '../fixtures/zammad/sandbox.ts'

const webhook = { endpoint: 'http://127.0.0.1:8787/hooks/zammad', secret: 'hook-secret' }

const provisioned = async (sandbox: ReturnType<typeof openSandbox>, path: '/webhooks' | '/triggers') =>
  (await sandbox.call('sandbox-admin', 'GET', path)).body.filter(({ name }: { name: string }) =>
    /firstline/i.test(name),
  )

test.for([
  ['6.2', '{"ticket":"2"}'],
  ['6.6', '{"ticket":2}'],
] as const)(
  'a provisioned sandbox %s tells of every change, by a signed id alone',
  async ([profile, body]) => {
    const sandbox = openSandbox({ profile, webhook })
    await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
    await sandbox.call('sandbox-agent', 'PUT', '/tickets/2', { group: 'Dashboard' })
    await sandbox.call('sandbox-agent', 'POST', '/ticket_articles', {
      ticket_id: 2,
      body: 'Soon.',
      internal: true,
    })
    await sandbox.zammad.runDueJobs()
    const signature = `sha1=${createHmac('sha1', webhook.secret).update(body).digest('hex')}`
    const heard = sandbox.hooks.map(async (hook) => [
      hook.url,
      await hook.text(),
      hook.headers.get('x-hub-signature'),
    ])
    expect(await Promise.all(heard)).toEqual(
      Array.from({ length: 3 }, () => [webhook.endpoint, body, signature]),
    )
  },
)

test('a sandbox that opens anew keeps what staff changed, and tells at the present address', async () => {
  const first = openSandbox({ webhook })
  const [{ id }] = await provisioned(first, '/triggers')
  await first.call('sandbox-admin', 'PUT', `/triggers/${id}`, { active: false })
  const moved = { endpoint: 'http://127.0.0.1:9000/desk/hooks/zammad', secret: 'another-secret' }
  const next = openSandbox({ webhook: moved, state: first.zammad.snapshot() })
  expect(await provisioned(next, '/webhooks')).toMatchObject([
    { endpoint: moved.endpoint, signature_token: moved.secret },
  ])
  expect(await provisioned(next, '/triggers')).toMatchObject([{ id, active: false }])
  await next.call('sandbox-bot', 'POST', '/tickets', aTicket())
  await next.zammad.runDueJobs()
  expect(next.hooks).toEqual([])
})

test('a sandbox that nobody provisioned calls nobody', async () => {
  const sandbox = openSandbox()
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  await sandbox.zammad.runDueJobs()
  expect(sandbox.hooks).toEqual([])
})
