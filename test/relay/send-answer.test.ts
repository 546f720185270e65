import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { linkToken } from '../../src/conversation/link.ts'
import { Failure } from '../../src/failure.ts'
import type { Mailer } from '../../src/mailer.ts'
import { NOON } from '../support/samples.ts'
import { ANN, answering } from './answering.ts'

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
      dueAt: null,
      isLate: false,
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

test('a second answer refers to the first', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  await a.round()
  await a.answer(own, { body: 'More' })
  await a.round()
  const [first, second] = a.rendered
  expect(second?.message).toMatchObject({
    references: ['<submission-1@desk.example>', first?.headers.messageId],
  })
})

test.for([
  [47, false],
  [49, true],
] as const)(
  'an answer that only holds, after %i hours, says by when the rest is due',
  async ([hours, isLate]) => {
    const a = await answering()
    const own = await a.opened()
    const { id: ticketId, number, createdAt, group, priority, stateType } = own.ticket
    const place = { group, priority, state: stateType, tags: ['holding'] }
    const facts = { ticketId, number, createdAt, opened: place, now: place, changes: [], heir: null }
    await a.atomically([a.facts.keep(facts)])
    a.time.turn(hours * HOUR_MS)
    await a.answer(own, { body: 'We are looking into it.' })
    await a.round()
    expect(a.answers()).toMatchObject([{ dueAt: after(NOON, 48 * HOUR_MS), isLate }])
  },
)

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

test.for(['unavailable', 'uncertain', 'misconfigured'] as const)(
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

test('an answer that Zammad refuses to show is left to staff, holds nothing up, and says nothing of the visitor', async () => {
  const a = await answering()
  const own = await a.opened()
  const refused = await a.answer(own, { body: 'one' })
  a.time.turn(SECOND_MS)
  await a.answer(own, { body: 'two' })
  const { article } = a.desk
  const refusing: typeof article = async (id) => {
    if (id === refused.id) throw new Failure('refused', 'Zammad says no')
    return article(id)
  }
  Object.assign(a.desk, { article: refusing })
  await a.pass(2 * MINUTE_MS)
  expect(a.answers().map(({ content }) => content?.text)).toEqual(['two'])
  expect(await a.jobRows('send-answer')).toMatchObject([
    { state: 'parked', reasonCode: 'unavailable' },
    { state: 'done' },
  ])
  expect(await a.jobRows('add-note')).toEqual([])
  expect(await a.now(own.conversation)).toMatchObject({ unreachableAt: null })
})

test('an answer that is out of sight for a day is left to staff, and those behind it go', async () => {
  const a = await answering()
  const own = await a.opened()
  const hidden = await a.answer(own, { body: 'one' })
  a.time.turn(SECOND_MS)
  await a.answer(own, { body: 'two' })
  const { article } = a.desk
  const blind: typeof article = async (id) => (id === hidden.id ? { seen: 'out-of-sight' } : article(id))
  Object.assign(a.desk, { article: blind })
  await a.pass(DAY_MS, 15 * MINUTE_MS)
  expect(a.sent).toEqual([])
  await a.pass(HOUR_MS, 15 * MINUTE_MS)
  expect(a.answers().map(({ content }) => content?.text)).toEqual(['two'])
  const [job, next] = await a.jobRows('send-answer')
  expect([job, next]).toMatchObject([{ state: 'parked', reasonCode: 'unavailable' }, { state: 'done' }])
  Object.assign(a.desk, { article })
  await a.atomically([a.jobs.retry(job?.id ?? '', { now: a.time.clock() })])
  await a.round()
  expect(a.answers().map(({ content }) => content?.text)).toEqual(['two', 'one'])
})

test('while Zammad does not answer, a few answers ask it, and the others wait until it does', async () => {
  const a = await answering()
  for (let n = 0; n < 20; n += 1) await a.answer(await a.opened())
  const { article } = a.desk
  let asked = 0
  const counted: typeof article = (id) => {
    asked += 1
    return article(id)
  }
  Object.assign(a.desk, { article: counted })
  a.desk.outage = 'unavailable'
  await a.pass(5 * MINUTE_MS)
  // One in a quarter of a minute, and the two with which it began.
  expect(asked).toBeLessThanOrEqual(5 * 4 + 2)
  a.desk.outage = null
  await a.pass(MINUTE_MS)
  // Those that asked in vain back off on their own account, as one of them may be the cause.
  expect(a.sent.length).toBeGreaterThanOrEqual(15)
  await a.pass(HOUR_MS, MINUTE_MS)
  expect(a.sent).toHaveLength(20)
})

test('an answer that waited for days is not given up when the mail server then puts it off once', async () => {
  const a = await answering()
  const own = await a.opened({ conversation: { frozenAt: NOON } })
  await a.answer(own)
  await a.pass(6 * DAY_MS, 6 * HOUR_MS)
  await a.atomically([a.conversations.change(own.conversation, { frozenAt: null })])
  a.mishaps.push('unavailable')
  await a.pass(10 * MINUTE_MS, MINUTE_MS)
  expect(a.sent).toHaveLength(1)
})

test.for([
  ['is made', 'render', 1],
  ['is sent', 'send', 2],
] as const)(
  'a restart while an answer %s: how long it waits and how often it goes says whether it was handed over',
  async ([, step, copies]) => {
    const a = await answering()
    await a.answer(await a.opened())
    const usual = { ...a.mailer }
    const never = Promise.withResolvers<never>()
    const reached = Promise.withResolvers<void>()
    const killedIn: { [Step in 'render' | 'send']: Partial<Mailer> } = {
      render: { render: () => (reached.resolve(), never.promise) },
      send: { send: async (...mail) => (await usual.send(...mail), reached.resolve(), never.promise) },
    }
    Object.assign(a.mailer, killedIn[step])
    const dead = a.round()
    await reached.promise
    Object.assign(a.mailer, usual)
    await a.atomically([a.jobs.recover(a.time.clock())])
    await a.round()
    expect(a.sent).toHaveLength(1)
    a.time.turn(15 * MINUTE_MS)
    await a.round()
    expect(a.sent).toHaveLength(copies)
    never.reject(new Error('killed'))
    await dead
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

test('nothing is sent while a conversation is frozen', async () => {
  const a = await answering()
  const own = await a.opened({ conversation: { frozenAt: NOON } })
  await a.answer(own)
  await a.pass(10 * MINUTE_MS, MINUTE_MS)
  expect(a.sent).toEqual([])
  await a.atomically([a.conversations.change(own.conversation, { frozenAt: null })])
  await a.pass(2 * MINUTE_MS, MINUTE_MS)
  expect(a.sent).toHaveLength(1)
})

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
