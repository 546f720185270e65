import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  aBoard,
  ANN,
  answersTo,
  aRequest,
  aTown,
  base64,
  BOB,
  kindsTo,
  OPS_TOKEN,
  requestOf,
} from './relaying.ts'

test.for(['up', 'dropped'] as const)(
  'a public note is mailed once and shown, and an internal one never, with hooks %s',
  async (hooks) => {
    const town = await aTown()
    await town.fault({ hooks })
    const ann = await aRequest(town)
    await town.agent.writes(ann.id, 'secret-of-staff', { internal: true })
    await town.agent.writes(ann.id, '<p>Please try <b>again</b>.</p>')
    await town.passes('30s')
    expect(await answersTo(town, ANN)).toEqual([])
    await town.passes('90s', '1m', '2h')
    const [mail, ...others] = await answersTo(town, ANN)
    expect(others).toEqual([])
    expect(mail?.text).toContain('Anna Agent of Technical support')
    expect(mail?.text).toContain('Please try again.')
    expect(mail?.text).toContain(ann.sent.page.address.replace(/\?.*/, ''))
    expect(mail?.subject).toContain(`Ticket#${ann.number}`)
    const page = await ann.page()
    expect(page.text).toContain('Answered')
    expect(page.html).toContain('<p>Please try <b>again</b>.</p>')
    expect(JSON.stringify([await town.mails(), page.html, town.log])).not.toContain('secret-of-staff')
  },
)

test('an answer that is taken back in time is neither sent nor shown, and given again it is sent', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  const answer = await town.agent.writes(ann.id, 'Said too soon')
  await town.passes('10s')
  expect((await ann.page()).text).toContain('Said too soon')
  await town.agent.flips(answer, 'internal')
  await town.passes('30s', '2m', '2m')
  expect(await answersTo(town, ANN)).toEqual([])
  expect((await ann.page()).text).not.toContain('Said too soon')
  await town.agent.flips(answer, 'public')
  await town.passes('30s', '2m', '2m')
  expect(await answersTo(town, ANN)).toHaveLength(1)
  expect((await ann.page()).text).toContain('Said too soon')
})

test('what Zammad mails itself is shown and not sent twice; what it cannot mail is sent by us', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  const email = { type: 'email', to: ANN, subject: 'Your upload' }
  await town.agent.writes(ann.id, 'By mail of Zammad', email)
  await town.passes('10s', '1m', '2m')
  expect(await answersTo(town, ANN)).toEqual([])
  expect(town.mailsOfZammad().filter(({ text }) => text.includes('By mail of Zammad'))).toHaveLength(1)
  expect((await ann.page()).text).toContain('By mail of Zammad')

  await town.fault({ mailOfZammad: 'down' })
  await town.agent.writes(ann.id, 'Refused by the server', email)
  await town.passes('10s', '30s')
  expect(await answersTo(town, ANN)).toEqual([])
  await town.passes('1m', '1m', '1m', '2m', '2m')
  expect(await answersTo(town, ANN)).toMatchObject([
    { text: expect.stringContaining('Refused by the server') },
  ])
})

test('what staff mail to others only is not shown, until they say on the board that the visitor is to have it', async () => {
  const town = await aTown({ settings: { OPS_TOKEN } })
  const ann = await aRequest(town)
  const forwarded = { type: 'email', to: 'expert@partner.example', subject: 'Can you help?' }
  await town.agent.writes(ann.id, 'Said to an expert', forwarded)
  await town.passes('10s', '2m', '1h')
  expect(await answersTo(town, ANN)).toEqual([])
  expect((await ann.page()).text).not.toContain('Said to an expert')
  const board = await aBoard(town)
  await board.presses(/\/ops\/articles\/\d+\/\d+\/send/)
  await town.passes('10s', '2m', '1h')
  expect(await answersTo(town, ANN)).toMatchObject([{ text: expect.stringContaining('Said to an expert') }])
  expect((await ann.page()).text).toContain('Said to an expert')
})

