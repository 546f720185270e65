import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import type { Clock } from '../../../src/clock.ts'
import type { Files } from '../../../src/files.ts'
import { rememberStatements } from '../../../src/runtime/node/sqlite.ts'
import { hex } from '../../../src/secret.ts'
import { asStatement, type Db } from '../../../src/store/db.ts'

/** A database in memory, copied and opened again by its bytes. */
export interface MemoryStore {
  readonly db: Db
  readonly bytes: () => Buffer
  readonly rows: (sql: string) => readonly Readonly<Record<string, unknown>>[]
  readonly change: (sql: string) => void
  readonly close: () => void
}

/** Opens an empty database with its tables, or the one of these bytes. */
export function openMemoryStore(bytes: Buffer | null): MemoryStore {
  const client = bytes === null ? new Database(':memory:') : new Database(bytes)
  client.pragma('foreign_keys = ON')
  rememberStatements(client)
  const orm = drizzle(client)
  if (bytes === null) migrate(orm, { migrationsFolder: 'src/store/migrations' })
  return {
    db: {
      q: orm,
      async atomically(writes) {
        // Every builder's `run` is synchronous on this driver.
        const run = client.transaction(() =>
          writes.map(
            (write) => (asStatement(write) as unknown as { run(): { changes: number } }).run().changes,
          ),
        )
        return run.immediate()
      },
    },
    bytes: () => client.serialize(),
    rows: (sql) => client.prepare<[], Record<string, unknown>>(sql).all(),
    change: (sql) => void client.exec(sql),
    close: () => void client.close(),
  }
}

/** Bodies by their names, and when they were put. */
export type Bodies = Map<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly storedAt: Date }>

const whole = async (bytes: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await new Response(bytes).arrayBuffer())

const printOf = async (bytes: Uint8Array<ArrayBuffer>) => ({
  size: bytes.length,
  sha256: hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))),
})

/** Files that are kept in memory. */
export const memoryFiles = (bodies: Bodies, clock: Clock): Files => ({
  async put(name, stream) {
    const bytes = await whole(stream)
    bodies.set(name, { bytes, storedAt: clock() })
    return printOf(bytes)
  },
  async get(name) {
    const found = bodies.get(name)
    return found ? new Response(found.bytes).body : null
  },
  async remove(name) {
    bodies.delete(name)
  },
  async *list() {
    for (const [name, { storedAt }] of bodies) yield { name, storedAt }
  },
  fingerprint: async (stream) => printOf(await whole(stream)),
})
