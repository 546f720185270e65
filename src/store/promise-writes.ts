import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import {
  type ClockRecords,
  type ClockRow,
  type PromiseRow,
  type Subject,
  subjectId,
} from '../clocks/records.ts'
import type { Write } from '../writes.ts'
import { asWrite, type Queries } from './db.ts'
import { isHeld } from './insert.ts'
import { asMs } from './instants.ts'
import { TOUCHED_MS } from './promise-row.ts'
import { clocks, promises } from './schema.ts'

type Promised = typeof promises.$inferInsert
type Values = { readonly [Column in keyof Promised]?: SQL }

const named = (table: string, { name }: SQLiteColumn): SQL =>
  sql`${sql.identifier(table)}.${sql.identifier(name)}`

/** What a row holds where it is new, and as it is known where it is not. */
const KNOWN: Required<Values> = {
  id: sql`wanted.id`,
  conversation: sql`known.conversation`,
  ticket: sql`known.ticket`,
  number: sql`coalesce(known.number, '')`,
  form: sql`known.form`,
  unit: sql`known.unit`,
  priority: sql`known.priority`,
  isOpen: sql`coalesce(known.is_open, 1)`,
  clock: sql`known.clock`,
  kind: sql`known.kind`,
  startedAt: sql`known.started_at`,
  dueAt: sql`known.due_at`,
  quietSince: sql`known.quiet_since`,
  tag: sql`coalesce(known.tag, 'none')`,
  nextAt: sql`known.next_at`,
  version: sql`coalesce(known.version, '')`,
  touched: sql`coalesce(known.touched, 0)`,
}

/** What a row is without that rests: nothing lists it and nothing is due of it. */
const AT_REST: Values = {
  ticket: sql`null`,
  isOpen: sql`0`,
  clock: sql`null`,
  kind: sql`null`,
  startedAt: sql`null`,
  dueAt: sql`null`,
  quietSince: sql`null`,
  nextAt: sql`null`,
  touched: sql`known.touched + 1`,
}

const promiseColumns = Object.entries(getTableColumns(promises))

/** A row of that id as it is known, with these values in place of what is known. */
function selected(id: SQL, values: Values, condition: SQL): SQL {
  const all: Values = { ...KNOWN, ...values }
  const each = promiseColumns.map(([name]) => all[name as keyof Promised] ?? sql`null`)
  return sql`select ${sql.join(each, sql`, `)} from (select ${id} as id) wanted
    left join promises known on known.id = wanted.id where ${condition}`
}

const holderOf = (ticketId: number): SQL =>
  sql`(select holder.id from promises holder where holder.ticket = ${ticketId})`

/** The ticket of a conversation: what it is told now, unless another conversation has that one. */
const ticketOf = ({ conversation, ticketId }: Subject): SQL =>
  ticketId === null
    ? sql`known.ticket`
    : sql`case when exists (select 1 from promises other where other.ticket = ${ticketId}
        and other.conversation <> ${conversation}) then known.ticket else ${ticketId} end`

/** A tag that a ticket got before anybody knew whose it is was promised all the same. */
const tagOf = ({ ticketId }: Subject): SQL =>
  ticketId === null
    ? sql`coalesce(known.tag, 'none')`
    : sql`coalesce((select alone.tag from promises alone where alone.ticket = ${ticketId}
        and alone.conversation is null), known.tag, 'none')`

/** Whether a clock of the subject may be kept: it has a row, and not one that rests. */
const isAwake = (id: string): SQL =>
  sql`exists (select 1 from promises awake where awake.id = ${id}
    and (awake.conversation is not null or awake.ticket is not null))`

const clockColumns = Object.entries(getTableColumns(clocks))

const valuesOf = ({ number, form, reason, clock }: ClockRow, subject: string, version: string) => ({
  subject,
  key: clock.key,
  number,
  form,
  reason,
  kind: clock.kind,
  because: clock.because,
  startedAt: clock.startedAt.getTime(),
  unit: clock.unit,
  priority: clock.priority,
  targetMs: clock.targetMs,
  picked: clock.picked,
  passedWall: clock.passed.wall,
  passedBusiness: clock.passed.business,
  dueWall: asMs(clock.due.wall),
  dueBusiness: asMs(clock.due.business),
  outcome: clock.outcome,
  endedAt: asMs(clock.endedAt),
  keptWall: clock.kept.wall,
  keptBusiness: clock.kept.business,
  version,
})

const param = (column: SQLiteColumn, value: unknown): SQL => sql`${sql.param(value, column)}`

function keptValues(row: PromiseRow, touched: number): Values {
  const { running } = row
  const at = row.nextAt?.getTime() ?? null
  return {
    number: param(promises.number, row.number),
    form: param(promises.form, row.form),
    unit: param(promises.unit, row.unit),
    priority: param(promises.priority, row.priority),
    isOpen: param(promises.isOpen, row.isOpen),
    clock: param(promises.clock, running?.key ?? null),
    kind: param(promises.kind, running?.kind ?? null),
    startedAt: param(promises.startedAt, running?.startedAt.getTime() ?? null),
    dueAt: param(promises.dueAt, asMs(running?.dueAt ?? null)),
    quietSince: param(promises.quietSince, asMs(row.quietSince)),
    tag: param(promises.tag, row.tag),
    // What was touched meanwhile may have been kept by somebody who knew more: it is reckoned again at once.
    nextAt: sql`case when coalesce(known.touched, ${touched}) = ${touched} then ${at} else min(coalesce(known.next_at, 0), 0) end`,
    version: param(promises.version, row.version),
    touched: sql`coalesce(known.touched, ${touched})`,
  }
}

