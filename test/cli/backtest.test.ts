import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSqlite } from '../../src/runtime/node/sqlite.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { createProgress } from '../../src/cli/backtest.ts'
import { aConversation, aSubmission, NOON } from '../support/samples.ts'
import { aFolder, runHere, type Settings } from './command.ts'
import { type Seed, servePast } from './past-zammad.ts'

const GROUPS = {
  'first-line': 'First Line support',
  catalogue: 'Catalogue',
  'reference-nodes': 'Reference nodes',
  technical: 'Technical support',
  'federated-search': 'Federated search',
  dashboard: 'Dashboard',
} as const

/** A word in the title that makes the rules say the unit. */
const WORDS = {
  'first-line': 'greetings',
  catalogue: 'dataset',
  'reference-nodes': 'upload',
  technical: 'tensor',
  'federated-search': 'federated',
} as const

const UNITS = `default: first-line
units:
${Object.entries(GROUPS)
  .map(([id, group]) => `  - { id: ${id}, name: { en: ${group}, es: ${group} }, group: ${group} }`)
  .join('\n')}
`

const rule = (name: string, unit: string, when: string, mode = 'assign'): string => `  - name: ${name}
    owner: ${unit}
    mode: ${mode}
    when: ${when}
    then: { unit: ${unit} }
    examples: { yes: [{ title: a ${name} }] }
`
const RULES = `rules:
${rule('dataset', 'catalogue', '{ words: [dataset] }')}${rule('upload', 'reference-nodes', '{ words: [upload] }')}${rule(
  'tensor',
  'technical',
  '{ words: [tensor] }',
)}${rule('federated', 'federated-search', '{ words: [federated] }', 'suggest')}`

/** A folder of rules; a file given here takes the place of one of ours. */
function rulesIn(files: Readonly<Record<string, string>> = {}): string {
  const folder = join(aFolder(), 'rules')
  mkdirSync(folder)
  const ours = ['promise.yaml', 'holidays-es.ics'].map(
    (name) => [name, readFileSync(`routing-rules/${name}`, 'utf8')] as const,
  )
  const all = { 'units.yaml': UNITS, ...Object.fromEntries(ours), '10-words.yaml': RULES, ...files }
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text)
  return folder
}

const settingsFor = (url: string): Settings => ({
  ZAMMAD_URL: url,
  ZAMMAD_TOKEN: 'sandbox-bot',
  SECRET: 's'.repeat(32),
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'desk@desk.example',
  PUBLIC_URL: 'https://desk.example',
  DATABASE_PATH: join(aFolder(), 'firstline.sqlite'),
})

const SINCE = ['routing', 'backtest', '--since', '2026-08-01'] as const

type Said = keyof typeof WORDS

/** How many tickets ended in each group, in the order of the table's columns: 2,000 in all. */
const KNOWN: readonly (readonly [group: string, ...numbers: number[]])[] = [
  ['First Line support', 610, 12, 31, 9, 44],
  ['Catalogue', 27, 318, 4, 0, 1],
  ['Reference nodes', 58, 6, 402, 21, 0],
  ['Technical support', 19, 0, 33, 164, 2],
  ['Federated search', 5, 1, 0, 3, 203],
  ['Dashboard', 9, 0, 0, 2, 0],
  ['Users', 10, 3, 2, 1, 0],
]

const TABLE = `ended in          first-line  catalogue  reference-nodes  technical  federated-search  dashboard   all
first-line               610         12               31          9                44          0   706
catalogue                 27        318                4          0                 1          0   350
reference-nodes           58          6              402         21                 0          0   487
technical                 19          0               33        164                 2          0   218
federated-search           5          1                0          3               203          0   212
dashboard                  9          0                0          2                 0          0    11
Users (no unit)           10          3                2          1                 0          0    16
all                      738        340              472        200               250          0  2000
`

/** By turns: opened where it ended, moved there by an agent, put there by us, and put elsewhere and then moved. */
function fate(nth: number, ended: string): Omit<Seed, 'title'> {
  const elsewhere = ended === 'Catalogue' ? 'Dashboard' : 'Catalogue'
  const FATES: readonly Omit<Seed, 'title'>[] = [
    { opened: ended },
    { opened: 'First Line support', moves: [['agent', ended]] },
    { opened: 'First Line support', moves: [['bot', ended]], closed: true },
    {
      opened: 'First Line support',
      moves: [
        ['bot', elsewhere],
        ['agent', ended],
      ],
    },
  ]
  const found = ended === 'First Line support' ? FATES[0] : FATES[nth % FATES.length]
  if (!found) throw new Error('every number has its fate')
  return found
}