test('the mails of a form that wants links alone tell nothing of the answer', async () => {
  const town = await aTown()
  const answers = {
    name: 'Ann Lee',
    email: ANN,
    topic: 'incident',
    details: 'marker-of-the-visitor',
    consent: 'yes',
  }
  const ann = await requestOf(town, await town.visitor.sends({ form: 'privacy-legal-security', answers }))
  const file = {
    filename: 'marker.txt',
    data: base64(new TextEncoder().encode('x')),
    'mime-type': 'text/plain',
  }
  await town.agent.writes(ann.id, 'marker-of-the-answer', { attachments: [file] })
  await town.passes('10s', '2m')
  const mails = (await town.mails()).filter(({ to }) => to.includes(ANN))
  expect(mails).toHaveLength(2)
  for (const mail of mails) {
    expect(mail.raw).not.toMatch(/marker|Anna/)
    expect(mail.text).toContain('https://desk.example/c/')
  }
  expect((await ann.page()).text).toContain('marker-of-the-answer')
})

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

test('a picture and a file of an answer travel with the mail, and open on the page that shows it and on no other', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  const steps = new TextEncoder().encode('1. Try again\n')
  const file = { filename: 'pasos ñ.txt', data: base64(steps), 'mime-type': 'text/plain' }
  const answer = await town.agent.writes(ann.id, `<p>See <img src="data:image/png;base64,${PNG}"></p>`, {
    attachments: [file],
  })
  await town.passes('10s', '2m')
  const [mail] = await answersTo(town, ANN)
  expect(mail?.html).toMatch(/<img [^>]*src="cid:/)
  expect(mail?.raw).toContain(PNG.slice(0, 60))
  expect(mail?.raw).toContain(base64(steps))

  const page = await ann.page()
  expect(page.text).toContain('pasos ñ.txt')
  const files = page.leadsTo
    .filter((to) => to.includes('/files/'))
    .map((to) => new URL(to, page.address).href)
  const open = async (address: string) => {
    const answer = await town.service.app.request(address)
    return { status: answer.status, bytes: base64(new Uint8Array(await answer.arrayBuffer())) }
  }
  const opened = await Promise.all(files.map(open))
  expect(new Set(opened.map(({ bytes }) => bytes))).toEqual(new Set([PNG, base64(steps)]))
  expect(opened.map(({ status }) => status)).toEqual([200, 200])

  const bob = await aRequest(town, { email: BOB })
  const tokenOf = ({ sent }: typeof bob): string => new URL(sent.page.address).pathname
  for (const file of files) {
    expect(file).toContain(tokenOf(ann))
    expect((await open(file.replace(tokenOf(ann), tokenOf(bob)))).status).toBe(404)
  }
  await town.agent.flips(answer, 'internal')
  await town.passes('10s')
  expect((await Promise.all(files.map(open))).map(({ status }) => status)).toEqual([404, 404])
})

test('answers keep their order through a Zammad that is away and a mail server that breaks off, copies to the byte', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  for (const words of ['The first of them', 'The second of them']) await town.agent.writes(ann.id, words)
  await town.passes('10s')
  await town.fault({ zammad: 'down' })
  await town.passes('2m', '10m')
  expect(await answersTo(town, ANN)).toEqual([])
  await town.fault({ zammad: 'up', smtp: 'cut' })
  await town.passes('16m')
  await town.fault({ smtp: 'up' })
  await town.passes('20m', '1m', '1h')
  const [sent, copy, next, ...others] = await answersTo(town, ANN)
  expect(others).toEqual([])
  expect(sent?.text).toContain('The first of them')
  expect(copy?.raw).toBe(sent?.raw)
  expect(next?.text).toContain('The second of them')
})

const Account = z.object({ group_ids: z.record(z.string(), z.array(z.string())) })

test('what is said where the bot may not look is brought once it may; out of sight and deleted, the page says so', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  const { group_ids: rights } = Account.parse(await town.agent.administers('GET', '/users/5?expand=true'))
  await town.agent.changes(ann.id, { group: 'Dashboard' })
  await town.agent.administers('PUT', '/users/5', { group_ids: { ...rights, 7: [] } })
  await town.agent.writes(ann.id, 'Said out of sight')
  await town.passes('10s', '70m')
  const page = await ann.page()
  expect(page.text).toContain('With a team whose work we cannot follow from here')
  const said = await town.visitor.sendsFrom(page, { answers: { body: 'Are you there?' } })
  expect(said.page.text).toContain('Are you there?')
  await town.passes('10s', '10m')
  await town.agent.administers('PUT', '/users/5', { group_ids: rights })
  await town.passes('70m', '2m', '20m')
  expect(await answersTo(town, ANN)).toMatchObject([{ text: expect.stringContaining('Said out of sight') }])
  const ticket = await ann.ticket()
  expect(ticket.articles.filter(({ body }) => body.includes('Are you there?'))).toHaveLength(1)
  await town.agent.deletes(ann.id)
  await town.passes('70m', '70m')
  expect((await ann.page()).text).toContain('No longer in our helpdesk')
  // Whoever deletes a ticket deletes what staff said on it.
  expect((await ann.page()).text).not.toContain('Said out of sight')
})

