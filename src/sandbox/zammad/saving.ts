import { rememberChanges } from './history.ts'
import type { Core, TicketEvent } from './model.ts'
import { NOBODY, STATE_TYPE, type TicketRow } from './rows.ts'

export const stateType = (core: Core, stateId: number): number =>
  core.state.states.get(stateId)?.state_type_id ?? 0

const isWorkedOn = (core: Core, stateId: number): boolean =>
  [STATE_TYPE.new, STATE_TYPE.open].some((type) => type === stateType(core, stateId))

const isPending = (core: Core, stateId: number): boolean =>
  [STATE_TYPE.pendingReminder, STATE_TYPE.pendingAction].some((type) => type === stateType(core, stateId))

/** Notes what a request did to a ticket; several deeds of one request are one event. */
export function note(core: Core, event: TicketEvent): void {
  const at = core.events.findIndex((known) => known.ticketId === event.ticketId)
  const known = core.events[at]
  if (!known) {
    core.events.push(event)
    return
  }
  core.events[at] = {
    ...known,
    type: event.type === 'update' ? known.type : event.type,
    articleId: event.articleId ?? known.articleId,
    changed: new Set([...known.changed, ...event.changed]),
  }
}

/**
 * Writes changes into a ticket with all that follows from them: times of closing and of the owner's
 * last word, the pending time, the history. Answers the columns that changed.
 */
export function saveTicket(
  core: Core,
  ticket: TicketRow,
  changes: Partial<TicketRow>,
  userId: number,
): ReadonlySet<string> {
  const before = { ...ticket }
  Object.assign(ticket, changes)
  follow(core, before, ticket)
  const changed = new Set(
    Object.keys(ticket).filter(
      (key) => JSON.stringify(Reflect.get(before, key)) !== JSON.stringify(Reflect.get(ticket, key)),
    ),
  )
  if (changed.size === 0) return changed
  ticket.updated_by_id = userId
  ticket.updated_at = core.now()
  rememberChanges(core, before, ticket, userId)
  return changed
}

function follow(core: Core, before: TicketRow, ticket: TicketRow): void {
  const now = core.now()
  const worked = isWorkedOn(core, ticket.state_id)
  if (before.state_id !== ticket.state_id) {
    ticket.last_owner_update_at = worked ? now : null
    if (stateType(core, ticket.state_id) === STATE_TYPE.closed) {
      ticket.close_at ??= now
      ticket.last_close_at = now
    }
  }
  const answered = before.last_contact_agent_at !== ticket.last_contact_agent_at
  if (answered && worked) ticket.last_owner_update_at = now
  if (before.owner_id !== ticket.owner_id)
    ticket.last_owner_update_at = ticket.owner_id === NOBODY ? null : now
  if (before.group_id !== ticket.group_id) ticket.last_owner_update_at = null
  if (!isPending(core, ticket.state_id)) ticket.pending_time = null
}

/** Moves a ticket's time of change without a change: articles, tags and links do so. */
export function touch(core: Core, ticket: TicketRow | undefined): void {
  if (ticket) ticket.updated_at = core.now()
}
