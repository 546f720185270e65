import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { LANGUAGES } from '../../src/language.ts'
import { htmlText } from '../../src/mail/messages.tsx'
import { plainText } from '../../src/mail/plain-text.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { wordingOf } from '../../src/mail/texts.ts'
import { ACCENT } from '../../src/mail/tokens.ts'
import type { AlertMessage } from '../../src/mailer.ts'
import { anAlert, everyAlert, someHeaders } from './mail-samples.ts'

const HOOK = 'Ticket#'
const wordsOf = (message: AlertMessage) => wordingOf(message, HOOK)
const textOf = (message: AlertMessage): string => plainText(wordsOf(message))

const mailer = createMailer({
  url: 'smtp://127.0.0.1:25',
  from: 'Our desk <desk@example.org>',
  ticketHook: HOOK,
})

const alerts = LANGUAGES.flatMap((language) =>
  everyAlert(language).map(({ what, message }) => ({ language, what, message })),
)
const ofTickets = alerts.filter(({ message }) => message.number !== null)

test('an urgent arrival says why now, what to do, and all that staff need to act', () => {
  expect(textOf(anAlert())).toBe(`Answer in Zammad: a reply to this mail does not reach the visitor.
https://help.example.org/#ticket/zoom/4711

An urgent request has arrived. It has the highest priority, so you are told at once.

Number: 65432101234567
Topic: Report personal data
Support Unit: Catalogue
Answer by: Monday 23 November, 10:14 (Europe/Madrid)

What to do
- Open the ticket, make yourself its owner and answer there.

You receive this mail because units.yaml names your address.

--\u0020
Cancer Image Europe helpdesk
`)
})

test('in Spanish it says the same, in usted', () => {
  expect(textOf(anAlert({ language: 'es', unit: 'Catálogo', topic: 'Datos personales' })))
    .toBe(`Responda en Zammad: las respuestas a este correo no llegan al visitante.
https://help.example.org/#ticket/zoom/4711

Ha llegado una solicitud urgente. Tiene la prioridad más alta; por eso le avisamos de inmediato.

Número: 65432101234567
Tema: Datos personales
Equipo: Catálogo
Respuesta a más tardar: lunes, 23 de noviembre, 10:14 (Europe/Madrid)

Qué hacer
- Abra el ticket, asígneselo y responda en él.

Recibe este correo porque su dirección figura en units.yaml.

--\u0020
Cancer Image Europe helpdesk
`)
})

test.for([
  { about: 'arrival', urgent: true, subject: 'Urgent request for Catalogue (65432101234567)' },
  { about: 'arrival', urgent: false, subject: 'New request for Catalogue (65432101234567)' },
  { about: 'fallback', subject: 'Request could not go to Reference nodes (65432101234567)' },
  { about: 'unrouted', subject: 'Request without an owner (65432101234567)' },
  { about: 'out-of-sight', subject: 'Request moved out of sight (65432101234567)' },
  { about: 'handed-over', subject: 'Request keeps changing hands (65432101234567)' },
  { about: 'late', subject: 'Request without an answer in time (65432101234567)' },
  { about: 'undelivered', subject: 'Answer that may not have arrived (65432101234567)' },
  { about: 'unwatched', subject: 'Request that nobody is warned of (65432101234567)' },
  { about: 'frozen', subject: 'Nothing is sent for a request until you have looked (65432101234567)' },
] as const)('the subject says what it is and the number: $subject', ({ subject, ...alert }) => {
  expect(wordsOf(anAlert({ wanted: 'Reference nodes', count: 3, ...alert })).subject).toBe(subject)
})

test.for(ofTickets)(
  'a $what in $language tells number, topic, unit, due time with its zone, and the link',
  ({ message, language }) => {
    const text = textOf(message)
    const due =
      language === 'en'
        ? 'Monday 23 November, 10:14 (Europe/Madrid)'
        : 'lunes, 23 de noviembre, 10:14 (Europe/Madrid)'
    for (const part of [message.number, message.topic, message.unit, due, message.link]) {
      expect(text).toContain(part)
    }
  },
)

test('no two kinds of alert have the same subject, reason or advice', () => {
  for (const language of LANGUAGES) {
    const words = everyAlert(language).map(({ message }) => wordsOf(message))
    expect(new Set(words.map(({ lead }) => lead)).size).toBe(words.length)
    // An arrival without a ticket is an arrival: only what is told of it differs.
    expect(new Set(words.map(({ subject }) => subject)).size).toBe(words.length - 1)
    for (const { sections } of words) expect(sections[0]?.lines.length).toBeGreaterThan(0)
  }
})

test.for([
  { about: 'unrouted', count: 8, en: 'for 8 hours or more', es: 'Lleva 8 horas o más' },
  { about: 'unrouted', count: 0.5, en: 'for 30 minutes or more', es: 'Lleva 30 minutos o más' },
  { about: 'unrouted', count: null, en: 'for too long', es: 'Lleva demasiado tiempo' },
  { about: 'undelivered', count: 15, en: 'for 15 minutes or more', es: 'lleva 15 minutos o más' },
  { about: 'undelivered', count: null, en: 'for too long', es: 'lleva demasiado tiempo' },
  { about: 'handed-over', count: 3, en: 'by hand 3 times', es: 'a mano 3 veces' },
  { about: 'handed-over', count: null, en: 'by hand again and again', es: 'a mano repetidamente' },
] as const)('$about with $count is told as an amount of words', ({ about, count, en, es }) => {
  expect(wordsOf(anAlert({ about, count })).lead).toContain(en)
  expect(wordsOf(anAlert({ about, count, language: 'es' })).lead).toContain(es)
})