const SAID = Object.keys(WORDS) as readonly Said[]

/** The known past, the units that the rules say mixed all over it. */
const past = KNOWN.flatMap(([group, ...numbers]) =>
  SAID.flatMap((said, column) =>
    Array.from({ length: numbers[column] ?? 0 }, (_, nth) => ({
      said,
      order: (nth * 7919 + column * 31) % 2003,
      seed: { title: `About ${WORDS[said]} number ${nth}`, ...fate(nth, group) },
    })),
  ),
).sort((a, b) => a.order - b.order)

const feedbackOf = ({ said, seed }: (typeof past)[number]): 'kept' | 'moved' | null => {
  const placed = seed.moves?.find(([by]) => by === 'bot')?.[1]
  const ended = seed.moves?.at(-1)?.[1]
  if (placed === undefined) return null
  const isSaid = ended === GROUPS[said]
  if (ended !== placed) return isSaid ? 'kept' : 'moved'
  // A ticket that was closed elsewhere says nothing of a suggestion.
  return isSaid || said !== 'federated-search' ? 'kept' : null
}

const isUntouched = ({ seed }: (typeof past)[number]): boolean => !seed.closed && seed.moves === undefined

test('a past of 2,000 tickets gives exactly its confusion table, and nothing is written to Zammad', async () => {
  const zammad = await servePast([
    ...past.map(({ seed }) => seed),
    ...Array.from({ length: 3 }, () => ({ title: 'Twice', opened: 'Catalogue', merged: true })),
    { title: 'Alert', opened: 'Users', messageId: '<alert.job-1@desk.example>' },
  ])
  const before = zammad.snapshot().replaceAll(/"last_used_at":[^,}]*/g, '')
  const html = join(aFolder(), 'backtest.html')
  const words = [...SINCE, '--rules', rulesIn(), '--html', html]
  const { code, stdout, stderr } = await runHere(words, settingsFor(zammad.url))
  expect([code, stderr.split('\n').length]).toEqual([0, 11])
  expect(stdout).toContain(`\n${TABLE}\n`)
  expect(stdout).toContain('1697 of 2000 tickets (84.9%) ended where the rules would send them.')
  expect(stdout).toContain('For 250 of 2000 the unit is only suggested.')
  expect(stdout).toContain('Left out: 3 merged into another ticket, 1 made of an alert of ours.')
  for (const said of SAID) {
    const own = past.filter((one) => one.said === said)
    const fed = (feedback: 'kept' | 'moved') => own.filter((one) => feedbackOf(one) === feedback).length
    const name = said === 'first-line' ? '\\(no rule\\)' : WORDS[said]
    const touched = own.filter((one) => !isUntouched(one))
    const right = touched.filter(({ seed }) => (seed.moves?.at(-1)?.[1] ?? seed.opened) === GROUPS[said])
    const numbers = [own.length, own.length - touched.length, right.length, '\\S+', fed('kept'), fed('moved')]
    const row = new RegExp(`^${[name, said, ...numbers].join(' +')}$`, 'm')
    expect(stdout).toMatch(row)
  }
  const untouched = past.filter(isUntouched).length
  expect(stdout).toContain(
    `${untouched} of 2000 are still open and untouched: no rule's precision counts them.\n`,
  )
  expect(stdout).not.toContain('text only')
  const moved = past.filter(({ seed }) => seed.moves?.some(([by]) => by === 'agent')).length
  expect(stdout).toContain(`Moved by people: ${moved}\n`)
  expect(stdout).toContain(`… and ${moved - 50} more: --json and --html list all of them\n`)
  expect(readFileSync(html, 'utf8').match(/<tr>/g)).toHaveLength(1 + 7 + 1 + 1 + 5 + 1 + moved)
  expect(stdout + stderr + readFileSync(html, 'utf8')).not.toMatch(/About|What can be done|ann\.lee/)
  const calls = new Set(zammad.asked.map((call) => call.replace(/\d+$/, 'N')))
  const writing = [...calls].filter((call) => !/^(GET|POST .*\/search$)/.test(call))
  expect(writing).toEqual([])
  expect(zammad.snapshot().replaceAll(/"last_used_at":[^,}]*/g, '')).toBe(before)
})

