import fc from 'fast-check'
import PostalMime, { type Email } from 'postal-mime'
import { expect, test } from 'vitest'
import { manyLines, oneLine } from '../../src/forms/clean-text.ts'
import { LANGUAGES } from '../../src/language.ts'
import { styled } from '../../src/mail/content-style.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { ACCENT } from '../../src/mail/tokens.ts'
import type { Answer, Enclosed } from '../../src/mailer.ts'
import { aContent, anAnswer, anEnclosed, someHeaders } from './mail-samples.ts'

const { render } = createMailer({ url: 'smtp://127.0.0.1:25', from: 'Our desk <desk@example.org>' })

const mimeOf = (message: Answer): Promise<Uint8Array<ArrayBuffer>> => render(message, someHeaders())
const textOf = (mime: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(mime)
const carrying = (...enclosed: readonly Enclosed[]): Answer =>
  anAnswer({ content: aContent({ html: '<p><img src="cid:file-7" /></p>', enclosed }) })
const read = async (message: Answer): Promise<Email> => PostalMime.parse(await mimeOf(message))

const aPicture = (changes: Partial<Enclosed> = {}): Enclosed =>
  anEnclosed({
    cid: 'file-7',
    name: 'chart.png',
    type: 'image/png',
    bytes: Uint8Array.of(137, 80, 78, 71),
    ...changes,
  })

/** Each part's type, disposition and encoding in the order of the mail, deeper parts further in. */
function structureOf(mime: string): readonly string[] {
  const open: string[] = []
  return mime.split(/^(?=--=_firstline)/m).flatMap((piece, index) => {
    const [head = ''] = piece.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n\r\n')
    const [first = ''] = head.split('\r\n')
    const delimiter = index === 0 ? '' : first.slice(2)
    if (delimiter.endsWith('--')) open.pop()
    const field = (name: string): string => new RegExp(`^${name}: ([^;\r\n]*)`, 'm').exec(head)?.[1] ?? ''
    const type = field('Content-Type')
    if (type === '') return []
    const line = [type, field('Content-Transfer-Encoding'), field('Content-Disposition')].filter(Boolean)
    const told = `${'  '.repeat(open.length)}${line.join(' ')}`
    const boundary = /boundary="([^"]+)"/.exec(head)?.[1]
    if (boundary !== undefined) open.push(boundary)
    return [told]
  })
}

test.for<{ what: string; message: Answer; parts: readonly string[] }>([
  {
    what: 'words alone',
    message: anAnswer(),
    parts: ['multipart/alternative', '  text/plain quoted-printable', '  text/html quoted-printable'],
  },
  {
    what: 'a picture in its text',
    message: carrying(aPicture()),
    parts: [
      'multipart/alternative',
      '  text/plain quoted-printable',
      '  multipart/related',
      '    text/html quoted-printable',
      '    image/png base64 inline',
    ],
  },
  {
    what: 'a picture and two files',
    message: carrying(anEnclosed(), aPicture(), anEnclosed({ name: 'a.pdf', type: 'application/pdf' })),
    parts: [
      'multipart/mixed',
      '  multipart/alternative',
      '    text/plain quoted-printable',
      '    multipart/related',
      '      text/html quoted-printable',
      '      image/png base64 inline',
      '  text/plain base64 attachment',
      '  application/pdf base64 attachment',
    ],
  },
])('an answer of $what is built like this', async ({ message, parts }) => {
  expect(structureOf(textOf(await mimeOf(message)))).toEqual(parts)
})

test('an answer with files is the same bytes each time, and no two of its boundaries are one', async () => {
  const message = carrying(anEnclosed(), aPicture(), anEnclosed({ name: 'ñ.pdf', type: 'application/pdf' }))
  const first = await mimeOf(message)
  expect(await mimeOf(structuredClone(message))).toEqual(first)
  const boundaries = [...textOf(first).matchAll(/boundary="([^"]+)"/g)].map(([, name]) => name)
  expect(new Set(boundaries).size).toBe(3)
})

