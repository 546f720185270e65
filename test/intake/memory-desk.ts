import { after, type Clock } from '../../src/clock.ts'
import type {
  Account,
  AgentRights,
  Article,
  Change,
  Changed,
  Desk,
  NewTicket,
  Opening,
  Sight,
  Ticket,
  TicketChange,
} from '../../src/desk.ts'
import { Failure, type FailureCode } from '../../src/failure.ts'

/** What happens to one create instead of success. */
export type Mishap =
  | FailureCode // fails before anything is done
  | 'lost' //        makes the ticket, and the answer is lost
  | 'masked' //      refuses without a reason
  | 'told-why' //    refuses with a reason that nothing will change

export interface KeptTicket extends NewTicket {
  readonly ticket: Ticket
}

export interface MemoryDesk extends Desk {
  /** Every ticket there ever was, oldest first, as it is now. */
  readonly tickets: KeptTicket[]
  readonly notes: { readonly ticket: number; readonly messageId: string; readonly body: string }[]
  /** What was asked to be opened, whatever became of it. */
  readonly asked: NewTicket[]
  /** What was asked to be changed, whatever became of it. */
  readonly changes: { readonly ticket: number; readonly change: TicketChange }[]
  /** What happens to the next creates, one by one. */
  readonly mishaps: Mishap[]
  /** Run one by one, each just before a change is written: what others do between read and write. */
  readonly interruptions: (() => void)[]
  /** Groups that cannot take a ticket. */
  readonly closed: Set<string>
  /** Ids of tickets that are out of sight, and of those that are gone. */
  readonly hidden: Set<number>
  readonly removed: Set<number>
  /** Who answers tickets; nobody unless told. */
  readonly people: AgentRights[]
  /** Puts a ticket there that somebody else made. */
  readonly addForeign: (number: string, more?: Partial<NewTicket>) => Ticket
  /** A person changes a ticket at the screen. */
  readonly byHand: (ticketId: number, change: HandChange) => Ticket
  /** Puts an article into a ticket: a person's public note unless told otherwise. */
  readonly addArticle: (ticketId: number, article?: Partial<Article>) => Article
}

export interface HandChange extends TicketChange {
  readonly closed?: boolean
  readonly by?: number
}

export const BOT_ID = 3
export const PERSON_ID = 5
const CUSTOMER_ID = 9
const PAGE = 2

const GROUPS = ['Users', 'First Line support', 'Catalogue', 'Reference nodes', 'Technical support']

const owner = (id: number | null) => ({ id: id ?? 1, name: id === null ? '-' : `Agent ${id}` })

