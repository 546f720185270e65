import { join } from 'node:path'
import { expect, test } from 'vitest'
import { after, DAY_MS } from '../../src/clock.ts'
import { linkHash, newLink } from '../../src/conversation/link.ts'
import { openSqlite } from '../../src/runtime/node/sqlite.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createMemory } from '../../src/store/memory.ts'
import { serveBoard, TOKEN } from '../http/ops-served.ts'
import { keepConversations } from '../store/records.ts'
import { NOON } from '../support/samples.ts'
import { REAL_SETTINGS } from '../support/real-settings.ts'
import { aFolder, runHere, type Settings } from './command.ts'

const BASE = 'https://desk.example/help'

const conversations = async () => {
  const signer = await createSigner([new Secret(REAL_SETTINGS.SECRET)])
  const { token, kept } = await newLink(signer, 'ann', 'ann.lee@example.org')
  const other = await newLink(await createSigner([new Secret('o'.repeat(32))]), 'bob', 'ann.lee@example.org')
  const given = [
    { id: 'ann', reference: '7801', ticketNumber: '7802', link: kept },
    { id: 'bob', reference: 'FL-7K3M9QXZ', link: other.kept },
    { id: 'over', reference: '7803', closedAt: after(NOON, -400 * DAY_MS) },
  ]
  return { given, link: `${BASE}/c/${token}` }
}

/** Where the commands find the same conversations: in a database here, or behind a running service. */
const places = {
  async here() {
    const path = join(aFolder(), 'firstline.sqlite')
    const db = openSqlite(path, 'src/store/migrations')
    const { given, link } = await conversations()
    await db.atomically([createMemory(db).remember('kind', 'real')])
    await keepConversations(db, given)
    db.close()
    const settings: Settings = { ...REAL_SETTINGS, DATABASE_PATH: path, PUBLIC_URL: BASE }
    const opens = async (of: string) => {
      const again = openSqlite(path, 'src/store/migrations')
      const found = await createConversations(again).byLinkHash(await linkHash(of.split('/').at(-1) ?? ''))
      again.close()
      return found?.id
    }
    return {
      link,
      opens,
      run: (...words: readonly string[]) => runHere(['conversation', ...words], settings),
    }
  },
  async 'at a service'() {
    const board = await serveBoard()
    const { given, link } = await conversations()
    await keepConversations(board.db, given)
    const opens = async (of: string) =>
      (await board.conversations.byLinkHash(await linkHash(of.split('/').at(-1) ?? '')))?.id
    return {
      link,
      opens,
      run: (...words: readonly string[]) =>
        runHere(['conversation', ...words, '--url', board.url], { OPS_TOKEN: TOKEN }),
    }
  },
}
const PLACES = ['here', 'at a service'] as const

test.for(PLACES)('the link of a conversation is printed for people and for programs, %s', async (place) => {
  const { run, link } = await places[place]()
  expect(await run('link', '7801')).toEqual({ code: 0, stdout: `${link}\n`, stderr: '' })
  const { code, stdout } = await run('link', '7802', '--json')
  expect([code, JSON.parse(stdout)]).toEqual([0, { reference: '7801', ticket_number: '7802', link }])
})

test.for(PLACES)('revoking ends a link and prints the one that takes its place, %s', async (place) => {
  const { run, link, opens } = await places[place]()
  const { code, stdout } = await run('revoke', '7801')
  expect(code).toBe(0)
  expect([await opens(link), await opens(stdout.trim())]).toEqual([undefined, 'ann'])
  expect((await run('link', '7801')).stdout).toBe(stdout)
})

test.for(PLACES)('what has no link to tell is told apart, and nothing is printed, %s', async (place) => {
  const { run } = await places[place]()
  const unknown = 'No conversation has this reference or ticket number.\n'
  const over = 'The conversation was closed more than 90 days ago: no link opens it.\n'
  const lost = 'The secret of the link is no longer set. Revoke it for a new one.\n'
  expect(await run('link', 'nothing')).toEqual({ code: 1, stdout: '', stderr: unknown })
  expect(await run('revoke', 'nothing')).toEqual({ code: 1, stdout: '', stderr: unknown })
  expect(await run('link', '7803')).toEqual({ code: 1, stdout: '', stderr: over })
  expect(await run('revoke', '7803')).toEqual({ code: 1, stdout: '', stderr: over })
  expect(await run('link', 'fl-7k3m9qxz')).toEqual({ code: 1, stdout: '', stderr: lost })
  expect(await run('revoke', 'fl-7k3m9qxz')).toMatchObject({ code: 0 })
})

test('a service that is not there, does not know us or cannot be named is told apart', async () => {
  const { url } = await serveBoard()
  const ask = (to: string, settings: Settings) =>
    runHere(['conversation', 'link', '7801', '--url', to], settings)
  expect(await ask(url, { OPS_TOKEN: 'another-token-of-twenty-chars' })).toMatchObject({ code: 78 })
  expect(await ask('http://127.0.0.1:9', { OPS_TOKEN: TOKEN })).toMatchObject({ code: 69 })
  expect(await ask(url, {})).toMatchObject({ code: 78, stderr: 'OPS_TOKEN: is missing; --url needs it\n' })
  expect(await ask('nowhere', { OPS_TOKEN: TOKEN })).toMatchObject({ code: 2 })
})

test.for([[['link']], [['revoke']], [['link', '7801', 'extra']], [['link', '7801', '--bogus']], [[]]])(
  '%j is wrong usage',
  async ([words]) => {
    expect((await runHere(['conversation', ...(words ?? [])])).code).toBe(2)
  },
)
