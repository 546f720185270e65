import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { openSqlite, type SqliteDb } from '../../../src/runtime/node/sqlite.ts'
import { createClockRecords } from '../../../src/store/clock-records.ts'
import {
  BEFORE_PROMISES,
  BEFORE_RELAY,
  expectPromisesUpgraded,
  expectUpgraded,
  ROWS_BEFORE_PROMISES,
  ROWS_OF_BEFORE,
} from '../../store/upgraded.ts'
import { expectQuietUpgrade, ROWS_OF_A_BUSY_DESK } from '../../store/upgraded-desk.ts'

const MIGRATIONS = 'src/store/migrations'
const Journal = z.looseObject({ entries: z.array(z.looseObject({ tag: z.string() })) })

/** The migrations up to one, as that release of ours brought them. */
function migrationsUpTo(tag: string, folder: string): string {
  const old = join(folder, 'migrations')
  cpSync(MIGRATIONS, old, { recursive: true })
  const path = join(old, 'meta', '_journal.json')
  const journal = Journal.parse(JSON.parse(readFileSync(path, 'utf8')))
  const last = journal.entries.findIndex((entry) => entry.tag === tag)
  expect(last).toBeGreaterThanOrEqual(0)
  writeFileSync(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, last + 1) }))
  return old
}

/** A database that was in use at a migration, after an upgrade to the present one. */
async function upgraded(before: string, rows: readonly string[]): Promise<SqliteDb> {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-upgrade-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'firstline.sqlite')
  openSqlite(path, migrationsUpTo(before, folder)).close()
  const old = new Database(path)
  for (const row of rows) old.exec(row)
  old.close()
  for (let start = 0; start < 2; start += 1) openSqlite(path, MIGRATIONS).close()
  const db = openSqlite(path, MIGRATIONS)
  onTestFinished(() => db.close())
  expect(db.pragma('foreign_key_check')).toBeUndefined()
  expect(db.pragma('integrity_check')).toBe('ok')
  return db
}

test('a database from before the relay comes through its upgrade with everything in it', async () => {
  const db = await upgraded(BEFORE_RELAY, ROWS_OF_BEFORE)
  await expectPromisesUpgraded(db, [])
  await expectUpgraded(db)
})

test('a database from before promises had rows comes through its upgrade, and nobody is told twice', async () => {
  const db = await upgraded(BEFORE_PROMISES, ROWS_BEFORE_PROMISES)
  await expectPromisesUpgraded(db, ['conversation-2'])
  await expectUpgraded(db)
})

const alertJob = (
  id: string,
  serial: string,
  settledAt: number,
  reason: string | null,
  acks: readonly string[],
) =>
  `insert into jobs (id, kind, lane, serial, natural_key, payload, state, attempts, uncertain, next_at, created_at, settled_at, reason) values
    ('${id}', 'send-alert', 'mail', '${serial}', '${id}', '${JSON.stringify({ told: { alerts: acks.map((ack) => ({ ack })) } })}',
    'done', 1, 0, 0, 0, ${settledAt}, ${reason === null ? 'null' : `'${reason}'`})`
const toldMark = (ack: string) =>
  `insert into level_marks values ('t:1', 'request', '${ack}', 'told', 1, 2, '${ack}', null)`

test('an upgrade finds out which levels were mailed, when first, and to whom', async () => {
  const db = await upgraded('0003_promise', [
    ...['mailed', 'waiting'].map(toldMark),
    alertJob('a', 'alert:1', 60, null, ['mailed', 'of-another']),
    alertJob('b', 'alert:2', 50, null, ['mailed']),
    alertJob('c', 'alert:3', 40, 'folded into b', ['mailed', 'waiting']),
  ])
  const found = await createClockRecords(db).byAcks(['mailed', 'waiting'])
  expect(found.get('mailed')?.mailedAt).toEqual(new Date(50))
  expect(found.get('mailed')?.mailedTo.toSorted()).toEqual(['alert:1', 'alert:2'])
  expect(found.get('waiting')).toMatchObject({ mailedAt: null, mailedTo: [] })
})

test('after its upgrade a database of a busy desk has its open requests watched first, and tells nobody of what was missed', async () => {
  await expectQuietUpgrade(await upgraded(BEFORE_PROMISES, ROWS_OF_A_BUSY_DESK))
})
