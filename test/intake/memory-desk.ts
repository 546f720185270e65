import { after, type Clock } from '../../src/clock.ts'
import type { Desk, NewTicket, Opening, Ticket } from '../../src/desk.ts'
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
  /** Every ticket there ever was, oldest first. */
  readonly tickets: KeptTicket[]
  readonly notes: { readonly ticket: number; readonly messageId: string; readonly body: string }[]
  /** What was asked to be opened, whatever became of it. */
  readonly asked: NewTicket[]
  /** What happens to the next creates, one by one. */
  readonly mishaps: Mishap[]
  /** Groups that cannot take a ticket. */
  readonly closed: Set<string>
  /** Puts a ticket there that somebody else made. */
  readonly addForeign: (number: string) => Ticket
}

/** A helpdesk in memory that keeps Zammad's rules: numbers are unique, unknown groups are told, marks are kept. */
export function memoryDesk(clock: Clock): MemoryDesk {
  const tickets: KeptTicket[] = []
  const notes: { ticket: number; messageId: string; body: string }[] = []
  const asked: NewTicket[] = []
  const mishaps: Mishap[] = []
  const closed = new Set<string>()
  const all = (): readonly Ticket[] => tickets.map(({ ticket }) => ticket)

  function make(made: NewTicket, mark: Ticket['mark'] = made.mark): Ticket {
    const id = tickets.length + 1
    const at = after(clock(), 0)
    const number = made.number ?? `78${String(id).padStart(3, '0')}`
    const { title, group } = made
    const ticket: Ticket = {
      id,
      number,
      title,
      group,
      state: 'new',
      customerId: 9,
      createdAt: at,
      updatedAt: at,
      mark,
    }
    tickets.push({ ...made, ticket })
    return ticket
  }

  async function open(wanted: NewTicket): Promise<Opening> {
    asked.push(wanted)
    const mishap = mishaps.shift()
    if (mishap === 'masked') return { outcome: 'masked' }
    if (mishap === 'told-why') return { outcome: 'refused', reason: 'the title is too long' }
    if (mishap && mishap !== 'lost') throw new Failure(mishap, `the create failed: ${mishap}`)
    if (closed.has(wanted.group)) return { outcome: 'group', reason: 'no such group' }
    if (all().some(({ number }) => number === wanted.number)) return { outcome: 'masked' }
    const ticket = make(wanted)
    if (mishap === 'lost') throw new Failure('uncertain', 'the answer was lost')
    return { outcome: 'opened', ticket }
  }

  return {
    tickets,
    notes,
    asked,
    mishaps,
    closed,
    addForeign: (number) => make(foreign(number), null),
    open,
    account: async () => ({ id: 3, login: 'bot', roles: ['Agent'], groups: [] }),
    byNumber: async (number) => all().find((ticket) => ticket.number === number) ?? null,
    byMessageId: async (id) => tickets.find(({ messageId }) => messageId === id)?.ticket ?? null,
    async read(id) {
      const ticket = all().find((one) => one.id === id)
      return ticket ? { seen: 'ticket', ticket } : { seen: 'gone' }
    },
    async note(ticket, { messageId, body }) {
      notes.push({ ticket, messageId, body })
    },
    hasArticle: async (_ticket, id) => notes.some(({ messageId }) => messageId === id),
    newest: async (limit) => all().toReversed().slice(0, limit),
    lowest: async () => all()[0] ?? null,
    latestUpdate: async () => all().at(-1)?.updatedAt ?? null,
    rolesOf: async () => ['Customer'],
  }
}

const foreign = (number: string): NewTicket => ({
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
