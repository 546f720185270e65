import type { JSX } from 'hono/jsx/jsx-runtime'
import type { AwaitingList } from '../awaiting-staff.ts'
import { Layout } from './layout.tsx'
import { OpsAwaiting } from './ops-awaiting.tsx'
import { Ago, OpsTable } from './ops-table.tsx'
import type { RulesView } from '../staff.ts'
import type { Place } from './place.ts'

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

interface OpsSignInProps {
  readonly place: Place
  readonly action: string
  /** Whether a token was just refused. */
  readonly refused: boolean
}

interface OpsBoardProps {
  readonly place: Place
  readonly now: Date
  readonly parked: readonly ParkedJob[]
  readonly observed: readonly ObservedAct[]
  /** How many there are in all, where the lists above hold the oldest alone. */
  readonly inAll?: { readonly parked: number; readonly observed: number }
  readonly paused: readonly PausedLane[]
  readonly rules: RulesView
  /** What of the relay waits for a person. */
  readonly awaiting: AwaitingList
  /** Where a decision is sent, by its path below the board's, and the token that lets it in. */
  readonly decide: (path: string) => string
  readonly token: string
}

/** Staff pages are in English, and switch to nothing else. */
const forStaff = (place: Place): Place => ({ ...place, language: 'en', posted: true })

/** Where staff type the token that opens the board. */
export function OpsSignIn({ place, action, refused }: OpsSignInProps): JSX.Element {
  const error = refused ? 'ops-error' : undefined
  return (
    <Layout place={forStaff(place)} title="Staff board" problem={refused}>
      <h1>Staff board</h1>
      <form method="post" action={action}>
        <div class={refused ? 'field bad' : 'field'}>
          <label for="ops-token">Token</label>
          <p class="hint" id="ops-hint">
            The value of OPS_TOKEN.
          </p>
          {refused ? (
            <p class="wrong" id="ops-error">
              Enter the token as it is set. This one does not open the board.
            </p>
          ) : null}
          <input
            class="box"
            id="ops-token"
            name="token"
            type="password"
            autocomplete="current-password"
            required
            autofocus={refused}
            aria-describedby={['ops-hint', error].filter(Boolean).join(' ')}
            aria-invalid={refused ? 'true' : undefined}
          />
        </div>
        <button type="submit">Open the board</button>
      </form>
    </Layout>
  )
}

/** What waits for a person: jobs that stand still, lanes that pause, acts that were only observed, the relay's questions. */
export function OpsBoard(props: OpsBoardProps): JSX.Element {
  const { place, now, parked, observed, paused, rules, inAll } = props
  return (
    <Layout place={forStaff(place)} title="Staff board" wide>
      <h1>Staff board</h1>
      <BrokenRules rules={rules} now={now} />
      <OpsTable
        name="Parked jobs"
        inAll={inAll?.parked ?? parked.length}
        columns={['Job', 'Waits', 'Attempts', 'Reason', 'Decide']}
        empty="No job is parked."
        rows={parked.map((job) => (
          <ParkedRow {...props} job={job} />
        ))}
      />
      <OpsTable
        name="Paused lanes"
        inAll={paused.length}
        columns={['Lane', 'Paused', 'Reason']}
        empty="Every lane is running."
        rows={paused.map((lane) => (
          <tr>
            <th scope="row">{lane.lane}</th>
            <td>
              <Ago at={lane.since} now={now} />
            </td>
            <td class="long">{lane.reason}</td>
          </tr>
        ))}
      />
      <OpsTable
        name="Acts observed"
        inAll={inAll?.observed ?? observed.length}
        columns={['When', 'Act', 'What']}
        empty="Nothing was held back."
        rows={observed.map((act) => (
          <tr>
            <td>
              <Ago at={act.at} now={now} />
            </td>
            <td>{act.kind}</td>
            <td class="long">{act.what}</td>
          </tr>
        ))}
      />
      <OpsAwaiting {...props} />
      <Rules rules={rules} />
    </Layout>
  )
}

/** The files of routing-rules/ cannot be used: everything goes on by the last good ones. */
function BrokenRules({ rules, now }: { readonly rules: RulesView; readonly now: Date }): JSX.Element | null {
  const { trouble, version } = rules
  if (trouble === null) return null
  return (
    <section class="problem" aria-label="Broken rules">
      <h2>The rules’ files are broken</h2>
      <p>
        Version {version} stays in force. The present files cannot be used, since{' '}
        <Ago at={new Date(trouble.since)} now={now} />. Mend them: they are read again without a restart.
      </p>
      <ul>
        {trouble.problems.map((problem) => (
          <li>
            <code>{problem}</code>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What staff did with the decisions of each rule. */
function Rules({ rules: { version, rules, tally } }: { readonly rules: RulesView }): JSX.Element {
  const count = (rule: string | null, feedback: string): number =>
    tally.find((row) => row.rule === rule && row.feedback === feedback)?.count ?? 0
  const named = [...rules, { name: null, unit: 'the default unit' }]
  return (
    <OpsTable
      name={`Routing rules, version ${version}`}
      inAll={named.length}
      columns={['Rule', 'Unit', 'Open', 'Kept', 'Moved by hand']}
      empty="There are no rules."
      rows={named.map(({ name, unit }) => (
        <tr>
          <th scope="row" class="long">
            {name ?? 'No rule matched'}
          </th>
          <td>{unit}</td>
          <td>{count(name, 'open')}</td>
          <td>{count(name, 'kept')}</td>
          <td>{count(name, 'moved')}</td>
        </tr>
      ))}
    />
  )
}

function ParkedRow({ job, now, decide, token }: OpsBoardProps & { readonly job: ParkedJob }): JSX.Element {
  const reasonId = `reason-${job.id}`
  return (
    <tr>
      <th scope="row">
        {job.kind}
        <br />
        {job.reference === null ? null : (
          <>
            {`Request ${job.reference}`}
            <br />
          </>
        )}
        <code>{job.id}</code>
      </th>
      <td>
        <Ago at={job.since} now={now} />
      </td>
      <td>{job.attempts}</td>
      <td class="long">{job.reason}</td>
      <td>
        <form method="post" action={decide(`jobs/${job.id}/retry`)}>
          <input type="hidden" name="_token" value={token} />
          <button type="submit">
            Retry<span class="vh"> {job.id}</span>
          </button>
        </form>
        <details>
          <summary>
            Discard<span class="vh"> {job.id}</span>
          </summary>
          <form method="post" action={decide(`jobs/${job.id}/discard`)}>
            <input type="hidden" name="_token" value={token} />
            <label for={reasonId}>Reason</label>
            <input class="box" id={reasonId} name="reason" required maxlength={500} />
            <button class="quiet" type="submit">
              Discard<span class="vh"> {job.id}</span>
            </button>
          </form>
        </details>
      </td>
    </tr>
  )
}
