import { plainTime } from './history.ts'
import { fqdn, type Core } from './model.ts'
import { articleType, senderName, type ArticleRow, type TicketRow } from './rows.ts'

/** What `#{…}` may speak of. */
interface Scope {
  readonly ticket: TicketRow
  readonly article: ArticleRow | null
}

const VARIABLE = /#\{([^{}]*)\}/g
const NOTHING = Symbol('no such method')

/** The value that a variable names, or NOTHING where Zammad knows no such method. */
function valueOf(core: Core, scope: Scope, path: string): unknown {
  const [root = '', ...steps] = path.trim().split('.')
  if (steps.length === 0) return NOTHING
  let value: unknown = rootOf(core, scope, root)
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return NOTHING
    value = Reflect.get(value, step)
  }
  return typeof value === 'object' && value !== null ? NOTHING : value
}

function rootOf(core: Core, { ticket, article }: Scope, root: string): unknown {
  const { state } = core
  if (root === 'ticket')
    return {
      ...ticket,
      group: state.groups.get(ticket.group_id),
      state: state.states.get(ticket.state_id),
      priority: state.priorities.get(ticket.priority_id),
      owner: personOf(core, ticket.owner_id),
      customer: personOf(core, ticket.customer_id),
      created_by: personOf(core, ticket.created_by_id),
      updated_by: personOf(core, ticket.updated_by_id),
      organization: state.organizations.get(ticket.organization_id ?? 0),
    }
  if (root === 'article' && article)
    return {
      ...article,
      type: { name: articleType(article.type_id) },
      sender: { name: senderName(article.sender_id) },
      created_by: personOf(core, article.created_by_id),
    }
  if (root === 'config')
    return {
      fqdn: fqdn(core),
      http_type: core.publicUrl.protocol.replace(':', ''),
      ticket_hook: 'Ticket#',
      product_name: 'Zammad Helpdesk',
      organization: 'Sandbox',
      system_id: state.systemId,
    }
  return undefined
}

function personOf(core: Core, id: number): object | undefined {
  const user = core.state.users.get(id)
  return user && { ...user, fullname: `${user.firstname} ${user.lastname}`.trim() }
}

function spell(path: string, value: unknown): string {
  if (value === NOTHING) return `#{${path.trim()} / no such method}`
  if (value === null || value === undefined) return ''
  const text = String(value)
  return /_(at|time)$/.test(path) && /^\d{4}-\d\d-\d\dT/.test(text) ? plainTime(text) : text
}

/** A text with its variables filled in. */
export const fillIn = (core: Core, scope: Scope, text: string): string =>
  text.replace(VARIABLE, (_, path: string) => spell(path, valueOf(core, scope, path)))

/**
 * A payload of one's own with its variables filled in. Zammad 6.2 makes text of all values; 6.6 leaves
 * numbers and booleans what they are where a variable stands alone.
 */
export function fillInJson(core: Core, scope: Scope, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => fillInJson(core, scope, item))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fillInJson(core, scope, item)]),
    )
  if (typeof value !== 'string') return value
  const [, alone] = /^#\{([^{}]*)\}$/.exec(value) ?? []
  const found = alone === undefined ? NOTHING : valueOf(core, scope, alone)
  const keeps = core.profile === '6.6' && (typeof found === 'number' || typeof found === 'boolean')
  return keeps ? found : fillIn(core, scope, value)
}
