import { expect, test } from 'vitest'
import { LANGUAGES } from '../../src/language.ts'
import { htmlText } from '../../src/mail/messages.tsx'
import { plainText } from '../../src/mail/plain-text.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { wordingOf } from '../../src/mail/texts.ts'
import { ACCENT } from '../../src/mail/tokens.ts'
import type { Answer } from '../../src/mailer.ts'
import { aContent, anAnswer, anEnclosed, someHeaders } from './mail-samples.ts'

const wordsOf = (message: Answer) => wordingOf(message, 'Ticket#')
const textOf = (message: Answer): string => plainText(wordsOf(message))
const htmlOf = (message: Answer): string => htmlText(wordsOf(message), message.language, ACCENT)

const whole: Partial<Answer> = {
  dueAt: new Date('2026-11-23T09:14:00Z'),
  content: aContent({
    text: 'Thank you for the log.\n\nThe node was restarted.',
    enclosed: [anEnclosed(), anEnclosed({ name: 'a.pdf', type: 'application/pdf' })],
    left: [{ name: 'scan.zip', size: 32_715_571 }],
  }),
}

test('an answer in English says who answers, what, with which files, until when, and where to answer', () => {
  expect(textOf(anAnswer(whole))).toBe(`Answer on your page: a reply to this mail reaches nobody.
https://desk.example.org/helpdesk/c/0123456789abcdefghjkmnpqrstvwxyz

Anna Agent of Technical support
Answer to your request 65432101234567

Thank you for the log.

The node was restarted.

Attached: node.log, a.pdf
On your page: scan.zip (31.2 MB)

We are still working on your request. You hear from us again by Monday 23 November, 10:14 (Europe/Madrid).

The link opens your request without a password, so share it with nobody.

--\u0020
Cancer Image Europe helpdesk
`)
})

test('an answer in Spanish says the same, in usted', () => {
  expect(textOf(anAnswer({ ...whole, language: 'es', team: 'Soporte técnico' })))
    .toBe(`Responda en su página: las respuestas a este correo no llegan a nadie.
https://desk.example.org/helpdesk/c/0123456789abcdefghjkmnpqrstvwxyz

Anna Agent, de Soporte técnico
Respuesta a su solicitud 65432101234567

Thank you for the log.

The node was restarted.

Adjunto: node.log, a.pdf
En su página: scan.zip (31,2 MB)

Seguimos trabajando en su solicitud. Volverá a tener noticias nuestras a más tardar el lunes, 23 de noviembre, 10:14 (Europe/Madrid).

El enlace abre su solicitud sin contraseña; no lo comparta con nadie.

--\u0020
Cancer Image Europe helpdesk
`)
})

test('where mail is read, an answer begins with who answers, and ends with how to answer', () => {
  const text = textOf(anAnswer({ replyTo: 'nodes@example.org' }))
  expect(text).toMatch(/^Anna Agent of Technical support\n/)
  expect(text).toContain(`\nOpen your page:\n${anAnswer().link}\n`)
  expect(text).toContain('\nTo answer us, reply to this mail. Follow your request on your page. The link')
})

test.for([
  { agent: 'Anna Agent', team: 'Technical support', who: 'Anna Agent of Technical support' },
  { agent: null, team: 'Technical support', who: 'Technical support' },
  { agent: '\u202e ', team: 'Technical support', who: 'Technical support' },
  { agent: 'Anna', team: '', who: 'Anna' },
  { agent: null, team: ' ', who: 'Our team' },
  { agent: 'Anna\r\nBcc: e@c.test', team: 'A\u2028B', who: 'Anna Bcc: e@c.test of A B' },
  { agent: '\u202egnA', team: 'Team', who: 'gnA of Team' },
])('who answers stands on one line: $who', ({ agent, team, who }) => {
  expect(wordsOf(anAnswer({ agent, team })).heading).toBe(who)
})

test('names and files are text in HTML, whatever they hold', () => {
  const html = htmlOf(
    anAnswer({
      agent: '<img src=x onerror=alert(1)>',
      team: '<b>Team</b>',
      content: aContent({ left: [{ name: '</td><script>alert(1)</script>.zip', size: 1 }] }),
    }),
  )
  expect(html).not.toMatch(/<script|<img|<b>/)
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;')
})

test('an answer in Zammad leads there, after login, and to no page of ours', () => {
  const wording = wordsOf(anAnswer({ opensZammad: true, link: 'https://help.example.org/#ticket/zoom/1' }))
  expect(wording.link).toEqual({
    label: 'Open in the helpdesk (after login)',
    url: 'https://help.example.org/#ticket/zoom/1',
  })
  expect(plainText(wording)).not.toMatch(/page|password/)
})

test.for(LANGUAGES)(
  'a mail that holds the link alone in %s tells no word, name or file',
  async (language) => {
    const secret = anAnswer({ language, agent: 'Canary', team: 'Canary' })
    const canary = aContent({
      html: '<p>Canary</p>',
      text: 'Canary',
      enclosed: [anEnclosed({ name: 'Canary.txt' })],
      left: [{ name: 'Canary.zip', size: 1 }],
    })
    const { render } = createMailer({ url: 'smtp://127.0.0.1:25', from: 'Our desk <desk@example.org>' })
    const mimeOf = async (message: Answer): Promise<string> =>
      new TextDecoder().decode(await render(message, someHeaders()))
    expect(await mimeOf({ ...secret, content: canary })).toContain('Canary')
    const mime = await mimeOf({ ...secret, content: null })
    expect(mime).not.toContain('Canary')
    expect(mime).not.toContain('multipart/mixed')
    const { heading, lead, link } = wordsOf({ ...secret, content: null })
    expect(`${heading}. ${lead}`).toBe(
      language === 'en'
        ? 'There is an answer to your request. Open your page to read it.'
        : 'Hay una respuesta a su solicitud. Abra su página para leerla.',
    )
    expect(link?.url).toBe(secret.link)
  },
)

test('a line that mail programs take for a signature hides nothing of what stands below', () => {
  const text = textOf(anAnswer({ content: aContent({ text: 'Best\n-- \nAnna' }) }))
  expect(text).toContain('Best\n--\nAnna')
  expect(text.match(/^-- $/gm)).toHaveLength(1)
})

test('an answer of files alone leaves no gap where its words would stand', () => {
  const message = anAnswer({ content: aContent({ html: '', text: '', enclosed: [anEnclosed()] }) })
  expect(textOf(message)).not.toContain('\n\n\n')
  expect(textOf(message)).toContain('Attached: node.log')
  expect(htmlOf(message)).not.toContain('class="content"')
})

test('pictures within the text are not told as files', () => {
  const content = aContent({ enclosed: [anEnclosed({ cid: 'file-1', name: 'p.png', type: 'image/png' })] })
  expect(wordsOf(anAnswer({ content })).facts).toEqual([])
})
