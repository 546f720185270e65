#!/usr/bin/env node
// Starts the command with a Node that can run it: this file alone must be understood by old ones.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  const { register } = await import(pathToFileURL(join(root, 'node_modules/tsx/dist/esm/api/index.mjs')).href)
  register()
  await import('./main.ts')
} else {
  const own = join(root, 'node_modules', '.bin', 'node')
  if (!existsSync(own)) {
    console.error(
      `Firstline needs Node 22.18 or later; this is ${process.version}. Run npm ci, or install a later Node.`,
    )
    process.exit(78)
  }
  const { status } = spawnSync(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  process.exit(status ?? 1)
}
