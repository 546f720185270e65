import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import {
  accountAnswers,
  answering,
  aTicket,
  deskOfTest,
  stateAnswers,
  ticketRow,
  told,
  TOKEN,
  VERSIONS,
  ZAMMAD,
  type Situation,
  type Told,
} from './recorded.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => server.use(stateAnswers()))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const BOT_ON_62 = told('6.2', 'account-expanded')
const TOKEN_REFUSED = told('6.2', 'token-unknown')

/** What a call came to: its result, or the code of its failure. */
const followUp = { to: 'same-ticket' }

const outcomeOf = (call: Promise<{ outcome: string } | { seen: string }>): Promise<string> =>
  call.then(
    (result) => ('outcome' in result ? result.outcome : result.seen),
    (error: unknown) => {
      if (error instanceof Failure) return error.code
      throw error
    },
  )

const matrix = VERSIONS.flatMap((version) =>
  (
    [
      ['create-no-group', 'group'],
      ['create-unknown-group', 'group'],
      ['create-forbidden-group', 'group'],
      ['create-inactive-group', 'group'],
      ['create-no-title', 'masked'],
      ['create-number-taken', 'masked'],
      ['create-customer-race', 'masked'],
      ['create-no-body', 'refused'],
      ['create-unknown-priority', 'refused'],
      ['create-bad-address', 'refused'],
      ['create-bad-base64', 'refused'],
      ['create-tags-array', 'uncertain'],
      ['token-unknown', 'misconfigured'],
      ['token-without-right', 'misconfigured'],
    ] as const
  ).map(([situation, outcome]) => [version, situation, outcome] as const),
)

test.for(matrix)('Zammad %s, recorded "%s": a create is %s', async ([version, situation, outcome]) => {
  server.use(answering('post', '/tickets', told(version, situation)), accountAnswers(version))
  expect(await outcomeOf(deskOfTest().open(aTicket()))).toBe(outcome)
})

const error = (text: string) => ({ error: text, error_human: text })
const HTML = '<html><body>Sign in</body></html>'

const CREATES: readonly (readonly [name: string, answer: Told, account: Told, outcome: string])[] = [
  [
    '6.6 words for a masked text',
    { status: 422, body: error('This object already exists.') },
    BOT_ON_62,
    'masked',
  ],
  [
    '7.x names the group openly',
    { status: 422, body: error("Invalid value '5' for field 'group_id'!") },
    BOT_ON_62,
    'group',
  ],
  ['a 422 without JSON', { status: 422, body: HTML }, BOT_ON_62, 'refused'],
  [
    '403, and the token is refused',
    { status: 403, body: error('Not authorized') },
    TOKEN_REFUSED,
    'misconfigured',
  ],
  [
    '403, and the account is forbidden',
    { status: 403, body: error('API token access disabled!') },
    told('6.2', 'no-credentials'),
    'misconfigured',
  ],
  [
    '403, and the account cannot be asked',
    { status: 403, body: error('Not authorized') },
    { status: 502, body: HTML },
    'unavailable',
  ],
  ['403 of maintenance', { status: 403, body: error('Maintenance mode enabled!') }, BOT_ON_62, 'unavailable'],
  ['404 by a mention on 6.6', told('6.6', 'create-mention'), BOT_ON_62, 'refused'],
  [
    '404 of an address that is no Zammad',
    { status: 404, body: HTML },
    { status: 404, body: HTML },
    'misconfigured',
  ],
  ['400', { status: 400, body: HTML }, BOT_ON_62, 'refused'],
  ['408', { status: 408, body: HTML }, BOT_ON_62, 'uncertain'],
  ['413 of a proxy', { status: 413, body: HTML }, BOT_ON_62, 'refused'],
  ['429', { status: 429, body: 'Retry later' }, BOT_ON_62, 'unavailable'],
  [
    '500',
    { status: 500, body: error('Error ID x: Please contact your administrator.') },
    BOT_ON_62,
    'uncertain',
  ],
  ['502', { status: 502, body: HTML }, BOT_ON_62, 'uncertain'],
  ['503', { status: 503, body: HTML }, BOT_ON_62, 'uncertain'],
  ['504', { status: 504, body: HTML }, BOT_ON_62, 'uncertain'],
  ['success in HTML', { status: 200, body: HTML }, BOT_ON_62, 'uncertain'],
  ['success without a body', { status: 201, body: '' }, BOT_ON_62, 'uncertain'],
  ['success of an unknown shape', { status: 201, body: { ok: true } }, BOT_ON_62, 'uncertain'],
]

