import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of a file that ships with the code: beside the sources, or beside the bundle. */
function shipped(inSources: string, inBundle: string): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const bundled = join(here, inBundle)
  return existsSync(bundled) ? bundled : join(here, inSources)
}

/** Where the migrations are. */
export const migrationsFolder = (): string => shipped('../../store/migrations', 'migrations')
