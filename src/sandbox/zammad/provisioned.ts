import { nextId, type Core } from './model.ts'
import type { Stamped } from './rows.ts'

/** Where a front desk takes webhooks, and the secret that signs them. */
export interface WebhookTarget {
  readonly endpoint: string
  readonly secret: string
}

const WEBHOOK = 'Firstline'
const TRIGGER = 'firstline: every change'

/**
 * One webhook that carries ids alone, and one trigger that fires on every create and update. Where they are
 * there already, only the address and the secret are put right: whatever else staff changed stays.
 */
export function provision(core: Core, { endpoint, secret }: WebhookTarget): void {
  const { webhooks, triggers } = core.state
  const known = [...webhooks.values()].find(({ name }) => name === WEBHOOK)
  const webhook = known ?? {
    ...made(core, 'webhooks'),
    name: WEBHOOK,
    ssl_verify: true,
    basic_auth_username: null,
    basic_auth_password: null,
    note: null,
    customized_payload: true,
    custom_payload: '{"ticket":"#{ticket.id}"}',
    active: true,
  }
  webhooks.set(webhook.id, { ...webhook, endpoint, signature_token: secret })
  if ([...triggers.values()].some(({ name }) => name === TRIGGER)) return
  const trigger = made(core, 'triggers')
  triggers.set(trigger.id, {
    ...trigger,
    name: TRIGGER,
    // A condition on the action is accepted and never fires; one that always holds does.
    condition: { 'ticket.created_at': { operator: 'after (absolute)', value: '2000-01-01T00:00:00Z' } },
    perform: { 'notification.webhook': { webhook_id: String(webhook.id) } },
    activator: 'action',
    execution_condition_mode: 'always',
    disable_notification: true,
    active: true,
    note: null,
  })
}

function made(core: Core, table: 'webhooks' | 'triggers'): Stamped {
  const at = core.now()
  return { id: nextId(core.state, table), created_by_id: 1, updated_by_id: 1, created_at: at, updated_at: at }
}
