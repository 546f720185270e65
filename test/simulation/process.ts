import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'

/** Inside the project, so that native packages are found from there. */
const BUNDLE = 'node_modules/.cache/firstline'

const { PATH = '', HOME = '' } = process.env
const ENV = { PATH, HOME, NODE_COMPILE_CACHE: `${BUNDLE}/compiled` }

let bundle: string | null = null

/** The command as it is delivered, built once; it starts several times faster than from its sources. */
export function builtCommand(): string {
  if (bundle === null) {
    execFileSync(process.execPath, ['src/runtime/node/build.mjs', BUNDLE], { stdio: 'ignore' })
    bundle = `${BUNDLE}/firstline.js`
    // The compiled code is kept only by a process that ends by itself.
    execFileSync(process.execPath, [bundle, '--help'], { stdio: 'ignore', env: ENV })
  }
  return bundle
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The real service as a process of its own. */
export interface Serving {
  /** Resolves to whether it has come so far as to serve, false where it ended before. */
  readonly ready: Promise<boolean>
  readonly pid: number
  /** Ends it at once, as a power cut would its programs. Resolves when it is gone. */
  readonly kill: () => Promise<void>
  /** What it said on its way out, where it was not killed. */
  readonly complaint: () => string
}

/** What a process needs to serve a folder beside a far side. */
export const servingSettings = (zammadUrl: string, smtpPort: number, folder: string, port: number) => ({
  SECRET: 'a secret of more than thirty-two characters',
  PORT: String(port),
  DATABASE_PATH: join(folder, 'firstline.sqlite'),
  ZAMMAD_URL: zammadUrl,
  ZAMMAD_TOKEN: 'sandbox-bot',
  SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
  MAIL_FROM: 'no-reply@desk.example',
  POLL_SECONDS: '1',
  CHALLENGE: 'off',
  RATE_LIMITS: 'off',
  LOG_LEVEL: 'silent',
})

export function startServing(env: Readonly<Record<string, string>>): Serving {
  const child: ChildProcess = spawn(process.execPath, [builtCommand(), 'serve'], {
    env: { ...ENV, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = once(child, 'exit')
  let said = ''
  let complaint = ''
  const ready = new Promise<boolean>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-500)
      if (said.includes('Firstline serves')) resolve(true)
    })
    void gone.then(() => resolve(false))
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000)
  })
  return {
    ready,
    pid: child.pid ?? 0,
    complaint: () => complaint,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
