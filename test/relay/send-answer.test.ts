import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import type { Desk } from '../../src/desk.ts'
import type { Mailer } from '../../src/mailer.ts'
import { linkToken } from '../../src/conversation/link.ts'
import { uploadForm } from '../support/sample-forms.ts'
import { NOON } from '../support/samples.ts'
import { ANN, answering } from './answering.ts'

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
const SVG = new TextEncoder().encode('<svg onload="alert(1)"></svg>')

test('an answer goes to the visitor once, with its words, the private link and the thread it belongs to', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own, { body: 'Try it <again>.' })
  await a.round()
  await a.round()
  expect(a.sent).toMatchObject([{ to: ANN }])
  const token = await linkToken(a.signer, await a.now(own.conversation))
  expect(a.answers()).toEqual([
    {
      kind: 'answer',
      language: 'en',
      site: 'Northern Biobank helpdesk',
      reference: own.ticket.number,
      number: own.ticket.number,
      link: `https://desk.example/c/${token}`,
      replyTo: 'first-line@mail.example',
      references: ['<submission-1@desk.example>'],
      agent: 'Anna Agent',
      team: 'First Line support',
      content: {
        html: '<p>Try it &lt;again&gt;.</p>',
        text: 'Try it <again>.',
        enclosed: [],
        left: [],
      },
      dueAt: after(NOON, 48 * HOUR_MS),
      timeZone: 'Europe/Madrid',
      opensZammad: false,
    },
  ])
  const born = article.createdAt.getTime().toString(36)
  expect(a.rendered[0]?.headers).toEqual({
    messageId: `<answer.${article.id}.${born}.1@desk.example>`,
    date: NOON,
    to: ANN,
  })
  expect(await a.entry(article)).toMatchObject({ mailed: true, disposition: 'relay', side: 'desk' })
  expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'done' }])
})

test('a second answer refers to the first, and names no due time once the wait has ended', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  await a.round()
  await a.atomically([a.conversations.change(own.conversation, { answeredAt: NOON })])
  await a.answer(own, { body: 'More' })
  await a.round()
  const [first, second] = a.rendered
  expect(second?.message).toMatchObject({
    references: ['<submission-1@desk.example>', first?.headers.messageId],
    dueAt: null,
  })
})

test.for(['team', 'person'] as const)(
  'where answers are the %s’s, that stands under them',
  async (agentNames) => {
    const a = await answering({ agentNames })
    const own = await a.opened({ submission: { language: 'es' } })
    await a.answer(own)
    await a.round()
    expect(a.answers()).toMatchObject([
      { agent: agentNames === 'team' ? null : 'Anna Agent', team: 'Primera línea' },
    ])
  },
)

test('a form that mails links alone lets no word, name of a file or picture travel', async () => {
  const a = await answering({ forms: [{ ...uploadForm, mail: 'link-only' }] })
  const own = await a.opened()
  await a.answer(own, { body: 'secret-word' })
  await a.round()
  expect(a.answers()).toMatchObject([{ content: null }])
  expect(JSON.stringify(a.rendered)).not.toContain('secret-word')
})

test('a form that is no longer there lets nothing but the link travel', async () => {
  const a = await answering({ forms: [] })
  await a.answer(await a.opened())
  await a.round()
  expect(a.answers()).toMatchObject([{ content: null }])
})

test('answers go in the order in which they were written, also where the first one cannot go yet', async () => {
  const a = await answering()
  const own = await a.opened()
  for (const body of ['one', 'two', 'three']) {
    a.time.turn(SECOND_MS)
    await a.answer(own, { body })
  }
  a.mishaps.push('unavailable', 'lost', null)
  await a.pass(HOUR_MS, 30 * SECOND_MS)
  expect(a.answers().map(({ content }) => content?.text)).toEqual(['one', 'two', 'three'])
  expect(a.sent.map(({ text }) => text.split(' ')[1])).toEqual(['1', '1', '2', '3'])
})

test('an answer that stands still holds none of the later ones up', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own, { body: 'one' })
  a.time.turn(SECOND_MS)
  await a.answer(own, { body: 'two' })
  a.mishaps.push('refused')
  await a.pass(MINUTE_MS)
  expect(a.sent).toHaveLength(1)
  expect(a.sent[0]?.text).toContain('rendering 2')
})

