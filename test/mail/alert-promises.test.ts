import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { LANGUAGES } from '../../src/language.ts'
import { htmlText } from '../../src/mail/messages.tsx'
import { plainText } from '../../src/mail/plain-text.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { wordingOf } from '../../src/mail/texts.ts'
import { ACCENT } from '../../src/mail/tokens.ts'
import type { StaffMessage } from '../../src/mailer.ts'
import {
  aLateAlert,
  anAlert,
  aPromiseAlert,
  everyPromiseMail,
  promiseAlerts,
  someFolded,
  someHeaders,
} from './mail-samples.ts'

const HOOK = 'Ticket#'
const wordsOf = (message: StaffMessage) => wordingOf(message, HOOK)
const textOf = (message: StaffMessage): string => plainText(wordsOf(message))
const mailer = createMailer({
  url: 'smtp://127.0.0.1:25',
  from: 'Our desk <desk@example.org>',
  ticketHook: HOOK,
})

const mails = LANGUAGES.flatMap((language) =>
  everyPromiseMail(language).map(({ what, message }) => ({ language, what, message })),
)

test('an alert about a promise says why now, what to do, what time is left and how to say that it was seen', () => {
  expect(textOf(aPromiseAlert())).toBe(`Answer in Zammad: a reply to this mail does not reach the visitor.
https://help.example.org/#ticket/zoom/4711

12 hours left. 75 % of the time for an answer is gone, and the visitor has none yet.

Number: 65432101234567
Topic: Report personal data
Support Unit: Catalogue
Time left: 12 hours
Answer by: Monday 23 November, 10:14 (Europe/Madrid)

What to do
- Open the ticket and answer publicly: an internal note does not count.
- If another unit must answer, hand it over now.

If you take care of it, say so. That puts one internal note on the ticket. No reminder of this step follows; later steps, if there are any, are still told.
I have seen it: ${aPromiseAlert().seenLink}

You receive this mail because units.yaml names your address.

--\u0020
Cancer Image Europe helpdesk
`)
})

test('in Spanish it says the same, in usted', () => {
  expect(textOf(aLateAlert({ language: 'es', unit: 'Catálogo', topic: null, unseen: true })))
    .toBe(`Responda en Zammad: las respuestas a este correo no llegan al visitante.
https://help.example.org/#ticket/zoom/4711

Retraso de 3 horas. La respuesta debía haber llegado ya y el visitante no ha recibido ninguna.

Número: 65432101234567
Equipo: Catálogo
Retraso: 3 horas
Respuesta a más tardar: lunes, 23 de noviembre, 10:14 (Europe/Madrid)

Lo último que se escribió es una nota interna, no visible para el visitante.

Qué hacer
- Abra el ticket y responda ya, aunque solo sea para contar lo que se sabe hasta el momento.
- Si el ticket no tiene responsable, asígneselo o busque a quien pueda responder.

Si usted se ocupa, indíquelo. Se añadirá una nota interna al ticket. No habrá recordatorios de este paso; los pasos siguientes, si los hay, se avisarán igualmente.
Ya lo he visto: ${aPromiseAlert().seenLink}

Recibe este correo porque su dirección figura en units.yaml.

--\u0020
Cancer Image Europe helpdesk
`)
})

const DUE = aPromiseAlert().dueAt

