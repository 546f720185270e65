import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, after } from '../../src/clock.ts'
import type { Group } from '../../src/desk.ts'
import { namedBodies } from '../../src/store/bodies.ts'
import { messages as messageRows } from '../../src/store/schema.ts'
import { ANN, anOpenTalk, type Talk, TOLD } from './talking.ts'

const GROUP = 'Reference nodes'
const NEW_TICKET: Group['followUp'] = { to: 'new-ticket' }

/** A closed ticket in a group that wants a new one for each further word. */
async function aClosedTalk(rule: Group['followUp'] = NEW_TICKET, days = 0): Promise<Talk> {
  const talk = await anOpenTalk()
  talk.desk.byHand(talk.ticket, { group: GROUP, closed: true })
  talk.desk.followUps.set(GROUP, rule)
  talk.time.turn(days * DAY_MS)
  return talk
}

async function continued(talk: Talk) {
  const { continuedIn } = await talk.conversation()
  if (continuedIn === null) throw new Error('it is not continued')
  return talk.conversation(continuedIn)
}

test.for<readonly [string, Group['followUp'], number]>([
  ['always', NEW_TICKET, 0],
  ['after 7 days', { to: 'either', days: 7 }, 8],
])(
  'a word on a closed ticket is a new linked one, where its group wants that: %s',
  async ([, rule, days]) => {
    const talk = await aClosedTalk(rule, days)
    await talk.say('It fails again')
    await talk.settle()
    expect(talk.desk.tickets).toHaveLength(2)
    const [old, ticket] = talk.desk.tickets
    expect(old?.ticket).toMatchObject({ stateType: 'closed' })
    expect(await talk.words(talk.ticket)).toEqual([])
    expect(ticket).toMatchObject({
      title: 'Re: Upload: UPV',
      group: GROUP,
      continues: talk.ticket,
      customer: { name: 'Ann Lee', email: ANN },
      body: [
        `A further word on the closed request ${TOLD}:\nIt fails again`,
        'Your name:\nAnn Lee',
        `Your email address:\n${ANN}`,
        'Language:\nEnglish',
      ].join('\n\n'),
    })
    expect(await talk.posted()).toEqual([true])
  },
)

test('the new request has a conversation of its own, with a number, a link, a receipt and a clock', async () => {
  const talk = await aClosedTalk()
  await talk.say('It fails again')
  const [reply] = await talk.replies.ofConversation('conversation-1')
  await talk.settle()
  const next = await continued(talk)
  expect(next).toMatchObject({
    ticketId: 2,
    recipient: ANN,
    unit: 'nodes',
    dueAt: after(reply?.sentAt ?? new Date(0), 48 * HOUR_MS),
    continuedIn: null,
  })
  expect(next.reference).toMatch(/^780\d{10}$/)
  expect(next.reference).toBe(next.ticketNumber)
  expect(next.link.hash).not.toBe((await talk.conversation()).link.hash)
  const mails = await talk.db.q.select().from(messageRows)
  expect(mails).toMatchObject([{ kind: 'receipt', conversation: next.id, recipient: ANN }])
  expect(await talk.jobs.list(['ready'])).toMatchObject([{ kind: 'send-message', lane: 'mail' }])
})

test('the page of the new request begins with the words, and has what the old one knew of the visitor', async () => {
  const talk = await aClosedTalk()
  await talk.say('It fails again')
  await talk.settle()
  const next = await continued(talk)
  expect(await talk.replies.ofConversation(next.id)).toMatchObject([
    { act: 'reply', body: 'It fails again', postedAt: expect.any(Date) },
  ])
  expect(await talk.submissions.byId(next.submission)).toMatchObject({
    form: 'upload-trouble',
    language: 'en',
    name: 'Ann Lee',
    email: ANN,
    answers: { name: 'Ann Lee', email: ANN },
    policyVersion: '2025-01',
  })
})

