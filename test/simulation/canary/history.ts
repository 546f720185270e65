import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import { AGENT_ACTS } from './agent-acts.ts'
import type { Mutant, Street } from './light-house.ts'
import { dueNow, MISHAPS, passes, refusedByZammad } from './mishaps.ts'
import { beginTale, lookAround, type Tale } from './tale.ts'
import { asks, VISITOR_ACTS } from './visitor-acts.ts'
import { glance, watchAll, watchMails } from './watch.ts'

/** What was found in one history; played again from its seed it is the same. */
export interface Played {
  readonly seed: number
  readonly findings: readonly string[]
  /** What happened, in order. */
  readonly happened: readonly string[]
  readonly counts: Readonly<Tale['counts']>
}

const ACTS = [...AGENT_ACTS, ...VISITOR_ACTS, ...MISHAPS]
const WEIGHT = ACTS.reduce((sum, [weight]) => sum + weight, 0)

const SETTLING = [70 * SECOND_MS, 70 * SECOND_MS, 16 * MINUTE_MS, HOUR_MS + MINUTE_MS]

/** Plays the history of a seed to its first finding, or to its end. */
export async function playHistory(street: Street, seed: number, mutant?: Mutant): Promise<Played> {
  const house = await street.open(seed, mutant)
  const tale = beginTale(house, seed)
  try {
    await play(street, tale)
  } catch (error) {
    tale.findings.push(`broken: ${error instanceof Error ? error.stack : String(error)}`)
  } finally {
    house.close()
  }
  const { findings, happened, counts } = tale
  return { seed, findings: [...new Set(findings)], happened, counts }
}

async function play(street: Street, tale: Tale): Promise<void> {
  const { dice, house } = tale
  await step(street, tale, asks)
  await step(street, tale, asks)
  await settle(street, tale, 1)
  const length = 12 + dice.below(20)
  for (let n = 0; n < length && tale.findings.length === 0; n += 1) {
    for (const told of await dueNow(tale)) await seen(street, tale, told)
    await step(street, tale, anAct(tale))
    if (dice.happens(0.15)) await glance(tale)
  }
  if (tale.findings.length > 0) return
  house.fault({ zammad: 'up', smtp: 'up', hooks: 'up' })
  tale.isReached = true
  await settle(street, tale, SETTLING.length)
  await watchAll(tale)
}

function anAct({ dice }: Tale) {
  let left = dice.below(WEIGHT * 1000) / 1000
  for (const [weight, act] of ACTS) {
    left -= weight
    if (left < 0) return act
  }
  return asks
}

async function step(street: Street, tale: Tale, act: (tale: Tale) => Promise<string | null>): Promise<void> {
  tale.house.turn(SECOND_MS)
  const told = await act(tale).catch(refusedByZammad)
  if (told !== null) await seen(street, tale, told)
}

async function seen(street: Street, tale: Tale, told: string): Promise<void> {
  tale.happened.push(told)
  lookAround(tale)
  await watchMails(tale, street.staff)
}

async function settle(street: Street, tale: Tale, rounds: number): Promise<void> {
  for (const ms of SETTLING.slice(0, rounds)) {
    await passes(tale, ms)
    await seen(street, tale, `${ms / SECOND_MS} s pass`)
  }
}