/** The writes of promises and their clocks. */
export function createPromiseWrites(q: Queries): Pick<ClockRecords, 'touch' | 'keep'> {
  const put = (rows: SQL, columns: readonly (readonly [string, SQLiteColumn])[]): Write =>
    asWrite(
      q
        .insert(promises)
        .select(rows)
        .onConflictDoUpdate({
          target: promises.id,
          set: Object.fromEntries(columns.map(([name, column]) => [name, named('excluded', column)])),
        }),
    )
  const changing = promiseColumns.filter(([name]) => name !== 'id' && name !== 'conversation')

  /** The conversation's row, after the one of a ticket that nobody knew to be its ticket has let go of it. */
  const ofConversation = (
    subject: Extract<Subject, { conversation: string }>,
    values: Values,
    condition: SQL,
  ): SQL => {
    const { conversation, ticketId } = subject
    const own = { ...values, conversation: sql`${conversation}`, ticket: ticketOf(subject) }
    const row = selected(sql`${subjectId(subject)}`, own, condition)
    if (ticketId === null) return row
    const isAlone = sql`known.ticket = ${ticketId} and ${condition}`
    return sql`${selected(sql`${`t:${ticketId}`}`, AT_REST, isAlone)} union all ${row}`
  }

  return {
    touch(subject, at, held) {
      const condition = held ? isHeld(held) : sql`true`
      const ms = at.getTime() - TOUCHED_MS
      const values = {
        nextAt: sql`min(coalesce(known.next_at, ${ms}), ${ms})`,
        touched: sql`coalesce(known.touched, 0) + 1`,
      }
      if (subject.conversation !== null) {
        return put(ofConversation(subject, { ...values, tag: tagOf(subject) }, condition), changing)
      }
      const id = sql`coalesce(${holderOf(subject.ticketId)}, ${subjectId(subject)})`
      return put(selected(id, { ...values, ticket: sql`${subject.ticketId}` }, condition), changing)
    },
    keep(row, its, touched) {
      const { id, subject } = row
      const values = keptValues(row, touched)
      const isFree = sql`coalesce(${holderOf(subject.ticketId ?? 0)}, ${id}) = ${id}`
      const rows =
        subject.conversation === null
          ? selected(sql`${id}`, { ...values, ticket: sql`${subject.ticketId}` }, isFree)
          : ofConversation(subject, values, sql`true`)
      return [put(rows, changing), forget(q, row, its), ...(its.length > 0 ? [keepClocks(q, row, its)] : [])]
    },
  }
}

/** Takes away the clocks that are not among these, and those of a row of its ticket that rests since. */
function forget(q: Queries, { id, subject }: PromiseRow, its: readonly ClockRow[]): Write {
  const keys = JSON.stringify(its.map(({ clock }) => clock.key))
  const others = sql`${clocks.subject} = ${id} and ${clocks.key} not in (select value from json_each(${keys}))`
  if (subject.conversation === null || subject.ticketId === null)
    return asWrite(q.delete(clocks).where(others))
  const isRested = sql`${clocks.subject} = ${`t:${subject.ticketId}`} and exists (select 1 from promises own
    where own.id = ${id} and own.ticket = ${subject.ticketId})`
  return asWrite(q.delete(clocks).where(sql`(${others}) or (${isRested})`))
}

/** What a clock is called: it follows its ticket, also when it ended long ago. */
const NAMES: ReadonlySet<string> = new Set(['number', 'form', 'reason'])

const clockNames = clockColumns.filter(([name]) => NAMES.has(name))
const clockTerms = clockColumns.filter(([name]) => name !== 'subject' && name !== 'key' && !NAMES.has(name))

/** Whether a stored clock ended by other rules, and as it does now. */
const isSettled = sql`(clocks.ended_at is not null and clocks.version <> excluded.version
  and (clocks.started_at, clocks.ended_at, clocks.outcome)
    = (excluded.started_at, excluded.ended_at, excluded.outcome))`

const differs = (columns: typeof clockColumns): SQL => {
  const list = (table: string): SQL =>
    sql.join(
      columns.map(([, column]) => named(table, column)),
      sql`, `,
    )
  return sql`(${list('clocks')}) is not (${list('excluded')})`
}

const KEEP_CLOCK: Readonly<Record<string, SQL>> = Object.fromEntries([
  ...clockNames.map(([name, column]) => [name, named('excluded', column)]),
  ...clockTerms.map(([name, column]) => [
    name,
    sql`case when ${isSettled} then ${named('clocks', column)} else ${named('excluded', column)} end`,
  ]),
])

/** In one statement, however many they are: D1 takes 100 parameters. What is the same already is not written. */
function keepClocks(q: Queries, { id, version }: PromiseRow, its: readonly ClockRow[]): Write {
  const json = JSON.stringify(its.map((one) => valuesOf(one, id, version)))
  const each = clockColumns.map(([name]) => sql`json_extract(given.value, ${sql.raw(`'$.${name}'`)})`)
  return asWrite(
    q
      .insert(clocks)
      .select(sql`select ${sql.join(each, sql`, `)} from json_each(${json}) given where ${isAwake(id)}`)
      .onConflictDoUpdate({
        target: [clocks.subject, clocks.key],
        set: KEEP_CLOCK,
        setWhere: sql`${differs(clockNames)} or (not ${isSettled} and ${differs(clockTerms)})`,
      }),
  )
}