test('the note on it says why it is where it is', async () => {
  const talk = await aClosedTalk()
  await talk.say('It fails again')
  await talk.settle()
  const [note] = await talk.notesOn(2)
  expect(note?.body).toContain(
    `A further word on the closed request ${TOLD}, so it goes to Reference nodes.\n`,
  )
})

test('files go along: their bytes are kept once, and for both requests', async () => {
  const talk = await aClosedTalk()
  const file = await talk.kept('log.txt', 'the log')
  await talk.say('', { files: [file] })
  await talk.settle()
  const [article] = (await talk.desk.articles(2)) ?? []
  expect(article?.body).toContain('The visitor sent files without a word.\n\nFiles:\nlog.txt')
  const place = { ticketId: 2, articleId: article?.id ?? 0, id: article?.files[0]?.id ?? 0 }
  expect(await new Response((await talk.desk.file(place))?.bytes).text()).toBe('the log')
  const next = await continued(talk)
  const [kept] = await talk.submissions.filesOf(next.submission)
  expect(kept).toMatchObject({ name: 'log.txt', storedAs: file.storedAs })
  expect(kept?.id).not.toBe(file.id)
  expect(await namedBodies(talk.db)([file.storedAs])).toEqual(new Set([file.storedAs]))
})

test('a title stays within what Zammad takes, and says once what it answers', async () => {
  const talk = await anOpenTalk({ submission: { title: `Re: ${'long '.repeat(60)}{node}` } })
  talk.desk.byHand(talk.ticket, { closed: true })
  talk.desk.followUps.set('First Line support', NEW_TICKET)
  await talk.say('It fails again')
  await talk.settle()
  const { title } = talk.desk.tickets[1] ?? { title: '' }
  expect(title).toMatch(/^Re: long long .*…$/)
  expect(title.length).toBeLessThanOrEqual(250)
})

test('further words go into the request that goes on, while the old ticket is closed', async () => {
  const talk = await aClosedTalk()
  await talk.say('It fails again')
  await talk.say('And one thing more')
  await talk.settle()
  await talk.say('And another')
  await talk.settle()
  expect(talk.desk.tickets).toHaveLength(2)
  expect((await talk.words(2)).slice(1)).toEqual(['And one thing more', 'And another'])
  talk.desk.byHand(talk.ticket, { closed: false, state: 'open' })
  await talk.say('Here again')
  await talk.settle()
  expect(await talk.words(talk.ticket)).toEqual(['Here again'])
})

test('a ticket that Zammad will not link is opened without the link', async () => {
  const talk = await aClosedTalk()
  talk.desk.mishaps.push('told-why')
  await talk.say('It fails again')
  await talk.settle()
  expect(talk.desk.tickets[1]).toMatchObject({ continues: null, title: 'Re: Upload: UPV' })
})

test('a runner that has lost its lease makes no second request', async () => {
  const talk = await aClosedTalk()
  await talk.say('It fails again')
  const asked = talk.desk.account.bind(talk.desk)
  let overtaken = false
  Object.assign(talk.desk, {
    async account() {
      if (!overtaken) {
        overtaken = true
        talk.time.turn(HOUR_MS)
        await talk.settle(10 * 60_000)
      }
      return asked()
    },
  })
  await talk.settle()
  expect(overtaken).toBe(true)
  expect(talk.desk.tickets).toHaveLength(2)
  const next = await continued(talk)
  expect(next.ticketId).toBe(2)
  expect(await talk.db.q.select().from(messageRows)).toHaveLength(1)
})

test('a runner that was killed before it could settle makes the request once, later', async () => {
  for (let at = 1; at <= 6; at += 1) {
    const talk = await aClosedTalk()
    await talk.say('It fails again')
    talk.strike(at, 'killed')
    await talk.settle()
    expect([at, talk.desk.tickets.length, await talk.posted()]).toEqual([at, 2, [true]])
    expect(talk.desk.tickets[1]).toMatchObject({ continues: talk.ticket })
  }
})
