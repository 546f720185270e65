import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createDesk } from '../../src/zammad/desk.ts'
import { examineZammad, type Diagnosis, type Expected } from '../../src/zammad/doctor.ts'
import {
  accountAnswers,
  answering,
  clientOfTest,
  stateAnswers,
  told,
  TOKEN,
  ZAMMAD,
  type Told,
} from './recorded.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => server.use(...anAgentsView()))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

/** 6.6 as an agent's token sees it. */
const anAgentsView = () => [
  accountAnswers('6.6'),
  stateAnswers(),
  answering('get', '/groups', told('6.6', 'groups')),
  answering('get', '/roles', told('6.6', 'roles')),
  answering('post', '/tickets/search', told('6.6', 'search-newest-update')),
  answering('get', '/version', told('6.6', 'token-without-right')),
  answering('get', '/settings', told('6.6', 'token-without-right')),
]

const EXPECTED: Expected = {
  units: [
    { id: 'first-line', group: 'First Line support', mail: null },
    { id: 'technical', group: 'Technical support', mail: 'tech@helpdesk.example' },
  ],
  prefix: '390',
  ticketHook: 'Ticket#',
}

async function examined(change: Partial<Expected> = {}): Promise<readonly Diagnosis[]> {
  const client = clientOfTest()
  return examineZammad(client, createDesk(client), { ...EXPECTED, ...change })
}

const faults = (diagnoses: readonly Diagnosis[]) => diagnoses.filter(({ ok }) => !ok)

const settings = (values: Readonly<Record<string, unknown>>): Told => ({
  status: 200,
  body: Object.entries(values).map(([name, value]) => ({
    id: 1,
    name,
    state_current: { value: value as string },
  })),
})

test("an agent's token that fits has no fault, and what it may not see is told as unknown", async () => {
  const diagnoses = await examined()
  expect(faults(diagnoses)).toEqual([])
  expect(diagnoses.map(({ check }) => check)).toEqual([
    'Zammad',
    'Zammad rights',
    'Zammad version',
    'Zammad rights, too many',
    'Ticket numbers',
    'Ticket hook',
    'Automatic account link',
    'Group of unit first-line',
    'Address of unit first-line',
    'Group of unit technical',
    'Address of unit technical',
  ])
  expect(diagnoses.find(({ check }) => check === 'Zammad version')?.detail).toContain('unknown')
})

test.for([
  ['refused', told('6.6', 'token-unknown'), 'does not accept the token'],
  ['without any right', told('6.6', 'no-credentials'), 'whose token'],
  ['for another server', { status: 404, body: '<html>' }, 'whose token'],
  ['while Zammad fails', { status: 503, body: '<html>' }, 'failed with 503'],
  ['and the page is no Zammad', { status: 200, body: '<html>' }, 'without readable JSON'],
  ['and the JSON is no Zammad', { status: 200, body: { ok: true } }, 'unknown shape'],
] as const)('a token %s is one fault, and nothing else is asked', async ([, answer, detail]) => {
  server.use(answering('get', '/users/me', answer))
  const diagnoses = await examined()
  expect(diagnoses).toEqual([
    { check: 'Zammad', ok: false, detail: expect.stringContaining(detail), fix: expect.any(String) },
  ])
  expect(JSON.stringify(diagnoses)).not.toContain(TOKEN)
})

test('a Zammad that is not reached is told with what to look at', async () => {
  const nobodyThere = Object.assign(new Error('nobody listens'), { code: 'ECONNREFUSED' })
  const calls = vi
    .spyOn(globalThis, 'fetch')
    .mockRejectedValue(new TypeError('fetch failed', { cause: nobodyThere }))
  onTestFinished(() => calls.mockRestore())
  expect(await examined()).toMatchObject([
    { check: 'Zammad', ok: false, fix: expect.stringContaining('ZAMMAD_URL') },
  ])
})

const FAULTS: readonly (readonly [
  name: string,
  path: string,
  method: 'get' | 'post',
  answer: Told,
  check: string,
])[] = [
  ['tickets may not be read', '/tickets/search', 'post', told('6.6', 'token-without-right'), 'Zammad rights'],
  ['an old version', '/version', 'get', { status: 200, body: { version: '6.1.3' } }, 'Zammad version'],
  [
    'a token that reads the version',
    '/version',
    'get',
    { status: 200, body: { version: '7.1.1' } },
    'Zammad rights, too many',
  ],
  ['a token that reads settings', '/settings', 'get', settings({}), 'Zammad rights, too many'],
  ['another system id', '/settings', 'get', settings({ system_id: 78 }), 'Ticket numbers'],
  ['another hook', '/settings', 'get', settings({ ticket_hook: 'Case#' }), 'Ticket hook'],
  [
    'the account link is off',
    '/settings',
    'get',
    settings({ auth_third_party_auto_link_at_inital_login: false }),
    'Automatic account link',
  ],
]

