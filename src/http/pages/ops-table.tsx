import type { JSX } from 'hono/jsx/jsx-runtime'
import { tellDuration } from '../../language.ts'
import type { Sought } from '../board-query.ts'

/** The head of a column that rows can be sorted by. */
export interface SortedColumn {
  readonly name: string
  /** Where the table is found sorted by it; null where it is. */
  readonly href: string | null
}

interface OpsTableProps<T> {
  readonly name: string
  /** What the table is found by within the page. */
  readonly id: string
  readonly list: Sought<T>
  readonly row: (row: T) => JSX.Element
  readonly columns: readonly (string | SortedColumn)[]
  /** What is said where there is nothing to list. */
  readonly empty: string
  /** What is told of all rows, in front of them. */
  readonly lead?: JSX.Element | null
  /** Which rows are given where there are more. */
  readonly first?: 'oldest' | 'newest'
}

/** A table of the staff board, or a word where it would be empty. */
export function OpsTable<T>(props: OpsTableProps<T>): JSX.Element {
  const { name, id, list, row, columns, empty, lead, first = 'oldest' } = props
  const { rows, inAll, lookedIn } = list
  return (
    <section aria-label={name} id={id}>
      <h2>{inAll === 0 ? name : `${name} (${counted(list, first)})`}</h2>
      {lookedIn !== null && lookedIn < inAll ? (
        <p class="soft">{`Sought in the ${first} ${lookedIn}.`}</p>
      ) : null}
      {rows.length === 0 ? (
        <p class="soft">{inAll === 0 ? empty : 'Nothing here matches the search.'}</p>
      ) : (
        <>
          {lead ?? null}
          <Scrolled name={name} columns={columns}>
            {rows.map(row)}
          </Scrolled>
        </>
      )}
    </section>
  )
}

function counted<T>({ rows, inAll, lookedIn }: Sought<T>, first: string): string {
  if (lookedIn !== null) return `${rows.length} of ${inAll}`
  return inAll > rows.length ? `the ${first} ${rows.length} of ${inAll}` : String(rows.length)
}

interface ScrolledProps {
  readonly name: string
  readonly columns: readonly (string | SortedColumn)[]
  readonly children: readonly JSX.Element[]
}

/** A table that scrolls by itself where the page is too narrow. */
export const Scrolled = ({ name, columns, children }: ScrolledProps): JSX.Element => (
  <div class="scroll" role="group" aria-label={`${name}, table`} tabindex={0}>
    <table>
      <thead>
        <tr>
          {columns.map((column) =>
            typeof column === 'string' ? (
              <th scope="col">{column}</th>
            ) : (
              <th scope="col" aria-sort={column.href === null ? 'ascending' : undefined}>
                {column.href === null ? column.name : <a href={column.href}>{column.name}</a>}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
)

/** How long ago something was, with the instant itself for whoever asks. */
export const Ago = ({ at, now }: { readonly at: Date; readonly now: Date }): JSX.Element => (
  <time datetime={at.toISOString()}>{tellDuration(now.getTime() - at.getTime(), 'en')}</time>
)
