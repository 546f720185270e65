import Database from 'better-sqlite3'

export interface Lock {
  readonly release: () => void
}

/**
 * Takes the lock that says "this process serves this database", or returns null where another holds it.
 * It is a lock of the operating system on a small file beside the database, so it ends with its
 * process, however that ends. Throws where the file itself cannot be used.
 */
export function takeLock(databasePath: string): Lock | null {
  const file = new Database(`${databasePath}.lock`, { timeout: 0 })
  try {
    file.pragma('locking_mode = EXCLUSIVE')
    file.exec('begin exclusive')
  } catch (error) {
    file.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
  return { release: () => file.close() }
}
