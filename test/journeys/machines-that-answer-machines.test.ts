import { expect, test } from 'vitest'
import type { Town } from '../support/town.ts'
import { ANN, answersTo, aRequest, aTown, DESK } from './relaying.ts'
import { uploadTrouble } from './requests.ts'

/** A mail as its receiver's program has it. */
interface Received {
  readonly id: string
  readonly subject: string
}

const received = ({ subject }: { subject: string }, headers: Readonly<Record<string, string>>): Received => ({
  id: headers['message-id'] ?? headers['Message-ID'] ?? '',
  subject,
})

const absence = ({ id, subject }: Received, marks: Readonly<Record<string, string>>) => ({
  from: ANN,
  to: DESK,
  subject: `Out of office: ${subject}`,
  text: 'I am away.',
  headers: { ...marks, 'message-id': `<away.${id.slice(1)}`, 'in-reply-to': id },
})

/** A program that answers every mail that comes, from us or from Zammad, whatever is said against that in it. */
async function answersEach(town: Town, marks: Readonly<Record<string, string>>): Promise<void> {
  const answered = new Set<string>()
  for (let round = 0; round < 6; round += 1) {
    const ours = (await town.mails()).filter(({ to }) => to.includes(ANN))
    const ofZammad = town.mailsOfZammad().filter(({ to }) => to.includes(ANN))
    const all = [...ours, ...ofZammad].map((mail) => received(mail, mail.headers))
    for (const mail of all.filter(({ id }) => !answered.has(id))) {
      town.mailToDesk(absence(mail, marks))
      answered.add(mail.id)
    }
    await town.passes('10s', '2m')
  }
}

test.for([
  // Zammad answers whoever does not say that it is a machine: that loop is not ours, and adds nothing to it.
  ['that says what it is', { 'auto-submitted': 'auto-replied', precedence: 'auto_reply' }, 2],
  ['that does not', {}, 20],
] as const)(
  'wired to an auto-responder %s, and to Zammad’s own, we send at most two mails more',
  async ([, marks, mostOfZammad]) => {
    const town = await aTown()
    await town.agent.administers('PUT', '/triggers/2', { active: true })
    const ann = await aRequest(town)
    await town.agent.writes(ann.id, 'Please try again')
    await town.passes('10s', '2m')
    const before = (await town.mails()).length
    const ofZammad = town.mailsOfZammad().length
    await answersEach(town, marks)
    expect((await town.mails()).length - before).toBeLessThanOrEqual(2)
    expect(town.mailsOfZammad().length - ofZammad).toBeLessThanOrEqual(mostOfZammad)
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
  const town = await aTown({ expectedErrors: ['alert.suspended'] })
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