test.for(CREATES)('%s: a create is %$', async ([, answer, account, outcome]) => {
  server.use(answering('post', '/tickets', answer), answering('get', '/users/me', account))
  expect(await outcomeOf(deskOfTest().open(aTicket()))).toBe(outcome)
})

test.for(VERSIONS)('Zammad %s: a created ticket is told with group and state', async (version) => {
  server.use(
    answering('post', '/tickets', told(version, 'created')),
    answering('get', '/tickets/2', told(version, 'ticket-expanded')),
  )
  expect(await deskOfTest().open(aTicket())).toMatchObject({
    outcome: 'opened',
    ticket: {
      id: 2,
      number: version === '6.2' ? '78002' : '39002',
      title: 'Broken lamp',
      group: 'Catalogue',
      groupId: 3,
      state: 'new',
      closed: false,
      priority: '2 normal',
      ownerId: null,
      customerId: 6,
      firstArticleType: 'web',
      mark: null,
    },
  })
})

test('a created ticket whose answer tells the names is not read again', async () => {
  server.use(answering('post', '/tickets', { ...told('6.6', 'ticket-expanded'), status: 201 }))
  expect(await outcomeOf(deskOfTest().open(aTicket()))).toBe('opened')
})

test.for([
  ['fails', { status: 500, body: HTML }],
  ['is out of sight', told('6.2', 'create-forbidden-group')],
  ['has an unknown shape', { status: 200, body: {} }],
] as const)(
  'a ticket that was opened stays so: reading it %s, so the create is uncertain',
  async ([, answer]) => {
    server.use(
      answering('post', '/tickets', told('6.2', 'created')),
      answering('get', '/tickets/2', answer),
      accountAnswers('6.2'),
    )
    expect(await outcomeOf(deskOfTest().open(aTicket()))).toBe('uncertain')
  },
)

test.for([
  ['title', { title: ' \n' }],
  ['body', { body: '\0' }],
  ['address', { customer: { name: 'Ann', email: '' } }],
  ['group', { group: '' }],
  ['Message-ID', { messageId: '' }],
] as const)('a ticket without %s is refused before Zammad sees it', async ([lacking, change]) => {
  expect(await deskOfTest().open(aTicket(change))).toEqual({
    outcome: 'refused',
    reason: `the ticket has no ${lacking}`,
  })
})

test.for([
  ['address', 'create-bad-address', 'not an address'],
  ['word', 'create-unknown-priority', 'urgent'],
  ['group', 'create-unknown-group', 'Nobody Here'],
] as const)('a reason does not repeat the %s that was sent', async ([, situation, echo]) => {
  server.use(answering('post', '/tickets', told('6.2', situation)))
  const opening = await deskOfTest().open(aTicket())
  expect(opening).toHaveProperty('reason')
  expect(JSON.stringify(opening)).not.toContain(echo)
})

const SIGHTS: readonly (readonly [name: string, answer: Told, account: Told, seen: string])[] = [
  ['a ticket', told('6.6', 'ticket-expanded'), BOT_ON_62, 'ticket'],
  ['403 while the account is fine', told('6.2', 'create-forbidden-group'), BOT_ON_62, 'out-of-sight'],
  ['403 for a lacking right', told('6.6', 'token-without-right'), BOT_ON_62, 'misconfigured'],
  ['403 while the account is refused', told('6.2', 'create-forbidden-group'), TOKEN_REFUSED, 'misconfigured'],
  ['404 while the account is fine', told('6.2', 'ticket-unknown'), BOT_ON_62, 'gone'],
  [
    '404 of an address that is no Zammad',
    { status: 404, body: HTML },
    { status: 404, body: HTML },
    'misconfigured',
  ],
  ['401', TOKEN_REFUSED, BOT_ON_62, 'misconfigured'],
  ['422', told('6.2', 'search-unknown-column'), BOT_ON_62, 'refused'],
  ['429', { status: 429, body: 'Retry later' }, BOT_ON_62, 'unavailable'],
  ['500', { status: 500, body: HTML }, BOT_ON_62, 'unavailable'],
  ['success in HTML', { status: 200, body: HTML }, BOT_ON_62, 'unavailable'],
  ['another shape', { status: 200, body: { id: 'two' } }, BOT_ON_62, 'refused'],
]

test.for(SIGHTS)('%s: a ticket that is read', async ([, answer, account, seen]) => {
  server.use(answering('get', '/tickets/2', answer), answering('get', '/users/me', account))
  expect(await outcomeOf(deskOfTest().read(2))).toBe(seen)
})

