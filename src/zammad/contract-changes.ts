import { z } from 'zod'
import { after } from '../clock.ts'
import type { Changed, Ticket, TicketChange } from '../desk.ts'
import { isSuccess, type Answer } from './client.ts'
import {
  articleBy,
  draft,
  foreignGroupOf,
  must,
  NO_TICKET,
  NotShown,
  openNew,
  seen,
  TEST_TAG,
  TEST_TITLE,
  type Bench,
  type ContractPromise,
} from './contract-bench.ts'
import { readAs } from './schemas.ts'
import { ticketsSince } from './search.ts'
import { createTickets } from './tickets.ts'

const MAY_ENTER = ['read', 'create', 'change']

/** A group beside the one of the tests that the agent may enter. */
async function otherGroupOf({ desk, settings }: Bench): Promise<string> {
  const { groups } = await desk.account()
  const other = groups.find(
    ({ name, active, access }) =>
      active &&
      name !== settings.group &&
      (access.includes('full') || MAY_ENTER.every((word) => access.includes(word))),
  )
  if (!other) throw new NotShown('it takes a second group that the agent may enter')
  return other.name
}

async function changed(bench: Bench, ticket: Ticket, change: TicketChange): Promise<Ticket> {
  const result: Changed = await bench.desk.change(ticket.id, change)
  must(result.outcome === 'changed', `a change came to "${result.outcome}"`)
  return result.ticket
}

async function gathered(pages: AsyncIterable<readonly Ticket[]>): Promise<Ticket[]> {
  const tickets: Ticket[] = []
  for await (const page of pages) tickets.push(...page)
  return tickets
}

function done(answer: Answer, what: string): void {
  must(isSuccess(answer), `${what} was answered with ${answer.status}`)
}

const States = z.array(z.looseObject({ name: z.string(), state_type_id: z.int(), active: z.boolean() }))
const Tags = z.looseObject({ tags: z.array(z.string()) })

async function stateOfType({ client }: Bench, type: number): Promise<string> {
  const states = readAs(States, await client.get('/ticket_states'), 'states')
  const state = states.find((row) => row.active && row.state_type_id === type)
  if (!state) throw new NotShown(`it takes an active state of type ${type}`)
  return state.name
}

