import { expect, test } from 'vitest'
import { aTicket, hookUp, openSandbox } from '../fixtures/zammad/sandbox.ts'

test('of each webhook as many copies set out as chance has it, each when it is due', async () => {
  const fates = [[], [40_000, 10_000], [20_000]]
  const heard: [unknown, number][] = []
  const sandbox = openSandbox({
    hookDelaysMs: () => fates.shift() ?? [],
    deliver: async (request) => {
      heard.push([(await request.json()).ticket, (sandbox.now() - start) / 1000])
      return new Response(null, { status: 202 })
    },
  })
  await hookUp(sandbox)
  const start = sandbox.now()
  for (const title of ['lost', 'twice', 'late']) {
    await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket({ title }))
  }
  await sandbox.work(120)
  expect(heard).toEqual([
    [3, 10],
    [4, 20],
    [3, 40],
  ])
})

test('two webhooks that are due in one round arrive in the order of their time', async () => {
  const fates = [[30_000], [10_000]]
  const sandbox = openSandbox({ hookDelaysMs: () => fates.shift() ?? [] })
  await hookUp(sandbox)
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  await sandbox.pass(60_000)
  await sandbox.zammad.runDueJobs()
  const tickets = await Promise.all(sandbox.hooks.map(async (hook) => (await hook.json()).ticket))
  expect(tickets).toEqual([3, 2])
})

test('a fault may befall one request and spare the next', async () => {
  const sandbox = openSandbox()
  sandbox.zammad.setFault(({ method }) => (method === 'POST' ? 'lost-answer' : 'up'))
  const create = sandbox.request('POST', '/tickets', 'sandbox-bot', aTicket())
  await expect(sandbox.zammad.fetch(create)).rejects.toThrow(TypeError)
  const list = await sandbox.zammad.fetch(sandbox.request('GET', '/tickets', 'sandbox-bot'))
  expect(await list.json()).toHaveLength(2)
})
