import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { LANGUAGES } from '../../src/language.ts'
import { htmlText } from '../../src/mail/messages.tsx'
import { plainText } from '../../src/mail/plain-text.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { wordingOf } from '../../src/mail/texts.ts'
import { ACCENT } from '../../src/mail/tokens.ts'
import type { StaffMessage } from '../../src/mailer.ts'
import { someHeaders } from './mail-samples.ts'
import {
  aDigest,
  aDigestTicket,
  aFullDigest,
  aReport,
  aShortDigest,
  aWeek,
  everyMorningMail,
  noFigures,
  someFigures,
} from './morning-samples.ts'

const wordsOf = (message: StaffMessage) => wordingOf(message, 'Ticket#')
const textOf = (message: StaffMessage): string => plainText(wordsOf(message))
const mailer = createMailer({ url: 'smtp://127.0.0.1:25', from: 'Our desk <desk@example.org>' })
const read = async (message: StaffMessage) =>
  PostalMime.parse(await mailer.render(message, someHeaders({ messageId: '<alert.job-1@desk.example.org>' })))

const mails = LANGUAGES.flatMap((language) =>
  everyMorningMail(language).map(({ what, message }) => ({ language, what, message })),
)

test('a digest tells what is late, what is due next, and what else a unit is to know, each with one link', () => {
  expect(textOf(aDigest()))
    .toBe(`Today for Catalogue. As it stood on Monday 23 November, 08:00 (Europe/Madrid). The next one comes on Tuesday 24 November, 08:00 (Europe/Madrid), if there is anything to tell.

Answer in Zammad: a reply to this mail reaches no visitor.

Open the staff board:
https://desk.example.org/helpdesk/ops

LATE (1)

65432101234497: Late by 3 hours
  Upload trouble
  Due: Monday 23 November, 05:00 (Europe/Madrid)
  Open the ticket: https://help.example.org/#ticket/zoom/4697

DUE BEFORE THE NEXT DIGEST (2)

65432101234505: 5 hours left
  Upload trouble
  Due: Monday 23 November, 13:00 (Europe/Madrid)
  Open the ticket: https://help.example.org/#ticket/zoom/4705

65432101234509: 9 hours left
  Due: Monday 23 November, 17:00 (Europe/Madrid)
  Handed over by another unit: the visitor was told no time.
  Open the ticket: https://help.example.org/#ticket/zoom/4709

TO KEEP AN EYE ON (1)

65432101234524: 1 day left
  Upload trouble
  50 % of the time is gone
  Due: Tuesday 24 November, 08:00 (Europe/Madrid)
  Open the ticket: https://help.example.org/#ticket/zoom/4724

NO PUBLIC WORD FROM US FOR 5 DAYS OR MORE (1)

65432101234560: Silent for 5 days 10 hours
  Upload trouble
  Since Tuesday 17 November, 22:00 (Europe/Madrid)
  Open the ticket: https://help.example.org/#ticket/zoom/4760

SENT TO YOU BY A RULE SINCE THE LAST DIGEST (1)

65432101234599: By the rule “Mapping tables for the ETL”
  Decided on Monday 23 November, 01:00 (Europe/Madrid)
  Open the ticket: https://help.example.org/#ticket/zoom/4799

What to do
- Answer first what is late, even if only to say what you have found so far.
- Where it is silent, say publicly how it goes on, or close the ticket.
- If a rule sent you what is not yours, hand it over and tell the owner of the rule.

You receive this mail because units.yaml names your address. On a morning with nothing to tell there is none.

--\u0020
Cancer Image Europe helpdesk
`)
})

