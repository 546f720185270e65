import type { Clock } from '../clock.ts'
import { type Report, reportOf } from '../promise/report.ts'
import type { ReportRange } from '../promise/report-range.ts'
import type { ClockLists } from './lists.ts'
import type { ClockRow } from './records.ts'

/** A report with the clocks that it was made of, by their start. */
export interface Reported {
  readonly report: Report
  readonly clocks: readonly ClockRow[]
}

type Found = readonly [name: string, row: ClockRow]

/** Reports on what was promised in a range of days, by the clocks as they were reckoned last. */
export type Reporter = (range: ReportRange) => Promise<Reported>

const byStart = ([name, { clock }]: Found, [otherName, { clock: other }]: Found): number =>
  clock.startedAt.getTime() - other.startedAt.getTime() || (name < otherName ? -1 : 1)

export const createReporter =
  (deps: {
    readonly lists: Pick<ClockLists, 'clocksIn' | 'handOvers' | 'ratings'>
    readonly clock: Clock
  }): Reporter =>
  async (range) => {
    const { lists } = deps
    const now = deps.clock()
    const found = new Map<string, ClockRow>()
    for await (const page of lists.clocksIn(range)) {
      for (const row of page) found.set(`${row.subject} ${row.clock.key}`, row)
    }
    const clocks = [...found].sort(byStart).map(([, row]) => row)
    const subjects = new Set(clocks.map(({ subject }) => subject))
    const handOvers = await lists.handOvers(range, [...subjects])
    const ratings = await lists.ratings(range)
    return { report: reportOf(clocks, { range, now, handOvers, ratings }), clocks }
  }
