import { after, type Clock, MINUTE_MS } from '../../src/clock.ts'
import type {
  AgentRights,
  Desk,
  Group,
  NewTicket,
  Opening,
  Person,
  TicketChange,
  VisitorArticle,
  Written,
} from '../../src/desk.ts'
import { Failure, type FailureCode } from '../../src/failure.ts'
import { createRecords, type KeptTicket, BOT_ID } from './desk-records.ts'
import { atTheScreen, type ByHand } from './desk-screen.ts'
import { createView } from './desk-view.ts'

export { BOT_ID, PERSON_ID } from './desk-records.ts'
export { foreign } from './desk-screen.ts'

/** What happens to one word of a visitor's instead of success. */
export type ReplyMishap =
  | FailureCode // fails before anything is done
  | 'lost' //        writes it, and the answer is lost
  | 'late' //        the answer is lost, and it is written a while later

/** What happens to one create instead of success. */
export type Mishap =
  | ReplyMishap
  | 'masked' //      refuses without a reason
  | 'told-why' //    refuses with a reason that nothing will change

/** After that, what is late is there: before a quarantine ends. */
export const LATE_MS = 3 * MINUTE_MS

export interface MemoryDesk extends Desk, ByHand {
  /** Every ticket there ever was, oldest first, as it is now. */
  readonly tickets: KeptTicket[]
  readonly notes: { readonly ticket: number; readonly messageId: string; readonly body: string }[]
  /** What was asked to be opened, whatever became of it. */
  readonly asked: NewTicket[]
  /** What was asked to be changed, whatever became of it. */
  readonly changes: { readonly ticket: number; readonly change: TicketChange }[]
  /** What visitors were to be made to say, whatever became of it. */
  readonly replies: {
    readonly ticket: number
    readonly article: VisitorArticle
    readonly how: 'add' | 'reopen'
  }[]
  /** What happens to the next creates, one by one. */
  readonly mishaps: Mishap[]
  /** What happens to the next words of visitors, one by one. */
  readonly replyMishaps: ReplyMishap[]
  /** Run one by one, each just before a change, a reply or a merge is written: what others do meanwhile. */
  readonly interruptions: (() => void)[]
  /** Groups that cannot take a ticket. */
  readonly closed: Set<string>
  /** Groups that take tickets, and where the bot may not look. */
  readonly blind: Set<string>
  /** Groups with an address, from which Zammad itself mails; none unless told. */
  readonly addressed: Set<string>
  /** What a further word on a closed ticket does, by group; it goes to the same ticket unless told. */
  readonly followUps: Map<string, Group['followUp']>
  /** What is refused, with a reason, whatever the ticket. */
  readonly refused: Set<'change' | 'tag' | 'note' | 'reply' | 'merge'>
  /** Ids of tickets that are out of sight, and of those that are gone. */
  readonly hidden: Set<number>
  readonly removed: Set<number>
  /** Who answers tickets; nobody unless told. */
  readonly people: AgentRights[]
  /** Everybody whom Zammad knows: bot, one agent, customers. */
  readonly persons: Person[]
  /** Why nothing works at present, or null. */
  outage: FailureCode | null
}

/**
 * A helpdesk in memory that keeps Zammad's rules: numbers are unique, unknown groups are told, marks are kept,
 * changes go into the history under the account that made them, articles keep their ids over merges.
 */
