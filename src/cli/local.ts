import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Config, readConfig, wantsSandbox } from '../config.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { migrationsFolder } from '../runtime/node/paths.ts'
import { NOWHERE, sandboxIn } from '../runtime/node/sandbox-folder.ts'
import type { Environment } from '../runtime/node/serve.ts'
import { openSqlite, type SqliteDb } from '../runtime/node/sqlite.ts'

/** The settings of the service that this command stands beside: the sandbox's where `npm start` would run one. */
export function settingsHere(env: Environment): Config {
  if (!wantsSandbox(env)) return readConfig(env)
  const { databasePath } = readConfig(env, NOWHERE)
  return readConfig(env, sandboxIn(dirname(databasePath)) ?? NOWHERE)
}

/** Opens the database of the service here; it may be running. */
export function openHere(config: Config): SqliteDb {
  if (!existsSync(config.databasePath)) {
    throw new Exit(EXIT.settings, `DATABASE_PATH: there is no database at ${config.databasePath}`)
  }
  return openSqlite(config.databasePath, migrationsFolder())
}
