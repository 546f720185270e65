import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { openSqlite } from '../../../src/runtime/node/sqlite.ts'
import { expectPlanned, keepListed, type Run } from '../../store/planned.ts'

const Plan = z.array(z.object({ detail: z.string() }))

test('SQLite finds what is due, and what is listed, by an index', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-plans-'))
  const path = join(folder, 'firstline.sqlite')
  const db = openSqlite(path, 'src/store/migrations')
  await keepListed(db)
  db.close()
  const client = new Database(path)
  onTestFinished(() => {
    client.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const runs: Run[] = []
  await expectPlanned({
    q: drizzle(client, { logger: { logQuery: (text, parameters) => void runs.push({ text, parameters }) } }),
    taken: () => runs.splice(0),
    plan: async ({ text, parameters }) =>
      Plan.parse(client.prepare(`explain query plan ${text}`).all(...parameters)).map(({ detail }) => detail),
  })
})