/** Changes of tickets, and what is told of them afterwards. */
export const CHANGES: readonly ContractPromise[] = [
  {
    name: 'a change of group, priority and owner is done, and the history tells who moved what from where',
    needs: 'agent',
    async run(bench) {
      const group = await otherGroupOf(bench)
      const { id: me } = await bench.desk.account()
      const [, ticket] = await openNew(bench)
      must(ticket.ownerId === null && !ticket.closed, 'a new ticket is owned or closed')
      const priority = (await bench.desk.priorities()).find((name) => name !== ticket.priority)
      const owned = await changed(bench, ticket, { ownerId: me })
      must(owned.ownerId === me && owned.group === ticket.group, 'the owner is another')
      const wanted = { group, ownerId: null, ...(priority === undefined ? {} : { priority }) }
      const moved = await changed(bench, ticket, wanted)
      must(moved.group === group && moved.ownerId === null, 'group or owner is another')
      must(moved.priority === (priority ?? ticket.priority), 'the priority is another')
      const now = await seen(bench, ticket.id)
      must(now.groupId === moved.groupId && now.groupId !== ticket.groupId, 'it is read otherwise')
      const history = (await bench.desk.history(ticket.id))?.changes ?? []
      const [move, ...more] = history.filter(({ attribute }) => attribute === 'group')
      must(move !== undefined && more.length === 0, 'the history does not tell exactly one move')
      must(move.by === me, 'the move is told as somebody else’s')
      must(move.from.id === ticket.groupId && move.to.id === moved.groupId, 'it tells other groups')
      must(move.from.name === ticket.group && move.to.name === group, 'it tells other names of groups')
      const owners = history.filter(({ attribute }) => attribute === 'owner')
      must(owners.map(({ to }) => to.id).join() === `${me},1`, 'it tells other owners')
    },
  },
  {
    name: 'a change into an unknown group is told as the group’s fault, and changes nothing',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      const { outcome } = await bench.desk.change(ticket.id, { group: `${TEST_TITLE} no such group` })
      must(outcome === 'group', `it came to "${outcome}"`)
      must((await seen(bench, ticket.id)).groupId === ticket.groupId, 'the ticket was moved')
    },
  },
  {
    name: 'a change into a group without access is told as the group’s fault, and changes nothing',
    needs: 'agent',
    async run(bench) {
      const group = foreignGroupOf(bench)
      const [, ticket] = await openNew(bench)
      const { outcome } = await bench.desk.change(ticket.id, { group })
      must(outcome === 'group', `it came to "${outcome}"`)
      must((await seen(bench, ticket.id)).groupId === ticket.groupId, 'the ticket was moved')
    },
  },
  {
    name: 'of a ticket that never was there is nothing to change and nothing to tell',
    needs: 'agent',
    async run({ desk }) {
      const { outcome } = await desk.change(NO_TICKET, { ownerId: null })
      must(outcome === 'gone', `a change came to "${outcome}"`)
      must((await desk.articles(NO_TICKET)) === null, 'articles are told')
      must((await desk.history(NO_TICKET)) === null, 'a history is told')
    },
  },
  {
    name: 'a tag is added, once more does no harm, and an update shows it',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      const before = await seen(bench, ticket.id)
      await bench.desk.tag(ticket.id, ['firstline-test-a', 'firstline-test,b*'])
      must((await seen(bench, ticket.id)).updatedAt > before.updatedAt, 'the time of update did not move')
      await bench.desk.tag(ticket.id, ['firstline-test-a'])
      const answer = await bench.client.get(`/tags?object=Ticket&o_id=${ticket.id}`)
      const { tags } = readAs(Tags, answer, 'tags')
      must(tags.filter((tag) => tag === 'firstline-test-a').length === 1, 'the tag is not there once')
      must(tags.includes('firstline-test b'), 'a comma or a star was not replaced')
    },
  },
  {
    name: 'the history tells tags with who put them on and took them away, types of states, and what was made there',
    needs: 'agent',
    async run(bench) {
      const [asked, ticket] = await openNew(bench)
      const { id: me } = await bench.desk.account()
      await bench.desk.tag(ticket.id, ['firstline-test-a'])
      await bench.desk.untag(ticket.id, 'firstline-test-a')
      done(
        await bench.client.write('PUT', `/tickets/${ticket.id}`, { state: await stateOfType(bench, 5) }),
        'closing it',
      )
      const history = await bench.desk.history(ticket.id)
      const told = history?.tags.map(({ tag, isAdded }) => `${isAdded ? '+' : '-'}${tag}`).join()
      must(told === `+${TEST_TAG},+firstline-test-a,-firstline-test-a`, `the tags are told as "${told}"`)
      must(history?.tags.every(({ by }) => by === me) ?? false, 'a tag is told as somebody else’s')
      const [closing, ...others] = history?.changes.filter(({ attribute }) => attribute === 'state') ?? []
      must(closing?.types?.to === 'closed' && others.length === 0, 'the state is told as of another type')
      must(closing.types.from === ticket.stateType, 'the state before is told as of another type')
      const first = await articleBy(bench.desk, ticket.id, asked.messageId)
      must(history?.born.has(first.id) ?? false, 'the first article is not told as made there')
    },
  },
  {
    name: 'a ticket in a state of type closed is closed, and articles come oldest first with their author',
    needs: 'agent',
    async run(bench) {
      const [asked, ticket] = await openNew(bench)
      const { id: me } = await bench.desk.account()
      const { messageId } = await draft(bench)
      await bench.desk.note(ticket.id, { messageId, body: 'A test’s note.' })
      const state = await stateOfType(bench, 5)
      done(await bench.client.write('PUT', `/tickets/${ticket.id}`, { state }), 'closing it')
      const now = await seen(bench, ticket.id)
      must(now.closed && now.state === state, 'it is told as open')
      const [first, note, ...others] = (await bench.desk.articles(ticket.id)) ?? []
      must(
        first?.messageId === asked.messageId && first.sender === 'Customer',
        'the first article is another',
      )
      must(first.type === now.firstArticleType && first.body === asked.body, 'it is of another kind')
      must(note?.messageId === messageId && note.internal, 'the note is not the second article')
      must(note.createdById === me && others.length === 0, 'the note is somebody else’s')
    },
  },
]

