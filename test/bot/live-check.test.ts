import { expect, test } from 'vitest'
import { checkLive } from '../../src/bot/live-check.ts'
import type { Account, AgentRights, Group } from '../../src/desk.ts'
import type { Rulebook } from '../../src/routing/rule.ts'
import { readRulebook } from '../../src/routing/read.ts'

const BOT = 7

const UNITS = `default: first-line
urgent: 3 high
units:
  - { id: first-line, name: { en: First, es: Primera }, group: First Line }
  - { id: nodes, name: { en: Nodes, es: Nodos }, group: Nodes }
`
const RULES = `rules:
  - name: to the nodes
    owner: nodes
    when: { words: node }
    then: { unit: nodes, priority: 2 normal }
    examples: { yes: [node] }
`

async function aRulebook(): Promise<Rulebook> {
  const { rulebook } = await readRulebook([
    { path: 'units.yaml', text: UNITS },
    { path: 'promise.yaml', text: 'target: 48h\nlevels: [{ at: 100%, to: [unit] }]\n' },
    { path: '10-rules.yaml', text: RULES },
  ])
  if (!rulebook) throw new Error('the rules of this test cannot be read')
  return rulebook
}

const group = (name: string, over: Partial<Group> = {}): Group => ({
  name,
  active: true,
  access: ['full'],
  hasAddress: false,
  followUp: { to: 'same-ticket' },
  ...over,
})

const agent = (id: number, groups: Readonly<Record<string, readonly string[]>>): AgentRights => ({
  id,
  groups: new Map(Object.entries(groups)),
})

const ANNA = agent(11, { 'First Line': ['full'], Nodes: ['read'] })
const BERT = agent(12, { 'First Line': ['read', 'change'], Nodes: ['full'] })

const found = async (zammad: {
  readonly groups?: readonly Group[]
  readonly agents?: readonly AgentRights[]
  readonly priorities?: readonly string[]
}) => {
  const account: Account = {
    id: BOT,
    login: 'bot@desk.example',
    roles: ['Agent'],
    groups: zammad.groups ?? [group('First Line'), group('Nodes')],
  }
  return checkLive(
    {
      account: async () => account,
      agents: async () => zammad.agents ?? [ANNA, BERT],
      priorities: async () => zammad.priorities ?? ['1 low', '2 normal', '3 high'],
    },
    await aRulebook(),
  )
}

const words = async (zammad: Parameters<typeof found>[0]) =>
  (await found(zammad)).findings.map(({ level, about, words }) => [
    level,
    about.what === 'unit' ? about.id : about.what === 'rule' ? about.name : about.what,
    words,
  ])

test('where all is there, nothing is found, and agents are counted by group', async () => {
  expect(await found({})).toEqual({
    findings: [],
    agents: [
      { unit: 'first-line', group: 'First Line', count: 2 },
      { unit: 'nodes', group: 'Nodes', count: 1 },
    ],
  })
})

test('the bot is no agent that answers', async () => {
  const bot = agent(BOT, { 'First Line': ['full'], Nodes: ['full'] })
  expect(await words({ agents: [bot, ANNA] })).toEqual([
    ['mistake', 'nodes', 'no agent may answer in the group Nodes'],
  ])
})

test.for<[string, Group[], string]>([
  ['unknown', [], 'Zammad has no group Nodes, or the bot may not enter it'],
  [
    'of a similar name',
    [group('nodes')],
    'Zammad has no group Nodes, or the bot may not enter it; did you mean nodes?',
  ],
  ['inactive', [group('Nodes', { active: false })], 'the group Nodes is inactive'],
  [
    'only to be read',
    [group('Nodes', { access: ['read', 'overview'] })],
    'the bot may not create and change tickets in the group Nodes',
  ],
  [
    'not to be read',
    [group('Nodes', { access: ['create', 'change'] })],
    'the bot may not read tickets in the group Nodes',
  ],
  [
    'only to be filled',
    [group('Nodes', { access: ['read', 'create'] })],
    'the bot may not change tickets in the group Nodes',
  ],
])('a group that is %s is a mistake, told once', async ([, groups, told]) => {
  expect(await words({ groups: [group('First Line'), ...groups] })).toEqual([['mistake', 'nodes', told]])
})

test('read, create and change are enough for the bot', async () => {
  const enough = group('Nodes', { access: ['read', 'create', 'change'] })
  expect(await words({ groups: [group('First Line'), enough] })).toEqual([])
})

test('a group that nobody of the first line can read is a warning, whoever else can', async () => {
  const nodes = agent(13, { Nodes: ['full'] })
  const blind = agent(14, { 'First Line': ['full'], Nodes: ['overview'] })
  expect(await words({ agents: [blind, nodes] })).toEqual([
    [
      'warning',
      'nodes',
      'no agent of First Line (of 1) can read Nodes: a ticket there is out of their sight',
    ],
  ])
})

test('a priority that Zammad does not have is a mistake of the rule, or of units.yaml', async () => {
  expect(await words({ priorities: ['2 normal', '4 very high'] })).toEqual([
    ['mistake', 'urgent', 'Zammad has no active priority 3 high'],
  ])
  expect(await words({ priorities: ['2 Normal', '3 high'] })).toEqual([
    ['mistake', 'to the nodes', 'Zammad has no active priority 2 normal; did you mean 2 Normal?'],
  ])
})
