import { expect } from 'vitest'
import type { ClockLists } from '../../src/clocks/lists.ts'
import { createClockLists } from '../../src/store/clock-lists.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import type { Db, Queries } from '../../src/store/db.ts'
import { createNotedLevels } from '../../src/store/noted-levels.ts'
import { NOON } from '../support/samples.ts'
import { ofTicket } from './clock-samples.ts'
import { hours } from './records.ts'

/** A statement as it was run. */
export interface Run {
  readonly text: string
  readonly parameters: readonly unknown[]
}

interface Planned {
  readonly q: Queries
  /** What was run since it was asked last. */
  readonly taken: () => readonly Run[]
  /** The lines of `explain query plan`. */
  readonly plan: (run: Run) => Promise<readonly string[]>
}

const RANGE = { from: NOON, to: hours(24) }

async function walk(lists: ClockLists): Promise<void> {
  for await (const page of lists.clocksIn(RANGE)) expect(page).toEqual([])
}

/** A clock that had ended before a range began is not come by, nor one that was started behind it. */
const isBounded = (line: string): boolean =>
  /clocks_ended \(kind=\? AND ended_at(=\? AND started_at<\?|>\?)\)/.test(line) ||
  /clocks_started \(kind=\? AND started_at>\? AND started_at<\?\)/.test(line)

const isSort = (line: string): boolean => /^USE TEMP B-TREE FOR (ORDER|LAST)/.test(line)

/** All with a clock are in an index of their own: to go through that is to go through what is open. */
const isScan = (line: string): boolean =>
  /^SCAN (?!json_each)/.test(line) && !/USING (COVERING )?INDEX promises_(due|version|quiet|live)/.test(line)

/** What is sorted: a subject's marks, clocks that start at one instant, and the few whose time stands. */
const isOfFew = (name: string, { text }: Run): boolean =>
  name === 'marks' || name === 'clocks' || text.includes('order by "promises"."started_at"')

/** Promises of all kinds that lists ask for, so that none ends with a count. */
export const keepListed = (db: Db): Promise<unknown> =>
  db.atomically(
    [null, 'technical'].flatMap((unit, n) =>
      [
        ofTicket(10 * n + 1, { unit, running: { dueAt: hours(-1) }, form: 'upload-trouble' }),
        ofTicket(10 * n + 2, { unit, running: { dueAt: hours(1) }, tag: 'promise-soon' }),
        ofTicket(10 * n + 3, { unit, running: { dueAt: null }, tag: 'promise-soon', form: 'upload-trouble' }),
      ].flatMap((row) => createClockRecords(db).keep(row, [], 0)),
    ),
  )

/** Shows that no list that is read often goes through a table, and that none is sorted as a whole. */
export async function expectPlanned({ q, taken, plan }: Planned): Promise<void> {
  const db = { q, atomically: () => Promise.resolve([]) }
  const records = createClockRecords(db)
  const lists = createClockLists(db)
  const quiet = { only: 'quiet', quietBefore: NOON } as const
  const asked: Readonly<Record<string, () => Promise<unknown>>> = {
    due: () => records.due(NOON, 9),
    behind: () => records.behind('rules-1', NOON, 9),
    'of tickets': () => records.ofTickets([1, 2, 3]),
    marks: () => records.marksOf('c:conversation-1'),
    'by ids': () => records.byIds(['t:1', 'c:conversation-1']),
    'by ack': () => records.byAck('ack-1'),
    'by acks': () => records.byAcks(['ack-1', 'ack-2']),
    acknowledged: () => records.acknowledgedOf(['t:1', 'c:conversation-1']),
    'due before': () => lists.dueBefore('technical', NOON, 9),
    list: () => lists.list({ limit: 9 }, NOON),
    'list of a unit': () => lists.list({ unit: 'technical', limit: 9 }, NOON),
    'list of no unit': () => lists.list({ unit: null, limit: 9 }, NOON),
    'late list': () => lists.list({ only: 'late', limit: 9 }, NOON),
    'soon list': () => lists.list({ only: 'soon', limit: 9 }, NOON),
    'quiet list': () => lists.list({ ...quiet, limit: 9 }, NOON),
    'quiet list of a unit': () => lists.list({ ...quiet, unit: 'technical', limit: 9 }, NOON),
    'search of a form': () => lists.list({ search: '780', form: 'upload-trouble', limit: 9 }, NOON),
    'open by level': () => lists.openByLevel(NOON),
    kept: () => lists.kept(NOON, NOON),
    'kept by day': () => lists.keptByDay(NOON, 'Europe/Madrid'),
    'with a clock': () => lists.withClock('t:1', 9),
    'alert lag': () => lists.alertLag(NOON),
    settled: () => records.settled('t:1', 'rules-1'),
    clocks: () => walk(lists),
    noted: () => createNotedLevels(db)('technical', RANGE, 9),
    'hand-overs': () => lists.handOvers(RANGE, ['t:1', 't:2']),
  }
  const slow: string[] = []
  for (const [name, ask] of Object.entries(asked)) {
    await ask()
    const runs = taken()
    if (runs.length === 0) slow.push(`${name}: nothing was run`)
    for (const run of runs) {
      const lines = await plan(run)
      if (name === 'clocks' && !lines.some(isBounded)) slow.push(`${name} has no bound: ${lines.join()}`)
      if (lines.some(isScan)) slow.push(`${name} goes through a table: ${run.text}`)
      if (lines.some(isSort) && !isOfFew(name, run)) slow.push(`${name} sorts: ${run.text}`)
    }
  }
  expect(slow).toEqual([])
}
