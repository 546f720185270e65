import type { Ticket } from '../desk.ts'
import { randomCode } from '../random.ts'
import { Secret } from '../secret.ts'
import {
  adminOf,
  articlesOf,
  codeOf,
  draft,
  fileOf,
  foreignGroupOf,
  must,
  NO_TICKET,
  openNew,
  openOn,
  TEST_TAG,
  TEST_TITLE,
  type ContractPromise,
} from './contract-bench.ts'
import { ARTICLES } from './contract-articles.ts'
import { CHANGES, LISTS } from './contract-changes.ts'
import { AROUND, WORDS } from './contract-words.ts'
import { createDesk } from './desk.ts'

export type { ContractPromise } from './contract-bench.ts'

const ACCOUNT: readonly ContractPromise[] = [
  {
    name: 'the account is told with the group that tickets are opened in',
    needs: 'agent',
    async run({ desk, settings }) {
      const account = await desk.account()
      const group = account.groups.find(({ name }) => name === settings.group)
      must(account.roles.length > 0, 'no role is told')
      must(group !== undefined, 'the group is not among the account’s')
      must(group.active, 'the group is told as inactive')
      const needed = ['read', 'create', 'change']
      const open = group.access.includes('full') || needed.every((word) => group.access.includes(word))
      must(open, `access is told as ${group.access.join(', ')}`)
    },
  },
  {
    name: 'a token that nobody has is told as misconfigured, by a question and by a write',
    needs: 'agent',
    async run(bench) {
      const desk = bench.deskOf(new Secret(randomCode(bench.settings.random, 32)))
      must((await codeOf(desk.account())) === 'misconfigured', 'the account')
      must((await codeOf(desk.open(await draft(bench)))) === 'misconfigured', 'a create')
    },
  },
]

