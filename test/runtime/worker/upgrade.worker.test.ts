import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { d1Db } from '../../../src/runtime/worker/d1.ts'
import type { Db } from '../../../src/store/db.ts'
import {
  BEFORE_PROMISES,
  BEFORE_RELAY,
  expectPromisesUpgraded,
  expectUpgraded,
  ROWS_BEFORE_PROMISES,
  ROWS_OF_BEFORE,
} from '../../store/upgraded.ts'
import { expectQuietUpgrade, ROWS_OF_A_BUSY_DESK } from '../../store/upgraded-desk.ts'
import type { TestEnv } from '../../support/platform.worker.ts'

/** A database that was in use at a migration, after an upgrade to the present one. */
async function upgraded(before: string, rows: readonly string[]): Promise<Db> {
  await reset()
  // What the bindings are is written in wrangler.toml and in the settings of this project.
  const { DB, TEST_MIGRATIONS } = env as unknown as TestEnv
  const last = TEST_MIGRATIONS.findIndex(({ name }) => name === `${before}.sql`)
  expect(last).toBeGreaterThanOrEqual(0)
  await applyD1Migrations(DB, TEST_MIGRATIONS.slice(0, last + 1))
  for (const row of rows) await DB.prepare(row).run()
  await applyD1Migrations(DB, TEST_MIGRATIONS)
  return d1Db(DB)
}

test('a D1 database from before the relay comes through its upgrade with everything in it', async () => {
  const db = await upgraded(BEFORE_RELAY, ROWS_OF_BEFORE)
  await expectPromisesUpgraded(db, [])
  await expectUpgraded(db)
})

test('a D1 database from before promises had rows comes through its upgrade, and nobody is told twice', async () => {
  const db = await upgraded(BEFORE_PROMISES, ROWS_BEFORE_PROMISES)
  await expectPromisesUpgraded(db, ['conversation-2'])
  await expectUpgraded(db)
})

test('after its upgrade a D1 database of a busy desk has its open requests watched first, and tells nobody of what was missed', async () => {
  await expectQuietUpgrade(await upgraded(BEFORE_PROMISES, ROWS_OF_A_BUSY_DESK))
})
