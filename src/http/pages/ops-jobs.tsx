import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Sought } from '../board-query.ts'
import { Decision, DecisionFields, type Deciding } from './ops-decision.tsx'
import { Ago, OpsTable } from './ops-table.tsx'

/** A job that waits for a person. Ids and reasons hold nothing personal. */
export interface ParkedJob {
  readonly id: string
  /** What the visitor of its conversation was told, by which staff find the ticket; null where it has none. */
  readonly reference: string | null
  readonly kind: string
  readonly since: Date
  readonly reason: string
  readonly attempts: number
}

/** Something that `ACT=observe` would have done. */
export interface ObservedAct {
  readonly at: Date
  readonly kind: string
  readonly what: string
}

export interface PausedLane {
  readonly lane: string
  readonly since: Date
  readonly reason: string
}

interface Of<T> {
  readonly list: Sought<T>
  readonly now: Date
}

export const ParkedJobs = (props: Of<ParkedJob> & Deciding): JSX.Element => (
  <OpsTable
    name="Parked jobs"
    id="parked"
    list={props.list}
    columns={['Job', 'Waits', 'Attempts', 'Reason', 'Decide']}
    empty="No job is parked."
    row={(job) => <ParkedRow {...props} job={job} />}
  />
)

export const PausedLanes = ({ list, now }: Of<PausedLane>): JSX.Element => (
  <OpsTable
    name="Paused lanes"
    id="paused"
    list={list}
    columns={['Lane', 'Paused', 'Reason']}
    empty="Every lane is running."
    row={({ lane, since, reason }) => (
      <tr>
        <th scope="row">{lane}</th>
        <td>
          <Ago at={since} now={now} />
        </td>
        <td class="long">{reason}</td>
      </tr>
    )}
  />
)

export const ObservedActs = ({ list, now }: Of<ObservedAct>): JSX.Element => (
  <OpsTable
    name="Acts observed"
    id="observed"
    list={list}
    columns={['When', 'Act', 'What']}
    empty="Nothing was held back."
    row={({ at, kind, what }) => (
      <tr>
        <td>
          <Ago at={at} now={now} />
        </td>
        <td>{kind}</td>
        <td class="long">{what}</td>
      </tr>
    )}
  />
)

function ParkedRow({
  job: { id, kind, reference, since, attempts, reason },
  now,
  ...props
}: Of<ParkedJob> & Deciding & { readonly job: ParkedJob }): JSX.Element {
  const reasonId = `reason-${id}`
  return (
    <tr>
      <th scope="row">
        {kind}
        <br />
        {reference === null ? null : (
          <>
            {`Request ${reference}`}
            <br />
          </>
        )}
        <code>{id}</code>
      </th>
      <td>
        <Ago at={since} now={now} />
      </td>
      <td>{attempts}</td>
      <td class="long">{reason}</td>
      <td>
        <Decision {...props} at="parked" path={`jobs/${id}/retry`} word="Retry" about={id} />
        <details>
          <summary>
            Discard<span class="vh"> {id}</span>
          </summary>
          <form method="post" action={props.decide(`jobs/${id}/discard`)}>
            <DecisionFields {...props} at="parked" />
            <label for={reasonId}>Reason</label>
            <input class="box" id={reasonId} name="reason" required maxlength={500} />
            <button class="quiet" type="submit">
              Discard<span class="vh"> {id}</span>
            </button>
          </form>
        </details>
      </td>
    </tr>
  )
}
