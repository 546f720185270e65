import { expect, test } from 'vitest'
import { SANDBOX_WORLD } from '../../src/sandbox/zammad/world.ts'
import { hex } from '../../src/secret.ts'
import { openTown } from '../support/town.ts'
import { aPdf, uploadTrouble } from './requests.ts'

/** The secret link of a page or mail, wherever it stands. */
const linkIn = (text: string | null | undefined): string =>
  /https:\S+\/c\/[0-9a-z]{32}/.exec(text ?? '')?.[0] ?? ''

const printOf = async (bytes: Uint8Array<ArrayBuffer> = new Uint8Array()): Promise<string> =>
  hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))

const NUMBER = /^7800?\d{10}$/

test('a request becomes a ticket, a page and a mail, which tell one number', async () => {
  const town = await openTown()
  await town.tick()
  const pdf = aPdf()

  const sent = await town.at('+10m').visitor.sends({ ...uploadTrouble(), files: [pdf] })
  expect(sent.status).toBe(303)
  const received = sent.page.text.split('\n')
  const number = received[received.indexOf('Your ticket number') + 1] ?? ''
  expect(number).toMatch(NUMBER)
  expect(received).toContain('Received')
  expect(received).toContain('Monday 23 November, 13:10 (Europe/Madrid time) · in 2 days')
  expect(sent.page.text).toContain(pdf.name)
  expect(await town.tickets()).toEqual([])

  await town.at('+11m').tick()
  const ticket = await town.onlyTicket()
  expect(ticket).toMatchObject({
    number,
    title: 'Upload: UPV, Valencia',
    group: 'Reference nodes',
    state: 'new',
    customer: 'ann.lee@hospital.example',
    tags: [],
    preferences: {
      firstline: { instance: expect.stringMatching(/^\w{10}$/), submission: expect.any(String) },
    },
  })
  const [article, note, ...others] = ticket.articles
  expect(others).toEqual([])
  expect(note).toMatchObject({ type: 'note', sender: 'System', internal: true })
  expect(note?.body).toContain('The rule “upload form” sends it to Reference nodes')
  expect(note?.body).toContain('To be answered by Monday 23 November, 13:10 (Europe/Madrid).')
  expect(article).toMatchObject({
    type: 'web',
    sender: 'Customer',
    internal: false,
    messageId: expect.stringMatching(/^<\w{25}@desk\.example>$/),
    preferences: { 'send-auto-response': false },
    attachments: [{ name: pdf.name, type: 'application/pdf', bytes: pdf.bytes }],
  })
  expect(article?.body).toContain('It stops at 63 %, after "DICOM sent".\nñ 漢字 <b>&amp;')

  const page = await town.pageOf(sent)
  expect(page.text).toContain(
    `Your ticket number\n${number}\nWith Reference nodes\nWrite to the team\nAnswer by`,
  )
  const [receipt, ...more] = await town.mails()
  expect(more).toEqual([])
  expect(receipt).toMatchObject({ to: ['ann.lee@hospital.example'], from: 'no-reply@desk.example' })
  expect(receipt?.subject).toContain(number)
  expect(receipt?.text).toContain(`Number: ${number}\n`)
  expect(linkIn(receipt?.text)).toBe(linkIn(page.text))
  expect((await town.visitor.opens(linkIn(receipt?.text))).text).toBe(page.text)
  expect(town.mailsOfZammad()).toEqual([])

  await town.at('+2d').tick()
  expect(await town.onlyTicket()).toEqual({ ...ticket, tags: ['promise-soon'] })
  const visitors = (await town.mails()).filter(({ to }) => !to.every((one) => one.endsWith('@example.org')))
  expect(visitors).toHaveLength(1)
})

test('a file of many parts arrives at the ticket as it was sent', async () => {
  const town = await openTown()
  await town.tick()
  const line = 'series 1.2.840.113619 stored, 512 images\n'
  const bytes = new TextEncoder().encode(line.repeat((6 * 1024 * 1024) / line.length))
  const log = { field: 'log', name: 'ingest.log', type: 'text/plain', bytes }
  const sent = await town.visitor.sends({ ...uploadTrouble(), files: [log] })
  expect(sent.status).toBe(303)
  await town.tick()
  const [attachment] = (await town.onlyTicket()).articles[0]?.attachments ?? []
  expect(attachment?.bytes.length).toBe(bytes.length)
  expect(await printOf(attachment?.bytes)).toBe(await printOf(bytes))
})

