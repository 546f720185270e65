import { expect, test } from 'vitest'
import { after } from '../../src/clock.ts'
import type { Random } from '../../src/random.ts'
import { Secret } from '../../src/secret.ts'
import type { Client } from '../../src/zammad/client.ts'
import { contractPromises } from '../../src/zammad/contract.ts'
import { type Bench, Broken, type ContractPromise, NotShown } from '../../src/zammad/contract-bench.ts'
import { memoryDesk } from '../intake/memory-desk.ts'
import { NOON } from '../support/samples.ts'

/** Promises that a helpdesk in memory does not keep, with the reason. */
const EXCEPTIONS: readonly { readonly promise: RegExp; readonly reason: string }[] = [
  { promise: /unknown (?:group|priority) is/, reason: 'every name of a group or priority will do' },
  { promise: /into an unknown group/, reason: 'every name of a group will do' },
  { promise: /title too long|markup of a mention/, reason: 'words are made fit for Zammad on the way to it' },
  { promise: /own account is among the agents/, reason: 'agents are who a test says' },
]

const notShown = (): never => {
  throw new NotShown('there is no API behind a helpdesk in memory')
}

const NO_API: Client = { get: notShown, search: notShown, write: notShown, download: notShown }

function countingRandom(start: number): Random {
  let next = start
  return (length) => Uint8Array.from({ length }, () => (next = (next * 73 + 41) % 65_537) & 255)
}

function benchInMemory(): Bench {
  let now = NOON
  const desk = memoryDesk(() => (now = after(now, 10)))
  return {
    settings: {
      url: 'http://nowhere.test',
      token: new Secret('none'),
      adminToken: null,
      group: 'Catalogue',
      foreignGroup: null,
      random: countingRandom(7),
      timeoutMs: 1_000,
    },
    desk,
    client: NO_API,
    admin: null,
    deskOf: notShown,
    opened: new Set(),
  }
}

/** What a promise came to: null where it cannot be shown without an API. */
async function broken(promise: ContractPromise): Promise<string | null> {
  try {
    await promise.run(benchInMemory())
    return ''
  } catch (error) {
    if (error instanceof NotShown) return null
    if (error instanceof Broken) return error.message
    throw error
  }
}

const outcomes = await Promise.all(
  contractPromises
    .filter(({ needs }) => needs === 'agent')
    .map(async (promise) => ({ name: promise.name, came: await broken(promise) })),
)
const isExcepted = (name: string): boolean => EXCEPTIONS.some(({ promise }) => promise.test(name))
const shown = outcomes.filter(({ name, came }) => came !== null && !isExcepted(name))

test.for(shown)('in memory: $name', ({ came }) => {
  expect(came).toBe('')
})

test.for(EXCEPTIONS)('what is not kept in memory is promised: $reason', ({ promise }) => {
  expect(outcomes.some(({ name, came }) => promise.test(name) && came !== '')).toBe(true)
})

test.for([
  'a merge moves',
  'merged again',
  'a word alone',
  'byte by byte',
  'taken away',
  'exactly their address',
])('what is shown in memory has to do with "%s"', (words) => {
  expect(shown.some(({ name }) => name.includes(words))).toBe(true)
})
