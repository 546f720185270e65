import type { Sight, Ticket } from '../desk.ts'
import type { Answer, Client } from './client.ts'
import { assureAccount, granted } from './rights.ts'
import { readAs, StateRows, TicketRow, TicketRows, type ToldTicket } from './schemas.ts'

/** Types of states by id, as Zammad is seeded with them (contract 7.1): names may be changed, these may not. */
const CLOSED_TYPE = 5
const MERGED_TYPE = 6

/** Makes tickets of answers. Which states close a ticket is asked once, and again when an unknown one turns up. */
export interface Tickets {
  readonly one: (answer: Answer, what: string) => Promise<Ticket>
  readonly list: (answer: Answer, what: string) => Promise<readonly Ticket[]>
  readonly read: (id: number) => Promise<Sight>
}

export function createTickets(client: Client): Tickets {
  const states = createStates(client)

  async function completed(told: readonly ToldTicket[]): Promise<readonly Ticket[]> {
    const closing = await states(told.map(({ stateId }) => stateId))
    return told.map(({ stateId, ...ticket }) => ({ ...ticket, closed: closing.get(stateId) ?? false }))
  }

  async function one(answer: Answer, what: string): Promise<Ticket> {
    const { stateId, ...ticket } = readAs(TicketRow, answer, what)
    return { ...ticket, closed: (await states([stateId])).get(stateId) ?? false }
  }

  return {
    one,
    list: async (answer, what) => completed(readAs(TicketRows, answer, what)),
    async read(id) {
      const answer = await client.get(`/tickets/${id}?expand=true`)
      if (answer.status === 403 || answer.status === 404) {
        await assureAccount(client, answer)
        return { seen: answer.status === 403 ? 'out-of-sight' : 'gone' }
      }
      return { seen: 'ticket', ticket: await one(await granted(client, answer, 'a ticket'), 'a ticket') }
    },
  }
}

/** Whether a state closes, by its id; a state that Zammad does not list is left out. */
function createStates(client: Client): (needed: readonly number[]) => Promise<ReadonlyMap<number, boolean>> {
  let known: ReadonlyMap<number, boolean> = new Map()
  return async (needed) => {
    if (needed.some((id) => !known.has(id))) known = await readStates(client)
    return known
  }
}

async function readStates(client: Client): Promise<ReadonlyMap<number, boolean>> {
  const answer = await granted(client, await client.get('/ticket_states'), 'states')
  const rows = readAs(StateRows, answer, 'states')
  return new Map(
    rows.map(({ id, state_type_id: type }) => [id, type === CLOSED_TYPE || type === MERGED_TYPE]),
  )
}
