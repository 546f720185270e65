import type { Core } from '../model.ts'
import type { TicketRow } from '../rows.ts'
import { Page, type Places } from './page.tsx'

const nameOf = (core: Core, id: number): string => {
  const user = core.state.users.get(id)
  return `${user?.firstname ?? ''} ${user?.lastname ?? ''}`.trim() || (user?.email ?? '')
}

/** All tickets, newest change first. A row answers to the fragment of Zammad's own links. */
export const List = (props: { core: Core; places: Places; tickets: readonly TicketRow[] }) => {
  const { core, places, tickets } = props
  return (
    <Page title="Tickets" places={places}>
      <div class="wide">
        <table>
          <caption>{`${tickets.length === 1 ? '1 ticket' : `${tickets.length} tickets`}, newest change first`}</caption>
          <thead>
            <tr>
              <th scope="col">Number</th>
              <th scope="col">Title</th>
              <th scope="col">Group</th>
              <th scope="col">State</th>
              <th scope="col">Customer</th>
              <th scope="col">Changed</th>
            </tr>
          </thead>
          <tbody>
            {tickets.map((ticket) => (
              <tr id={`ticket/zoom/${ticket.id}`}>
                <td>
                  <a href={places.ticket(ticket.id)}>{ticket.number}</a>
                </td>
                <td>{ticket.title}</td>
                <td>{core.state.groups.get(ticket.group_id)?.name}</td>
                <td>{core.state.states.get(ticket.state_id)?.name}</td>
                <td>{nameOf(core, ticket.customer_id)}</td>
                <td>
                  <time datetime={ticket.updated_at}>{readable(ticket.updated_at)}</time>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Page>
  )
}

export const readable = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
