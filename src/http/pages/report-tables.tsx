import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { tellDuration } from '../../language.ts'
import type { Count, Kept, Report, Share } from '../../promise/report.ts'
import { ENDINGS } from '../../promise/report-standing.ts'
import {
  ENDED_WORDS,
  endedLateWords,
  FORMULA,
  hoursWords,
  lateEndWords,
  minuteIn,
  type Names,
  NO_REASON,
  PERCENTILES,
  percentWords,
  pickedWords,
} from '../../promise/report-words.ts'

export interface PartProps {
  readonly report: Report
  readonly names: Names
}

interface TableProps {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly JSX.Element[]
  /** Whether it scrolls by itself where it is long. */
  readonly isLong?: boolean
}

/** A table that scrolls by itself where it is wider than its place, also by keyboard. */
export function Table({ id, title, columns, rows, isLong = false }: TableProps): JSX.Element {
  return (
    <div
      class={isLong ? 'scroll long-table' : 'scroll'}
      role="region"
      aria-labelledby={`${id}-caption`}
      tabindex={0}
    >
      <table>
        <caption class="vh" id={`${id}-caption`}>
          {title}
        </caption>
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
  )
}

/** A part of the report under its heading. */
export const Part = ({
  title,
  about,
  children,
}: {
  readonly title: string
  readonly about?: string
  readonly children?: Child
}): JSX.Element => (
  <section>
    <h2>{title}</h2>
    {about === undefined ? null : <p class="soft">{about}</p>}
    {children}
  </section>
)

const CountRow = ({ name, count }: { readonly name: string; readonly count: Count }): JSX.Element => (
  <tr>
    <th scope="row">{name}</th>
    <td>{count.received}</td>
    <td>{count.carriedIn}</td>
    <td>{count.received + count.carriedIn}</td>
    <td>{count.late}</td>
  </tr>
)

