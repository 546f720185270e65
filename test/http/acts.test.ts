import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { Failure } from '../../src/failure.ts'
import { openPlatform } from '../support/platform.node.ts'
import { NOON } from '../support/samples.ts'
import { acted, aFollowed, anEntry, type Front, openFront, type Opened, tokenOn } from './front.ts'

const ANSWERED = { answeredAt: NOON, closedAt: NOON } as const
const PDF = new TextEncoder().encode('%PDF-1.7 nothing')

async function front(options?: Parameters<typeof openFront>[1]): Promise<Front> {
  return openFront(await openPlatform(), options)
}

const repliesOf = ({ stores }: Front, { conversation }: Opened) =>
  stores.replies.ofConversation(conversation.id)

const bodies = async (of: Front, opened: Opened): Promise<readonly string[]> =>
  (await repliesOf(of, opened)).map(({ body }) => body)

/** Opens the page of an act and sends what is typed into it. */
async function act(
  of: Front,
  { path }: Opened,
  name: string,
  typed?: Readonly<Record<string, string>>,
  files?: Parameters<typeof acted>[2],
): Promise<Response> {
  const token = await tokenOn(of, `${path}/${name}`)
  return of.ask(`${path}/${name}`, acted(token, typed, files))
}

test('what a visitor writes is stored with its files before the page says so, and is on the page at once', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const answer = await act(desk, opened, 'replies', { body: ' It still stops.\r\nAt 71 %. ' }, [
    { name: 'second.pdf', bytes: PDF },
  ])
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    `${opened.path}?lang=en&done=replies#last`,
  ])
  const [reply] = await repliesOf(desk, opened)
  expect(reply).toMatchObject({ act: 'reply', body: 'It still stops.\nAt 71 %.', score: null })
  const files = await desk.stores.replies.filesOf(reply?.id ?? '')
  expect(files).toMatchObject([{ name: 'second.pdf', type: 'application/pdf', size: PDF.length }])
  expect(desk.state.woken).toBe(1)
  const page = await (await desk.ask(`${opened.path}?done=replies`)).text()
  for (const told of [
    'It still stops.\nAt 71 %.',
    'second.pdf',
    'on its way to the team',
    'We have your message',
  ])
    expect(page).toContain(told)
  const file = await desk.ask(`${opened.path}/files/${files[0]?.id}`)
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(PDF)
})

test('the box on the page of the conversation sends what its own page sends', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const token = await tokenOn(desk, opened.path)
  const answer = await desk.ask(`${opened.path}/replies`, acted(token, { body: 'Hello' }))
  expect([answer.status, await bodies(desk, opened)]).toEqual([303, ['Hello']])
})

test('a reply sent twice from one page is one reply', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const token = await tokenOn(desk, opened.path)
  const send = () =>
    desk.ask(`${opened.path}/replies`, acted(token, { body: 'Hello' }, [{ name: 'a.pdf', bytes: PDF }]))
  const answers = [await send(), await send(), await send()]
  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
  expect(await bodies(desk, opened)).toEqual(['Hello'])
  expect(await keptFiles(desk)).toHaveLength(1)
})

async function keptFiles({ files }: Front): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { name } of files.list()) names.push(name)
  return names
}

test('other words under the same token are kept on the page, with a token that sends them as well', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const token = await tokenOn(desk, opened.path)
  const send = (body: string, with_: string) => desk.ask(`${opened.path}/replies`, acted(with_, { body }))
  await send('First', token)
  const other = await send('Second <b>words</b>', token)
  const page = await other.text()
  expect(other.status).toBe(409)
  expect(page).toContain('Second &lt;b&gt;words&lt;/b&gt;</textarea>')
  expect(await bodies(desk, opened)).toEqual(['First'])
  const fresh = /name="_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
  expect((await send('Second <b>words</b>', fresh)).status).toBe(303)
  expect(await bodies(desk, opened)).toEqual(['First', 'Second <b>words</b>'])
})

test('an old page brings the words back once with a fresh token, and a used one tells that it was sent', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const used = await tokenOn(desk, opened.path)
  const unused = await tokenOn(desk, opened.path)
  await desk.ask(`${opened.path}/replies`, acted(used, { body: 'Hello' }))
  desk.turn(2 * DAY_MS)
  const repeat = await desk.ask(`${opened.path}/replies`, acted(used, { body: 'Hello' }))
  const late = await desk.ask(`${opened.path}/replies`, acted(unused, { body: 'Late words' }))
  expect([repeat.status, late.status]).toEqual([303, 422])
  expect(await late.text()).toContain('Late words</textarea>')
  expect(await bodies(desk, opened)).toEqual(['Hello'])
})

