import { and, asc, eq, gt, isNull, lte, ne, sql } from 'drizzle-orm'
import type { AlertJobs, WaitingAlert } from '../outbox/alert-jobs.ts'
import type { Held } from '../writes.ts'
import { asWrite, type Db } from './db.ts'
import { isHeld } from './insert.ts'
import { conversations, jobs } from './schema.ts'

const isAlert = eq(jobs.kind, 'send-alert')

/** Whether the row, as `waiting`, is one of these jobs and surely went to nobody yet. */
const isStillWaiting = (serial: string, names: readonly string[], { job }: Held) =>
  sql`waiting.id in (select value from json_each(${JSON.stringify(names)})) and waiting.id <> ${job}
    and waiting.kind = 'send-alert' and waiting.serial = ${serial}
    and waiting.state = 'ready' and waiting.uncertain = 0`

const standing = (row: {
  readonly named: unknown
  readonly known: string | null
  readonly ticket: number | null
}): WaitingAlert['conversation'] => {
  if (row.named === null) return 'none'
  if (row.known === null) return 'gone'
  return row.ticket === null ? 'unopened' : 'opened'
}

export function createAlertJobs({ q }: Db): AlertJobs {
  const held = ({ job, lease }: Held) =>
    and(eq(jobs.id, job), eq(jobs.lease, lease), eq(jobs.state, 'running'))
  return {
    async waitingAlerts(serial, except, limit) {
      const rows = await q
        .select({
          job: jobs,
          named: sql<unknown>`json_extract(${jobs.payload}, '$.alert.conversation')`,
          known: conversations.id,
          ticket: conversations.ticketId,
        })
        .from(jobs)
        .leftJoin(
          conversations,
          eq(conversations.id, sql`json_extract(${jobs.payload}, '$.alert.conversation')`),
        )
        .where(
          and(
            isAlert,
            eq(jobs.serial, serial),
            eq(jobs.state, 'ready'),
            eq(jobs.uncertain, 0),
            ne(jobs.id, except),
          ),
        )
        .orderBy(asc(jobs.createdAt), asc(jobs.id))
        .limit(limit)
      return rows.map(({ job, ...conversation }) => ({
        job: job.id,
        payload: JSON.parse(job.payload) as unknown,
        attempts: job.attempts,
        createdAt: new Date(job.createdAt),
        conversation: standing(conversation),
      }))
    },

    foldAlerts(lease, { serial, jobs: names, now }) {
      const matches = isStillWaiting(serial, names, lease)
      // Both statements see the same rows: the first one touches none of those that it reads.
      const folded = sql`(select json_group_array(json(item)) from (
        select value as item from json_each(jobs.payload, '$.folded')
        union all
        select json_object('job', waiting.id, 'createdAt', waiting.created_at,
          'alert', json(json_extract(waiting.payload, '$.alert'))) from jobs waiting where ${matches}
        union all
        select taken.value from jobs waiting, json_each(waiting.payload, '$.folded') taken where ${matches}))`
      const takeUp = q
        .update(jobs)
        .set({ payload: sql`json_set(jobs.payload, '$.folded', json(${folded}))` })
        .where(held(lease))
      const settle = q
        .update(jobs)
        .set({
          state: 'done',
          reasonCode: null,
          reason: `folded into ${lease.job}`,
          settledAt: now.getTime(),
        })
        .where(and(sql`${jobs.id} in (select waiting.id from jobs waiting where ${matches})`, isHeld(lease)))
      return [asWrite(takeUp), asWrite(settle)]
    },

    async payloadOf(lease) {
      const [row] = await q.select({ payload: jobs.payload }).from(jobs).where(held(lease))
      return row ? (JSON.parse(row.payload) as unknown) : null
    },

    freezeAlerts: (lease, told) =>
      asWrite(
        q
          .update(jobs)
          .set({ payload: sql`json_set(jobs.payload, '$.told', json(${JSON.stringify(told)}))` })
          .where(held(lease)),
      ),

    async alertsMailed(serial, { from, to }) {
      const rows = await q
        .select({ at: jobs.settledAt })
        .from(jobs)
        .where(
          and(
            isAlert,
            eq(jobs.serial, serial),
            eq(jobs.state, 'done'),
            // One that was folded or dropped tells why.
            isNull(jobs.reason),
            gt(jobs.settledAt, from.getTime()),
            lte(jobs.settledAt, to.getTime()),
          ),
        )
      return rows.flatMap(({ at }) => (at === null ? [] : [new Date(at)]))
    },
  }
}
