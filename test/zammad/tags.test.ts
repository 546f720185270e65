import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { accountAnswers, answering, deskOfTest, told, VERSIONS, ZAMMAD, type Told } from './recorded.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => server.use(accountAnswers('6.2')))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const MASKED = told('6.2', 'change-forbidden-group')
const FORBIDDEN = told('6.2', 'create-forbidden-group')
const GONE = told('6.2', 'ticket-unknown')
const HTML = '<html><body>Sign in</body></html>'

const written: { readonly path: string; readonly body: unknown }[] = []
const writing = (method: 'post' | 'delete', path: string, answer: Told) =>
  http[method](`${ZAMMAD}/api/v1${path}`, async ({ request }) => {
    written.push({ path: new URL(request.url).pathname, body: await request.json() })
    return HttpResponse.json(answer.body, { status: answer.status })
  })

test('tags are added one after another, each once, without commas and stars', async () => {
  written.length = 0
  server.use(writing('post', '/tags/add', told('6.6', 'tag-added')))
  await deskOfTest().tag(7, ['promise-broken', 'a,b*c', 'promise-broken', ' * ', 'zwei Wörter'])
  expect(written.map(({ body }) => body)).toEqual(
    ['promise-broken', 'a b c', 'zwei Wörter'].map((item) => ({ object: 'Ticket', o_id: 7, item })),
  )
})

test.for([
  ['ticket out of sight', FORBIDDEN, 'refused'],
  ['ticket gone', GONE, 'refused'],
  ['masked', MASKED, 'refused'],
  ['token refused', told('6.2', 'token-unknown'), 'misconfigured'],
  ['500', { status: 500, body: HTML }, 'uncertain'],
  ['429', { status: 429, body: 'Retry later' }, 'unavailable'],
] as const)('a tag, %s', async ([, answer, code]) => {
  server.use(answering('post', '/tags/add', answer))
  await expect(deskOfTest().tag(2, ['late'])).rejects.toMatchObject({ code })
})

test.for(VERSIONS)('Zammad %s, recorded: a tag is taken away by the name that it has', async (version) => {
  written.length = 0
  server.use(writing('delete', '/tags/remove', told(version, 'tag-removed')))
  await deskOfTest().untag(48, ' revoke-link ')
  expect(written.map(({ body }) => body)).toEqual([{ object: 'Ticket', o_id: 48, item: 'revoke-link' }])
})

test.for([
  ['ticket out of sight', FORBIDDEN, 'refused'],
  ['token refused', told('6.2', 'token-unknown'), 'misconfigured'],
  ['500', { status: 500, body: HTML }, 'uncertain'],
] as const)('the end of a tag, %s', async ([, answer, code]) => {
  server.use(answering('delete', '/tags/remove', answer))
  await expect(deskOfTest().untag(2, 'late')).rejects.toMatchObject({ code })
})

test.for(VERSIONS)('Zammad %s, recorded: the tags of a ticket', async (version) => {
  server.use(
    http.get(`${ZAMMAD}/api/v1/tags`, ({ request }) => {
      expect(new URL(request.url).search).toBe('?object=Ticket&o_id=48')
      return HttpResponse.json(told(version, 'tags').body)
    }),
  )
  expect(await deskOfTest().tags(48)).toEqual(['promise-broken'])
})

test.for([
  ['another shape', { status: 200, body: { tags: 'a' } }, 'refused'],
  ['token refused', told('6.2', 'token-unknown'), 'misconfigured'],
  ['502', { status: 502, body: HTML }, 'unavailable'],
] as const)('tags, %s', async ([, answer, code]) => {
  server.use(answering('get', '/tags', answer))
  await expect(deskOfTest().tags(2)).rejects.toMatchObject({ code })
})

const link = (type: string, id: number, object = 'Ticket') => ({
  link_type: type,
  link_object: object,
  link_object_value: id,
})

test.for(VERSIONS)(
  'Zammad %s, recorded: after a merge the target is the parent, before and after it was taken back',
  async (version) => {
    server.use(answering('get', '/links', told(version, 'links-merged')))
    expect(await deskOfTest().parents(50)).toEqual([51])
    server.use(answering('get', '/links', told(version, 'links-normal')))
    expect(await deskOfTest().parents(48)).toEqual([])
    server.use(answering('get', '/links', told(version, 'unmerged-links')))
    expect(await deskOfTest().parents(48)).toHaveLength(1)
  },
)

test('only tickets are parents, and neither children nor equals', async () => {
  const links = [link('parent', 7), link('child', 8), link('normal', 9), link('parent', 10, 'KnowledgeBase')]
  server.use(answering('get', '/links', { status: 200, body: { links, assets: {} } }))
  expect(await deskOfTest().parents(2)).toEqual([7])
})

test.for([
  ['gone', GONE],
  ['out of sight', FORBIDDEN],
] as const)('a ticket that is %s has no parents that we know', async ([, answer]) => {
  server.use(answering('get', '/links', answer))
  expect(await deskOfTest().parents(2)).toEqual([])
})
