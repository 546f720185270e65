import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Assigned } from '../../clocks/lists.ts'
import type { Sought } from '../board-query.ts'
import type { RulesView } from '../staff.ts'
import { Ago, OpsTable } from './ops-table.tsx'

/** The files of routing-rules/ cannot be used: everything goes on by the last good ones. */
export function BrokenRules({
  rules,
  now,
}: {
  readonly rules: RulesView
  readonly now: Date
}): JSX.Element | null {
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

/** A rule, or what matched none, and what staff did with its decisions. */
export interface TalliedRule {
  readonly name: string
  readonly unit: string
  readonly open: number
  readonly kept: number
  readonly moved: number
}

export function talliedRules({ rules, tally }: RulesView): readonly TalliedRule[] {
  const count = (rule: string | null, feedback: string): number =>
    tally.find((row) => row.rule === rule && row.feedback === feedback)?.count ?? 0
  return [...rules, { name: null, unit: 'the default unit' }].map(({ name, unit }) => ({
    name: name ?? 'No rule matched',
    unit,
    open: count(name, 'open'),
    kept: count(name, 'kept'),
    moved: count(name, 'moved'),
  }))
}

/** What staff did with the decisions of each rule. */
export const Rules = ({
  version,
  list,
}: {
  readonly version: string
  readonly list: Sought<TalliedRule>
}): JSX.Element => (
  <OpsTable
    name={`Routing rules, version ${version}`}
    id="rules"
    list={list}
    columns={['Rule', 'Unit', 'Open', 'Kept', 'Moved by hand']}
    empty="There are no rules."
    row={({ name, unit, open, kept, moved }) => (
      <tr>
        <th scope="row" class="long">
          {name}
        </th>
        <td>{unit}</td>
        <td>{open}</td>
        <td>{kept}</td>
        <td>{moved}</td>
      </tr>
    )}
  />
)

/** What rules decided while nothing is done about it. */
export const Decisions = ({
  list,
  now,
  unitName,
}: {
  readonly list: Sought<Assigned>
  readonly now: Date
  readonly unitName: (id: string | null) => string
}): JSX.Element => (
  <OpsTable
    name="Decided past First Line within a day"
    id="decided"
    list={list}
    columns={['Ticket', 'Unit', 'Rule', 'Decided']}
    empty="No rule sent a ticket to another unit within a day."
    row={({ number, unit, rule, at }) => (
      <tr>
        <th scope="row">{number}</th>
        <td>{unitName(unit)}</td>
        <td class="long">{rule}</td>
        <td>
          <Ago at={at} now={now} />
        </td>
      </tr>
    )}
  />
)
