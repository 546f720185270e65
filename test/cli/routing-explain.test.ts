import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openSqlite } from '../../src/runtime/node/sqlite.ts'
import { deskOf } from '../../src/furnish.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { aSubmission, NOON } from '../support/samples.ts'
import { aFolder, COMMAND, runHere, type Settings, start } from './command.ts'
import { besideSandbox, someRules } from './routing-samples.ts'

const explained = async (words: readonly string[], settings: Settings = someRules()) => {
  const { code, stdout, stderr } = await runHere(['routing', 'explain', ...words, '--json'], settings)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return JSON.parse(stdout) as unknown
}

test('unit, group, rule and why are told to programs', async () => {
  expect(await explained(['--form', 'upload-trouble', '--answer', 'node=upv'])).toEqual({
    unit: 'nodes',
    group: 'Reference nodes',
    rule: 'upload to UPV',
    priority: '3 high',
    tags: ['upload'],
    mode: 'assign',
    considered: [
      { rule: 'upload to UPV', matched: true, because: 'form is upload-trouble and answer node is upv' },
    ],
  })
})

test('what is only suggested stays in the group of the first line', async () => {
  expect(await explained(['--title', 'El NODO no va'])).toEqual({
    unit: 'nodes',
    group: 'First Line support',
    rule: 'words of nodes',
    priority: null,
    tags: ['words', 'suggest-nodes'],
    mode: 'suggest',
    considered: [
      { rule: 'upload to UPV', matched: false, because: 'form is missing' },
      { rule: 'words of nodes', matched: true, because: 'the text has the words “nodo*”' },
    ],
  })
})

test('people read the decision first, then each rule with a sign', async () => {
  const settings = someRules()
  const { code, stdout } = await runHere(['routing', 'explain', '--title', 'Nodos'], settings)
  expect(stdout).toBe(
    [
      'unit      nodes, only suggested: it stays with first-line',
      'group     First Line support',
      `rule      words of nodes (${settings['ROUTING_DIR']}/10-nodes.yaml:11)`,
      'priority  as Zammad sets it',
      'tags      words, suggest-nodes',
      '',
      '· upload to UPV: form is missing',
      '✓ words of nodes: the text has the words “nodo*”',
      '',
    ].join('\n'),
  )
  expect(code).toBe(0)
})

test('what no rule takes goes to the first line, and every rule says why not', async () => {
  const { stdout } = await runHere(['routing', 'explain', '--title', 'Hello'], someRules())
  expect(stdout).toMatch(/^unit {6}first-line\ngroup {5}First Line support\nrule {6}none matched\n/)
  expect(stdout.match(/^· /gm)).toHaveLength(2)
  expect(stdout).not.toContain('✓')
})

test.for<[string, string[], string | null]>([
  [
    'repeated answers are all heard',
    ['--answer', 'node=upv', '--form=upload-trouble', '--answer=what=a=b'],
    'upload to UPV',
  ],
  ['an address counts by its domain', ['--email', 'ada@lab.UPV.es', '--source', 'phone'], 'words of nodes'],
  ['a domain counts', ['--domain', 'upv.es', '--source', 'phone'], 'words of nodes'],
  ['the source counts', ['--domain', 'upv.es', '--source', 'email'], null],
  ['the body counts', ['--body', 'un nodo'], 'words of nodes'],
  [
    'what counts for no rule is taken',
    ['--language', 'es', '--organisation', 'UPV', '--at', '2026-11-21T12:00:00+01:00'],
    null,
  ],
])('%s', async ([, words, rule]) => {
  expect(await explained(words)).toMatchObject({ rule })
})

test('a file is read like an example of the rules, and so is the standard input', async () => {
  const settings = someRules()
  const file = join(aFolder(), 'request.json')
  writeFileSync(file, '{\n\t"form": "upload-trouble",\n\t"answers": { "node": "upv", "what": "x" }\n}\n')
  expect(await explained([file], settings)).toMatchObject({ rule: 'upload to UPV' })
  const running = start(process.execPath, [COMMAND, 'routing', 'explain', '-', '--json'], settings)
  running.child.stdin?.end('"Los nodos no van"')
  const { code, stdout } = await running.ended
  expect(JSON.parse(stdout)).toMatchObject({ rule: 'words of nodes' })
  expect(code).toBe(0)
})