test('in Spanish it says the same, in usted', () => {
  expect(textOf(aDigest({ language: 'es' })))
    .toBe(`Hoy para Catálogo. Así estaba el lunes, 23 de noviembre, 08:00 (Europe/Madrid). Si hay algo que contar, el próximo resumen llegará el martes, 24 de noviembre, 08:00 (Europe/Madrid).

Responda en Zammad: las respuestas a este correo no llegan a ningún visitante.

Abrir el panel del personal:
https://desk.example.org/helpdesk/ops

CON RETRASO (1)

65432101234497: Retraso de 3 horas
  Upload trouble
  Plazo: lunes, 23 de noviembre, 05:00 (Europe/Madrid)
  Abrir el ticket: https://help.example.org/#ticket/zoom/4697

VENCEN ANTES DEL PRÓXIMO RESUMEN (2)

65432101234505: Quedan 5 horas
  Upload trouble
  Plazo: lunes, 23 de noviembre, 13:00 (Europe/Madrid)
  Abrir el ticket: https://help.example.org/#ticket/zoom/4705

65432101234509: Quedan 9 horas
  Plazo: lunes, 23 de noviembre, 17:00 (Europe/Madrid)
  Lo pasó otro equipo: al visitante no se le dio ningún plazo.
  Abrir el ticket: https://help.example.org/#ticket/zoom/4709

PARA TENER EN CUENTA (1)

65432101234524: Queda 1 día
  Upload trouble
  Ha pasado el 50 % del plazo
  Plazo: martes, 24 de noviembre, 08:00 (Europe/Madrid)
  Abrir el ticket: https://help.example.org/#ticket/zoom/4724

SIN UNA PALABRA PÚBLICA NUESTRA DESDE HACE 5 DÍAS O MÁS (1)

65432101234560: En silencio desde hace 5 días y 10 horas
  Upload trouble
  Desde: martes, 17 de noviembre, 22:00 (Europe/Madrid)
  Abrir el ticket: https://help.example.org/#ticket/zoom/4760

ENVIADAS A SU EQUIPO POR UNA REGLA DESDE EL ÚLTIMO RESUMEN (1)

65432101234599: Por la regla «Mapping tables for the ETL»
  Decidido: lunes, 23 de noviembre, 01:00 (Europe/Madrid)
  Abrir el ticket: https://help.example.org/#ticket/zoom/4799

Qué hacer
- Responda primero a lo que lleva retraso, aunque solo sea para contar lo que se sabe hasta el momento.
- Donde hay silencio, cuente públicamente cómo sigue el asunto o cierre el ticket.
- Si una regla le envió algo que no le corresponde, páselo y avise al responsable de la regla.

Recibe este correo porque su dirección figura en units.yaml. Las mañanas en que no hay nada que contar no se envía.

--\u0020
Cancer Image Europe helpdesk
`)
})

test('the week’s mail says that no mail means that the bot is down, and how each unit stands', () => {
  expect(textOf(aWeek()))
    .toBe(`The week from Monday 16 November to Sunday 22 November. This mail comes every Monday, also when there is nothing to tell. No mail means that the bot is down: then tell whoever runs Firstline.

Received: 41 (6 more open from before)
Answered: 38 (3 of them late)
Closed without an answer: 2
Kept: 89.7% (35 of 39)
Late now: 3
Open now: 11

This mail needs no reply.

Open the report:
https://desk.example.org/helpdesk/ops/report?from=2026-11-16&to=2026-11-22

Now, by unit
- Catalogue: 2 late, 7 open
- Reference nodes: 0 late, 3 open
- Groups that are no unit’s: 1 late, 1 open

You receive this mail because promise.yaml names your address.

--\u0020
Cancer Image Europe helpdesk
`)
})

test('an empty week is told, too', () => {
  expect(textOf(aWeek({ language: 'es', figures: noFigures, load: [], reportLink: null })))
    .toBe(`La semana del lunes 16 de noviembre al domingo 22 de noviembre. Este correo llega todos los lunes, aunque no haya nada que contar. Si no llega, el bot está parado: avise entonces a quien administra Firstline.

Recibidas: 0
Respondidas: 0
Cumplido: no se respondió ni venció nada
Con retraso ahora: 0
Abiertas ahora: 0

Este correo no necesita respuesta.

Abrir Zammad:
https://help.example.org/

Ahora, por equipo
- No hay nada abierto ni con retraso.

Recibe este correo porque su dirección figura en promise.yaml.

--\u0020
Cancer Image Europe helpdesk
`)
})

test('the month’s mail has the key figures by both readings, and how they are counted', () => {
  expect(textOf(aReport()))
    .toBe(`The promise in October 2026. The whole report is attached: a page with charts and tables that opens in any browser and needs nothing beside itself.

Received: 41 (6 more open from before)
Answered: 38 (3 of them late)
Closed without an answer: 2
Kept: 89.7% (35 of 39)
Kept, by the wall clock: 89.7% (35 of 39)
Kept, by hours of business: 100% (38 of 38)
Median time to answer: 18 h 30 min
90th percentile: 46 h 10 min
Open at the end: 7 (1 of them late)
Hand-overs: 4

This mail needs no reply.

Open the report:
https://desk.example.org/helpdesk/ops/report?month=2026-10

How kept is counted
- Answered in time, divided by answered and not answered though due by the end of the month.
- What was closed without an answer, merged, not in need of one, spam or gone is left out and counted apart.

You receive this mail because promise.yaml names your address.

--\u0020
Cancer Image Europe helpdesk
`)
})

test.for([
  {
    message: aDigest(),
    subject: 'Catalogue today: 1 late, 2 due, 1 to keep an eye on, 1 silent, 1 sent to you by a rule',
  },
  { message: aShortDigest(), subject: 'Catalogue today: 1 late' },
  { message: aFullDigest(), subject: /62 late, 62 due, 62 to keep an eye on, 62 silent, 62 sent/ },
  { message: aShortDigest({ language: 'es' }), subject: 'Catálogo hoy: 1 con retraso' },
  { message: aWeek(), subject: 'The week: 41 received, 89.7% kept, 3 late now' },
  { message: aWeek({ figures: noFigures, load: [] }), subject: 'The week: 0 received, 0 late now' },
  {
    message: aWeek({ language: 'es' }),
    subject: 'La semana: 41 recibidas, 89,7 % cumplido, 3 con retraso ahora',
  },
  { message: aReport(), subject: 'The promise in October 2026: 89.7% kept' },
  { message: aReport({ figures: noFigures }), subject: 'The promise in October 2026: nothing was due' },
  { message: aReport({ language: 'es' }), subject: 'El compromiso en octubre de 2026: 89,7 % cumplido' },
])('a subject tells what matters: $subject', ({ message, subject }) => {
  const told = wordsOf(message).subject.replaceAll('\u00a0', ' ')
  if (typeof subject === 'string') expect(told).toBe(subject)
  else expect(told).toMatch(subject)
})

