import { after, type Clock } from '../../src/clock.ts'
import type {
  Article,
  ArticleFile,
  Attachment,
  Change,
  NewTicket,
  Person,
  StateType,
  TagChange,
  Ticket,
  TicketChange,
} from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'

export interface KeptTicket extends NewTicket {
  readonly ticket: Ticket
}

interface KeptArticle {
  /** The ticket that it was made on; `article.ticketId` is where it is now. */
  readonly bornOn: number
  readonly article: Article
}

export interface HandChange extends Omit<TicketChange, 'state'> {
  readonly closed?: boolean
  /** Where it is neither of those that go with being closed or not. */
  readonly state?: string
  readonly by?: number
}

/** One ticket is the parent of another, or neither is the other's. */
interface Link {
  readonly type: 'parent' | 'normal'
  readonly parent: number
  readonly child: number
}

/** How the bytes of a file are had. */
type Bytes = Attachment['open']

export const BOT_ID = 3
export const PERSON_ID = 5
/** The first customer gets it, each further one the next. */
export const CUSTOMER_ID = 9

const STAFF: readonly Person[] = [
  { id: BOT_ID, name: 'Front Desk', email: 'bot@desk.example', roles: ['Agent'] },
  { id: PERSON_ID, name: 'Anna Agent', email: 'anna@staff.example', roles: ['Agent'] },
]

const GROUPS = ['Users', 'First Line support', 'Catalogue', 'Reference nodes', 'Technical support']

export const PRIORITIES = ['1 low', '2 normal', '3 high']
const priorityNamed = (name: string) => ({ id: PRIORITIES.indexOf(name) + 1, name })
const owner = (id: number | null) => ({ id: id ?? 1, name: id === null ? '-' : `Agent ${id}` })

const STATES: Readonly<Record<string, StateType>> = {
  new: 'new',
  open: 'open',
  'pending reminder': 'pending',
  closed: 'closed',
  merged: 'merged',
  'pending close': 'pending',
}
const stateNamed = (name: string) => ({ id: Object.keys(STATES).indexOf(name) + 1, name })
const isClosing = (type: StateType): boolean => type === 'closed' || type === 'merged'

/** Types of articles that Zammad does not take for a word to the customer. */
const SILENT = new Set(['note'])
/** Types for which a word of the customer's is put in the customer's name, whoever typed it. */
const TYPED = new Set(['web', 'phone', 'note'])