test('a view into a larger buffer travels as what it shows', async () => {
  const all = new TextEncoder().encode('secret|shown|secret')
  const mail = await read(carrying(anEnclosed({ bytes: all.subarray(7, 12) })))
  expect(new TextDecoder().decode(mail.attachments[0]?.content as ArrayBuffer)).toBe('shown')
})

test('the picture is named by what the text calls it', async () => {
  const { attachments, html } = await read(carrying(aPicture()))
  expect(html).toContain('src="cid:file-7"')
  expect(attachments).toMatchObject([
    { contentId: '<file-7>', disposition: 'inline', related: true, filename: 'chart.png' },
  ])
})

test.for(['file-7>\r\nX: y', 'a b', '', 'ñ', '<a>'])('a picture named by %j is our mistake', async (cid) => {
  await expect(mimeOf(carrying(aPicture({ cid })))).rejects.toThrow(TypeError)
})

test.for([
  ['image/png', 'image/png'],
  ['IMAGE/JPEG', 'image/jpeg'],
  ['text/plain; charset=utf-16', 'text/plain'],
  ['application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.text'],
  ['audio/mpeg', 'audio/mpeg'],
  ['text/html', 'application/octet-stream'],
  ['image/svg+xml', 'application/octet-stream'],
  ['application/xhtml+xml', 'application/octet-stream'],
  ['application/javascript', 'application/octet-stream'],
  ['application/vnd.ms-word.document.macroenabled.12', 'application/octet-stream'],
  ['application/x-msdownload', 'application/octet-stream'],
  ['message/rfc822', 'application/octet-stream'],
  ['multipart/mixed; boundary="=_firstline"', 'application/octet-stream'],
  ['text/plain\r\nX-Injected: yes', 'application/octet-stream'],
  ['text/calendar', 'application/octet-stream'],
  ['', 'application/octet-stream'],
] as const)('a file that calls itself %j travels as %s', async ([type, told]) => {
  const { attachments, headers } = await read(carrying(anEnclosed({ name: 'a.x', type })))
  expect(attachments).toMatchObject([{ mimeType: told, disposition: 'attachment', filename: 'a.x' }])
  expect(headers.some(({ key }) => key === 'x-injected')).toBe(false)
})

test('a picture that may run is not shown within the text', async () => {
  const { attachments } = await read(carrying(aPicture({ type: 'image/svg+xml', name: 'a.svg' })))
  expect(attachments).toMatchObject([{ mimeType: 'application/octet-stream', disposition: 'attachment' }])
  expect(attachments[0]?.related).not.toBe(true)
})

test.for([
  { name: 'Befund für Añón — 文書.pdf', told: 'Befund für Añón — 文書.pdf' },
  { name: '../../etc/passwd', told: '_.._etc_passwd' },
  { name: 'C:\\Users\\a.txt', told: 'C__Users_a.txt' },
  { name: 'a\r\nBcc: e@c.test.txt', told: 'a Bcc_ e@c.test.txt' },
  { name: 'invoice\u202efdp.exe', told: 'invoicefdp.exe' },
  { name: '=?utf-8?Q?evil.exe?=', told: '=_utf-8_Q_evil.exe_=' },
  { name: '"; filename="b.exe', told: '_; filename=_b.exe' },
  { name: 'a; name=b.txt', told: 'a; name=b.txt' },
  { name: " 'a' %41 .txt. ", told: "'a' %41 .txt" },
  { name: '', told: 'file' },
  { name: '\u0000\u200b', told: 'file' },
  { name: '....', told: 'file' },
  { name: `${'a'.repeat(300)}.nii.gz`, told: `${'a'.repeat(117)}.gz` },
  { name: 'a'.repeat(300), told: 'a'.repeat(120) },
  { name: `${'🧬'.repeat(200)}.txt`, told: `${'🧬'.repeat(116)}.txt` },
])('the file $name arrives as $told', async ({ name, told }) => {
  const { attachments } = await read(carrying(anEnclosed({ name })))
  expect(attachments.map(({ filename }) => filename)).toEqual([told])
})