test('in Spanish, page and mail are in Spanish', async () => {
  const town = await openTown()
  await town.tick()
  const sent = await town.visitor.sends({ ...uploadTrouble(), language: 'es' })
  await town.tick()
  expect((await town.pageOf(sent)).text).toContain('A cargo de: Nodos de referencia')
  const [receipt] = await town.mails()
  expect(receipt?.subject).toContain('Hemos recibido su solicitud')
  expect(receipt?.text).toContain('lunes, 23 de noviembre, 13:00 (Europe/Madrid)')
})

test('the same form sent again leads to the same page, with other words it is refused and kept', async () => {
  const town = await openTown()
  await town.tick()
  const tab = await town.visitor.opensForm('upload-trouble')
  const filled = { ...uploadTrouble(), files: [aPdf()] }
  const first = await tab.sends(filled)
  const again = await tab.sends(filled)
  expect(again.status).toBe(303)
  expect(again.page.address).toBe(first.page.address)

  await town.tick()
  const afterOpening = await tab.sends(filled)
  expect(afterOpening.page.address).toBe(first.page.address)

  const other = await tab.sends(uploadTrouble({ what: 'Now it stops at 64 %' }))
  expect(other.status).toBe(409)
  expect(other.page.html).toContain('Now it stops at 64 %')
  await town.at('+1h').tick()
  expect(await town.tickets()).toHaveLength(1)
  expect(await town.mails()).toHaveLength(1)
})

