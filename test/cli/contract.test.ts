import { serve, type ServerType } from '@hono/node-server'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { createSandboxZammad } from '../../src/sandbox/zammad/zammad.ts'
import { contractPromises } from '../../src/zammad/contract.ts'

const COMMAND = fileURLToPath(new URL('../../src/cli/contract.ts', import.meta.url))
const servers: ServerType[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A sandbox that is reached by HTTP, on the real clock as a live Zammad is. */
async function liveZammad(): Promise<string> {
  const zammad = createSandboxZammad({
    profile: '6.6',
    clock: () => new Date(),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    wait: () => Promise.resolve(),
    publicUrl: 'http://127.0.0.1',
    send: () => Promise.resolve(),
    deliver: () => Promise.resolve(new Response(null, { status: 202 })),
  })
  const server = serve({ fetch: zammad.fetch, port: 0, hostname: '127.0.0.1' })
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Ended {
  readonly code: number
  readonly output: string
}

const run = (args: readonly string[], answer = ''): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [COMMAND, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr })
    })
    child.stdin?.end(answer)
  })

const BOT = ['--token', 'sandbox-bot', '--group', 'Catalogue']
const NO_FOREIGN_GROUP = ': it takes a group that the agent may not enter'

test('every promise is told in a line, counted, and the tickets are cleared away', async () => {
  const url = await liveZammad()
  const { code, output } = await run(['--url', url, ...BOT, '--admin-token', 'sandbox-admin', '--yes'])
  const lines = output.trim().split('\n')
  const toldAs = (verdict: string) => lines.filter((line) => line.startsWith(`${verdict} `))
  const unshown = toldAs('not shown').filter((line) => line.endsWith(NO_FOREIGN_GROUP))
  expect(unshown).toHaveLength(4)
  expect(toldAs('kept')).toHaveLength(contractPromises.length - 4)
  expect(lines.at(-1)).toBe(`${contractPromises.length - 4} kept, 0 broken, 4 not shown`)
  expect(code).toBe(0)
  expect(output).not.toContain('sandbox-')
})

test('nothing is written before the question is answered with yes', async () => {
  const url = await liveZammad()
  const { code, output } = await run(['--url', url, ...BOT], 'no\n')
  expect(output).toContain('Nothing was written.')
  expect(output).not.toContain('kept')
  expect(code).toBe(0)
})

test.for([
  ['a token that nobody has', (url: string) => ['--url', url, '--token', 'that-nobody-has', '--yes'], 78],
  ['a Zammad that is not there', () => ['--url', 'http://127.0.0.1:9', '--token', 'x', '--yes'], 69],
  ['no token', (url: string) => ['--url', url, '--yes'], 2],
  ['an address that is none', () => ['--url', 'nowhere', '--token', 'x', '--yes'], 2],
] as const)('%s ends with the code for it', async ([, args, expected]) => {
  const { code, output } = await run(args(await liveZammad()))
  expect(output.trim()).not.toBe('')
  expect(output).not.toContain('that-nobody-has')
  expect(code).toBe(expected)
})
