import type { JSX } from 'hono/jsx/jsx-runtime'
import type { UnitLoad } from '../../clocks/lists.ts'
import { tellDuration } from '../../language.ts'
import { type BoardQuery, NO_UNIT, type Sort, type Sought, WHOLE_BOARD } from '../board-query.ts'
import { type BoardTicket, MOST_SORTED, type TicketList, TICKETS_A_PAGE } from '../promise-board.ts'
import { TicketNumber } from './number.tsx'
import { Ago, OpsTable, Scrolled, type SortedColumn } from './ops-table.tsx'

/** How the board names what it lists, and where its parts are found. */
export interface BoardWords {
  readonly now: Date
  readonly timeZone: string
  readonly unitName: (id: string | null) => string
  readonly formName: (id: string | null) => string
  readonly query: BoardQuery
  /** The board as that query shows it. */
  readonly link: (query: BoardQuery) => string
}

interface TicketsProps extends BoardWords {
  readonly list: TicketList
}

/** Tickets with a clock, the one with the least time left first. */
export function Tickets(props: TicketsProps): JSX.Element {
  const { list, query, link, timeZone } = props
  const isQuiet = query.only === 'quiet'
  const name = isQuiet ? 'Silent tickets' : 'Tickets by time left'
  return (
    <section aria-label={name} id="tickets">
      <h2>{list.found === 0 && list.inAll === 0 ? name : `${name} (${countOf(list)})`}</h2>
      {list.rows.length === 0 ? (
        <p class="soft">
          {list.inAll === 0 ? 'Nobody waits for an answer.' : 'No ticket matches. '}
          {list.inAll === 0 ? null : (
            <a href={link({ ...WHOLE_BOARD, refreshes: query.refreshes })}>Show all tickets</a>
          )}
        </p>
      ) : (
        <>
          <p class="soft">
            {`Times are those of ${timeZone.replaceAll('_', ' ')}.`}
            {list.maySort
              ? null
              : ` Lists of more than ${MOST_SORTED} tickets are sorted by ${isQuiet ? 'silence' : 'time left'} alone.`}
          </p>
          <Scrolled name={name} columns={columnsOf(props)}>
            {list.rows.map((ticket) => (
              <TicketRow {...props} ticket={ticket} />
            ))}
          </Scrolled>
          <Pages {...props} />
        </>
      )}
    </section>
  )
}

function countOf({ found, inAll, page, pages, rows }: TicketList): string {
  const first = (page - 1) * TICKETS_A_PAGE + 1
  const shown = pages > 1 ? `${first}–${first + rows.length - 1} of ${found}` : String(found)
  return found === inAll ? shown : pages > 1 ? `${shown}, ${inAll} in all` : `${found} of ${inAll}`
}

function columnsOf({ list, query, link }: TicketsProps): readonly (string | SortedColumn)[] {
  const isQuiet = query.only === 'quiet'
  const sorted = (name: string, sort: Sort): string | SortedColumn =>
    list.maySort
      ? { name, href: list.sort === sort ? null : `${link({ ...query, sort, page: 1 })}#tickets` }
      : name
  return [
    sorted('Ticket', 'number'),
    isQuiet ? 'Time left' : sorted('Time left', 'left'),
    'Answer by',
    sorted('Unit', 'unit'),
    sorted('Form', 'form'),
    isQuiet ? sorted('Silent since', 'left') : 'Told last',
  ]
}

function TicketRow({ ticket, ...props }: TicketsProps & { readonly ticket: BoardTicket }): JSX.Element {
  const { number, link, unit, form, dueAt, quietSince } = ticket
  const digits = <TicketNumber digits={number} />
  return (
    <tr>
      <th scope="row">{link === null ? digits : <a href={link}>{digits}</a>}</th>
      <td>
        <TimeLeft ticket={ticket} now={props.now} />
      </td>
      <td>{dueAt === null ? '–' : <Instant at={dueAt} timeZone={props.timeZone} />}</td>
      <td class="long">{props.unitName(unit)}</td>
      <td class="long">{props.formName(form)}</td>
      <td>
        {props.query.only === 'quiet' && quietSince ? (
          <Ago at={quietSince} now={props.now} />
        ) : (
          <Told told={ticket.told} now={props.now} />
        )}
      </td>
    </tr>
  )
}

