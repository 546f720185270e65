import { groupAccess, masked, may, notAuthorized, Refusal, unprocessable, type Caller } from './access.ts'
import { draftArticle, type Draft } from './article-draft.ts'
import { storeArticle } from './articles.ts'
import { remember } from './history.ts'
import { addLinks, readLinks, type NewLink } from './links.ts'
import { stamp, type Core } from './model.ts'
import { column, isBlank, isObject, jsonObject, oneLine, textOf, type Params } from './params.ts'
import { NOBODY, STATE_TYPE, type TicketRow, type UserRow } from './rows.ts'
import { note, stateType } from './saving.ts'
import { addTags, readTags } from './tags.ts'
import { checkOwner, checkState, lookUp, readTime } from './ticket-columns.ts'
import { addCustomer, checkAddress, isAddress, userByEmail, userByLogin } from './users.ts'

/** Who a new ticket is for: somebody known, or what is needed to make him. */
type Customer = { readonly known: UserRow } | { readonly made: Params; readonly email: string } | null

/** Finds the customer of a create, the three ways that Zammad knows. */
function readCustomer(core: Core, caller: Caller, params: Params): Customer {
  if (!may(core, caller, 'ticket.agent')) return { known: caller.user }
  const { customer, customer_id } = params
  const guess = /^guess:(.*)$/s.exec(textOf(customer_id) ?? '')?.[1]
  if (guess !== undefined) return guessed(core, guess.trim().toLowerCase(), guess)
  if (isObject(customer) && isBlank(customer_id)) return described(core, customer)
  const known = core.state.users.get(lookUp(core, params, 'customer') ?? 0)
  return known ? { known } : null
}

function guessed(core: Core, email: string, asWritten: string): Customer {
  if (!isAddress(email)) throw new Refusal(422, `Invalid email '${asWritten}' of customer`, { human: false })
  const known = userByEmail(core, email)
  return known ? { known } : { made: { email }, email }
}

function described(core: Core, customer: Params): Customer {
  const email = (textOf(customer['email']) ?? '').trim().toLowerCase()
  const known =
    core.state.users.get(Number(customer['id'] ?? 0)) ??
    userByEmail(core, email) ??
    (isBlank(customer['login']) ? undefined : userByLogin(core, String(customer['login'])))
  if (known) return { known }
  checkAddress(core, email, null)
  return { made: customer, email }
}

/** A create that has passed every check but those that only the moment of storing can decide. */
interface TicketDraft {
  readonly columns: Pick<TicketRow, 'group_id' | 'priority_id' | 'state_id' | 'title' | 'owner_id' | 'note'> &
    Pick<TicketRow, 'pending_time' | 'preferences'>
  readonly number: string | null
  readonly customer: Customer
  readonly tags: readonly string[]
  readonly draft: Draft | null
  readonly links: readonly NewLink[]
}

/** Checks `POST /tickets` in Zammad's order. Throws what it answers; nothing is stored. */
export function draftTicket(core: Core, caller: Caller, params: Params): TicketDraft {
  const group_id = lookUp(core, params, 'group')
  const state_id = lookUp(core, params, 'state') ?? defaultOf(core, 'states')
  const priority_id = lookUp(core, params, 'priority') ?? defaultOf(core, 'priorities')
  const owner_id = lookUp(core, params, 'owner') ?? NOBODY
  const customer = readCustomer(core, caller, params)
  if (group_id === undefined) throw unprocessable("The required value 'group_id' is missing.")
  const agent = may(core, caller, 'ticket.agent')
  if (!(agent ? groupAccess(core, caller.user, group_id, 'create') : may(core, caller, 'ticket.customer')))
    throw notAuthorized()
  const title = oneLine((textOf(params['title']) ?? '').replaceAll('\u0000', ''))
  if (title.trim() === '') throw masked("Missing required value for field 'title'!")
  if (!customer) throw masked("Missing required value for field 'customer_id'!")
  const pending_time = readTime(params['pending_time'])
  checkState(core, state_id, pending_time, [STATE_TYPE.merged])
  checkOwner(core, owner_id, group_id)
  const { article } = params
  return {
    columns: {
      group_id,
      state_id,
      priority_id,
      owner_id,
      title: [...title].slice(0, 250).join(''),
      note: column(params['note'], 250),
      pending_time,
      preferences: agent ? jsonObject(params['preferences']) : {},
    },
    number: column(params['number'], 60) || null,
    customer,
    tags: readTags(core, params['tags']),
    draft: isObject(article) ? draftArticle(core, caller, group_id, article) : null,
    links: readLinks(params['links']),
  }
}

const defaultOf = (core: Core, table: 'states' | 'priorities'): number =>
  [...core.state[table].values()].find((row) => row.default_create)?.id ?? 1

/** Stores a new ticket. Two things can still be in the way: its number, and a customer made meanwhile. */
export function storeTicket(core: Core, caller: Caller, draft: TicketDraft): TicketRow {
  const userId = caller.user.id
  const row = stamp(core, 'tickets', userId)
  if (draft.number !== null && numberTaken(core, draft.number)) throw masked('This object already exists.')
  const customer = settleCustomer(core, draft.customer, userId)
  const ticket: TicketRow = {
    ...row,
    ...draft.columns,
    number: draft.number ?? nextNumber(core),
    organization_id: customer.organization_id,
    customer_id: customer.id,
    first_response_at: null,
    first_response_escalation_at: null,
    first_response_in_min: null,
    first_response_diff_in_min: null,
    close_at: stateType(core, draft.columns.state_id) === STATE_TYPE.closed ? row.created_at : null,
    last_close_at: null,
    last_contact_at: null,
    last_contact_agent_at: null,
    last_contact_customer_at: null,
    last_owner_update_at: draft.columns.owner_id === NOBODY ? null : row.created_at,
    create_article_type_id: null,
    create_article_sender_id: null,
    article_count: null,
    escalation_at: null,
  }
  ticket.last_close_at = ticket.close_at
  core.state.tickets.set(ticket.id, ticket)
  remember(core, {
    ticket_id: ticket.id,
    object: 'Ticket',
    o_id: ticket.id,
    type: 'created',
    created_by_id: userId,
  })
  note(core, { ticketId: ticket.id, type: 'create', articleId: null, changed: new Set(), userId })
  addTags(core, ticket, draft.tags, userId)
  if (draft.draft) storeArticle(core, userId, ticket, draft.draft)
  addLinks(core, ticket, draft.links)
  return ticket
}

function settleCustomer(core: Core, customer: Customer, userId: number): UserRow {
  if (!customer) throw masked("Missing required value for field 'customer_id'!")
  if ('known' in customer) return customer.known
  if (userByEmail(core, customer.email)) throw masked('This object already exists.')
  return addCustomer(core, customer.made, userId)
}

const numberTaken = (core: Core, number: string): boolean =>
  [...core.state.tickets.values()].some((ticket) => ticket.number === number)

/** Zammad's own counter: own numbers of others do not move it, and it steps over those in its way. */
function nextNumber(core: Core): string {
  const { state } = core
  do state.counter += 1
  while (numberTaken(core, ownNumber(core)))
  return ownNumber(core)
}

const ownNumber = ({ state }: Core): string => `${state.systemId}${String(state.counter).padStart(3, '0')}`