test('what is withdrawn before it is sent is not sent, vanishes from the page, and answers nobody', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own, { body: 'not for you' })
  await a.atomically([a.conversations.change(own.conversation, { answeredAt: article.createdAt })])
  a.desk.flip(article.id, true)
  await a.round()
  expect(a.rendered).toEqual([])
  expect(a.sent).toEqual([])
  expect(await a.ledger.sharedWith(own.conversation)).toEqual([])
  expect(await a.entry(article)).toMatchObject({
    internal: true,
    because: 'internal',
    side: null,
    html: '',
    text: '',
    mailed: false,
  })
  expect(await a.now(own.conversation)).toMatchObject({ answeredAt: null })
})

test('an answer that is withdrawn leaves the time of the next one as the end of the wait', async () => {
  const a = await answering()
  const own = await a.opened()
  const first = await a.answer(own, { body: 'one' })
  a.time.turn(SECOND_MS)
  const second = await a.answer(own, { body: 'two' })
  await a.atomically([a.conversations.change(own.conversation, { answeredAt: first.createdAt })])
  a.desk.flip(first.id, true)
  await a.pass(MINUTE_MS)
  expect(a.answers().map(({ content }) => content?.text)).toEqual(['two'])
  expect(await a.now(own.conversation)).toMatchObject({ answeredAt: second.createdAt })
})

test('an answer that turns internal while the mail server is away is not sent when it is back', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  a.mishaps.push('unavailable')
  await a.round()
  a.desk.flip(article.id, true)
  await a.pass(MINUTE_MS)
  expect(a.rendered).toHaveLength(1)
  expect(a.sent).toEqual([])
})

test('an answer that was deleted is not sent', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  a.desk.removeArticle(article.id)
  await a.round()
  expect(a.sent).toEqual([])
  expect(await a.entry(article)).toMatchObject({ side: null, html: '' })
  expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'done' }])
})

test.for(['unavailable', 'uncertain', 'refused', 'misconfigured'] as const)(
  'a helpdesk that is %s delays an answer without end, and pauses no mail',
  async (outage) => {
    const a = await answering()
    const own = await a.opened()
    await a.answer(own)
    a.desk.outage = outage
    await a.pass(6 * DAY_MS, 6 * HOUR_MS)
    expect(await a.jobs.pauses()).toEqual([])
    expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'ready', reasonCode: 'unavailable' }])
    a.desk.outage = null
    await a.pass(HOUR_MS, 15 * MINUTE_MS)
    expect(a.sent).toHaveLength(1)
  },
)

test('an answer on a ticket out of sight waits until it may be seen', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  a.desk.hidden.add(own.ticketId)
  await a.pass(HOUR_MS, 10 * MINUTE_MS)
  expect(a.rendered).toEqual([])
  a.desk.hidden.delete(own.ticketId)
  await a.pass(HOUR_MS, 10 * MINUTE_MS)
  expect(a.sent).toHaveLength(1)
})

test.for([{ why: 'is frozen', change: { frozenAt: NOON }, back: { frozenAt: null } }])(
  'nothing is sent while a conversation $why',
  async ({ change, back }) => {
    const a = await answering()
    const own = await a.opened({ conversation: change })
    await a.answer(own)
    await a.pass(10 * MINUTE_MS, MINUTE_MS)
    expect(a.sent).toEqual([])
    await a.atomically([a.conversations.change(own.conversation, back)])
    await a.pass(2 * MINUTE_MS, MINUTE_MS)
    expect(a.sent).toHaveLength(1)
  },
)

test('nothing is sent until Zammad has the address that the visitor corrected', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  await a.begin('change-customer', own.conversation)
  await a.pass(MINUTE_MS)
  expect(a.sent).toEqual([])
  await a.claimZammad()
  await a.pass(MINUTE_MS)
  expect(a.sent).toEqual([])
  await a.finish('change-customer', own.conversation)
  await a.pass(MINUTE_MS)
  expect(a.sent).toHaveLength(1)
})

test('where staff choose another customer, the answer goes there under a link of its own, and the old link ends', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  const before = await a.now(own.conversation)
  const { id } = a.desk.addPerson('ben@example.org')
  a.desk.byHand(own.ticketId, { customerId: id })
  await a.round()
  const now = await a.now(own.conversation)
  expect(a.sent).toMatchObject([{ to: 'ben@example.org' }])
  expect(now).toMatchObject({ recipient: 'ben@example.org', formerRecipients: [ANN], customerId: id })
  const [old, fresh] = await Promise.all([linkToken(a.signer, before), linkToken(a.signer, now)])
  expect(a.answers()).toMatchObject([{ link: `https://desk.example/c/${fresh}` }])
  expect(fresh).not.toBe(old)
  expect(await a.conversations.byLinkHash(before.link.hash)).toBeNull()
  expect(a.rendered[0]?.headers.messageId).toBe(
    `<answer.${article.id}.${article.createdAt.getTime().toString(36)}.2@desk.example>`,
  )
})

