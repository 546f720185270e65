import { join } from 'node:path'
import { expect, test } from 'vitest'
import { served } from '../runtime/node/serving.ts'
import { aFolder, runHere, type Settings } from './command.ts'

interface Diagnosis {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  readonly fix: string | null
}

const diagnosed = async (settings: Settings) => {
  const { code, stdout, stderr } = await runHere(['doctor', '--json'], settings)
  expect(stderr).toBe('')
  return { code, diagnoses: JSON.parse(stdout) as Diagnosis[], stdout }
}

/** A sandbox that is served here, and the settings of a command that stands beside it. */
async function beside(): Promise<Settings> {
  const DATABASE_PATH = join(aFolder(), 'firstline.sqlite')
  const service = await served({ DATABASE_PATH, PORT: '0' })
  return { DATABASE_PATH, PORT: new URL(service.url).port }
}

test('beside a running sandbox all is well', async () => {
  const settings = await beside()
  const { code, diagnoses } = await diagnosed(settings)
  expect(diagnoses.filter(({ ok }) => !ok)).toEqual([])
  expect(diagnoses.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['Zammad', 'Zammad rights', 'mail server', 'store', 'Group of unit first-line']),
  )
  expect(code).toBe(0)
})

test('for people each check is one line, and what to do stands in it', async () => {
  const { code, stdout } = await runHere(['doctor'], {
    ...NOWHERE,
    DATABASE_PATH: join(aFolder(), 'f.sqlite'),
  })
  expect(code).toBe(1)
  const lines = stdout.trim().split('\n')
  expect(lines.find((line) => line.includes('Zammad'))).toMatch(/^BAD {2}Zammad: .* → /)
  expect(lines.find((line) => line.includes('store'))).toMatch(/^ok {3}store: /)
})

const NOWHERE = {
  SECRET: 'k'.repeat(32),
  ZAMMAD_URL: 'http://127.0.0.1:9',
  ZAMMAD_TOKEN: 'canary-token',
  SMTP_URL: 'smtp://desk:canary-password@127.0.0.1:9',
  MAIL_FROM: 'desk@desk.example',
} as const

test('where nobody listens, Zammad and mail are each told with what to do', async () => {
  const { code, diagnoses, stdout } = await diagnosed({
    ...NOWHERE,
    DATABASE_PATH: join(aFolder(), 'f.sqlite'),
  })
  expect(code).toBe(1)
  const bad = diagnoses.filter(({ ok }) => !ok)
  expect(bad.map(({ check }) => check)).toEqual(['Zammad', 'mail server'])
  for (const { fix } of bad) expect(fix).toMatch(/ZAMMAD_URL|SMTP_URL/)
  expect(stdout).not.toContain('canary')
})

test('a wrong token is told as one, and not shown', async () => {
  const { PORT, DATABASE_PATH } = await beside()
  const { code, diagnoses, stdout } = await diagnosed({
    ...NOWHERE,
    ZAMMAD_URL: `http://127.0.0.1:${PORT}/sandbox/zammad`,
    DATABASE_PATH: `${DATABASE_PATH}.other`,
  })
  expect(code).toBe(1)
  const [zammad] = diagnoses
  expect(zammad).toMatchObject({ check: 'Zammad', ok: false })
  expect(zammad?.fix).toContain('ZAMMAD_TOKEN')
  expect(stdout).not.toContain('canary')
})
