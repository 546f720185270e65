import { notAuthorized, notFound, reachTicket, ticketAccess, unprocessable, type Caller } from './access.ts'
import { ticketAssets } from './assets.ts'
import { nextId, type Core } from './model.ts'
import { isBlank, isObject, textOf, type Params } from './params.ts'
import type { Shown } from './rendering.ts'
import type { LinkRow, TicketRow } from './rows.ts'
import { touch } from './saving.ts'

type LinkType = LinkRow['type']

const TYPES: Readonly<Record<LinkType, number>> = { normal: 1, parent: 2, child: 3 }
const REVERSED: Readonly<Record<LinkType, LinkType>> = { normal: 'normal', parent: 'child', child: 'parent' }

const isType = (text: string): text is LinkType => text in TYPES

/** A link to be made with a new ticket. */
export interface NewLink {
  readonly type: LinkType
  readonly ticketId: number
}

/** The links of a create: `{"Ticket":{"parent":[1]}}`. Throws 422 on another shape. */
export function readLinks(value: unknown): NewLink[] {
  if (isBlank(value)) return []
  if (!isObject(value)) throw unprocessable('Invalid link structure (Top)')
  return Object.values(value).flatMap((byType) => {
    if (!isObject(byType)) throw unprocessable('Invalid link structure (Object)')
    return Object.entries(byType).flatMap(([type, ids]) => {
      if (!isType(type) || !Array.isArray(ids)) throw unprocessable('Invalid link structure (Link type)')
      return ids.map((id) => ({ type, ticketId: Number(id) }))
    })
  })
}

function addLink(core: Core, type: LinkType, source: TicketRow, target: TicketRow): LinkRow {
  const same = [...core.state.links.values()].find(
    (link) => link.type === type && link.source === source.id && link.target === target.id,
  )
  if (same) return same
  const now = core.now()
  const id = nextId(core.state, 'links')
  const link: LinkRow = { id, type, source: source.id, target: target.id, created_at: now, updated_at: now }
  core.state.links.set(id, link)
  touch(core, source)
  touch(core, target)
  return link
}

/** Links a new ticket; the old one is the source, so from it the type reads as it was written. */
export function addLinks(core: Core, ticket: TicketRow, links: readonly NewLink[]): void {
  for (const { type, ticketId } of links) {
    const source = core.state.tickets.get(ticketId)
    if (source) addLink(core, type, source, ticket)
  }
}

/** After a merge the source names the target its parent, and its other links are the target's. */
export function mergeLinks(core: Core, source: TicketRow, target: TicketRow): void {
  for (const link of core.state.links.values()) {
    const between = [link.source, link.target].includes(target.id)
    if (between) continue
    if (link.source === source.id) link.source = target.id
    if (link.target === source.id) link.target = target.id
  }
  addLink(core, 'parent', source, target)
}

/** A ticket's links as seen from it. */
export const linksOf = (core: Core, ticketId: number): Shown[] =>
  [...core.state.links.values()].flatMap((link) => {
    const other = link.source === ticketId ? link.target : link.target === ticketId ? link.source : null
    if (other === null) return []
    const link_type = link.source === ticketId ? link.type : REVERSED[link.type]
    return [{ link_type, link_object: 'Ticket', link_object_value: other }]
  })

/** `GET /links` with the tickets at the other ends. */
export function listLinks(core: Core, caller: Caller, params: Params): Shown {
  const ticket = reachTicket(core, caller, params['link_object_value'], 'read')
  const links = linksOf(core, ticket.id)
  const others = links.flatMap((link) => core.state.tickets.get(Number(link['link_object_value'])) ?? [])
  return { links, assets: links.length === 0 ? {} : ticketAssets(core, others) }
}

function endsOf(core: Core, caller: Caller, params: Params): { source: TicketRow; target: TicketRow } {
  const number = textOf(params['link_object_source_number'])
  const source = [...core.state.tickets.values()].find((ticket) => ticket.number === number)
  if (!source) throw notFound('Ticket', number)
  if (!ticketAccess(core, caller, source, 'read')) throw notAuthorized()
  return { source, target: reachTicket(core, caller, params['link_object_target_value'], 'change') }
}

/** `POST /links/add`: the target by id, the source by number. */
export function createLink(core: Core, caller: Caller, params: Params): Shown {
  const type = textOf(params['link_type']) ?? 'normal'
  if (!isType(type)) throw unprocessable(`The link type '${type}' does not exist.`)
  const { source, target } = endsOf(core, caller, params)
  const link = addLink(core, type, source, target)
  return {
    id: link.id,
    link_type_id: TYPES[type],
    link_object_source_id: 1,
    link_object_source_value: link.source,
    link_object_target_id: 1,
    link_object_target_value: link.target,
    created_at: link.created_at,
    updated_at: link.updated_at,
  }
}

/** `DELETE /links/remove`, in whichever direction the link was made. */
export function deleteLink(core: Core, caller: Caller, params: Params): void {
  const one = reachTicket(core, caller, params['link_object_target_value'], 'change')
  const other = Number(params['link_object_source_value'])
  for (const [id, link] of core.state.links) {
    const ends = [link.source, link.target]
    if (ends.includes(one.id) && ends.includes(other)) core.state.links.delete(id)
  }
  touch(core, one)
  touch(core, core.state.tickets.get(other))
}