test('where staff correct the customer’s address, the answer goes there', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  a.desk.readdress(own.ticket.customerId, 'ann.lee@new.example')
  await a.round()
  expect(a.sent).toMatchObject([{ to: 'ann.lee@new.example' }])
})

test('an address that changes while the mail server is away gets the answer, and the old one nothing', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  a.mishaps.push('unavailable')
  await a.round()
  a.desk.readdress(own.ticket.customerId, 'ann.lee@new.example')
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: 'ann.lee@new.example' }])
  expect(new Set(a.rendered.map(({ headers }) => headers.messageId)).size).toBe(2)
})

test('an answer that has reached the address of before is not sent again', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  await a.round()
  a.desk.readdress(own.ticket.customerId, 'ann.lee@new.example')
  const again = await a.jobRows('send-answer')
  const [row] = again
  if (!row) throw new Error('there is no job')
  await a.db.atomically([
    a.jobs.add({
      id: 'again',
      kind: 'send-answer',
      lane: 'mail',
      conversation: own.conversation,
      serial: row.serial,
      naturalKey: null,
      payload: JSON.parse(row.payload),
      nextAt: a.time.clock(),
      createdAt: a.time.clock(),
    }),
  ])
  await a.round()
  expect(a.sent).toHaveLength(1)
  expect(await a.entry(article)).toMatchObject({ mailed: true })
})

test.for([
  { why: 'is in another case', address: 'Ann.Lee@Example.org', former: [] },
  { why: 'is one that the visitor has replaced', address: 'ann@old.example', former: ['ann@old.example'] },
  { why: 'is the one of the form, which the visitor has replaced', address: 'ann@form.example', former: [] },
])('a customer whose address $why changes nothing', async ({ address, former }) => {
  const a = await answering()
  const own = await a.opened({
    conversation: { recipient: ANN, formerRecipients: former },
    submission: { email: 'ann@form.example' },
  })
  await a.answer(own)
  a.desk.readdress(own.ticket.customerId, address)
  await a.round()
  expect(a.sent).toMatchObject([{ to: ANN }])
  expect(await a.now(own.conversation)).toMatchObject({ link: { generation: 1 } })
})

test('a customer without an address changes nothing', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  const { id } = a.desk.addPerson('nobody@example.org', { email: null })
  a.desk.byHand(own.ticketId, { customerId: id })
  await a.round()
  expect(a.sent).toMatchObject([{ to: ANN }])
})

test('a customer whose address nobody can write to stands still for staff', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  a.desk.readdress(own.ticket.customerId, 'not an address')
  await a.round()
  expect(a.sent).toEqual([])
  expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'parked', reasonCode: 'refused' }])
})

test('a link whose secret is gone ends, and the answer brings a new one', async () => {
  const a = await answering()
  const own = await a.opened()
  const { link } = await a.now(own.conversation)
  const lost = { hash: 'of-a-secret-that-is-gone', generation: link.generation + 1, keyId: 'gone' }
  await a.atomically([a.conversations.relink(own.conversation, ANN, lost)])
  await a.answer(own)
  await a.round()
  expect(a.sent).toMatchObject([{ to: ANN }])
  expect(await a.now(own.conversation)).toMatchObject({ link: { generation: 3 } })
})

test('pictures travel inside of the text, files beside it, and what is no picture is none', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  const shot = a.desk.attach(article.id, { name: 'shot.png', type: 'image/png', bytes: PNG })
  const drawing = a.desk.attach(article.id, { name: 'drawing.png', type: 'image/png', bytes: SVG })
  const log = a.desk.attach(article.id, { name: 'log.txt', type: 'text/plain', bytes: new Uint8Array([65]) })
  const picture = (id: number): string =>
    `<img src="/api/v1/ticket_attachment/${own.ticketId}/${article.id}/${id}?view=inline">`
  const body = `<p>See ${picture(shot.id)} and ${picture(drawing.id)}</p>`
  withBody(a, article.id, body)
  await a.round()
  const cid = `picture.${article.id}.${shot.id}@desk.example`
  const content = a.answers()[0]?.content
  expect(content?.html).toContain(`<img src="cid:${cid}"`)
  expect(content?.html.match(/<img/g)).toHaveLength(1)
  expect(content?.enclosed).toEqual([
    { cid, name: 'shot.png', type: 'image/png', bytes: PNG },
    { cid: null, name: 'drawing.png', type: 'image/png', bytes: SVG },
    { cid: null, name: 'log.txt', type: 'text/plain', bytes: new Uint8Array([65]) },
  ])
  expect([shot, drawing, log].map(({ id }) => id)).toEqual([1, 2, 3].map((n) => shot.id + n - 1))
})

