import type { Files } from '../../src/files.ts'
import type { Db } from '../../src/store/db.ts'

/** What a runtime brings, empty and of its own for each test. */
export interface TestPlatform {
  readonly runtime: 'node' | 'workers'
  readonly db: Db
  readonly files: Files
}
