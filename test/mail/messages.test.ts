import { expect, test } from 'vitest'
import { LANGUAGES } from '../../src/language.ts'
import { ACCENT, htmlText, plainText } from '../../src/mail/messages.tsx'
import { type AnswerBy, wordingOf } from '../../src/mail/texts.ts'
import { aNewNumber, aReceipt } from './mail-samples.ts'

const byPage: AnswerBy = { by: 'page' }
const byMail: AnswerBy = { by: 'mail', ticketHook: 'Ticket#' }

test('a receipt in English says all a visitor needs, and where to answer before anything else', () => {
  expect(plainText(wordingOf(aReceipt(), byPage)))
    .toBe(`Follow your request on your page: a reply to this mail reaches nobody.
https://desk.example.org/helpdesk/c/0123456789abcdefghjkmnpqrstvwxyz

We have your request. It is safe with us, and a person will read it.

Number: 65432101234567
Answer by: Monday 23 November, 10:14 (Europe/Madrid)

What happens next
- Your request goes to the team that can answer it.
- We write to this address as soon as there is an answer. Your page shows where your request stands.

What to keep
- This mail: its link opens your request without a password, so share it with nobody.
- The number: name it when you speak to us. It opens nothing by itself.

If you did not send this request, you can ignore this mail.

--\u0020
Cancer Image Europe helpdesk
`)
})

test('a receipt in Spanish says the same, in usted', () => {
  const text = plainText(wordingOf(aReceipt({ language: 'es' }), byPage))
  expect(text).toMatch(
    /^Siga su solicitud en su página: las respuestas a este correo no llegan a nadie\.\nhttps:/,
  )
  expect(text).toContain('Número: 65432101234567')
  expect(text).toContain('Respuesta a más tardar: lunes, 23 de noviembre, 10:14 (Europe/Madrid)')
  expect(text).toContain('Si usted no ha enviado esta solicitud, puede ignorar este correo.')
})

test('a new number is told beside the earlier one', () => {
  const wording = wordingOf(aNewNumber(), byPage)
  expect(wording.subject).toBe('Your request has a new number: 65432107654321')
  expect(plainText(wording)).toContain('New number: 65432107654321\nEarlier number: 65432101234567')
})

test.for([
  {
    why: 'nobody reads answers',
    answer: byPage,
    reference: '654321',
    subject: 'We have your request: 654321',
  },
  {
    why: 'Zammad finds the ticket',
    answer: byMail,
    reference: '654321',
    subject: 'We have your request [Ticket#654321]',
  },
  {
    why: 'no ticket has that number',
    answer: byMail,
    reference: 'FL-7K3M9QXZ',
    subject: 'We have your request: FL-7K3M9QXZ',
  },
])('a subject is a template and a number: $why', ({ answer, reference, subject }) => {
  expect(wordingOf(aReceipt({ reference }), answer).subject).toBe(subject)
})

test('a mail that can be answered says so in its first line', () => {
  expect(wordingOf(aReceipt(), byMail).answer).toBe(
    'To answer us, reply to this mail. Follow your request on your page.',
  )
})

test.for([
  { zone: 'europe/madrid', told: '10:14 (Europe/Madrid)' },
  { zone: 'Atlantic/Canary', told: '09:14 (Atlantic/Canary)' },
  { zone: 'Buy at http://evil.test', told: '09:14 (UTC)' },
  { zone: '', told: '09:14 (UTC)' },
])('the zone $zone is told as a zone that exists', ({ zone, told }) => {
  const text = plainText(wordingOf(aReceipt({ timeZone: zone }), byPage))
  expect(text).toContain(`Answer by: Monday 23 November, ${told}\n`)
})

const both = LANGUAGES.flatMap((language) => [
  { language, message: aReceipt({ language }) },
  { language, message: aNewNumber({ language }) },
])

test.for(both)('$language $message.kind says the same in HTML as in plain text', ({ language, message }) => {
  const wording = wordingOf(message, byPage)
  const html = htmlText(wording, language, ACCENT)
  const parts = [
    wording.answer,
    wording.heading,
    wording.lead,
    ...wording.facts.flatMap(({ name, value }) => [name, value]),
    ...wording.sections.flatMap(({ title, lines }) => [title, ...lines]),
    wording.foot,
    wording.site,
    wording.link.url,
  ]
  const plain = plainText(wording)
  for (const part of parts) {
    expect(html).toContain(part)
    expect(plain).toContain(part)
  }
})

test.for(both)(
  '$language $message.kind is a whole document that fetches nothing',
  ({ language, message }) => {
    const html = htmlText(wordingOf(message, byPage), language, ACCENT)
    expect(html).toMatch(new RegExp(`^<!DOCTYPE html><html lang="${language}">`))
    expect(html).not.toMatch(/<(script|img|link|iframe|object|form)\b|url\(|@import|\bsrc=/i)
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url)).toEqual([message.link, message.link])
    expect(html.match(/<table\b/g)).toHaveLength(html.match(/<table role="presentation"/g)?.length ?? 0)
    expect(html).toContain('prefers-color-scheme: dark')
  },
)

test('the accent of a site is the accent of its mails', () => {
  const html = htmlText(wordingOf(aReceipt(), byPage), 'en', { light: '#123456', dark: '#abcdef' })
  expect(html).toContain('background: #123456')
  expect(html).toContain('background: #abcdef !important')
  expect(html).not.toContain(ACCENT.light)
})

test('a site name is text in HTML, whatever it holds', () => {
  const html = htmlText(wordingOf(aReceipt({ site: '<b>A & B</b>' }), byPage), 'en', ACCENT)
  expect(html).toContain('&lt;b&gt;A &amp; B&lt;/b&gt;')
})
