import { expect, test } from 'vitest'
import { after } from '../../src/clock.ts'
import type { AgentRights, Desk, Ticket, TicketChange } from '../../src/desk.ts'
import type { Random } from '../../src/random.ts'
import { SANDBOX_WORLD } from '../../src/sandbox/zammad/world.ts'
import { createSandboxZammad, type SandboxZammad, type World } from '../../src/sandbox/zammad/zammad.ts'
import { Secret } from '../../src/secret.ts'
import { contractPromises } from '../../src/zammad/contract.ts'
import { Broken, clearBench, NotShown, openBench, type Bench } from '../../src/zammad/contract-bench.ts'

const FOREIGN = 'Closed to Firstline'

/** The sandbox's helpdesk, with a group that only its administrator may enter. */
const WORLD: World = {
  ...SANDBOX_WORLD,
  groups: [...SANDBOX_WORLD.groups, { name: FOREIGN }],
  users: SANDBOX_WORLD.users.map((user) =>
    user.roles.includes('Admin') ? { ...user, groups: [...user.groups, FOREIGN] } : user,
  ),
}

/** A clock that moves by ten milliseconds each time it is looked at. */
function steppingClock(): () => Date {
  let now = new Date('2026-11-21T09:00:00Z')
  return () => (now = after(now, 10))
}

function countingRandom(start: number): Random {
  let next = start
  return (length) => Uint8Array.from({ length }, () => (next = (next * 73 + 41) % 65_537) & 255)
}

function sandboxOf(profile: '6.2' | '6.6'): SandboxZammad {
  return createSandboxZammad({
    profile,
    clock: steppingClock(),
    random: countingRandom(3),
    wait: () => Promise.resolve(),
    publicUrl: 'http://zammad.test/sandbox/zammad',
    send: () => Promise.resolve(),
    deliver: () => Promise.resolve(new Response(null, { status: 202 })),
    world: WORLD,
  })
}

function benchOf(zammad: SandboxZammad, change: { readonly adminToken?: null } = {}): Bench {
  return openBench({
    url: 'http://zammad.test/sandbox/zammad',
    token: new Secret('sandbox-bot'),
    adminToken: new Secret('sandbox-admin'),
    group: 'Catalogue',
    foreignGroup: FOREIGN,
    random: countingRandom(7),
    timeoutMs: 10_000,
    fetch: (input, init) => zammad.fetch(new Request(input, init)),
    ...change,
  })
}

const promised = (['6.2', '6.6'] as const).flatMap((profile) =>
  contractPromises.map((promise) => [profile, promise.name, promise] as const),
)

test.for(promised)('sandbox %s: %s', async ([profile, , promise]) => {
  const bench = benchOf(sandboxOf(profile))
  await promise.run(bench)
  expect(await clearBench(bench)).toBe(0)
})

const reversed = <T>(rows: readonly T[] | null): readonly T[] | null => rows && rows.toReversed()

async function* pagesOf(...pages: (readonly Ticket[])[]): AsyncGenerator<readonly Ticket[]> {
  yield* pages
}

async function* butTheLast(pages: AsyncIterable<readonly Ticket[]>): AsyncGenerator<readonly Ticket[]> {
  for await (const page of pages) yield page.slice(0, -1)
}

const everybody = ([agent]: readonly AgentRights[]): readonly AgentRights[] =>
  agent ? Array.from({ length: 100 }, (_, id) => ({ ...agent, id })) : []

const without = (name: keyof TicketChange, change: TicketChange): TicketChange =>
  Object.fromEntries(Object.entries(change).filter(([key]) => key !== name))

type Defect = readonly [name: string, spoil: (desk: Desk) => Partial<Desk>]

