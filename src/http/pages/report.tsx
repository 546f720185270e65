import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { keptShare, type KeptIn, type Report } from '../../promise/report.ts'
import { type Days, isoDay, type Step } from '../../promise/report-range.ts'
import { isQuiet } from '../../promise/report-text.ts'
import {
  daysWords,
  hoursWords,
  minuteIn,
  type Names,
  percentWords,
  spanWords,
  STEP_WORDS,
  titleWords,
} from '../../promise/report-words.ts'
import { renderPage } from './layout.tsx'
import { Bars, Line } from './report-charts.tsx'
import { REPORT_CSS } from './report-style.ts'
import {
  Balance,
  Breaches,
  KeptByReading,
  Part,
  type PartProps,
  Ratings,
  Table,
  TimesByGroup,
} from './report-tables.tsx'
import { type Accent, styleSheet } from './style.css.ts'

const PARTS = { lower: 'in time', upper: 'late' } as const

/** The main figures, before all others. */
function Headline({ report }: PartProps): JSX.Element {
  const { kept, endings, open, received, carriedIn, time } = report
  const { promised } = kept
  const answered = endings.answered.received + endings.answered.carriedIn
  const facts: readonly (readonly [name: string, figure: string, more: string])[] = [
    [
      'Kept',
      percentWords(promised),
      keptShare(promised) === null
        ? 'nothing was answered or due'
        : `${promised.inTime} of ${promised.inTime + promised.late + promised.overdue}`,
    ],
    ['Received', String(received), `${carriedIn} more open from before`],
    ['Answered', String(answered), `${promised.late} of them late`],
    [
      'Closed without an answer',
      String(endings.closed.received + endings.closed.carriedIn),
      `${endings.closed.late} of them past due`,
    ],
    ['Open at the end', String(open.received + open.carriedIn), `${open.late} of them past due`],
    ['Median time to answer', hoursWords(time.wall.median), `90th percentile ${hoursWords(time.wall.p90)}`],
  ]
  return (
    <dl class="headline">
      {facts.map(([name, figure, more]) => (
        <div class="card">
          <dt>{name}</dt>
          <dd>
            {figure}
            <span>{more}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}

const Key = (): JSX.Element => (
  <p class="key" aria-hidden="true">
    <span>In time</span>
    <span class="late-key">Late</span>
  </p>
)

/** As an axis tells it: "5 Oct", or of months "Oct 2026". */
const AXIS_DAY = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' })
const AXIS_MONTH = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short', year: '2-digit' })
const axisLabel = (day: number, step: Step): string =>
  (step === 'month' ? AXIS_MONTH : AXIS_DAY).format(new Date(isoDay(day)))

const stepTitle = (step: Step): string =>
  step === 'week' ? 'Week (Monday to Sunday)' : step === 'day' ? 'Day' : 'Month'

/** Days whose names are not broken in two. */
const DaysTold = ({ from, to }: Days): JSX.Element =>
  from === to ? (
    <span class="day">{isoDay(from)}</span>
  ) : (
    <>
      <span class="day">{isoDay(from)}</span> to <span class="day">{isoDay(to)}</span>
    </>
  )

const counted = (count: number, step: Step): string => `${count} ${STEP_WORDS[step]}${count === 1 ? '' : 's'}`

function AnsweredOverTime({ report }: PartProps): JSX.Element {
  const { step, days } = report.answered
  const title = `Answered per ${STEP_WORDS[step]}`
  const [inTime, late] = [report.kept.promised.inTime, report.kept.promised.late]
  const row = ({ from, to, kept }: KeptIn): JSX.Element => (
    <tr>
      <th scope="row">
        <DaysTold from={from} to={to} />
      </th>
      <td>{kept.inTime}</td>
      <td>{kept.late}</td>
    </tr>
  )
  return (
    <Part title={title}>
      <div class="pair">
        <figure>
          <div class="draw" role="region" aria-label={`${title}, chart`} tabindex={0}>
            <Bars
              id="answered-chart"
              title={title}
              about={`Bars for ${counted(days.length, step)}: ${inTime} answered in time, ${late} late. The table has the figures.`}
              parts={PARTS}
              bars={days.map(({ from, to, kept }) => ({
                label: axisLabel(from, step),
                name: daysWords({ from, to }),
                lower: kept.inTime,
                upper: kept.late,
              }))}
            />
          </div>
          <Key />
        </figure>
        <Table
          id="answered"
          title={`${title}, in time and late`}
          columns={[stepTitle(step), 'In time', 'Late']}
          rows={days.map(row)}
          isLong
        />
      </div>
    </Part>
  )
}

function KeptOverTime({ report }: PartProps): JSX.Element {
  const { step, days } = report.trend
  const title = `Kept per ${STEP_WORDS[step]}`
  return (
    <Part
      title={title}
      about="An answer counts on its day, what is not answered though due on the day of its due, or on the first of these days where that was earlier."
    >
      <div class="pair">
        <figure>
          <div class="draw" role="region" aria-label={`${title}, chart`} tabindex={0}>
            <Line
              id="kept-chart"
              title={title}
              about={`A line for ${counted(days.length, step)}; in all ${percentWords(report.kept.promised)} were kept. The table has the figures.`}
              points={days.map(({ from, to, kept }) => ({
                label: axisLabel(from, step),
                name: daysWords({ from, to }),
                share: keptShare(kept),
                told: percentWords(kept),
              }))}
            />
          </div>
        </figure>
        <Table
          id="trend"
          title={`${title}, by the reading that was the promise`}
          columns={[stepTitle(step), 'In time', 'Late', 'Not answered', 'Kept']}
          rows={days.map(({ from, to, kept }) => (
            <tr>
              <th scope="row">
                <DaysTold from={from} to={to} />
              </th>
              <td>{kept.inTime}</td>
              <td>{kept.late}</td>
              <td>{kept.overdue}</td>
              <td>{percentWords(kept)}</td>
            </tr>
          ))}
          isLong
        />
      </div>
    </Part>
  )
}

function HowLong({ report }: PartProps): JSX.Element {
  const { took } = report
  const title = 'How long answers took'
  return (
    <Part title={title} about="The chart tells the wall clock: what visitors waited, round the clock.">
      <div class="pair">
        <figure>
          <div class="draw" role="region" aria-label={`${title}, chart`} tabindex={0}>
            <Bars
              id="took-chart"
              title={title}
              about={`Bars for ${took.length} spans of time. Half of the answers took ${hoursWords(report.time.wall.median)} or less, nine of ten ${hoursWords(report.time.wall.p90)} or less. The table has the figures.`}
              parts={PARTS}
              bars={took.map(({ fromMs, toMs, inTime, late }) => ({
                label: spanWords(fromMs, toMs, 'short'),
                name: spanWords(fromMs, toMs),
                lower: inTime,
                upper: late,
              }))}
            />
          </div>
          <Key />
        </figure>
        <Table
          id="took"
          title="Answers by the time that they took"
          columns={['Time', 'Wall clock', 'Of these, late', 'Business']}
          rows={took.map(({ fromMs, toMs, inTime, late, business }) => (
            <tr>
              <th scope="row">{spanWords(fromMs, toMs)}</th>
              <td>{inTime + late}</td>
              <td>{late}</td>
              <td>{business}</td>
            </tr>
          ))}
        />
      </div>
    </Part>
  )
}

/** The report itself, without its heading. */
function Figures(props: PartProps): JSX.Element {
  if (isQuiet(props.report)) {
    return (
      <>
        <p class="lead">Nobody asked in these days, and nobody was waiting from before.</p>
        {props.report.ratings.length > 0 ? <Ratings {...props} /> : null}
      </>
    )
  }
  return (
    <>
      <Headline {...props} />
      <KeptByReading {...props} />
      <Balance {...props} />
      <AnsweredOverTime {...props} />
      <KeptOverTime {...props} />
      <HowLong {...props} />
      <TimesByGroup {...props} />
      <Breaches {...props} />
      <Ratings {...props} />
    </>
  )
}

export interface ReportPageProps {
  /** Null where what was asked for cannot be reported. */
  readonly report: Report | null
  readonly names: Names
  readonly accent: Accent
  /** Name of the helpdesk. */
  readonly desk: string
  /** What stands below its heading where it is a page of the staff board. */
  readonly controls?: Child
}

/** The style of the page, which stands in it: its hash lets it through a policy that allows no other. */
export const reportStyle = (accent: Accent): string => styleSheet(accent) + REPORT_CSS

/** A report as a page that needs nothing beside itself and runs nothing; staff read it in English. */
export function reportPage({ report, names, accent, desk, controls }: ReportPageProps): string {
  const title = report === null ? 'The promise' : `The promise, ${titleWords(report)}`
  return renderPage(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`${report === null ? 'Error: ' : ''}${title} · ${desk}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <style>{raw(reportStyle(accent))}</style>
      </head>
      <body>
        <main class="column wide">
          <h1>{title}</h1>
          {controls ?? null}
          {report === null ? null : (
            <>
              <p class="soft">
                {`${desk}. As of ${minuteIn(report.range.zone)(report.asOf)}; days and times are those of ${report.range.zone}.`}
              </p>
              <Figures report={report} names={names} />
            </>
          )}
        </main>
      </body>
    </html>,
  )
}
