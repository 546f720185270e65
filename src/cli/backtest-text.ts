import {
  type Backtest,
  LEFT_OUT,
  type LeftOut,
  type MovedTicket,
  precision,
  share,
} from '../routing/backtest.ts'

/** A backtest with what it was made of. */
export interface Told extends Backtest {
  readonly since: Date
  /** Of the rulebook. */
  readonly version: string
}

/** Why tickets were left out, as people read it. */
export const LEFT_OUT_WORDS: Readonly<Record<LeftOut, string>> = {
  merged: 'merged into another ticket',
  'out-of-sight': 'out of our sight',
  'own-alert': 'made of an alert of ours',
  'before-since': 'made before that',
}

/** "91.3%", or a dash where there is nothing to take a part of. */
export const percent = (part: number | null): string => (part === null ? '–' : `${(100 * part).toFixed(1)}%`)

/** That answers were not at hand, or null where they were. */
export function byTextOnlyWords({ byTextOnly }: Backtest): string | null {
  if (byTextOnly === 0) return null
  return byTextOnly === 1
    ? '1 ticket from a form decided by its text only, as its answers are not in this database'
    : `${byTextOnly} tickets from forms decided by their text only, as their answers are not in this database`
}

/** How many tickets were left out for each reason that occurred. */
export const leftOutOf = ({ leftOut }: Backtest): readonly (readonly [number, string])[] =>
  LEFT_OUT.map((why) => [leftOut[why], LEFT_OUT_WORDS[why]] as const).filter(([number]) => number > 0)

/** What `--json` prints; names and meanings stay. */
export function printedBacktest(told: Told): object {
  const { tickets, agreed, suggested, untouched, byTextOnly, leftOut } = told
  return {
    since: told.since.toISOString(),
    version: told.version,
    tickets,
    agreed,
    agreement: share(agreed, tickets),
    suggested,
    untouched,
    by_text_only: byTextOnly,
    left_out: {
      merged: leftOut.merged,
      out_of_sight: leftOut['out-of-sight'],
      own_alert: leftOut['own-alert'],
      before_since: leftOut['before-since'],
    },
    confusion: told.rows.map(({ group, unit, said, total }) => ({
      group,
      unit,
      said: Object.fromEntries(told.units.map((id) => [id, said.get(id) ?? 0])),
      total,
    })),
    rules: told.rules.map((row) => ({ ...row, precision: precision(row) })),
    moved: told.moved.map(({ number, from, to, says }) => ({
      number,
      from,
      to,
      unit: says.unit,
      rule: says.rule,
      mode: says.mode,
    })),
  }
}

/** Columns of one width each, the first to the left and all numbers to the right. */
function aligned(lines: readonly (readonly (string | number)[])[], texts = 1): readonly string[] {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => String(line[at]).length)))
  return lines.map((line) =>
    line
      .map((cell, at) =>
        at < texts ? String(cell).padEnd(widths[at] ?? 0) : String(cell).padStart(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}

/** The confusion table: a row for each unit where tickets ended, a column for each unit that the rules say. */
export function confusionLines({ units, rows, tickets }: Backtest): readonly string[] {
  const all = units.map((id) => rows.reduce((sum, { said }) => sum + (said.get(id) ?? 0), 0))
  return aligned([
    ['ended in', ...units, 'all'],
    ...rows.map(({ group, unit, said, total }) => [
      unit ?? `${group} (no unit)`,
      ...units.map((id) => said.get(id) ?? 0),
      total,
    ]),
    ['all', ...all, tickets],
  ])
}

const ruleLines = ({ rules }: Backtest): readonly string[] =>
  aligned(
    [
      ['rule', 'unit', 'took', 'still untouched', 'ended there', 'precision', 'kept', 'moved by hand'],
      ...rules.map((row) => [
        row.rule ?? '(no rule)',
        row.unit,
        row.took,
        row.untouched,
        row.ended,
        percent(precision(row)),
        row.kept,
        row.moved,
      ]),
    ],
    2,
  )

/** Longer lists are for `--json` and `--html`. */
const LONGEST_LIST = 50

export const saysWords = ({ says }: MovedTicket): string =>
  says.mode === 'suggest' ? `${says.unit} (suggested)` : says.unit

function movedLines({ moved }: Backtest): readonly string[] {
  const lines = moved
    .slice(0, LONGEST_LIST)
    .map((one) => `${one.number}  ${[one.from, ...one.to].join(' → ')}  rules: ${saysWords(one)}`)
  const more = moved.length - lines.length
  return more > 0 ? [...lines, `… and ${more} more: --json and --html list all of them`] : lines
}

function summaryLines(told: Backtest): readonly string[] {
  const { tickets, agreed, suggested, untouched } = told
  const part = percent(share(agreed, tickets))
  const byTextOnly = byTextOnlyWords(told)
  return [
    `${agreed} of ${tickets} tickets (${part}) ended where the rules would send them.`,
    ...(suggested > 0 ? [`For ${suggested} of ${tickets} the unit is only suggested.`] : []),
    ...(untouched > 0
      ? [`${untouched} of ${tickets} are still open and untouched: no rule's precision counts them.`]
      : []),
    ...(byTextOnly === null ? [] : [`${byTextOnly}.`]),
  ]
}

/** For people at a terminal. */
export function backtestText(told: Told): string {
  const { tickets, version, since, moved } = told
  const left = leftOutOf(told).map(([number, why]) => `${number} ${why}`)
  const leftLines = left.length > 0 ? [`Left out: ${left.join(', ')}.`] : []
  const head = [`Rules ${version}, tickets made since ${since.toISOString()}`]
  const sections =
    tickets === 0
      ? [head, ['No ticket to decide was found.', ...leftLines]]
      : [
          head,
          [
            'Where tickets ended, and in the columns where the rules would send them:',
            ...confusionLines(told),
          ],
          [...summaryLines(told), ...leftLines],
          ruleLines(told),
          ...(moved.length > 0 ? [[`Moved by people: ${moved.length}`, ...movedLines(told)]] : []),
        ]
  return sections.map((lines) => lines.join('\n')).join('\n\n')
}