const CLOSE = '2026-11-20T10:00:00.000Z'
const LAST_CLOSE = '2026-11-21T10:00:00.000Z'

test.for<[string, object, object]>([
  ['new', {}, { stateType: 'new', closed: false, closedAt: null }],
  ['open', { state_id: 2 }, { stateType: 'open', closed: false }],
  ['pending reminder', { state_id: 3 }, { stateType: 'pending', closed: false }],
  ['pending close', { state_id: 6 }, { stateType: 'pending', closed: false }],
  ['of a name of their own', { state_id: 70, state: 'Solved' }, { stateType: 'closed', closed: true }],
  ['merged', { state_id: 5 }, { stateType: 'merged', closed: true, closedAt: null }],
  ['not listed', { state_id: 99 }, { stateType: 'open', closed: false }],
  [
    'closed twice',
    { state_id: 4, close_at: CLOSE, last_close_at: LAST_CLOSE },
    { stateType: 'closed', closed: true, closedAt: new Date(LAST_CLOSE) },
  ],
  ['closed once', { state_id: 4, close_at: CLOSE }, { closedAt: new Date(CLOSE) }],
])('a state that is %s is told by its type', async ([, change, expected]) => {
  const states = told('6.6', 'states').body as object[]
  const own = { ...states[3], id: 70, name: 'Solved', state_type_id: 5 }
  server.use(
    answering('get', '/ticket_states', { status: 200, body: [...states, own] }),
    answering('get', '/tickets/2', { status: 200, body: ticketRow(change) }),
  )
  expect(await deskOfTest().read(2)).toMatchObject({ ticket: expected })
})

test('a mark of ours is read, one of another shape is none', async () => {
  const row = told('6.6', 'ticket-expanded').body as object
  const mark = { instance: 'abc', submission: 's1' }
  for (const [preferences, expected] of [
    [{ firstline: mark, other: 1 }, mark],
    [{ firstline: { instance: 5 } }, null],
    [{}, null],
    [null, null],
  ]) {
    server.use(answering('get', '/tickets/2', { status: 200, body: { ...row, preferences } }))
    expect(await deskOfTest().read(2)).toMatchObject({ ticket: { mark: expected } })
  }
})

const searches: unknown[] = []
const searching = (answer: Told) =>
  http.post(`${ZAMMAD}/api/v1/tickets/search`, async ({ request }) => {
    searches.push(await request.json())
    return HttpResponse.json(answer.body, { status: answer.status })
  })

test.for(VERSIONS)('Zammad %s: a number finds its ticket, and nobody else', async (version) => {
  const number = version === '6.2' ? '78021' : '39019'
  server.use(searching(told(version, 'search-by-number')))
  expect(await deskOfTest().byNumber(number)).toMatchObject({ id: 36, number })
  expect(searches.at(-1)).toMatchObject({
    condition: { 'ticket.number': { operator: 'is', value: number } },
    expand: true,
  })
  server.use(searching(told(version, 'search-nobody')))
  expect(await deskOfTest().byNumber(number)).toBeNull()
})

test.for(VERSIONS)('Zammad %s: a look-up whose condition was ignored finds nothing', async (version) => {
  server.use(
    searching(told(version, 'search-broken')),
    http.get(`${ZAMMAD}/api/v1/ticket_articles/by_ticket/:id`, () =>
      HttpResponse.json(told(version, 'articles').body),
    ),
  )
  expect(await deskOfTest().byNumber('1')).toBeNull()
  expect(await deskOfTest().byMessageId('<nobody@forms.example>')).toBeNull()
})

test('a look-up without a value is never sent', async () => {
  await expect(deskOfTest().byNumber('')).rejects.toThrow('needs a value')
  await expect(deskOfTest().byMessageId(' ')).rejects.toThrow('needs a value')
})

test.for(VERSIONS)('Zammad %s: a Message-ID finds the ticket whose article has it', async (version) => {
  server.use(
    searching(told(version, 'search-by-number')),
    answering('get', '/ticket_articles/by_ticket/36', told(version, 'articles')),
  )
  expect(await deskOfTest().byMessageId('<fl-0001@forms.example>')).toMatchObject({ id: 36 })
  expect(await deskOfTest().byMessageId('<fl-0001@FORMS.example>')).toBeNull()
})

test('an article that a merge has moved is still found', async () => {
  server.use(
    answering('get', '/ticket_articles/by_ticket/2', { status: 200, body: [] }),
    searching(told('6.2', 'search-by-number')),
    answering('get', '/ticket_articles/by_ticket/36', told('6.2', 'articles')),
  )
  expect(await deskOfTest().hasArticle(2, '<fl-0001@forms.example>')).toBe(true)
})