test.for<readonly [why: string, tokenOf: (of: Front, mine: Opened, other: Opened) => Promise<string | null>]>(
  [
    ['none', async () => null],
    ['a made-up one', async () => `1.${'0'.repeat(26)}.${'0'.repeat(32)}`],
    ["another conversation's", (of, _, { path }) => tokenOn(of, `${path}/replies`)],
    ["another act's", (of, { path }) => tokenOn(of, `${path}/solved`)],
  ],
)('with a token that is %s nothing is said, and words and files’ names are safe', async ([, tokenOf]) => {
  const desk = await front()
  const mine = await desk.opened()
  const other = await desk.opened()
  const token = await tokenOf(desk, mine, other)
  for (const files of [[], [{ name: 'a.pdf', bytes: PDF }]]) {
    const answer = await desk.ask(`${mine.path}/replies`, acted(token, { body: 'Kept words' }, files))
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Kept words</textarea>')
  }
  expect([await bodies(desk, mine), await bodies(desk, other), await keptFiles(desk)]).toEqual([[], [], []])
})

test.for<readonly [why: string, typed: Readonly<Record<string, string>>, says: string]>([
  ['no word and no file', { body: ' \u200b\n' }, 'Fill in “Your message”'],
  ['too many words', { body: 'x'.repeat(20_001) }, 'Shorten this to 20000 characters'],
  ['a field that nobody asks for', { body: 'Hello', more: 'x' }, 'problem'],
])('a reply with %s is not sent', async ([, typed, says]) => {
  const desk = await front()
  const opened = await desk.opened()
  const answer = await act(desk, opened, 'replies', typed)
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(says)
  expect(await bodies(desk, opened)).toEqual([])
})

test('20,000 characters are a reply, and so is a file alone', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const long = 'ñ'.repeat(20_000)
  expect((await act(desk, opened, 'replies', { body: long })).status).toBe(303)
  expect((await act(desk, opened, 'replies', { body: '' }, [{ name: 'a.pdf', bytes: PDF }])).status).toBe(303)
  expect(await bodies(desk, opened)).toEqual([long, ''])
})

test('a file that is not what its name says comes back with the words, and nothing is kept', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const answer = await act(desk, opened, 'replies', { body: 'See this' }, [{ name: 'a.pdf', bytes: 'no' }])
  expect(answer.status).toBe(422)
  expect(await answer.text()).toMatch(/a\.pdf[\s\S]*See this<\/textarea>/)
  expect([await bodies(desk, opened), await keptFiles(desk)]).toEqual([[], []])
})

const attached = (count: number, bytes: Uint8Array<ArrayBuffer>) =>
  Array.from({ length: count }, (_, n) => ({ name: `${n}.pdf`, bytes }))

function padded(bytes: number): Uint8Array<ArrayBuffer> {
  const large = new Uint8Array(bytes).fill(32)
  large.set(PDF)
  return large
}

test.for<
  readonly [why: string, files: readonly { name: string; bytes: Uint8Array<ArrayBuffer> }[], says: string]
>([
  ['six files', attached(6, PDF), 'There are too many files'],
  ['files of 26 MB', attached(2, padded(13 * 1024 * 1024)), 'Your files are too large'],
])('%s are too much, the words stay, and nothing is kept', async ([, files, says]) => {
  const desk = await front()
  const opened = await desk.opened()
  const answer = await act(desk, opened, 'replies', { body: 'Kept words' }, files)
  const page = await answer.text()
  expect([answer.status, page.includes(says), page.includes('Kept words</textarea>')]).toEqual([
    413,
    true,
    true,
  ])
  expect([await bodies(desk, opened), await keptFiles(desk)]).toEqual([[], []])
})

const manyTexts = Object.fromEntries(
  Array.from({ length: 45 }, (_, n) => [`more${n}`, 'x'.repeat(60 * 1024)]),
)

test.for<readonly [why: string, init: RequestInit, status: number]>([
  ['no body', { method: 'POST' }, 415],
  ['JSON', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }, 415],
  ['a text above every limit', acted('x', manyTexts), 413],
  [
    'a body that announces more than is read',
    {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data; boundary=b', 'Content-Length': '99999999' },
      body: 'x',
    },
    413,
  ],
])('%s is no reply, and the page says so', async ([, init, status]) => {
  const desk = await front()
  const opened = await desk.opened()
  const answer = await desk.ask(`${opened.path}/replies`, init)
  expect([answer.status, (await answer.text()).includes('Nothing was sent')]).toEqual([status, true])
  expect(await bodies(desk, opened)).toEqual([])
})

