import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { createStores } from '../../src/furnish.ts'
import { openSqlite } from '../../src/runtime/node/sqlite.ts'
import type { Db } from '../../src/store/db.ts'
import { aFollowed, anEntry } from '../http/front.ts'
import { serveForTest } from '../http/served.ts'
import { SAMPLE_ROUTING } from '../support/sample-rules.ts'
import { aConversation, aSubmission } from '../support/samples.ts'
import { REAL_SETTINGS } from '../support/real-settings.ts'
import { aFolder, runHere, type Settings } from './command.ts'

const OPS_TOKEN = 'ops-token-of-twenty-characters'

/** A Monday, 10:00 in Madrid. */
const SENT = new Date('2024-11-04T09:00:00Z')
const NUMBER = '7801234567890'
/** A ticket of somebody else's making. */
const OTHER = '7809'

/** A request that was answered after 47 hours, and a ticket on which nobody wrote yet. */
async function fill(db: Db): Promise<void> {
  const { submissions, conversations, followed, ledger, memory } = createStores(db)
  const answer = anEntry({ createdAt: after(SENT, 47 * HOUR_MS) })
  await db.atomically([
    memory.remember('kind', 'real'),
    ...submissions.add(
      aSubmission({ sentAt: SENT }),
      { key: 'k', keyUntil: after(SENT, HOUR_MS), content: 'c' },
      [],
    ),
    conversations.add(
      aConversation({ reference: 'FL-7K3M9QXZ', ticketNumber: NUMBER, ticketId: 7, ticketCreatedAt: SENT }),
    ),
    ledger.keep(answer),
    followed.keep(aFollowed({ number: NUMBER, createdAt: SENT, group: 'First Line support' })),
    followed.keep(aFollowed({ id: 8, number: OTHER, createdAt: SENT })),
  ])
}

async function aDatabase(): Promise<Settings> {
  const path = join(aFolder(), 'firstline.sqlite')
  const db = openSqlite(path, 'src/store/migrations')
  await fill(db)
  db.close()
  return { ...REAL_SETTINGS, DATABASE_PATH: path }
}

/** The rules that the service of the tests goes by. */
function sampleRules(): string {
  const folder = aFolder()
  for (const { path, text } of SAMPLE_ROUTING) writeFileSync(join(folder, path), text)
  return folder
}

const explain = (settings: Settings, ...words: readonly string[]) =>
  runHere(['promise', 'explain', ...words], settings)

test.for([NUMBER, 'FL-7K3M9QXZ'])(
  'the ledger of a ticket is printed line by line, asked for as %s',
  async (name) => {
    const { code, stdout } = await explain(await aDatabase(), name)
    expect(code).toBe(0)
    const [heading, ...lines] = stdout.trimEnd().split('\n')
    expect(heading).toMatch(
      /^Ticket 7801234567890 \(the visitor knows it as FL-7K3M9QXZ\), by version \w+ of the rules\.$/,
    )
    expect(lines[0]).toBe('Clock 1, visitor, from Mon 4 Nov 2024 10:00 CET: the visitor asked')
    expect(lines).toContain('  promised: 48 h by the wall clock, due Wed 6 Nov 2024 10:00 CET; passed: 47 h')
    expect(lines.at(-1)).toBe('  Wed 6 Nov 2024 09:00 CET: answered in time, 1 h before it was due')
  },
)

test('machines read due, level, outcome and segments, and every clock', async () => {
  const { stdout } = await explain(await aDatabase(), NUMBER, '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    number: NUMBER,
    due_at: null,
    outcome: 'answered',
    segments: [{ from: SENT.toISOString(), counts: true, because: 'waiting' }],
    clocks: [{ key: 'request', due_at: after(SENT, 48 * HOUR_MS).toISOString(), kept: { wall: true } }],
  })
})

test('a ticket on which nobody waits says so', async () => {
  const { code, stdout } = await explain(await aDatabase(), OTHER)
  expect(code).toBe(0)
  expect(stdout).toContain('No clock: nobody waits for an answer, and nobody did.')
})

test('a ticket of which nothing is known is found by nobody', async () => {
  const settings = await aDatabase()
  expect(await explain(settings, '4711')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('4711'),
  })
  expect(await explain(settings)).toMatchObject({ code: 2, stdout: '' })
})

test('a database that cannot be read is told, and where there is none', async () => {
  const broken = join(aFolder(), 'firstline.sqlite')
  writeFileSync(broken, 'this is no database')
  expect(await explain({ ...REAL_SETTINGS, DATABASE_PATH: broken }, NUMBER)).toMatchObject({ code: 69 })
  expect(await explain({ ...REAL_SETTINGS, DATABASE_PATH: `${broken}-none` }, NUMBER)).toMatchObject({
    code: 78,
  })
})

test('a running service below a path tells the same', async () => {
  const served = await serveForTest({
    settings: { OPS_TOKEN, PUBLIC_URL: 'http://127.0.0.1:8787/desk', TIME_ZONE: 'Europe/Madrid' },
  })
  await fill(served.db)
  const at = ['--url', `${served.url}/desk`]
  const settings = { ...(await aDatabase()), ROUTING_DIR: sampleRules() }
  const [far, near] = [await explain({ OPS_TOKEN }, NUMBER, ...at), await explain(settings, NUMBER)]
  const alike = (text: string): string => text.replace(/version \w+/, 'version')
  expect([far.code, alike(far.stdout)]).toEqual([0, alike(near.stdout)])
  const json = async (words: readonly string[], from: Settings): Promise<unknown> => {
    const { as_of: _, ...told } = Object(JSON.parse((await explain(from, NUMBER, '--json', ...words)).stdout))
    return told
  }
  expect(await json(at, { OPS_TOKEN })).toEqual(await json([], settings))
  expect(await explain({ OPS_TOKEN }, '4711', ...at)).toMatchObject({ code: 1 })
  expect(await explain({ OPS_TOKEN: 'another-token-of-twenty-chars' }, NUMBER, ...at)).toMatchObject({
    code: 78,
  })
  expect(await explain({ OPS_TOKEN }, NUMBER, '--url', 'http://127.0.0.1:9')).toMatchObject({ code: 69 })
})
