import type { JSX } from 'hono/jsx/jsx-runtime'
import { KEPT_DAYS, type KeptDay, type PromisesView } from '../promise-board.ts'
import { percentWords } from '../../promise/report-words.ts'
import { Scrolled } from './ops-table.tsx'

const STEP = 20
const HEIGHT = 100

/** As the report says it: "92.1%" of what was answered, and of what is past its due without an answer. */
export const keptPercent = ({
  kept,
  answered,
  overdue,
}: Pick<PromisesView['kept'], 'kept' | 'answered' | 'overdue'>): string =>
  percentWords({ inTime: kept, late: answered - kept, overdue })

/** How much of what was due to any unit was answered in time, and of what was answered day by day, as a picture and as a table. */
export function Kept({ kept: all }: Pick<PromisesView, 'kept'>): JSX.Element {
  const { kept, answered, overdue, days } = all
  const name = `Kept over ${KEPT_DAYS} days`
  return (
    <section aria-label={name} id="kept">
      <h2>{name}</h2>
      {answered + overdue === 0 ? (
        <p class="soft">No unit answered anything in that time.</p>
      ) : (
        <>
          <p>
            <strong>{keptPercent(all)}</strong>
            {`: ${kept} of ${answered} answers of all units came in time${overdue === 0 ? '' : `; ${overdue} past due without an answer`}.`}
          </p>
          <Chart days={days} />
          <details>
            <summary>The figures, day by day</summary>
            <Scrolled name={name} columns={['Day', 'Answered', 'In time', 'Kept']}>
              {days.toReversed().map((day) => (
                <DayRow day={day} />
              ))}
            </Scrolled>
          </details>
        </>
      )}
    </section>
  )
}

function DayRow({ day: { day, kept, answered } }: { readonly day: KeptDay }): JSX.Element {
  return (
    <tr>
      <th scope="row">
        <time datetime={day}>{dayName(day)}</time>
      </th>
      <td>{answered}</td>
      <td>{kept}</td>
      <td>{keptPercent({ kept, answered, overdue: 0 })}</td>
    </tr>
  )
}

const dayName = (day: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).format(new Date(`${day}T00:00:00Z`))

/** A column for each day on which something was answered; what came late hangs from its top. */
function Chart({ days }: { readonly days: readonly KeptDay[] }): JSX.Element {
  const [first, last] = [days.at(0)?.day ?? '', days.at(-1)?.day ?? '']
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Part of each day’s answers that came in time, from ${dayName(first)} to ${dayName(last)}`}
      >
        {days.map((day, at) => (
          <Column day={day} x={at * STEP + 2} />
        ))}
      </svg>
      <div class="ends soft">
        <span>{dayName(first)}</span>
        <span>{dayName(last)}</span>
      </div>
      <figcaption class="soft">
        Each column is a day’s answers. The plain part from below came in time, the outlined part above it
        came late; a line alone is a day without answers.
      </figcaption>
    </figure>
  )
}

function Column({ day: { kept, answered }, x }: { readonly day: KeptDay; readonly x: number }): JSX.Element {
  const width = STEP - 4
  if (answered === 0) return <rect class="whole" x={x} y={HEIGHT - 1} width={width} height="1" />
  const inTime = Math.round((HEIGHT * kept) / answered)
  return (
    <>
      <rect class="kept" x={x} y={HEIGHT - inTime} width={width} height={inTime} />
      {kept === answered ? null : (
        <rect class="missed" x={x + 1} y="1" width={width - 2} height={Math.max(HEIGHT - inTime - 2, 2)} />
      )}
    </>
  )
}