test.for(LANGUAGES)(
  'where the ticket is not opened yet, the link in %s does not claim to open it',
  (language) => {
    const opened = wordsOf(anAlert({ language }))
    const pending = wordsOf(anAlert({ language, opensTicket: false, link: 'https://help.example.org/' }))
    expect(pending.link?.label).not.toBe(opened.link?.label)
    expect(pending.lead).toContain(
      language === 'en' ? 'could not be opened in Zammad yet' : 'aún no se ha podido abrir',
    )
    expect(pending.sections).not.toEqual(opened.sections)
  },
)

test.for(LANGUAGES)(
  'a unit that takes no tickets is told with its group and what is wrong, in %s',
  (language) => {
    const alert = everyAlert(language).find(({ what }) => what === 'unusable-unit')
    const text = alert && textOf(alert.message)
    for (const part of ['Catalogue', 'Catalogue team', 'its group is inactive']) expect(text).toContain(part)
  },
)

/** As Zammad looks for it: hook, up to two blanks, digits. */
const finds = (hook: string, text: string): boolean =>
  new RegExp(`${hook.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s{0,2}\\d{2,}`, 'i').test(text)

const HOOKS = [
  'Ticket#',
  'Ticket',
  'Ticket:',
  '#',
  ':',
  'Request',
  'Request:',
  'Solicitud',
  'Solicitud:',
  'Case#',
  'Catalogue',
  'No.',
]

test.for(ofTickets)(
  'the subject of a $what in $language leads no reply into the ticket, whatever the hook',
  ({ message }) => {
    const { subject } = wordsOf(message)
    for (const hook of HOOKS) {
      expect(finds(hook, `${hook}${message.number}`)).toBe(true)
      for (const told of [subject, `Re: ${subject}`])
        expect(`${hook} in ${told}`).toSatisfy(() => !finds(hook, told))
    }
  },
)

test.for(ofTickets)(
  'a quoted $what in $language holds nothing that Zammad takes for a ticket',
  async ({ message }) => {
    const mail = await PostalMime.parse(await mailer.render(message, someHeaders()))
    for (const part of [mail.subject, mail.text, mail.html]) {
      expect(part).toContain(message.number)
      expect(finds(HOOK, part ?? '')).toBe(false)
    }
  },
)

test.for(alerts)(
  'a $what in $language is an automatic mail that threads with nothing and asks for no reply',
  async ({ message }) => {
    const mail = await PostalMime.parse(await mailer.render(message, someHeaders()))
    expect(mail.headers.map(({ key }) => key).toSorted()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
      'x-auto-response-suppress',
    ])
    expect(mail.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    )
    expect(mail.headers).toContainEqual(
      expect.objectContaining({ key: 'x-auto-response-suppress', value: 'All' }),
    )
    expect(mail.messageId).toBe(someHeaders().messageId)
  },
)

test.for(alerts)('a $what in $language is the same bytes each time', async ({ message }) => {
  const first = await mailer.render(message, someHeaders())
  expect(await mailer.render(structuredClone(message), someHeaders())).toEqual(first)
  expect(first.length).toBeGreaterThan(2000)
})

test.for(alerts)(
  'a $what in $language says the same in HTML, with one link and no other',
  ({ message, language }) => {
    const wording = wordsOf(message)
    const html = htmlText(wording, language, ACCENT)
    const parts = [
      wording.answer,
      wording.heading,
      wording.lead,
      ...wording.facts.flatMap(({ name, value }) => [name, value]),
      ...wording.sections.flatMap(({ title, lines }) => [title, ...lines]),
      wording.foot,
    ]
    for (const part of parts) {
      expect(html).toContain(part)
      expect(plainText(wording)).toContain(part)
    }
    expect(new Set([...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url))).toEqual(
      new Set([message.link]),
    )
    expect(plainText(wording).match(/https?:\S+/g)).toEqual([message.link])
  },
)

test('an alert without facts leaves no gap where they would stand', () => {
  const stranger = everyAlert('en').find(({ what }) => what === 'stranger')
  const wording = wordsOf(stranger?.message ?? anAlert())
  expect(wording.facts).toEqual([])
  expect(plainText(wording)).not.toContain('\n\n\n')
  expect(htmlText(wording, 'en', ACCENT)).not.toMatch(/<table[^>]*><\/table>/)
})

test('names of several lines stay on theirs', () => {
  const text = textOf(anAlert({ unit: 'Catalogue\r\nNumber: 99', topic: 'One\u2028two\tthree' }))
  expect(text).toContain('\nSupport Unit: Catalogue Number: 99\n')
  expect(text).toContain('\nTopic: One two three\n')
})

test.for(['buy cheap pills', '[Ticket#4711]', '65\r\nBcc: e@c.test', ''])(
  'a number of Zammad’s that is none, %j, is left out and stops no alert',
  async (number) => {
    const mail = await PostalMime.parse(await mailer.render(anAlert({ number }), someHeaders()))
    expect(mail.subject).toBe('Urgent request for Catalogue')
    expect(mail.text).not.toContain('Number:')
    expect(mail.text).toContain('https://help.example.org/#ticket/zoom/4711')
  },
)
