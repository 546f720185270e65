import { addressIn, addressOf } from './article-draft.ts'
import { mailbox, storeArticle } from './articles.ts'
import { columnsIn } from './conditions.ts'
import { escalate } from './escalation.ts'
import { later, nextId, uuid, type Core, type TicketEvent } from './model.ts'
import { isObject, textOf, type Params } from './params.ts'
import { EMAIL, NOBODY, SYSTEM, type TicketRow, type TriggerRow } from './rows.ts'
import { saveTicket } from './saving.ts'
import { matches } from './search.ts'
import { addTags, removeTags } from './tags.ts'
import { isAddress } from './users.ts'
import { fillIn } from './variables.ts'

/**
 * Lets the triggers hear what the request at hand did, and reckons escalations anew. Each reckoning
 * that saves something is an update of its own, as in Zammad: one create may fire twice.
 */
export function settleEvents(core: Core): void {
  const events = core.events.splice(0)
  for (const event of events) {
    const ticket = core.state.tickets.get(event.ticketId)
    if (!ticket) continue
    const customer = core.state.users.get(ticket.customer_id)
    if (customer) customer.updated_at = core.now()
    runTriggers(core, ticket, event)
    if (escalate(core, ticket, event.userId))
      runTriggers(core, ticket, {
        ...event,
        type: 'update',
        articleId: null,
        changed: new Set(['escalation_at']),
      })
  }
  // What triggers changed starts no other triggers.
  core.events.length = 0
}

function runTriggers(core: Core, ticket: TicketRow, event: TicketEvent): void {
  const triggers = [...core.state.triggers.values()]
    .filter((trigger) => trigger.active && trigger.activator === 'action')
    .sort((a, b) => a.name.toLowerCase().localeCompare(b.name.toLowerCase()))
  for (const trigger of triggers) {
    if (!fires(core, trigger, ticket, event) || declined(core, trigger, event)) continue
    perform(core, trigger, ticket, event)
  }
}

function fires(core: Core, trigger: TriggerRow, ticket: TicketRow, event: TicketEvent): boolean {
  const selective = trigger.execution_condition_mode === 'selective' && event.type !== 'create'
  const concerned =
    event.articleId !== null || [...columnsIn(trigger.condition)].some((column) => event.changed.has(column))
  return (!selective || concerned) && matches(core, trigger.condition, ticket, event)
}

/** An article may ask for no automatic mail; then such a trigger is skipped as a whole. */
function declined(core: Core, trigger: TriggerRow, event: TicketEvent): boolean {
  const article = core.state.articles.get(event.articleId ?? 0)
  const mail = trigger.perform['notification.email']
  const recipients = isObject(mail) ? [mail['recipient']].flat().map(String) : []
  const automatic = recipients.some((one) => one === 'ticket_customer' || one === 'article_last_sender')
  return automatic && article?.preferences['send-auto-response'] === false
}

function perform(core: Core, trigger: TriggerRow, ticket: TicketRow, event: TicketEvent): void {
  for (const [action, spec] of Object.entries(trigger.perform)) {
    if (!isObject(spec)) continue
    if (action === 'notification.webhook')
      enqueueHook(core, trigger, ticket, event, Number(spec['webhook_id']))
    else if (action === 'notification.email') sendTriggerMail(core, ticket, event, spec)
    else if (action === 'ticket.tags') changeTags(core, ticket, spec)
    else if (action.startsWith('ticket.')) changeColumn(core, ticket, action.slice('ticket.'.length), spec)
  }
}

function changeTags(core: Core, ticket: TicketRow, spec: Params): void {
  const tags = String(spec['value'] ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  if (spec['operator'] === 'remove') removeTags(core, ticket, tags, NOBODY)
  else addTags(core, ticket, tags, NOBODY)
}

function changeColumn(core: Core, ticket: TicketRow, column: string, spec: Params): void {
  const id = Number(spec['value'])
  if (column === 'group_id' || column === 'state_id' || column === 'priority_id' || column === 'owner_id')
    saveTicket(core, ticket, { [column]: id }, NOBODY)
  if (column === 'title') saveTicket(core, ticket, { title: String(spec['value']) }, NOBODY)
}

function enqueueHook(
  core: Core,
  trigger: TriggerRow,
  ticket: TicketRow,
  event: TicketEvent,
  webhookId: number,
): void {
  const delivery = uuid(core)
  for (const delayMs of core.hookDelaysMs()) {
    const id = nextId(core.state, 'jobs')
    core.state.jobs.set(id, {
      kind: 'hook',
      id,
      delivery,
      trigger_id: trigger.id,
      trigger_name: trigger.name,
      webhook_id: webhookId,
      ticket_id: ticket.id,
      article_id: event.articleId,
      attempts: 0,
      due_at: later(core.now(), delayMs),
      first_tried_at: null,
    })
  }
}

const NO_REPLY = /(mailer-daemon|postmaster|abuse|root|noreply|noreply.+?|no-reply|no-reply.+?)@.+?/i

/** Stores the mail of a trigger as a System article; a group without an address sends none, silently. */
function sendTriggerMail(core: Core, ticket: TicketRow, event: TicketEvent, spec: Params): void {
  const article = core.state.articles.get(event.articleId ?? 0) ?? null
  const to = recipientsOf(core, ticket, event, spec).filter((one) => isAddress(one) && !NO_REPLY.test(one))
  const group = addressOf(core, ticket.group_id)
  if (!group || to.length === 0) return
  const scope = { ticket, article }
  storeArticle(core, NOBODY, ticket, {
    typeId: EMAIL,
    senderId: SYSTEM,
    originById: null,
    body: fillIn(core, scope, textOf(spec['body']) ?? ''),
    contentType: 'text/html',
    internal: false,
    mentions: [],
    uploads: [],
    params: {
      to: to.join(', '),
      subject: fillIn(core, scope, textOf(spec['subject']) ?? ''),
      preferences: { perform_origin: 'trigger' },
    },
  })
}

function recipientsOf(core: Core, ticket: TicketRow, event: TicketEvent, spec: Params): string[] {
  const article = core.state.articles.get(event.articleId ?? 0)
  const customer = core.state.users.get(ticket.customer_id)?.email ?? ''
  return [spec['recipient']].flat().flatMap((one) => {
    if (one === 'ticket_customer') return [customer]
    if (one === 'ticket_owner') return [core.state.users.get(ticket.owner_id)?.email ?? '']
    if (one !== 'article_last_sender' || !article) return []
    const origin = core.state.users.get(article.origin_by_id ?? 0)?.email ?? ''
    return [addressIn(article.reply_to ?? article.from ?? mailbox('', origin))]
  })
}
