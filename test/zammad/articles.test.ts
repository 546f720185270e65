import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { accountAnswers, answering, deskOfTest, told, VERSIONS, type Told, ZAMMAD } from './recorded.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const [ARTICLE] = told('6.6', 'articles').body as object[]

test.for(VERSIONS)(
  'Zammad %s, recorded: an article is told with sender, kind, author and Message-ID',
  async (version) => {
    server.use(answering('get', '/ticket_articles/by_ticket/2', told(version, 'articles')))
    expect(await deskOfTest().articles(2)).toEqual([
      {
        id: 2,
        ticketId: 2,
        sender: 'Customer',
        type: 'web',
        internal: false,
        createdById: 5,
        originById: 6,
        createdAt: expect.any(Date),
        updatedAt: expect.any(Date),
        messageId: '<fl-0001@forms.example>',
        from: 'Ann Lee <ann.lee@example.org>',
        to: [],
        delivery: null,
        subject: 'Broken lamp',
        contentType: 'text/plain',
        body: 'The lamp in hall 3 is dark.\nPlease help.',
        automatic: false,
        answersTo: [],
        files: [{ id: 1, name: 'a b — ü.txt', type: 'text/plain', size: 16 }],
      },
    ])
  },
)

test('articles come oldest first, of one instant by id, and a body of HTML as it is', async () => {
  const row = (id: number, second: number, more: object = {}) => ({
    ...ARTICLE,
    id,
    created_at: `2026-11-21T09:00:0${second}.000Z`,
    ...more,
  })
  const html = {
    content_type: 'text/html',
    body: '<div>Hello &amp; <b>bye</b></div>',
    subject: null,
    from: null,
  }
  const rows = [row(9, 2), row(4, 1), row(8, 1, html)]
  server.use(answering('get', '/ticket_articles/by_ticket/2', { status: 200, body: rows }))
  const articles = await deskOfTest().articles(2)
  expect(articles?.map(({ id }) => id)).toEqual([4, 8, 9])
  expect(articles?.[1]).toMatchObject({
    contentType: 'text/html',
    body: '<div>Hello &amp; <b>bye</b></div>',
    subject: '',
    from: '',
  })
})

test.for<[string, object, boolean]>([
  ['Zammad marks as automatic', { preferences: { 'is-auto-response': true } }, true],
  ['Zammad marks in another way', { preferences: { 'is-auto-response': 'yes' } }, false],
  ['a mail system sent', { from: 'Mail Delivery System <MAILER-DAEMON@mx.example>' }, true],
  ['a postmaster sent, by the address alone', { from: 'postmaster@mx.example' }, true],
  ['somebody sent who only calls himself so', { from: 'postmaster@mx.example <ann@lab.example>' }, false],
  ['somebody sent whose address begins so', { from: 'postmasters@lab.example' }, false],
  ['has neither sender nor preferences', { from: null, preferences: null }, false],
])('a machine wrote what %s, or not', async ([, more, automatic]) => {
  const rows = [{ ...ARTICLE, ...more }]
  server.use(answering('get', '/ticket_articles/by_ticket/2', { status: 200, body: rows }))
  expect(await deskOfTest().articles(2)).toMatchObject([{ automatic }])
})

test.for<[string, object, readonly string[]]>([
  ['nothing', {}, []],
  ['what it answers', { in_reply_to: '<a@x.example>' }, ['<a@x.example>']],
  [
    'what it refers to, in a text',
    { in_reply_to: '<b@x.example>', references: '<a@x.example>\n <b@x.example>' },
    ['<b@x.example>', '<a@x.example>'],
  ],
  [
    'what it refers to, in a list',
    { references: ['<a@x.example>', '<c@x.example>'] },
    ['<a@x.example>', '<c@x.example>'],
  ],
  ['something of another shape', { in_reply_to: 7, references: { a: 1 } }, []],
])('an article tells the Message-IDs that it answers: %s', async ([, more, answersTo]) => {
  const rows = [{ ...ARTICLE, ...more }]
  server.use(answering('get', '/ticket_articles/by_ticket/2', { status: 200, body: rows }))
  expect(await deskOfTest().articles(2)).toMatchObject([{ answersTo }])
})

