import type { JSX } from 'hono/jsx/jsx-runtime'
import {
  type AskedRange,
  isoDay,
  monthBefore,
  monthIn,
  monthOf,
  type ReportRange,
  type WrongRange,
} from '../../promise/report-range.ts'

interface ReportControlsProps {
  /** Address of the staff board, and of this page. */
  readonly board: string
  readonly action: string
  /** As it was typed. */
  readonly asked: AskedRange
  /** What is shown, and what is wrong with what was typed: one of the two is null. */
  readonly range: ReportRange | null
  readonly wrong: WrongRange | null
  readonly now: Date
  readonly zone: string
}

interface DayProps {
  readonly name: 'from' | 'to'
  readonly label: string
  readonly value: string
  readonly wrong: string | null
}

/** Plain text, not a date field: what cannot be read as a date is to be kept as it was typed. */
function Day({ name, label, value, wrong }: DayProps): JSX.Element {
  const described = wrong === null ? `${name}-hint` : `${name}-hint ${name}-error`
  return (
    <div class={wrong === null ? 'field' : 'field bad'}>
      <label for={name}>{label}</label>
      <p class="hint" id={`${name}-hint`}>
        Year-month-day
      </p>
      {wrong === null ? null : (
        <p class="wrong" id={`${name}-error`}>
          {wrong}
        </p>
      )}
      <input
        class="box"
        id={name}
        name={name}
        value={value}
        inputmode="numeric"
        autocomplete="off"
        maxlength={40}
        aria-describedby={described}
        aria-invalid={wrong === null ? undefined : 'true'}
        autofocus={wrong !== null}
      />
    </div>
  )
}

const search = (of: Readonly<Record<string, string>>): string => `?${new URLSearchParams(of).toString()}`

/** The way back to the board, to other months and to the figures as a file; and the days that can be asked for. */
export function ReportControls(props: ReportControlsProps): JSX.Element {
  const { board, action, asked, range, wrong, now, zone } = props
  const months = [
    ...(range === null ? [] : [['Month before', monthBefore(range.from, zone)] as const]),
    ['This month', monthOf(now, zone)] as const,
  ]
  const days = range === null ? null : { from: isoDay(range.firstDay), to: isoDay(range.lastDay) }
  const wrongAt = (field: 'from' | 'to'): string | null => (wrong?.field === field ? wrong.message : null)
  return (
    <>
      <nav class="links" aria-label="Report">
        <a href={board}>Staff board</a>
        {months.map(([label, month]) => (
          <a href={action + search({ month: monthIn(month) ?? '' })}>{label}</a>
        ))}
        {days === null ? null : (
          <a href={action + search({ ...days, format: 'csv' })}>CSV, one clock a line</a>
        )}
        {days === null ? null : <a href={action + search({ ...days, format: 'json' })}>JSON</a>}
      </nav>
      {wrong?.field === 'month' ? (
        <p class="problem" role="alert">
          {`${wrong.message} What was asked for: ${asked.month === '' ? 'nothing' : asked.month}.`}
        </p>
      ) : null}
      <form class="ask" method="get" action={action}>
        <Day name="from" label="First day" value={days?.from ?? asked.from ?? ''} wrong={wrongAt('from')} />
        <Day name="to" label="Last day" value={days?.to ?? asked.to ?? ''} wrong={wrongAt('to')} />
        <button type="submit">Show report</button>
      </form>
    </>
  )
}