/** What became of everything that was waited for. */
export function Balance({ report }: PartProps): JSX.Element {
  const { endings, open, received, carriedIn } = report
  const ended = ENDINGS.filter(
    (one) => one === 'answered' || one === 'closed' || endings[one].received + endings[one].carriedIn > 0,
  )
  return (
    <Part
      title="What became of them"
      about="One line for each way in which a visitor’s wait ended in these days, and one for those that had not ended. A visitor who asked again after an answer waits anew."
    >
      <Table
        id="balance"
        title="Visitors’ waits by how they ended"
        columns={['How they ended', 'Received in these days', 'Open from before', 'All', 'Of all, past due']}
        rows={[
          ...ended.map((one) => <CountRow name={ENDED_WORDS[one]} count={endings[one]} />),
          <CountRow name="Open at the end" count={open} />,
          <tr class="all">
            <th scope="row">All</th>
            <td>{received}</td>
            <td>{carriedIn}</td>
            <td>{received + carriedIn}</td>
            <td />
          </tr>,
        ]}
      />
      <p class="soft">
        {`Hand-overs: people changed the group of these tickets in these days ${times(report.handOvers)}. Started by a hand-over after an answer: ${report.internal === 1 ? '1 clock' : `${report.internal} clocks`} of a unit that the ticket was handed to.`}
      </p>
    </Part>
  )
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

function KeptRow({
  name,
  kept,
  isPromise,
}: {
  readonly name: string
  readonly kept: Kept
  readonly isPromise: boolean
}): JSX.Element {
  return (
    <tr>
      <th scope="row">
        {name}
        {isPromise ? <span class="mark">the promise</span> : null}
      </th>
      <td>{kept.inTime}</td>
      <td>{kept.late}</td>
      <td>{kept.overdue}</td>
      <td>
        <strong>{percentWords(kept)}</strong>
      </td>
    </tr>
  )
}

/** How much of the promise was kept, by either reading. */
export function KeptByReading({ report }: PartProps): JSX.Element {
  const { kept, picked } = report
  const isMixed = picked.wall > 0 && picked.business > 0
  return (
    <Part title="How much was kept" about={`${pickedWords(report)} Kept = ${FORMULA}.`}>
      <Table
        id="kept"
        title="Kept by either reading"
        columns={['Reading', 'Answered in time', 'Answered late', 'Not answered though due', 'Kept']}
        rows={[
          ...(isMixed ? [<KeptRow name="Each by its own" kept={kept.promised} isPromise />] : []),
          <KeptRow name="Wall clock" kept={kept.wall} isPromise={!isMixed && picked.business === 0} />,
          <KeptRow
            name="Hours of business"
            kept={kept.business}
            isPromise={!isMixed && picked.business > 0}
          />,
        ]}
      />
      <p class="soft">{endedLateWords(report)}</p>
    </Part>
  )
}

function SharesTable({
  id,
  title,
  first,
  shares,
  name,
}: {
  readonly id: string
  readonly title: string
  readonly first: string
  readonly shares: readonly Share[]
  readonly name: (id: string | null) => string
}): JSX.Element {
  return (
    <Table
      id={id}
      title={title}
      columns={[
        first,
        'Answered',
        'Kept',
        'Median, wall clock',
        '90th percentile, wall clock',
        'Median, business',
        '90th percentile, business',
      ]}
      rows={shares.map(({ id: of, answered, kept, time }) => (
        <tr>
          <th scope="row">{name(of)}</th>
          <td>{answered}</td>
          <td>{percentWords(kept)}</td>
          <td>{hoursWords(time.wall.median)}</td>
          <td>{hoursWords(time.wall.p90)}</td>
          <td>{hoursWords(time.business.median)}</td>
          <td>{hoursWords(time.business.p90)}</td>
        </tr>
      ))}
    />
  )
}

/** How long answers took, by unit and by form. */
export const TimesByGroup = ({ report, names }: PartProps): JSX.Element => (
  <Part
    title="Time to answer, by unit and by form"
    about={`From the visitor’s words to the answer. ${PERCENTILES} Kept is by the reading that was the promise.`}
  >
    <SharesTable id="by-unit" title="By unit" first="Unit" shares={report.byUnit} name={names.unit} />
    <SharesTable id="by-form" title="By form" first="Form" shares={report.byForm} name={names.form} />
  </Part>
)

/** Scores that visitors gave. */
export const Ratings = ({ report, names }: PartProps): JSX.Element => (
  <Part title="Ratings">
    {report.ratings.length === 0 ? (
      <p class="soft">No visitor rated an answer in these days.</p>
    ) : (
      <Table
        id="ratings"
        title="Ratings by unit"
        columns={['Unit', 'Mean, of 1 to 5', 'Ratings']}
        rows={report.ratings.map(({ unit, mean, count }) => (
          <tr>
            <th scope="row">{names.unit(unit)}</th>
            <td>{mean.toFixed(1)}</td>
            <td>{count}</td>
          </tr>
        ))}
      />
    )}
  </Part>
)

/** The breaches, one by one, and what was late when it ended without an answer. */
export const Breaches = ({ report, names }: PartProps): JSX.Element => (
  <Part
    title={report.breaches.length === 0 ? 'Breaches' : `Breaches (${report.breaches.length})`}
    about={
      report.breaches.length === 0
        ? 'None: nothing was answered late, and nothing waits past its due.'
        : 'Answered late, or not answered though due, by the reading that was the promise; in the order of their dues. Lateness is told round the clock. The reason is a tag “late-…” on the ticket.'
    }
  >
    {report.breaches.length === 0 ? null : <BreachTable report={report} names={names} />}
    {report.endedLate.length === 0 ? null : <EndedLateTable report={report} names={names} />}
  </Part>
)

function BreachTable({ report: { breaches, range }, names }: PartProps): JSX.Element {
  const minute = minuteIn(range.zone)
  return (
    <Table
      id="breaches"
      title="Breaches one by one"
      columns={['Number', 'Unit', 'Due', 'Late by', 'Answered', 'Reason']}
      rows={breaches.map(({ number, unit, dueAt, answeredAt, lateMs, reason }) => (
        <tr>
          <th scope="row">{number}</th>
          <td class="text">{names.unit(unit)}</td>
          <td>
            <time datetime={dueAt.toISOString()}>{minute(dueAt)}</time>
          </td>
          <td>{tellDuration(lateMs, 'en')}</td>
          <td>{answeredAt === null ? 'not yet' : minute(answeredAt)}</td>
          <td class="text">{reason ?? NO_REASON}</td>
        </tr>
      ))}
    />
  )
}

function EndedLateTable({ report: { endedLate, range }, names }: PartProps): JSX.Element {
  const minute = minuteIn(range.zone)
  return (
    <>
      <p class="soft">
        {`Late as well, and counted neither as kept nor as missed: ${endedLate.length} ended without an answer past their due.`}
      </p>
      <Table
        id="ended-late"
        title="Ended without an answer past their due"
        columns={['Number', 'Unit', 'Due', 'How it ended', 'Ended', 'Reason']}
        rows={endedLate.map((one) => (
          <tr>
            <th scope="row">{one.number}</th>
            <td class="text">{names.unit(one.unit)}</td>
            <td>
              <time datetime={one.dueAt.toISOString()}>{minute(one.dueAt)}</time>
            </td>
            <td class="text">{lateEndWords(one)}</td>
            <td>{minute(one.endedAt)}</td>
            <td class="text">{one.reason ?? NO_REASON}</td>
          </tr>
        ))}
      />
    </>
  )
}
