import type { Clock } from '../clock.ts'
import type { Alert, PromiseAlarm } from '../outbox/alert.ts'
import type { ClockRecords, LevelMark, PromiseRow } from './records.ts'
import type { Reckoner } from './reckoned.ts'

/** So many rows that are due are reckoned for one mail: a Worker's call may ask its store a thousand times. */
const MOST_RECKONED = 25

export interface StillTrueDeps {
  readonly records: Pick<ClockRecords, 'byAcks' | 'byIds'>
  readonly reckoner: Pick<Reckoner, 'of'>
  readonly clock: Clock
}

/** Tells of each alert that was not mailed yet, in their order, whether it still says what is so. */
export type StillTrue = (alerts: readonly Alert[]) => Promise<readonly boolean[]>

/**
 * An alert about a promise is not true once its clock ended or somebody acknowledged its level; any other is. It goes by
 * how the promise was put down last; where that is due to be reckoned, as after an answer, it is reckoned here.
 */
export const createStillTrue =
  (deps: StillTrueDeps): StillTrue =>
  async (alerts) => {
    const alarms = alerts.filter((alert): alert is PromiseAlarm => alert.about === 'promise')
    if (alarms.length === 0) return alerts.map(() => true)
    const marks = await deps.records.byAcks(alarms.map(({ ack }) => ack))
    const running = await runningOf(deps, [...new Set([...marks.values()].map(({ subject }) => subject))])
    return alerts.map((alert) => {
      const mark = alert.about === 'promise' ? marks.get(alert.ack) : undefined
      // A level that is told and not put down is told by a store that was restored.
      return mark === undefined || isTrue(mark, running)
    })
  }

const isTrue = (mark: LevelMark, running: ReadonlyMap<string, string | null>): boolean =>
  mark.acknowledgedAt === null && running.get(mark.subject) === mark.clock

/** The key of the clock that runs, by the id of its subject. */
async function runningOf(
  { records, reckoner, clock }: StillTrueDeps,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const now = clock()
  const running = new Map<string, string | null>()
  let reckoned = 0
  for (const [id, row] of await records.byIds(subjects)) {
    const isReckoned = isDue(row, now) && reckoned < MOST_RECKONED
    if (isReckoned) reckoned += 1
    const key = isReckoned ? (await reckoner.of(row.subject, now))?.reckoning.running?.key : row.running?.key
    running.set(id, key ?? null)
  }
  return running
}

const isDue = ({ nextAt }: PromiseRow, now: Date): boolean => nextAt !== null && nextAt <= now
