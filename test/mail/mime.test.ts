import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { LANGUAGES } from '../../src/language.ts'
import { createMailer, type MailerOptions } from '../../src/mail/smtp.ts'
import type { Headers, Message, NewNumber, Receipt } from '../../src/mailer.ts'
import { aNewNumber, anAlert, aReceipt, everyVisitorMail, someHeaders } from './mail-samples.ts'

const settings: MailerOptions = {
  url: 'smtp://127.0.0.1:25',
  from: 'Cancer Image Europe helpdesk <desk@example.org>',
}

const render = (
  message: Message,
  headers: Headers,
  changes: Partial<MailerOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> => createMailer({ ...settings, ...changes }).render(message, headers)

const textOf = (mime: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(mime)
const headOf = (mime: Uint8Array): string => textOf(mime).split('\r\n\r\n')[0] ?? ''

const HEADER_NAMES = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'subject',
  'to',
  'x-auto-response-suppress',
]

test('the head of a receipt is this, to the byte', async () => {
  const mime = await render(aReceipt(), someHeaders())
  expect(headOf(mime)).toBe(
    [
      'Auto-Submitted: auto-generated',
      'X-Auto-Response-Suppress: All',
      'From: Cancer Image Europe helpdesk <desk@example.org>',
      'To: ana.torres@visitors.example.org',
      'Subject: We have your request [Ticket#65432101234567]',
      'Message-ID: <receipt.9k2m4q@desk.example.org>',
      'Date: Sat, 21 Nov 2026 09:14:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative;',
      ' boundary="=_firstline-625089e21efe10b43093d5f4156c0e7d-Part_1"',
    ].join('\r\n'),
  )
})

test.for([
  { replyTo: 'nodes@example.org', told: { name: '', address: 'nodes@example.org' } },
  { replyTo: 'Nodes <nodes@example.org>', told: { name: 'Nodes', address: 'nodes@example.org' } },
])('an answer by mail goes to $replyTo', async ({ replyTo, told }) => {
  const mail = await PostalMime.parse(await render(aReceipt({ replyTo }), someHeaders()))
  expect(mail.replyTo).toEqual([told])
})

test.for(['nodes', 'a@b.test, c@d.test', 'a@b.test\r\nBcc: e@c.test', ''])(
  'an address for answers that reads %j is a wrong setting',
  async (replyTo) => {
    const failure: unknown = await render(aReceipt({ replyTo }), someHeaders()).catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({ code: 'misconfigured' })
  },
)

test('a name with letters outside ASCII comes back as it went in', async () => {
  const mime = await render(aReceipt({ language: 'es' }), someHeaders(), {
    from: 'Atención al usuario, España <desk@example.org>',
  })
  expect((await PostalMime.parse(mime)).from).toEqual({
    name: 'Atención al usuario, España',
    address: 'desk@example.org',
  })
})

test.for(LANGUAGES.flatMap((language) => everyVisitorMail(language).map((mail) => ({ language, ...mail }))))(
  'the same $language $what is the same bytes each time, and tells machines to be silent',
  async ({ message }) => {
    const first = await render(message, someHeaders())
    expect(await render(structuredClone(message), someHeaders())).toEqual(first)
    expect(first.length).toBeGreaterThan(2000)
    expect(headOf(first)).toMatch(/^Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n/)
    expect(headOf(first)).not.toMatch(/^Precedence:/im)
  },
)

const boundaryOf = async (messageId: string): Promise<string | undefined> =>
  /boundary="([^"]+)"/.exec(headOf(await render(aReceipt(), someHeaders({ messageId }))))?.[1]

test('two Message-IDs have two boundaries', async () => {
  const [one, two] = await Promise.all([boundaryOf('<1@example.org>'), boundaryOf('<2@example.org>')])
  expect(one).toMatch(/^=_firstline-/)
  expect(one).not.toBe(two)
})

test('lines are short, ASCII, and end in CR LF', async () => {
  const text = textOf(
    await render(aReceipt({ language: 'es', site: 'Centro de ayuda — España' }), someHeaders()),
  )
  expect(text).toMatch(/^[\x20-\x7e\r\n]*$/)
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78)
})

test('both parts come back as they were written', async () => {
  const mail = await PostalMime.parse(await render(aReceipt({ language: 'es' }), someHeaders()))
  expect(mail.text).toContain('Respuesta a más tardar: lunes, 23 de noviembre, 10:14 (Europe/Madrid)')
  expect(mail.text).toContain(aReceipt().link)
  expect(mail.html).toMatch(/^<!DOCTYPE html><html lang="es">/)
  expect(mail.attachments).toEqual([])
})

test.for([
  'a@b.test, evil@c.test',
  'a@b.test\r\nBcc: evil@c.test',
  'Ana <a@b.test>',
  '=?utf-8?Q?evil=40c.test=2C?=@b.test',
  'a@b',
  '',
])('no mail is written to %j', async (to) => {
  const failure: unknown = await render(aReceipt(), someHeaders({ to })).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Failure)
  expect(failure).toMatchObject({ code: 'refused' })
})