/** What the helpdesk holds: tickets, articles and history. Each change moves the ticket's time of update. */
function createRecords(clock: Clock) {
  const tickets: KeptTicket[] = []
  const articles: { readonly ticket: number; readonly article: Article }[] = []
  const history: { readonly ticket: number; readonly entry: Change }[] = []
  const groups = [...GROUPS]

  function groupIdOf(name: string): number {
    if (!groups.includes(name)) groups.push(name)
    return groups.indexOf(name) + 1
  }

  function write(ticketId: number, more: Partial<Article>): Article {
    const article: Article = {
      id: articles.length + 1,
      sender: 'Agent',
      type: 'note',
      internal: false,
      createdById: PERSON_ID,
      createdAt: after(clock(), 0),
      messageId: null,
      from: 'Anna Agent',
      subject: '',
      contentType: 'text/plain',
      body: 'An answer',
      ...more,
    }
    articles.push({ ticket: ticketId, article })
    return article
  }

  function make(made: NewTicket, mark: Ticket['mark'] = made.mark): Ticket {
    const id = tickets.length + 1
    const at = after(clock(), 0)
    const ticket: Ticket = {
      id,
      number: made.number ?? `78${String(id).padStart(3, '0')}`,
      title: made.title,
      group: made.group,
      groupId: groupIdOf(made.group),
      state: 'new',
      closed: false,
      priority: made.priority ?? '2 normal',
      ownerId: null,
      customerId: CUSTOMER_ID,
      firstArticleType: 'web',
      createdAt: at,
      updatedAt: at,
      mark,
    }
    tickets.push({ ...made, ticket })
    const from = `${made.customer.name} <${made.customer.email}>`
    const { messageId, body, title: subject } = made
    write(id, { sender: 'Customer', type: 'web', createdById: BOT_ID, messageId, from, subject, body })
    return ticket
  }

  function get(id: number): KeptTicket {
    const kept = tickets.find(({ ticket }) => ticket.id === id)
    if (!kept) throw new Failure('refused', `there is no ticket ${id}`)
    return kept
  }

  /** Replaces a ticket by what it has become, a moment later than it was. */
  function keep(id: number, change: Partial<Ticket>, tags: readonly string[] = []): Ticket {
    const kept = get(id)
    const now = Math.max(clock().getTime(), kept.ticket.updatedAt.getTime() + 1)
    const ticket = { ...kept.ticket, ...change, updatedAt: new Date(now) }
    tickets[tickets.indexOf(kept)] = { ...kept, tags: [...new Set([...kept.tags, ...tags])], ticket }
    return ticket
  }

  function remember(ticket: Ticket, change: Pick<Change, 'attribute' | 'from' | 'to' | 'by'>): void {
    if (change.from.id === change.to.id) return
    history.push({ ticket: ticket.id, entry: { id: history.length + 1, ...change, at: ticket.updatedAt } })
  }

  function apply(id: number, change: HandChange, by: number): Ticket {
    const before = get(id).ticket
    const { group = before.group, priority = before.priority, ownerId = before.ownerId } = change
    const closed = change.closed ?? before.closed
    const state = closed === before.closed ? before.state : closed ? 'closed' : 'open'
    const groupId = groupIdOf(group)
    const ticket = keep(id, { group, groupId, priority, ownerId, closed, state })
    const from = { id: before.groupId, name: before.group }
    remember(ticket, { attribute: 'group', from, to: { id: groupId, name: group }, by })
    remember(ticket, { attribute: 'owner', from: owner(before.ownerId), to: owner(ownerId), by })
    return ticket
  }

  return { tickets, articles, history, groups, write, make, keep, apply }
}

type Records = ReturnType<typeof createRecords>

/** What can be seen of the records, less what is hidden or gone. */
function createView({ tickets, articles, history }: Records, hidden: Set<number>, removed: Set<number>) {
  const all = (): readonly Ticket[] =>
    tickets.map(({ ticket }) => ticket).filter(({ id }) => !hidden.has(id) && !removed.has(id))

  function sightOf(id: number): Sight {
    const ticket = tickets.find((kept) => kept.ticket.id === id)?.ticket
    if (!ticket || removed.has(id)) return { seen: 'gone' }
    return hidden.has(id) ? { seen: 'out-of-sight' } : { seen: 'ticket', ticket }
  }

  async function* since(column: 'createdAt' | 'updatedAt', then: Date): AsyncGenerator<readonly Ticket[]> {
    const found = all()
      .filter((ticket) => ticket[column] >= then)
      .toSorted((a, b) => a[column].getTime() - b[column].getTime() || a.id - b.id)
    for (let from = 0; from < found.length; from += PAGE) yield found.slice(from, from + PAGE)
  }

  const ofTicket = <T>(id: number, rows: () => readonly T[]): readonly T[] | null =>
    sightOf(id).seen === 'ticket' ? rows() : null

  return {
    sightOf,
    port: {
      byNumber: async (number) => all().find((ticket) => ticket.number === number) ?? null,
      byMessageId: async (id) => tickets.find(({ messageId }) => messageId === id)?.ticket ?? null,
      read: async (id) => sightOf(id),
      hasArticle: async (_ticket, id) => articles.some(({ article }) => article.messageId === id),
      articles: async (id) =>
        ofTicket(id, () => articles.filter(({ ticket }) => ticket === id).map(({ article }) => article)),
      history: async (id) =>
        ofTicket(id, () => history.filter(({ ticket }) => ticket === id).map(({ entry }) => entry)),
      updatedSince: (then) => since('updatedAt', then),
      createdSince: (then) => since('createdAt', then),
      newest: async (limit) => all().toReversed().slice(0, limit),
      lowest: async () => all()[0] ?? null,
      latestUpdate: async () => {
        const instants = all().map(({ updatedAt }) => updatedAt.getTime())
        return instants.length === 0 ? null : new Date(Math.max(...instants))
      },
      rolesOf: async () => ['Customer'],
      priorities: async () => ['1 low', '2 normal', '3 high'],
    } satisfies Partial<Desk>,
  }
}