test.for([
  { message: aPromiseAlert(), subject: '75 % of the time is gone, 12 hours left (65432101234567)' },
  { message: aPromiseAlert({ dueAt: null }), subject: '75 % of the time is gone (65432101234567)' },
  { message: aLateAlert(), subject: 'Late by 3 hours (65432101234567)' },
  { message: aLateAlert({ at: DUE ?? new Date(0) }), subject: 'The time is up (65432101234567)' },
  { message: aLateAlert({ dueAt: null }), subject: 'The time is up (65432101234567)' },
  // It came due while it waited.
  { message: aLateAlert({ late: false, share: 0.75 }), subject: 'Late by 3 hours (65432101234567)' },
  {
    message: aPromiseAlert({ language: 'es' }),
    subject: 'Ha pasado el 75 % del plazo, quedan 12 horas (65432101234567)',
  },
  {
    message: aPromiseAlert({ language: 'es', share: 0.9, at: new Date('2026-11-23T08:14:00Z') }),
    subject: 'Ha pasado el 90 % del plazo, queda 1 hora (65432101234567)',
  },
  {
    message: aLateAlert({ language: 'es', at: DUE ?? new Date(0) }),
    subject: 'El plazo ha vencido (65432101234567)',
  },
  { message: aPromiseAlert({ number: '[Ticket#1] x' }), subject: '75 % of the time is gone, 12 hours left' },
])('the subject is “$subject”', ({ message, subject }) => {
  expect(wordsOf(message).subject).toBe(subject)
})

test.for([
  {
    why: 'nobody but staff saw the last word',
    message: aPromiseAlert({ unseen: true }),
    tells: 'not visible to the visitor.',
  },
  {
    why: 'Zammad is silent',
    message: aPromiseAlert({ asOf: new Date('2026-11-22T18:00:00Z') }),
    tells: 'Zammad has not answered since Sunday 22 November, 19:00 (Europe/Madrid)',
  },
  {
    why: 'another unit waits',
    message: aPromiseAlert({ internal: true }),
    tells:
      'Another unit handed this ticket over to Catalogue, and 75 % of the time to go on with it is gone.',
  },
  { why: 'another unit waits', message: aPromiseAlert({ internal: true }), tells: '\nGo on by: Monday 23' },
  {
    why: 'another unit waits too long',
    message: aLateAlert({ internal: true }),
    tells: 'Another unit handed this ticket over to Catalogue, and the time to go on with it is up.',
  },
  {
    why: 'it is told each day',
    message: aLateAlert({ repeat: 1 }),
    tells: 'You are told once a day until it ends.',
  },
  {
    why: 'it was silent before',
    message: aLateAlert({ covers: ['90%', '75%', '100%+1d'] }),
    tells: 'There was no mail at the earlier steps (75 % and 90 %): this one',
  },
  {
    why: 'it is late',
    message: aLateAlert(),
    tells: 'An answer was due by now, and the visitor has none.',
  },
  {
    why: 'a first answer promised more',
    message: aPromiseAlert({ held: true }),
    tells:
      '75 % of the time for the full answer is gone. The visitor has had a first answer, and was told that more follows.',
  },
  {
    why: 'a first answer promised more by now',
    message: aLateAlert({ held: true }),
    tells:
      'The full answer was due by now. The visitor has had a first answer, and was told that more follows.',
  },
  {
    why: 'another unit waits, and an answer promised more',
    message: aLateAlert({ held: true, internal: true }),
    tells: 'The visitor was told no time. The visitor was told since that more follows.',
  },
  {
    why: 'the ticket is not opened',
    message: aPromiseAlert({ opensTicket: false, link: 'https://help.example.org/' }),
    tells: 'Its ticket is not opened in Zammad yet.',
  },
])('where $why, the mail says so', ({ message, tells }) => {
  expect(textOf(message)).toContain(tells)
  expect(textOf(aPromiseAlert())).not.toContain(tells)
})

test.for([
  aPromiseAlert({ held: true }),
  aLateAlert({ held: true }),
  aLateAlert({ held: true, repeat: 2 }),
  aPromiseAlert({ held: true, internal: true }),
])(
  'under the tag holding nobody is told that an answer is missing, or to give one before the tag is off',
  (held) => {
    const { lead, sections } = wordsOf(held)
    expect(lead).not.toMatch(/none/)
    expect(sections).toEqual([
      {
        title: 'What to do',
        lines: [
          'Open the ticket and take the tag “holding” away, if it is still there: under it no answer counts.',
          'Then answer publicly, or hand the ticket to the unit that can: an internal note does not count.',
        ],
      },
    ])
  },
)

