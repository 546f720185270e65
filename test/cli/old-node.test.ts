import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aFolder, COMMAND, start } from './command.ts'

/** The start file in a project of its own, read by this Node as an older one would. */
function anOldNode(): { readonly folder: string; readonly words: readonly string[] } {
  const folder = aFolder()
  mkdirSync(join(folder, 'src', 'cli'), { recursive: true })
  const command = join(folder, 'src', 'cli', 'firstline.mjs')
  cpSync(COMMAND, command)
  const pretend = join(folder, 'pretend.cjs')
  writeFileSync(
    pretend,
    "if (!process.env.OWN_NODE) { Object.defineProperty(process, 'version', { value: 'v20.20.2' }); Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } }) }",
  )
  return { folder, words: ['--require', pretend, command] }
}

/** Puts a Node of its own into the project, which runs this program in place of the command. */
function withOwnNode(folder: string, program: string): void {
  const bin = join(folder, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  const script = join(folder, 'program.mjs')
  writeFileSync(script, program)
  writeFileSync(join(bin, 'node'), `#!/bin/sh\nshift\nOWN_NODE=1 exec ${process.execPath} ${script} "$@"\n`)
  chmodSync(join(bin, 'node'), 0o755)
}

test('a Node that is too old and has no other beside it is told in one sentence', async () => {
  const { words } = anOldNode()
  const { code, stdout, stderr } = await start(process.execPath, [...words, 'serve']).ended
  expect(stderr).toBe(
    'Firstline needs Node 22.18 or later; this is v20.20.2. Run npm ci, or install a later Node.\n',
  )
  expect([code, stdout]).toEqual([78, ''])
})

test("a Node that is too old hands its words to the project's own and leaves as that one does", async () => {
  const { folder, words } = anOldNode()
  withOwnNode(folder, 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 69')
  const { code, stdout } = await start(process.execPath, [...words, 'outbox', 'list', '--json']).ended
  expect(JSON.parse(stdout)).toEqual(['outbox', 'list', '--json'])
  expect(code).toBe(69)
})

const WAITS = `
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {
  console.log('told ' + signal)
  process.exit(7)
})
setInterval(() => undefined, 1000)
console.log('waits')
`

test.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s reaches the command once', async (signal) => {
  const { folder, words } = anOldNode()
  withOwnNode(folder, WAITS)
  const running = start(process.execPath, [...words, 'serve'])
  await running.said('waits')
  running.child.kill(signal)
  const { code, stdout } = await running.ended
  expect(stdout).toBe(`waits\ntold ${signal}\n`)
  expect(code).toBe(7)
})

test('a command that was killed is told as killed', async () => {
  const { folder, words } = anOldNode()
  withOwnNode(folder, "process.kill(process.pid, 'SIGKILL')")
  const running = start(process.execPath, [...words, 'serve'])
  expect((await running.ended).code).toBeNull()
  expect(running.child.signalCode).toBe('SIGKILL')
})