/**
 * A helpdesk in memory that keeps Zammad's rules: numbers are unique, unknown groups are told, marks are kept,
 * changes go into the history under the account that made them.
 */
export function memoryDesk(clock: Clock): MemoryDesk {
  const records = createRecords(clock)
  const { tickets, groups, make, write, keep, apply } = records
  const notes: MemoryDesk['notes'] = []
  const asked: NewTicket[] = []
  const changes: MemoryDesk['changes'] = []
  const mishaps: Mishap[] = []
  const interruptions: (() => void)[] = []
  const closed = new Set<string>()
  const hidden = new Set<number>()
  const removed = new Set<number>()
  const people: AgentRights[] = []
  const { sightOf, port } = createView(records, hidden, removed)

  async function open(wanted: NewTicket): Promise<Opening> {
    asked.push(wanted)
    const mishap = mishaps.shift()
    if (mishap === 'masked') return { outcome: 'masked' }
    if (mishap === 'told-why') return { outcome: 'refused', reason: 'the title is too long' }
    if (mishap && mishap !== 'lost') throw new Failure(mishap, `the create failed: ${mishap}`)
    if (closed.has(wanted.group)) return { outcome: 'group', reason: 'no such group' }
    if (tickets.some(({ ticket }) => ticket.number === wanted.number)) return { outcome: 'masked' }
    const ticket = make(wanted)
    if (mishap === 'lost') throw new Failure('uncertain', 'the answer was lost')
    return { outcome: 'opened', ticket }
  }

  async function change(ticket: number, wanted: TicketChange): Promise<Changed> {
    changes.push({ ticket, change: wanted })
    interruptions.shift()?.()
    const { seen } = sightOf(ticket)
    if (seen !== 'ticket') return { outcome: seen }
    const isClosed = wanted.group !== undefined && closed.has(wanted.group)
    if (isClosed) return { outcome: 'group', reason: 'no such group' }
    return { outcome: 'changed', ticket: apply(ticket, wanted, BOT_ID) }
  }

  const account = async (): Promise<Account> => ({
    id: BOT_ID,
    login: 'bot',
    roles: ['Agent'],
    groups: groups.map((name) => ({ name, active: !closed.has(name), access: ['full'], hasAddress: false })),
  })

  return {
    tickets,
    notes,
    asked,
    changes,
    mishaps,
    interruptions,
    closed,
    hidden,
    removed,
    people,
    ...port,
    addForeign: (number, more) => make({ ...foreign(number), ...more }, null),
    byHand: (id, { by = PERSON_ID, ...wanted }) => apply(id, wanted, by),
    addArticle(id, more = {}) {
      keep(id, {})
      return write(id, more)
    },
    account,
    agents: async () => people,
    open,
    change,
    async note(ticket, { messageId, body }) {
      keep(ticket, {})
      notes.push({ ticket, messageId, body })
      write(ticket, { sender: 'System', internal: true, createdById: BOT_ID, messageId, body })
    },
    async tag(ticket, tags) {
      const { seen } = sightOf(ticket)
      if (seen !== 'ticket') throw new Failure('refused', `the ticket is ${seen}`)
      keep(ticket, {}, tags)
    },
  }
}

/** A ticket that no form of ours asked for. */
export const foreign = (number: string): NewTicket => ({
  number,
  title: 'Somebody else’s',
  group: 'First Line support',
  priority: null,
  tags: [],
  customer: { name: 'Other', email: 'other@example.org' },
  body: 'Not ours',
  messageId: `<${number}@elsewhere.example>`,
  mark: { instance: 'another', submission: 'another' },
  attachments: [],
})
