import { expect, test } from 'vitest'
import type { MailJson } from '../../src/sandbox/mailbox/kept.ts'
import type { Town } from '../support/town.ts'
import type { Page } from '../support/visitor.ts'
import { ANN, answersTo, aRequest, aTown, BOB, DESK, kindsTo, notesWith } from './relaying.ts'
import { aPdf, uploadTrouble } from './requests.ts'

/** Presses what a confirming page asks, with what was typed there. */
async function does(town: Town, page: Page, act: string, answers: Readonly<Record<string, string>> = {}) {
  return town.visitor.sendsFrom(await town.visitor.follows(page, `/${act}?`), { answers })
}

/** What a mail program sends when somebody answers a mail that it has. */
const answerTo = (mail: MailJson | undefined, from: string, text: string) => ({
  from,
  to: mail?.headers['reply-to'] ?? '',
  subject: `Re: ${mail?.subject}`,
  text,
  headers: {
    'message-id': `<${text.length}.${from.length}@program.example>`,
    'in-reply-to': mail?.headers['message-id'] ?? '',
    references: `${mail?.headers['references'] ?? ''} ${mail?.headers['message-id'] ?? ''}`.trim(),
  },
})

test('what a visitor writes on the page is in Zammad once, with its file, and opens a closed ticket again', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  await town.agent.changes(ann.id, { state: 'closed' })
  await town.passes('10s', '2m')
  const page = await ann.page()
  expect(page.text).toContain('Closed')
  const pdf = { ...aPdf(), field: 'files' }
  const filled = { answers: { body: 'It still <fails>.' }, files: [pdf] }
  await town.fault({ zammad: 'lost-answer' })
  const first = await town.visitor.sendsFrom(page, filled)
  const again = await town.visitor.sendsFrom(page, filled)
  expect([first.status, again.status]).toEqual([303, 303])
  expect(first.page.text).toContain('It still <fails>.')
  expect(first.page.text).toContain(pdf.name)
  await town.passes('10s')
  await town.fault({ zammad: 'up' })
  await town.passes('3m', '7m', '10m')
  const { state, articles } = await ann.ticket()
  expect(state).toBe('open')
  const said = articles.filter(({ body }) => body.includes('It still'))
  expect(said).toMatchObject([
    { sender: 'Customer', internal: false, attachments: [{ name: pdf.name, bytes: pdf.bytes }] },
  ])
  const after = await ann.page()
  expect(after.text.match(/It still <fails>/g)).toHaveLength(1)
  expect(after.text).not.toContain('Closed')
})

test('what is written while Zammad is away stands on the page at once, and arrives in its order, “solved” last', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  await town.fault({ zammad: 'down' })
  await town.visitor.sendsFrom(await ann.page(), { answers: { body: 'The first word' } })
  await town.passes('10s', '1m')
  const second = await town.visitor.sendsFrom(await ann.page(), { answers: { body: 'The second word' } })
  expect(second.page.text).toMatch(/The first word[^]*The second word/)
  await town.fault({ zammad: 'up' })
  await town.passes('1s')
  await does(town, await ann.page(), 'solved')
  await town.passes('1s', '10m', '1m')
  const { state, articles } = await ann.ticket()
  expect(articles.flatMap(({ body }) => /The \w+ word/.exec(body) ?? [])).toEqual([
    'The first word',
    'The second word',
  ])
  expect(state).toBe('closed')
})

test('an answer by mail finds its ticket and is shown; what a stranger sends with the number is not', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  await town.agent.writes(ann.id, 'Which version do you have?')
  await town.agent.changes(ann.id, { state: 'closed' })
  await town.passes('10s', '2m')
  const [mail] = await answersTo(town, ANN)
  expect(mail?.headers['reply-to']).toContain(DESK)
  town.mailToDesk(answerTo(mail, `Ann Lee <${ANN}>`, 'Version 4, I think.'))
  town.mailToDesk(answerTo(mail, 'stranger@elsewhere.example', 'marker-of-the-stranger'))
  await town.passes('10s', '2m', '2m')
  const { state, articles } = await ann.ticket()
  expect(state).toBe('open')
  expect(articles.map(({ body }) => body)).toEqual(
    expect.arrayContaining([expect.stringContaining('Version 4'), expect.stringContaining('marker')]),
  )
  const { text } = await ann.page()
  expect(text).toContain('Version 4, I think.')
  expect(text).not.toContain('marker-of-the-stranger')
  expect((await town.mails()).map(({ raw }) => raw).join()).not.toMatch(
    /Version 4, I think|marker-of-the-stranger/,
  )
})

