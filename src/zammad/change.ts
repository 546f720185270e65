import type { Changed, Desk, Ticket, TicketChange } from '../desk.ts'
import { Failure } from '../failure.ts'
import { errorText, isSuccess, type Answer, type Client } from './client.ts'
import { verdictOf } from './refusal.ts'
import { assureAccount, said } from './rights.ts'
import { NOBODY } from './schemas.ts'
import type { Tickets } from './tickets.ts'

/** What a change takes. */
export interface Changer {
  readonly client: Client
  readonly tickets: Tickets
  readonly account: Desk['account']
}

/** Any of these lets an account move a ticket into a group (contract 4.4). */
const ENTRY = ['create', 'change', 'full']

/**
 * Changes a ticket in one `PUT`. Zammad has no lock: the last one wins (L44). With the group it may take the
 * owner away: one who has not the new group in full is replaced by nobody, unless the ticket is closed; for the
 * same reason an owner who has not the group in full is refused. Throws `Failure` with `uncertain` where the
 * change was made and its result cannot be read.
 */
export async function changeTicket(
  changer: Changer,
  ticketId: number,
  change: TicketChange,
): Promise<Changed> {
  const { client, tickets } = changer
  const state = change.state === undefined ? undefined : await tickets.stateNamed(change.state)
  if (state === null) {
    return { outcome: 'refused', reason: `Zammad has no state of the type ${change.state} in use` }
  }
  const row = { ...rowOf(change), ...(state === undefined ? {} : { state }) }
  const answer = await client.write('PUT', `/tickets/${ticketId}?expand=true`, row)
  if (isSuccess(answer)) return { outcome: 'changed', ticket: await changed(changer, ticketId, answer) }
  await assureAccount(client, answer)
  if (answer.status === 404) return { outcome: 'gone' }
  const reason = said(answer)
  if (answer.status === 422 && verdictOf(errorText(answer) ?? '') === 'group') {
    return { outcome: 'group', reason }
  }
  if (answer.status !== 403 && answer.status !== 422) return { outcome: 'refused', reason }
  return refused(changer, ticketId, change, reason)
}

const rowOf = ({ group, priority, ownerId, customerId }: TicketChange) => ({
  ...(group === undefined ? {} : { group }),
  ...(priority === undefined ? {} : { priority }),
  ...(ownerId === undefined ? {} : { owner_id: ownerId ?? NOBODY }),
  ...(customerId === undefined ? {} : { customer_id: customerId }),
})

async function changed({ tickets }: Changer, ticketId: number, answer: Answer): Promise<Ticket> {
  try {
    return await tickets.one(answer, 'a changed ticket').catch(async (cause: unknown) => {
      const sight = await tickets.read(ticketId)
      if (sight.seen === 'ticket') return sight.ticket
      throw cause
    })
  } catch (cause) {
    throw new Failure('uncertain', 'the ticket was changed, but cannot be read', { cause })
  }
}

/** A refusal says little (L7, 4.4): what can be seen of the ticket and of the own groups says why. */
async function refused(
  { tickets, account }: Changer,
  ticketId: number,
  { group }: TicketChange,
  reason: string,
): Promise<Changed> {
  const sight = await tickets.read(ticketId)
  if (sight.seen !== 'ticket') return { outcome: sight.seen }
  if (group === undefined || group === sight.ticket.group) return { outcome: 'refused', reason }
  const { groups } = await account()
  const target = groups.find(({ name }) => name.toLowerCase() === group.toLowerCase())
  const open = target?.active === true && target.access.some((word) => ENTRY.includes(word))
  if (open) return { outcome: 'refused', reason }
  const seen = target?.active === false ? 'the group is not active' : 'the account may not enter the group'
  return { outcome: 'group', reason: `${seen} (${reason})` }
}
