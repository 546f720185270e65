import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { LANGUAGES } from '../../src/language.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { subjectOf } from '../../src/mail/thread.ts'
import { aNewNumber, anAnswer, aNotice, aReceipt, NOTICES, someHeaders, someLinks } from './mail-samples.ts'

const { render } = createMailer({ url: 'smtp://127.0.0.1:25', from: 'Our desk <desk@example.org>' })
const FL = 'FL-7K3M9QXZ'

test.for([
  { what: 'the number told at once', message: aReceipt({ reference: '654321' }), ends: ' [Ticket#654321]' },
  {
    what: 'the number told at once, where mail is read',
    message: aReceipt({ reference: '654321', replyTo: 'nodes@example.org' }),
    ends: ' [Ticket#654321]',
  },
  { what: 'no number yet', message: aReceipt({ reference: FL }), ends: `: ${FL}` },
  {
    what: 'a number learned by then',
    message: aReceipt({ reference: FL, number: '780123' }),
    ends: ' [Ticket#780123]',
  },
  {
    what: 'a number learned later',
    message: anAnswer({ reference: FL, number: '780123' }),
    ends: ' [Ticket#780123]',
  },
  { what: 'the new number', message: aNewNumber({ ticketNumber: '99' }), ends: ' [Ticket#99]' },
  {
    what: 'the number of a ticket that Zammad has',
    message: anAnswer({ number: '780123', opensZammad: true }),
    begins: 'Answer to your ticket',
    ends: ' [Ticket#780123]',
  },
  {
    what: 'the number of a ticket that Zammad has, where mail is read',
    message: anAnswer({ number: '780123', opensZammad: true, language: 'es', replyTo: 'nodes@example.org' }),
    begins: 'Respuesta a su solicitud',
    ends: ' [Ticket#780123]',
  },
  {
    what: 'no number that Zammad finds',
    message: anAnswer({ reference: 'T-1', number: 'T-1' }),
    ends: ': T-1',
  },
  {
    what: 'a number of Zammad’s that no header holds',
    message: anAnswer({ reference: '[Ticket#1]\r\nBcc: e@c.test', number: null }),
    ends: '',
  },
])('a subject ends with $what', ({ message, begins, ends }) => {
  const re = message.kind === 'receipt' ? '' : 'Re: '
  expect(subjectOf(message, 'Ticket#')).toBe(`${begins ?? `${re}We have your request`}${ends}`)
})

const later = (language: (typeof LANGUAGES)[number]) => [
  aNewNumber({ language, ticketNumber: aReceipt().reference }),
  anAnswer({ language }),
  anAnswer({ language, content: null }),
  ...NOTICES.map((kind) => aNotice({ language, kind })),
]

test.for(LANGUAGES.flatMap((language) => later(language).map((message) => ({ language, message }))))(
  'the subject of $message.kind in $language is the receipt’s, behind Re:',
  ({ language, message }) => {
    expect(subjectOf(message, 'Case#')).toBe(`Re: ${subjectOf(aReceipt({ language }), 'Case#')}`)
  },
)

const referencesIn = async (references: readonly string[]): Promise<{ ids: string; parent: string }> => {
  const mail = await PostalMime.parse(await render(anAnswer({ references }), someHeaders()))
  return { ids: mail.references ?? '', parent: mail.inReplyTo ?? '' }
}

const id = (n: number): string => `<answer.${n}.m3x9k2.1@desk.example.org>`
const ids = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, n) => id(from + n))

test('an answer names all that was sent before, and answers the last of it', async () => {
  expect(await referencesIn(ids(0, 3))).toEqual({ ids: ids(0, 3).join(' '), parent: id(2) })
})

test('forty references are named, and of more the first and the last twenty', async () => {
  expect((await referencesIn(ids(0, 40))).ids).toBe(ids(0, 40).join(' '))
  expect(await referencesIn(ids(0, 100))).toEqual({
    ids: [...ids(0, 20), ...ids(80, 100)].join(' '),
    parent: id(99),
  })
})

test('a mail that follows nothing has neither References nor In-Reply-To', async () => {
  const text = new TextDecoder().decode(await render(anAnswer({ references: [] }), someHeaders()))
  expect(text).not.toMatch(/^(References|In-Reply-To):/im)
})

test.for(['<CAKx=a+b_9$x@mail.gmail.com>', '<20261121.4711.uuid-1@fqdn>', "<o'neil@localhost>"])(
  '%s is a Message-ID as other programs give it',
  async (given) => {
    expect(await referencesIn([id(1), given])).toEqual({ ids: `${id(1)} ${given}`, parent: given })
  },
)

test.for([
  'a@b.test',
  '<a@b.test> <c@d.test>',
  '<a@b.test>\r\nBcc: e@c.test',
  '<a b@c.test>',
  '<=?utf-8?Q?a?=@b.test>',
  '<@b.test>',
  '<a@>',
  '<a@[127.0.0.1]>',
  '<ü@b.test>',
  `<${'a'.repeat(250)}@b.test>`,
  '',
])('%j among the references is left out', async (bad) => {
  expect(await referencesIn([id(1), bad])).toEqual({ ids: id(1), parent: id(1) })
})

test('References are folded into lines that every mail server takes', async () => {
  const text = new TextDecoder().decode(await render(anAnswer({ references: ids(0, 100) }), someHeaders()))
  const [head = ''] = text.split('\r\n\r\n')
  expect(Math.max(...head.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78)
})

test('links and alerts belong to no thread', async () => {
  const mail = await PostalMime.parse(await render(someLinks(), someHeaders()))
  expect(mail.subject).toBe('The links to your requests')
  expect(mail.references).toBeUndefined()
  expect(mail.inReplyTo).toBeUndefined()
  expect(mail.replyTo).toBeUndefined()
})
