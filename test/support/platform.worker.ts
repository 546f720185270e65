import { applyD1Migrations, type D1Migration, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { d1Db } from '../../src/runtime/worker/d1.ts'
import { createBucket } from '../../src/runtime/worker/r2.ts'
import type { TestPlatform } from './platform.ts'

interface TestEnv {
  readonly DB: D1Database
  readonly FILES: R2Bucket
  readonly TEST_MIGRATIONS: D1Migration[]
}

/** D1 and R2 of the local workerd, emptied. */
export async function openPlatform(): Promise<TestPlatform> {
  await reset()
  const { DB, FILES, TEST_MIGRATIONS } = env as unknown as TestEnv
  await applyD1Migrations(DB, TEST_MIGRATIONS)
  return { runtime: 'workers', db: d1Db(DB), files: createBucket(FILES) }
}