const FEW: readonly Seed[] = [
  { title: 'A dataset', opened: 'Catalogue', closed: true },
  { title: 'Another dataset', opened: 'First Line support', moves: [['bot', 'Catalogue']], closed: true },
  {
    title: 'An upload',
    opened: 'First Line support',
    moves: [
      ['agent', 'Users'],
      ['agent', 'Dashboard'],
    ],
  },
  { title: 'Federated', opened: 'First Line support' },
]

test('--json tells all of it to programs', async () => {
  const zammad = await servePast(FEW)
  const words = [...SINCE, '--rules', rulesIn(), '--json']
  const { code, stdout } = await runHere(words, settingsFor(zammad.url))
  expect(code).toBe(0)
  const none = { 'first-line': 0, catalogue: 0, 'reference-nodes': 0, 'federated-search': 0, dashboard: 0 }
  expect(JSON.parse(stdout)).toEqual({
    since: '2026-08-01T00:00:00.000Z',
    version: expect.stringMatching(/^[0-9a-f]{12}$/),
    tickets: 4,
    agreed: 2,
    agreement: 0.5,
    suggested: 1,
    untouched: 1,
    by_text_only: 0,
    left_out: { merged: 0, out_of_sight: 0, own_alert: 0, before_since: 0 },
    confusion: [
      {
        group: 'First Line support',
        unit: 'first-line',
        said: { ...none, 'federated-search': 1 },
        total: 1,
      },
      { group: 'Catalogue', unit: 'catalogue', said: { ...none, catalogue: 2 }, total: 2 },
      { group: 'Reference nodes', unit: 'reference-nodes', said: none, total: 0 },
      { group: 'Federated search', unit: 'federated-search', said: none, total: 0 },
      { group: 'Dashboard', unit: 'dashboard', said: { ...none, 'reference-nodes': 1 }, total: 1 },
    ],
    rules: [
      row('dataset', 'catalogue', { took: 2, ended: 2, kept: 1, precision: 1 }),
      row('upload', 'reference-nodes', { took: 1, precision: 0 }),
      row('tensor', 'technical', {}),
      row('federated', 'federated-search', { took: 1, untouched: 1, suggested: 1 }),
      row(null, 'first-line', {}),
    ],
    moved: [
      {
        number: zammad.numbers[2],
        from: 'First Line support',
        to: ['Users', 'Dashboard'],
        unit: 'reference-nodes',
        rule: 'upload',
        mode: 'assign',
      },
    ],
  })
})

const row = (rule: string | null, unit: string, known: object): object => ({
  rule,
  unit,
  took: 0,
  untouched: 0,
  ended: 0,
  suggested: 0,
  kept: 0,
  moved: 0,
  precision: null,
  ...known,
})

test('a ticket of ours is decided by its form and answers where the store here has them', async () => {
  const preferences = { firstline: { instance: 'one', submission: 'submission-1' } }
  const other = { firstline: { instance: 'two', submission: 'unknown' } }
  const zammad = await servePast([
    { title: 'Trouble', opened: 'Reference nodes', preferences, closed: true },
    { title: 'Trouble', opened: 'Reference nodes', preferences: other },
  ])
  const settings = settingsFor(zammad.url)
  const db = openSqlite(settings['DATABASE_PATH'] ?? '', 'src/store/migrations')
  const key = { key: 'key-1', keyUntil: NOON, content: 'content' }
  await db.atomically([
    ...createSubmissions(db).add(aSubmission({ form: 'upload-trouble' }), key, []),
    createConversations(db).add(aConversation()),
  ])
  db.close()
  const byForm = `rules:\n${rule('form', 'reference-nodes', '{ form: upload-trouble }').replace('title: a form', 'form: upload-trouble')}`
  const html = join(aFolder(), 'backtest.html')
  const words = [...SINCE, '--rules', rulesIn({ '10-words.yaml': byForm }), '--html', html]
  const listed = await runHere([...words, '--json'], settings)
  const { rules, by_text_only } = JSON.parse(listed.stdout)
  expect(rules).toMatchObject([
    { rule: 'form', took: 1, ended: 1 },
    { rule: null, took: 1 },
  ])
  expect(by_text_only).toBe(1)
  const missing = '1 ticket from a form decided by its text only, as its answers are not in this database'
  expect(readFileSync(html, 'utf8')).toContain(`<dd>${missing}</dd>`)
  const told = await runHere(words, settings)
  expect(told.stdout).toContain(`\n${missing}.\n`)
  const elsewhere = await runHere(words, { ...settings, DATABASE_PATH: join(aFolder(), 'none.sqlite') })
  expect(elsewhere.stdout).toContain(
    '\n2 tickets from forms decided by their text only, as their answers are not in this database.\n',
  )
})