test('below a path, every address that pages and mails tell is below it', async () => {
  const base = 'https://x.example/helpdesk'
  const town = await openTown({ settings: { PUBLIC_URL: base } })
  await town.tick()
  const home = await town.visitor.opens('/')
  const tab = await town.visitor.opensForm('upload-trouble')
  const sent = await tab.sends({ ...uploadTrouble(), files: [aPdf()] })
  await town.tick()
  const page = await town.pageOf(sent)
  expect(sent.location).toMatch(/^\/helpdesk\/c\//)
  expect(sent.page.address).toMatch(/^https:\/\/x\.example\/helpdesk\/c\//)
  expect(page.text).toContain('With Reference nodes')

  const assets = new Set<string>()
  for (const shown of [home, tab.page, page]) {
    expect(shown.status).toBe(200)
    const ours = shown.leadsTo
      .map((to) => new URL(to, shown.address))
      .filter(({ origin }) => origin === 'https://x.example')
    expect(ours.length).toBeGreaterThan(3)
    for (const { href, pathname } of ours) {
      expect(href).toMatch(/^https:\/\/x\.example\/helpdesk\//)
      if (pathname.startsWith('/helpdesk/assets/')) assets.add(href)
    }
  }
  expect(assets.size).toBe(2)
  for (const asset of assets) expect(await town.visitor.opens(asset)).toMatchObject({ status: 200 })

  const [receipt] = await town.mails()
  expect(linkIn(receipt?.text)).toMatch(/^https:\/\/x\.example\/helpdesk\/c\//)
  expect((await town.visitor.opens(linkIn(receipt?.text))).text).toBe(page.text)
  expect(receipt?.headers['message-id']).toMatch(/@x\.example>$/)
})

test('while Zammad is down the page says so, and the ticket then opened has the number that was told', async () => {
  const town = await openTown()
  await town.tick()
  await town.fault({ zammad: 'down' })
  const sent = await town.at('+1h').visitor.sends(uploadTrouble())
  await town.tick()
  const waiting = await town.at('+5h').pageOf(sent)
  const number = /Your ticket number\n(\d+)\nReceived\n/.exec(waiting.text)?.[1]
  expect(waiting.text).toContain('Our helpdesk does not answer at the moment.')
  expect(waiting.text).toContain('The number above is yours already and will not change.')
  expect((await town.mails())[0]?.text).toContain(`Number: ${number}\n`)

  await town.fault({ zammad: 'up' })
  await town.at('+6h').tick()
  expect(await town.onlyTicket()).toMatchObject({ number, group: 'Reference nodes' })
  expect((await town.pageOf(sent)).text).toContain(`${number}\nWith Reference nodes`)
  expect(await town.mails()).toHaveLength(1)
})

test.for(['lost-answer', 'late-commit', 'maintenance', 'slow'] as const)(
  'a Zammad in trouble (%s) makes one ticket in the end, with the number that was told',
  async (trouble) => {
    const town = await openTown()
    await town.tick()
    await town.fault({ zammad: trouble })
    const sent = await town.visitor.sends({ ...uploadTrouble(), files: [aPdf()] })
    await town.tick()
    await town.at('+1m').tick()
    await town.fault({ zammad: 'up' })
    await town.at('+1h').tick()
    const ticket = await town.onlyTicket()
    expect(sent.page.text).toContain(`Your ticket number\n${ticket.number}\n`)
    expect(ticket.articles.map(({ sender }) => sender)).toEqual(['Customer', 'System'])
    expect((await town.pageOf(sent)).text).toContain('With Reference nodes')
  },
)

test('while the mail server is down the receipt waits, and then goes out once', async () => {
  const town = await openTown()
  await town.tick()
  await town.fault({ smtp: 'down' })
  await town.visitor.sends(uploadTrouble())
  await town.tick()
  expect(await town.tickets()).toHaveLength(1)
  expect(await town.mails()).toEqual([])
  await town.fault({ smtp: 'up' })
  await town.at('+1h').tick()
  await town.at('+2h').tick()
  expect(await town.mails()).toHaveLength(1)
})

test('where Zammad numbers its tickets, the page tells the number as soon as it is known', async () => {
  const town = await openTown({ settings: { TICKET_NUMBERS: 'zammad' } })
  await town.tick()
  const sent = await town.visitor.sends(uploadTrouble())
  const reference = /Your reference\n(FL-[0-9A-Z]{8})\n/.exec(sent.page.text)?.[1]
  expect(sent.page.text).toContain('Your ticket number will appear here.')
  await town.tick()
  const { number, articles } = await town.onlyTicket()
  expect(number).toBe('78002')
  expect((await town.pageOf(sent)).text).toContain(`Your ticket number\n${number}\nWith Reference nodes`)
  expect((await town.pageOf(sent)).text).toContain(`Your reference\n${reference}`)
  expect(articles[1]).toMatchObject({ sender: 'System', internal: true })
  expect(articles[1]?.body).toContain(reference)
})

test('in a Zammad without any ticket, a reference stands in for the number, and staff are told it', async () => {
  const hidden = SANDBOX_WORLD.users.map((user) => ({
    ...user,
    groups: user.login.startsWith('bot@') ? user.groups.filter((group) => group !== 'Users') : user.groups,
  }))
  const town = await openTown({ world: { ...SANDBOX_WORLD, users: hidden } })
  await town.tick()
  const sent = await town.visitor.sends(uploadTrouble())
  const reference = /Your reference\n(FL-[0-9A-Z]{8})\n/.exec(sent.page.text)?.[1] ?? ''
  await town.tick()
  const { number, articles } = await town.onlyTicket()
  const [visitors, note, ...others] = articles
  expect(others).toEqual([])
  expect(visitors?.sender).toBe('Customer')
  expect(note).toMatchObject({ sender: 'System', internal: true, type: 'note' })
  expect(note?.body).toContain(reference)
  expect((await town.pageOf(sent)).text).toContain(`Your ticket number\n${number}\nWith Reference nodes`)
  expect((await town.mails())[0]?.text).toContain(`Number: ${reference}\n`)

  await town.at('+1m').tick()
  const next = await town.visitor.sends(uploadTrouble({ email: 'next@hospital.example' }))
  expect(next.page.text).toContain(`Your ticket number\n${number.slice(0, -2)}`)
})

test('a service that only observes writes nothing to Zammad and sends no mail', async () => {
  const town = await openTown({ settings: { ACT: 'observe' } })
  await town.tick()
  const sent = await town.visitor.sends({ ...uploadTrouble(), files: [aPdf()] })
  expect(sent.status).toBe(303)
  for (const offset of ['+1m', '+1h', '+3d']) await town.at(offset).tick()
  expect(await town.tickets()).toEqual([])
  expect(await town.mails()).toEqual([])
  const writes = town.callsToZammad.filter(
    (call) => !call.startsWith('GET ') && !call.endsWith('/tickets/search'),
  )
  expect(writes).toEqual([])
  expect((await town.pageOf(sent)).text).toContain('Received')
})
