import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aFolder, firstline, runHere } from './command.ts'

test.for([
  ['no command', [], 'USAGE'],
  ['an unknown command', ['bogus'], 'Unknown command'],
  ['an unknown command below one', ['forms', 'bogus'], 'Unknown command'],
  ['no command below one', ['outbox'], 'No command specified'],
  ['an unknown option', ['forms', 'check', '--bogus'], "Unknown option '--bogus'"],
  ['a word too many', ['forms', 'check', 'extra'], "Unexpected word 'extra'"],
  ['a missing word', ['outbox', 'discard'], 'JOB'],
  ['a missing option', ['outbox', 'discard', 'job'], '--reason'],
  ['an option without its value', ['outbox', 'discard', 'job', '--reason'], '--reason'],
  ['seconds that are none', ['serve', '--lock-wait', 'soon'], '--lock-wait'],
  ['a port that is none', ['sandbox', '--port', '70000'], '70000 is no port'],
] as const)('%s is wrong usage, and says so', async ([, words, told]) => {
  const { code, stdout, stderr } = await runHere(words)
  expect(stdout + stderr).toContain(told)
  expect(code).toBe(2)
})

test.for([[['--help']], [['forms', 'check', '--help']], [['outbox', 'retry', '-h']]])(
  '%j is answered with the usage',
  async ([words]) => {
    const { code, stdout, stderr } = await runHere(words ?? [])
    expect(stdout).toContain('USAGE')
    expect([code, stderr]).toEqual([0, ''])
  },
)

test('forms without a mistake are counted', async () => {
  const { code, stdout } = await runHere(['forms', 'check'])
  expect(stdout).toMatch(/^\d+ forms in en and es, \d+ units: no mistakes\n$/)
  expect(code).toBe(0)
})

test('mistakes in forms and routing rules are all told, for people and for programs', async () => {
  const folder = aFolder()
  for (const name of ['forms', 'routing-rules']) cpSync(name, join(folder, name), { recursive: true })
  const form = join(folder, 'forms', 'training.yaml')
  writeFileSync(form, readFileSync(form, 'utf8').replace('group:', 'grup:'))
  writeFileSync(join(folder, 'routing-rules', 'promise.yaml'), 'target: soon\n')
  const settings = { FORMS_DIR: join(folder, 'forms'), ROUTING_DIR: join(folder, 'routing-rules') }
  const told = await runHere(['forms', 'check'], settings)
  expect(told.code).toBe(1)
  expect(told.stdout).toMatch(/training\.yaml:\d+: grup: is not a key here; did you mean group/)
  expect(told.stdout).toMatch(/promise\.yaml:1: target: /)
  const listed = await runHere(['forms', 'check', '--json'], settings)
  expect(listed.code).toBe(1)
  const lines = (JSON.parse(listed.stdout) as { path: string; line: number; message: string }[]).map(
    ({ path, line, message }) => `${path}:${line}: ${message}`,
  )
  expect(`${lines.join('\n')}\n`).toBe(told.stdout)
})

test('serve names every setting that is missing, and shows none that is there', async () => {
  const settings = { SMTP_URL: 'smtp://desk:canary@mail.example', OPS_TOKEN: 'canary' }
  const { code, stdout, stderr } = await runHere(['serve'], settings)
  expect(code).toBe(78)
  for (const name of ['SECRET', 'ZAMMAD_URL', 'ZAMMAD_TOKEN', 'MAIL_FROM', 'OPS_TOKEN']) {
    expect(stderr).toMatch(new RegExp(`^ {2}${name}: `, 'm'))
  }
  expect(stdout + stderr).not.toContain('canary')
})

test('a mail server that cannot be read from its address is a setting to mend', async () => {
  const settings = {
    SECRET: 's'.repeat(32),
    ZAMMAD_URL: 'http://127.0.0.1:9',
    ZAMMAD_TOKEN: 'token',
    SMTP_URL: 'smtp://desk:canary%zz@mail.example',
    MAIL_FROM: 'desk@example.org',
    DATABASE_PATH: join(aFolder(), 'firstline.sqlite'),
    PORT: '0',
  }
  const { code, stderr } = await runHere(['serve'], settings)
  expect(code).toBe(78)
  expect(stderr).toContain('SMTP_URL has a user or password with a stray %')
  expect(stderr).not.toMatch(/canary|\bat /)
})

test('the process leaves with the number of its command', async () => {
  const { code, stdout, stderr } = await firstline(['forms', 'check', '--bogus'])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain("Unknown option '--bogus'")
})
