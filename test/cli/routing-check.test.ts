import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SANDBOX_WORLD, type World } from '../../src/sandbox/zammad/world.ts'
import { runHere } from './command.ts'
import { besideSandbox, someRules } from './routing-samples.ts'

const NOWHERE = {
  SECRET: 'k'.repeat(32),
  ZAMMAD_URL: 'http://127.0.0.1:9',
  ZAMMAD_TOKEN: 'canary-token',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'desk@desk.example',
} as const

test('the shipped rules have no fault', async () => {
  const { code, stdout } = await runHere(['routing', 'check'])
  expect(stdout).toMatch(/^\d+ rules, \d+ examples \(.*\), \d+ units: no mistakes\n$/)
  expect(code).toBe(0)
})

test('rules without a fault are counted, and their examples by the languages that they tell', async () => {
  const { code, stdout } = await runHere(['routing', 'check'], someRules())
  expect(stdout).toBe('2 rules, 4 examples (1 in en, 2 in es), 2 units: no mistakes\n')
  expect(code).toBe(0)
})

test('options name the folders, whatever the settings say', async () => {
  const { ROUTING_DIR = '' } = someRules()
  const { code, stdout } = await runHere(['routing', 'check', '--rules', ROUTING_DIR, '--forms', 'forms'], {
    FORMS_DIR: 'nowhere',
    ROUTING_DIR: 'nowhere',
  })
  expect(stdout).toContain('2 rules, 4 examples')
  expect(code).toBe(0)
})

test.for([
  ['--rules', ['--rules', '/nowhere'], {}, 2],
  ['--forms', ['--forms', '/nowhere'], {}, 2],
  ['ROUTING_DIR', [], { ROUTING_DIR: '/nowhere' }, 78],
  ['FORMS_DIR', [], { FORMS_DIR: '/nowhere' }, 78],
] as const)(
  'a folder that is not there is told as such, where %s names it',
  async ([name, words, settings, code]) => {
    const told = await runHere(['routing', 'check', ...words], settings)
    expect([told.code, told.stdout, told.stderr]).toEqual([
      code,
      '',
      `${name}: there is no folder /nowhere\n`,
    ])
  },
)

test('a file that cannot be read is told before any rule is looked at', async () => {
  const settings = someRules(['words: "nodo*"', 'word: "nodo*"'])
  writeFileSync(join(settings['ROUTING_DIR'] ?? '', '20-broken.yaml'), 'rules:\n\t- name: x\n')
  const { code, stdout } = await runHere(['routing', 'check'], settings)
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/10-nodes\.yaml:13: .*word: is not a key here; did you mean words\?$/),
    expect.stringMatching(/20-broken\.yaml:\d: /),
  ])
  expect(code).toBe(1)
})

test('faults of rules that can be read are told one a line, for people and for programs', async () => {
  const settings = someRules(['- Good morning', '- Un nodo nuevo'])
  const told = await runHere(['routing', 'check'], settings)
  expect(told.stdout).toMatch(
    /^\S+10-nodes\.yaml:19: the unforeseen request “Un nodo nuevo” is taken by “words of nodes”: .*“nodo\*”\n$/,
  )
  const listed = await runHere(['routing', 'check', '--json'], settings)
  expect(JSON.parse(listed.stdout)).toEqual([
    {
      path: join(settings['ROUTING_DIR'] ?? '', '10-nodes.yaml'),
      line: 19,
      message: expect.stringContaining('the unforeseen request'),
      level: 'mistake',
    },
  ])
  expect([told.code, listed.code]).toEqual([1, 1])
})

test('beside a Zammad that has everything, its agents are counted and nobody is named', async () => {
  const { code, stdout } = await runHere(['routing', 'check', '--live'], {
    ...besideSandbox(),
    ...someRules(),
  })
  expect(stdout).toBe(
    'in Zammad: First Line support has 2 agents, Reference nodes has 2 agents\n' +
      '2 rules, 4 examples (1 in en, 2 in es), 2 units: no mistakes\n',
  )
  expect(code).toBe(0)
})

test('groups and priorities that Zammad does not have are told with the line of unit and rule', async () => {
  const beside = besideSandbox()
  const group = await runHere(['routing', 'check', '--live'], {
    ...beside,
    ...someRules(['group: Reference nodes', 'group: Reference node']),
  })
  expect(group.stdout).toMatch(
    /units\.yaml:4: the unit nodes: Zammad has no group Reference node, or the bot may not enter it; did you mean Reference nodes\?\n/,
  )
  const priority = await runHere(['routing', 'check', '--live'], {
    ...beside,
    ...someRules(['priority: 3 high', 'priority: 3 hgih']),
  })
  expect(priority.stdout).toMatch(
    /10-nodes\.yaml:2: “upload to UPV”: Zammad has no active priority 3 hgih; did you mean 3 high\?\n/,
  )
  expect([group.code, priority.code]).toEqual([1, 1])
})

test('a unit whose tickets the first line would lose sight of is a warning, and does not fail', async () => {
  const [admin, agent, bot] = SANDBOX_WORLD.users
  const world = {
    ...SANDBOX_WORLD,
    users: [
      { ...admin, groups: ['Reference nodes'] },
      { ...agent, groups: ['First Line support'] },
      bot,
    ] as World['users'],
  }
  const settings = { ...besideSandbox(world), ...someRules() }
  const told = await runHere(['routing', 'check', '--live'], settings)
  expect(told.stdout).toMatch(
    /^\S+units\.yaml:4: warning: the unit nodes: no agent of First Line support \(of 1\) can read Reference nodes: .*\nin Zammad: .*\n2 rules, .*: no mistakes\n$/,
  )
  const listed = await runHere(['routing', 'check', '--live', '--json'], settings)
  expect(JSON.parse(listed.stdout)).toMatchObject([{ line: 4, level: 'warning' }])
  expect([told.code, listed.code]).toEqual([0, 0])
})

test('of a unit whose group is misnamed it is not told too that the first line cannot read it', async () => {
  const settings = { ...besideSandbox(), ...someRules(['group: Reference nodes', 'group: Renamed']) }
  const { stdout } = await runHere(['routing', 'check', '--live', '--json'], settings)
  expect(JSON.parse(stdout)).toMatchObject([
    { level: 'mistake', message: 'the unit nodes: Zammad has no group Renamed, or the bot may not enter it' },
  ])
})

test('a Zammad that does not answer is told as such, and the token is not shown', async () => {
  const { code, stdout, stderr } = await runHere(['routing', 'check', '--live'], {
    ...NOWHERE,
    ...someRules(),
  })
  expect(code).toBe(69)
  expect(stderr).not.toBe('')
  expect(stdout + stderr).not.toContain('canary')
})