/** An agent's HTML, as it is once its pictures are stored. */
function withBody(a: Awaited<ReturnType<typeof answering>>, id: number, body: string): void {
  const { article } = a.desk
  const asHtml: typeof article = async (asked) => {
    const sight = await article(asked)
    return asked === id && sight.seen === 'article'
      ? { seen: 'article', article: { ...sight.article, contentType: 'text/html', body } }
      : sight
  }
  Object.assign(a.desk, { article: asHtml })
}

test('what is too much for a mail stays on the page, and is named', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  const megabytes = (n: number) => new Uint8Array(n * 1024 * 1024)
  a.desk.attach(article.id, { name: 'five.bin', bytes: megabytes(5) })
  a.desk.attach(article.id, { name: 'four.bin', bytes: megabytes(4) })
  a.desk.attach(article.id, { name: 'two.bin', bytes: megabytes(2) })
  await a.round()
  const content = a.answers()[0]?.content
  expect(content?.enclosed.map(({ name }) => name)).toEqual(['five.bin', 'two.bin'])
  expect(content?.left).toEqual([{ name: 'four.bin', size: 4 * 1024 * 1024 }])
})

/** What becomes of every file that is asked for. */
const handOver = ({ desk }: Awaited<ReturnType<typeof answering>>, file: Desk['file']): void =>
  void Object.assign(desk, { file })

test('a file that is larger than it was said to be stays on the page', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  a.desk.attach(article.id, { name: 'log.txt', bytes: new Uint8Array(10) })
  handOver(a, async () => ({ size: null, bytes: new Blob([new Uint8Array(8 * 1024 * 1024)]).stream() }))
  await a.round()
  expect(a.answers()[0]?.content).toMatchObject({ enclosed: [], left: [{ name: 'log.txt', size: 10 }] })
})

test('a file that is gone is left out without a word', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  a.desk.attach(article.id, { name: 'log.txt', bytes: new Uint8Array(10) })
  handOver(a, async () => null)
  await a.round()
  expect(a.answers()[0]?.content).toMatchObject({ enclosed: [], left: [] })
})

test('a file that breaks off is waited for, and in the end named as one to be had on the page', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  a.desk.attach(article.id, { name: 'log.txt', bytes: new Uint8Array(10) })
  handOver(a, async () => ({
    size: 10,
    bytes: new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) }),
  }))
  await a.pass(10 * MINUTE_MS, MINUTE_MS)
  expect(a.rendered).toEqual([])
  await a.pass(6 * HOUR_MS, 15 * MINUTE_MS)
  expect(a.answers()[0]?.content).toMatchObject({ enclosed: [], left: [{ name: 'log.txt', size: 10 }] })
  expect(a.sent).toHaveLength(1)
})

test('the customer of a ticket that came from no form gets the answer with a link into Zammad', async () => {
  const a = await answering()
  const ticket = a.desk.addForeign('78001', { customer: { name: 'Cleo', email: 'cleo@example.org' } })
  const article = await a.answer({ ticketId: ticket.id, conversation: null })
  await a.round()
  expect(a.sent).toMatchObject([{ to: 'cleo@example.org' }])
  expect(a.answers()).toMatchObject([
    {
      reference: '78001',
      number: '78001',
      link: `https://help.example.org/#ticket/zoom/${ticket.id}`,
      opensZammad: true,
      dueAt: null,
      language: 'en',
      team: 'First Line support',
      replyTo: 'first-line@mail.example',
      content: { text: 'An answer' },
    },
  ])
  const born = article.createdAt.getTime().toString(36)
  expect(a.rendered[0]?.headers.messageId).toBe(`<answer.${article.id}.${born}.t@desk.example>`)
  expect(await a.entry(article)).toMatchObject({ mailed: true })
})