/** Desks with a defect, by the promise that finds it out. */
const FOUND_OUT: Readonly<Record<string, readonly Defect[]>> = {
  'Zammad numbers where we do not': [['finds no number', () => ({ byNumber: () => Promise.resolve(null) })]],
  'number and Message-ID find the ticket at once, and nothing else': [
    ['finds any ticket for a Message-ID', (desk) => ({ byMessageId: () => desk.lowest() })],
  ],
  'the newest update is told by Zammad’s clock, and a note moves it': [
    ['loses notes', () => ({ note: () => Promise.resolve() })],
  ],
  'a ticket that never was is gone': [
    [
      'takes what is gone for out of sight',
      () => ({ read: () => Promise.resolve({ seen: 'out-of-sight' }) }),
    ],
  ],
  'a note is internal, of sender System, changes no state and is found by its Message-ID': [
    ['knows every article', () => ({ hasArticle: () => Promise.resolve(true) })],
  ],
  'a ticket is opened with our number, group, title and mark, and is read the same': [
    ['opens with a number of its own', (desk) => ({ open: (t) => desk.open({ ...t, number: null }) })],
  ],
  'a file is had only where it belongs': [
    ['forgets files', (desk) => ({ open: (t) => desk.open({ ...t, attachments: [] }) })],
    ['has no files', () => ({ file: () => Promise.resolve(null) })],
  ],
  'the newest tickets come newest first, the lowest has the lowest id': [
    ['tells the oldest first', (desk) => ({ newest: async (n) => (await desk.newest(n)).toReversed() })],
  ],
  'a change of group, priority and owner is done, and the history tells who moved what from where': [
    ['changes nothing', (desk) => ({ change: (id) => desk.change(id, {}) })],
    [
      'tells no history',
      () => ({ history: () => Promise.resolve({ changes: [], tags: [], born: new Set<number>() }) }),
    ],
  ],
  'a change into an unknown group is told as the group’s fault, and changes nothing': [
    ['blames the ticket', () => ({ change: () => Promise.resolve({ outcome: 'refused', reason: '' }) })],
  ],
  'a tag is added, once more does no harm, and an update shows it': [
    ['adds no tag', () => ({ tag: () => Promise.resolve() })],
  ],
  'a ticket in a state of type closed is closed, and articles come oldest first with their author': [
    [
      'tells the last article first',
      (desk) => ({ articles: async (id) => reversed(await desk.articles(id)) }),
    ],
  ],
  'a visibility that was flipped is among the updates since, what was not touched is not': [
    ['tells no update', () => ({ updatedSince: () => pagesOf() })],
    ['tells every ticket as updated', (desk) => ({ updatedSince: () => desk.createdSince(new Date(0)) })],
  ],
  'tickets made or updated since come whole, each once and oldest first, however small the pages': [
    [
      'leaves out what was made last',
      (desk) => ({ createdSince: (since) => butTheLast(desk.createdSince(since)) }),
    ],
  ],
  'the agent’s own account is among the agents, with the group that tickets are opened in': [
    ['knows no agent', () => ({ agents: () => Promise.resolve([]) })],
  ],
  'the customer of a ticket is no agent, and its priority is among those in use': [
    ['takes everybody for an agent', (desk) => ({ agents: async () => everybody(await desk.agents()) })],
    ['knows other priorities', () => ({ priorities: () => Promise.resolve(['urgent']) })],
  ],
  'a visitor’s word is the customer’s, public, by web and found by its Message-ID': [
    ['says nothing', () => ({ reply: () => Promise.resolve({ outcome: 'written' }) })],
  ],
  'a word alone leaves a closed ticket closed; in the change that opens it, both are done': [
    ['never opens again', (desk) => ({ reply: (id, word) => desk.reply(id, word, 'add') })],
    ['opens again with each word', (desk) => ({ reply: (id, word) => desk.reply(id, word, 'reopen') })],
    [
      'loses files of words',
      (desk) => ({ reply: (id, w, how) => desk.reply(id, { ...w, attachments: [] }, how) }),
    ],
    ['changes no state', (desk) => ({ change: (id, all) => desk.change(id, without('state', all)) })],
  ],
  'an article is read as it is now: a flip moves its time of update, not that of its making': [
    ['knows no single article', () => ({ article: () => Promise.resolve({ seen: 'gone' }) })],
    ['tells every ticket out of sight', () => ({ article: () => Promise.resolve({ seen: 'out-of-sight' }) })],
  ],
  'a merge moves the articles, which keep ids and where they were born; the target is the parent': [
    ['merges nothing', () => ({ merge: () => Promise.resolve({ outcome: 'written' }) })],
    ['knows no parents', () => ({ parents: () => Promise.resolve([]) })],
    ['takes each ticket for its own parent', () => ({ parents: (id) => Promise.resolve([id]) })],
    [
      'takes what is there for what was born there',
      (desk) => ({ bornOn: async (id) => new Set((await desk.articles(id))?.map((article) => article.id)) }),
    ],
  ],
  'a picture in a text of staff’s is among its files, and is had': [
    [
      'has files of other bytes',
      () => ({ file: async () => ({ size: 10, bytes: new Blob(['x']).stream() }) }),
    ],
  ],
  'a tag is told, and taken away; one that is not there is none': [
    ['keeps every tag', () => ({ untag: () => Promise.resolve() })],
    ['tells no tags', () => ({ tags: () => Promise.resolve([]) })],
  ],
  'a person is found by exactly their address, else made once, and may be given a ticket': [
    ['knows nobody', () => ({ person: () => Promise.resolve(null) })],
    [
      'takes one person for all',
      (desk) => ({ personOf: (_, name) => desk.personOf('one@example.org', name) }),
    ],
    ['changes no customer', (desk) => ({ change: (id, all) => desk.change(id, without('customerId', all)) })],
  ],
  'a ticket that continues another is linked with it as an equal': [
    ['forgets what is continued', (desk) => ({ open: (t) => desk.open({ ...t, continues: null }) })],
  ],
}

const defects = Object.entries(FOUND_OUT).flatMap(([promise, all]) =>
  all.map(([name, spoil]) => [name, promise, spoil] as const),
)

test.for(defects)('a desk that %s is found out: %s', async ([, name, spoil]) => {
  const bench = benchOf(sandboxOf('6.6'))
  const spoilt: Bench = { ...bench, desk: { ...bench.desk, ...spoil(bench.desk) } }
  const promise = contractPromises.find((one) => one.name === name)
  await expect(promise?.run(spoilt)).rejects.toThrow(Broken)
})

test('without an administrator the rest is shown, and the test tickets are counted', async () => {
  const bench = benchOf(sandboxOf('6.6'), { adminToken: null })
  for (const { run } of contractPromises.filter(({ needs }) => needs === 'agent')) await run(bench)
  for (const { run } of contractPromises.filter(({ needs }) => needs === 'admin')) {
    await expect(run(bench)).rejects.toThrow(NotShown)
  }
  expect(await clearBench(bench)).toBeGreaterThan(0)
})
