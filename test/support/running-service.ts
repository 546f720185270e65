import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '../../src/runtime/node/serve.ts'

export const OPS_TOKEN = 'token-of-the-staff'

export interface RunningService {
  /** Without a slash at the end. */
  readonly origin: string
  /** A folder for files of the tests' own; goes when the service stops. */
  readonly folder: string
  readonly stop: () => Promise<void>
}

/** The whole service as `npm start` runs it, with its sandbox, on a free port and an empty store. */
export async function runService(): Promise<RunningService> {
  const folder = await mkdtemp(join(tmpdir(), 'firstline-running-'))
  const env = { DATABASE_PATH: join(folder, 'firstline.sqlite'), PORT: '0', LOG_LEVEL: 'error', OPS_TOKEN }
  const serving = await serve(env, { orSandbox: true, lockWaitMs: 0 })
  return {
    origin: serving.url.replace(/\/+$/, ''),
    folder,
    async stop() {
      await serving.stop()
      await rm(folder, { recursive: true })
    },
  }
}