test.for<[string, string[], string, boolean]>([
  ['nothing', [], 'say something of the request', true],
  ['an answer without its field', ['--answer', '=upv'], '--answer takes field=value, not =upv', true],
  ['an answer without a value', ['--answer', 'node'], '--answer takes field=value, not node', true],
  ['an option twice', ['--title', 'a', '--title', 'b'], '--title is given twice', true],
  ['an address and a domain', ['--email', 'a@b.es', '--domain', 'b.es'], 'give one', true],
  ['an address that is none', ['--email', 'upv.es'], '--email takes an address', true],
  ['a ticket and more', ['--ticket', '78123', '--title', 'a'], '--ticket stands alone', true],
  ['a ticket that is no number', ['--ticket', 'x'], '--ticket takes the number', true],
  ['a file that is not there', ['nowhere.json'], 'there is no file nowhere.json', true],
  ['a file that is not JSON', ['package.json', '--title', 'x'], 'a file or options, not both', true],
  ['a file and options', ['README.md'], 'README.md is not JSON', true],
  ['a second file', ['a.json', 'b.json'], "Unexpected word 'b.json'", true],
  ['an unknown option', ['--titel', 'x'], "Unknown option '--titel'", true],
  [
    'an unknown form',
    ['--form', 'upload-troubel'],
    'no form is called upload-troubel; did you mean upload-trouble?',
    false,
  ],
  [
    'an unknown field',
    ['--form', 'upload-trouble', '--answer', 'nodee=upv'],
    'answer nodee: the form upload-trouble does not have it; did you mean node?',
    false,
  ],
  [
    'an unknown choice',
    ['--form', 'upload-trouble', '--answer', 'node=upw'],
    'answer node: upw is not offered; did you mean upv?',
    false,
  ],
  [
    'an unknown source',
    ['--source', 'emial'],
    'must be one of web-form, zammad-ui, email, phone, not "emial"; did you mean email?',
    false,
  ],
  ['an unknown language', ['--language', 'fr'], 'must be one of en, es, not "fr"', false],
  ['a time that is none', ['--at', 'noon'], 'must be an instant', false],
  ['a field that can be none', ['--answer', 'No de=x'], 'must be the id of a field', false],
  ['a file with a key that is none', ['package.json'], 'is not a key here', false],
])('%s is wrong usage, and the word for it is told', async ([, words, told, withUsage]) => {
  const { code, stdout, stderr } = await runHere(['routing', 'explain', ...words], someRules())
  expect(stderr).toContain(told)
  expect(stderr.includes('USAGE')).toBe(withUsage)
  expect([code, stdout]).toEqual([2, ''])
})

test('rules for which there is no folder are wrong usage', async () => {
  const { code, stdout, stderr } = await runHere([
    'routing',
    'explain',
    '--title',
    'x',
    '--rules',
    '/nowhere',
  ])
  expect([code, stdout, stderr]).toEqual([2, '', '--rules: there is no folder /nowhere\n'])
})

test('nothing is explained by rules that cannot be read', async () => {
  const { code, stdout, stderr } = await runHere(
    ['routing', 'explain', '--title', 'x'],
    someRules(['unit: nodes', 'unit: node']),
  )
  expect(stderr).toMatch(/10-nodes\.yaml:5: .*no unit is called node; did you mean nodes/)
  expect([code, stdout]).toEqual([1, ''])
})

const ticket = {
  number: '7800000000001',
  title: 'Upload',
  group: 'First Line support',
  priority: null,
  tags: [],
  customer: { name: 'Ann Lee', email: 'ann.lee@example.org' },
  body: 'Los nodos no contestan',
  messageId: '<submission-1@desk.example>',
  mark: { instance: 'here', submission: 'submission-1' },
  attachments: [],
  continues: null,
}

test('a ticket is read from Zammad by the number that people see; of one of ours the store knows the form', async () => {
  const settings = { ...besideSandbox(), ...someRules() }
  const { outcome } = await deskOf(readConfig(settings)).desk.open(ticket)
  expect(outcome).toBe('opened')
  const byText = await runHere(['routing', 'explain', '--ticket', ticket.number, '--json'], settings)
  expect(JSON.parse(byText.stdout)).toMatchObject({
    rule: 'words of nodes',
    considered: [{ because: 'form is missing' }, {}],
  })
  expect([byText.code, byText.stderr]).toEqual([
    0,
    'This ticket came from a form, and its answers are not in this database: it is decided by its text only.\n',
  ])
  const db = openSqlite(settings['DATABASE_PATH'] ?? '', 'src/store/migrations')
  const sent = aSubmission({ id: 'submission-1', answers: { node: 'upv' } })
  const repeatable = { key: 'k', keyUntil: NOON, content: 'c' }
  await db.atomically(createSubmissions(db).add(sent, repeatable, []))
  db.close()
  expect(await explained(['--ticket', ticket.number], settings)).toMatchObject({ rule: 'upload to UPV' })
})

test('a ticket that is not there is told', async () => {
  const { code, stderr } = await runHere(['routing', 'explain', '--ticket', '7899999'], {
    ...besideSandbox(),
    ...someRules(),
  })
  expect(stderr).toBe('There is no ticket 7899999 that the bot may read.\n')
  expect(code).toBe(1)
})