/** What is asked for in lists. */
export const LISTS: readonly ContractPromise[] = [
  {
    name: 'a visibility that was flipped is among the updates since, what was not touched is not',
    needs: 'agent',
    async run(bench) {
      const [, untouched] = await openNew(bench)
      const [, ticket] = await openNew(bench)
      const { messageId } = await draft(bench)
      await bench.desk.note(ticket.id, { messageId, body: 'A test’s note.' })
      const { updatedAt } = await seen(bench, ticket.id)
      const note = (await bench.desk.articles(ticket.id))?.find((article) => article.messageId === messageId)
      must(note !== undefined, 'the note is not among the articles')
      const path = `/ticket_articles/${note.id}`
      done(await bench.client.write('PUT', path, { internal: false }), 'the flip')
      const updates = await gathered(bench.desk.updatedSince(after(updatedAt, 1)))
      must(
        updates.some(({ id }) => id === ticket.id),
        'the flip is not among the updates',
      )
      must(!updates.some(({ id }) => id === untouched.id), 'it tells what was not touched')
      const flipped = (await bench.desk.articles(ticket.id))?.find(({ id }) => id === note.id)
      must(flipped?.internal === false, 'the article is still told as internal')
    },
  },
  {
    name: 'tickets made or updated since come whole, each once and oldest first, however small the pages',
    needs: 'agent',
    async run(bench) {
      const opened: Ticket[] = []
      for (let count = 0; count < 3; count++) opened.push((await openNew(bench))[1])
      const [first] = opened
      must(first !== undefined, 'no ticket was opened')
      const since = first.createdAt
      const searcher = { client: bench.client, tickets: createTickets(bench.client) }
      const ours = (tickets: readonly Ticket[]): string =>
        tickets.flatMap(({ id }) => (opened.some((ticket) => ticket.id === id) ? [id] : [])).join()
      const expected = ours(opened)
      for (const [how, pages] of [
        ['made since', bench.desk.createdSince(since)],
        ['made since, by two', ticketsSince(searcher, { column: 'created_at', since, perPage: 2 })],
        ['updated since', bench.desk.updatedSince(since)],
        ['updated since, by two', ticketsSince(searcher, { column: 'updated_at', since, perPage: 2 })],
      ] as const) {
        must(ours(await gathered(pages)) === expected, `${how}: they come otherwise`)
      }
    },
  },
  {
    name: 'the agent’s own account is among the agents, with the group that tickets are opened in',
    needs: 'agent',
    async run({ desk, settings }) {
      const { id } = await desk.account()
      const me = (await desk.agents()).find((agent) => agent.id === id)
      must(me !== undefined, 'it is not among them')
      const access = me.groups.get(settings.group) ?? []
      const open = access.includes('full') || MAY_ENTER.every((word) => access.includes(word))
      must(open, `access is told as "${access.join(', ')}"`)
    },
  },
  {
    name: 'the customer of a ticket is no agent, and its priority is among those in use',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      const agents = await bench.desk.agents()
      must(!agents.some(({ id }) => id === ticket.customerId), 'the customer is told as an agent')
      must((await bench.desk.priorities()).includes(ticket.priority), 'the priority is not in use')
    },
  },
]
