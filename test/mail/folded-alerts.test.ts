import { expect, test } from 'vitest'
import { LANGUAGES } from '../../src/language.ts'
import { htmlText } from '../../src/mail/messages.tsx'
import { plainText } from '../../src/mail/plain-text.ts'
import { wordingOf } from '../../src/mail/texts.ts'
import { ACCENT } from '../../src/mail/tokens.ts'
import type { FoldedAlerts, PromiseAlert } from '../../src/mailer.ts'
import { aLateAlert, anAlert, aPromiseAlert, everyAlert, heldAndLate, someFolded } from './mail-samples.ts'

const wordsOf = (message: FoldedAlerts) => wordingOf(message, 'Ticket#')

test('a folded mail says of each promise why now, and once what to do about all of them', () => {
  const [held, late] = heldAndLate('en')
  expect(plainText(wordsOf(someFolded({ alerts: heldAndLate('en') }))))
    .toBe(`2 alerts in one mail. They come together, so that you are not written to all day. What presses most stands first.

What to do: Open what is late or due soon and answer publicly (an internal note does not count), or hand it to the unit that can. Where a first answer said that more follows, take the tag “holding” away before you answer: under it no answer counts. Answer in Zammad: a reply to this mail reaches no visitor.

Open the staff board:
https://desk.example.org/helpdesk/ops

LATE (1)

65432101111111: Late by 1 day
  Technical support
  Due: Sunday 22 November, 10:14 (Europe/Madrid)
  An answer was due by now, and the visitor has none. There was no mail at the earlier steps (75 % and 90 %). You are told once a day until it ends.
  Open the ticket: https://help.example.org/#ticket/zoom/4712
  I have seen it: ${late?.seenLink}

DUE SOON (1)

65432101234567: 12 hours left
  Catalogue · Report personal data
  Due: Monday 23 November, 10:14 (Europe/Madrid)
  90 % of the time for the full answer is gone. The visitor has had a first answer, and was told that more follows. There was no mail at the earlier steps (75 %).
  The last word was an internal note, not visible to the visitor.
  Open the ticket: https://help.example.org/#ticket/zoom/4711
  I have seen it: ${held?.seenLink}

You receive this mail because units.yaml names your address.

--\u0020
Cancer Image Europe helpdesk
`)
})

test('in Spanish it says the same', () => {
  const { closing, lists } = wordsOf(someFolded({ language: 'es', alerts: heldAndLate('es') }))
  expect(closing).toBe(
    'Qué hacer: Abra lo que lleva retraso o está por vencer y responda públicamente (una nota interna no cuenta), o páselo al equipo que pueda hacerlo. Donde una primera respuesta anunció que habría más, quite la etiqueta «holding» antes de responder: mientras esté puesta, ninguna respuesta cuenta. Responda en Zammad: las respuestas a este correo no llegan a ningún visitante.',
  )
  expect(lists.flatMap(({ entries }) => entries.map(({ lines }) => lines[2] ?? lines[1]))).toEqual([
    'La respuesta debía haber llegado ya y el visitante no ha recibido ninguna. En los pasos anteriores (75 % y 90 %) no hubo correo. Le avisamos una vez al día hasta que termine.',
    'Ha pasado el 90 % del plazo para la respuesta completa. El visitante ha recibido una primera respuesta y se le dijo que habría más. En los pasos anteriores (75 %) no hubo correo.',
  ])
})

const OPEN = 'Open what is late or due soon'
const HELD = 'take the tag “holding” away'
const UNOPENED = 'Where the ticket is not opened yet'
const OTHERS = 'Under any other alert stands what to do'
const unopened = aPromiseAlert({ opensTicket: false, link: 'https://help.example.org/' })

test.for<readonly [string, FoldedAlerts['alerts'], readonly string[]]>([
  ['promises', [aPromiseAlert(), aLateAlert({ internal: true })], [OPEN]],
  ['promises that a first answer holds', [aPromiseAlert({ held: true }), aLateAlert()], [OPEN, HELD]],
  ['promises, one without its ticket', [aPromiseAlert(), unopened], [OPEN, UNOPENED]],
  ['promises without their tickets', [unopened, unopened], [UNOPENED]],
  ['promises and an arrival', [aPromiseAlert(), anAlert()], [OPEN, OTHERS]],
  ['arrivals', [anAlert(), anAlert({ urgent: false })], [OTHERS]],
])('of %s what to do is true of each of them', ([, alerts, told]) => {
  const { closing } = wordsOf(someFolded({ alerts }))
  expect(closing?.startsWith('What to do: ')).toBe(true)
  expect([OPEN, HELD, UNOPENED, OTHERS].filter((each) => closing?.includes(each))).toEqual(told)
})

test.for(LANGUAGES)('in %s any other alert says itself what to do, as in a mail of its own', (language) => {
  for (const { message } of everyAlert(language)) {
    const [todo] = wordingOf(message, 'Ticket#').sections
    const { lists } = wordsOf(someFolded({ language, alerts: [message, message] }))
    for (const { lines } of lists.flatMap(({ entries }) => entries)) {
      expect(lines.at(-1)).toBe(todo?.lines.join(' '))
    }
  }
})

test('a promise handed over by another unit says in one line why it comes and what the visitor knows', () => {
  const alerts = [aPromiseAlert({ internal: true }), aLateAlert({ internal: true, held: true })]
  const { lists } = wordsOf(someFolded({ alerts }))
  expect(lists.flatMap(({ entries }) => entries.map(({ lines }) => lines.slice(2)))).toEqual([
    [
      'Handed over by another unit, and the time to go on with it is up. The visitor was told no time. The visitor was told since that more follows.',
    ],
    [
      'Handed over by another unit, and 75 % of the time to go on with it is gone. The visitor was told no time.',
    ],
  ])
})

/** As much as an entry may say. */
const longest = (n: number): PromiseAlert =>
  aLateAlert({
    language: 'es',
    number: String(65_432_101_000_000 + n),
    repeat: 3,
    internal: true,
    held: true,
    unseen: true,
    asOf: new Date('2026-11-22T18:00:00Z'),
    covers: ['50%', '75%', '90%'],
  })

test('the longest folded mail stays below what mail programs cut, and names all of its promises', () => {
  const alerts = Array.from({ length: 300 }, (_, n) => longest(n))
  const wording = wordsOf(someFolded({ language: 'es', alerts }))
  const html = htmlText(wording, 'es', ACCENT)
  expect(new TextEncoder().encode(html).length).toBeLessThan(100_000)
  expect(alerts.filter(({ number }) => !html.includes(number))).toEqual([])
  const [list] = wording.lists
  expect(list?.entries.length).toBeGreaterThan(50)
  expect(wording.sections[0]?.title).toBe(`Y ${300 - (list?.entries.length ?? 0)} más`)
})
