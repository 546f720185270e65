import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Article } from '../../src/desk.ts'
import { accountAnswers, answering, deskOfTest, told, VERSIONS, type Told } from './recorded.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const [ROW] = told('6.6', 'articles').body as object[]

/** The article of a row, as it is read by its id. */
async function articleOf(answer: Told): Promise<Article> {
  server.use(answering('get', '/ticket_articles/2', { ...answer, status: 200 }))
  const sight = await deskOfTest().article(2)
  if (sight.seen !== 'article') throw new Error(`it is ${sight.seen}`)
  return sight.article
}

const withRow = (more: object): Promise<Article> => articleOf({ status: 200, body: { ...ROW, ...more } })

test.for(VERSIONS)(
  'Zammad %s, recorded: a mail that Zammad sent tells to whom, and that it did',
  async (v) => {
    const article = await articleOf(told(v, 'article-mail-sent'))
    expect(article).toMatchObject({
      sender: 'Agent',
      type: 'email',
      to: ['ann.lee@example.org'],
      delivery: { status: 'success', tries: 1 },
      originById: null,
    })
  },
)

test.for(VERSIONS)('Zammad %s, recorded: a mail that was refused tells it, and how often', async (v) => {
  const article = await articleOf(told(v, 'article-mail-failed'))
  expect(article).toMatchObject({ to: ['refuse@example.org'], delivery: { status: 'fail', tries: 1 } })
})

test.for<[string, unknown, Article['delivery']]>([
  ['not tried yet', { email_address_id: 1 }, null],
  ['tried four times', { delivery_status: 'fail', delivery_retry: 4 }, { status: 'fail', tries: 4 }],
  ['counted as text', { delivery_status: 'fail', delivery_retry: '4' }, { status: 'fail', tries: 4 }],
  ['not counted', { delivery_status: 'success' }, { status: 'success', tries: 1 }],
  ['of another word', { delivery_status: 'queued', delivery_retry: 1 }, null],
  ['without preferences', null, null],
])('a delivery that is %s', async ([, preferences, delivery]) => {
  expect((await withRow({ preferences })).delivery).toEqual(delivery)
})

test('who has a copy is told like who is addressed, each once', async () => {
  const { to } = await withRow({
    to: 'Ann <ANN@lab.example>, bo@lab.example',
    cc: 'ann@lab.example, cy@x.example',
  })
  expect(to).toEqual(['ann@lab.example', 'bo@lab.example', 'cy@x.example'])
})

test.for(VERSIONS)(
  'Zammad %s, recorded: an article that a merge moved tells where it is, and that it moved',
  async (v) => {
    server.use(answering('get', '/ticket_articles/by_ticket/51', told(v, 'articles-merged')))
    const articles = await deskOfTest().articles(51)
    const moved = articles?.[0]
    if (!moved) throw new Error('there is no article')
    expect(moved.ticketId).toBe(51)
    expect(moved.updatedAt.getTime()).toBeGreaterThan(moved.createdAt.getTime())
  },
)

test.for(VERSIONS)(
  'Zammad %s, recorded: a picture inside of the text is among the files, once',
  async (v) => {
    const { files, body } = await articleOf(told(v, 'article-picture'))
    expect(files).toMatchObject([
      { name: 'image1.png', type: 'image/png', size: 70 },
      { name: 'r.pdf', type: 'application/pdf', size: 5 },
    ])
    expect(body).toContain(`/${files[0]?.id}?view=inline`)
  },
)

const picture = (ticket: number, article: number, file: string): string =>
  `<img src="/api/v1/ticket_attachment/${ticket}/${article}/${file}?view=inline">`

test.for<[string, string, string, readonly number[]]>([
  ['the list leaves out', 'text/html', picture(2, 2, '17'), [17]],
  ['stands twice', 'text/html', picture(2, 2, '17') + picture(2, 2, '17'), [17]],
  ['has the ticket of before a merge in its address', 'text/html', picture(1, 2, '17'), [17]],
  ['is another article’s', 'text/html', picture(2, 3, '17'), []],
  ['has no id that can be', 'text/html', picture(2, 2, '0') + picture(2, 2, '9'.repeat(30)), []],
  ['stands in plain text', 'text/plain', picture(2, 2, '17'), []],
])('a picture that %s', async ([, content_type, body, ids]) => {
  const { files } = await withRow({ content_type, body, attachments: [] })
  expect(files).toEqual(
    ids.map((id) => ({ id, name: `picture-${id}`, type: 'application/octet-stream', size: 0 })),
  )
})

test('a file of an odd shape hides neither the article nor the others', async () => {
  const whole = { id: 9, filename: 'a.txt', size: '3', preferences: { 'Content-Type': 'text/plain' } }
  const attachments = [{ id: 'x' }, null, { id: 8 }, { ...whole, size: 'many' }]
  const { files } = await withRow({ attachments })
  expect(files).toEqual([
    { id: 8, name: '', type: 'application/octet-stream', size: 0 },
    { id: 9, name: 'a.txt', type: 'text/plain', size: 0 },
  ])
  expect((await withRow({ attachments: null })).files).toEqual([])
})

const ACCOUNT = told('6.2', 'account-expanded')
const HTML = '<html><body>Sign in</body></html>'

test.for<[string, Told, Told, string]>([
  ['there', { status: 200, body: ROW ?? {} }, ACCOUNT, 'article'],
  ['403, and the account is fine', told('6.2', 'create-forbidden-group'), ACCOUNT, 'out-of-sight'],
  ['404', told('6.2', 'ticket-unknown'), ACCOUNT, 'gone'],
  [
    '403, and the token is refused',
    told('6.2', 'create-forbidden-group'),
    told('6.2', 'token-unknown'),
    'misconfigured',
  ],
  ['403 for a lacking right', told('6.6', 'token-without-right'), ACCOUNT, 'misconfigured'],
  [
    '404 of an address that is no Zammad',
    { status: 404, body: HTML },
    { status: 404, body: HTML },
    'misconfigured',
  ],
  ['422', told('6.2', 'search-unknown-column'), ACCOUNT, 'refused'],
  ['another shape', { status: 200, body: { id: 2 } }, ACCOUNT, 'refused'],
  ['500', { status: 500, body: HTML }, ACCOUNT, 'unavailable'],
])('one article, %s', async ([, answer, account, expected]) => {
  server.use(answering('get', '/ticket_articles/2', answer), answering('get', '/users/me', account))
  const seen = await deskOfTest()
    .article(2)
    .then(
      (sight) => sight.seen,
      (error: unknown) => Reflect.get(Object(error), 'code'),
    )
  expect(seen).toBe(expected)
})

test('an article can be read with any account of the desk', async () => {
  server.use(answering('get', '/ticket_articles/2', told('6.2', 'ticket-unknown')), accountAnswers('6.6'))
  expect(await deskOfTest().article(2)).toEqual({ seen: 'gone' })
})