test('“solved” closes the ticket, and a rating is a note and a tag, each once', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  const page = await ann.page()
  const asks = await town.visitor.follows(page, '/solved?')
  expect((await ann.ticket()).state).toBe('new')
  const pressed = [
    await town.visitor.sendsFrom(asks, { answers: {} }),
    await town.visitor.sendsFrom(asks, { answers: {} }),
  ]
  expect(pressed.map(({ status }) => status)).toEqual([303, 303])
  await town.passes('10s', '10s', '2m')
  expect((await ann.ticket()).state).toBe('closed')
  const rated = await does(town, await ann.page(), 'rating', { score: '4', comment: 'Quick and kind.' })
  expect(rated.page.text).toContain('4 of 5')
  await town.passes('10s', '2m')
  const ticket = await ann.ticket()
  expect(ticket).toMatchObject({ state: 'closed', tags: expect.arrayContaining(['rated-4']) })
  expect(notesWith(ticket, 'Quick and kind.')).toHaveLength(1)
  expect(ticket.articles.filter(({ internal }) => !internal)).toHaveLength(1)
})

test('where the group wants new tickets, what a visitor adds after the end is one, linked to the old', async () => {
  const town = await aTown()
  await town.agent.administers('PUT', '/groups/5', { follow_up_possible: 'new_ticket' })
  const ann = await aRequest(town)
  await town.agent.changes(ann.id, { state: 'closed' })
  await town.passes('70m', '10s')
  const added = await town.visitor.sendsFrom(await ann.page(), { answers: { body: 'Once more, please.' } })
  expect(added.status).toBe(303)
  await town.passes('10s', '10s', '2m')
  const [old, next, ...others] = await town.tickets()
  expect(others).toEqual([])
  expect(old).toMatchObject({ id: ann.id, state: 'closed' })
  expect(next).toMatchObject({ customer: ANN, group: 'Technical support', state: 'new' })
  expect(next?.articles[0]?.body).toContain('Once more, please.')
  expect(
    await town.agent.calls('GET', `/links?link_object=Ticket&link_object_value=${ann.id}`),
  ).toMatchObject({
    links: [{ link_type: 'normal', link_object_value: next?.id }],
  })
  const page = await ann.page()
  expect(page.text).toContain(next?.number)
  const newPage = await town.visitor.follows(page, page.leadsTo.find(isOtherPage(page)) ?? 'nothing')
  expect(newPage.text).toContain('Once more, please.')
  await town.agent.writes(next?.id ?? 0, 'An answer to the second')
  await town.passes('10s', '2m')
  expect(await answersTo(town, ANN)).toMatchObject([{ subject: expect.stringContaining(next?.number ?? '') }])
})

const isOtherPage = (page: Page) => (to: string) =>
  /\/c\/[^/?]+\?/.test(to) && !new URL(to, page.address).pathname.startsWith(new URL(page.address).pathname)

test.for(['before', 'after'] as const)(
  'a mistyped address is corrected %s the ticket is opened: the old link ends, and answers go to the new one',
  async (when) => {
    const town = await aTown()
    const wrong = 'ann.le@hospital.example'
    if (when === 'before') await town.fault({ zammad: 'down' })
    const { visitor } = town
    const sent = await visitor.sends(uploadTrouble({ email: wrong }))
    await town.passes('10s', '10s')
    const corrected = await does(town, sent.page, 'address', { email: ANN })
    expect(corrected.status).toBe(303)
    expect((await visitor.opens(sent.page.address)).status).toBe(404)
    await town.fault({ zammad: 'up' })
    await town.passes('20m', '1m', '1m')
    const ticket = await town.onlyTicket()
    expect(ticket.customer).toBe(ANN)
    const held = (await town.mails()).filter(({ to }) => to.includes(wrong)).length
    await town.agent.writes(ticket.id, 'For the right one')
    await town.passes('10s', '2m')
    const [mail] = await answersTo(town, ANN)
    expect(mail?.text).toContain('For the right one')
    expect((await town.mails()).filter(({ to }) => to.includes(wrong))).toHaveLength(held)
    const link = /https:\/\/desk\.example\/c\/\w+/.exec(mail?.text ?? '')?.[0] ?? ''
    const page = await visitor.opens(link)
    expect(page.text).toContain('For the right one')
    expect(page.html).not.toContain('/address?')
  },
)

test('a customer whom staff choose gets the answer under a link of their own, and the old link ends', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  const bob = await aRequest(town, { email: BOB })
  await town.agent.writes(ann.id, 'For Bob now')
  await town.agent.changes(ann.id, { customer: BOB })
  await town.passes('10s', '2m', '1m')
  expect(await answersTo(town, ANN)).toEqual([])
  const [mail, ...others] = await answersTo(town, BOB)
  expect(others).toEqual([])
  expect((await ann.page()).status).toBe(404)
  const link = /https:\/\/desk\.example\/c\/\w+/.exec(mail?.text ?? '')?.[0] ?? ''
  expect((await town.visitor.opens(link)).text).toContain('For Bob now')
  expect((await bob.page()).text).not.toContain('For Bob now')
  expect(await kindsTo(town, ANN)).toEqual(['receipt'])
})
