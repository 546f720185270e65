import { expect } from 'vitest'
import { after, MINUTE_MS } from '../../src/clock.ts'
import { createStores } from '../../src/furnish.ts'
import { promiseCheck } from '../../src/http/promise-health.ts'
import type { Db } from '../../src/store/db.ts'
import { jobs, levelMarks, messages, promises } from '../../src/store/schema.ts'
import { aUnit, PROMISE, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { storedSweep } from './stored-sweep.ts'

export const CLOSED = 2_000
export const OPEN = 50

/** The first ones are open: requests of ten days ago that nobody answered, and of whom half were told that it is late. */
const numbers = `with recursive each(n) as (select 1 union all select n + 1 from each where n < ${CLOSED + OPEN})`
/** The next daily reminder of them comes five minutes from now. */
const sentAt = '(unixepoch() - 863700) * 1000'

/** Rows of a desk that was busy before promises had rows of their own. */
export const ROWS_OF_A_BUSY_DESK: readonly string[] = [
  `insert into submissions (id, key, key_until, content, form, language, time_zone, name, email, organisation, answers,
    policy_version, title, body, sent_at) ${numbers} select 's' || n, 'k' || n, 0, 'c', 'upload-trouble', 'en', null,
    'Ann Lee', 'ann.lee@example.org', null, '{}', '2025-01', 'Upload', 'It stops', ${sentAt} from each`,
  `insert into conversations (id, submission, reference, ticket_number, ticket_id, ticket_created_at, opened_at, unit,
    due_at, recipient, link_hash, link_generation, link_key, told_late_at) ${numbers} select 'c' || n, 's' || n,
    '780' || n, '780' || n, n, ${sentAt}, ${sentAt}, 'first-line', ${sentAt} + 172800000, 'ann.lee@example.org',
    'hash' || n, 1, 'key', case when n <= ${OPEN / 2} then ${sentAt} + 172800000 end from each`,
  `insert into tickets (id, number, created_at, updated_at, group_id, "group", owned, closed, sight, looked_at,
    waiting_since, told_waiting, muted, hand_overs, state_type) ${numbers} select n, '780' || n, ${sentAt},
    ${sentAt} + 3600000, 2, 'First Line support', 0, n > ${OPEN}, 'seen', ${sentAt}, null, 0, 0, 0,
    case when n > ${OPEN} then 'closed' else 'open' end from each`,
]

const RULES = {
  ...rulebookOf(unitsOf(aUnit({ id: 'first-line', notify: ['first@staff.example'] }))),
  promise: {
    ...PROMISE,
    levels: [
      { share: 0.75, digest: false, to: ['unit'] as const, repeats: null },
      { share: 1, digest: false, to: ['unit'] as const, repeats: 'daily' as const },
    ],
  },
}

/** Of a desk that was busy before its upgrade the open requests are watched first, and nobody hears of what was missed. */
export async function expectQuietUpgrade(db: Db): Promise<void> {
  const stores = createStores(db)
  const since = new Date((await stores.memory.recall('promises-since')) ?? Number.NaN)
  let now = since
  const clock = () => now
  const failed: string[] = []
  const sweep = storedSweep(db, {
    rules: RULES,
    relay: 'webform',
    clock,
    failed: (line) => failed.push(line),
  })
  const rows = async () => {
    const all = await db.q.select().from(promises)
    return {
      done: all.filter(({ version }) => version !== ''),
      isOpen: all.filter((row) => row.isOpen).length,
    }
  }
  const mails = async () => ({
    alerts: (await db.q.select().from(jobs)).filter(({ kind }) => kind === 'send-alert').length,
    notices: (await db.q.select().from(messages)).length,
  })
  const isWatched = () => promiseCheck({ ...stores, clock, timeZone: 'Europe/Madrid' })

  expect((await rows()).isOpen).toBe(OPEN)
  expect(await isWatched()).toMatchObject({ ok: true })
  await sweep({ inTime: () => true })
  const { done } = await rows()
  expect(done.filter(({ isOpen }) => isOpen)).toHaveLength(OPEN)
  expect(await isWatched()).toMatchObject({ ok: true })

  // The closed ones follow by and by, twenty a minute.
  now = after(since, 2 * MINUTE_MS)
  await sweep({ inTime: () => true })
  const followed = (await rows()).done.length - OPEN
  expect(followed).toBeGreaterThanOrEqual(38)
  expect(followed).toBeLessThanOrEqual(42)
  expect(await stores.records.due(after(since, 101 * MINUTE_MS), 3_000)).toHaveLength(
    CLOSED - followed + OPEN,
  )
  expect(await mails()).toEqual({ alerts: 0, notices: 0 })
  const marks = await db.q.select().from(levelMarks)
  expect(new Set(marks.map(({ how }) => how))).toEqual(new Set(['covered']))
  expect(new Set(marks.map(({ subject }) => subject)).size).toBe(OPEN)

  // From now on it is watched like all others: what is late is told once a day.
  now = after(since, 6 * MINUTE_MS)
  await sweep({ inTime: () => true })
  expect(await mails()).toEqual({ alerts: OPEN, notices: 0 })
  expect(failed).toEqual([])
}
