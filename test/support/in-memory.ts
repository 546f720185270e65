import { onTestFinished } from 'vitest'
import type { Files } from '../../src/files.ts'
import type { Db } from '../../src/store/db.ts'
import { memoryFiles, openMemoryStore } from '../simulation/canary/memory-store.ts'
import { NOON } from './samples.ts'

let empty: Buffer | null = null

/** A database with the tables in place and nothing in them. */
function emptyDatabase(): Buffer {
  const store = openMemoryStore(null)
  const bytes = store.bytes()
  store.close()
  return bytes
}

/** A store in memory that lives as long as the test: tests that tell a long story, or many, need no disk. */
export function openInMemory(): { readonly db: Db; readonly files: Files } {
  empty ??= emptyDatabase()
  const { db, close } = openMemoryStore(empty)
  onTestFinished(close)
  return { db, files: memoryFiles(new Map(), () => NOON) }
}
