import { expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { textOf } from '../../src/zammad/body.ts'
import { createBody } from '../../src/zammad/create-body.ts'
import { aTicket, anAttachment } from './recorded.ts'

const jsonOf = async (ticket = aTicket()): Promise<unknown> => JSON.parse(await textOf(createBody(ticket)))

test('a create says everything that the ticket needs, and nothing else', async () => {
  expect(await jsonOf()).toEqual({
    number: '780012345678',
    title: 'Broken lamp',
    group: 'Catalogue',
    priority: '2 normal',
    tags: 'form,lamp',
    customer: { firstname: 'Ann van', lastname: 'Lee', email: 'ann.lee@example.org' },
    preferences: { firstline: { instance: 'abc', submission: 's1' } },
    article: {
      type: 'web',
      sender: 'Customer',
      content_type: 'text/plain',
      internal: false,
      subject: 'Broken lamp',
      body: 'The lamp in hall 3 is dark.',
      message_id: '<fl-0001@forms.example>',
      preferences: { 'send-auto-response': false },
    },
  })
})

test('what is left to Zammad is not sent: number, priority, tags', async () => {
  const body = await jsonOf(aTicket({ number: null, priority: null, tags: [] }))
  expect(Object.keys(body as object).toSorted()).toEqual([
    'article',
    'customer',
    'group',
    'preferences',
    'title',
  ])
})

test('a ticket that continues another is linked with it as an equal, in the shape that Zammad takes', async () => {
  expect(await jsonOf(aTicket({ continues: 169 }))).toMatchObject({ links: { Ticket: { normal: [169] } } })
})

test.for([1, 2, 3, 5, 1_000])(
  'attachments in chunks of %i bytes arrive whole, and the length is exact',
  async (size) => {
    const files = [new Uint8Array(0), new Uint8Array([1]), new TextEncoder().encode('ü"\\ two\n')]
    const ticket = aTicket({
      title: 'Ünïcode "quoted" \\ 😀',
      attachments: files.map((bytes, index) => anAttachment(bytes, size, { name: `a "b" — ${index}.txt` })),
    })
    const body = createBody(ticket)
    const text = await textOf(body)
    expect(new TextEncoder().encode(text)).toHaveLength(body.length)
    expect(JSON.parse(text)).toMatchObject({
      title: 'Ünïcode "quoted" \\ 😀',
      article: {
        attachments: files.map((bytes, index) => ({
          filename: `a "b" — ${index}.txt`,
          'mime-type': 'image/png',
          data: Buffer.from(bytes).toString('base64'),
        })),
      },
    })
  },
)

test('a file without a name or a type gets one, as Zammad refuses it otherwise', async () => {
  const ticket = aTicket({ attachments: [anAttachment(new Uint8Array(3), 3, { name: '\0', type: '' })] })
  expect(await jsonOf(ticket)).toMatchObject({
    article: { attachments: [{ filename: 'file-1', 'mime-type': 'application/octet-stream' }] },
  })
})

test('files are opened one after another, each when its turn comes', async () => {
  const opened: number[] = []
  const attachments = [0, 1].map((index) => ({
    ...anAttachment(new Uint8Array(100_000), 10_000),
    open: () => {
      opened.push(index)
      return anAttachment(new Uint8Array(100_000), 10_000).open()
    },
  }))
  const pieces = createBody(aTicket({ attachments })).pieces()
  await pieces.next()
  expect(opened).toEqual([])
  await pieces.next()
  await pieces.next()
  expect(opened).toEqual([0])
  for await (const _ of pieces);
  expect(opened).toEqual([0, 1])
})

test.for([
  ['a failure of the store comes through', new Failure('refused', 'gone'), 'refused'],
  ['any other means: later', new Error('disk'), 'unavailable'],
] as const)('a file that cannot be opened: %s', async ([, error, code]) => {
  const attachments = [anAttachment(new Uint8Array(3), 3, { open: () => Promise.reject(error) })]
  await expect(jsonOf(aTicket({ attachments }))).rejects.toMatchObject({ code })
})
