import { expect, test } from 'vitest'
import { aTicket, openSandbox, PUBLIC_URL } from '../fixtures/zammad/sandbox.ts'

test('the sandbox opens with its seven groups, one of which has a mail address', async () => {
  const { body } = await openSandbox().call('sandbox-bot', 'GET', '/groups')
  const groups = body.map((group: { name: string; email_address_id: number | null }) => [
    group.name,
    group.email_address_id !== null,
  ])
  expect(groups).toEqual([
    ['Users', false],
    ['First Line support', false],
    ['Catalogue', false],
    ['Reference nodes', false],
    ['Technical support', true],
    ['Federated search', false],
    ['Dashboard', false],
  ])
})

test.for([
  ['sandbox-bot', 'Agent'],
  ['sandbox-agent', 'Agent'],
  ['sandbox-admin', 'Admin'],
] as const)('the token %s belongs to an account with every group', async ([token, role]) => {
  const { body } = await openSandbox().call(token, 'GET', '/users/me?expand=true')
  expect(body.roles).toContain(role)
  expect(Object.values(body.groups)).toEqual(Array.from({ length: 7 }, () => ['full']))
})

test('its own counter goes on after the welcome ticket, and own numbers do not move it', async () => {
  const sandbox = openSandbox()
  const number = async (more: object): Promise<string> =>
    (await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket(more))).body.number
  const welcome = await sandbox.call('sandbox-bot', 'GET', '/tickets/1')
  expect(welcome.body).toMatchObject({ number: '78001', title: 'Welcome to Zammad!' })
  expect(await number({})).toBe('78002')
  expect(await number({ number: '780123456789' })).toBe('780123456789')
  expect(await number({})).toBe('78003')
})

test('its own counter steps over a number that somebody else has taken', async () => {
  const sandbox = openSandbox()
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket({ number: '78002' }))
  const next = await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  expect(next.body.number).toBe('78003')
})

test('of any number of creates with one number at once exactly one succeeds', async () => {
  const sandbox = openSandbox()
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  const creates = Array.from({ length: 20 }, () =>
    sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket({ number: '7812345678' })),
  )
  const answers = await Promise.all(creates)
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  const refused = answers.filter(({ status }) => status === 422)
  expect(refused).toHaveLength(19)
  for (const { body } of refused) expect(body.error).toMatch(/^Error ID .{8}: Please contact/)
})

test('creates that race for one new customer make him once; the others are refused', async () => {
  const sandbox = openSandbox()
  const create = () => sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  const answers = await Promise.all([create(), create(), create(), create(), create()])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422])
  const people = await sandbox.call('sandbox-bot', 'GET', '/users/search?query=ann.lee%40example.org')
  expect(people.body).toHaveLength(1)
  expect((await create()).status).toBe(201)
})

test('creates race as long as one of them takes', async () => {
  const sandbox = openSandbox({ createMs: 250 })
  const create = () => sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  const first = create()
  await sandbox.pass(100)
  const second = create()
  await sandbox.pass(150)
  expect((await first).status).toBe(201)
  await sandbox.pass(100)
  expect((await second).status).toBe(422)
  const third = create()
  await sandbox.pass(250)
  expect((await third).status).toBe(201)
})

test('a create that is refused leaves nothing behind', async () => {
  const sandbox = openSandbox()
  const before = JSON.parse(sandbox.zammad.snapshot()).tables
  const attachments = [{ filename: 'a', 'mime-type': 'text/plain', data: '***' }]
  const refused = await sandbox.call(
    'sandbox-bot',
    'POST',
    '/tickets',
    aTicket({ tags: 'x' }, { attachments }),
  )
  expect(refused.status).toBe(422)
  const after = JSON.parse(sandbox.zammad.snapshot()).tables
  for (const table of ['tickets', 'articles', 'users', 'files', 'history', 'jobs'])
    expect(after[table]).toEqual(before[table])
})

test('a sandbox that starts from a snapshot goes on where the other one stopped', async () => {
  const first = openSandbox()
  const attachments = [{ filename: 'a.txt', 'mime-type': 'text/plain', data: btoa('hello') }]
  const opened = await first.call(
    'sandbox-bot',
    'POST',
    '/tickets',
    aTicket({ tags: 'lamp' }, { attachments }),
  )
  const second = openSandbox({ state: first.zammad.snapshot() })
  const path = `/tickets/${opened.body.id}?all=true`
  expect(await second.call('sandbox-bot', 'GET', path)).toEqual(await first.call('sandbox-bot', 'GET', path))
  const [articleId] = opened.body.article_ids
  const file = await second.zammad.direct(
    second.request('GET', `/ticket_attachment/${opened.body.id}/${articleId}/1`, 'sandbox-bot'),
  )
  expect(await file.text()).toBe('hello')
  const next = await second.call('sandbox-bot', 'POST', '/tickets', aTicket())
  expect(next.body).toMatchObject({ id: opened.body.id + 1, number: '78003' })
})

test('what is no snapshot is refused', () => {
  expect(() => openSandbox({ state: '{"tickets":[]}' })).toThrow('no snapshot')
})

test('every write is announced, and no read is', async () => {
  let changes = 0
  const sandbox = openSandbox({ onChange: () => (changes += 1) })
  await sandbox.call('sandbox-bot', 'GET', '/tickets')
  expect(changes).toBe(0)
  await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  expect(changes).toBe(1)
})

test('what lies beside its address is not its own', async () => {
  const { zammad } = openSandbox()
  for (const path of ['/sandbox/zammadness', '/api/v1/users/me', '/'])
    expect((await zammad.direct(new Request(new URL(path, PUBLIC_URL)))).status).toBe(404)
})

test("an agent's token neither deletes tickets nor reads webhooks and the version", async () => {
  const sandbox = openSandbox()
  const asked = async (method: string, path: string): Promise<number> =>
    (await sandbox.call('sandbox-bot', method, path)).status
  expect(await asked('DELETE', '/tickets/1')).toBe(403)
  expect(await asked('GET', '/webhooks')).toBe(403)
  expect(await asked('GET', '/version')).toBe(403)
})

test('a due time counts working hours in the zone of the calendar, over a night and a weekend', async () => {
  const sandbox = openSandbox()
  const day = { active: true, timeframes: [['09:00', '17:00']] }
  const closed = { active: false, timeframes: [] }
  const week = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: closed, sun: closed }
  const calendar = await sandbox.call('sandbox-admin', 'POST', '/calendars', {
    name: 'Office',
    timezone: 'Europe/Madrid',
    business_hours: week,
    public_holidays: { '2026-11-25': { active: true, summary: 'a holiday' } },
  })
  await sandbox.call('sandbox-admin', 'POST', '/slas', {
    name: 'Office hours',
    calendar_id: calendar.body.id,
    first_response_time: 40 * 60,
    condition: { 'ticket.title': { operator: 'contains', value: 'lamp' } },
  })
  const opened = await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  // Monday 10:00 in Madrid: 7 h, Tuesday 8, Wednesday closed, Thursday 8, Friday 8, Monday 8, one hour of Tuesday.
  expect(opened.body.first_response_escalation_at).toBe('2026-12-01T09:00:00.000Z')
})
