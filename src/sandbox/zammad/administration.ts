import { demand, notFound, unprocessable, type Caller } from './access.ts'
import { isUsable } from './conditions.ts'
import { stamp, type Core } from './model.ts'
import { column, flag, isBlank, isObject, jsonObject, textOf, type Params } from './params.ts'
import { groupObject, type Shown } from './rendering.ts'
import type { CalendarRow, EmailAddressRow, GroupRow, SlaRow, TriggerRow, WebhookRow } from './rows.ts'

const taken = (core: Core): Error =>
  unprocessable(core.profile === '6.2' ? 'This object already exists.' : 'Name has already been taken')

function checkName<Row extends { id: number; name: string }>(
  core: Core,
  rows: ReadonlyMap<number, Row>,
  name: string,
  except: number,
): void {
  if (name.trim() === '') throw unprocessable("Name can't be blank")
  const low = name.toLowerCase()
  for (const row of rows.values()) if (row.id !== except && row.name.toLowerCase() === low) throw taken(core)
}

const numberOrNull = (value: unknown): number | null => (isBlank(value) ? null : Number(value))
const or = <Value>(params: Params, key: string, read: (value: unknown) => Value, kept: Value): Value =>
  key in params ? read(params[key]) : kept
const text = (value: unknown): string | null => column(value, 3000)

/** One kind of thing that administrators keep by API. */
export interface Resource<Row extends { id: number; updated_by_id: number; updated_at: string }> {
  readonly permission: string
  readonly table: 'groups' | 'triggers' | 'webhooks' | 'calendars' | 'slas' | 'addresses'
  readonly rows: (core: Core) => Map<number, Row>
  readonly what: string
  /** The row after a request, checked; throws 422. */
  readonly read: (core: Core, kept: Row | null, id: number, params: Params) => object
  readonly show: (core: Core, row: Row) => Shown
  /** Throws 422 where other things still point here. */
  readonly release: (core: Core, row: Row) => void
}

/** Makes a row. */
export function create<Row extends { id: number; updated_by_id: number; updated_at: string }>(
  core: Core,
  caller: Caller,
  resource: Resource<Row>,
  params: Params,
): Shown {
  demand(core, caller, resource.permission)
  const columns = resource.read(core, null, 0, params)
  const row = { ...stamp(core, resource.table, caller.user.id), ...columns }
  return keep(core, resource, row)
}

/** Changes what a request names of a row. */
export function update<Row extends { id: number; updated_by_id: number; updated_at: string }>(
  core: Core,
  caller: Caller,
  resource: Resource<Row>,
  id: number,
  params: Params,
): Shown {
  demand(core, caller, resource.permission)
  const kept = find(core, resource, id)
  const columns = resource.read(core, kept, id, params)
  return keep(core, resource, { ...kept, ...columns, updated_by_id: caller.user.id, updated_at: core.now() })
}

function keep<Row extends { id: number; updated_by_id: number; updated_at: string }>(
  core: Core,
  resource: Resource<Row>,
  row: object & { id: number },
): Shown {
  // A stamp and a resource's own columns make a whole row.
  const whole = row as Row
  resource.rows(core).set(whole.id, whole)
  return resource.show(core, whole)
}

export function find<Row extends { id: number; updated_by_id: number; updated_at: string }>(
  core: Core,
  resource: Resource<Row>,
  id: number,
): Row {
  const row = resource.rows(core).get(id)
  if (!row) throw notFound(resource.what, id)
  return row
}

export function destroy<Row extends { id: number; updated_by_id: number; updated_at: string }>(
  core: Core,
  caller: Caller,
  resource: Resource<Row>,
  id: number,
): void {
  demand(core, caller, resource.permission)
  const row = find(core, resource, id)
  resource.release(core, row)
  resource.rows(core).delete(id)
}

const free = (): void => undefined

