import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TicketChange } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'
import {
  accountAnswers,
  answering,
  deskOfTest,
  stateAnswers,
  ticketRow,
  told,
  VERSIONS,
  ZAMMAD,
  type Told,
} from './recorded.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
beforeEach(() =>
  server.use(
    stateAnswers(),
    accountAnswers('6.2'),
    answering('get', '/tickets/2', { status: 200, body: ticketRow() }),
  ),
)
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const outcomeOf = (change: TicketChange): Promise<string> =>
  deskOfTest()
    .change(2, change)
    .then(
      ({ outcome }) => outcome,
      (error: unknown) => {
        if (error instanceof Failure) return error.code
        throw error
      },
    )

const MASKED = told('6.2', 'change-forbidden-group')
const FORBIDDEN = told('6.2', 'create-forbidden-group')
const GONE = told('6.2', 'ticket-unknown')
const HTML = '<html><body>Sign in</body></html>'
const SEEN: Told = { status: 200, body: ticketRow() }

/** The bot may enter Users, First Line support, Catalogue and Technical support; the ticket is in Catalogue. */
const VERDICTS: readonly (readonly [
  name: string,
  change: TicketChange,
  answer: Told,
  ticket: Told,
  outcome: string,
])[] = [
  ['done', { group: 'Users' }, SEEN, SEEN, 'changed'],
  ['unknown group', { group: 'Nobody' }, told('6.2', 'change-unknown-group'), SEEN, 'group'],
  ['group out of reach', { group: 'No access' }, MASKED, SEEN, 'group'],
  ['group out of reach, told as 403', { group: 'No access' }, FORBIDDEN, SEEN, 'group'],
  ['masked, the group is open', { group: 'Users', ownerId: 9 }, MASKED, SEEN, 'refused'],
  ['masked, no group asked', { ownerId: 9 }, MASKED, SEEN, 'refused'],
  ['masked, the group is its own', { group: 'Catalogue', ownerId: 9 }, MASKED, SEEN, 'refused'],
  ['unknown priority', { priority: 'x' }, told('6.2', 'create-unknown-priority'), SEEN, 'refused'],
  ['403, out of sight now', { group: 'Users' }, FORBIDDEN, FORBIDDEN, 'out-of-sight'],
  ['403, gone now', { group: 'Users' }, FORBIDDEN, GONE, 'gone'],
  ['403, seen and not to be changed', { priority: '3 high' }, FORBIDDEN, SEEN, 'refused'],
  ['403 for a lacking right', { group: 'Users' }, told('6.6', 'token-without-right'), SEEN, 'misconfigured'],
  ['404', { group: 'Users' }, told('6.2', 'change-unknown-ticket'), GONE, 'gone'],
  ['401', { group: 'Users' }, told('6.2', 'token-unknown'), SEEN, 'misconfigured'],
  ['429', { group: 'Users' }, { status: 429, body: 'Retry later' }, SEEN, 'unavailable'],
  ['400', { group: 'Users' }, { status: 400, body: HTML }, SEEN, 'refused'],
  ['500', { group: 'Users' }, { status: 500, body: HTML }, SEEN, 'uncertain'],
  ['success without names', { group: 'Users' }, told('6.2', 'changed'), SEEN, 'changed'],
  [
    'success without names, out of sight now',
    { group: 'Users' },
    told('6.2', 'changed'),
    FORBIDDEN,
    'uncertain',
  ],
  [
    'success without names, not to be read',
    { group: 'Users' },
    told('6.2', 'changed'),
    { status: 502, body: HTML },
    'uncertain',
  ],
]

test.for(VERDICTS)('a change, %s', async ([, change, answer, ticket, outcome]) => {
  server.use(answering('put', '/tickets/2', answer), answering('get', '/tickets/2', ticket))
  expect(await outcomeOf(change)).toBe(outcome)
})

