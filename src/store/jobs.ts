import { and, asc, count, eq, gt, inArray, isNull, lte, min, or, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { HOUR_MS } from '../clock.ts'
import { type JobState, type Lane, LANES, type NewJob, type ParkCode } from '../outbox/job.ts'
import { type JobStore, type ListedJob, PAGE } from '../outbox/job-store.ts'
import type { Held } from '../writes.ts'
import { createAlertJobs } from './alert-jobs.ts'
import { asWrite, type Db } from './db.ts'
import { insertWhere, isHeld } from './insert.ts'
import { asDate } from './instants.ts'
import { awaitsNoReceipt, hasNoTicket, mayHaveTicket, stands } from './parked.ts'
import { conversations, jobs, pauses } from './schema.ts'

const LONGEST_WAIT_MS = 6 * HOUR_MS

const WAITING: readonly JobState[] = ['ready', 'unknown']
const UNFINISHED: readonly JobState[] = ['ready', 'running', 'unknown']

interface JobRow {
  readonly job: typeof jobs.$inferSelect
  readonly reference: string | null
}

const laneOf = (text: string): Lane => LANES.find((lane) => lane === text) ?? 'zammad'

const rowOf = (job: NewJob) => ({
  ...job,
  payload: JSON.stringify(job.payload),
  state: 'ready' as const,
  attempts: 0,
  uncertain: 0,
  preparing: false,
  cuts: 0,
  nextAt: job.nextAt.getTime(),
  createdAt: job.createdAt.getTime(),
})

const asListed = ({ job, reference }: JobRow): ListedJob => ({
  id: job.id,
  kind: job.kind,
  lane: laneOf(job.lane),
  state: job.state,
  attempts: job.attempts,
  nextAt: new Date(job.nextAt),
  createdAt: new Date(job.createdAt),
  conversation: job.conversation,
  reference,
  code: job.reasonCode,
  reason: job.reason,
})

export function createJobs(db: Db): JobStore {
  const { q } = db
  const held = (lease: Held) =>
    and(eq(jobs.id, lease.job), eq(jobs.lease, lease.lease), eq(jobs.state, 'running'))
  const free = { lease: null, leasedUntil: null }
  const stop = (code: ParkCode, reason: string, now: Date) => ({
    ...free,
    state: 'parked' as const,
    reasonCode: code,
    reason,
    settledAt: now.getTime(),
  })
  const listed = (where: SQL | undefined) =>
    q
      .select({ job: jobs, reference: conversations.reference })
      .from(jobs)
      .leftJoin(conversations, eq(conversations.id, jobs.conversation))
      .where(where)
  return {
    ...createAlertJobs(db),

    add: (job, lease) =>
      insertWhere(
        q,
        jobs,
        rowOf(job),
        lease ? isHeld(lease) : sql`true`,
        job.naturalKey === null ? 'fail' : 'ignore',
      ),

    addReceipt: (job, conversation, standing) =>
      insertWhere(q, jobs, rowOf(job), sql`${stands(standing)} and ${awaitsNoReceipt(conversation)}`),

    addCustomerChange: (job, conversation, standing) =>
      insertWhere(q, jobs, rowOf(job), sql`${stands(standing)} and ${mayHaveTicket(conversation)}`, 'ignore'),

    reserial: (conversation, { from, to }, standing) =>
      asWrite(
        q
          .update(jobs)
          .set({ serial: to })
          .where(
            and(
              eq(jobs.conversation, conversation),
              eq(jobs.serial, from),
              inArray(jobs.state, [...WAITING, 'parked']),
              stands(standing),
              hasNoTicket(conversation),
            ),
          ),
      ),

    async claim(lane, { now, lease, leaseMs, prepare }) {
      const at = now.getTime()
      const kinds = prepare?.kinds ?? []
      const prepares = kinds.length === 0 ? sql`false` : inArray(jobs.kind, [...kinds])
      const wasRunning = sql`${jobs.state} = 'running'`
      const due = q
        .select({ id: jobs.id })
        .from(jobs)
        .where(
          and(
            eq(jobs.lane, lane),
            or(
              and(inArray(jobs.state, WAITING), lte(jobs.nextAt, at)),
              and(eq(jobs.state, 'running'), lte(jobs.leasedUntil, at)),
            ),
            sql`not exists (select 1 from pauses where pauses.lane = ${lane})`,
            sql`(${jobs.serial} is null or not exists (select 1 from jobs busy where busy.serial = ${jobs.serial}
              and busy.id <> ${jobs.id} and busy.state = 'running' and busy.leased_until > ${at}))`,
          ),
        )
        .orderBy(asc(jobs.nextAt), asc(jobs.id))
        .limit(1)
      const [row] = await q
        .update(jobs)
        .set({
          state: 'running',
          lease,
          leasedUntil: sql`${at} + case when ${prepares} then ${prepare?.leaseMs ?? 0} else ${leaseMs} end`,
          claimedAt: at,
          preparing: sql`${prepares}`,
          cuts: sql`${jobs.cuts} + (${wasRunning} and ${jobs.preparing})`,
          lastAttemptAt: sql`case when not (${wasRunning}) then ${jobs.claimedAt}
            when ${jobs.preparing} then ${jobs.lastAttemptAt} else ${jobs.leasedUntil} end`,
          uncertain: sql`${jobs.uncertain} + (${wasRunning} and not ${jobs.preparing})`,
        })
        .where(eq(jobs.id, sql`(${due})`))
        .returning()
      if (!row) return null
      return {
        job: row.id,
        lease,
        kind: row.kind,
        conversation: row.conversation,
        payload: JSON.parse(row.payload) as unknown,
        attempts: row.attempts,
        uncertain: row.uncertain,
        cuts: row.cuts,
        lastAttemptAt: asDate(row.lastAttemptAt),
        firstFailedAt: asDate(row.firstFailedAt),
        createdAt: new Date(row.createdAt),
      }
    },

    begin: (lease, leasedUntil) =>
      asWrite(
        q.update(jobs).set({ preparing: false, leasedUntil: leasedUntil.getTime() }).where(held(lease)),
      ),

    done: (lease, now, reason) =>
      asWrite(
        q
          .update(jobs)
          .set({
            ...free,
            state: 'done',
            reasonCode: null,
            reason: reason ?? null,
            settledAt: now.getTime(),
          })
          .where(held(lease)),
      ),

    again: (lease, retry) =>
      asWrite(
        q
          .update(jobs)
          .set({
            ...free,
            state: retry.state,
            nextAt: retry.nextAt.getTime(),
            ...(retry.payload === undefined ? {} : { payload: JSON.stringify(retry.payload) }),
            attempts: sql`${jobs.attempts} + ${retry.counts ? 1 : 0}`,
            uncertain: sql`${jobs.uncertain} + ${retry.counts && retry.state === 'unknown' ? 1 : 0}`,
            cuts: 0,
            ...(retry.failed
              ? { firstFailedAt: sql`coalesce(${jobs.firstFailedAt}, ${retry.endedAt.getTime()})` }
              : {}),
            reasonCode: retry.code,
            reason: retry.reason,
            claimedAt: retry.counts
              ? sql`case when ${jobs.preparing} then ${jobs.lastAttemptAt} else ${retry.endedAt.getTime()} end`
              : sql`${jobs.lastAttemptAt}`,
          })
          .where(held(lease)),
      ),

    park: (lease, { code, reason, now }) =>
      asWrite(
        q
          .update(jobs)
          .set(stop(code, reason, now))
          .where(held(lease)),
      ),

    pause: (lane, { reason, now, probeAt }) =>
      asWrite(
        q
          .insert(pauses)
          .values({ lane, reason, since: now.getTime(), probeAt: probeAt.getTime() })
          .onConflictDoNothing(),
      ),

    recover: (now) =>
      asWrite(
        q
          .update(jobs)
          .set({
            ...free,
            state: sql`case when ${jobs.preparing} and ${jobs.uncertain} = 0 then 'ready' else 'unknown' end`,
            uncertain: sql`${jobs.uncertain} + (not ${jobs.preparing})`,
            cuts: sql`${jobs.cuts} + ${jobs.preparing}`,
            claimedAt: sql`case when ${jobs.preparing} then ${jobs.lastAttemptAt} else ${now.getTime()} end`,
            // One that was under way in crash after crash may be their cause.
            nextAt: sql`${now.getTime()} + case when ${jobs.uncertain} + ${jobs.cuts} < 3 then 0
              else min(900000, 1000 * (1 << min(${jobs.uncertain} + ${jobs.cuts}, 10))) end`,
          })
          .where(eq(jobs.state, 'running')),
      ),

    hasten(now) {
      const ms = now.getTime()
      const isFar = (column: SQLiteColumn) => gt(column, ms + LONGEST_WAIT_MS)
      const claimedAt = sql`min(${jobs.claimedAt}, ${ms})`
      const waiting = and(inArray(jobs.state, WAITING), isFar(jobs.nextAt))
      const running = and(eq(jobs.state, 'running'), isFar(jobs.leasedUntil))
      return [
        asWrite(q.update(jobs).set({ nextAt: ms, claimedAt }).where(waiting)),
        // Whoever has it may be at work on it still.
        asWrite(
          q
            .update(jobs)
            .set({ leasedUntil: ms + HOUR_MS, claimedAt })
            .where(running),
        ),
        asWrite(q.update(pauses).set({ probeAt: ms }).where(isFar(pauses.probeAt))),
      ]
    },

    async list(states, after) {
      const at = after?.createdAt.getTime() ?? 0
      const beyond = after && or(gt(jobs.createdAt, at), and(eq(jobs.createdAt, at), gt(jobs.id, after.id)))
      const rows = await listed(and(inArray(jobs.state, [...states]), beyond))
        .orderBy(asc(jobs.createdAt), asc(jobs.id))
        .limit(PAGE)
      return rows.map(asListed)
    },

    async byId(id) {
      const [row] = await listed(eq(jobs.id, id))
      return row ? asListed(row) : null
    },

    retry: (id, { now, change = {} }) =>
      asWrite(
        q
          .update(jobs)
          .set({
            state: 'ready',
            nextAt: now.getTime(),
            createdAt: now.getTime(),
            attempts: 0,
            cuts: 0,
            firstFailedAt: null,
            uncertain: sql`min(${jobs.uncertain}, 1)`,
            settledAt: null,
            payload: sql`json_patch(${jobs.payload}, ${JSON.stringify({ maskedTries: 0, ...change })})`,
          })
          .where(and(eq(jobs.id, id), eq(jobs.state, 'parked'))),
      ),

    discard: (id, { reason, now }) =>
      asWrite(
        q
          .update(jobs)
          .set({ state: 'discarded', reason, settledAt: now.getTime() })
          .where(and(eq(jobs.id, id), eq(jobs.state, 'parked'))),
      ),

    async pauses() {
      const rows = await q.select().from(pauses)
      return rows.map((row) => ({
        lane: laneOf(row.lane),
        reason: row.reason,
        since: new Date(row.since),
        probeAt: new Date(row.probeAt),
      }))
    },
    resume: (lane) => asWrite(q.delete(pauses).where(eq(pauses.lane, lane))),
    probeLater: (lane, probeAt) =>
      asWrite(q.update(pauses).set({ probeAt: probeAt.getTime() }).where(eq(pauses.lane, lane))),

    async counts() {
      return await q
        .select({ lane: jobs.lane, kind: jobs.kind, state: jobs.state, count: count() })
        .from(jobs)
        .groupBy(jobs.lane, jobs.kind, jobs.state)
    },

    async troubleOf(conversation, kind) {
      const [row] = await q
        .select({ state: jobs.state, code: jobs.reasonCode })
        .from(jobs)
        .where(
          and(
            eq(jobs.conversation, conversation),
            eq(jobs.kind, kind),
            inArray(jobs.state, ['ready', 'running', 'unknown', 'parked']),
          ),
        )
      return row ?? null
    },

    async isUnfinished(conversation, kind) {
      const [row] = await q
        .select({ id: jobs.id })
        .from(jobs)
        .where(and(eq(jobs.conversation, conversation), eq(jobs.kind, kind), inArray(jobs.state, UNFINISHED)))
        .limit(1)
      return row !== undefined
    },

    nextInTurn(serial, reason, now) {
      const first = q
        .select({ id: jobs.id })
        .from(jobs)
        .where(and(eq(jobs.serial, serial), eq(jobs.state, 'ready'), eq(jobs.reason, reason)))
        .orderBy(
          sql`json_extract(${jobs.payload}, '$.createdAt')`,
          sql`json_extract(${jobs.payload}, '$.article')`,
        )
        .limit(1)
      return asWrite(
        q
          .update(jobs)
          .set({ nextAt: now.getTime() })
          .where(eq(jobs.id, sql`(${first})`)),
      )
    },
    async unfinishedBefore({ conversation, ticketId }, { id, createdAt }) {
      const isOfReader =
        conversation === null
          ? and(isNull(jobs.conversation), sql`json_extract(${jobs.payload}, '$.ticket') = ${ticketId}`)
          : eq(jobs.conversation, conversation)
      const [row] = await q
        .select({ id: jobs.id })
        .from(jobs)
        .where(
          and(
            eq(jobs.lane, 'mail'),
            inArray(jobs.state, UNFINISHED),
            eq(jobs.kind, 'send-answer'),
            isOfReader,
            // Instants are of one form in payloads, so that they sort as texts.
            sql`(json_extract(${jobs.payload}, '$.createdAt'), json_extract(${jobs.payload}, '$.article'))
              < (${createdAt.toISOString()}, ${id})`,
          ),
        )
        .limit(1)
      return row !== undefined
    },

    addBounded: (job, most) =>
      insertWhere(
        q,
        jobs,
        rowOf(job),
        sql`(select count(*) from jobs waiting where waiting.lane = ${job.lane}
          and waiting.state in ${UNFINISHED} and waiting.kind = ${job.kind}) < ${most}`,
        'ignore',
      ),

    forget: (lease) => asWrite(q.update(jobs).set({ payload: '{}' }).where(held(lease))),

    async alertAddress(id) {
      const [row] = await q
        .select({ to: sql<unknown>`json_extract(${jobs.payload}, '$.to')` })
        .from(jobs)
        .where(and(eq(jobs.id, id), inArray(jobs.kind, ['send-alert', 'send-digest', 'send-report'])))
      return typeof row?.to === 'string' ? row.to : null
    },

    async oldestTrouble(lane, before) {
      const [row] = await q
        .select({ at: min(jobs.createdAt) })
        .from(jobs)
        .where(
          and(
            eq(jobs.lane, lane),
            or(
              and(inArray(jobs.state, WAITING), or(gt(jobs.attempts, 0), lte(jobs.nextAt, before.getTime()))),
              and(eq(jobs.state, 'running'), lte(jobs.claimedAt, before.getTime())),
            ),
          ),
        )
      return row?.at === null || row?.at === undefined ? null : new Date(row.at)
    },

    async nextDue(lane) {
      const [row] = await q
        .select({ at: min(jobs.nextAt) })
        .from(jobs)
        .where(
          and(
            eq(jobs.lane, lane),
            inArray(jobs.state, WAITING),
            sql`not exists (select 1 from pauses where pauses.lane = ${lane})`,
          ),
        )
      return row?.at === null || row?.at === undefined ? null : new Date(row.at)
    },
  }
}