test('rules for which there is no folder are wrong usage, and Zammad is not asked', async () => {
  const zammad = await servePast([])
  const { code, stdout, stderr } = await runHere([...SINCE, '--rules', '/nowhere'], settingsFor(zammad.url))
  expect([code, stdout, stderr]).toEqual([2, '', '--rules: there is no folder /nowhere\n'])
  expect(zammad.asked).toEqual([])
})

test('where no ticket is found, that is said', async () => {
  const zammad = await servePast([])
  const { code, stdout, stderr } = await runHere([...SINCE, '--rules', rulesIn()], settingsFor(zammad.url))
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^Rules [0-9a-f]{12}, tickets made since 2026-08-01T00:00:00\.000Z\n\nNo ticket/)
})

test.for([['soon'], ['90'], ['2026-02-30'], ['0d']])('--since %s is wrong usage', async ([since = '']) => {
  const { code, stderr } = await runHere(['routing', 'backtest', '--since', since])
  expect([code, stderr]).toEqual([2, '--since takes 90d, 12h or a day like 2026-08-01\n'])
})

test('a page for which there is no folder is wrong usage, told before anything is read', async () => {
  const folder = aFolder()
  const words = [...SINCE, '--html', join(folder, 'nowhere', 'page.html')]
  const { code, stderr } = await runHere(words)
  expect([code, stderr]).toEqual([2, `--html: there is no folder ${join(folder, 'nowhere')}\n`])
  const onFolder = await runHere([...SINCE, '--html', folder])
  expect([onFolder.code, onFolder.stderr]).toEqual([2, `--html: ${folder} is a folder\n`])
})

test('broken rules are told with file and line, and Zammad is not asked', async () => {
  const zammad = await servePast([])
  const folder = rulesIn({ '10-words.yaml': RULES.replace('unit: technical', 'unit: tecnical') })
  const { code, stderr } = await runHere([...SINCE, '--rules', folder], settingsFor(zammad.url))
  expect(code).toBe(1)
  expect(stderr).toMatch(/10-words\.yaml:\d+: .*tecnical/)
  expect(zammad.asked).toEqual([])
})

test('a Zammad that is down is told as such, and no page is written', async () => {
  const zammad = await servePast(FEW)
  zammad.setFault('down')
  const html = join(aFolder(), 'backtest.html')
  const words = [...SINCE, '--rules', rulesIn(), '--html', html]
  const { code, stdout } = await runHere(words, settingsFor(zammad.url))
  expect([code, stdout, existsSync(html)]).toEqual([69, '', false])
})

function watched(isTTY: boolean) {
  const said: string[] = []
  let now = NOON.getTime()
  const progress = createProgress({ isTTY, write: (text) => said.push(text) }, () => new Date(now))
  const look = (times: number, eachMs: number): void => {
    for (let time = 0; time < times; time += 1) {
      now += eachMs
      progress.looked()
    }
  }
  return { said, look, end: progress.end }
}

test('without a terminal a line is told every 200 tickets, with the rate', () => {
  const { said, look, end } = watched(false)
  look(450, 10)
  end()
  expect(said).toEqual(['200 tickets read, 100 a second\n', '400 tickets read, 100 a second\n'])
})

test('at a terminal one line is drawn anew, four times a second at most', () => {
  const { said, look, end } = watched(true)
  look(100, 10)
  expect(said).toHaveLength(4)
  end()
  expect(said.at(-1)).toBe('\r100 tickets read, 100 a second\u001b[K\n')
})