const OPENING: readonly ContractPromise[] = [
  {
    name: 'a ticket is opened with our number, group, title and mark, and is read the same',
    needs: 'agent',
    async run(bench) {
      const [asked, ticket] = await openNew(bench)
      must(ticket.number === asked.number, 'the number is another')
      must(ticket.group === asked.group, 'the group is another')
      must(ticket.title === asked.title, 'the title is another')
      must(ticket.mark?.submission === asked.mark.submission, 'the mark is lost')
      must(ticket.mark.instance === asked.mark.instance, 'the instance is lost')
      const sight = await bench.desk.read(ticket.id)
      must(sight.seen === 'ticket', `it is seen as ${sight.seen}`)
      must(sight.ticket.createdAt.getTime() === ticket.createdAt.getTime(), 'it was created at another time')
      must(JSON.stringify(sight.ticket.mark) === JSON.stringify(ticket.mark), 'the mark is read otherwise')
    },
  },
  {
    name: 'Zammad numbers where we do not',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench, { number: null })
      must(ticket.number !== '', 'it has no number')
      must((await bench.desk.byNumber(ticket.number))?.id === ticket.id, 'its number does not find it')
    },
  },
  {
    name: 'the first article is a public one of the customer, by web, with our Message-ID',
    needs: 'agent',
    async run(bench) {
      const [asked, ticket] = await openNew(bench)
      const [first, ...others] = await articlesOf(bench, ticket.id)
      must(first !== undefined && others.length === 0, 'there is not exactly one article')
      must(first.message_id === asked.messageId, 'the Message-ID is another')
      must(first.type === 'web' && first.sender === 'Customer' && !first.internal, 'it is of another kind')
      must(first.body === asked.body, 'the text is another')
    },
  },
  {
    name: 'one number opens one ticket: a repeat is masked',
    needs: 'agent',
    async run(bench) {
      const [asked, ticket] = await openNew(bench)
      const again = await bench.desk.open(asked)
      if (again.outcome === 'opened') bench.opened.add(again.ticket.id)
      must(again.outcome === 'masked', `the repeat came to "${again.outcome}"`)
      must((await bench.desk.byNumber(ticket.number))?.id === ticket.id, 'the number finds another ticket')
    },
  },
  {
    name: 'of three creates of one number at once exactly one opens a ticket',
    needs: 'agent',
    async run(bench) {
      // The customer must exist, or the race of making him hides the one of the number.
      const [{ customer }] = await openNew(bench)
      const asked = await draft(bench, { customer })
      const openings = await Promise.all([1, 2, 3].map(() => bench.desk.open(asked)))
      for (const opening of openings) if (opening.outcome === 'opened') bench.opened.add(opening.ticket.id)
      const outcomes = openings.map(({ outcome }) => outcome).toSorted()
      must(outcomes.join() === 'masked,masked,opened', `they came to ${outcomes.join(', ')}`)
    },
  },
  {
    name: 'an unknown group is told as the group’s fault, and opens nothing',
    needs: 'agent',
    async run(bench) {
      const asked = await draft(bench, { group: `${TEST_TITLE} no such group` })
      const opening = await bench.desk.open(asked)
      must(opening.outcome === 'group', `it came to "${opening.outcome}"`)
      must((await bench.desk.byNumber(asked.number ?? '')) === null, 'a ticket was opened')
    },
  },
  {
    name: 'a create in a group without access is told as the group’s fault',
    needs: 'agent',
    async run(bench) {
      const { outcome } = await bench.desk.open(await draft(bench, { group: foreignGroupOf(bench) }))
      must(outcome === 'group', `it came to "${outcome}"`)
    },
  },
  {
    name: 'an unknown priority is refused with a reason',
    needs: 'agent',
    async run(bench) {
      const opening = await bench.desk.open(await draft(bench, { priority: '9 firstline-test' }))
      must(opening.outcome === 'refused', `it came to "${opening.outcome}"`)
      must(opening.reason.includes("'priority'"), 'the reason does not name the field')
    },
  },
  {
    name: 'a title too long, tags with commas and stars, NUL and emoji are taken',
    needs: 'agent',
    async run(bench) {
      const title = `${TEST_TITLE} ${'long '.repeat(80)}`
      const body = 'one\0 two 😀 \ud83d'
      const [, ticket] = await openNew(bench, { title, body, tags: [TEST_TAG, 'a,b*c'] })
      must(ticket.title.startsWith(TEST_TITLE) && ticket.title.endsWith('…'), 'the title was cut by Zammad')
      const [first] = await articlesOf(bench, ticket.id)
      must(first?.body === 'one two 😀 \ufffd', 'the text is another')
    },
  },
  {
    name: 'the markup of a mention opens a ticket like any other text',
    needs: 'agent',
    async run(bench) {
      const body = `Look: <A\nData-Mention-User-ID = "${NO_TICKET}">nobody</A>`
      const [, ticket] = await openNew(bench, { body })
      const [first] = await articlesOf(bench, ticket.id)
      must(first !== undefined, 'there is no article')
      must(!/data-mention-user-id/iu.test(first.body), 'the markup arrived unbroken')
    },
  },
  {
    name: 'small and large files arrive whole, an empty one too',
    needs: 'agent',
    async run(bench) {
      const sizes = { 'empty.bin': 0, 'small ü — "1".bin': 10, 'large.bin': 3_000_001 }
      const attachments = Object.entries(sizes).map(([name, size]) => fileOf(name, size))
      const [, ticket] = await openNew(bench, { attachments })
      const [first] = await articlesOf(bench, ticket.id)
      const stored = Object.fromEntries(first?.attachments.map((file) => [file.filename, file.size]) ?? [])
      for (const [name, size] of Object.entries(sizes)) {
        must(stored[name] === size, `of ${size} bytes ${stored[name] ?? 'nothing'} arrived`)
      }
    },
  },
  {
    name: 'the customer is made, with a customer’s role',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      const [ours, theirs] = await Promise.all([bench.desk.account(), bench.desk.person(ticket.customerId)])
      must(theirs !== null && theirs.roles.length > 0, 'no role is told')
      must(!theirs.roles.some((role) => ours.roles.includes(role)), 'the customer has a role of the agent')
    },
  },
]

