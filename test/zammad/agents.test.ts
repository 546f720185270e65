import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openSandbox } from '../fixtures/zammad/sandbox.ts'
import { accountAnswers, answering, deskOfTest, told, VERSIONS, ZAMMAD, type Version } from './recorded.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const person = (id: number, change: object = {}) => ({
  id,
  active: true,
  roles: ['Agent'],
  role_ids: [2],
  group_ids: { 3: ['full'] },
  groups: { Catalogue: ['full'] },
  ...change,
})

const customer = (id: number) => person(id, { roles: ['Customer'], role_ids: [3], group_ids: {}, groups: {} })

/** A Zammad of these people, as one account of ticket.agent sees it. */
function serve(people: readonly object[], version: Version = '6.6'): unknown[] {
  const asked: unknown[] = []
  server.use(
    accountAnswers(version),
    answering('get', '/groups', told(version, 'groups')),
    answering('get', '/roles', told(version, 'roles')),
    http.post(`${ZAMMAD}/api/v1/users/search`, async ({ request }) => {
      const search = (await request.json()) as { page: number; per_page: number }
      asked.push(search)
      return HttpResponse.json(
        people.slice((search.page - 1) * search.per_page, search.page * search.per_page),
      )
    }),
  )
  return asked
}

test.for(VERSIONS)('Zammad %s: agents are told with what they may do in each group', async (version) => {
  serve([person(4), person(5, { groups: { Users: ['read', 'change'], Catalogue: 'read' } })], version)
  expect(await deskOfTest().agents()).toEqual([
    { id: 4, groups: new Map([['Catalogue', ['full']]]) },
    {
      id: 5,
      groups: new Map([
        ['Users', ['read', 'change']],
        ['Catalogue', ['read']],
      ]),
    },
  ])
})

test('customers and people who have left are no agents, even where Zammad ignores the filter', async () => {
  const without = { group_ids: {}, groups: {} }
  serve([
    customer(2),
    person(3, { active: false }),
    person(4, without),
    person(5, { roles: ['Expert'], role_ids: [9] }),
    person(6, { roles: ['Expert'], role_ids: [9], ...without }),
    person(7, { group_ids: [], groups: [] }),
  ])
  expect((await deskOfTest().agents()).map(({ id, groups }) => [id, groups.size])).toEqual([
    [4, 0],
    [5, 1],
    [7, 0],
  ])
})

test('what a role lets its people do is added to their own grants, where the token may read roles', async () => {
  serve([person(4, { groups: { Catalogue: ['read'] } }), person(5, { role_ids: [9] })])
  const roles = [
    { id: 2, name: 'Agent', active: true, group_ids: { 3: ['read', 'create'], 4: ['full'], 77: ['full'] } },
    { id: 9, name: 'Left', active: false, group_ids: { 1: ['full'] } },
  ]
  server.use(answering('get', '/roles', { status: 200, body: roles }))
  expect(await deskOfTest().agents()).toEqual([
    {
      id: 4,
      groups: new Map([
        ['Catalogue', ['read', 'create']],
        ['Technical support', ['full']],
      ]),
    },
    { id: 5, groups: new Map([['Catalogue', ['full']]]) },
  ])
})

test('where the token may not list roles, its own role is known', async () => {
  serve([person(4)], '6.2')
  const full = told('6.2', 'account-full').body as { assets: object }
  const Role = { 2: { id: 2, name: 'Agent', active: true, group_ids: { 1: ['read'] } } }
  server.use(
    http.get(`${ZAMMAD}/api/v1/users/me`, () =>
      HttpResponse.json({ ...full, assets: { ...full.assets, Role } }),
    ),
  )
  expect((await deskOfTest().agents())[0]?.groups).toEqual(
    new Map([
      ['Catalogue', ['full']],
      ['Users', ['read']],
    ]),
  )
})

test.for([0, 1, 99, 100, 101, 250])('%i agents are told over as many pages as it takes', async (count) => {
  const asked = serve(Array.from({ length: count }, (_, index) => person(index + 3)))
  expect((await deskOfTest().agents()).map(({ id }) => id)).toEqual(
    Array.from({ length: count }, (_, index) => index + 3),
  )
  expect(asked).toHaveLength(Math.floor(count / 100) + 1)
  expect(asked[0]).toMatchObject({
    query: '*',
    permissions: ['ticket.agent'],
    sort_by: 'id',
    order_by: 'asc',
  })
  expect(asked[0]).not.toHaveProperty('condition')
})

test('a Zammad that gives the same page for ever is not asked for ever', async () => {
  const people = Array.from({ length: 100 }, (_, index) => person(index + 3))
  serve([])
  server.use(answering('post', '/users/search', { status: 200, body: people }))
  expect(await deskOfTest().agents()).toHaveLength(100)
})

test.for(VERSIONS)('Zammad %s, recorded: the priorities in use', async (version) => {
  server.use(answering('get', '/ticket_priorities', told(version, 'priorities')))
  expect(await deskOfTest().priorities()).toEqual(['1 low', '2 normal', '3 high'])
})

test('a priority that was retired is not in use', async () => {
  const body = [
    { id: 1, name: '1 low', active: false },
    { id: 2, name: 'gemischt', active: true },
  ]
  server.use(answering('get', '/ticket_priorities', { status: 200, body }))
  expect(await deskOfTest().priorities()).toEqual(['gemischt'])
})

test.for([
  ['forbidden', told('6.2', 'create-forbidden-group'), 'refused'],
  ['another shape', { status: 200, body: [{ id: 'x' }] }, 'refused'],
  ['503', { status: 503, body: '' }, 'unavailable'],
] as const)('agents and priorities, %s', async ([, answer, code]) => {
  serve([])
  server.use(answering('post', '/users/search', answer), answering('get', '/ticket_priorities', answer))
  await expect(deskOfTest().agents()).rejects.toMatchObject({ code })
  await expect(deskOfTest().priorities()).rejects.toMatchObject({ code })
})

test.for(VERSIONS)('the sandbox as Zammad %s finds people by permission and by role', async (profile) => {
  const sandbox = openSandbox({ profile })
  const found = async (filter: object): Promise<string[]> => {
    const search = { query: '*', sort_by: 'id', order_by: 'asc', ...filter }
    const { body } = await sandbox.call('sandbox-bot', 'POST', '/users/search', search)
    return (body as { login: string }[]).map(({ login }) => login.replace(/@.*/u, ''))
  }
  expect(await found({ permissions: ['ticket.agent'] })).toEqual(['admin', 'agent', 'bot'])
  expect(await found({ permissions: 'ticket.customer' })).toEqual(['nicole.braun'])
  expect(await found({ role_ids: [1] })).toEqual(['admin'])
  expect(await found({ role_ids: ['1'], permissions: ['ticket.customer'] })).toEqual([
    'nicole.braun',
    'admin',
  ])
  expect(await found({})).toEqual(['nicole.braun', 'admin', 'agent', 'bot'])
})
