import { expect, test } from 'vitest'
import { type LiveRulebook, openRulebook, troubleOf } from '../../src/bot/rulebook.ts'
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
  const folder = { sources: first, unreadable: false, storeFails: false }
  const open = () =>
    openRulebook({
      read: async () => {
        if (folder.unreadable) throw new Error("EACCES: permission denied, open '10-first.yaml'")
        return folder.sources
      },
      languages: ['en', 'es'],
      memory,
      atomically: async (writes) => {
        if (folder.storeFails) throw new Error('database or disk is full')
        return db.atomically(writes)
      },
      clock: time.clock,
      log: createLog('debug', (line) => lines.push(line)),
    })
  const events = () => lines.map((line): unknown => Object(JSON.parse(line)).event)
  return { folder, open, memory, time, events }
}

const twice = async ({ look }: LiveRulebook): Promise<void> => {
  await look()
  await look()
}

const ruleNames = ({ current }: LiveRulebook): readonly string[] => current().rules.map(({ name }) => name)

test('new files are in force after the second look that finds them, without a restart', async () => {
  const { folder, open, events } = await files(SAMPLE_ROUTING)
  const live = await open()
  const before = live.current().version
  expect(ruleNames(live)).toEqual([])
  folder.sources = [...SAMPLE_ROUTING, CATALOGUE]
  expect(ruleNames(live)).toEqual([])
  await live.look()
  expect(ruleNames(live)).toEqual([])
  await live.look()
  expect(ruleNames(live)).toEqual(['words'])
  expect(live.current().version).not.toBe(before)
  await twice(live)
  expect(events()).toEqual(['rulebook.changed'])
})

test('a holidays file that changes closes other days after the second look', async () => {
  const event = (day: string): Source => ({
    path: 'holidays.ics',
    text: `BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:${day}\nEND:VEVENT\nEND:VCALENDAR\n`,
  })
  const office = 'office: { zone: UTC, week: { mon: "09:00-17:00" }, holidays: holidays.ics }'
  const promise = { path: 'promise.yaml', text: `target: 48h\ncalendars: { ${office} }\n` }
  const others = SAMPLE_ROUTING.map((source) => (source.path === promise.path ? promise : source))
  const { folder, open, events } = await files([...others, event('20261012')])
  const live = await open()
  const before = live.current()
  expect(before.promise.calendars['office']?.closed).toEqual(['2026-10-12'])
  folder.sources = [...others, event('20261019')]
  await live.look()
  expect(live.current()).toBe(before)
  await live.look()
  expect(live.current().promise.calendars['office']?.closed).toEqual(['2026-10-19'])
  expect(live.current().version).not.toBe(before.version)
  expect(events()).toEqual(['rulebook.changed'])
})

test('files that are replaced one by one are taken together, and no half of them is told as broken', async () => {
  const { folder, open, memory, events } = await files(SAMPLE_ROUTING)
  const live = await open()
  const { version } = live.current()
  for (const sources of [BROKEN, [...SAMPLE_ROUTING, rulesFile('rules: [')], [CATALOGUE]]) {
    folder.sources = sources
    await live.look()
    expect(live.current().version).toBe(version)
  }
  folder.sources = [...SAMPLE_ROUTING, CATALOGUE]
  await live.look()
  expect(live.current().version).toBe(version)
  await live.look()
  expect(ruleNames(live)).toEqual(['words'])
  expect(await troubleOf(memory)).toBeNull()
  expect(events()).toEqual(['rulebook.changed'])
})

test('a change that comes, goes and comes again is taken only once it stays', async () => {
  const { folder, open } = await files(SAMPLE_ROUTING)
  const live = await open()
  for (const sources of [[...SAMPLE_ROUTING, CATALOGUE], SAMPLE_ROUTING, [...SAMPLE_ROUTING, CATALOGUE]]) {
    folder.sources = sources
    await live.look()
    expect(ruleNames(live)).toEqual([])
  }
})

