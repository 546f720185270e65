import { after, type Clock } from '../../src/clock.ts'
import type { Article, Change, NewTicket, Ticket, TicketChange } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'

export interface KeptTicket extends NewTicket {
  readonly ticket: Ticket
}

export interface HandChange extends TicketChange {
  readonly closed?: boolean
  /** Where it is neither of those that go with being closed or not. */
  readonly state?: string
  readonly by?: number
}

export const PERSON_ID = 5
const CUSTOMER_ID = 9

const GROUPS = ['Users', 'First Line support', 'Catalogue', 'Reference nodes', 'Technical support']

export const PRIORITIES = ['1 low', '2 normal', '3 high']
const priorityNamed = (name: string) => ({ id: PRIORITIES.indexOf(name) + 1, name })
const owner = (id: number | null) => ({ id: id ?? 1, name: id === null ? '-' : `Agent ${id}` })

/** What the helpdesk holds: tickets, articles and history. Each change moves the ticket's time of update. */
export function createRecords(clock: Clock, bot: number) {
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
      automatic: false,
      answersTo: [],
      ...more,
    }
    articles.push({ ticket: ticketId, article })
    return article
  }

  function make(made: NewTicket, mark: Ticket['mark'] = made.mark, article: Partial<Article> = {}): Ticket {
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
    const told = { messageId, from, subject, body, ...article }
    write(id, { sender: 'Customer', type: 'web', createdById: bot, ...told })
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
    const usual = closed === before.closed ? before.state : closed ? 'closed' : 'open'
    const state = change.state ?? usual
    const groupId = groupIdOf(group)
    const ticket = keep(id, { group, groupId, priority, ownerId, closed, state })
    const from = { id: before.groupId, name: before.group }
    remember(ticket, { attribute: 'group', from, to: { id: groupId, name: group }, by })
    remember(ticket, { attribute: 'owner', from: owner(before.ownerId), to: owner(ownerId), by })
    const set = { from: priorityNamed(before.priority), to: priorityNamed(priority) }
    remember(ticket, { attribute: 'priority', ...set, by })
    return ticket
  }

  return { tickets, articles, history, groups, write, make, keep, apply }
}