export const GROUPS: Resource<GroupRow> = {
  permission: 'admin.group',
  table: 'groups',
  what: 'Group',
  rows: (core) => core.state.groups,
  read: (core, kept, id, params) => {
    const name = or(params, 'name', (value) => column(value, 160) ?? '', kept?.name ?? '')
    checkName(core, core.state.groups, name, id)
    return {
      name,
      parent_id: parentOf(core, name),
      active: or(params, 'active', flag, kept?.active ?? true),
      note: or(params, 'note', (value) => column(value, 250), kept?.note ?? null),
      email_address_id: or(params, 'email_address_id', numberOrNull, kept?.email_address_id ?? null),
      signature_id: or(params, 'signature_id', numberOrNull, kept?.signature_id ?? null),
      assignment_timeout: or(params, 'assignment_timeout', numberOrNull, kept?.assignment_timeout ?? null),
      follow_up_possible: or(params, 'follow_up_possible', String, kept?.follow_up_possible ?? 'yes'),
      reopen_time_in_days: or(params, 'reopen_time_in_days', numberOrNull, kept?.reopen_time_in_days ?? null),
      follow_up_assignment: or(params, 'follow_up_assignment', flag, kept?.follow_up_assignment ?? true),
      shared_drafts: or(params, 'shared_drafts', flag, kept?.shared_drafts ?? true),
    }
  },
  show: groupObject,
  release: (core, group) => {
    const used = [...core.state.tickets.values()].some((ticket) => ticket.group_id === group.id)
    if (used) throw unprocessable("Can't delete, object has references.")
  },
}

function parentOf(core: Core, name: string): number | null {
  const path = name.split('::').slice(0, -1).join('::')
  if (path === '') return null
  const parent = [...core.state.groups.values()].find((group) => group.name === path)
  if (!parent) throw unprocessable('Name contains invalid path')
  return parent.id
}

export const ADDRESSES: Resource<EmailAddressRow> = {
  permission: 'admin.channel_email',
  table: 'addresses',
  what: 'EmailAddress',
  rows: (core) => core.state.addresses,
  read: (_core, kept, _id, params) => ({
    name: or(params, 'name', String, kept?.name ?? ''),
    email: or(params, 'email', String, kept?.email ?? ''),
    channel_id: kept?.channel_id ?? 3,
    active: or(params, 'active', flag, kept?.active ?? true),
  }),
  show: (_core, row) => ({ ...row, note: null, preferences: null }),
  release: free,
}

export const WEBHOOKS: Resource<WebhookRow> = {
  permission: 'admin.webhook',
  table: 'webhooks',
  what: 'Webhook',
  rows: (core) => core.state.webhooks,
  read: (_core, kept, _id, params) => {
    const endpoint = or(params, 'endpoint', (value) => column(value, 2000) ?? '', kept?.endpoint ?? '')
    if (!/^https?:$/.test(protocolOf(endpoint)))
      throw unprocessable('Endpoint The provided endpoint is invalid.')
    const customized = or(params, 'customized_payload', flag, kept?.customized_payload ?? false)
    const custom_payload = or(params, 'custom_payload', text, kept?.custom_payload ?? null)
    if (customized && !isJson(custom_payload))
      throw unprocessable('Custom payload The provided payload is invalid. Please check your syntax.')
    return {
      name: or(params, 'name', (value) => column(value, 250) ?? '', kept?.name ?? ''),
      endpoint,
      signature_token: or(params, 'signature_token', text, kept?.signature_token ?? null),
      ssl_verify: or(params, 'ssl_verify', flag, kept?.ssl_verify ?? true),
      basic_auth_username: or(params, 'basic_auth_username', text, kept?.basic_auth_username ?? null),
      basic_auth_password: or(params, 'basic_auth_password', text, kept?.basic_auth_password ?? null),
      note: or(params, 'note', (value) => column(value, 500), kept?.note ?? null),
      customized_payload: customized,
      custom_payload: customized ? custom_payload : null,
      active: or(params, 'active', flag, kept?.active ?? true),
    }
  },
  show: (_core, row) => ({ ...row, pre_defined_webhook_type: null, preferences: {} }),
  release: (core, webhook) => {
    const users = [...core.state.triggers.values()].filter((trigger) => hookOf(trigger) === webhook.id)
    if (users.length === 0) return
    const names = users.map((trigger) => `${trigger.name} (#${trigger.id})`).join(', ')
    throw unprocessable(`Cannot delete! This webhook is referenced by Trigger: ${names}`)
  },
}

function hookOf(trigger: TriggerRow): number | null {
  const spec = trigger.perform['notification.webhook']
  return isObject(spec) ? Number(spec['webhook_id']) : null
}

function protocolOf(endpoint: string): string {
  try {
    return new URL(endpoint).protocol
  } catch {
    return ''
  }
}

function isJson(value: string | null): boolean {
  try {
    JSON.parse(value ?? '')
    return true
  } catch {
    return false
  }
}

