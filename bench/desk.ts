import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { listen } from '../src/runtime/node/http-server.ts'
import { nodeClock, nodeRandom } from '../src/runtime/node/serve.ts'
import { type FarSide, openFarSide } from '../test/simulation/far-side.ts'
import { freePort, type Serving, servingSettings, startServing } from '../test/simulation/process.ts'
import type { Door } from '../test/simulation/visitors.ts'

/** The real service as a process, with a sandbox Zammad and a mailbox in this one. */
export interface BenchDesk {
  readonly door: Door
  readonly far: FarSide
  /** Asks the sandbox Zammad as its agent. */
  readonly askZammad: (path: string) => Promise<Response>
  readonly serving: Serving
  /** Where its database is. */
  readonly folder: string
  readonly close: () => Promise<void>
}

export async function openBenchDesk(): Promise<BenchDesk> {
  let handle = async (_request: Request): Promise<Response> => new Response(null, { status: 503 })
  const server = await listen((request) => handle(request), { host: '127.0.0.1', port: 0 })
  const zammadUrl = `http://127.0.0.1:${server.port}`
  const far = await openFarSide({ clock: nodeClock, random: nodeRandom, wait: (ms) => delay(ms), zammadUrl })
  handle = far.zammad.fetch
  const folder = mkdtempSync(join(tmpdir(), 'firstline-bench-'))
  const port = await freePort()
  const serving = startServing(servingSettings(zammadUrl, far.smtpPort, folder, port))
  if (!(await serving.ready)) throw new Error(`it did not start: ${serving.complaint()}`)
  return {
    door: { speak: (request) => fetch(request), url: `http://127.0.0.1:${port}` },
    far,
    askZammad: (path) =>
      far.zammad.direct(
        new Request(`${zammadUrl}/api/v1${path}`, {
          headers: { authorization: 'Token token=sandbox-agent' },
        }),
      ),
    serving,
    folder,
    async close() {
      await serving.kill()
      await server.close(0)
      await far.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
