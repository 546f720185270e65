import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../src/runtime/node/http-server.ts'
import { openSqlite } from '../../src/runtime/node/sqlite.ts'
import { createStores } from '../../src/furnish.ts'
import { serveForTest } from '../http/served.ts'
import { aConversation, aSubmission } from '../support/samples.ts'
import { REAL_SETTINGS } from '../support/real-settings.ts'
import { aFolder, runHere, type Settings } from './command.ts'

const OPS_TOKEN = 'ops-token-of-twenty-characters'
const DUE = '2026-11-23T12:00:00.000Z'

const drift = (settings: Settings, ...words: readonly string[]) =>
  runHere(['promise', 'drift', ...words], settings)

const aPage = (over: object) => ({ compared: 0, timed: 0, out_of_sight: 0, tickets: [], next: null, ...over })
const differing = (number: string, over: object = {}) => ({
  number,
  due_at: DUE,
  zammad_at: null,
  because: 'no-sla',
  ...over,
})

/** A service that compares so, page by page. */
async function serving(pages: Readonly<Record<string, object>>): Promise<readonly string[]> {
  const server = await listen(
    async (request) => {
      const { pathname, searchParams } = new URL(request.url)
      const page = pages[searchParams.get('behind') ?? 'first']
      const isAsked = pathname === '/ops/api/promises/drift' && page !== undefined
      return isAsked ? Response.json(page) : new Response('', { status: 500 })
    },
    { host: '127.0.0.1', port: 0 },
  )
  onTestFinished(() => server.close(0))
  return ['--url', `http://127.0.0.1:${server.port}`]
}

test('tickets that differ are listed with why, each once, and progress goes elsewhere', async () => {
  const at = await serving({
    first: aPage({
      compared: 20,
      timed: 3,
      out_of_sight: 1,
      tickets: [
        differing('7801', { zammad_at: '2026-11-23T13:01:00.000Z', because: 'other-time' }),
        differing('7802', { because: 'pending' }),
      ],
      next: 't:20',
    }),
    't:20': aPage({
      compared: 2,
      tickets: [differing('7803', { because: 'answered' })],
    }),
  })
  const { code, stdout, stderr } = await drift({ OPS_TOKEN }, ...at)
  expect(code).toBe(1)
  expect(stdout).toBe(
    [
      `7801  ours ${DUE}  Zammad’s 2026-11-23T13:01:00.000Z  another time (+61 min)`,
      `7802  ours ${DUE}  Zammad’s none  Zammad has none while the ticket is pending`,
      `7803  ours ${DUE}  Zammad’s none  Zammad has none: by its own rule the first answer was given`,
      '22 compared, 3 differ. 1 cannot be read by the bot.',
      '',
    ].join('\n'),
  )
  expect(stderr).toBe('21 tickets read\n23 tickets read\n')
})

test('where no ticket differs, that is fine', async () => {
  const at = await serving({ first: aPage({ compared: 4, timed: 4 }) })
  expect(await drift({ OPS_TOKEN }, ...at)).toMatchObject({ code: 0, stdout: '4 compared, 0 differ.\n' })
})

test('a Zammad without an SLA is told as such, not as many tickets that differ', async () => {
  const at = await serving({ first: aPage({ compared: 2, tickets: [differing('7801'), differing('7802')] }) })
  const { code, stdout } = await drift({ OPS_TOKEN }, ...at)
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^2 compared\. Zammad has no time of its own .* SLA/),
  ])
  const json: unknown = JSON.parse((await drift({ OPS_TOKEN }, '--json', ...at)).stdout)
  expect(json).toEqual({ compared: 2, timed: 0, out_of_sight: 0, tickets: [] })
})

/** A database of a service that is not running, in which one request waits. */
async function aDatabase(isWaiting: boolean): Promise<Settings> {
  const path = join(aFolder(), 'firstline.sqlite')
  const db = openSqlite(path, 'src/store/migrations')
  const { memory, submissions, conversations, records } = createStores(db)
  const sentAt = new Date('2024-11-04T09:00:00Z')
  const subject = { conversation: 'conversation-1', ticketId: 7 }
  const running = { key: 'request', kind: 'visitor', startedAt: sentAt, dueAt: sentAt } as const
  const row = { form: null, unit: null, priority: null, quietSince: null, tag: 'none', nextAt: null } as const
  await db.atomically([
    memory.remember('kind', 'real'),
    ...submissions.add(aSubmission({ sentAt }), { key: 'k', keyUntil: sentAt, content: 'c' }, []),
    conversations.add(aConversation({ ticketId: 7 })),
    records.touch(subject, sentAt),
    ...records.keep(
      {
        ...row,
        id: 'c:conversation-1',
        subject,
        number: '7801',
        isOpen: true,
        running: isWaiting ? running : null,
        version: 'v',
      },
      [],
      1,
    ),
  ])
  db.close()
  return { ...REAL_SETTINGS, DATABASE_PATH: path }
}

test('a Zammad that does not answer is told, and is not asked where nobody waits', async () => {
  expect(await drift(await aDatabase(true))).toMatchObject({ code: 69, stdout: '' })
  expect(await drift(await aDatabase(false))).toMatchObject({
    code: 0,
    stdout: 'No ticket with a running clock was compared.\n',
  })
})

test('a service answers its own staff alone', async () => {
  const { url } = await serveForTest({ settings: { OPS_TOKEN } })
  expect(await drift({ OPS_TOKEN }, '--url', url)).toMatchObject({ code: 0 })
  expect(await drift({ OPS_TOKEN: 'another-token-of-twenty-chars' }, '--url', url)).toMatchObject({
    code: 78,
  })
  expect(await drift({ OPS_TOKEN }, '--url', 'http://127.0.0.1:9')).toMatchObject({ code: 69 })
})
