import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSqlite } from '../../src/runtime/node/sqlite.ts'
import { createMemory } from '../../src/store/memory.ts'
import { serveForTest } from '../http/served.ts'
import { aClock, busyMonth } from '../promise/report-samples.ts'
import { keepClocks } from '../support/kept-clocks.ts'
import type { ReportClock } from '../../src/promise/report-standing.ts'
import { REAL_SETTINGS } from '../support/real-settings.ts'
import { aFolder, runHere, type Settings } from './command.ts'

const OPS_TOKEN = 'ops-token-of-twenty-characters'

const CLOCKS = [
  aClock({ number: '7801', startedAt: '2024-11-03T09:00:00Z', took: 20, form: 'training' }),
  aClock({ number: '7802', startedAt: '2024-11-04T09:00:00Z', took: 60, reason: 'holiday' }),
  aClock({ number: '7803', startedAt: '2024-11-05T09:00:00Z', took: 2, outcome: 'closed' }),
]

/** A database of a service that is not running. */
async function aDatabase(clocks: readonly ReportClock[] = CLOCKS): Promise<Settings> {
  const path = join(aFolder(), 'firstline.sqlite')
  const db = openSqlite(path, 'src/store/migrations')
  await db.atomically([createMemory(db).remember('kind', 'real')])
  await keepClocks(db, clocks)
  db.close()
  return { ...REAL_SETTINGS, DATABASE_PATH: path }
}

const report = (settings: Settings, ...words: readonly string[]) =>
  runHere(['promise', 'report', ...words], settings)

test('a month is told to people at a terminal', async () => {
  const { code, stdout } = await report(await aDatabase(), '--month', '2024-11')
  expect(code).toBe(0)
  expect(stdout).toContain(
    'The promise, November 2024\nAs of 2024-12-01 00:00; all times are in Europe/Madrid.\n',
  )
  expect(stdout).toMatch(/^Answered {2,}2 {2,}0 {2,}2 {2,}1$/m)
  expect(stdout).toMatch(/^Closed without a public answer {2,}1 {2,}0 {2,}1 {2,}0$/m)
  expect(stdout).toMatch(/^By the wall clock {2,}1 {2,}1 {2,}0 {2,}50\.0%$/m)
  expect(stdout).toMatch(/^7802 .* 2024-11-06 10:00 {2}12 hours {2,}2024-11-06 22:00 {2}holiday$/m)
})

test('days are told as a month is, the last one included', async () => {
  const settings = await aDatabase()
  const told = async (...words: readonly string[]): Promise<unknown> =>
    JSON.parse((await report(settings, ...words, '--json')).stdout)
  expect(await told('--from', '2024-11-03', '--to', '2024-11-05')).toMatchObject({ received: 3, answered: 1 })
  expect(await told('--from', '2024-11-03', '--to', '2024-11-04')).toMatchObject({ received: 2, answered: 1 })
  expect(await told('--month', '2024-11')).toMatchObject({
    time_zone: 'Europe/Madrid',
    so_far: false,
    received: 3,
    answered: 2,
    closed: 1,
    open: 0,
  })
})

test('each of 200 clocks that the month has a part in is one line of the CSV', async () => {
  const clocks = busyMonth(200, 1, 2024)
  const [from, to] = [new Date('2024-10-31T23:00:00Z'), new Date('2024-11-30T23:00:00Z')]
  const { stdout } = await report(await aDatabase(clocks), '--month', '2024-11', '--csv')
  const [names, ...lines] = stdout.trimEnd().split('\r\n')
  expect(names).toMatch(/^number,kind,because,/)
  const part = clocks.filter(
    ({ clock }) => clock.startedAt < to && (clock.endedAt === null || clock.endedAt >= from),
  )
  expect(part.length).toBeGreaterThan(150)
  expect(lines.map((line) => line.split(',')[0]).sort()).toEqual(part.map(({ number }) => number).sort())
})

test('the page needs nothing beside itself and is the same as that of the service', async () => {
  const { code, stdout } = await report(await aDatabase(), '--month', '2024-11', '--html')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^<!DOCTYPE html><html lang="en">/)
  expect(stdout).toContain('<title>The promise, November 2024 · ')
  expect(stdout).toContain('First Line support')
  expect(stdout).not.toMatch(/<script|<link|<img|\bsrc=|\bhref=|\bstyle=|url\((?!#)|@import/)
})

test('a month without a request says so', async () => {
  const { code, stdout } = await report(await aDatabase([]), '--month', '2024-11')
  expect(stdout).toContain('Nobody asked in these days, and nobody was waiting from before.')
  expect(code).toBe(0)
})

test.for([
  [['--month', '2024-13'], '--month: Write the month like 2026-10.'],
  [['--from', '2023-02-29'], '--from: Write the first day like 2026-10-01.'],
  [['--from', '2024-11-02', '--to', '2024-11-01'], '--to: The last day is before the first.'],
  [['--to', '2024-11-01'], '--from: Name the first day, like 2026-10-01.'],
  [
    ['--month', '2024-11', '--from', '2024-11-01'],
    '--month: Ask for a month, or for a first and a last day: not for both.',
  ],
  [['--csv', '--json'], 'Choose one of --csv, --json and --html'],
] as const)('%j is wrong usage: %s', async ([words, told]) => {
  const { code, stdout, stderr } = await report(await aDatabase(), ...words)
  expect([code, stdout, stderr]).toEqual([2, '', `${told}\n`])
})

test.for([
  ['text', []],
  ['CSV', ['--csv']],
  ['JSON', ['--json']],
  ['a page', ['--html']],
] as const)('a running service below a path tells the same as %s', async ([, format]) => {
  const served = await serveForTest({
    settings: { OPS_TOKEN, PUBLIC_URL: 'http://127.0.0.1:8787/desk', TIME_ZONE: 'Europe/Madrid' },
  })
  await keepClocks(served.db, CLOCKS)
  const words = ['--month', '2024-11', ...format]
  const far = await report({ OPS_TOKEN }, ...words, '--url', `${served.url}/desk`)
  const near = await report(await aDatabase(), ...words)
  expect(far.code).toBe(0)
  expect(alike(far.stdout)).toBe(alike(near.stdout))
})

/** Two desks call themselves, their units and forms by other names, and widths of columns are those of names. */
const alike = (text: string): string =>
  text
    .replaceAll(/<style>.*?<\/style>|· [^<]*<\/title>|<p class="soft">[^<]*As of/gs, '')
    .replaceAll(/Team first-line|First Line support/g, 'the unit')
    .replaceAll(/[Tt]raining( and workshops)?/g, 'the form')
    .replaceAll(/ +/g, ' ')

test('a service tells what is wrong with the days as the command does', async () => {
  const served = await serveForTest({ settings: { OPS_TOKEN } })
  const at = ['--url', served.url]
  expect(await report({ OPS_TOKEN }, '--month', '2024-13', ...at)).toMatchObject({
    code: 2,
    stderr: 'Write the month like 2026-10.\n',
  })
  expect(await report({ OPS_TOKEN: 'another-token-of-twenty-chars' }, ...at)).toMatchObject({ code: 78 })
  expect(await report({ OPS_TOKEN }, '--url', 'http://127.0.0.1:9')).toMatchObject({ code: 69 })
})
