import { expect, test } from 'vitest'
import { openRulebook, troubleOf } from '../../src/bot/rulebook.ts'
import { createLog } from '../../src/log.ts'
import type { Source } from '../../src/sources/source.ts'
import { createMemory } from '../../src/store/memory.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { SAMPLE_ROUTING } from '../support/sample-rules.ts'
import { NOON } from '../support/samples.ts'

const BROKEN: readonly Source[] = SAMPLE_ROUTING.map((source) =>
  source.path === 'units.yaml'
    ? { ...source, text: source.text.replace('default: first-line', 'default: nobody') }
    : source,
)
const REASON = 'units.yaml:1: default: no unit is called nobody'

const rulesFile = (text: string): Source => ({ path: '10-first.yaml', text })

const CATALOGUE = rulesFile(`rules:
  - name: words
    owner: technical
    when: { words: [server] }
    then: { unit: technical }
    examples: { yes: [The server is down] }
`)

async function files(first: readonly Source[]) {
  const { db } = await openPlatform()
  const memory = createMemory(db)
  const time = virtualTime(NOON)
  const lines: string[] = []
  const folder = { sources: first }
  const open = () =>
    openRulebook({
      read: async () => folder.sources,
      languages: ['en', 'es'],
      memory,
      atomically: db.atomically,
      clock: time.clock,
      log: createLog('debug', (line) => lines.push(line)),
    })
  const events = () => lines.map((line): unknown => Object(JSON.parse(line)).event)
  return { folder, open, memory, time, events }
}

test('new files are in force after the next look, without a restart', async () => {
  const { folder, open, events } = await files(SAMPLE_ROUTING)
  const live = await open()
  const before = live.current().version
  expect(live.current().rules).toEqual([])
  folder.sources = [...SAMPLE_ROUTING, CATALOGUE]
  expect(live.current().rules).toEqual([])
  await live.look()
  expect(live.current().rules.map(({ name }) => name)).toEqual(['words'])
  expect(live.current().version).not.toBe(before)
  expect(events()).toEqual(['rulebook.changed'])
})

test('of a broken set nothing is taken, and why is told once until it is mended', async () => {
  const { folder, open, memory, events, time } = await files(SAMPLE_ROUTING)
  const live = await open()
  const { version } = live.current()
  folder.sources = [...BROKEN, CATALOGUE]
  await live.look()
  time.turn(60_000)
  await live.look()
  expect(live.current()).toMatchObject({ version, rules: [] })
  const trouble = await troubleOf(memory)
  expect(trouble?.since).toBe(NOON.toISOString())
  expect(trouble?.problems).toEqual([expect.stringContaining(REASON)])
  expect(events()).toEqual(['rulebook.broken'])
  folder.sources = [...SAMPLE_ROUTING, CATALOGUE]
  await live.look()
  expect(await troubleOf(memory)).toBeNull()
  expect(live.current().rules).toHaveLength(1)
})

test('files that are as before in force again end the trouble', async () => {
  const { folder, open, memory } = await files(SAMPLE_ROUTING)
  const live = await open()
  folder.sources = BROKEN
  await live.look()
  folder.sources = SAMPLE_ROUTING
  await live.look()
  expect(await troubleOf(memory)).toBeNull()
})

test('at start broken files give way to the last good ones', async () => {
  const { folder, open, memory, events } = await files([...SAMPLE_ROUTING, CATALOGUE])
  const good = (await open()).current().version
  folder.sources = BROKEN
  const live = await open()
  expect(live.current()).toMatchObject({ version: good, rules: [{ name: 'words' }] })
  expect(live.decider().decide(server).unit).toBe('technical')
  expect((await troubleOf(memory))?.problems).toEqual([expect.stringContaining(REASON)])
  expect(events()).toEqual(['rulebook.broken', 'rulebook.last-good'])
})

test('at the first start broken files are refused with file and line', async () => {
  const { open } = await files(BROKEN)
  await expect(open()).rejects.toMatchObject({
    name: 'RulebookError',
    problems: [{ path: 'units.yaml', line: 1 }],
    message: expect.stringContaining(REASON),
  })
})

const server = {
  source: 'email',
  form: null,
  answers: {},
  title: 'The server is down',
  body: '',
  language: null,
  domain: null,
  organisation: null,
  at: NOON,
} as const