/** What the helpdesk holds. Each change moves the ticket's time of update. */
export function createRecords(clock: Clock) {
  const tickets: KeptTicket[] = []
  const articles: KeptArticle[] = []
  const history: { readonly ticket: number; readonly entry: Change }[] = []
  const taggings: { readonly ticket: number; readonly entry: TagChange }[] = []
  const persons: Person[] = [...STAFF]
  const links: Link[] = []
  const contents = new Map<number, Bytes>()
  const groups = [...GROUPS]
  let lastArticle = 0

  function groupIdOf(name: string): number {
    if (!groups.includes(name)) groups.push(name)
    return groups.indexOf(name) + 1
  }

  function personOf(email: string, name: string): Person {
    const known = persons.find((person) => person.email === email.trim().toLowerCase())
    if (known) return known
    const id = Math.max(CUSTOMER_ID - 1, ...persons.map((person) => person.id)) + 1
    const person = { id, name, email: email.trim().toLowerCase(), roles: ['Customer'] }
    persons.push(person)
    return person
  }

  function store(attachments: readonly Attachment[]): readonly ArticleFile[] {
    return attachments.map(({ name, type, size, open }) => {
      const id = contents.size + 1
      contents.set(id, open)
      return { id, name, type, size }
    })
  }

  function write(ticketId: number, more: Partial<Article>): Article {
    const sender = more.sender ?? 'Agent'
    const type = more.type ?? 'note'
    const isCustomers = sender === 'Customer' && TYPED.has(type)
    const createdAt = after(clock(), 0)
    const article: Article = {
      id: (lastArticle += 1),
      ticketId,
      sender,
      type,
      internal: false,
      createdById: PERSON_ID,
      originById: isCustomers ? get(ticketId).ticket.customerId : null,
      createdAt,
      updatedAt: more.createdAt ?? createdAt,
      messageId: null,
      from: 'Anna Agent',
      to: [],
      delivery: null,
      subject: '',
      contentType: 'text/plain',
      body: 'An answer',
      automatic: false,
      answersTo: [],
      files: [],
      ...more,
    }
    articles.push({ bornOn: ticketId, article })
    return article
  }

  /** Puts an article into a ticket that is there: a public word to the customer opens a new one. */
  function add(ticketId: number, more: Partial<Article>): Article {
    const article = write(ticketId, more)
    const { stateType } = get(ticketId).ticket
    const isAnswer = article.sender === 'Agent' && !article.internal && !SILENT.has(article.type)
    if (isAnswer && stateType === 'new') apply(ticketId, { state: 'open' }, article.createdById)
    else keep(ticketId, {})
    return article
  }

  function make(made: NewTicket, mark: Ticket['mark'] = made.mark, article: Partial<Article> = {}): Ticket {
    const id = tickets.length + 1
    const at = after(clock(), 0)
    const customer = personOf(made.customer.email, made.customer.name)
    const ticket: Ticket = {
      id,
      number: made.number ?? `78${String(id).padStart(3, '0')}`,
      title: made.title,
      group: made.group,
      groupId: groupIdOf(made.group),
      state: 'new',
      stateType: 'new',
      closed: false,
      closedAt: null,
      priority: made.priority ?? '2 normal',
      ownerId: null,
      customerId: customer.id,
      firstArticleType: 'web',
      escalatesAt: null,
      createdAt: at,
      updatedAt: at,
      mark,
    }
    tickets.push({ ...made, ticket })
    for (const tag of made.tags) rememberTag(ticket, tag, true, BOT_ID)
    const from = `${made.customer.name} <${made.customer.email}>`
    const { messageId, body, title: subject } = made
    const told = { messageId, from, subject, body, files: store(made.attachments), ...article }
    write(id, { sender: 'Customer', type: 'web', createdById: BOT_ID, ...told })
    return ticket
  }

  function get(id: number): KeptTicket {
    const kept = tickets.find(({ ticket }) => ticket.id === id)
    if (!kept) throw new Failure('refused', `there is no ticket ${id}`)
    return kept
  }

  /** Now, and later than it was then. */
  const later = (then: Date): Date => new Date(Math.max(clock().getTime(), then.getTime() + 1))

  /** Replaces a ticket by what it has become, a moment later than it was. */
  function keep(id: number, change: Partial<Ticket>, tags?: readonly string[]): Ticket {
    const kept = get(id)
    const ticket = { ...kept.ticket, ...change, updatedAt: later(kept.ticket.updatedAt) }
    tickets[tickets.indexOf(kept)] = { ...kept, tags: tags ?? kept.tags, ticket }
    return ticket
  }

  /** Replaces an article by what it has become; its ticket is touched unless told otherwise. */
  function revise(id: number, change: Partial<Article>, ticket: 'touched' | 'left' = 'touched'): Article {
    const kept = articles.find(({ article }) => article.id === id)
    if (!kept) throw new Failure('refused', `there is no article ${id}`)
    const article = { ...kept.article, ...change, updatedAt: later(kept.article.updatedAt) }
    articles[articles.indexOf(kept)] = { ...kept, article }
    if (ticket === 'touched') keep(article.ticketId, {})
    return article
  }

  const nextEntry = (): number => history.length + taggings.length + 1

  function remember(ticket: Ticket, change: Omit<Change, 'id' | 'at'>): void {
    if (change.from.name === change.to.name) return
    history.push({ ticket: ticket.id, entry: { id: nextEntry(), ...change, at: ticket.updatedAt } })
  }

  function rememberTag(ticket: Ticket, tag: string, isAdded: boolean, by: number): void {
    taggings.push({ ticket: ticket.id, entry: { id: nextEntry(), tag, isAdded, by, at: ticket.updatedAt } })
  }

  /** Sets the tags; nothing is touched where they are the same. */
  function retag(id: number, tags: readonly string[], by: number): void {
    const { tags: before } = get(id)
    const added = tags.filter((tag) => !before.includes(tag))
    const removed = before.filter((tag) => !tags.includes(tag))
    if (added.length + removed.length === 0) return
    const ticket = keep(id, {}, tags)
    for (const tag of added) rememberTag(ticket, tag, true, by)
    for (const tag of removed) rememberTag(ticket, tag, false, by)
  }

  function apply(id: number, change: HandChange, by: number): Ticket {
    const before = get(id).ticket
    const { group = before.group, priority = before.priority, ownerId = before.ownerId } = change
    const { customerId = before.customerId } = change
    const closing = change.closed ?? before.closed
    const state = change.state ?? (closing === before.closed ? before.state : closing ? 'closed' : 'open')
    const stateType = state === before.state ? before.stateType : typeOf(state, closing)
    const groupId = groupIdOf(group)
    const closed = isClosing(stateType)
    const isClosedNow = stateType === 'closed' && before.stateType !== 'closed'
    const closedAt = isClosedNow ? later(before.updatedAt) : before.closedAt
    const set = { group, groupId, priority, ownerId, customerId, closed, closedAt, state, stateType }
    const ticket = keep(id, set)
    const from = { id: before.groupId, name: before.group }
    remember(ticket, { attribute: 'group', from, to: { id: groupId, name: group }, by })
    remember(ticket, { attribute: 'owner', from: owner(before.ownerId), to: owner(ownerId), by })
    const priorities = { from: priorityNamed(before.priority), to: priorityNamed(priority) }
    remember(ticket, { attribute: 'priority', ...priorities, by })
    const types = { from: before.stateType, to: stateType }
    const states = { from: stateNamed(before.state), to: stateNamed(state), types }
    remember(ticket, { attribute: 'state', ...states, by })
    return ticket
  }

  /**
   * Moves a ticket's articles into another, where they keep their ids, leaves a public note "merged" of the
   * person's, and makes the other its parent; links of the one are the other's from now on (contract 13, L25).
   */
  function merge(source: number, target: number, by: number): void {
    const moved = articles.filter(({ article }) => article.ticketId === source)
    for (const { article } of moved) revise(article.id, { ticketId: target })
    write(source, { body: 'merged', createdById: by })
    const others = links.filter(({ parent, child }) => ![parent, child].includes(target))
    for (const link of others) {
      const end = (id: number): number => (id === source ? target : id)
      links[links.indexOf(link)] = { ...link, parent: end(link.parent), child: end(link.child) }
    }
    if (!parentsOf(source).includes(target)) links.push({ type: 'parent', parent: target, child: source })
    keep(target, {})
    apply(source, { state: 'merged', ownerId: null }, by)
  }

  const parentsOf = (id: number): readonly number[] =>
    links.filter(({ type, child }) => type === 'parent' && child === id).map(({ parent }) => parent)

  /** Links two tickets as equals. */
  function relate(one: number, other: number): void {
    links.push({ type: 'normal', parent: one, child: other })
    keep(other, {})
  }

  /** Keeps a copy of everything; what it returns puts it back, so that ids are given twice from then on. */
  function backup(): () => void {
    const copies = [tickets, articles, history, taggings, persons, links].map((rows: unknown[]) => [
      rows,
      [...rows],
    ])
    const files = new Map(contents)
    const last = lastArticle
    return () => {
      for (const [rows = [], copy = []] of copies) rows.splice(0, rows.length, ...copy)
      contents.clear()
      for (const [id, bytes] of files) contents.set(id, bytes)
      lastArticle = last
    }
  }

  return {
    tickets,
    articles,
    history,
    taggings,
    persons,
    contents,
    groups,
    personOf,
    store,
    add,
    make,
    get,
    keep,
    retag,
    revise,
    apply,
    merge,
    relate,
    parentsOf,
    backup,
  }
}

const typeOf = (state: string, closing: boolean): StateType => STATES[state] ?? (closing ? 'closed' : 'open')
