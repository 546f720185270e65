import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { takeLock } from '../../../src/runtime/node/lock.ts'

function databasePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'firstline.sqlite')
}

test('a database is served by one at a time', () => {
  const path = databasePath()
  const first = takeLock(path)
  expect(first).not.toBeNull()
  expect(takeLock(path)).toBeNull()
  first?.release()
  const second = takeLock(path)
  expect(second).not.toBeNull()
  second?.release()
})

test('two databases are locked apart', () => {
  const locks = [takeLock(databasePath()), takeLock(databasePath())]
  expect(locks.map((lock) => lock !== null)).toEqual([true, true])
  locks.forEach((lock) => lock?.release())
})

test('a lock file that cannot be used is a failure, not a lock that another holds', () => {
  const path = databasePath()
  writeFileSync(`${path}.lock`, 'x'.repeat(5000))
  expect(() => takeLock(path)).toThrow('file is not a database')
})

const HOLDER = `
import { takeLock } from ${JSON.stringify(join(process.cwd(), 'src/runtime/node/lock.ts'))}
const lock = takeLock(process.argv[1])
process.stdout.write(lock ? 'held' : 'not held')
setInterval(() => lock, 1000)
`

test('the lock of a process that was killed is free at once', async () => {
  const path = databasePath()
  const args = ['--input-type=module', '-e', HOLDER, path]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(String(await once(child.stdout, 'data'))).toBe('held')
  expect(takeLock(path)).toBeNull()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = takeLock(path)
  expect(lock).not.toBeNull()
  lock?.release()
})
