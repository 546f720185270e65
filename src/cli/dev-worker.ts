// The Worker on this machine's workerd, with a sandbox beside it: nothing leaves the machine.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

const FIRSTLINE = 'src/cli/firstline.mjs'
const WRANGLER = 'node_modules/wrangler/bin/wrangler.js'
const CRON = '/cdn-cgi/handler/scheduled'
const CRON_MS = 60_000
const READY_LOOK_MS = 200

/** Without these, wrangler calls home and asks at the terminal. */
const OFFLINE = {
  CI: '1',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

interface SandboxTold {
  readonly zammad_url: string
  readonly mail_url: string
  readonly smtp_url: string
  readonly tokens: { readonly bot: string }
}

/** Where databases, files and the sandbox's state are kept between two runs. */
const state = process.argv[2] ?? '.wrangler/state'
const env = { ...process.env, ...OFFLINE }
const port = process.env['PORT'] ?? '8787'
const home = `http://127.0.0.1:${port}`
const children: ChildProcess[] = []

function runToEnd(...args: string[]): void {
  const { status } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
}

async function startSandbox(): Promise<SandboxTold> {
  const where = ['--port', '0', '--smtp-port', '0', '--folder', join(state, 'sandbox')]
  const args = [FIRSTLINE, 'sandbox', ...where, '--webhook', `${home}/hooks/zammad`]
  const child = spawn(process.execPath, args, {
    env: { ...env, ZAMMAD_WEBHOOK_SECRET: keptSecret('webhook-secret') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = await once(createInterface(child.stdout), 'line')
  // The line is the one that `firstline sandbox` promises.
  return JSON.parse(String(line)) as SandboxTold
}

/** Kept, so that links in earlier mails still open, and webhooks under way still count. */
function keptSecret(name: 'secret' | 'webhook-secret'): string {
  const path = join(state, name)
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600 })
  return readFileSync(path, 'utf8')
}

function startWorker(sandbox: SandboxTold): ChildProcess {
  const settings = {
    PUBLIC_URL: home,
    SECRET: keptSecret('secret'),
    ZAMMAD_URL: sandbox.zammad_url,
    ZAMMAD_TOKEN: sandbox.tokens.bot,
    ZAMMAD_WEBHOOK_SECRET: keptSecret('webhook-secret'),
    SMTP_URL: sandbox.smtp_url,
    MAIL_FROM: 'Helpdesk <no-reply@helpdesk.example>',
    OPS_TOKEN: process.env['OPS_TOKEN'] ?? 'sandbox-operators',
    // As in every sandbox: nobody waits a minute to see an answer arrive.
    UNDO_SECONDS: process.env['UNDO_SECONDS'] ?? '1',
  }
  const vars = Object.entries(settings).flatMap(([name, value]) => ['--var', `${name}:${value}`])
  const where = [
    '--local',
    '--ip',
    '127.0.0.1',
    '--port',
    port,
    '--inspector-port',
    '0',
    '--persist-to',
    state,
  ]
  const quiet = ['--show-interactive-dev-session=false']
  const args = [WRANGLER, 'dev', ...where, ...quiet, ...vars]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
  children.push(child)
  return child
}

const answers = (path: string): Promise<boolean> =>
  fetch(home + path).then(
    ({ ok }) => ok,
    () => false,
  )

const stop = (): void => children.forEach((child) => void child.kill('SIGTERM'))

mkdirSync(state, { recursive: true })
runToEnd(WRANGLER, 'd1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state)
const sandbox = await startSandbox()
const worker = startWorker(sandbox)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)
worker.once('exit', (code) => {
  stop()
  process.exit(code ?? 0)
})
while (!(await answers('/healthz'))) await delay(READY_LOOK_MS)
// Cron triggers do not fire by themselves on a machine of one's own.
await answers(CRON)
setInterval(() => void answers(CRON), CRON_MS)
process.stdout.write(
  `Firstline serves ${home}\n  Zammad  ${sandbox.zammad_url}\n  Mailbox ${sandbox.mail_url}\n`,
)