const WORDS = { late: 'late by ', soon: 'soon: ', running: '', paused: 'paused', none: 'no clock' } as const

/** What is left, in words and as a bar that fills as time goes by. */
function TimeLeft({ ticket, now }: { readonly ticket: BoardTicket; readonly now: Date }): JSX.Element {
  const { standing, dueAt, gone, isInternal } = ticket
  const leftMs = dueAt === null ? 0 : Math.abs(dueAt.getTime() - now.getTime())
  return (
    <div class={`left ${standing}`}>
      <span>
        {WORDS[standing]}
        {dueAt === null ? null : tellDuration(leftMs, 'en')}
      </span>
      {gone === null ? null : (
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect class="whole" width="100" height="6" />
          <rect class="gone" width={(100 * gone).toFixed(1)} height="6" />
        </svg>
      )}
      {isInternal ? <span class="soft">no visitor waits</span> : null}
    </div>
  )
}

const Told = ({ told, now }: { readonly told: BoardTicket['told']; readonly now: Date }): JSX.Element =>
  told === null ? (
    <>–</>
  ) : (
    <div class="told">
      {`${told.level.replace('%', ' %')}, `}
      <Ago at={told.at} now={now} /> ago
      <br />
      <span class="soft">{told.acknowledgedAt === null ? 'not seen yet' : 'seen'}</span>
    </div>
  )

/** "Mon 23 Nov, 10:14": short, as many stand in one column. */
const Instant = ({ at, timeZone }: { readonly at: Date; readonly timeZone: string }): JSX.Element => (
  <time datetime={at.toISOString()}>
    {new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
    }).format(at)}
  </time>
)

function Pages({ list: { page, pages }, query, link }: TicketsProps): JSX.Element | null {
  if (pages === 1) return null
  const to = (page: number): string => `${link({ ...query, page })}#tickets`
  return (
    <nav aria-label="Pages of tickets" class="links row">
      {page > 1 ? <a href={to(page - 1)}>Earlier due</a> : null}
      <span class="soft">{`Page ${page} of ${pages}`}</span>
      {page < pages ? <a href={to(page + 1)}>Later due</a> : null}
    </nav>
  )
}

interface LoadsProps extends BoardWords {
  readonly list: Sought<UnitLoad>
}

/** How much each unit has before it. */
export const Loads = ({ list, now, unitName, query, link }: LoadsProps): JSX.Element => (
  <OpsTable
    name="Units’ load"
    id="units"
    list={list}
    columns={['Unit', 'Late', 'Soon', 'Waiting', 'Open', 'Next due']}
    empty="No unit has an open ticket."
    row={({ unit, late, soon, running, open, nextDueAt }) => (
      <tr>
        <th scope="row">
          <a href={`${link({ ...WHOLE_BOARD, unit: unit ?? NO_UNIT, refreshes: query.refreshes })}#tickets`}>
            {unitName(unit)}
          </a>
        </th>
        <td class={late > 0 ? 'late' : undefined}>{late}</td>
        <td>{soon}</td>
        <td>{running}</td>
        <td>{open}</td>
        <td>{nextDueAt === null ? '–' : <NextDue at={nextDueAt} now={now} />}</td>
      </tr>
    )}
  />
)

function NextDue({ at, now }: { readonly at: Date; readonly now: Date }): JSX.Element {
  const leftMs = at.getTime() - now.getTime()
  const told = tellDuration(Math.abs(leftMs), 'en')
  return (
    <time datetime={at.toISOString()} class={leftMs < 0 ? 'late' : undefined}>
      {leftMs < 0 ? `late by ${told}` : `in ${told}`}
    </time>
  )
}
