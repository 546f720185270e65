import { expect, test } from 'vitest'
import { LANGUAGES } from '../../src/language.ts'
import { htmlText } from '../../src/mail/messages.tsx'
import { plainText } from '../../src/mail/plain-text.ts'
import { wordingOf } from '../../src/mail/texts.ts'
import { ACCENT } from '../../src/mail/tokens.ts'
import type { Message } from '../../src/mailer.ts'
import { aNotice, NOTICES, someLinks } from './mail-samples.ts'

const textOf = (message: Message): string => plainText(wordingOf(message, 'Ticket#'))

test('that another team has the request is told with its name', () => {
  expect(textOf(aNotice())).toBe(`Answer on your page: a reply to this mail reaches nobody.
https://desk.example.org/helpdesk/c/0123456789abcdefghjkmnpqrstvwxyz

Another team has your request. It went to the team that can answer it.

Number: 65432101234567
Now with: Technical support

What happens next
- There is nothing that you need to do. Your page and its link stay the same.

If you did not send a request, you can ignore this mail.

--\u0020
Cancer Image Europe helpdesk
`)
})

test.for([
  { replyTo: null, way: 'Answer on your page within 90 days, and we take it up again.' },
  {
    replyTo: 'nodes@example.org',
    way: 'Reply to this mail or answer on your page within 90 days, and we take it up again.',
  },
])('that the request is closed is told with how to open it again: $way', ({ replyTo, way }) => {
  const text = textOf(aNotice({ kind: 'closed', replyTo }))
  expect(text).toContain('Your request is closed.')
  expect(text).not.toContain('Follow your request')
  expect(text).toContain(`\n- ${way}\n- The link to your page works for 90 days.\n`)
})

test.for(LANGUAGES)(
  'a merge is told in %s by one text that tells nothing of the other request',
  (language) => {
    const one = aNotice({ kind: 'merged', language })
    const other = aNotice({
      kind: 'merged',
      language,
      team: 'Another team',
      raisedTo: ['Somebody'],
      dueAt: new Date('2026-01-01T00:00:00Z'),
    })
    expect(textOf(one)).toBe(textOf(other))
    expect(textOf(one)).toContain(
      language === 'en'
        ? 'Your request is handled together with another one'
        : 'Su solicitud se tramita junto con otra',
    )
    expect(
      textOf(one)
        .match(/\d{4,}/g)
        ?.filter((digits) => !one.link.includes(digits)),
    ).toEqual([one.number])
  },
)

test('that the answer is late is told since when, in the visitor’s zone, and to whom it was raised', () => {
  const text = textOf(aNotice({ kind: 'late', timeZone: 'Atlantic/Canary' }))
  expect(text).toContain('\nLate since: Monday 23 November, 09:14 (Atlantic/Canary)\n')
  expect(text).toContain('\nRaised to: Technical support and Coordination\n')
  expect(text.match(/\d\d:\d\d/g)).toEqual(['09:14'])
})

test.for([
  {
    language: 'en',
    lead: 'You have had a first answer. The rest should have come by now. We are sorry that it has not.',
    next: 'We write to you as soon as there is more.',
    never: 'You should have had an answer',
  },
  {
    language: 'es',
    lead: 'Ya ha recibido una primera respuesta. El resto ya debería haber llegado.',
    next: 'Le escribiremos en cuanto haya más.',
    never: 'Ya debería haber recibido una respuesta',
  },
] as const)('who has a first answer is told that the rest is late ($language)', (told) => {
  const { language, lead, next, never } = told
  const wording = wordingOf(aNotice({ kind: 'late', language, isHeld: true }), 'Ticket#')
  for (const text of [plainText(wording), htmlText(wording, language, ACCENT)]) {
    for (const words of [lead, next, '23']) expect(text).toContain(words)
    expect(text).not.toContain(never)
  }
  expect(textOf(aNotice({ kind: 'late', language }))).toContain(never)
})

test.for([
  { language: 'en', raisedTo: ['Catalogue'], told: 'Raised to: Catalogue and our coordination' },
  { language: 'es', raisedTo: ['Catálogo'], told: 'Avisados: Catálogo y nuestra coordinación' },
  { language: 'en', raisedTo: [], told: 'Raised to: our coordination' },
] as const)('that coordination heard of it is told: $told', ({ told, ...raised }) => {
  expect(textOf(aNotice({ kind: 'late', ...raised, raisedToCoordination: true }))).toContain(`\n${told}\n`)
})

test('names of those whom it was raised to stand on one line, and who has no name is not told', () => {
  expect(textOf(aNotice({ kind: 'late', raisedTo: ['A\nB', ' ', '\u202eC', 'D'] }))).toContain(
    '\nRaised to: A B, C and D\n',
  )
  expect(textOf(aNotice({ kind: 'late', raisedTo: [] }))).not.toContain('Raised to')
  expect(textOf(aNotice({ kind: 'late', language: 'es', raisedTo: ['Ana', 'Inés'] }))).toContain(
    '\nAvisados: Ana e Inés\n',
  )
})

test.for(LANGUAGES)('no two notices in %s say the same', (language) => {
  const words = NOTICES.map((kind) => wordingOf(aNotice({ kind, language }), 'Ticket#'))
  expect(new Set(words.map(({ heading }) => heading)).size).toBe(NOTICES.length)
  expect(new Set(words.map(({ lead }) => lead)).size).toBe(NOTICES.length)
  expect(new Set(words.map(({ subject }) => subject)).size).toBe(1)
})

test('the links to all requests stand each under its number', () => {
  expect(textOf(someLinks())).toBe(`Each link opens a request without a password, so share it with nobody.

Your requests. Here are the links to their pages.

Request 65432101234567
https://desk.example.org/helpdesk/c/0123456789abcdefghjkmnpqrstvwxyz

Request FL-7K3M9QXZ
https://desk.example.org/helpdesk/c/0123456789abcdefghjkmnpqrstvwxyy

If you did not ask for this mail, you can ignore it: nothing has changed.

--\u0020
Cancer Image Europe helpdesk
`)
})