/** Text of the kind that attacks a mail. */
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
        '\r\nBcc: evil@c.test',
        '"',
        "'",
        '\\',
        ';',
        '*',
        '%0d%0a',
        '=?utf-8?B?DQpCY2M6IGVAYy50ZXN0?=',
        '\r\n.\r\n',
        '\r\n\r\n',
        '--=_firstline',
        '-- ',
        '.txt',
        '🧬',
        'ñ',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''))

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const enclosed = fc.record({
  cid: fc.constantFrom(null, 'file-1', 'file-2@desk.example.org'),
  name: hostile,
  type: fc.oneof(fc.constantFrom('image/png', 'text/plain', 'text/html', 'message/rfc822'), hostile),
  bytes: fc.uint8Array({ maxLength: 400 }).map((bytes) => new Uint8Array(bytes)),
})

const answers = fc
  .record({
    language: fc.constantFrom(...LANGUAGES),
    agent: fc.option(hostile),
    team: hostile,
    words: hostile,
    enclosed: fc.array(enclosed, { maxLength: 3 }),
    left: fc.array(fc.record({ name: hostile, size: fc.nat() }), { maxLength: 2 }),
    replyTo: fc.constantFrom(null, 'nodes@example.org'),
    references: fc.array(fc.oneof(hostile, fc.constant('<a.b@example.org>')), { maxLength: 4 }),
    dueAt: fc.option(fc.constant(new Date('2026-11-23T09:14:00Z'))),
  })
  .map(({ words, enclosed, left, ...rest }) =>
    anAnswer({
      ...rest,
      content: { html: `<p>${escaped(words)}</p>`, text: words, enclosed, left },
    }),
  )

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

/** HTML and text as a mail can hold them: line feeds, and Unicode alone. */
const onWire = (text: string): string => text.replace(/\r\n?/g, '\n').toWellFormed()

test(
  'whatever agents, teams and files are called, an answer arrives whole, with our headers, for one reader',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (message) => {
        const mime = await mimeOf(message)
        const mail = await PostalMime.parse(mime)
        const { content, replyTo, references } = message
        const threaded = references.includes('<a.b@example.org>')
        expect(mail.headers.map(({ key }) => key).toSorted()).toEqual(
          [
            ...HEADER_NAMES,
            ...(replyTo === null ? [] : ['reply-to']),
            ...(threaded ? ['in-reply-to', 'references'] : []),
          ].toSorted(),
        )
        expect(mail.to).toEqual([{ name: '', address: someHeaders().to }])
        expect(mail.subject).toMatch(/^Re: .* \[Ticket#65432101234567\]$/)
        const text = manyLines(content?.text ?? '').replace(/^-- $/gm, '--')
        expect(mail.text).toContain(text)
        expect(mail.text).toContain(oneLine(message.team))
        expect(onWire(mail.html ?? '')).toContain(onWire(styled(content?.html ?? '', ACCENT)))
        expect(mail.html).toMatch(/<\/html>\s*$/)
        const sent = (content?.enclosed ?? []).map(({ bytes }) => Array.from(bytes).join())
        const got = mail.attachments.map((each) =>
          Array.from(new Uint8Array(each.content as ArrayBuffer)).join(),
        )
        expect(got.toSorted()).toEqual(sent.toSorted())
        for (const { filename } of mail.attachments) {
          expect(filename).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}/\\:*?"<>|]{1,240}$/u)
        }
        expect(textOf(mime).replaceAll('\r\n', '')).not.toMatch(/[\r\n]|[^\t\x20-\x7e]/)
        expect(
          Math.max(
            ...textOf(mime)
              .split('\r\n')
              .map((line) => line.length),
          ),
        ).toBeLessThanOrEqual(998)
      }),
      { numRuns: 500 },
    )
  },
)
