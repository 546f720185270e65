import type { Sight, StateType, Ticket } from '../desk.ts'
import type { Answer, Client } from './client.ts'
import { assureAccount, granted } from './rights.ts'
import { readAs, StateRows, TicketRow, TicketRows, type ToldTicket } from './schemas.ts'

/** Types of states by id, as Zammad is seeded with them (contract 7.1): names may be changed, these may not. */
const TYPES: Readonly<Record<number, StateType>> = {
  1: 'new',
  2: 'open',
  3: 'pending',
  4: 'pending',
  5: 'closed',
  6: 'merged',
}

/** Makes tickets of answers. What states mean is asked once, and again when an unknown one turns up. */
export interface Tickets {
  readonly one: (answer: Answer, what: string) => Promise<Ticket>
  readonly list: (answer: Answer, what: string) => Promise<readonly Ticket[]>
  readonly read: (id: number) => Promise<Sight>
  /** What Zammad makes of its states, by their ids; one that it does not list is not among them. */
  readonly typesOf: (ids: readonly number[]) => Promise<ReadonlyMap<number, StateType>>
  /** Name of the state that a ticket gets when it is opened again, or closed; null where none is in use. */
  readonly stateNamed: (type: 'open' | 'closed') => Promise<string | null>
}

export function createTickets(client: Client): Tickets {
  const states = createStates(client)

  async function completed(told: readonly ToldTicket[]): Promise<readonly Ticket[]> {
    const types = await states(told.map(({ stateId }) => stateId))
    return told.map(({ stateId, ...ticket }) => ({ ...ticket, ...standing(types.get(stateId)) }))
  }

  async function one(answer: Answer, what: string): Promise<Ticket> {
    const { stateId, ...ticket } = readAs(TicketRow, answer, what)
    return { ...ticket, ...standing((await states([stateId])).get(stateId)) }
  }

  return {
    one,
    typesOf: states,
    list: async (answer, what) => completed(readAs(TicketRows, answer, what)),
    async read(id) {
      const answer = await client.get(`/tickets/${id}?expand=true`)
      if (answer.status === 403 || answer.status === 404) {
        await assureAccount(client, answer)
        return { seen: answer.status === 403 ? 'out-of-sight' : 'gone' }
      }
      return { seen: 'ticket', ticket: await one(await granted(client, answer, 'a ticket'), 'a ticket') }
    },
    async stateNamed(type) {
      const rows = (await readStates(client)).filter((row) => row.active && TYPES[row.state_type_id] === type)
      const usual = rows.find(({ default_follow_up: isUsual }) => isUsual) ?? rows[0]
      return usual?.name ?? null
    },
  }
}

/** A state that Zammad does not list counts as open. */
const standing = (type: StateType = 'open'): Pick<Ticket, 'stateType' | 'closed'> => ({
  stateType: type,
  closed: type === 'closed' || type === 'merged',
})

/** Types of states, by their ids. */
function createStates(
  client: Client,
): (needed: readonly number[]) => Promise<ReadonlyMap<number, StateType>> {
  let known: ReadonlyMap<number, StateType> = new Map()
  const unlisted = new Set<number>()
  return async (needed) => {
    if (needed.some((id) => !known.has(id) && !unlisted.has(id))) {
      const rows = await readStates(client)
      known = new Map(rows.map(({ id, state_type_id: type }) => [id, TYPES[type] ?? 'open']))
      // Histories name states that are there no more: an id is never given twice, so nobody asks for it again.
      for (const id of needed) if (!known.has(id)) unlisted.add(id)
    }
    return known
  }
}

async function readStates(client: Client) {
  const answer = await granted(client, await client.get('/ticket_states'), 'states')
  return readAs(StateRows, answer, 'states')
}