export function memoryDesk(clock: Clock): MemoryDesk {
  const records = createRecords(clock)
  const { tickets, groups, persons, make, add, apply, get } = records
  const notes: MemoryDesk['notes'] = []
  const asked: NewTicket[] = []
  const changes: MemoryDesk['changes'] = []
  const replies: MemoryDesk['replies'] = []
  const mishaps: Mishap[] = []
  const replyMishaps: ReplyMishap[] = []
  const interruptions: (() => void)[] = []
  const closed = new Set<string>()
  const blind = new Set<string>()
  const addressed = new Set<string>()
  const followUps = new Map<string, Group['followUp']>()
  const refused: MemoryDesk['refused'] = new Set()
  const hidden = new Set<number>()
  const removed = new Set<number>()
  const people: AgentRights[] = []
  const late: { readonly at: Date; readonly commit: () => void }[] = []

  /** What was late and is due is written before anything is looked at. */
  function arrive(): void {
    for (const one of late.filter(({ at }) => at <= clock())) {
      late.splice(late.indexOf(one), 1)
      one.commit()
    }
    if (desk.outage) throw new Failure(desk.outage, 'the helpdesk is down')
  }

  const { sightOf, port } = createView(records, { hidden, removed, blind, arrive })

  /** Writes, unless something befalls it. */
  function befalls<T>(mishap: ReplyMishap | undefined, commit: () => T): T {
    if (mishap === undefined) return commit()
    if (mishap === 'late') late.push({ at: after(clock(), LATE_MS), commit })
    else if (mishap === 'lost') commit()
    else throw new Failure(mishap, `the write failed: ${mishap}`)
    throw new Failure('uncertain', 'the answer was lost')
  }

  function opened(wanted: NewTicket): Opening {
    if (tickets.some(({ ticket }) => ticket.number === wanted.number)) return { outcome: 'masked' }
    const ticket = make(wanted)
    if (wanted.continues) records.relate(ticket.id, wanted.continues)
    return { outcome: 'opened', ticket }
  }

  /** Why nothing can be written there, or null. */
  function lackOf(ticket: number, what: 'reply' | 'merge'): Written | null {
    const { seen } = sightOf(ticket)
    if (seen !== 'ticket') return { outcome: seen }
    return refused.has(what) ? { outcome: 'refused', reason: `422 no ${what} now` } : null
  }

  function say(
    ticket: number,
    { messageId, body, attachments }: VisitorArticle,
    how: 'add' | 'reopen',
  ): void {
    if (how === 'reopen') apply(ticket, { state: 'open' }, BOT_ID)
    const customer = persons.find(({ id }) => id === get(ticket).ticket.customerId)
    const from = `${customer?.name ?? ''} <${customer?.email ?? ''}>`
    const files = records.store(attachments)
    add(ticket, { sender: 'Customer', type: 'web', createdById: BOT_ID, from, messageId, body, files })
  }

  function demand(ticket: number, what: 'tag' | 'note'): void {
    const isAway = hidden.has(ticket) || removed.has(ticket)
    if (isAway || refused.has(what)) throw new Failure('refused', `Zammad refuses a ${what}: 403`)
  }

  const desk: MemoryDesk = {
    tickets,
    notes,
    asked,
    changes,
    replies,
    mishaps,
    replyMishaps,
    interruptions,
    refused,
    closed,
    blind,
    addressed,
    followUps,
    hidden,
    removed,
    people,
    persons,
    outage: null,
    ...atTheScreen(records),
    ...port,
    async account() {
      arrive()
      return {
        id: BOT_ID,
        login: 'bot',
        roles: ['Agent'],
        groups: groups.map((name) => ({
          name,
          active: !closed.has(name),
          access: ['full'],
          hasAddress: addressed.has(name),
          followUp: followUps.get(name) ?? { to: 'same-ticket' },
        })),
      }
    },
    async agents() {
      arrive()
      return people
    },
    async open(wanted) {
      arrive()
      asked.push(wanted)
      const mishap = mishaps.shift()
      if (mishap === 'masked') return { outcome: 'masked' }
      if (mishap === 'told-why') return { outcome: 'refused', reason: 'the title is too long' }
      const reaches = mishap === undefined || mishap === 'lost' || mishap === 'late'
      if (reaches && closed.has(wanted.group)) return { outcome: 'group', reason: 'no such group' }
      return befalls(mishap, () => opened(wanted))
    },
    async change(ticket, wanted) {
      arrive()
      changes.push({ ticket, change: wanted })
      interruptions.shift()?.()
      const { seen } = sightOf(ticket)
      if (seen !== 'ticket') return { outcome: seen }
      if (refused.has('change')) return { outcome: 'refused', reason: '422 not now' }
      const isClosed = wanted.group !== undefined && closed.has(wanted.group)
      if (isClosed) return { outcome: 'group', reason: `no group ${wanted.group}` }
      return { outcome: 'changed', ticket: apply(ticket, wanted, BOT_ID) }
    },
    async reply(ticket, article, how) {
      arrive()
      replies.push({ ticket, article, how })
      interruptions.shift()?.()
      const lack = lackOf(ticket, 'reply')
      if (lack) return lack
      befalls(replyMishaps.shift(), () => say(ticket, article, how))
      return { outcome: 'written' }
    },
    async merge(ticket, targetNumber) {
      arrive()
      interruptions.shift()?.()
      const lack = lackOf(ticket, 'merge')
      if (lack) return lack
      const target = tickets.find((kept) => kept.ticket.number === targetNumber)?.ticket
      if (!target) return { outcome: 'refused', reason: 'The target ticket number could not be found.' }
      if (target.id === ticket) return { outcome: 'refused', reason: '422 not into itself' }
      if (target.stateType === 'merged') return { outcome: 'refused', reason: '422 it is merged already' }
      records.merge(ticket, target.id, BOT_ID)
      return { outcome: 'written' }
    },
    async note(ticket, { messageId, body }) {
      arrive()
      demand(ticket, 'note')
      notes.push({ ticket, messageId, body })
      add(ticket, { sender: 'System', internal: true, createdById: BOT_ID, messageId, body })
    },
    async tag(ticket, tags) {
      arrive()
      demand(ticket, 'tag')
      records.retag(ticket, [...new Set([...get(ticket).tags, ...tags])], BOT_ID)
    },
    async untag(ticket, tag) {
      arrive()
      demand(ticket, 'tag')
      const left = get(ticket).tags.filter((one) => one !== tag)
      records.retag(ticket, left, BOT_ID)
    },
    async personOf(email, name) {
      arrive()
      return records.personOf(email, name)
    },
  }
  return desk
}
