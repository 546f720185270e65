import { applyD1Migrations, type D1Migration, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { inject, onTestFinished } from 'vitest'
import { workerSocket } from '../../src/mail/worker-socket.ts'
import { d1Db } from '../../src/runtime/worker/d1.ts'
import { createBucket } from '../../src/runtime/worker/r2.ts'
import type { PostOffice, TestPlatform } from './platform.ts'

export interface TestEnv {
  readonly DB: D1Database
  readonly FILES: R2Bucket
  readonly TEST_MIGRATIONS: D1Migration[]
}

/** D1 and R2 of the local workerd, emptied, with the tables in place. */
export async function openBindings(): Promise<TestEnv> {
  // What the bindings are is written in wrangler.toml and in the settings of this project.
  const bindings = env as unknown as TestEnv
  await reset()
  await applyD1Migrations(bindings.DB, bindings.TEST_MIGRATIONS)
  // After a test with many rows, workerd was seen to give the old database back once more.
  if (await hasRows(bindings.DB)) return openBindings()
  return bindings
}

const hasRows = async (db: D1Database): Promise<boolean> =>
  (await db.prepare('select 1 from jobs union all select 1 from promises limit 1').first()) !== null

export async function openPlatform(): Promise<TestPlatform> {
  const { DB, FILES } = await openBindings()
  return { runtime: 'workers', db: d1Db(DB), files: createBucket(FILES), getSocket: workerSocket }
}

/** A mailbox in the process that started this one, as workerd cannot listen. */
export async function openPostOffice(): Promise<PostOffice> {
  const offices = inject('postOffices')
  const { id, smtpUrl } = await (
    await fetch(offices, { method: 'POST' })
  ).json<{ id: string; smtpUrl: string }>()
  onTestFinished(async () => void (await fetch(`${offices}/${id}`, { method: 'DELETE' })))
  return {
    smtpUrl,
    mails: async () => (await fetch(`${offices}/${id}/mails`)).json(),
    setFault: async (fault) =>
      void (await fetch(`${offices}/${id}/fault`, { method: 'PUT', body: JSON.stringify(fault) })),
  }
}