test.for(FAULTS)('%s is a fault with a remedy', async ([, path, method, answer, check]) => {
  server.use(answering(method, path, answer))
  const fault = faults(await examined()).find((diagnosis) => diagnosis.check === check)
  expect(fault?.fix).toBeTruthy()
  expect(`${fault?.detail}${fault?.fix}`).not.toContain('\n')
})

test.for([
  [
    'begins with the system id',
    '39012',
    settings({ system_id: '39', ticket_number: 'Ticket::Number::Increment' }),
    true,
  ],
  ['does not', '78012', settings({ system_id: '39', ticket_number: 'Ticket::Number::Increment' }), false],
  [
    'has the day before it, as by date',
    '2026112139',
    settings({ system_id: '39', ticket_number: 'Ticket::Number::Date' }),
    true,
  ],
  [
    'lacks the day, though by date',
    '3900',
    settings({ system_id: '39', ticket_number: 'Ticket::Number::Date' }),
    false,
  ],
] as const)('a prefix that %s', async ([, prefix, answer, ok]) => {
  server.use(answering('get', '/settings', answer))
  expect((await examined({ prefix })).find(({ check }) => check === 'Ticket numbers')).toMatchObject({ ok })
})

const group = (change: object) => ({ ...(told('6.6', 'groups').body as object[])[1], ...change })

test.for([
  ['unknown, or closed to the account', 'No access', group({}), ['Group of unit u']],
  ['inactive', 'First Line support', group({ active: false }), ['Group of unit u', 'Address of unit u']],
  ['without an address, though the unit has one', 'First Line support', group({}), ['Address of unit u']],
  ['fit', 'First Line support', group({ email_address_id: 1 }), []],
] as const)('a group that is %s', async ([, name, row, checks]) => {
  server.use(
    http.get(`${ZAMMAD}/api/v1/users/me`, ({ request }) =>
      HttpResponse.json(
        request.url.includes('full')
          ? { id: 5, assets: {} }
          : { id: 5, login: 'bot', roles: ['Agent'], role_ids: [2], group_ids: { 2: ['full'] } },
      ),
    ),
    answering('get', '/groups', { status: 200, body: [row] }),
  )
  const diagnoses = await examined({ units: [{ id: 'u', group: name, mail: 'unit@helpdesk.example' }] })
  expect(faults(diagnoses).map(({ check }) => check)).toEqual(checks)
})

test.for<[string, string | null, string, RegExp]>([
  ['nobody reads them', null, 'or set MAIL_REPLY_TO', /reach nobody/u],
  ['they go elsewhere', 'helpdesk@helpdesk.example', 'take mail: out', /go to MAIL_REPLY_TO/u],
])(
  'a unit whose group has no address: what becomes of answers by mail is told: %s',
  async ([, replyTo, fix, detail]) => {
    const units = [{ id: 'u', group: 'First Line support', mail: 'unit@helpdesk.example' }]
    const [fault, ...others] = faults(await examined({ units, replyTo }))
    expect(fault).toMatchObject({
      check: 'Address of unit u',
      detail: expect.stringMatching(detail),
      fix: expect.stringContaining(fix),
    })
    expect(others).toEqual([])
  },
)

test.for([
  [['read', 'create', 'change'], true],
  [['read', 'create'], false],
  [['overview'], false],
  [['full'], true],
] as const)('access of %s is enough: %s', async ([access, ok]) => {
  server.use(
    http.get(`${ZAMMAD}/api/v1/users/me`, ({ request }) =>
      HttpResponse.json(
        request.url.includes('full')
          ? { id: 5, assets: {} }
          : { id: 5, login: 'bot', roles: ['Agent'], role_ids: [2], group_ids: { 2: access } },
      ),
    ),
  )
  const diagnoses = await examined({ units: [{ id: 'u', group: 'First Line support', mail: null }] })
  expect(diagnoses.find(({ check }) => check === 'Group of unit u')).toMatchObject({ ok })
})

test('the role of an administrator is a fault, however narrow the token', async () => {
  const account = told('6.6', 'account-expanded').body as object
  server.use(
    http.get(`${ZAMMAD}/api/v1/users/me`, ({ request }) =>
      HttpResponse.json(
        request.url.includes('full')
          ? told('6.6', 'account-full').body
          : { ...account, roles: ['Agent', 'Admin'] },
      ),
    ),
  )
  expect(faults(await examined()).map(({ check }) => check)).toEqual(['Zammad rights, too many'])
})
