import { expect, onTestFinished, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { createMailbox, type SmtpFault } from '../../src/sandbox/mailbox/mailbox.tsx'
import { NOON } from '../support/samples.ts'
import { createPromptMailServer, type MailServer } from './prompt-mail-server.ts'

const clock = () => NOON
const MAIL = new TextEncoder().encode(
  [
    'Subject: Dots',
    'Content-Type: text/plain; charset=utf-8',
    '',
    '.',
    '.. two dots, ñ',
    'x.'.repeat(9000),
    '.end',
    '',
  ].join('\r\n'),
)

/** How two mails fare, one after the other, and what is kept of them. */
async function fate(server: MailServer, fault: SmtpFault) {
  const port = await server.listen(0)
  onTestFinished(() => server.close())
  server.setFault(fault)
  const mailer = createMailer({ url: `smtp://127.0.0.1:${port}`, from: 'no-reply@desk.example' })
  const told: string[] = []
  for (const to of ['ann@example.org', 'ben@example.org']) {
    told.push(
      await mailer.send(to, MAIL).then(
        () => 'sent',
        (error: unknown) => (error instanceof Failure ? error.code : String(error)),
      ),
    )
  }
  return { told, kept: server.messages() }
}

test.for([
  ['up', 'sent', 2],
  ['down', 'unavailable', 0],
  ['cut', 'uncertain', 2],
] as const)(
  'with the fault "%s" the prompt mail server says and keeps what the mailbox does',
  async ([fault, told, count]) => {
    const prompt = await fate(createPromptMailServer(clock), fault)
    expect(prompt.told).toEqual([told, told])
    expect(prompt.kept).toHaveLength(count)
    for (const { bytes } of prompt.kept) expect(bytes).toEqual(MAIL)
    expect(prompt).toEqual(await fate(createMailbox({ clock, base: '' }), fault))
  },
)
