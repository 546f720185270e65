import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { d1Db } from '../../../src/runtime/worker/d1.ts'
import { BEFORE_RELAY, expectUpgraded, ROWS_OF_BEFORE } from '../../store/upgraded.ts'
import type { TestEnv } from '../../support/platform.worker.ts'

test('a D1 database from before the relay comes through its upgrade with everything in it', async () => {
  await reset()
  // What the bindings are is written in wrangler.toml and in the settings of this project.
  const { DB, TEST_MIGRATIONS } = env as unknown as TestEnv
  const last = TEST_MIGRATIONS.findIndex(({ name }) => name === `${BEFORE_RELAY}.sql`)
  expect(last).toBeGreaterThanOrEqual(0)
  await applyD1Migrations(DB, TEST_MIGRATIONS.slice(0, last + 1))
  for (const row of ROWS_OF_BEFORE) await DB.prepare(row).run()
  await applyD1Migrations(DB, TEST_MIGRATIONS)
  await expectUpgraded(d1Db(DB))
})
