import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { after, DAY_MS } from '../src/clock.ts'
import { createLinks } from '../src/conversation/links.ts'
import { createFolder } from '../src/runtime/node/files.ts'
import { nodeRandom } from '../src/runtime/node/serve.ts'
import { openSqlite } from '../src/runtime/node/sqlite.ts'
import { openFront } from '../test/http/front.ts'
import { NOON } from '../test/support/samples.ts'

/** Beyond this Welch's t tells two samples apart for certain, as leakage tests have it (ISO/IEC 17825). */
const MOST_T = 4.5
/** The slowest of each kind are what the machine did besides. */
const KEPT = 0.9

const { values } = parseArgs({ options: { times: { type: 'string', default: '4000' } } })
const times = Number(values.times)

const folder = mkdtempSync(join(tmpdir(), 'firstline-links-'))
const db = openSqlite(join(folder, 'firstline.sqlite'), 'src/store/migrations')
const front = await openFront({ runtime: 'node', db, files: createFolder(join(folder, 'files')) })

const live = await front.opened()
const revoked = await front.opened()
const expired = await front.opened({ conversation: { closedAt: after(NOON, -91 * DAY_MS) } })
await createLinks({
  conversations: front.stores.conversations,
  messages: front.stores.messages,
  atomically: db.atomically,
  signer: front.signer,
  linkTo: (token) => token,
}).revoke(revoked.conversation)

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const random = (): string =>
  Array.from(nodeRandom(32), (byte) => ALPHABET[byte % ALPHABET.length] ?? '').join('')
const wrong = (token: string): string => token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')

const kinds: Readonly<Record<string, () => string>> = {
  unknown: random,
  wrong: () => wrong(live.token),
  revoked: () => revoked.token,
  expired: () => expired.token,
  malformed: () => random().slice(1) + '-',
}

interface Sample {
  readonly name: string
  readonly token: () => string
  readonly took: number[]
}

async function ask(token: string): Promise<number> {
  const started = performance.now()
  const answer = await front.ask(`/c/${token}`)
  await answer.text()
  const ms = performance.now() - started
  if (answer.status !== 404) throw new Error(`a link that is none was answered ${answer.status}`)
  return ms
}

/** The samples in an order of their own for each round, so that none always comes after the same one. */
const shuffled = (samples: readonly Sample[]): readonly Sample[] =>
  samples
    .map((sample) => ({ sample, at: nodeRandom(4).join('.') }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ sample }) => sample)

const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length

function welch(one: readonly number[], other: readonly number[]): number {
  const spread = (of: readonly number[]): number => {
    const middle = mean(of)
    return mean(of.map((value) => (value - middle) ** 2)) / (of.length - 1)
  }
  return (mean(one) - mean(other)) / Math.sqrt(spread(one) + spread(other))
}

const samples: readonly Sample[] = Object.entries(kinds).map(([name, token]) => ({ name, token, took: [] }))
for (let n = 0; n < 300; n += 1) for (const { token } of samples) await ask(token())
for (let n = 0; n < times; n += 1) {
  for (const { token, took } of shuffled(samples)) took.push(await ask(token()))
}
db.close()
rmSync(folder, { recursive: true, force: true })

const kept = samples.map(({ name, took }) => ({
  name,
  took: took.sort((a, b) => a - b).slice(0, Math.floor(times * KEPT)),
}))
let worst = 0
for (const { name, took } of kept) {
  const ts = kept.filter((other) => other.name !== name).map((other) => welch(took, other.took))
  const most = ts.reduce((far, t) => (Math.abs(t) > Math.abs(far) ? t : far), 0)
  worst = Math.max(worst, Math.abs(most))
  const median = took[Math.floor(took.length / 2)] ?? 0
  console.log(
    `${name.padEnd(10)} ${(mean(took) * 1000).toFixed(1).padStart(8)} µs, median ${(median * 1000).toFixed(1).padStart(8)} µs, farthest t ${most.toFixed(2)}`,
  )
}
console.log(`${times} requests a kind; the farthest |t| of any two is ${worst.toFixed(2)} (bound: ${MOST_T})`)
process.exitCode = worst < MOST_T ? 0 : 1
