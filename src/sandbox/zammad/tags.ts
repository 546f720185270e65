import { broken, masked, reachTicket, type Caller } from './access.ts'
import { remember } from './history.ts'
import type { Core } from './model.ts'
import { isBlank, textOf, type Params } from './params.ts'
import type { TicketRow } from './rows.ts'
import { touch } from './saving.ts'

/** The tags of a create: one text with commas. Anything else makes Zammad stumble. */
export function readTags(core: Core, value: unknown): string[] {
  if (isBlank(value)) return []
  if (typeof value !== 'string') throw broken("undefined method 'split'")
  const tags = value
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  if (core.profile === '6.6' && tags.some((tag) => tag.includes('*')))
    throw masked('Name must not contain an asterisk')
  return tags
}

export function addTags(core: Core, ticket: TicketRow, tags: readonly string[], userId: number): void {
  const known = core.state.tags.get(ticket.id) ?? []
  const fresh = [...new Set(tags)].filter((tag) => !known.includes(tag))
  if (fresh.length === 0) return
  core.state.tags.set(ticket.id, [...known, ...fresh])
  touch(core, ticket)
  for (const tag of fresh) rememberTag(core, ticket, 'added', tag, userId)
}

export function removeTags(core: Core, ticket: TicketRow, tags: readonly string[], userId: number): void {
  const known = core.state.tags.get(ticket.id) ?? []
  const gone = known.filter((tag) => tags.includes(tag))
  if (gone.length === 0) return
  core.state.tags.set(
    ticket.id,
    known.filter((tag) => !tags.includes(tag)),
  )
  touch(core, ticket)
  for (const tag of gone) rememberTag(core, ticket, 'removed', tag, userId)
}

const rememberTag = (core: Core, ticket: TicketRow, type: string, tag: string, userId: number): void =>
  remember(core, {
    ticket_id: ticket.id,
    object: 'Ticket',
    o_id: ticket.id,
    type,
    attribute: 'tag',
    value_to: tag,
    created_by_id: userId,
  })

/** `POST /tags/add` and `DELETE /tags/remove`: no trigger hears of them. */
export function changeTags(core: Core, caller: Caller, params: Params, deed: 'add' | 'remove'): void {
  const ticket = reachTicket(core, caller, params['o_id'], 'change')
  const item = textOf(params['item']) ?? ''
  if (deed === 'remove') removeTags(core, ticket, [item.trim()], caller.user.id)
  else addTags(core, ticket, readTags(core, item), caller.user.id)
}
