import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Files } from '../../src/files.ts'
import { createFolder } from '../../src/runtime/node/files.ts'
import type { Db } from '../../src/store/db.ts'
import { openMemoryStore } from '../simulation/canary/memory-store.ts'

let empty: Buffer | null = null

/** A database with the tables in place and nothing in them. */
function emptyDatabase(): Buffer {
  const store = openMemoryStore(null)
  const bytes = store.bytes()
  store.close()
  return bytes
}

/** A database in memory and a folder that live as long as the test, for stories that need no disk. */
export function openInMemory(): { readonly db: Db; readonly files: Files } {
  empty ??= emptyDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'firstline-memory-'))
  const store = openMemoryStore(empty)
  onTestFinished(() => {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { db: store.db, files: createFolder(join(folder, 'files')) }
}
