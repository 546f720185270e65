import { expect, test } from 'vitest'
import type { MailJson } from '../../src/sandbox/mailbox/kept.ts'
import type { Town } from '../support/town.ts'
import { ANN, answersTo, aRequest, aTown, DESK } from './relaying.ts'
import { uploadTrouble } from './requests.ts'

const ABSENT = { 'auto-submitted': 'auto-replied', precedence: 'auto_reply' }

/** An absence note that answers a mail; a careless program leaves out by what it is known as one. */
const absence = (mail: MailJson, marks: Readonly<Record<string, string>>) => ({
  from: ANN,
  to: DESK,
  subject: `Out of office: ${mail.subject}`,
  text: 'I am away.',
  headers: {
    ...marks,
    'message-id': `<away.${mail.headers['message-id']?.slice(1)}`,
    'in-reply-to': mail.headers['message-id'] ?? '',
  },
})

/** The visitor’s program answers each mail of ours that it was not told to leave alone, round after round. */
async function answersEach(town: Town, marks: Readonly<Record<string, string>>): Promise<void> {
  const answered = new Set<string>()
  for (let round = 0; round < 8; round += 1) {
    for (const mail of (await town.mails()).filter(({ to }) => to.includes(ANN))) {
      const id = mail.headers['message-id'] ?? ''
      if (!answered.has(id)) town.mailToDesk(absence(mail, marks))
      answered.add(id)
    }
    await town.passes('10s', '2m')
  }
}

test.for([
  ['marked', ABSENT],
  ['careless', {}],
] as const)(
  'a %s auto-responder, and Zammad’s own: after our answer at most two more mails are sent',
  async ([, marks]) => {
    const town = await aTown()
    await town.agent.administers('PUT', '/triggers/2', { active: true })
    const ann = await aRequest(town)
    await town.agent.writes(ann.id, 'Please try again')
    await town.passes('10s', '2m')
    const before = (await town.mails()).length
    const ofZammad = town.mailsOfZammad().length
    await answersEach(town, marks)
    expect((await town.mails()).length - before).toBeLessThanOrEqual(2)
    const more = town
      .mailsOfZammad()
      .slice(ofZammad)
      .filter(({ to }) => to.includes(ANN))
    expect(more.length).toBeLessThanOrEqual(2)
    expect(await answersTo(town, ANN)).toHaveLength(1)
  },
)

test('every mail of ours says that a machine sent it and wants no machine’s answer', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  await town.agent.writes(ann.id, 'Please try again')
  await town.passes('10s', '2m')
  await town.agent.changes(ann.id, { state: 'closed' })
  await town.passes('10s', '2m')
  const mails = await town.mails()
  expect(mails.length).toBeGreaterThanOrEqual(3)
  for (const { headers } of mails) {
    expect(headers).toMatchObject({
      'auto-submitted': expect.stringMatching(/^auto-/),
      'x-auto-response-suppress': expect.stringContaining('All'),
    })
  }
})

test('an alert of ours that is mailed into Zammad makes a ticket that is left alone, and its address gets no more', async () => {
  const town = await aTown({ settings: { OPS_TOKEN: 'a-token-for-operators-only' } })
  const handOver = async (email: string) => {
    await town.visitor.sends(uploadTrouble({ email }))
    await town.passes('10s', '10s')
    const id = (await town.tickets()).at(-1)?.id ?? 0
    for (const group of ['Dashboard', 'Catalogue', 'Federated search']) {
      await town.agent.changes(id, { group })
      await town.passes('1m')
    }
  }
  const alerts = async () => (await town.mails()).filter(({ to }) => to.includes('first-line@example.org'))
  await handOver(ANN)
  await town.passes('1m')
  const [alert, ...others] = await alerts()
  expect(others).toEqual([])
  const headers = { 'message-id': alert?.headers['message-id'] ?? '', 'auto-submitted': 'auto-generated' }
  town.mailToDesk({
    from: 'no-reply@desk.example',
    to: DESK,
    subject: alert?.subject ?? '',
    text: alert?.text ?? '',
    headers,
  })
  await town.passes('10s', '2m')
  const back = (await town.tickets()).find(({ title }) => title === alert?.subject)
  expect(back).toMatchObject({ group: 'Technical support', state: 'new', tags: [] })
  expect(back?.articles).toHaveLength(1)
  await town.agent.writes(back?.id ?? 0, 'What is this?')
  await handOver('somebody.else@hospital.example')
  await town.passes('10s', '2m', '9h')
  expect(await alerts()).toHaveLength(1)
  expect((await town.mails()).filter(({ text }) => text?.includes('What is this?'))).toEqual([])
})