test('only all is told as all: a share is rounded down', () => {
  const kept = (inTime: number, late: number) =>
    someFigures({ kept: { ...someFigures().kept, promised: { inTime, late, overdue: 0 } } })
  expect(textOf(aWeek({ figures: kept(9999, 1) }))).toContain('Kept: 99.9% (9999 of 10000)')
  expect(textOf(aWeek({ figures: kept(38, 0) }))).toContain('Kept: 100% (38 of 38)')
})

test('lists that are bounded tell how many there are, and where all of them are', () => {
  const text = textOf(aFullDigest())
  expect(text).toContain('LATE (62)')
  expect(
    text.match(/And 32 more\n {2}Open the staff board: https:\/\/desk\.example\.org\/helpdesk\/ops\n/g),
  ).toHaveLength(5)
  expect(textOf(aFullDigest({ boardLink: null }))).not.toContain('staff board')
})

test('without a board the one link leads to Zammad', () => {
  const { link } = wordsOf(aShortDigest({ boardLink: null }))
  expect(link).toEqual({ label: 'Open Zammad', url: 'https://help.example.org/' })
  expect(wordsOf(aReport({ reportLink: null })).link?.url).toBe('https://help.example.org/')
})

test('a digest says since when Zammad does not answer', () => {
  const text = textOf(aShortDigest({ asOf: new Date('2026-11-22T22:00:00Z') }))
  expect(text).toContain('Zammad has not answered since Sunday 22 November, 23:00 (Europe/Madrid)')
})

test.for([
  { why: 'due this instant', dueAt: aDigest().at, told: 'The time is up' },
  { why: 'late for a moment', dueAt: new Date(aDigest().at.getTime() - 30_000), told: 'The time is up' },
  { why: 'standing still', dueAt: null, told: 'Its time stands still' },
  { why: 'late for days', dueAt: new Date('2026-11-20T06:00:00Z'), told: 'Late by 3 days 1 hour' },
])('the time left is told as it stood when the digest was made: $why', ({ dueAt, told }) => {
  const ticket = aDigestTicket(1, { dueAt })
  expect(textOf(aShortDigest({ late: { told: [ticket], more: 0 } }))).toContain(`${ticket.number}: ${told}\n`)
})

test('a report travels as a page to keep, whose name tells the month', async () => {
  const mail = await read(aReport())
  expect(mail.attachments).toHaveLength(1)
  const [page] = mail.attachments
  expect(page).toMatchObject({
    filename: 'promise-2026-10.html',
    mimeType: 'text/html',
    disposition: 'attachment',
  })
  const content = page?.content
  expect(typeof content === 'string' ? content : new TextDecoder().decode(content)).toBe(
    '<!doctype html><title>The promise, October 2026</title>',
  )
  expect((await read(aReport({ page: null }))).attachments).toEqual([])
  expect(textOf(aReport({ page: null }))).toContain('too large to travel by mail')
})

test.for(mails)(
  'a machine is known as one, and a reply finds no ticket: $what, $language',
  async ({ message }) => {
    const mail = await read(message)
    expect(mail.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
    expect([mail.replyTo, mail.inReplyTo, mail.references]).toEqual([undefined, undefined, undefined])
    expect(`${mail.subject}\n${mail.text}`).not.toContain('Ticket#6')
    expect(mail.text).toMatch(/units\.yaml|promise\.yaml/)
  },
)

test('the longest digest stays below what mail programs cut', () => {
  for (const language of LANGUAGES) {
    const html = htmlText(wordsOf(aFullDigest({ language })), language, ACCENT)
    expect(new TextEncoder().encode(html).length).toBeLessThan(100_000)
  }
})

test('names of ours that hold a line break or markup stay one line and text', () => {
  const [assigned] = aDigest().assigned.told
  if (!assigned) throw new Error('one was assigned')
  const odd = aDigest({
    unit: 'Nodes\r\nBcc: x@y.example',
    assigned: { told: [{ ...assigned, rule: '<b>a\nb</b>', number: '[Ticket#1]' }], more: 0 },
  })
  expect(wordsOf(odd).subject).not.toMatch(/[\r\n]/)
  expect(textOf(odd)).not.toContain('[Ticket#1]')
  expect(htmlText(wordsOf(odd), 'en', ACCENT)).toContain('&lt;b&gt;a b&lt;/b&gt;')
})