test.for([
  ['gone', told('6.2', 'ticket-unknown')],
  ['out of sight', told('6.2', 'create-forbidden-group')],
] as const)('a ticket that is %s holds no article', async ([, answer]) => {
  server.use(
    answering('get', '/ticket_articles/by_ticket/2', answer),
    searching(told('6.2', 'search-nobody')),
    accountAnswers('6.2'),
  )
  expect(await deskOfTest().hasArticle(2, '<fl-0001@forms.example>')).toBe(false)
})

test('a note is internal, of sender System, and starts no automatic answer', async () => {
  let sent: unknown
  server.use(
    http.post(`${ZAMMAD}/api/v1/ticket_articles`, async ({ request }) => {
      sent = await request.json()
      return HttpResponse.json(told('6.6', 'system-note').body, { status: 201 })
    }),
  )
  await deskOfTest().note(70, { messageId: '<job-1@x>', body: 'Due\0 <a data-mention-user-id=3>' })
  expect(sent).toEqual({
    ticket_id: 70,
    type: 'note',
    sender: 'System',
    internal: true,
    content_type: 'text/plain',
    body: 'Due <a data\u200b-mention-user-id=3>',
    message_id: '<job-1@x>',
    preferences: { 'send-auto-response': false },
  })
})

test.for([
  ['ticket out of sight', told('6.2', 'create-forbidden-group'), 'refused'],
  ['ticket gone', told('6.2', 'ticket-unknown'), 'refused'],
  ['body refused', told('6.2', 'create-no-body'), 'refused'],
  ['token refused', TOKEN_REFUSED, 'misconfigured'],
  ['token without right', told('6.6', 'token-without-right'), 'misconfigured'],
  ['500', { status: 500, body: HTML }, 'uncertain'],
  ['429', { status: 429, body: 'Retry later' }, 'unavailable'],
] as const)('a note, %s', async ([, answer, code]) => {
  server.use(answering('post', '/ticket_articles', answer), accountAnswers('6.2'))
  await expect(deskOfTest().note(1, { messageId: '<j@x>', body: 'text' })).rejects.toMatchObject({ code })
})

test.for(VERSIONS)('Zammad %s: the account is told with its groups, and only its own', async (version) => {
  server.use(
    accountAnswers(version),
    answering('get', '/groups', told(version, 'groups')),
    answering('get', '/roles', told(version, 'roles')),
  )
  expect(await deskOfTest().account()).toEqual({
    id: 5,
    login: 'bot@desk.test',
    roles: ['Agent'],
    groups: [
      { name: 'Users', active: true, access: ['full'], hasAddress: false, followUp },
      { name: 'First Line support', active: true, access: ['full'], hasAddress: false, followUp },
      { name: 'Catalogue', active: true, access: ['full'], hasAddress: false, followUp },
      { name: 'Technical support', active: true, access: ['full'], hasAddress: version === '6.6', followUp },
    ],
  })
})

test.for([
  ['yes', null, { to: 'same-ticket' }],
  ['new_ticket', 5, { to: 'new-ticket' }],
  ['new_ticket_after_certain_time', 5, { to: 'either', days: 5 }],
  ['new_ticket_after_certain_time', null, { to: 'either', days: 0 }],
  ['something newer', null, { to: 'same-ticket' }],
] as const)(
  'a group where follow-ups are "%s" and %s days: %o',
  async ([follow_up_possible, reopen_time_in_days, expected]) => {
    const rows = told('6.6', 'groups').body as object[]
    const groups = rows.map((row) => ({ ...row, follow_up_possible, reopen_time_in_days }))
    server.use(
      accountAnswers('6.6'),
      answering('get', '/groups', { status: 200, body: groups }),
      answering('get', '/roles', told('6.6', 'roles')),
    )
    const account = await deskOfTest().account()
    expect(account.groups.map((group) => group.followUp)).toEqual(account.groups.map(() => expected))
  },
)