test('rulebook and decider in force are always of one set of files', async () => {
  const { folder, open } = await files(SAMPLE_ROUTING)
  const live = await open()
  const before = live.inForce()
  folder.sources = [...SAMPLE_ROUTING, CATALOGUE]
  await twice(live)
  const now = live.inForce()
  expect(before.rulebook.rules).toEqual([])
  expect(before.decider.decide(server).rule).toBeNull()
  expect(now.rulebook.rules).toHaveLength(1)
  expect(now.decider.decide(server).rule).toBe('words')
  expect(live.current()).toBe(now.rulebook)
})

test.for([
  { set: 'good', sources: [...SAMPLE_ROUTING, CATALOGUE], event: 'rulebook.changed' },
  { set: 'broken', sources: BROKEN, event: 'rulebook.broken' },
])(
  'a $set set that could not be put down is neither in force nor told, and is tried again',
  async ({ sources, event }) => {
    const { folder, open, events, memory } = await files(SAMPLE_ROUTING)
    const live = await open()
    const stored = await memory.recall('rulebook')
    folder.sources = sources
    await live.look()
    folder.storeFails = true
    for (let look = 0; look < 2; look += 1) await expect(live.look()).rejects.toThrow('disk is full')
    expect(ruleNames(live)).toEqual([])
    expect(events()).toEqual([])
    expect(await memory.recall('rulebook')).toBe(stored)
    folder.storeFails = false
    await twice(live)
    expect(events()).toEqual([event])
    expect(ruleNames(live)).toEqual(event === 'rulebook.changed' ? ['words'] : [])
  },
)

test('of a broken set nothing is taken, and why is told once until it is mended', async () => {
  const { folder, open, memory, events, time } = await files(SAMPLE_ROUTING)
  const live = await open()
  const { version } = live.current()
  folder.sources = [...BROKEN, CATALOGUE]
  await twice(live)
  time.turn(60_000)
  await live.look()
  expect(live.current()).toMatchObject({ version, rules: [] })
  const trouble = await troubleOf(memory)
  expect(trouble?.since).toBe(NOON.toISOString())
  expect(trouble?.problems).toEqual([expect.stringContaining(REASON)])
  expect(events()).toEqual(['rulebook.broken'])
  folder.sources = [...SAMPLE_ROUTING, CATALOGUE]
  await twice(live)
  expect(await troubleOf(memory)).toBeNull()
  expect(live.current().rules).toHaveLength(1)
})

test('files that cannot be read are told as broken ones are, and leave the rules as they are', async () => {
  const { folder, open, memory, events } = await files([...SAMPLE_ROUTING, CATALOGUE])
  const live = await open()
  folder.unreadable = true
  await live.look()
  expect(await troubleOf(memory)).toBeNull()
  await live.look()
  expect((await troubleOf(memory))?.problems).toEqual([
    "routing-rules:1: cannot be read: EACCES: permission denied, open '10-first.yaml'",
  ])
  expect(ruleNames(live)).toEqual(['words'])
  expect(ruleNames(await open())).toEqual(['words'])
  folder.unreadable = false
  await twice(live)
  expect(await troubleOf(memory)).toBeNull()
  expect(events()).toEqual(['rulebook.broken', 'rulebook.broken', 'rulebook.last-good'])
})

test('files that are as before in force again end the trouble', async () => {
  const { folder, open, memory, events } = await files(SAMPLE_ROUTING)
  const live = await open()
  folder.sources = BROKEN
  await twice(live)
  expect(await troubleOf(memory)).not.toBeNull()
  folder.sources = SAMPLE_ROUTING
  await twice(live)
  expect(await troubleOf(memory)).toBeNull()
  expect(events()).toEqual(['rulebook.broken'])
})

test('at start broken files give way to the last good ones', async () => {
  const { folder, open, memory, events } = await files([...SAMPLE_ROUTING, CATALOGUE])
  const good = (await open()).current().version
  folder.sources = BROKEN
  const live = await open()
  expect(live.current()).toMatchObject({ version: good, rules: [{ name: 'words' }] })
  expect(live.inForce().decider.decide(server).unit).toBe('technical')
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