const ALMOST_DUE = new Date((DUE?.getTime() ?? 0) - 30_000)

test.for([
  { language: 'en', begins: 'Less than a minute left. 90 % of' },
  { language: 'es', begins: 'Queda menos de un minuto. Ha pasado el 90 %' },
] as const)(
  'less than a minute before the end the mail in $language begins with a capital',
  ({ language, begins }) => {
    const message = aPromiseAlert({ language, share: 0.9, at: ALMOST_DUE })
    expect(textOf(message)).toContain(`\n\n${begins}`)
  },
)

test.for(mails)(
  'in a mail “$what” in $language each statement begins with a capital or a number',
  ({ message }) => {
    const { heading, lead, closing, lists, sections, aside } = wordsOf(message)
    const entries = lists.flatMap((list) => list.entries).flatMap(({ what, lines }) => [what, ...lines])
    const told = [...sections.flatMap(({ lines }) => lines), ...entries, closing ?? '1', aside?.text ?? '1']
    for (const each of [heading, lead, ...told]) expect(each).toMatch(/^[\p{Lu}\d]/u)
  },
)

test.for(mails)('a mail “$what” in $language says the same in HTML', ({ message, language }) => {
  const wording = wordsOf(message)
  const html = htmlText(wording, language, ACCENT)
  const text = plainText(wording)
  const parts = [
    wording.heading,
    wording.lead,
    wording.closing ?? '',
    ...wording.facts.flatMap(({ name, value }) => [name, value]),
    ...wording.lists.flatMap(({ entries }) =>
      entries.flatMap(({ name, what, lines }) => [name ?? '', what, ...lines]),
    ),
    ...wording.sections.flatMap(({ title, lines }) => [title, ...lines]),
    wording.aside?.text ?? '',
    wording.foot,
  ]
  for (const part of parts) {
    expect(html).toContain(part)
    expect(text).toContain(part)
  }
  const linked = (pattern: RegExp, in_: string) => new Set([...in_.matchAll(pattern)].map(([, url]) => url))
  expect(linked(/href="([^"]*)"/g, html)).toEqual(linked(/(https?:\S+)/g, text))
  expect(text).not.toContain('\n\n\n')
  expect(html.length).toBeLessThan(100_000)
})

