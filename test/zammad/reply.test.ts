import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { VisitorArticle, Written } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'
import { LARGE_BODY_BYTES } from '../../src/zammad/body.ts'
import {
  accountAnswers,
  anAttachment,
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

const aReply = (change: Partial<VisitorArticle> = {}): VisitorArticle => ({
  messageId: '<fl-r1@forms.example>',
  body: 'One more thing',
  attachments: [],
  ...change,
})

const sent: unknown[] = []
const taking = (method: 'post' | 'put', path: string, answer: Told) =>
  http[method](`${ZAMMAD}/api/v1${path}`, async ({ request }) => {
    sent.push(await request.json())
    return HttpResponse.json(answer.body, { status: answer.status })
  })

const ROW = {
  type: 'web',
  sender: 'Customer',
  content_type: 'text/plain',
  internal: false,
  body: 'One more thing',
  message_id: '<fl-r1@forms.example>',
  preferences: { 'send-auto-response': false },
}

test.for(VERSIONS)(
  'Zammad %s, recorded: a word is posted as the customer’s, and as nothing else',
  async (version) => {
    sent.length = 0
    server.use(taking('post', '/ticket_articles', told(version, 'article-posted')))
    expect(await deskOfTest().reply(45, aReply(), 'add')).toEqual({ outcome: 'written' })
    expect(sent).toEqual([{ ticket_id: 45, ...ROW }])
  },
)

test.for(VERSIONS)('Zammad %s, recorded: it opens a ticket in the change that adds it', async (version) => {
  sent.length = 0
  server.use(taking('put', '/tickets/47', told(version, 'reopened')))
  expect(await deskOfTest().reply(47, aReply(), 'reopen')).toEqual({ outcome: 'written' })
  expect(sent).toEqual([{ state: 'open', article: ROW }])
})

test('a ticket is not reopened where no state of the type open is in use', async () => {
  const states = (told('6.6', 'states').body as object[]).map((row) => ({ ...row, active: false }))
  server.use(answering('get', '/ticket_states', { status: 200, body: states }))
  expect(await deskOfTest().reply(2, aReply(), 'reopen')).toMatchObject({ outcome: 'refused' })
})

test.for([
  ['add', 'post', '/ticket_articles', []],
  ['reopen', 'put', '/tickets/2', ['article']],
] as const)(
  'files arrive whole where they belong, small or streamed, and mentions are broken: %s',
  async ([how, method, path, inside]) => {
    for (const size of [0, 7, LARGE_BODY_BYTES]) {
      sent.length = 0
      server.use(taking(method, path, { status: 200, body: {} }))
      const bytes = new Uint8Array(size).fill(7)
      const attachments = [
        anAttachment(bytes, 40_000),
        anAttachment(new Uint8Array([1, 2]), 1, { name: 'b.bin' }),
      ]
      const body = 'hi <a data-mention-user-id="3">x</a>\0'
      expect(await deskOfTest().reply(2, aReply({ body, attachments }), how)).toEqual({ outcome: 'written' })
      const article: unknown = inside.reduce<unknown>((row, key) => Reflect.get(Object(row), key), sent[0])
      expect(article).toMatchObject({
        body: 'hi <a data\u200b-mention-user-id="3">x</a>',
        attachments: [
          { filename: 'lamp.png', 'mime-type': 'image/png', data: Buffer.from(bytes).toString('base64') },
          { filename: 'b.bin', data: 'AQI=' },
        ],
      })
    }
  },
)

const SEEN: Told = { status: 200, body: ticketRow() }
const FORBIDDEN = told('6.2', 'article-forbidden-ticket')
const GONE = told('6.2', 'ticket-unknown')
const HTML = '<html><body>Sign in</body></html>'

const VERDICTS: readonly (readonly [name: string, answer: Told, ticket: Told, outcome: string])[] = [
  ['403, out of sight', FORBIDDEN, FORBIDDEN, 'out-of-sight'],
  ['403, gone meanwhile', FORBIDDEN, GONE, 'gone'],
  ['403, seen and not to be written into', FORBIDDEN, SEEN, 'refused'],
  ['404 of the ticket', told('6.6', 'article-unknown-ticket'), GONE, 'gone'],
  ['404 of something else, like a mention', told('6.6', 'create-mention'), SEEN, 'refused'],
  ['422', told('6.2', 'create-no-body'), SEEN, 'refused'],
  ['422 masked', told('6.2', 'change-forbidden-group'), SEEN, 'refused'],
  ['413 of a proxy', { status: 413, body: HTML }, SEEN, 'refused'],
  ['a token that nobody has', told('6.2', 'token-unknown'), SEEN, 'misconfigured'],
  ['a lacking right', told('6.6', 'token-without-right'), SEEN, 'misconfigured'],
  ['429', { status: 429, body: 'Retry later' }, SEEN, 'unavailable'],
  ['500', { status: 500, body: HTML }, SEEN, 'uncertain'],
  ['502', { status: 502, body: HTML }, SEEN, 'uncertain'],
  ['success in HTML', { status: 201, body: HTML }, SEEN, 'uncertain'],
  ['a refusal, and then silence', told('6.2', 'create-no-body'), { status: 502, body: HTML }, 'unavailable'],
]

const outcomeOf = (call: Promise<Written>): Promise<string> =>
  call.then(
    ({ outcome }) => outcome,
    (error: unknown) => {
      if (error instanceof Failure) return error.code
      throw error
    },
  )

test.for(VERDICTS)('a word, a reopening and a merge, %s', async ([, answer, ticket, outcome]) => {
  server.use(
    answering('post', '/ticket_articles', answer),
    answering('put', '/tickets/2', answer),
    answering('put', '/ticket_merge/2/78036', answer),
    answering('get', '/tickets/2', ticket),
  )
  expect(await outcomeOf(deskOfTest().reply(2, aReply(), 'add'))).toBe(outcome)
  expect(await outcomeOf(deskOfTest().reply(2, aReply(), 'reopen'))).toBe(outcome)
  expect(await outcomeOf(deskOfTest().merge(2, '78036'))).toBe(outcome)
})

const MERGES = VERSIONS.flatMap((version) =>
  (
    [
      ['merged', SEEN, 'written'],
      ['merged-into-unknown', SEEN, 'refused'],
      ['merged-into-unknown', GONE, 'gone'],
      ['merged-into-itself', SEEN, 'refused'],
    ] as const
  ).map(([situation, ticket, outcome]) => [version, situation, ticket, outcome] as const),
)

test.for(MERGES)(
  'Zammad %s, recorded "%s": whatever its status, a merge is told by its result',
  async (row) => {
    const [version, situation, ticket, outcome] = row
    server.use(
      answering('put', '/ticket_merge/2/78036', told(version, situation)),
      answering('get', '/tickets/2', ticket),
    )
    expect(await outcomeOf(deskOfTest().merge(2, '78036'))).toBe(outcome)
  },
)

test('a merge whose result is not told is uncertain', async () => {
  server.use(answering('put', '/ticket_merge/2/78036', { status: 200, body: { ok: true } }))
  await expect(deskOfTest().merge(2, '78036')).rejects.toMatchObject({ code: 'uncertain' })
})

test('a number of another shape stays one part of the path', async () => {
  const paths: string[] = []
  server.use(
    http.put(`${ZAMMAD}/api/v1/ticket_merge/*`, ({ request }) => {
      paths.push(new URL(request.url).pathname)
      return HttpResponse.json({ result: 'success' })
    }),
  )
  await deskOfTest().merge(2, '../3?x=#')
  expect(paths).toEqual(['/api/v1/ticket_merge/2/..%2F3%3Fx%3D%23'])
})

test('no reason repeats what a visitor wrote or the name of a file', async () => {
  const error = 'The lamp in hall three of Xenia Quimby, quimby.png, is not valid'
  server.use(answering('post', '/ticket_articles', { status: 422, body: { error, error_human: error } }))
  const attachments = [anAttachment(new Uint8Array(1), 1, { name: 'quimby.png' })]
  const written = await deskOfTest().reply(
    2,
    aReply({ body: 'lamp in hall three of Xenia', attachments }),
    'add',
  )
  expect(written).toHaveProperty('reason')
  expect(JSON.stringify(written)).not.toMatch(/hall three|quimby/iu)
})