test('the history tells who set which priority', async () => {
  const line = {
    id: 9,
    object: 'Ticket',
    type: 'updated',
    attribute: 'priority',
    id_from: 2,
    id_to: 3,
    value_from: '2 normal',
    value_to: '3 high',
    created_by_id: 4,
    created_at: '2026-11-21T09:00:00.000Z',
  }
  server.use(answering('get', '/ticket_history/2', { status: 200, body: { history: [line] } }))
  expect((await deskOfTest().history(2))?.changes).toMatchObject([
    { attribute: 'priority', from: { name: '2 normal' }, to: { name: '3 high' }, by: 4 },
  ])
})

test.for(VERSIONS)(
  'Zammad %s, recorded: the history tells who moved what, and nothing else',
  async (version) => {
    server.use(answering('get', '/ticket_history/174', told(version, 'history')))
    const changes = (await deskOfTest().history(174))?.changes
    expect(changes).toMatchObject([
      {
        attribute: 'group',
        from: { id: 3, name: 'Catalogue' },
        to: { id: 4, name: 'Technical support' },
        by: 4,
      },
      {
        attribute: 'group',
        from: { id: 4, name: 'Technical support' },
        to: { id: 2, name: 'First Line support' },
        by: 5,
      },
    ])
    expect(changes?.[0]?.at.toISOString()).toMatch(/^2026-11-21T09:38:2\d\.\d{3}Z$/u)
  },
)

test.for(VERSIONS)(
  'Zammad %s, recorded: the history tells states, and nobody as the user 1',
  async (version) => {
    server.use(
      answering('get', '/ticket_history/47', told(version, 'history-owner')),
      answering('get', '/ticket_states', told(version, 'states')),
    )
    expect((await deskOfTest().history(47))?.changes).toMatchObject([
      { attribute: 'group', by: 5 },
      {
        attribute: 'state',
        from: { id: 1, name: 'new' },
        to: { id: 4, name: 'closed' },
        types: { from: 'new', to: 'closed' },
        by: 4,
      },
      {
        attribute: 'state',
        from: { id: 4, name: 'closed' },
        to: { id: 2, name: 'open' },
        types: { from: 'closed', to: 'open' },
        by: 5,
      },
      {
        attribute: 'state',
        from: { id: 2, name: 'open' },
        to: { id: 3, name: 'pending reminder' },
        types: { from: 'open', to: 'pending' },
        by: 4,
      },
      { attribute: 'owner', from: { id: 1, name: '-' }, to: { id: 4, name: 'Anna Agent' }, by: 4 },
    ])
  },
)

const aTag = (id: number, type: string, tag: unknown, more: object = {}) => ({
  id,
  object: 'Ticket',
  type,
  attribute: 'tag',
  o_id: 2,
  value_from: null,
  value_to: tag,
  created_by_id: 4,
  created_at: `2026-11-21T09:00:0${id}.000Z`,
  ...more,
})

test('the history tells who tagged a ticket when, and a tag that makes no sense is left out', async () => {
  const history = [
    aTag(3, 'removed', 'holding'),
    aTag(1, 'added', 'holding'),
    aTag(4, 'added', null),
    aTag(5, 'updated', 'what Zammad never writes'),
    aTag(6, 'added', 'an article’s', { object: 'Ticket::Article' }),
  ]
  server.use(answering('get', '/ticket_history/2', { status: 200, body: { history } }))
  expect((await deskOfTest().history(2))?.tags).toEqual([
    { id: 1, tag: 'holding', isAdded: true, by: 4, at: new Date('2026-11-21T09:00:01Z') },
    { id: 3, tag: 'holding', isAdded: false, by: 4, at: new Date('2026-11-21T09:00:03Z') },
  ])
})