test('a page of another site cannot act for a visitor', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const init = acted(await tokenOn(desk, opened.path), { body: 'Hello' })
  const answer = await desk.ask(`${opened.path}/replies`, {
    ...init,
    headers: { Origin: 'https://evil.example' },
  })
  expect([answer.status, await bodies(desk, opened)]).toEqual([403, []])
})

test('a guard that refuses keeps the words and is asked about form and address alone', async () => {
  const asked: object[] = []
  const desk = await front({
    guard: async (arriving) => {
      asked.push(arriving)
      return 'too-many'
    },
  })
  const opened = await desk.opened()
  const answer = await act(desk, opened, 'replies', { body: 'Patient words' })
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '30'])
  expect(await answer.text()).toContain('Patient words</textarea>')
  expect(asked).toEqual([{ form: 'upload-trouble', address: 'ann.lee@example.org' }])
  expect(await bodies(desk, opened)).toEqual([])
})

test('a guard is asked about the address that a correction would have mailed to', async () => {
  const asked: object[] = []
  const desk = await front({
    guard: async (arriving) => {
      asked.push(arriving)
      return 'too-many'
    },
  })
  const opened = await desk.opened()
  const answer = await act(desk, opened, 'address', { email: ' someone@else.example ' })
  expect(answer.status).toBe(429)
  expect(asked).toEqual([{ form: 'upload-trouble', address: 'someone@else.example' }])
})

test('a store that fails keeps the words with their token, so that sending again stays one reply', async () => {
  const platform = await openPlatform()
  const failing = { now: false }
  const db: typeof platform.db = {
    ...platform.db,
    atomically: (writes) =>
      failing.now
        ? Promise.reject(new Failure('unavailable', 'the disk is full'))
        : platform.db.atomically(writes),
  }
  const desk = await openFront({ ...platform, db })
  const opened = await desk.opened()
  const token = await tokenOn(desk, opened.path)
  failing.now = true
  const answer = await desk.ask(`${opened.path}/replies`, acted(token, { body: 'Safe words' }))
  const page = await answer.text()
  expect(answer.status).toBe(503)
  expect(page).toContain('Safe words</textarea>')
  expect(page).toContain(token)
  expect(desk.log.filter(({ event }) => event === 'reply.failed')).toHaveLength(1)
  expect(JSON.stringify(desk.log)).not.toContain('Safe words')
})

test('“This is solved” is said once, tells so, and the clock stops', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const token = await tokenOn(desk, `${opened.path}/solved`)
  const send = () => desk.ask(`${opened.path}/solved`, acted(token))
  expect([(await send()).status, (await send()).status]).toEqual([303, 303])
  expect(await repliesOf(desk, opened)).toMatchObject([{ act: 'solved', body: '' }])
  const page = await (await desk.ask(opened.path)).text()
  expect(page).toContain('You told us that this is solved.')
  expect(page).not.toMatch(/Answer by|href="[^"]*\/solved/)
  const again = await desk.ask(`${opened.path}/solved`, acted(await tokenOn(desk, `${opened.path}/replies`)))
  expect(again.status).toBe(422)
})

test('a rating is taken once, from 1 to 5, with a word or without', async () => {
  const desk = await front()
  const opened = await desk.opened({ conversation: ANSWERED })
  for (const score of ['0', '6', '4.5', 'x', '']) {
    expect((await act(desk, opened, 'rating', { score, comment: 'Kept' })).status).toBe(422)
  }
  const before = await tokenOn(desk, `${opened.path}/rating`)
  expect((await act(desk, opened, 'rating', { score: '4', comment: 'Quick.' })).status).toBe(303)
  const second = await desk.ask(`${opened.path}/rating`, acted(before, { score: '1' }))
  expect(second.status).toBe(409)
  expect(await repliesOf(desk, opened)).toMatchObject([{ act: 'rating', score: 4, body: 'Quick.' }])
  const page = await (await desk.ask(opened.path)).text()
  expect(page).toContain('You rated our help: 4 of 5, good.')
  expect(page).not.toMatch(/href="[^"]*\/rating/)
})

