import type { State } from './model.ts'
import { CUSTOMER, NOBODY, PHONE, type JsonObject, type Stamped } from './rows.ts'

export type Made = (table: 'users' | 'roles' | 'groups' | 'states' | keyof State['sequences']) => Stamped

export function addRoles(state: State, made: Made): void {
  const roles = [
    ['Admin', 'To configure your system.', ['admin', 'user_preferences', 'report'], [2, 60, 62, 66]],
    [
      'Agent',
      'To work on Tickets.',
      ['ticket.agent', 'chat.agent', 'cti.agent', 'user_preferences'],
      [56, 58, 61, 64, 66],
    ],
    [
      'Customer',
      'People who create Tickets ask for help.',
      ['ticket.customer', 'user_preferences.password', 'user_preferences.access_token'],
      [65, 67, 68, 69, 71, 72, 75],
    ],
  ] as const
  for (const [name, note, permissions, permission_ids] of roles) {
    const row = { ...made('roles'), name, note, default_at_signup: name === 'Customer' }
    state.roles.set(row.id, { ...row, permissions, permission_ids })
  }
}

export function addStates(state: State, made: Made): void {
  // Zammad 6.2 was seen with `removed` in sixth place; a newer one counts without it.
  const states = [
    ['new', 1, false],
    ['open', 2, false],
    ['pending reminder', 3, true],
    ['closed', 5, true],
    ['merged', 6, true],
    ['removed', 7, true],
    ['pending close', 4, true],
  ] as const
  for (const [name, state_type_id, ignore_escalation] of states) {
    const row = {
      ...made('states'),
      name,
      state_type_id,
      ignore_escalation,
      next_state_id: name === 'pending close' ? 4 : null,
      default_create: name === 'new',
      default_follow_up: name === 'open',
      active: name !== 'removed',
    }
    state.states.set(row.id, row)
  }
  const priorities = [
    ['1 low', 'low-priority', 'low-priority'],
    ['2 normal', null, null],
    ['3 high', 'important', 'high-priority'],
  ] as const
  for (const [name, ui_icon, ui_color] of priorities) {
    const row = { ...made('priorities'), name, ui_icon, ui_color, default_create: name === '2 normal' }
    state.priorities.set(row.id, row)
  }
}

/** Zammad 6.6 has no state `removed`, so `pending close` is its sixth. */
export function dropRemovedState(state: State): void {
  const pendingClose = state.states.get(7)
  if (!pendingClose) return
  state.states.delete(7)
  state.states.set(6, { ...pendingClose, id: 6 })
  state.sequences.states = 6
}

const criteria = (owned_by_nobody: boolean, subscribed: boolean): JsonObject => ({
  criteria: { owned_by_me: true, owned_by_nobody, subscribed, no: false },
  channel: { email: true, online: true },
})

/** What agents are told of by mail and on screen unless they choose otherwise. */
export const NOTIFICATIONS: JsonObject = {
  notification_config: {
    matrix: {
      create: criteria(true, true),
      update: criteria(true, true),
      reminder_reached: criteria(false, false),
      escalation: criteria(false, false),
    },
  },
}

export function addStockTriggers(state: State, made: Made): void {
  const customersMail: JsonObject = {
    'article.sender_id': { operator: 'is', value: 2 },
    'article.type_id': { operator: 'is', value: [1, 5, 11] },
  }
  const stock: readonly [string, boolean, JsonObject, string, string, string][] = [
    [
      'auto reply (on new tickets)',
      true,
      {
        'ticket.action': { operator: 'is', value: 'create' },
        'ticket.state_id': { operator: 'is not', value: 4 },
        ...customersMail,
      },
      'article_last_sender',
      'Thanks for your inquiry (#{ticket.title})',
      '<div>Your request <b>(#{config.ticket_hook}#{ticket.number})</b> has been received and will be reviewed by our support staff.</div>',
    ],
    [
      'auto reply (on follow-up of tickets)',
      false,
      { 'ticket.action': { operator: 'is', value: 'update' }, ...customersMail },
      'article_last_sender',
      'Thanks for your follow-up (#{ticket.title})',
      '<div>Your follow-up for <b>(#{config.ticket_hook}#{ticket.number})</b> has been received and will be reviewed by our support staff.</div>',
    ],
    [
      'customer notification (on owner change)',
      false,
      {
        'ticket.owner_id': {
          operator: 'has changed',
          pre_condition: 'current_user.id',
          value: '',
          value_completion: '',
        },
      },
      'ticket_customer',
      'Owner has changed (#{ticket.title})',
      '<div>The owner of ticket <b>(#{config.ticket_hook}#{ticket.number})</b> has changed.</div>',
    ],
  ]
  for (const [name, active, condition, recipient, subject, body] of stock) {
    const row = made('triggers')
    state.triggers.set(row.id, {
      ...row,
      name,
      active,
      condition,
      perform: { 'notification.email': { body, recipient, subject } },
      activator: 'action',
      execution_condition_mode: 'selective',
      disable_notification: true,
      note: null,
    })
  }
}

/** The ticket that every new Zammad greets with. */
export function addWelcome(state: State, made: Made): void {
  state.counter = 1
  const nicole = { ...made('tickets'), created_by_id: 2, updated_by_id: 2 }
  const at = nicole.created_at
  state.tickets.set(nicole.id, {
    ...nicole,
    group_id: 1,
    priority_id: 2,
    state_id: 1,
    organization_id: 1,
    number: `${state.systemId}001`,
    title: 'Welcome to Zammad!',
    owner_id: NOBODY,
    customer_id: 2,
    note: null,
    first_response_at: null,
    first_response_escalation_at: null,
    first_response_in_min: null,
    first_response_diff_in_min: null,
    close_at: null,
    last_close_at: null,
    last_contact_at: at,
    last_contact_agent_at: null,
    last_contact_customer_at: at,
    last_owner_update_at: null,
    create_article_type_id: PHONE,
    create_article_sender_id: CUSTOMER,
    article_count: 1,
    escalation_at: null,
    pending_time: null,
    preferences: {},
  })
  const article = { ...made('articles'), created_by_id: 2, updated_by_id: 2 }
  state.articles.set(article.id, {
    ...article,
    ticket_id: nicole.id,
    type_id: PHONE,
    sender_id: CUSTOMER,
    from: 'Zammad Feedback <feedback@zammad.org>',
    to: null,
    cc: null,
    subject: null,
    reply_to: null,
    message_id: null,
    message_id_md5: null,
    in_reply_to: null,
    content_type: 'text/plain',
    body: 'Welcome!\n\nThank you for choosing Zammad.',
    internal: false,
    preferences: {},
    origin_by_id: null,
  })
}
