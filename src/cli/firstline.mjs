#!/usr/bin/env node
// Starts the command with a Node that can run it: this file alone must be understood by old ones.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  const { register } = await import('tsx/esm/api')
  register()
  await import('./main.ts')
} else {
  const own = join(root, 'node_modules', '.bin', 'node')
  if (existsSync(own)) runWith(own)
  else {
    console.error(
      `Firstline needs Node 22.18 or later; this is ${process.version}. Run npm ci, or install a later Node.`,
    )
    process.exitCode = 78
  }
}

/** Runs the command anew with another Node, hands on what this process is told, and leaves as it does. */
function runWith(node) {
  const words = [fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const child = spawn(node, words, { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // A terminal sends Ctrl-C to both: the child must not be told twice.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('exit', (status, signal) => {
    if (signal === null) process.exit(status)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
