import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteDb } from '../../src/runtime/node/sqlite.ts'

const MIGRATIONS = 'src/store/migrations'

let empty: Buffer | null = null

/** A database file with the tables in place and nothing in them. */
function emptyDatabase(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-empty-'))
  const path = join(folder, 'firstline.sqlite')
  openSqlite(path, MIGRATIONS).close()
  const bytes = readFileSync(path)
  rmSync(folder, { recursive: true, force: true })
  return bytes
}

/** Opens the database file, and makes it where there is none: the migrations take longer than most tests. */
export function openMigrated(path: string): SqliteDb {
  empty ??= emptyDatabase()
  if (!existsSync(path)) writeFileSync(path, empty)
  return openSqlite(path, MIGRATIONS)
}
