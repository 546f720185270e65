import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../simulation/process.ts'

export interface DevWorker {
  /** Of pages, of Zammad's screens and of the mailbox, without a slash at the end. */
  readonly home: string
  readonly zammad: string
  readonly mailbox: string
  /** Has the cron come at once. */
  readonly cron: () => Promise<unknown>
  readonly stop: () => Promise<void>
}

/** Starts what `npm run dev:worker` starts, on an empty D1 and R2 of this machine's workerd. */
export async function runDevWorker(): Promise<DevWorker> {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-worker-'))
  const env = { ...process.env, PORT: String(await freePort()) }
  const dev = spawn(process.execPath, ['src/cli/dev-worker.ts', folder], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const over = once(dev, 'exit')
  const stop = async (): Promise<void> => {
    dev.kill('SIGTERM')
    await over
    rmSync(folder, { recursive: true, force: true })
  }
  let told = ''
  dev.stderr.on('data', (chunk) => (told += String(chunk)))
  for await (const line of createInterface(dev.stdout)) {
    told += `${line}\n`
    const places = /Firstline serves (\S+)\n\s*Zammad\s+(\S+)\n\s*Mailbox\s+(\S+)\n/.exec(told)
    const [, home, zammad, mailbox] = places ?? []
    if (home && zammad && mailbox) {
      return { home, zammad, mailbox, cron: () => fetch(`${home}/cdn-cgi/handler/scheduled`), stop }
    }
  }
  await stop()
  throw new Error(`it ended before it served:\n${told}`)
}
