import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { asStatement, type Db } from '../../store/db.ts'

const PRAGMAS = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'foreign_keys = ON',
  'busy_timeout = 5000',
  'trusted_schema = OFF',
  'cell_size_check = ON',
  'wal_autocheckpoint = 1000',
  'journal_size_limit = 67108864',
  'temp_store = MEMORY',
]

const FULL = 2

export interface SqliteDb extends Db {
  readonly close: () => void
  /** Reads a pragma's value. */
  readonly pragma: (name: string) => unknown
}

/** So many statements are kept: the service has some three hundred, and lists of another length are others. */
const MOST_STATEMENTS = 500

/** Prepares each statement once: the query builder would anew for each query, which costs as much as most queries. */
export function rememberStatements(client: Database.Database): void {
  const known = new Map<string, Database.Statement>()
  const prepare = client.prepare.bind(client)
  const remembered = (sql: string): Database.Statement => {
    if (known.size >= MOST_STATEMENTS) known.clear()
    const statement = known.get(sql) ?? prepare(sql)
    known.set(sql, statement)
    // How a row is told is a state of the statement.
    return statement.reader ? statement.raw(false) : statement
  }
  Object.assign(client, { prepare: remembered })
}

/**
 * Opens a database file, brings it up to date with the migrations, and makes sure that commits
 * survive a power cut: the driver lowers `synchronous` at the first write, so it is set and read after one.
 */
export function openSqlite(path: string, migrationsFolder: string): SqliteDb {
  const client = new Database(path)
  client.pragma('auto_vacuum = INCREMENTAL')
  for (const pragma of PRAGMAS) client.pragma(pragma)
  const orm = drizzle(client)
  migrate(orm, { migrationsFolder })
  rememberStatements(client)
  client.pragma('user_version = 1')
  client.pragma('synchronous = FULL')
  if (client.pragma('synchronous', { simple: true }) !== FULL) {
    throw new Error('the database does not keep synchronous=FULL')
  }
  return {
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
    close: () => client.close(),
    pragma: (name) => client.pragma(name, { simple: true }),
  }
}