test('a rating that a link names is chosen already, and only sending it counts', async () => {
  const desk = await front()
  const opened = await desk.opened({ conversation: ANSWERED })
  const page = await (await desk.ask(`${opened.path}/rating?score=2`)).text()
  expect(page).toMatch(/value="2" checked/)
  expect(await repliesOf(desk, opened)).toEqual([])
})

test('a corrected address gets a link of its own, and the one before is no link any more', async () => {
  const desk = await front()
  const opened = await desk.opened({ conversation: { ticketId: null } })
  const answer = await act(desk, opened, 'address', { email: 'ann.li@example.org' })
  expect(answer.status).toBe(303)
  const to = answer.headers.get('location') ?? ''
  expect(to).toMatch(/^\/c\/[0-9a-z]{32}\?lang=en&done=address$/)
  expect(to).not.toContain(opened.token)
  const page = await desk.ask(to)
  expect([page.status, (await desk.ask(opened.path)).status]).toEqual([200, 404])
  expect(await page.text()).toContain('The address is changed.')
  expect(await desk.stores.conversations.byId(opened.conversation.id)).toMatchObject({
    recipient: 'ann.li@example.org',
    formerRecipients: ['ann.lee@example.org'],
  })
})

test.for([
  ['no address', 'ann', 'Enter an email address'],
  ['nothing', '', 'Enter an email address'],
  ['the address that there is', 'Ann.Lee@example.org', 'go to this address already'],
] as const)('%s corrects nothing', async ([, email, says]) => {
  const desk = await front()
  const opened = await desk.opened()
  const answer = await act(desk, opened, 'address', { email })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(says)
  expect((await desk.ask(opened.path)).status).toBe(200)
})

test('an address is not corrected once an answer was made, and the page says so', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const token = await tokenOn(desk, `${opened.path}/address`)
  await desk.change(opened.conversation, { answeredAt: NOON })
  const answer = await desk.ask(`${opened.path}/address`, acted(token, { email: 'new@example.org' }))
  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain('cannot be done any more')
  expect((await desk.stores.conversations.byId(opened.conversation.id))?.recipient).toBe(
    'ann.lee@example.org',
  )
})

test('words for a request that is gone are not taken, and are the visitor’s to keep', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const token = await tokenOn(desk, opened.path)
  await desk.follow(aFollowed({ sight: 'gone' }))
  const answer = await desk.ask(`${opened.path}/replies`, acted(token, { body: 'Too late' }))
  expect(answer.status).toBe(409)
  const page = await answer.text()
  expect(page).toContain('Too late')
  expect(page).not.toContain('<form')
  expect(await bodies(desk, opened)).toEqual([])
})

test.for(['replies', 'solved', 'rating', 'address'])(
  'GET of %s asks, and does nothing; without the link there is no such page',
  async (name) => {
    const desk = await front()
    const opened = await desk.opened({ conversation: { answeredAt: null } })
    const before = await desk.dump()
    const page = await desk.ask(`${opened.path}/${name}`)
    expect([page.status, page.headers.get('x-robots-tag')]).toEqual([200, 'noindex'])
    expect(await desk.dump()).toBe(before)
    const strange = `/c/${'0'.repeat(32)}`
    const answers = await Promise.all([
      desk.ask(`${strange}/${name}`),
      desk.ask(`${strange}/${name}`, acted('x', { body: 'x' })),
      desk.ask(strange),
    ])
    const [ofAct, , ofPage] = await Promise.all(answers.map((one) => one.text()))
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(ofAct).toBe(ofPage)
  },
)

test('what cannot be done on a page is not offered there', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const offers = async () => {
    const page = await (await desk.ask(opened.path)).text()
    return ['replies', 'solved', 'rating', 'address'].filter((name) =>
      page.includes(`${opened.path}/${name}`),
    )
  }
  expect(await offers()).toEqual(['replies', 'solved', 'address'])
  await desk.ledgered(anEntry(), opened.conversation)
  expect(await offers()).toEqual(['replies', 'solved', 'rating'])
  await desk.change(opened.conversation, { closedAt: NOON })
  expect(await offers()).toEqual(['replies', 'rating'])
  await desk.follow(aFollowed({ sight: 'gone' }))
  expect(await offers()).toEqual([])
})

test('a page in another language keeps it through an act', async () => {
  const desk = await front()
  const opened = await desk.opened()
  const token = await tokenOn(desk, opened.path)
  const page = await (await desk.ask(`${opened.path}?lang=es`)).text()
  expect(page).toContain(`action="${opened.path}/replies?lang=es"`)
  const answer = await desk.ask(`${opened.path}/replies?lang=es`, acted(token, { body: 'Hola' }))
  expect(answer.headers.get('location')).toBe(`${opened.path}?lang=es&done=replies#last`)
})

