import { expect, test } from 'vitest'
import { LANGUAGES } from '../../src/language.ts'
import { htmlText } from '../../src/mail/messages.tsx'
import { plainText } from '../../src/mail/plain-text.ts'
import { wordingOf } from '../../src/mail/texts.ts'
import { ACCENT } from '../../src/mail/tokens.ts'
import type { Message } from '../../src/mailer.ts'
import { aNewNumber, aReceipt, everyVisitorMail } from './mail-samples.ts'

const HOOK = 'Ticket#'
const wordsOf = (message: Message) => wordingOf(message, HOOK)
const textOf = (message: Message): string => plainText(wordsOf(message))

test('a receipt in English says all a visitor needs, and where to answer before anything else', () => {
  expect(textOf(aReceipt())).toBe(`Answer on your page: a reply to this mail reaches nobody.
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
  const text = textOf(aReceipt({ language: 'es' }))
  expect(text).toMatch(/^Responda en su página: las respuestas a este correo no llegan a nadie\.\nhttps:/)
  expect(text).toContain('Número: 65432101234567')
  expect(text).toContain('Respuesta a más tardar: lunes, 23 de noviembre, 10:14 (Europe/Madrid)')
  expect(text).toContain('Si usted no ha enviado esta solicitud, puede ignorar este correo.')
})

test('a new number is told beside the earlier one', () => {
  expect(textOf(aNewNumber())).toContain('New number: 65432107654321\nEarlier number: 65432101234567')
})

test('a receipt that goes out when the ticket has a number of its own tells that number', () => {
  expect(textOf(aReceipt({ reference: 'FL-7K3M9QXZ', number: '780123' }))).toContain('Number: 780123\n')
})

test('a receipt that can be answered says so in its first line', () => {
  expect(wordsOf(aReceipt({ replyTo: 'nodes@example.org' })).answer).toBe(
    'To answer us, reply to this mail. Follow your request on your page.',
  )
})

test.for([
  { zone: 'europe/madrid', told: '10:14 (Europe/Madrid)' },
  { zone: 'Atlantic/Canary', told: '09:14 (Atlantic/Canary)' },
  { zone: 'Buy at http://evil.test', told: '09:14 (UTC)' },
  { zone: '', told: '09:14 (UTC)' },
])('the zone $zone is told as a zone that exists', ({ zone, told }) => {
  expect(textOf(aReceipt({ timeZone: zone }))).toContain(`Answer by: Monday 23 November, ${told}\n`)
})

const mails = LANGUAGES.flatMap((language) =>
  everyVisitorMail(language).map((mail) => ({ language, ...mail })),
)

test.for(mails)('$language $what says the same in HTML as in plain text', ({ language, message }) => {
  const wording = wordsOf(message)
  const html = htmlText(wording, language, ACCENT)
  const plain = plainText(wording)
  const { answer, heading, lead, facts, closing, link, links, sections, foot, site, content } = wording
  const parts = [
    ...[answer, closing, content && content.text].filter((part) => part !== null),
    heading,
    lead,
    ...facts.flatMap(({ name, value }) => [name, value]),
    ...[...links, ...(link ? [link] : [])].map(({ url }) => url),
    ...links.map(({ label }) => label),
    ...sections.flatMap(({ title, lines }) => [title, ...lines]),
    foot,
    site,
  ]
  for (const part of parts) {
    expect(html).toContain(part)
    expect(plain).toContain(part)
  }
  expect(plain).not.toContain('\n\n\n')
})

test.for(mails)(
  '$language $what is a whole document that fetches nothing and leads nowhere but to its link',
  ({ language, message }) => {
    const wording = wordsOf(message)
    const html = htmlText(wording, language, ACCENT)
    expect(html).toMatch(new RegExp(`^<!DOCTYPE html><html lang="${language}">`))
    expect(html).not.toMatch(/<(script|img|link|iframe|object|form)\b|url\(|@import|\bsrc=/i)
    const { link, links } = wording
    const urls = link ? [link.url, link.url] : links.map(({ url }) => url)
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url)).toEqual(urls)
    expect(plainText(wording).match(/https?:\S+/g)).toEqual(link ? [link.url] : urls)
    expect(html.match(/<table\b/g)).toHaveLength(html.match(/<table role="presentation"/g)?.length ?? 0)
    expect(html).toContain('prefers-color-scheme: dark')
  },
)

test('the accent of a site is the accent of its mails', () => {
  const html = htmlText(wordsOf(aReceipt()), 'en', { light: '#123456', dark: '#abcdef' })
  expect(html).toContain('background: #123456')
  expect(html).toContain('background: #abcdef !important')
  expect(html).not.toContain(ACCENT.light)
})

test('a site name is text in HTML, whatever it holds', () => {
  const html = htmlText(wordsOf(aReceipt({ site: '<b>A & B</b>' })), 'en', ACCENT)
  expect(html).toContain('&lt;b&gt;A &amp; B&lt;/b&gt;')
})
