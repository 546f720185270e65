import { nextId, type Core } from './model.ts'
import type { Shown } from './rendering.ts'
import type { HistoryRow, TicketRow } from './rows.ts'

/** Columns whose changes are written down, with the name that they go by there. */
const KEPT = {
  title: 'title',
  group_id: 'group',
  priority_id: 'priority',
  state_id: 'state',
  owner_id: 'owner',
  customer_id: 'customer',
  organization_id: 'organization',
  note: 'note',
  first_response_at: 'first_response_at',
  first_response_escalation_at: 'first_response_escalation_at',
  first_response_in_min: 'first_response_in_min',
  first_response_diff_in_min: 'first_response_diff_in_min',
  close_at: 'close_at',
  last_close_at: 'last_close_at',
  last_contact_at: 'last_contact_at',
  last_contact_agent_at: 'last_contact_agent_at',
  last_contact_customer_at: 'last_contact_customer_at',
  last_owner_update_at: 'last_owner_update_at',
  escalation_at: 'escalation_at',
  pending_time: 'pending_time',
} as const satisfies Partial<Record<keyof TicketRow, string>>

/** Rails' way to write a time as text. */
export const plainTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`

type Entry = Pick<HistoryRow, 'ticket_id' | 'object' | 'o_id' | 'type' | 'created_by_id'> &
  Partial<HistoryRow>

/** Writes one line into a ticket's history. */
export function remember(core: Core, entry: Entry): void {
  const row = {
    attribute: null,
    id_from: null,
    id_to: null,
    value_from: null,
    value_to: null,
    ...entry,
    id: nextId(core.state, 'history'),
    created_at: core.now(),
  }
  core.state.history.set(row.id, row)
}

/** Writes down what a save changed, column by column. */
export function rememberChanges(core: Core, before: TicketRow, after: TicketRow, userId: number): void {
  for (const [column, attribute] of Object.entries(KEPT)) {
    const key = column as keyof typeof KEPT
    const [from, to] = [before[key], after[key]]
    if (from === to) continue
    const ids = key.endsWith('_id')
    remember(core, {
      ticket_id: after.id,
      object: 'Ticket',
      o_id: after.id,
      type: 'updated',
      attribute,
      id_from: ids ? Number(from ?? 0) : null,
      id_to: ids ? Number(to ?? 0) : null,
      value_from: spell(core, key, from),
      value_to: spell(core, key, to),
      created_by_id: userId,
    })
  }
}

function spell(core: Core, key: keyof typeof KEPT, value: string | number | null): string {
  const { state } = core
  if (value === null) return ''
  if (typeof value === 'string')
    return key.endsWith('_at') || key === 'pending_time' ? plainTime(value) : value
  if (key === 'group_id') return state.groups.get(value)?.name ?? ''
  if (key === 'priority_id') return state.priorities.get(value)?.name ?? ''
  if (key === 'state_id') return state.states.get(value)?.name ?? ''
  if (key === 'organization_id') return state.organizations.get(value)?.name ?? ''
  if (key === 'owner_id' || key === 'customer_id') {
    const user = state.users.get(value)
    return user ? `${user.firstname} ${user.lastname}`.trim() : ''
  }
  return String(value)
}

export const historyOf = (core: Core, ticketId: number): HistoryRow[] =>
  [...core.state.history.values()].filter((row) => row.ticket_id === ticketId)

/** One line of a history answer; which fields it has depends on what happened. */
export function historyLine(row: HistoryRow): Shown {
  const article = row.object === 'Ticket::Article'
  const updated = row.attribute !== null
  return {
    id: row.id,
    ...(updated ? {} : { history_attribute_id: null }),
    sourceable_type: null,
    sourceable_id: null,
    sourceable_name: null,
    o_id: row.o_id,
    ...(article ? { related_o_id: row.ticket_id } : { related_history_object_id: null }),
    ...(row.id_from === null ? {} : { id_to: row.id_to, id_from: row.id_from }),
    ...(updated || row.value_to !== null ? { value_from: row.value_from, value_to: row.value_to } : {}),
    created_by_id: row.created_by_id,
    created_at: row.created_at,
    object: row.object,
    type: row.type,
    ...(updated ? { attribute: row.attribute } : {}),
    ...(article ? { related_object: 'Ticket' } : {}),
  }
}
