import type { Clock } from '../../src/clock.ts'
import type {
  Account,
  AgentRights,
  Article,
  Changed,
  Desk,
  NewTicket,
  Opening,
  Sight,
  Ticket,
  TicketChange,
} from '../../src/desk.ts'
import { Failure, type FailureCode } from '../../src/failure.ts'
import { createRecords, type HandChange, type KeptTicket, PERSON_ID, PRIORITIES } from './desk-records.ts'

/** What happens to one create instead of success. */
export type Mishap =
  | FailureCode // fails before anything is done
  | 'lost' //        makes the ticket, and the answer is lost
  | 'masked' //      refuses without a reason
  | 'told-why' //    refuses with a reason that nothing will change

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
  /** Groups that take tickets, and where the bot may not look. */
  readonly blind: Set<string>
  /** What is refused, with a reason, whatever the ticket. */
  readonly refused: Set<'change' | 'tag' | 'note'>
  /** Ids of tickets that are out of sight, and of those that are gone. */
  readonly hidden: Set<number>
  readonly removed: Set<number>
  /** Who answers tickets; nobody unless told. */
  readonly people: AgentRights[]
  /** Puts a ticket there that somebody else made, by an article of the customer's unless told otherwise. */
  readonly addForeign: (number: string, more?: Partial<NewTicket>, article?: Partial<Article>) => Ticket
  /** A person changes a ticket at the screen. */
  readonly byHand: (ticketId: number, change: HandChange) => Ticket
  /** Puts an article into a ticket: a person's public note unless told otherwise. */
  readonly addArticle: (ticketId: number, article?: Partial<Article>) => Article
}

export const BOT_ID = 3
const PAGE = 2

type Records = ReturnType<typeof createRecords>

interface Unseen {
  readonly hidden: ReadonlySet<number>
  readonly removed: ReadonlySet<number>
  readonly blind: ReadonlySet<string>
}

/** What can be seen of the records, less what is hidden or gone. */
function createView({ tickets, articles, history }: Records, { hidden, removed, blind }: Unseen) {
  const all = (): readonly Ticket[] =>
    tickets.map(({ ticket }) => ticket).filter(({ id }) => sightOf(id).seen === 'ticket')

  function sightOf(id: number): Sight {
    const ticket = tickets.find((kept) => kept.ticket.id === id)?.ticket
    if (!ticket || removed.has(id)) return { seen: 'gone' }
    return hidden.has(id) || blind.has(ticket.group) ? { seen: 'out-of-sight' } : { seen: 'ticket', ticket }
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
      priorities: async () => PRIORITIES,
    } satisfies Partial<Desk>,
  }
}

/**
 * A helpdesk in memory that keeps Zammad's rules: numbers are unique, unknown groups are told, marks are kept,
 * changes go into the history under the account that made them.
 */
export function memoryDesk(clock: Clock): MemoryDesk {
  const records = createRecords(clock, BOT_ID)
  const { tickets, groups, make, write, keep, apply } = records
  const notes: MemoryDesk['notes'] = []
  const asked: NewTicket[] = []
  const changes: MemoryDesk['changes'] = []
  const mishaps: Mishap[] = []
  const interruptions: (() => void)[] = []
  const closed = new Set<string>()
  const blind = new Set<string>()
  const refused: MemoryDesk['refused'] = new Set()
  const hidden = new Set<number>()
  const removed = new Set<number>()
  const people: AgentRights[] = []
  const { sightOf, port } = createView(records, { hidden, removed, blind })

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
    if (refused.has('change')) return { outcome: 'refused', reason: '422 not now' }
    const isClosed = wanted.group !== undefined && closed.has(wanted.group)
    if (isClosed) return { outcome: 'group', reason: `no group ${wanted.group}` }
    return { outcome: 'changed', ticket: apply(ticket, wanted, BOT_ID) }
  }

  function demand(ticket: number, what: 'tag' | 'note'): void {
    const isAway = hidden.has(ticket) || removed.has(ticket)
    if (isAway || refused.has(what)) throw new Failure('refused', `Zammad refuses a ${what}: 403`)
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
    blind,
    refused,
    hidden,
    removed,
    people,
    ...port,
    addForeign: (number, more, article) => make({ ...foreign(number), ...more }, null, article),
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
      demand(ticket, 'note')
      keep(ticket, {})
      notes.push({ ticket, messageId, body })
      write(ticket, { sender: 'System', internal: true, createdById: BOT_ID, messageId, body })
    },
    async tag(ticket, tags) {
      demand(ticket, 'tag')
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
