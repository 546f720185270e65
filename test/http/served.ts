import { connect } from 'node:net'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { after } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import type { Content } from '../../src/content.ts'
import { createLog } from '../../src/log.ts'
import type { Guard } from '../../src/http/deps.ts'
import { createFolder } from '../../src/runtime/node/files.ts'
import { listen, type Patience } from '../../src/runtime/node/http-server.ts'
import type { SqliteDb } from '../../src/runtime/node/sqlite.ts'
import { openMigrated } from '../support/migrated.ts'
import { createService, type Service } from '../../src/service.ts'
import { attachments, conversations, jobs, messages, submissions } from '../../src/store/schema.ts'
import { sampleForms, sampleSite } from '../support/sample-forms.ts'
import { REAL_SETTINGS } from '../support/real-settings.ts'
import { SAMPLE_ROUTING } from '../support/sample-rules.ts'
import { NOON, seeded } from '../support/samples.ts'

const SETTINGS = {
  ...REAL_SETTINGS,
  TICKET_PREFIX: '780',
  LOG_LEVEL: 'debug',
} as const

const sampleContent: Pick<Content, 'site' | 'forms'> = { site: sampleSite, forms: sampleForms }

/** A service behind a real server, on a database and a folder that live as long as the test. */
export interface Served {
  readonly service: Service
  readonly db: SqliteDb
  readonly url: string
  /** Asks as a program does; redirects are not followed. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
  readonly turn: (ms: number) => void
  /** Says that the process is leaving. */
  readonly leave: () => void
  /** How often a kept body was opened for reading. */
  readonly bodiesOpened: () => number
  readonly now: () => Date
  readonly log: () => string
  /** Resolves when the next request to end has ended. */
  readonly nextOver: () => Promise<void>
  /** Rows of each table, and the names of the kept files. */
  readonly kept: () => Promise<Kept>
}

export interface Kept {
  readonly submissions: readonly (typeof submissions.$inferSelect)[]
  readonly attachments: readonly (typeof attachments.$inferSelect)[]
  readonly conversations: readonly (typeof conversations.$inferSelect)[]
  readonly jobs: readonly (typeof jobs.$inferSelect)[]
  readonly messages: readonly (typeof messages.$inferSelect)[]
  readonly files: readonly string[]
}

export interface ServedOptions {
  readonly settings?: Readonly<Record<string, string>>
  readonly content?: Partial<Pick<Content, 'site' | 'forms'>>
  readonly patience?: Patience
  readonly guard?: Guard
  /** The store as the service is to see it. */
  readonly spoil?: (db: SqliteDb) => SqliteDb
}

export async function serveForTest(options: ServedOptions = {}): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-http-'))
  const db = openMigrated(join(folder, 'firstline.sqlite'))
  const files = createFolder(join(folder, 'files'))
  const lines: string[] = []
  let bodiesOpened = 0
  let leaving = false
  let now = NOON
  const service = await createService(
    {
      db: options.spoil?.(db) ?? db,
      files: {
        ...files,
        get(name) {
          bodiesOpened += 1
          return files.get(name)
        },
      },
      clock: () => now,
      random: seeded(7),
      log: createLog('debug', (line) => void lines.push(line)),
      isLeaving: () => leaving,
      sweepsAtStart: true,
      readRouting: async () => SAMPLE_ROUTING,
      wake: () => undefined,
      ...(options.guard ? { guard: options.guard } : {}),
    },
    readConfig({ ...SETTINGS, ...options.settings }),
    { ...sampleContent, ...options.content },
  )
  const at = { host: '127.0.0.1', port: 0 }
  const watchers: (() => void)[] = []
  const answer = async (request: Request): Promise<Response> => {
    const response = await service.app.fetch(request)
    watchers.splice(0).forEach((watcher) => watcher())
    return response
  }
  const server = await listen(answer, at, options.patience)
  onTestFinished(async () => {
    await server.close(0)
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${server.port}`
  return {
    service,
    db,
    url,
    ask: (path, init) => fetch(url + path, { redirect: 'manual', ...init }),
    leave: () => void (leaving = true),
    bodiesOpened: () => bodiesOpened,
    turn: (ms) => void (now = after(now, ms)),
    now: () => now,
    log: () => lines.join(''),
    nextOver: () => new Promise((resolve) => watchers.push(resolve)),
    kept: () => keptIn(db, join(folder, 'files')),
  }
}

async function keptIn({ q }: SqliteDb, folder: string): Promise<Kept> {
  return {
    submissions: await q.select().from(submissions),
    attachments: await q.select().from(attachments),
    conversations: await q.select().from(conversations),
    jobs: await q.select().from(jobs),
    messages: await q.select().from(messages),
    files: readdirSync(folder).sort(),
  }
}

/** The token of a form's page, as the page carries it now. */
export async function pageToken(served: Served, form = 'upload-trouble'): Promise<string> {
  const page = await (await served.ask(`/forms/${form}`)).text()
  const token = /name="_token" value="([^"]+)"/.exec(page)?.[1]
  if (!token) throw new Error('the page carries no token')
  return token
}

/** Answers that the form takes. */
export const ANSWERS = {
  name: 'Ann Lee',
  email: 'ann.lee@example.org',
  node: 'upv',
  since: 'recently',
  what: 'It stops at 63 %',
} as const

export type Answered = Readonly<Record<string, string | readonly string[] | undefined>>

/** A filled form as a browser sends it: hidden, text, files. `undefined` leaves a field out. */
export function filledForm(token: string | null, change: Answered = {}, files: readonly SentFile[] = []) {
  const form = new FormData()
  if (token !== null) form.append('_token', token)
  for (const [name, value] of Object.entries({ ...ANSWERS, consent: 'yes', ...change })) {
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) form.append(name, one)
  }
  for (const { field = 'log', name, bytes } of files) form.append(field, new Blob([bytes]), name)
  return form
}

export interface SentFile {
  readonly field?: string
  readonly name: string
  readonly bytes: string | Uint8Array<ArrayBuffer>
}

/** A submission as a program sends it. */
export const submission = (change: object = {}, answers: object = {}): object => ({
  form: 'upload-trouble',
  answers: { ...ANSWERS, consent: true, ...answers },
  ...change,
})

export const asJson = (body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** Sends bytes as they are, and resolves to all that came back until the connection was closed. */
export const sendRaw = (
  { url }: Served,
  pieces: readonly (string | Uint8Array)[],
  then: 'end' | 'wait' | 'cut' = 'wait',
): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => void (answer += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
    for (const piece of pieces) socket.write(piece)
    if (then === 'end') socket.end()
    if (then === 'cut') socket.write('', () => socket.destroy())
  })
