import { tellDuration } from '../language.ts'
import type { Count, Kept, Report, Share } from './report.ts'
import { ENDINGS } from './report-standing.ts'
import {
  ENDED_WORDS,
  endedLateWords,
  FORMULA,
  hoursWords,
  lateEndWords,
  minuteIn,
  type Names,
  NO_REASON,
  percentWords,
  pickedWords,
  titleWords,
  PERCENTILES,
} from './report-words.ts'

type Line = readonly (string | number)[]

/** Columns of one width each: the first ones to the left, as many as are texts, and numbers to the right. */
function aligned(lines: readonly Line[], texts = 1): readonly string[] {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => String(line[at]).length)))
  const put = (cell: string | number, at: number): string =>
    at < texts ? String(cell).padEnd(widths[at] ?? 0) : String(cell).padStart(widths[at] ?? 0)
  return lines.map((line) => line.map(put).join('  ').trimEnd())
}

const countLine = (name: string, { carriedIn, received, late }: Count): Line => [
  name,
  received,
  carriedIn,
  carriedIn + received,
  late,
]

function balance({ received, carriedIn, endings, open }: Report): readonly string[] {
  const ended = ENDINGS.filter(
    (one) => one === 'answered' || one === 'closed' || endings[one].carriedIn + endings[one].received > 0,
  )
  return aligned([
    ['how they ended', 'received', 'from before', 'all', 'past due'],
    ...ended.map((one) => countLine(ENDED_WORDS[one], endings[one])),
    countLine('Open at the end', open),
    ['All', received, carriedIn, received + carriedIn, ''],
  ])
}

function keptLines(report: Report): readonly string[] {
  const line = (name: string, kept: Kept): Line => [
    name,
    kept.inTime,
    kept.late,
    kept.overdue,
    percentWords(kept),
  ]
  return [
    ...aligned([
      ['kept', 'in time', 'late', 'unanswered though due', 'kept'],
      line('As promised', report.kept.promised),
      line('By the wall clock', report.kept.wall),
      line('By hours of business', report.kept.business),
    ]),
    endedLateWords(report),
    pickedWords(report),
    `Kept = ${FORMULA}.`,
  ]
}

const shareLines = (title: string, shares: readonly Share[], name: (id: string | null) => string) => [
  ...aligned([
    [title, 'answered', 'kept', 'median', '90th', 'median, business', '90th, business'],
    ...shares.map(({ id, answered, kept, time }) => [
      name(id),
      answered,
      percentWords(kept),
      hoursWords(time.wall.median),
      hoursWords(time.wall.p90),
      hoursWords(time.business.median),
      hoursWords(time.business.p90),
    ]),
  ]),
]

function breachLines({ breaches, range }: Report, names: Names): readonly string[] {
  if (breaches.length === 0) return ['No breach.']
  const minute = minuteIn(range.zone)
  return [
    `Breaches: ${breaches.length}`,
    ...aligned(
      [
        ['number', 'unit', 'due', 'late by', 'answered', 'reason'],
        ...breaches.map(({ number, unit, dueAt, answeredAt, lateMs, reason }) => [
          number,
          names.unit(unit),
          minute(dueAt),
          tellDuration(lateMs, 'en'),
          answeredAt === null ? 'not yet' : minute(answeredAt),
          reason ?? NO_REASON,
        ]),
      ],
      6,
    ),
  ]
}

function endedLateLines({ endedLate, range }: Report, names: Names): readonly string[] {
  const minute = minuteIn(range.zone)
  return [
    `Late, and ended without an answer (not counted as kept or missed): ${endedLate.length}`,
    ...aligned(
      [
        ['number', 'unit', 'due', 'how it ended', 'ended', 'reason'],
        ...endedLate.map((one) => [
          one.number,
          names.unit(one.unit),
          minute(one.dueAt),
          lateEndWords(one),
          minute(one.endedAt),
          one.reason ?? NO_REASON,
        ]),
      ],
      6,
    ),
  ]
}

function ratingLines({ ratings }: Report, names: Names): readonly string[] {
  if (ratings.length === 0) return ['No ratings.']
  return aligned([
    ['rated by visitors', 'mean', 'ratings'],
    ...ratings.map(({ unit, mean, count }) => [names.unit(unit), mean.toFixed(1), count]),
  ])
}

/** Whether nobody waited in the range: there is nothing to tell of its clocks. */
export const isQuiet = ({ received, carriedIn }: Report): boolean => received + carriedIn === 0

/** For people at a terminal. */
export function reportText(report: Report, names: Names): string {
  const { range, asOf } = report
  const head = [
    `The promise, ${titleWords(report)}`,
    `As of ${minuteIn(range.zone)(asOf)}; all times are in ${range.zone}.`,
  ]
  const sections = isQuiet(report)
    ? [head, ['Nobody asked in these days, and nobody was waiting from before.'], ratingLines(report, names)]
    : [
        head,
        balance(report),
        keptLines(report),
        [
          ...shareLines('time to answer, by unit', report.byUnit, names.unit),
          '',
          ...shareLines('by form', report.byForm, names.form),
          PERCENTILES,
        ],
        [
          `Hand-overs by people: ${report.handOvers}. Clocks of units that a ticket was handed to: ${report.internal}.`,
        ],
        ratingLines(report, names),
        breachLines(report, names),
        ...(report.endedLate.length === 0 ? [] : [endedLateLines(report, names)]),
      ]
  return sections.map((lines) => lines.join('\n')).join('\n\n')
}
