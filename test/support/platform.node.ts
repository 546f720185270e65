import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createFolder } from '../../src/runtime/node/files.ts'
import { openSqlite } from '../../src/runtime/node/sqlite.ts'
import type { TestPlatform } from './platform.ts'

/** A database file and a folder that live as long as the test. */
export async function openPlatform(): Promise<TestPlatform> {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-'))
  const db = openSqlite(join(folder, 'firstline.sqlite'), 'src/store/migrations')
  onTestFinished(() => {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { runtime: 'node', db, files: createFolder(join(folder, 'files')) }
}
