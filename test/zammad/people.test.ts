import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { accountAnswers, answering, deskOfTest, told, VERSIONS, ZAMMAD, type Told } from './recorded.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => server.use(accountAnswers('6.2')))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const USER = told('6.6', 'user').body as object
const HTML = '<html><body>Sign in</body></html>'

test.for<[string, object, object]>([
  ['whole', { roles: ['Customer'] }, { name: 'Ann Lee', email: 'ann.lee@example.org', roles: ['Customer'] }],
  ['of capitals', { email: 'Ann.Lee@Example.ORG' }, { email: 'ann.lee@example.org' }],
  ['without an address', { email: '' }, { email: null }],
  ['without a last name', { lastname: '' }, { name: 'Ann' }],
  ['without names', { firstname: null, lastname: null }, { name: '' }],
])('a person is told: %s', async ([, change, expected]) => {
  server.use(answering('get', '/users/6', { status: 200, body: { ...USER, ...change } }))
  expect(await deskOfTest().person(6)).toMatchObject({ id: 6, ...expected })
})

test.for([
  ['gone', told('6.2', 'ticket-unknown')],
  ['out of sight', told('6.2', 'create-forbidden-group')],
] as const)('a person who is %s is nobody', async ([, answer]) => {
  server.use(answering('get', '/users/6', answer))
  expect(await deskOfTest().person(6)).toBeNull()
})

test.for([
  ['a refused token', told('6.2', 'token-unknown'), 'misconfigured'],
  ['a lacking right', told('6.6', 'token-without-right'), 'misconfigured'],
  ['another shape', { status: 200, body: { id: 'six' } }, 'refused'],
  ['502', { status: 502, body: HTML }, 'unavailable'],
] as const)('a person, %s', async ([, answer, code]) => {
  server.use(answering('get', '/users/6', answer))
  await expect(deskOfTest().person(6)).rejects.toMatchObject({ code })
})

const asked: unknown[] = []
const made: unknown[] = []

/** Answers searches one by one, the last one again and again, and one creation. */
function zammadOf(searches: readonly Told[], creation?: Told): void {
  asked.length = 0
  made.length = 0
  const json = ({ body, status }: Told): Response => HttpResponse.json(body, { status })
  server.use(
    http.post(`${ZAMMAD}/api/v1/users/search`, async ({ request }) => {
      asked.push(await request.json())
      return json(searches[Math.min(asked.length, searches.length) - 1] ?? { status: 500, body: {} })
    }),
    http.post(`${ZAMMAD}/api/v1/users`, async ({ request }) => {
      made.push(await request.json())
      return creation ? json(creation) : HttpResponse.error()
    }),
  )
}

const found = (...people: object[]): Told => ({
  status: 200,
  body: people.map((more) => ({ ...USER, ...more })),
})
const NOBODY = found()
const TAKEN: Told = {
  status: 422,
  body: { error: "Email address 'bo@lab.example' is already used for another user." },
}

test.for(VERSIONS)(
  'Zammad %s, recorded: a person is found by the address, whatever its case',
  async (version) => {
    zammadOf([told(version, 'users-by-query')])
    const [row] = told(version, 'users-by-query').body as { id: number; email: string }[]
    if (!row) throw new Error('nobody was recorded')
    expect(await deskOfTest().personOf(` ${row.email.toUpperCase()} `, 'Else')).toMatchObject({ id: row.id })
    expect(asked).toMatchObject([{ query: row.email, expand: true }])
    expect(made).toEqual([])
  },
)

test('an address that only resembles is somebody else’s: the person is made, as a customer', async () => {
  zammadOf([found({ email: 'jumbo@lab.example' }, { email: 'bo@lab.example.org' })], {
    status: 201,
    body: { ...USER, id: 12, email: 'bo@lab.example', roles: ['Customer'] },
  })
  expect(await deskOfTest().personOf('Bo@lab.example', 'Bo van Lee')).toMatchObject({
    id: 12,
    roles: ['Customer'],
  })
  expect(made).toEqual([{ firstname: 'Bo van', lastname: 'Lee', email: 'bo@lab.example' }])
})

test.for<[string, Told]>([
  ['is told', TAKEN],
  ['is masked', told('6.2', 'create-customer-race')],
  ['is told by the index', { status: 422, body: { error: 'This object already exists.' } }],
])('two creations race and make one person: what the second meets %s', async ([, answer]) => {
  zammadOf([NOBODY, found({ id: 31, email: 'bo@lab.example' })], answer)
  expect(await deskOfTest().personOf('bo@lab.example', 'Bo')).toMatchObject({ id: 31 })
})

test('whom the search engine does not find yet, the database does', async () => {
  zammadOf([NOBODY, NOBODY, found({ id: 31, email: 'bo@lab.example' })], TAKEN)
  expect(await deskOfTest().personOf('bo@lab.example', 'Bo')).toMatchObject({ id: 31 })
  expect(asked.at(-1)).toMatchObject({
    condition: { 'user.email': { operator: 'is', value: 'bo@lab.example' } },
  })
})

test('a condition that is not kept to names nobody else', async () => {
  zammadOf([NOBODY, NOBODY, found({ id: 31, email: 'cy@lab.example' })], TAKEN)
  await expect(deskOfTest().personOf('bo@lab.example', 'Bo')).rejects.toMatchObject({ code: 'unavailable' })
})

test.for<[string, Told, string]>([
  ['6.2 knows no condition', { status: 500, body: { error: 'Error ID x' } }, 'unavailable'],
  ['nobody at all', NOBODY, 'unavailable'],
])('where the address is taken and nobody is found, it is asked again later: %s', async ([, last, code]) => {
  zammadOf([NOBODY, NOBODY, last], TAKEN)
  await expect(deskOfTest().personOf('bo@lab.example', 'Bo')).rejects.toMatchObject({ code })
})

test.for<[string, Told, string]>([
  ['an address that is none', told('6.2', 'create-bad-address'), 'refused'],
  ['403', told('6.2', 'create-forbidden-group'), 'refused'],
  ['a lacking right', told('6.6', 'token-without-right'), 'misconfigured'],
  ['500', { status: 500, body: HTML }, 'uncertain'],
  ['429', { status: 429, body: 'Retry later' }, 'unavailable'],
  ['success of another shape', { status: 201, body: { ok: true } }, 'uncertain'],
])('a creation, %s', async ([, answer, code]) => {
  zammadOf([NOBODY], answer)
  const failure: unknown = await deskOfTest()
    .personOf('bo@lab.example', 'Bo Quimby')
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({ code })
  expect(String(failure)).not.toMatch(/bo@lab|Quimby/u)
})

test('nobody is asked for without an address', async () => {
  zammadOf([NOBODY])
  await expect(deskOfTest().personOf(' ', 'Bo')).rejects.toThrow('needs an address')
  expect([asked, made]).toEqual([[], []])
})
