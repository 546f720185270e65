import type { ClockRow, LevelMark, PromiseRow, Subject } from '../clocks/records.ts'
import { asDate } from './instants.ts'
import type { clocks, levelMarks, promises } from './schema.ts'

type PromiseColumns = typeof promises.$inferSelect

/** Stands before the instant of a touch in `next_at`: what was touched is due whatever our clock says, and said then. */
export const TOUCHED_MS = 10 ** 13

/** When a row is to be reckoned, or since when it is, as it was touched. */
export const nextAtOf = (ms: number | null): Date | null =>
  asDate(ms !== null && ms < 0 ? ms + TOUCHED_MS : ms)

/** A ticket's row that has lost its ticket to a conversation's names it in its id still. */
export const subjectOf = ({ id, conversation, ticket }: PromiseColumns): Subject =>
  conversation === null
    ? { conversation, ticketId: ticket ?? Number(id.slice('t:'.length)) }
    : { conversation, ticketId: ticket }

const runningOf = (row: PromiseColumns): PromiseRow['running'] =>
  row.clock === null || row.kind === null || row.startedAt === null
    ? null
    : { key: row.clock, kind: row.kind, startedAt: new Date(row.startedAt), dueAt: asDate(row.dueAt) }

export const promiseOf = (row: PromiseColumns): PromiseRow => ({
  id: row.id,
  subject: subjectOf(row),
  number: row.number,
  form: row.form,
  unit: row.unit,
  priority: row.priority,
  isOpen: row.isOpen,
  running: runningOf(row),
  quietSince: asDate(row.quietSince),
  tag: row.tag,
  nextAt: nextAtOf(row.nextAt),
  version: row.version,
})

export const markOf = (row: typeof levelMarks.$inferSelect): LevelMark => ({
  ...row,
  cameAt: new Date(row.cameAt),
  at: new Date(row.at),
  acknowledgedAt: asDate(row.acknowledgedAt),
  mailedAt: asDate(row.mailedAt),
})

export function clockOf(row: typeof clocks.$inferSelect): ClockRow {
  const due = { wall: asDate(row.dueWall), business: asDate(row.dueBusiness) }
  return {
    subject: row.subject,
    number: row.number,
    form: row.form,
    reason: row.reason,
    clock: {
      key: row.key,
      kind: row.kind,
      because: row.because,
      startedAt: new Date(row.startedAt),
      unit: row.unit,
      priority: row.priority,
      targetMs: row.targetMs,
      picked: row.picked,
      passed: { wall: row.passedWall, business: row.passedBusiness },
      due,
      dueAt: due[row.picked],
      outcome: row.outcome,
      endedAt: asDate(row.endedAt),
      kept: { wall: row.keptWall, business: row.keptBusiness },
    },
  }
}
