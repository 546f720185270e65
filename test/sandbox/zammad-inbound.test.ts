import { expect, test } from 'vitest'
import { aTicket, openSandbox } from '../fixtures/zammad/sandbox.ts'

const OWN = '<submission@desk.example>'
const NUMBER = '781234567890'
const FROM = 'Ann Lee <ann.lee@example.org>'
const TO = 'tech@helpdesk.example'

async function aRequest(more: { number?: string; state?: string } = {}) {
  const sandbox = openSandbox()
  const { number = NUMBER, state } = more
  const asked = aTicket(
    {
      number,
      title: 'An upload',
      group: 'Technical support',
    },
    { subject: 'An upload', message_id: OWN },
  )
  const { body: ticket } = await sandbox.call('sandbox-bot', 'POST', '/tickets', asked)
  if (state) await sandbox.call('sandbox-agent', 'PUT', `/tickets/${ticket.id}`, { state })
  return { sandbox, ticket }
}

/** Where the newest article is, what it is, and the state of its ticket. */
async function newest(sandbox: Awaited<ReturnType<typeof aRequest>>['sandbox']) {
  const { body } = await sandbox.call('sandbox-agent', 'GET', '/tickets?expand=true')
  const lists = await Promise.all(
    body.map(async (ticket: { id: number; state: string }) => {
      const path = `/ticket_articles/by_ticket/${ticket.id}?expand=true`
      const articles = (await sandbox.call('sandbox-agent', 'GET', path)).body
      return articles.map((article: { id: number }) => ({ ...article, state: ticket.state }))
    }),
  )
  // What a new ticket's own auto reply adds is left out.
  const written = lists.flat().filter(({ sender }) => sender !== 'System')
  return written.toSorted((a, b) => b.id - a.id)[0]
}

// What two live Zammads did with such mails.
test.for([
  ['the hook with its number in the subject', { subject: `Hello [Ticket#${NUMBER}]` }, true],
  ['the hook without brackets, in other case', { subject: `hello ticket# ${NUMBER}` }, true],
  ['the hook with blanks inside the number', { subject: 'Hello [Ticket#7812 3456 7890]' }, false],
  [
    'an answer to our Message-ID under the same subject',
    { subject: 'Re: An upload', headers: { 'in-reply-to': OWN } },
    true,
  ],
  [
    'an answer to our Message-ID under another subject',
    { subject: 'Re: We have your request', headers: { 'in-reply-to': OWN } },
    false,
  ],
  [
    'what a machine answers to our Message-ID under another subject',
    { subject: 'Out of office', headers: { references: OWN, 'auto-submitted': 'auto-replied' } },
    true,
  ],
  ['the subject alone', { subject: 'An upload' }, false],
] as const)('a mail with %s finds its ticket or makes one', async ([, mail, finds]) => {
  const { sandbox, ticket } = await aRequest()
  sandbox.zammad.receive({ from: FROM, to: TO, text: 'More', ...mail })
  const article = await newest(sandbox)
  expect(article).toMatchObject({ type: 'email', sender: 'Customer', internal: false, body: 'More' })
  expect(article.ticket_id === ticket.id).toBe(finds)
})

test('a ticket whose number has letters is not found', async () => {
  const { sandbox, ticket } = await aRequest({ number: 'FL-ABC' })
  sandbox.zammad.receive({ from: FROM, to: TO, subject: '[Ticket#FL-ABC]', text: 'More' })
  expect((await newest(sandbox)).ticket_id).not.toBe(ticket.id)
})

test('a stranger who knows the number gets into the ticket, as its customer he is not', async () => {
  const { sandbox, ticket } = await aRequest()
  const from = 'Mallory <mallory@evil.example>'
  sandbox.zammad.receive({ from, to: TO, subject: `[Ticket#${NUMBER}]`, text: 'Let me in' })
  const article = await newest(sandbox)
  expect(article).toMatchObject({ ticket_id: ticket.id, sender: 'Customer', from })
  expect(article.created_by_id).not.toBe(ticket.customer_id)
})

test('a closed ticket is opened again by a person, and not by a machine', async () => {
  const subject = `[Ticket#${NUMBER}]`
  const { sandbox } = await aRequest({ state: 'closed' })
  const headers = { 'auto-submitted': 'auto-replied' }
  sandbox.zammad.receive({ from: FROM, to: TO, subject, text: 'I am away', headers })
  expect(await newest(sandbox)).toMatchObject({ state: 'closed', preferences: { 'is-auto-response': true } })
  sandbox.zammad.receive({ from: FROM, to: TO, subject, text: 'Still broken' })
  expect(await newest(sandbox)).toMatchObject({ state: 'open', body: 'Still broken' })
})

test('a mail to what was merged comes to the ticket that it was merged into', async () => {
  const { sandbox, ticket } = await aRequest()
  const { body: target } = await sandbox.call(
    'sandbox-bot',
    'POST',
    '/tickets',
    aTicket({ number: '7899999999' }),
  )
  await sandbox.call('sandbox-agent', 'PUT', `/ticket_merge/${ticket.id}/${target.number}`)
  sandbox.zammad.receive({ from: FROM, to: TO, subject: `[Ticket#${NUMBER}]`, text: 'More' })
  expect((await newest(sandbox)).ticket_id).toBe(target.id)
})

test('an agent’s mail is an agent’s word, and is not mailed once more', async () => {
  const { sandbox } = await aRequest()
  const from = 'Anna Agent <agent@helpdesk.example>'
  sandbox.zammad.receive({ from, to: TO, subject: `[Ticket#${NUMBER}]`, text: 'Please wait' })
  expect(await newest(sandbox)).toMatchObject({ sender: 'Agent', body: 'Please wait' })
  await sandbox.work(600)
  expect(sandbox.mails).toEqual([])
})