test('a state that Zammad lists no more counts as open, and is asked for once', async () => {
  let asked = 0
  const line = {
    id: 9,
    object: 'Ticket',
    type: 'updated',
    attribute: 'state',
    id_from: 99,
    id_to: 4,
    value_from: 'on hold',
    value_to: 'closed',
    created_by_id: 4,
    created_at: '2026-11-21T09:00:00.000Z',
  }
  server.use(
    answering('get', '/ticket_history/2', { status: 200, body: { history: [line] } }),
    http.get(`${ZAMMAD}/api/v1/ticket_states`, () => {
      asked += 1
      return HttpResponse.json([{ id: 4, name: 'closed', state_type_id: 5 }])
    }),
  )
  const desk = deskOfTest()
  for (let round = 0; round < 2; round += 1) {
    const [change] = (await desk.history(2))?.changes ?? []
    expect(change?.types).toEqual({ from: 'open', to: 'closed' })
  }
  expect(asked).toBe(1)
})

test('a change that does not say from what to what is no history', async () => {
  const line = {
    id: 1,
    object: 'Ticket',
    type: 'updated',
    attribute: 'group',
    created_by_id: 4,
    created_at: '2026-11-21T09:00:00.000Z',
  }
  server.use(answering('get', '/ticket_history/2', { status: 200, body: { history: [line] } }))
  await expect(deskOfTest().history(2)).rejects.toMatchObject({ code: 'refused' })
})

const ABSENT: readonly (readonly [name: string, answer: Told])[] = [
  ['gone', told('6.2', 'ticket-unknown')],
  ['out of sight', told('6.2', 'create-forbidden-group')],
]

test.for(ABSENT)('a ticket that is %s has neither articles nor history', async ([, answer]) => {
  server.use(
    answering('get', '/ticket_articles/by_ticket/2', answer),
    answering('get', '/ticket_history/2', answer),
    accountAnswers('6.2'),
  )
  expect(await deskOfTest().articles(2)).toBeNull()
  expect(await deskOfTest().history(2)).toBeNull()
  expect(await deskOfTest().bornOn(2)).toBeNull()
})

test.for(VERSIONS)(
  'Zammad %s, recorded: the history tells which articles were made there',
  async (version) => {
    server.use(
      answering('get', '/ticket_history/47', told(version, 'history-owner')),
      answering('get', '/ticket_states', told(version, 'states')),
    )
    const [first = 0] = (await deskOfTest().bornOn(47)) ?? []
    expect(await deskOfTest().bornOn(47)).toEqual(new Set([first, first + 1, first + 2]))
    expect((await deskOfTest().history(47))?.born).toEqual(new Set([first, first + 1, first + 2]))
  },
)

const birth = (article: number, ticket: unknown, more: object = {}) => ({
  id: article,
  object: 'Ticket::Article',
  type: 'created',
  o_id: article,
  related_o_id: ticket,
  ...more,
})

test('an article that was made on another ticket, or only changed on this one, was not born here', async () => {
  const lines = [
    birth(4, 2),
    birth(5, 3),
    birth(6, 2, { type: 'updated' }),
    birth(2, 2, { object: 'Mention' }),
  ]
  server.use(answering('get', '/ticket_history/2', { status: 200, body: { history: lines } }))
  expect(await deskOfTest().bornOn(2)).toEqual(new Set([4]))
})

test('where an article was made and it is not told on which ticket, the history is not believed', async () => {
  const lines = [birth(4, 2), birth(5, null)]
  server.use(answering('get', '/ticket_history/2', { status: 200, body: { history: lines } }))
  await expect(deskOfTest().bornOn(2)).rejects.toMatchObject({ code: 'refused' })
})

test.for([
  ['a lacking right', told('6.6', 'token-without-right'), 'misconfigured'],
  ['another shape', { status: 200, body: [{ id: 1 }] }, 'refused'],
  ['502', { status: 502, body: '' }, 'unavailable'],
] as const)('articles and history, %s', async ([, answer, code]) => {
  server.use(
    answering('get', '/ticket_articles/by_ticket/2', answer),
    answering('get', '/ticket_history/2', answer),
    accountAnswers('6.2'),
  )
  await expect(deskOfTest().articles(2)).rejects.toMatchObject({ code })
  await expect(deskOfTest().history(2)).rejects.toMatchObject({ code })
})
