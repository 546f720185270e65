import { expect, test, vi } from 'vitest'
import { aPlace, type Served, served } from './serving.ts'

const SOON = { timeout: 20_000 }

const asking = (token: string) => ({
  Authorization: `Token token=${token}`,
  'Content-Type': 'application/json',
})

const open = (service: Served, title: string) =>
  service.ask('/sandbox/zammad/api/v1/tickets', {
    method: 'POST',
    headers: asking('sandbox-agent'),
    body: JSON.stringify({
      title,
      group: 'Catalogue',
      customer: 'nicole.braun@zammad.org',
      article: { type: 'phone', sender: 'Customer', body: 'A call' },
    }),
  })

/** How the webhooks of the sandbox were answered, newest first. */
async function answered(service: Served): Promise<readonly { url: string; status: string }[]> {
  const log = await service.ask('/sandbox/zammad/api/v1/http_logs/webhook', {
    headers: asking('sandbox-admin'),
  })
  return (await log.json()) as { url: string; status: string }[]
}

test('the sandbox of npm start tells the service of tickets, also after a start on another port', async () => {
  const { env } = aPlace()
  for (const start of ['first', 'anew']) {
    const service = await served(env)
    expect((await open(service, start)).status).toBe(201)
    const [hook] = await vi.waitFor(async () => {
      const hooks = (await answered(service)).filter(({ url }) => url.startsWith(service.url))
      expect(hooks).not.toEqual([])
      return hooks
    }, SOON)
    expect(hook).toMatchObject({ url: `${service.url}hooks/zammad`, status: '202' })
    await service.stop()
    expect(service.log()).not.toContain('hook.refused')
  }
})
