import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'
import { run } from '../../src/cli/run.ts'

export const COMMAND = fileURLToPath(new URL('../../src/cli/firstline.mjs', import.meta.url))

export type Settings = Readonly<Record<string, string>>

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly output: () => string
  /** Resolves once the output holds the text; rejects when the command ends without it. */
  readonly said: (text: string | RegExp) => Promise<void>
  readonly ended: Promise<Ended>
}

/** A folder that lives as long as the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts a program with these settings and none of the ones around the test; it ends with the test. */
export function start(program: string, words: readonly string[], settings: Settings = {}): Running {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(program, words, { env: { PATH, HOME, NO_COLOR: '1', ...settings } })
  const seen = { stdout: '', stderr: '' }
  const watchers: (() => void)[] = []
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      seen[name] += String(chunk)
      watchers.splice(0).forEach((watcher) => watcher())
    })
  }
  const ended = once(child, 'close').then(([code]): Ended => {
    watchers.splice(0).forEach((watcher) => watcher())
    return { code: code as number | null, ...seen }
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const output = (): string => seen.stdout + seen.stderr
  const said = async (text: string | RegExp): Promise<void> => {
    while (output().search(text) < 0) {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${output()}`)
      await new Promise<void>((resolve) => watchers.push(resolve))
    }
  }
  return { child, output, said, ended }
}

/** Runs `firstline` to its end. */
export const firstline = (words: readonly string[], settings: Settings = {}): Promise<Ended> =>
  start(process.execPath, [COMMAND, ...words], settings).ended

/** Runs a command inside this process: much faster, and with the same words on the console. */
export async function runHere(words: readonly string[], settings: Settings = {}): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text)
      return true
    }),
  )
  for (const name of SETTINGS) vi.stubEnv(name, settings[name])
  try {
    return { code: await run([...words]), ...said }
  } finally {
    spies.forEach((spy) => spy.mockRestore())
    vi.unstubAllEnvs()
  }
}

/** Every setting that a command reads: those of the machine that runs the tests must not show through. */
const SETTINGS = [
  'SANDBOX',
  'PUBLIC_URL',
  'HOST',
  'PORT',
  'DATABASE_PATH',
  'SECRET',
  'ZAMMAD_URL',
  'ZAMMAD_WEB_URL',
  'ZAMMAD_TOKEN',
  'ZAMMAD_WEBHOOK_SECRET',
  'SMTP_URL',
  'MAIL_FROM',
  'OPS_TOKEN',
  'FORMS_DIR',
  'ROUTING_DIR',
]

export interface Serving extends Running {
  readonly url: string
  readonly settings: Settings
}

/** Runs `firstline serve` with a sandbox on a free port, until the test is over. */
export async function serving(settings: Settings = {}): Promise<Serving> {
  const all = { DATABASE_PATH: join(aFolder(), 'firstline.sqlite'), PORT: '0', ...settings }
  const running = start(process.execPath, [COMMAND, 'serve', '--or-sandbox'], all)
  await running.said(/Firstline serves \S+\n/)
  const url = (/Firstline serves (\S+)/.exec(running.output())?.[1] ?? '').replace(/\/$/, '')
  return { ...running, url, settings: { ...all, PORT: new URL(url).port } }
}