test('of another team, a closing and a missed promise the visitor hears once each', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  await town.agent.changes(ann.id, { group: 'Dashboard' })
  await town.passes('1m', '1m')
  await town.agent.changes(ann.id, { group: 'Catalogue' })
  await town.passes('1m', '1m')
  expect(await kindsTo(town, ANN)).toEqual(['receipt', 'moved'])
  await town.passes('47h', '2h', '2h')
  expect(await kindsTo(town, ANN)).toEqual(['receipt', 'moved', 'late'])
  const late = (await town.mails()).find(({ headers }) => headers['message-id']?.startsWith('<late.'))
  expect(late?.text).toContain('Late since')
  expect(late?.text).toContain('Raised to')
  await town.agent.writes(ann.id, 'At last')
  await town.agent.changes(ann.id, { state: 'closed' })
  await town.passes('1m', '2m', '2m', '2h')
  expect(await kindsTo(town, ANN)).toEqual(['receipt', 'moved', 'late', 'answer', 'closed'])
  expect((await ann.page()).text).toContain('Your request is closed')
})

test('a form that wants answers alone has no other mails', async () => {
  const town = await aTown({
    forms: ({ path, text }) => ({ path, text: text.replace('notify: all', 'notify: answers') }),
  })
  const ann = await aRequest(town)
  await town.agent.changes(ann.id, { group: 'Dashboard' })
  await town.passes('1m', '49h', '1h')
  await town.agent.writes(ann.id, 'At last')
  await town.agent.changes(ann.id, { state: 'closed' })
  await town.passes('1m', '2m', '2m')
  expect(await kindsTo(town, ANN)).toEqual(['receipt', 'answer'])
})

test('with RELAY=all what is said to people with a login is mailed as well, and leads to Zammad alone', async () => {
  const town = await aTown({ settings: { RELAY: 'all', ZAMMAD_WEB_URL: 'https://help.example' } })
  await town.agent.calls('POST', '/tickets', {
    title: 'A question',
    group: 'Catalogue',
    customer: 'nicole.braun@zammad.org',
    article: { type: 'web', sender: 'Customer', body: 'In her own words.' },
  })
  await town.passes('10s', '10s')
  const { id, number } = await town.onlyTicket()
  await town.agent.writes(id, 'For Nicole')
  await town.agent.writes(id, 'secret-of-staff', { internal: true })
  await town.passes('10s', '2m', '1h')
  const [mail, ...others] = await answersTo(town, 'nicole.braun@zammad.org')
  expect(others).toEqual([])
  expect(mail?.text).toContain('For Nicole')
  expect(mail?.text).toContain('https://help.example')
  expect(mail?.subject).toContain(`Ticket#${number}`)
  expect(mail?.raw).not.toMatch(/\/c\/|secret-of-staff/)
})

test('without RELAY=all they hear nothing from us', async () => {
  const town = await aTown()
  await town.agent.calls('POST', '/tickets', {
    title: 'A question',
    group: 'Catalogue',
    customer: 'nicole.braun@zammad.org',
    article: { type: 'web', sender: 'Customer', body: 'In her own words.' },
  })
  await town.passes('10s', '10s')
  await town.agent.writes((await town.onlyTicket()).id, 'For Nicole')
  await town.passes('10s', '2m', '1h')
  expect(await kindsTo(town, 'nicole.braun@zammad.org')).toEqual([])
})

test('an address that refuses mail for good: one note for staff, a mark on the board, and the page says so', async () => {
  const town = await aTown({ settings: { OPS_TOKEN } })
  const ann = await aRequest(town, { email: 'ann@nobody.invalid' })
  await town.passes('1m')
  await town.agent.writes(ann.id, 'Can you read this?')
  await town.passes('10s', '2m', '1h')
  const told = (await ann.ticket()).articles.filter(({ body }) => body.includes('cannot be reached'))
  expect(told).toMatchObject([{ internal: true, sender: 'System' }])
  expect(JSON.stringify(told)).not.toContain('nobody.invalid')
  const page = await ann.page()
  expect(page.text).toMatch(/Our emails to \S+ come back/)
  expect(page.text).toContain('Can you read this?')
  expect(await (await aBoard(town)).page()).toContain(ann.number)
})