test.for(VERSIONS)(
  'Zammad %s, recorded: groups unknown and out of reach are the group’s fault',
  async (version) => {
    server.use(accountAnswers(version), answering('get', '/groups', told('6.6', 'groups')))
    server.use(answering('get', '/roles', told('6.6', 'roles')))
    for (const [group, situation] of [
      ['Nobody', 'change-unknown-group'],
      ['No access', 'change-forbidden-group'],
    ] as const) {
      server.use(answering('put', '/tickets/2', told(version, situation)))
      expect(await outcomeOf({ group })).toBe('group')
    }
  },
)

test('an inactive group is the group’s fault', async () => {
  const rows = told('6.6', 'groups').body as { name: string }[]
  const groups = rows.map((row) => (row.name === 'Users' ? { ...row, active: false } : row))
  server.use(
    accountAnswers('6.6'),
    answering('get', '/groups', { status: 200, body: groups }),
    answering('get', '/roles', told('6.6', 'roles')),
    answering('put', '/tickets/2', MASKED),
  )
  expect(await deskOfTest().change(2, { group: 'Users' })).toEqual({
    outcome: 'group',
    reason: expect.stringContaining('not active'),
  })
})

const written: { readonly path: string; readonly body: unknown }[] = []
const writing = (method: 'put' | 'post', path: string, answer: Told) =>
  http[method](`${ZAMMAD}/api/v1${path}`, async ({ request }) => {
    written.push({ path: new URL(request.url).pathname, body: await request.json() })
    return HttpResponse.json(answer.body, { status: answer.status })
  })

test.for([
  [{ group: 'Users' }, { group: 'Users' }],
  [{ priority: '3 high' }, { priority: '3 high' }],
  [{ ownerId: 4 }, { owner_id: 4 }],
  [{ ownerId: null }, { owner_id: 1 }],
  [{ customerId: 12 }, { customer_id: 12 }],
  [{ state: 'open' }, { state: 'open' }],
  [{ state: 'closed' }, { state: 'closed' }],
  [
    { group: 'Users', priority: '3 high', ownerId: null },
    { group: 'Users', priority: '3 high', owner_id: 1 },
  ],
] as const)('of a change only what is asked is sent: %o', async ([change, body]) => {
  server.use(writing('put', '/tickets/2', SEEN))
  await deskOfTest().change(2, change)
  expect(written.at(-1)?.body).toEqual(body)
})

const state = (id: number, name: string, type: number, more: object = {}) => ({
  id,
  name,
  state_type_id: type,
  active: true,
  default_follow_up: false,
  ...more,
})

test.for<[string, readonly object[], string | null]>([
  ['the first', [state(2, 'in work', 2), state(8, 'waiting for us', 2)], 'in work'],
  [
    'what Zammad itself takes for follow-ups',
    [state(2, 'in work', 2), state(8, 'again', 2, { default_follow_up: true })],
    'again',
  ],
  ['none that is out of use', [state(2, 'open', 2, { active: false }), state(8, 'in work', 2)], 'in work'],
  ['none of another type', [state(1, 'open', 1, { default_follow_up: true }), state(8, 'x', 2)], 'x'],
  ['none at all', [state(4, 'closed', 5)], null],
])('of several states of the type open it takes %s', async ([, states, name]) => {
  written.length = 0
  server.use(
    answering('get', '/ticket_states', { status: 200, body: [...states] }),
    writing('put', '/tickets/2', SEEN),
  )
  const { outcome } = await deskOfTest().change(2, { state: 'open', priority: '3 high' })
  expect(outcome).toBe(name === null ? 'refused' : 'changed')
  expect(written.map(({ body }) => body)).toEqual(name === null ? [] : [{ priority: '3 high', state: name }])
})

test('a changed ticket is told as it is now', async () => {
  server.use(
    answering('put', '/tickets/2', {
      status: 200,
      body: ticketRow({ group: 'Users', group_id: 1, owner_id: 4, state_id: 4, state: 'closed' }),
    }),
  )
  expect(await deskOfTest().change(2, { group: 'Users' })).toMatchObject({
    outcome: 'changed',
    ticket: { id: 2, group: 'Users', groupId: 1, ownerId: 4, closed: true },
  })
})
