/** Zammad's tables as its API names them; times are ISO 8601 in UTC with milliseconds. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** What every row carries. */
export interface Stamped {
  readonly id: number
  created_by_id: number
  updated_by_id: number
  readonly created_at: string
  updated_at: string
}

export interface UserRow extends Stamped {
  login: string
  firstname: string
  lastname: string
  email: string
  organization_id: number | null
  role_ids: readonly number[]
  /** Group id to access levels, as the API shows it. */
  group_ids: Readonly<Record<string, readonly string[]>>
  active: boolean
  login_failed: number
  phone: string
  note: string
  preferences: JsonObject
}

export interface TokenRow {
  readonly id: number
  readonly token: string
  readonly user_id: number
  readonly name: string
  readonly permissions: readonly string[]
  readonly expires_at: string | null
  last_used_at: string | null
  readonly created_at: string
}

export interface RoleRow extends Stamped {
  readonly name: string
  readonly note: string
  readonly default_at_signup: boolean
  readonly permissions: readonly string[]
  readonly permission_ids: readonly number[]
}

export interface OrganizationRow extends Stamped {
  readonly name: string
  readonly shared: boolean
}

export interface EmailAddressRow extends Stamped {
  name: string
  email: string
  readonly channel_id: number
  active: boolean
}

export interface GroupRow extends Stamped {
  name: string
  parent_id: number | null
  active: boolean
  note: string | null
  email_address_id: number | null
  signature_id: number | null
  assignment_timeout: number | null
  follow_up_possible: string
  reopen_time_in_days: number | null
  follow_up_assignment: boolean
  shared_drafts: boolean
}

export interface StateRow extends Stamped {
  readonly name: string
  readonly state_type_id: number
  readonly next_state_id: number | null
  readonly ignore_escalation: boolean
  readonly default_create: boolean
  readonly default_follow_up: boolean
  readonly active: boolean
}

export interface PriorityRow extends Stamped {
  readonly name: string
  readonly default_create: boolean
  readonly ui_icon: string | null
  readonly ui_color: string | null
}

export interface TicketRow extends Stamped {
  group_id: number
  priority_id: number
  state_id: number
  organization_id: number | null
  readonly number: string
  title: string
  owner_id: number
  customer_id: number
  note: string | null
  first_response_at: string | null
  first_response_escalation_at: string | null
  first_response_in_min: number | null
  first_response_diff_in_min: number | null
  close_at: string | null
  last_close_at: string | null
  last_contact_at: string | null
  last_contact_agent_at: string | null
  last_contact_customer_at: string | null
  last_owner_update_at: string | null
  create_article_type_id: number | null
  create_article_sender_id: number | null
  article_count: number | null
  escalation_at: string | null
  pending_time: string | null
  preferences: JsonObject
}

export interface ArticleRow extends Stamped {
  ticket_id: number
  readonly type_id: number
  readonly sender_id: number
  readonly from: string | null
  readonly to: string | null
  readonly cc: string | null
  readonly subject: string | null
  readonly reply_to: string | null
  readonly message_id: string | null
  readonly message_id_md5: string | null
  readonly in_reply_to: string | null
  readonly content_type: string
  readonly body: string
  internal: boolean
  preferences: JsonObject
  readonly origin_by_id: number | null
}

export interface FileRow {
  readonly id: number
  readonly article_id: number
  readonly filename: string
  readonly size: number
  readonly preferences: JsonObject
  readonly base64: string
}

export interface LinkRow {
  readonly id: number
  readonly type: 'normal' | 'parent' | 'child'
  source: number
  target: number
  readonly created_at: string
  readonly updated_at: string
}

export interface HistoryRow {
  readonly id: number
  readonly ticket_id: number
  readonly object: 'Ticket' | 'Ticket::Article'
  readonly o_id: number
  readonly type: string
  readonly attribute: string | null
  readonly id_from: number | null
  readonly id_to: number | null
  readonly value_from: string | null
  readonly value_to: string | null
  readonly created_by_id: number
  readonly created_at: string
}

export interface TriggerRow extends Stamped {
  name: string
  condition: JsonObject
  perform: JsonObject
  activator: string
  execution_condition_mode: string
  disable_notification: boolean
  active: boolean
  note: string | null
}

export interface WebhookRow extends Stamped {
  name: string
  endpoint: string
  signature_token: string | null
  ssl_verify: boolean
  basic_auth_username: string | null
  basic_auth_password: string | null
  note: string | null
  customized_payload: boolean
  custom_payload: string | null
  active: boolean
}

export interface CalendarRow extends Stamped {
  name: string
  timezone: string
  business_hours: JsonObject
  public_holidays: JsonObject
  ical_url: string | null
  default: boolean
}

export interface SlaRow extends Stamped {
  name: string
  calendar_id: number
  first_response_time: number | null
  response_time: number | null
  update_time: number | null
  solution_time: number | null
  condition: JsonObject
}

/** One webhook delivery that is still to be tried. */
export interface HookJob {
  readonly kind: 'hook'
  readonly id: number
  readonly delivery: string
  readonly trigger_id: number
  readonly trigger_name: string
  readonly webhook_id: number
  readonly ticket_id: number
  readonly article_id: number | null
  attempts: number
  due_at: string
  first_tried_at: string | null
}

/** One email article that is still to be sent. */
export interface MailJob {
  readonly kind: 'mail'
  readonly id: number
  readonly article_id: number
  attempts: number
  due_at: string
}

export type JobRow = HookJob | MailJob

export interface HookLogRow {
  readonly id: number
  readonly url: string
  readonly status: string
  readonly request: string
  readonly response: string
  readonly created_at: string
}

export const ARTICLE_TYPES = [
  'email',
  'sms',
  'chat',
  'fax',
  'phone',
  'twitter status',
  'twitter direct-message',
  'facebook feed post',
  'facebook feed comment',
  'note',
  'web',
  'telegram personal-message',
  'facebook feed note',
  'whatsapp message',
] as const

export const SENDERS = ['Agent', 'Customer', 'System'] as const
export const AGENT = 1
export const CUSTOMER = 2
export const SYSTEM = 3

export const EMAIL = 1
export const SMS = 2
export const PHONE = 5
export const NOTE = 10
export const WEB = 11

/** State types by id, as `state_type_id` holds them. */
export const STATE_TYPE = {
  new: 1,
  open: 2,
  pendingReminder: 3,
  pendingAction: 4,
  closed: 5,
  merged: 6,
} as const

/** The user `-`: what Zammad does by itself, and the owner of what nobody owns. */
export const NOBODY = 1

export const articleType = (id: number | null): string | null =>
  id === null ? null : (ARTICLE_TYPES[id - 1] ?? null)
export const senderName = (id: number | null): string | null =>
  id === null ? null : (SENDERS[id - 1] ?? null)
