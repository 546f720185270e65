import { setTimeout as delay } from 'node:timers/promises'
import { answers, files, origins, pages, tokens } from '../test/http/hostile-pages.ts'
import { programs } from '../test/http/hostile-programs.ts'
import { wires } from '../test/http/hostile-wire.ts'
import type { Served } from '../test/http/served.ts'
import { openBenchDesk } from './desk.ts'
import { cpuMs } from './proc.ts'

/** The kernel counts in steps of ten milliseconds, so each post is sent often enough to see one. */
const TIMES = 10
const MOST_MS = 50

const desk = await openBenchDesk()
const { url } = desk.door
// The posts ask a server and read its answer; what else a test's server has is for the tests.
const served = {
  url,
  ask: (path: string, init?: RequestInit) => fetch(url + path, { redirect: 'manual', ...init }),
  turn: () => undefined,
  nextOver: () => delay(20),
  kept: async () => ({ submissions: [] }),
} as unknown as Served

const posts = [...pages, ...tokens, ...answers, ...files, ...origins, ...programs, ...wires]
const costs: { readonly why: string; readonly ms: number }[] = []
for (const [why, send] of posts) {
  await send(served).catch(() => 0)
  const before = cpuMs(desk.serving.pid)
  for (let n = 0; n < TIMES; n += 1) await send(served).catch(() => 0)
  costs.push({ why, ms: (cpuMs(desk.serving.pid) - before) / TIMES })
}
await desk.close()

costs.sort((a, b) => b.ms - a.ms)
for (const { why, ms } of costs) console.log(`${ms.toFixed(0).padStart(5)} ms  ${why}`)
const dear = costs.filter(({ ms }) => ms > MOST_MS)
console.log(
  `${costs.length} hostile posts, each with the page that it came from; ${dear.length} over ${MOST_MS} ms of CPU`,
)
process.exitCode = dear.length === 0 ? 0 : 1