const tagged = async (of: Front, path: string, tag?: string | null) => {
  const answer = await of.ask(path, { headers: tag ? { 'If-None-Match': tag } : {} })
  return { status: answer.status, tag: answer.headers.get('etag') }
}

test.for<readonly [what: string, happens: (of: Front, opened: Opened) => Promise<unknown>]>([
  ['an answer', (of, { conversation }) => of.ledgered(anEntry(), conversation)],
  ['a reply', (of, opened) => act(of, opened, 'replies', { body: 'Hello' })],
  ['that it is solved', (of, opened) => act(of, opened, 'solved')],
  ['that it was closed', (of, { conversation }) => of.change(conversation, { closedAt: NOON })],
  ['another team', (of, { conversation }) => of.change(conversation, { unit: 'nodes' })],
  ['that it is frozen', (of, { conversation }) => of.change(conversation, { frozenAt: NOON })],
  ['that mail comes back', (of, { conversation }) => of.change(conversation, { unreachableAt: NOON })],
  ['that the ticket is gone', (of) => of.follow(aFollowed({ sight: 'gone' }))],
  ['lateness', async (of) => of.turn(48 * HOUR_MS + MINUTE_MS)],
])('the tag of the page changes with %s, and never with time or tokens alone', async ([, happens]) => {
  const desk = await front()
  const opened = await desk.opened()
  const { tag } = await tagged(desk, opened.path)
  desk.turn(HOUR_MS)
  expect((await tagged(desk, opened.path, tag)).status).toBe(304)
  await happens(desk, opened)
  const changed = await tagged(desk, opened.path, tag)
  expect(changed.status).toBe(200)
  desk.turn(MINUTE_MS)
  expect((await tagged(desk, opened.path, changed.tag)).status).toBe(304)
})

test('an answer that was taken back is gone from page and API', async () => {
  const desk = await front()
  const opened = await desk.opened()
  await desk.ledgered(anEntry(), opened.conversation)
  const api = `/api/v1/conversations/${opened.token}`
  expect(await (await desk.ask(opened.path)).text()).toContain('Please try again.')
  expect(await (await desk.ask(api)).text()).toContain('Please try again.')
  const withdrawn = {
    internal: true,
    side: null,
    html: '',
    text: '',
    disposition: 'not-for-visitor',
  } as const
  await desk.ledgered(anEntry({ ...withdrawn, because: 'internal' }))
  expect(await (await desk.ask(opened.path)).text()).not.toContain('Please try again.')
  expect(await (await desk.ask(api)).text()).not.toContain('Please try again.')
})

test('a program reads the same thread, in order, with absolute addresses', async () => {
  const desk = await front({ publicUrl: 'https://desk.example/helpdesk' })
  const opened = await desk.opened()
  const base = '/helpdesk'
  const html = '<p>Look: <img src="file:3" alt="picture" /></p>'
  const files = [
    { id: 3, name: 'a.png', type: 'image/png', size: 70 },
    { id: 4, name: 'b.pdf', type: 'application/pdf', size: 9 },
  ]
  const createdAt = after(NOON, SECOND_MS)
  await desk.ledgered(anEntry({ html, files, createdAt }), opened.conversation)
  desk.turn(MINUTE_MS)
  const token = await tokenOn(desk, `${base}${opened.path}`)
  await desk.ask(`${base}${opened.path}/replies`, acted(token, { body: 'A < B\nC' }))
  const answer = await desk.ask(`${base}/api/v1/conversations/${opened.token}`)
  const own = `https://desk.example${base}${opened.path}/files`
  expect(await answer.json()).toMatchObject({
    status: 'opened',
    due_at: after(NOON, MINUTE_MS + 48 * HOUR_MS).toISOString(),
    answered_at: createdAt.toISOString(),
    articles: [
      { from: 'visitor' },
      {
        id: '4711',
        from: 'desk',
        name: 'Pau Llopis',
        html: `<p>Look: <img src="${own}/4711-3" alt="picture" /></p>`,
        attachments: [{ name: 'b.pdf', type: 'application/pdf', size: 9, url: `${own}/4711-4` }],
      },
      { from: 'visitor', html: '<p>A &lt; B<br>C</p>', text: 'A < B\nC', attachments: [] },
    ],
  })
})
