import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Environment, serve, type ServeOptions, type Serving } from '../../../src/runtime/node/serve.ts'

/** A folder for one test, with a copy of the forms and the routing rules that a test may break. */
export interface Place {
  readonly folder: string
  readonly env: Environment
}

export function aPlace(change: Environment = {}): Place {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-serve-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync('forms', join(folder, 'forms'), { recursive: true })
  cpSync('routing-rules', join(folder, 'routing-rules'), { recursive: true })
  return {
    folder,
    env: {
      PORT: '0',
      DATABASE_PATH: join(folder, 'data', 'firstline.sqlite'),
      FORMS_DIR: join(folder, 'forms'),
      ROUTING_DIR: join(folder, 'routing-rules'),
      ...change,
    },
  }
}

export interface Served extends Serving {
  readonly log: () => string
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
}

/** Serves until the test is over. */
export async function served(env: Environment, options: Partial<ServeOptions> = {}): Promise<Served> {
  const lines: string[] = []
  const writeLog = (line: string): void => void lines.push(line)
  const serving = await serve(env, { orSandbox: true, lockWaitMs: 0, writeLog, ...options })
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => (stopped ??= serving.stop())
  onTestFinished(stop)
  const origin = serving.url.replace(/\/$/, '')
  return {
    url: serving.url,
    stop,
    log: () => lines.join(''),
    ask: (path, init) => fetch(origin + path, { redirect: 'manual', ...init }),
  }
}