test('rights in a group may come from a role', async () => {
  const roles = [
    { id: 2, name: 'Agent', active: true, group_ids: { 3: ['change'], 5: 'read' } },
    { id: 9, name: 'Elsewhere', active: true, group_ids: { 1: ['full'] } },
    { id: 10, name: 'Retired', active: false, group_ids: { 2: ['full'] } },
  ]
  const me = {
    id: 5,
    login: 'bot',
    roles: ['Agent'],
    role_ids: [2, 10],
    group_ids: { 3: ['create', 'read'] },
  }
  server.use(
    http.get(`${ZAMMAD}/api/v1/users/me`, ({ request }) =>
      HttpResponse.json(request.url.includes('full') ? { id: 5, assets: {} } : me),
    ),
    answering('get', '/groups', told('6.6', 'groups')),
    answering('get', '/roles', { status: 200, body: roles }),
  )
  const { groups } = await deskOfTest().account()
  expect(groups).toMatchObject([
    { name: 'Catalogue', access: ['create', 'read', 'change'] },
    { name: 'No access', access: ['read'] },
  ])
})

test('access that is told by names alone is understood, and so is an empty map written as a list', async () => {
  const me = { id: 5, login: 'bot', roles: ['Agent'], group_ids: [], groups: { Catalogue: ['full'] } }
  server.use(
    http.get(`${ZAMMAD}/api/v1/users/me`, ({ request }) =>
      HttpResponse.json(request.url.includes('full') ? { id: 5, assets: {} } : me),
    ),
    answering('get', '/groups', told('6.6', 'groups')),
    answering('get', '/roles', told('6.2', 'roles')),
  )
  const { groups } = await deskOfTest().account()
  expect(groups).toEqual([{ name: 'Catalogue', active: true, access: ['full'], hasAddress: false, followUp }])
})

test.for([
  ['refused token', TOKEN_REFUSED, 'misconfigured'],
  ['forbidden', told('6.2', 'no-credentials'), 'misconfigured'],
  ['another shape', { status: 200, body: { id: 'x' } }, 'refused'],
  ['HTML', { status: 200, body: HTML }, 'unavailable'],
] as const)('the account: %s', async ([, answer, code]) => {
  server.use(answering('get', '/users/me', answer))
  await expect(deskOfTest().account()).rejects.toMatchObject({ code })
})

test('the newest tickets come newest first, over as many pages as it takes', async () => {
  const row = told('6.6', 'ticket-expanded').body as object
  const all = Array.from({ length: 250 }, (_, index) => ({
    ...row,
    id: 250 - index,
    number: String(250 - index),
    created_at: new Date(Date.UTC(2026, 0, 1, 0, 250 - index)).toISOString(),
  }))
  server.use(
    http.post(`${ZAMMAD}/api/v1/tickets/search`, async ({ request }) => {
      const { page, per_page: perPage } = (await request.json()) as { page: number; per_page: number }
      return HttpResponse.json(all.slice((page - 1) * perPage, page * perPage))
    }),
  )
  const numbers = async (limit: number) => (await deskOfTest().newest(limit)).map(({ id }) => id)
  expect(await numbers(120)).toEqual(Array.from({ length: 120 }, (_, index) => 250 - index))
  expect(await numbers(1_000)).toHaveLength(250)
  expect(await numbers(1)).toEqual([250])
  expect(await numbers(0)).toEqual([])
})

test('the newest update is asked of Zammad, whose clock counts', async () => {
  server.use(searching(told('6.6', 'search-newest-update')))
  expect(await deskOfTest().latestUpdate()).toEqual(new Date('2026-11-21T09:38:30.278Z'))
  expect(searches.at(-1)).toMatchObject({
    sort_by: ['updated_at', 'id'],
    order_by: ['desc', 'desc'],
    per_page: 1,
  })
  server.use(searching(told('6.6', 'search-nobody')))
  expect(await deskOfTest().latestUpdate()).toBeNull()
})

test('the lowest ticket is the first of the plain list, or none', async () => {
  const row = told('6.6', 'ticket-expanded').body
  server.use(answering('get', '/tickets', { status: 200, body: [row] }))
  expect(await deskOfTest().lowest()).toMatchObject({ id: 2 })
  server.use(answering('get', '/tickets', { status: 200, body: [] }))
  expect(await deskOfTest().lowest()).toBeNull()
})

test('no failure shows the token or what a visitor wrote', async () => {
  const ticket = aTicket({ customer: { name: 'Xenia Quimby', email: 'xenia@quimby.example' } })
  const situations: Situation[] = ['create-no-body', 'create-tags-array', 'token-unknown', 'create-no-group']
  for (const situation of situations) {
    server.use(answering('post', '/tickets', told('6.2', situation)))
    const shown = await deskOfTest()
      .open(ticket)
      .then((opening) => JSON.stringify(opening), String)
    expect(shown).not.toMatch(new RegExp(`${TOKEN}|Xenia|Quimby|hall 3`, 'iu'))
  }
})