const FINDING: readonly ContractPromise[] = [
  {
    name: 'number and Message-ID find the ticket at once, and nothing else',
    needs: 'agent',
    async run(bench) {
      const [asked, ticket] = await openNew(bench)
      must((await bench.desk.byNumber(ticket.number))?.id === ticket.id, 'the number finds another')
      must((await bench.desk.byMessageId(asked.messageId))?.id === ticket.id, 'the Message-ID finds another')
      const nobody = await draft(bench)
      must((await bench.desk.byNumber(nobody.number ?? '')) === null, 'a free number finds a ticket')
      must((await bench.desk.byMessageId(nobody.messageId)) === null, 'a free Message-ID finds a ticket')
    },
  },
  {
    name: 'a ticket that never was is gone',
    needs: 'agent',
    async run({ desk }) {
      must((await desk.read(NO_TICKET)).seen === 'gone', 'it is seen otherwise')
    },
  },
  {
    name: 'the newest tickets come newest first, the lowest has the lowest id',
    needs: 'agent',
    async run(bench) {
      const [, older] = await openNew(bench)
      const [, newer] = await openNew(bench)
      const newest = await bench.desk.newest(20)
      const place = (ticket: Ticket) => newest.findIndex(({ id }) => id === ticket.id)
      must(place(newer) >= 0 && place(newer) < place(older), 'the newer ticket does not come first')
      const lowest = await bench.desk.lowest()
      must(lowest !== null && newest.every(({ id }) => id >= lowest.id), 'a lower ticket is known')
    },
  },
  {
    name: 'the newest update is told by Zammad’s clock, and a note moves it',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      const before = await bench.desk.latestUpdate()
      must(before !== null && before >= ticket.updatedAt, 'it is older than the newest ticket')
      await bench.desk.note(ticket.id, { messageId: (await draft(bench)).messageId, body: 'A test’s note.' })
      const after = await bench.desk.latestUpdate()
      must(after !== null && after > before, 'a note does not move it')
    },
  },
]

const NOTES: readonly ContractPromise[] = [
  {
    name: 'a note is internal, of sender System, changes no state and is found by its Message-ID',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      const { messageId } = await draft(bench)
      must(!(await bench.desk.hasArticle(ticket.id, messageId)), 'it is there before it was written')
      await bench.desk.note(ticket.id, { messageId, body: 'A test’s note.' })
      must(await bench.desk.hasArticle(ticket.id, messageId), 'it is not found')
      const note = (await articlesOf(bench, ticket.id)).find((article) => article.message_id === messageId)
      must(
        note?.internal === true && note.sender === 'System' && note.type === 'note',
        'it is of another kind',
      )
      const sight = await bench.desk.read(ticket.id)
      must(sight.seen === 'ticket' && sight.ticket.state === ticket.state, 'the state is another')
    },
  },
  {
    name: 'a note on a ticket that never was is refused',
    needs: 'agent',
    async run(bench) {
      const { messageId } = await draft(bench)
      const code = await codeOf(bench.desk.note(NO_TICKET, { messageId, body: 'A test’s note.' }))
      must(code === 'refused', `it is told as ${code}`)
    },
  },
]

const ADMINISTERED: readonly ContractPromise[] = [
  {
    name: 'a deleted ticket is gone, and its number and Message-ID find nothing',
    needs: 'admin',
    async run(bench) {
      const admin = adminOf(bench)
      const [asked, ticket] = await openNew(bench)
      await admin.write('DELETE', `/tickets/${ticket.id}`)
      must((await bench.desk.read(ticket.id)).seen === 'gone', 'it is still seen')
      must((await bench.desk.byNumber(ticket.number)) === null, 'its number still finds it')
      must((await bench.desk.byMessageId(asked.messageId)) === null, 'its Message-ID still finds it')
    },
  },
  {
    name: 'a ticket of a group without access is out of sight, and its number is taken',
    needs: 'admin',
    async run(bench) {
      const group = foreignGroupOf(bench)
      const desk = createDesk(adminOf(bench))
      const [{ customer }] = await openNew(bench)
      const asked = await draft(bench, { group, customer })
      const ticket = await openOn(bench, desk, asked)
      const { seen } = await bench.desk.read(ticket.id)
      must(seen === 'out-of-sight', `it is seen as ${seen}`)
      const { outcome } = await bench.desk.open({ ...asked, group: bench.settings.group })
      must(outcome === 'masked', `a create with its number came to "${outcome}"`)
    },
  },
]

/**
 * The promises of the port, shown on a Zammad that runs: the sandbox's in tests, a live one by the command
 * `contract`. Everything is written into tickets of its own, marked by title and tag.
 */
export const contractPromises: readonly ContractPromise[] = [
  ...ACCOUNT,
  ...OPENING,
  ...FINDING,
  ...NOTES,
  ...CHANGES,
  ...LISTS,
  ...WORDS,
  ...ARTICLES,
  ...AROUND,
  ...ADMINISTERED,
]
