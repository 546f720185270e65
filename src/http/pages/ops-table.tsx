import type { JSX } from 'hono/jsx/jsx-runtime'
import { tellDuration } from '../../language.ts'

interface OpsTableProps {
  readonly name: string
  /** How many rows there would be; more than given where only the first are shown. */
  readonly inAll: number
  readonly columns: readonly string[]
  /** What is said instead of a table without rows. */
  readonly empty: string
  readonly rows: readonly JSX.Element[]
  /** What is told of all rows, in front of them. */
  readonly lead?: JSX.Element | null
  /** Which rows are given where there are more. */
  readonly first?: 'oldest' | 'newest'
}

/** A table of the staff board, or a word where it would be empty. */
export function OpsTable({
  name,
  inAll,
  columns,
  empty,
  rows,
  lead,
  first = 'oldest',
}: OpsTableProps): JSX.Element {
  const shown = inAll > rows.length ? `the ${first} ${rows.length} of ${inAll}` : rows.length
  return (
    <section aria-label={name}>
      <h2>{rows.length > 0 ? `${name} (${shown})` : name}</h2>
      {rows.length === 0 ? (
        <p class="soft">{empty}</p>
      ) : (
        <>
          {lead ?? null}
          <div class="scroll" role="group" aria-label={`${name}, table`} tabindex={0}>
            <table>
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th scope="col">{column}</th>
                  ))}
                </tr>
              </thead>
              <tbody>{rows}</tbody>
            </table>
          </div>
        </>
      )}
    </section>
  )
}

/** How long ago something was, with the instant itself for whoever asks. */
export const Ago = ({ at, now }: { readonly at: Date; readonly now: Date }): JSX.Element => (
  <time datetime={at.toISOString()}>{tellDuration(now.getTime() - at.getTime(), 'en')}</time>
)