test.for(mails)(
  'a mail “$what” in $language is an automatic mail, and the same bytes each time',
  async ({ message }) => {
    const bytes = await mailer.render(message, someHeaders())
    expect(await mailer.render(structuredClone(message), someHeaders())).toEqual(bytes)
    const { headers, text, html, subject } = await PostalMime.parse(bytes)
    expect(headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    )
    const keys = headers.map(({ key }) => key)
    for (const key of ['references', 'in-reply-to', 'reply-to']) expect(keys).not.toContain(key)
    // Nothing by which Zammad takes a reply or a bounce for one to the visitor's ticket (contract L38).
    for (const part of [subject, text, html]) expect(part).not.toMatch(/ticket#\s{0,2}\d{2,}/i)
    expect(subject).not.toMatch(/(?:ticket|[#:])\s{0,2}\d{2,}/i)
  },
)

const titles = (message: StaffMessage): readonly string[] => wordsOf(message).lists.map(({ title }) => title)

test('a folded mail tells first what is urgent, then what is late, then what is due next, then the rest', () => {
  const message = someFolded()
  expect(wordsOf(message).subject).toBe('2 urgent requests, and 19 more alerts')
  expect(titles(message)).toEqual(['Urgent (2)', 'Late (3)', 'Due soon (6)', 'Other (10)'])
  expect(titles(someFolded({ language: 'es' }))).toEqual([
    'Urgentes (2)',
    'Con retraso (3)',
    'Por vencer (6)',
    'Otros (10)',
  ])
})

test('in a folded mail each group is ordered by what time is left, whatever order they came in', () => {
  const alerts = promiseAlerts(9, 'en')
  const [late, soon] = wordsOf(someFolded({ alerts: alerts.toReversed() })).lists
  const told = [...(late?.entries ?? []), ...(soon?.entries ?? [])].map(({ name }) => name)
  expect(told).toEqual(alerts.map(({ number }) => number))
})

test.for([
  { alerts: promiseAlerts(8, 'en'), subject: '8 alerts (2 late, 6 due soon)' },
  { alerts: promiseAlerts(8, 'en').slice(2), subject: '6 alerts (6 due soon)' },
  {
    alerts: [anAlert({ about: 'unrouted', count: 8 }), ...promiseAlerts(4, 'en')],
    subject: '5 alerts (1 late, 3 due soon, 1 other)',
  },
  { alerts: [anAlert({ urgent: false }), anAlert({ about: 'frozen' })], subject: '2 alerts' },
  { alerts: [anAlert(), aPromiseAlert()], subject: '1 urgent request, and 1 more alert' },
  { alerts: [anAlert(), anAlert()], subject: '2 urgent requests' },
])('a folded mail is counted in its subject: $subject', ({ alerts, subject }) => {
  expect(wordsOf(someFolded({ alerts })).subject).toBe(subject)
})

test('of 300 alerts a hundred are told in full, the most pressing ones, and each of the others by its number', () => {
  const alerts = promiseAlerts(300, 'en')
  const { lists, sections } = wordsOf(someFolded({ alerts }))
  const [late, soon] = lists
  expect([late?.title, late?.entries.length]).toEqual(['Late (75)', 75])
  expect([soon?.title, soon?.entries.length]).toEqual(['Due soon (225)', 25])
  const [rest] = sections
  expect(rest?.title).toBe('And 200 more')
  expect(rest?.lines).toEqual([
    alerts
      .slice(100)
      .map(({ number }) => number)
      .join(', '),
    'The staff board tells how each of them stands.',
  ])
})

test('what is about no ticket is told in full, however many alerts there are', () => {
  const stranger = anAlert({ about: 'stranger', number: null, unit: null, topic: null, dueAt: null })
  const { lists } = wordsOf(someFolded({ alerts: [...promiseAlerts(300, 'en'), stranger] }))
  expect(lists.at(-1)).toMatchObject({
    title: 'Other (1)',
    entries: [{ name: null, what: 'Nothing is written to Zammad: it is another one' }],
  })
  expect(lists.flatMap(({ entries }) => entries)).toHaveLength(100)
})

test('a folded mail leads to the staff board where there is one, and else to Zammad', () => {
  expect(wordsOf(someFolded()).link).toEqual({
    label: 'Open the staff board',
    url: 'https://desk.example.org/helpdesk/ops',
  })
  expect(wordsOf(someFolded({ opensBoard: false, link: 'https://help.example.org/' })).link?.label).toBe(
    'Open Zammad',
  )
})

test('names of several lines stay on theirs', () => {
  const odd = aPromiseAlert({ unit: 'Cata\r\nNumber: 99', topic: 'One\u2028two', covers: ['7\n5%'] })
  expect(textOf(odd)).toContain('\nSupport Unit: Cata Number: 99\n')
  expect(textOf(odd)).toContain('\nTopic: One two\n')
  expect(textOf(someFolded({ alerts: [odd, odd] }))).toContain('  Cata Number: 99 · One two\n')
})

test('a number of Zammad’s that is none is left out of a folded mail and stops none', () => {
  const odd = aPromiseAlert({ number: '[Ticket#4711]' })
  const text = textOf(someFolded({ alerts: [odd, ...promiseAlerts(200, 'en'), { ...odd, dueAt: null }] }))
  expect(text).not.toContain('[Ticket#4711]')
  expect(text).toContain('\n12 hours left\n  Catalogue')
})
