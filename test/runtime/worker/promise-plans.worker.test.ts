import { drizzle } from 'drizzle-orm/d1'
import { test } from 'vitest'
import { d1Db } from '../../../src/runtime/worker/d1.ts'
import { expectPlanned, keepListed, type Run } from '../../store/planned.ts'
import { openBindings } from '../../support/platform.worker.ts'

test('D1 finds what is due, and what is listed, by an index', async () => {
  const { DB } = await openBindings()
  await keepListed(d1Db(DB))
  const runs: Run[] = []
  await expectPlanned({
    q: drizzle(DB, { logger: { logQuery: (text, parameters) => void runs.push({ text, parameters }) } }),
    taken: () => runs.splice(0),
    plan: async ({ text, parameters }) => {
      const explained = await DB.prepare(`explain query plan ${text}`)
        .bind(...parameters)
        .all<{ detail: string }>()
      return explained.results.map(({ detail }) => detail)
    },
  })
})
