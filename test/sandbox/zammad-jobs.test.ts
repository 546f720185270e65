import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { aTicket, hookUp, openSandbox } from '../fixtures/zammad/sandbox.ts'

test('a receiver that fails hears of an event five times, at 0, 12, 33, 65 and 105 s, then never again', async () => {
  const heard: { at: number; delivery: string | null }[] = []
  const sandbox = openSandbox({
    deliver: (request) => {
      heard.push({ at: sandbox.now(), delivery: request.headers.get('x-zammad-delivery') })
      return Promise.resolve(new Response(null, { status: 500 }))
    },
  })
  await hookUp(sandbox)
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  const start = sandbox.now()
  await sandbox.work(600)
  expect(heard.map(({ at }) => (at - start) / 1000)).toEqual([0, 12, 33, 65, 105])
  expect(new Set(heard.map(({ delivery }) => delivery)).size).toBe(1)
})

test('a receiver that cannot be reached is tried like one that fails', async () => {
  let tries = 0
  const sandbox = openSandbox({
    deliver: () => {
      tries += 1
      return tries < 3 ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve(new Response(null))
    },
  })
  await hookUp(sandbox)
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  await sandbox.work(300)
  expect(tries).toBe(3)
})

test('the signature is over the bytes that were sent', async () => {
  const sandbox = openSandbox()
  await hookUp(sandbox, 'a secret')
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  await sandbox.zammad.runDueJobs()
  const [hook] = sandbox.hooks
  const raw = await hook?.text()
  expect(raw).toMatch(/^\{"ticket":\d+,"article":\d+\}$/)
  const signature = createHmac('sha1', 'a secret').update(String(raw)).digest('hex')
  expect(hook?.headers.get('x-hub-signature')).toBe(`sha1=${signature}`)
})

test('dropped hooks never arrive, not even after the receiver is back', async () => {
  const sandbox = openSandbox()
  await hookUp(sandbox)
  sandbox.zammad.setHooks('dropped')
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  await sandbox.work(10)
  sandbox.zammad.setHooks('up')
  await sandbox.work(200)
  expect(sandbox.hooks).toHaveLength(0)
})

test('two rounds at once make no delivery twice', async () => {
  const sandbox = openSandbox()
  await hookUp(sandbox)
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  await Promise.all([sandbox.zammad.runDueJobs(), sandbox.zammad.runDueJobs()])
  expect(sandbox.hooks).toHaveLength(1)
})

test.for([
  [
    'visitors who decline it get no automatic reply',
    'Technical support',
    { 'send-auto-response': false },
    [],
  ],
  ['a group without an address sends none', 'Catalogue', {}, []],
  ['a new ticket elsewhere is answered by itself', 'Technical support', {}, ['ann.lee@example.org']],
] as const)('%s', async ([, group, preferences, recipients]) => {
  const sandbox = openSandbox()
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket({ group }, { preferences }))
  await sandbox.zammad.runDueJobs()
  expect(sandbox.mails.flatMap((mail) => mail.to)).toEqual(recipients)
})

async function mailByAgent(
  sandbox: ReturnType<typeof openSandbox>,
): Promise<{ ticket: number; article: number }> {
  const opened = await sandbox.call(
    'sandbox-bot',
    'POST',
    '/tickets',
    aTicket({ group: 'Technical support' }),
  )
  const mail = { type: 'email', to: 'ann.lee@example.org', subject: 'Your lamp', body: '<p>Fixed.</p>' }
  const article = { ticket_id: opened.body.id, content_type: 'text/html', ...mail }
  const written = await sandbox.call('sandbox-agent', 'POST', '/ticket_articles', article)
  return { ticket: opened.body.id, article: written.body.id }
}

test("an agent's mail leaves under the group's address and is marked as delivered", async () => {
  const sandbox = openSandbox()
  const { article } = await mailByAgent(sandbox)
  await sandbox.zammad.runDueJobs()
  expect(sandbox.mails).toMatchObject([
    {
      from: 'Anna Agent via Technical support <tech@helpdesk.example>',
      to: ['ann.lee@example.org'],
      subject: 'Your lamp [Ticket#78002]',
      text: 'Fixed.',
    },
  ])
  const { body } = await sandbox.call('sandbox-bot', 'GET', `/ticket_articles/${article}`)
  expect(body.preferences).toMatchObject({ delivery_status: 'success', delivery_retry: 1 })
})

test('a mail that cannot be delivered is tried four times; then staff find a note and the ticket open', async () => {
  let tries = 0
  const sandbox = openSandbox({
    send: () => {
      tries += 1
      return Promise.reject(new Error('550 no such user'))
    },
  })
  const { ticket, article } = await mailByAgent(sandbox)
  await sandbox.call('sandbox-agent', 'PUT', `/tickets/${ticket}`, { state: 'closed' })
  await sandbox.work(20)
  const first = await sandbox.call('sandbox-bot', 'GET', `/ticket_articles/${article}`)
  expect(first.body.preferences).toMatchObject({ delivery_status: 'fail', delivery_retry: 1 })
  await sandbox.work(600)
  expect(tries).toBe(4)
  const articles = await sandbox.call('sandbox-bot', 'GET', `/ticket_articles/by_ticket/${ticket}`)
  expect(articles.body.at(-1)).toMatchObject({ sender: 'System', type: 'note', internal: true })
  const after = await sandbox.call('sandbox-bot', 'GET', `/tickets/${ticket}?expand=true`)
  expect(after.body.state).toBe('open')
})
