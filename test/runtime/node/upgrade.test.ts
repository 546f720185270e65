import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { openSqlite } from '../../../src/runtime/node/sqlite.ts'
import { BEFORE_RELAY, expectUpgraded, ROWS_OF_BEFORE } from '../../store/upgraded.ts'

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

test('a database from before the relay comes through its upgrade with everything in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-upgrade-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'firstline.sqlite')
  openSqlite(path, migrationsUpTo(BEFORE_RELAY, folder)).close()
  const old = new Database(path)
  for (const row of ROWS_OF_BEFORE) old.exec(row)
  old.close()
  for (let start = 0; start < 2; start += 1) openSqlite(path, MIGRATIONS).close()
  const db = openSqlite(path, MIGRATIONS)
  onTestFinished(() => db.close())
  await expectUpgraded(db)
  expect(db.pragma('foreign_key_check')).toBeUndefined()
  expect(db.pragma('integrity_check')).toBe('ok')
})
