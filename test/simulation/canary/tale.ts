import type { State } from '../../../src/sandbox/zammad/model.ts'
import { STATE_TYPE } from '../../../src/sandbox/zammad/rows.ts'
import { createDice, type Dice } from './dice.ts'
import { type LightHouse, SEALED } from './light-house.ts'
import { mark, type Marks, marksIn, type Person, type Said } from './marks.ts'

/** A secret address of a page, as it was once told. */
export interface Link {
  readonly token: string
  /** Whether it may open nothing any more. */
  isOver: boolean
  /** A restored store knows it not: a later link of the same generation is the same again. */
  isForgotten: boolean
}

/** One request of somebody's, as those who sent it know it. */
export interface Request_ {
  readonly n: number
  readonly number: string
  /** Whether its mails bring no more than the link. */
  readonly isLinkOnly: boolean
  ticket: number | null
  /** Whose words its page may show: who sent it, and whoever was mailed under it since. */
  readonly owners: Set<Person>
  /** Addresses, in lower case, that the visitor gave or staff chose. */
  readonly addresses: Set<string>
  mailedTo: string
  readonly links: Link[]
  /** Links that are over once the tag has been seen; null where none is awaited. */
  revoking: readonly Link[] | null
}

/** A time in which one ticket was merged into another, directly or behind others. */
export interface Span {
  readonly source: number
  readonly target: number
  readonly from: Date
  to: Date | null
  /** Whether what is said on the target in that time is for the visitor of the source. */
  isOpenTo: boolean
}

/** What happened in one history, and what may be seen by now: kept beside Firstline, by what Zammad has. */
export interface Tale {
  readonly house: LightHouse
  readonly dice: Dice
  readonly marks: Marks
  readonly people: Person[]
  readonly requests: Request_[]
  readonly said: Said[]
  /** Public when the bot could look last, or at any moment since. */
  known: Set<Said>
  merges: Map<number, number>
  readonly spans: Span[]
  state: State
  standing: ReadonlyMap<Said, { readonly id: number; readonly ticket: number; readonly internal: boolean }>
  /** Whether Zammad is reached. */
  isReached: boolean
  /** Whether something was done at the desk in the midst of the last round: the bot may have looked before, or after. */
  isDisturbed: boolean
  readonly happened: string[]
  readonly findings: string[]
  /** What was looked at: mails, pages that a link opened, marked words that rightly stood there. */
  readonly counts: { mails: number; pages: number; words: number }
}

export function beginTale(house: LightHouse, seed: number): Tale {
  const tale: Tale = {
    house,
    dice: createDice(seed),
    marks: new Map(),
    people: [],
    requests: [],
    said: [],
    known: new Set(),
    merges: new Map(),
    spans: [],
    state: house.zammad(),
    standing: new Map(),
    isReached: true,
    isDisturbed: false,
    happened: [],
    findings: [],
    counts: { mails: 0, pages: 0, words: 0 },
  }
  return tale
}

export function newPerson({ people, marks, dice }: Tale): Person {
  const person: Person = { n: people.length + 1, name: '', address: '' }
  const word = (where: string): string => mark(marks, dice, { where, said: null, person })
  const named = { ...person, name: `Vera ${word('name')}`, address: `${word('address')}@visitor.example` }
  Object.assign(person, named)
  people.push(person)
  return person
}

/** Whose address it is, or was. */
export const personAt = ({ people, marks }: Tale, address: string): Person | null =>
  people.find((person) => marksIn(marks, address).some((mark) => mark.person === person)) ?? null

export const isMerged = ({ state }: Tale, ticket: number): boolean =>
  state.states.get(state.tickets.get(ticket)?.state_id ?? 0)?.state_type_id === STATE_TYPE.merged

export const groupOf = ({ state }: Tale, ticket: number): string | undefined =>
  state.groups.get(state.tickets.get(ticket)?.group_id ?? 0)?.name

export const customerOf = ({ state }: Tale, ticket: number): string =>
  state.users.get(state.tickets.get(ticket)?.customer_id ?? 0)?.email.toLowerCase() ?? ''

/** Reads what Zammad has now, after something was done there. */
export function lookAround(tale: Tale): void {
  tale.state = tale.house.zammad()
  const byKey = new Map(tale.said.map((said) => [said.key, said]))
  const standing = new Map<Said, { id: number; ticket: number; internal: boolean }>()
  for (const row of tale.state.articles.values()) {
    for (const { letters } of marksIn(tale.marks, row.body)) {
      const said = byKey.get(letters)
      if (said) standing.set(said, { id: row.id, ticket: row.ticket_id, internal: row.internal })
    }
  }
  tale.standing = standing
  for (const [said, { internal }] of standing) {
    if (internal) continue
    said.wasPublic = true
    tale.known.add(said)
  }
  for (const request of tale.requests) request.ticket = ticketOf(tale, request) ?? request.ticket
  followMerges(tale)
}

const ticketOf = ({ state }: Tale, { number }: Request_): number | undefined =>
  [...state.tickets.values()].find((ticket) => ticket.number === number)?.id

function followMerges(tale: Tale): void {
  const { merges, spans, state, house } = tale
  for (const source of merges.keys()) if (!isMerged(tale, source)) merges.delete(source)
  const open = new Set<Span>()
  for (const { ticket, addresses } of tale.requests) {
    if (ticket === null) continue
    for (const target of targetsOf(tale, ticket)) {
      // What was merged, taken out and merged again has been merged all the time: staff brought it back.
      const span =
        spans.find((one) => one.source === ticket && one.target === target) ??
        addSpan(spans, ticket, target, house.now())
      span.to = null
      const isVisitors =
        addresses.has(customerOf(tale, target)) || customerOf(tale, target) === customerOf(tale, ticket)
      span.isOpenTo ||= isVisitors || (state.tags.get(target) ?? []).includes('answer-all')
      open.add(span)
    }
  }
  for (const span of spans) if (span.to === null && !open.has(span)) span.to = house.now()
}

function addSpan(spans: Span[], source: number, target: number, from: Date): Span {
  const span: Span = { source, target, from, to: null, isOpenTo: false }
  spans.push(span)
  return span
}

/** What a ticket was merged into, and what that was merged into in turn. */
function targetsOf({ merges }: Tale, ticket: number): readonly number[] {
  const targets: number[] = []
  for (let at = merges.get(ticket); at !== undefined && !targets.includes(at); at = merges.get(at))
    targets.push(at)
  return targets
}

/** The bot has looked: what it could see to be internal is not known as public any more. */
export function botLooked(tale: Tale): void {
  const { known, standing, requests, state } = tale
  for (const said of known) {
    const at = standing.get(said)
    const isSeen = at === undefined ? said.isDeleted : at.internal && groupOf(tale, at.ticket) !== SEALED
    if (isSeen) known.delete(said)
  }
  for (const request of requests) {
    const tags = state.tags.get(request.ticket ?? 0) ?? []
    if (request.revoking === null || tags.includes('revoke-link')) continue
    for (const link of request.revoking) link.isOver = true
    request.revoking = null
  }
}
