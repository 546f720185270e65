import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { after, DAY_MS } from '../../src/clock.ts'
import { createDecisions } from '../../src/conversation/decisions.ts'
import { createStaffLinks } from '../../src/conversation/links.ts'
import { addressesOf, conversationPath } from '../../src/http/addresses.ts'
import { createAwaitingStaff } from '../../src/http/awaiting-staff.ts'
import { opsRoutes } from '../../src/http/ops-routes.tsx'
import { buildAssets } from '../../src/http/pages/assets.ts'
import { createPromiseBoard } from '../../src/http/promise-board.ts'
import { createStaff } from '../../src/http/staff.ts'
import { createLog } from '../../src/log.ts'
import { listen } from '../../src/runtime/node/http-server.ts'
import { openMigrated } from '../support/migrated.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createClockLists } from '../../src/store/clock-lists.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createFacts } from '../../src/store/facts.ts'
import { createFollowedTickets } from '../../src/store/followed.ts'
import { createHints } from '../../src/store/hints.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createLedger } from '../../src/store/ledger.ts'
import { createMessages } from '../../src/store/messages.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { createSuspensions } from '../../src/store/suspensions.ts'
import { createToldLevels } from '../../src/store/told-levels.ts'
import { sampleForms, sampleSite } from '../support/sample-forms.ts'
import { NOON, seeded } from '../support/samples.ts'

export const TOKEN = 'ops-token-of-twenty-characters'
export const BEARER = { Authorization: `Bearer ${TOKEN}` }
export const ZAMMAD = 'https://zammad.example/help'

const NO_UNITS = { defaultUnit: 'first-line', units: [], urgent: '3 high', unroutedAfterMs: 0 }

export interface BoardOptions {
  readonly act?: 'act' | 'observe'
  readonly silenceMs?: number | null
}

/** The staff board on a store of its own, behind a real server; nothing else of the service. */
export async function serveBoard({ act = 'act', silenceMs = 5 * DAY_MS }: BoardOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-ops-'))
  const db = openMigrated(join(folder, 'firstline.sqlite'))
  const stores = {
    conversations: createConversations(db),
    followed: createFollowedTickets(db),
    hints: createHints(db),
    jobs: createJobs(db),
    ledger: createLedger(db),
    messages: createMessages(db),
    submissions: createSubmissions(db),
    suspensions: createSuspensions(db),
    records: createClockRecords(db),
    lists: createClockLists(db),
    facts: createFacts(db),
  }
  const lines: string[] = []
  let now = NOON
  const publicUrl = new URL('https://desk.example/help')
  const addresses = addressesOf(publicUrl)
  const signer = await createSigner([new Secret('k'.repeat(32))])
  const common = {
    ...stores,
    atomically: db.atomically,
    signer,
    clock: () => now,
    random: seeded(5),
    log: createLog('debug', (line) => void lines.push(line)),
    mailHost: 'desk.example',
  }
  const decisions = createDecisions({ ...common, units: () => NO_UNITS })
  const staff = createStaff({
    ...common,
    token: new Secret(TOKEN),
    decisions,
    pauses: stores.jobs.pauses,
    rules: async () => ({ version: '1', rules: [], trouble: null, tally: [] }),
    awaiting: createAwaitingStaff({ ...common, zammadWebUrl: ZAMMAD }),
    promises: createPromiseBoard({
      ...common,
      toldLevels: createToldLevels(db),
      zammadWebUrl: ZAMMAD,
      silenceMs: () => silenceMs,
      defaultUnit: () => NO_UNITS.defaultUnit,
      act,
      timeZone: 'Europe/Madrid',
    }),
    links: createStaffLinks({
      ...common,
      linkTo: (token) => addresses.absolute(conversationPath(token)),
    }),
    act,
  })
  let woken = 0
  const app = opsRoutes(
    {
      staff,
      publicUrl,
      clock: common.clock,
      wake: () => void (woken += 1),
      site: sampleSite,
      forms: sampleForms,
      units: () => NO_UNITS,
      timeZone: 'Europe/Madrid',
      assets: await buildAssets(sampleSite.accent),
      answerWithinHours: () => 48,
      sandbox: false,
    },
    addresses,
  )
  const server = await listen(async (request) => app.fetch(request), { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await server.close(0)
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${server.port}`
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(url + path, { redirect: 'manual', ...init })
  const entered = await ask('/ops', { method: 'POST', body: new URLSearchParams({ token: TOKEN }) })
  const session = { Cookie: entered.headers.get('set-cookie')?.split(';')[0] ?? '' }
  const board = async (search = ''): Promise<string> =>
    (await ask(`/ops${search}`, { headers: session })).text()
  const page = await board()
  const formToken = await staff.formToken(session.Cookie.replace(/^[^=]+=/, ''))
  if (!page.includes('Held articles')) throw new Error('the board does not open')
  return {
    ...common,
    db,
    url,
    ask,
    board,
    session,
    formToken: async () => formToken,
    /** Presses a button of the board. */
    press: (
      path: string,
      fields: Readonly<Record<string, string>> = { _token: formToken },
      headers = session,
    ) => ask(`/ops/${path}`, { method: 'POST', headers, body: new URLSearchParams(fields) }),
    turn: (ms: number) => void (now = after(now, ms)),
    woken: () => woken,
    logged: () => lines.join(''),
  }
}

export type Board = Awaited<ReturnType<typeof serveBoard>>

/** What a section of the board says, without its tags. */
export function sectionOf(page: string, name: string): string {
  const start = page.indexOf(`<section aria-label="${name}"`)
  if (start < 0) throw new Error(`the board has no section ${name}`)
  return page.slice(start, page.indexOf('</section>', start))
}

export const wordsOf = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