test.for([
  { why: 'Message-ID without brackets', headers: { messageId: 'a@b.test' }, message: {} },
  { why: 'Message-ID of two lines', headers: { messageId: '<a@b.test>\r\nBcc: e@c.test' }, message: {} },
  { why: 'Message-ID with an encoded word', headers: { messageId: '<=?utf-8?Q?a?=@b.test>' }, message: {} },
  { why: 'no date', headers: { date: new Date(Number.NaN) }, message: {} },
  { why: 'reference of two lines', headers: {}, message: { reference: '65\r\nBcc: e@c.test' } },
  { why: 'reference of words', headers: {}, message: { reference: 'buy cheap pills' } },
])('a header of ours that is none is our mistake: $why', async ({ headers, message }) => {
  await expect(render(aReceipt(message), someHeaders(headers))).rejects.toThrow(TypeError)
})

test.for([
  '',
  'desk',
  'desk@example',
  'a@b.test, c@d.test',
  'Desk <a@b.test> <c@d.test>',
  'D\r\nBcc: x <a@b.test>',
])('MAIL_FROM %j is a wrong setting', (from) => {
  expect(() => createMailer({ ...settings, from })).toThrow(Failure)
})

/** Text of the kind that attacks a mail: line ends, separators, words of headers, bidi controls. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        '\0',
        '\u2028',
        '\u202e',
        '\ufeff',
        'Bcc: evil@c.test',
        'evil@c.test',
        ', ',
        '; ',
        '<',
        '>',
        '"',
        '\\',
        '=?utf-8?B?DQpCY2M6IGVAYy50ZXN0?=',
        '\r\n.\r\n',
        '\r\n\r\n',
        '--=_firstline',
        '7',
        'a@b.test',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

const address = fc
  .tuple(
    fc.constantFrom('a', 'ana.torres', "o'neil", 'a+b', '=?utf-8?Q?a=2C?=', '{x}', '!'),
    fc.constantFrom('b.test', 'ñ.test'),
  )
  .map(([local, domain]) => `${local}@${domain}`)

const mostly = (sound: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 6, arbitrary: sound }, { weight: 1, arbitrary: hostile })

/** Names that the settings' grammar lets through, mostly. */
const sender = mostly(hostile.map((name) => name.replace(/[<>\p{Cc}]/gu, '')))

const inputs = fc.record({
  language: fc.constantFrom(...LANGUAGES),
  site: hostile,
  link: hostile,
  timeZone: hostile,
  reference: mostly(fc.constantFrom('65432101234567', 'FL-7K3M9QXZ')),
  ticketNumber: mostly(fc.constantFrom('65432107654321')),
  kind: fc.constantFrom('receipt' as const, 'new-number' as const, 'alert' as const),
  messageId: mostly(fc.constantFrom('<a.b@example.org>', '<a+b_c-d@x.example.org>')),
  to: mostly(address),
  from: sender.map((name) => `${name} <desk@example.org>`),
  replyTo: fc.option(sender.map((name) => `${name} <nodes@example.org>`)),
})

type Words = Pick<Receipt, 'language' | 'site' | 'link' | 'timeZone' | 'reference' | 'replyTo'> &
  Pick<NewNumber, 'ticketNumber'>

/** A message of the kind; an alert's further words are as hostile as the others. */
function messageOf(kind: Message['kind'], words: Words): Message {
  if (kind === 'receipt') return aReceipt(words)
  if (kind === 'new-number') return aNewNumber(words)
  const { language, site, link, timeZone, reference: number } = words
  return anAlert({
    language,
    site,
    link,
    timeZone,
    number,
    topic: site,
    unit: link,
    wanted: timeZone,
    reason: link,
  })
}

test('no string among the inputs adds a header or a recipient', { timeout: 60_000 }, async () => {
  let rendered = 0
  await fc.assert(
    fc.asyncProperty(inputs, async ({ kind, messageId, to, from, ...words }) => {
      const message = messageOf(kind, words)
      const headers = someHeaders({ messageId, to })
      const mime = await (async () => render(message, headers, { from }))().catch((error: unknown) => {
        if (error instanceof Failure || error instanceof TypeError) return null
        throw error
      })
      if (!mime) return
      rendered += 1
      const mail = await PostalMime.parse(mime)
      const names = mail.headers.map(({ key }) => key).toSorted()
      const answered = words.replyTo !== null && kind !== 'alert'
      const threaded = kind === 'new-number' ? ['in-reply-to', 'references'] : []
      expect(names).toEqual([...HEADER_NAMES, ...(answered ? ['reply-to'] : []), ...threaded].toSorted())
      expect(mail.to?.map((each) => each.address)).toHaveLength(1)
      expect(headOf(mime).match(/^[^ \t\r\n]/gm)).toHaveLength(names.length)
      expect(mail.from?.address).toBe('desk@example.org')
      expect(mail.messageId).toBe(messageId)
      expect(mail.html).toContain('</html>')
      expect(mail.attachments).toEqual([])
    }),
    { numRuns: 1000 },
  )
  expect(rendered).toBeGreaterThan(300)
})