export const TRIGGERS: Resource<TriggerRow> = {
  permission: 'admin.trigger',
  table: 'triggers',
  what: 'Trigger',
  rows: (core) => core.state.triggers,
  read: (core, kept, id, params) => {
    const name = or(params, 'name', (value) => column(value, 250) ?? '', kept?.name ?? '')
    const condition = or(params, 'condition', jsonObject, kept?.condition ?? {})
    const perform = or(params, 'perform', jsonObject, kept?.perform ?? {})
    checkPerform(perform)
    const bare = Object.keys(condition).length === 0
    if (!bare && !isUsable(condition)) throw unprocessable('Invalid object selector conditions')
    checkName(core, core.state.triggers, name, id)
    if (bare) throw unprocessable('Attribute \'condition" of relation "triggers\' required!')
    return {
      name,
      condition,
      perform,
      activator: or(params, 'activator', String, kept?.activator ?? 'action'),
      execution_condition_mode: or(
        params,
        'execution_condition_mode',
        String,
        kept?.execution_condition_mode ?? 'selective',
      ),
      disable_notification: or(params, 'disable_notification', flag, kept?.disable_notification ?? true),
      active: or(params, 'active', flag, kept?.active ?? true),
      note: or(params, 'note', (value) => column(value, 250), kept?.note ?? null),
    }
  },
  show: (core, row) => ({
    ...row,
    ...(core.profile === '6.6' ? { localization: null, timezone: null } : {}),
  }),
  release: free,
}

function checkPerform(perform: Params): void {
  const required: Readonly<Record<string, readonly string[]>> = {
    'notification.webhook': ['webhook_id'],
    'notification.email': ['recipient', 'subject', 'body'],
  }
  for (const [action, keys] of Object.entries(required)) {
    const spec = perform[action]
    for (const key of isObject(spec) ? keys : [])
      if (isObject(spec) && isBlank(spec[key]))
        throw unprocessable(`The required 'perform' value for ${action}, ${key} is missing!`)
  }
}

export const CALENDARS: Resource<CalendarRow> = {
  permission: 'admin.calendar',
  table: 'calendars',
  what: 'Calendar',
  rows: (core) => core.state.calendars,
  read: (core, kept, id, params) => {
    const name = or(params, 'name', (value) => column(value, 250) ?? '', kept?.name ?? '')
    const business_hours = or(params, 'business_hours', jsonObject, kept?.business_hours ?? {})
    const open = Object.values(business_hours).some((day) => isObject(day) && day['active'] === true)
    if (!open) throw unprocessable('There are no business hours configured.')
    checkName(core, core.state.calendars, name, id)
    return {
      name,
      timezone: or(params, 'timezone', String, kept?.timezone ?? 'UTC'),
      business_hours,
      public_holidays: or(params, 'public_holidays', jsonObject, kept?.public_holidays ?? {}),
      ical_url: or(params, 'ical_url', textOf, kept?.ical_url ?? null),
      default: or(params, 'default', flag, kept?.default ?? false),
    }
  },
  show: (_core, row) => ({ ...row, last_log: null, last_sync: row.created_at }),
  release: (core, calendar) => {
    const used = [...core.state.slas.values()].some((sla) => sla.calendar_id === calendar.id)
    if (used) throw unprocessable("Can't delete, object has references.")
  },
}

export const SLAS: Resource<SlaRow> = {
  permission: 'admin.sla',
  table: 'slas',
  what: 'Sla',
  rows: (core) => core.state.slas,
  read: (core, kept, id, params) => {
    const name = or(params, 'name', (value) => column(value, 150) ?? '', kept?.name ?? '')
    const calendar_id = or(params, 'calendar_id', Number, kept?.calendar_id ?? 0)
    const condition = or(params, 'condition', jsonObject, kept?.condition ?? {})
    const row = {
      name,
      calendar_id,
      condition,
      first_response_time: or(params, 'first_response_time', numberOrNull, kept?.first_response_time ?? null),
      response_time: or(params, 'response_time', numberOrNull, kept?.response_time ?? null),
      update_time: or(params, 'update_time', numberOrNull, kept?.update_time ?? null),
      solution_time: or(params, 'solution_time', numberOrNull, kept?.solution_time ?? null),
    }
    if (row.response_time !== null && row.update_time !== null)
      throw unprocessable('Cannot have both response time and update time.')
    if (Object.keys(condition).length > 0 && !isUsable(condition))
      throw unprocessable('Invalid object selector conditions')
    if (!core.state.calendars.has(calendar_id)) throw unprocessable('Calendar must exist')
    checkName(core, core.state.slas, name, id)
    return row
  },
  show: (_core, row) => ({ ...row, data: {} }),
  release: free,
}