test('a customer who changes while the mail server is away is the one who gets it', async () => {
  const a = await answering()
  const ticket = a.desk.addForeign('78001', { customer: { name: 'Cleo', email: 'cleo@example.org' } })
  await a.answer({ ticketId: ticket.id, conversation: null })
  a.mishaps.push('unavailable')
  await a.round()
  a.desk.readdress(ticket.customerId, 'cleo@new.example')
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: 'cleo@new.example' }])
})

test('a runner that was overtaken while it rendered sends nothing', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  const { render } = a.mailer
  let overtaken = false
  const slow: Mailer['render'] = async (...parts) => {
    const mime = await render(...parts)
    if (!overtaken) {
      overtaken = true
      a.time.turn(HOUR_MS)
      await a.round()
      a.time.turn(HOUR_MS)
      await a.round()
    }
    return mime
  }
  Object.assign(a.mailer, { render: slow })
  await a.round()
  expect(a.sent).toHaveLength(1)
  expect(a.sent[0]?.text).toContain('rendering 2')
})

test('a runner that was killed while it sent leaves the bytes that are sent again', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  const { send } = a.mailer
  const killed = Promise.withResolvers<never>()
  const sending = Promise.withResolvers<void>()
  const killedInTheAct: Mailer['send'] = async (to, mime) => {
    await send(to, mime)
    Object.assign(a.mailer, { send })
    sending.resolve()
    return killed.promise
  }
  Object.assign(a.mailer, { send: killedInTheAct })
  const dead = a.round()
  await sending.promise
  a.time.turn(13 * MINUTE_MS)
  await a.pass(HOUR_MS, MINUTE_MS)
  expect(a.sent).toHaveLength(2)
  expect(new Set(a.sent.map(({ text }) => text)).size).toBe(1)
  expect(a.rendered).toHaveLength(1)
  killed.reject(new Error('killed'))
  await dead
  expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'done' }])
})

test('where nobody knows whether it was taken, the same bytes go three times at most, 15 minutes apart', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  a.mishaps.push('lost', 'lost', 'lost', 'lost')
  for (let minutes = 0; minutes < 120; minutes += 1) {
    await a.round()
    if (minutes === 14) expect(a.sent).toHaveLength(1)
    a.time.turn(MINUTE_MS)
  }
  expect(a.sent).toHaveLength(3)
  expect(new Set(a.sent.map(({ text }) => text)).size).toBe(1)
  expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'parked', reasonCode: 'uncertain' }])
})

test('what was refused for good and is tried again by staff reaches the visitor, who counts as within reach', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  a.mishaps.push('refused')
  await a.round()
  expect(await a.now(own.conversation)).toMatchObject({ unreachableAt: NOON })
  const [job] = await a.jobRows('send-answer')
  await a.atomically([a.jobs.retry(job?.id ?? '', { now: a.time.clock() })])
  await a.round()
  expect(a.sent).toHaveLength(1)
  expect(await a.now(own.conversation)).toMatchObject({ unreachableAt: null })
})

test('where Zammad was restored, what has the answer’s id now is mailed to nobody, and the ticket is looked at', async () => {
  const a = await answering()
  const own = await a.opened()
  const restore = a.desk.backup()
  await a.answer(own, { body: 'the first' })
  restore()
  a.time.turn(MINUTE_MS)
  a.desk.addArticle(own.ticketId, { body: 'for somebody else' })
  await a.round()
  expect(a.rendered).toEqual([])
  expect(await a.hints.oldest(10)).toMatchObject([{ ticket: own.ticketId }])
})

test('a ticket that is not the one that was opened is no reason to mail anything', async () => {
  const a = await answering()
  const own = await a.opened({ conversation: { ticketCreatedAt: after(NOON, -1) } })
  await a.answer(own)
  await a.round()
  expect(a.rendered).toEqual([])
  expect(await a.hints.oldest(10)).toMatchObject([{ ticket: own.ticketId }])
})

test('what staff released is mailed where Zammad tells that it was made on the ticket, and to nobody else', async () => {
  const a = await answering()
  const [own, other] = [await a.opened(), await a.opened({ conversation: { recipient: 'ben@example.org' } })]
  const article = await a.answer(own, {}, { bornOn: 0 })
  await a.also(article, own.ticketId, other.conversation)
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: ANN }])
  expect(await a.entry(article)).toMatchObject({ side: 'desk', mailed: true })
})
