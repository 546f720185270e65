import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Language } from '../language.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import { tellProblem } from '../content.ts'
import { createDecider } from '../routing/decide.ts'
import { readRulebook } from '../routing/read.ts'
import type { Decider, Rulebook } from '../routing/rule.ts'
import { type Problem, type Source } from '../sources/source.ts'
import type { Atomically } from '../writes.ts'

/** Why the files of routing-rules/ cannot be used, and since when. */
const Trouble = z.object({ since: z.iso.datetime(), problems: z.array(z.string()) })
export type RulebookTrouble = z.infer<typeof Trouble>

/** Problems that are kept for the board: the first ones to mend. */
const MOST_TOLD = 100

/** The files of the last good set, so that they can be read again where the present ones are broken. */
const Stored = z.object({
  version: z.string(),
  sources: z.array(z.object({ path: z.string(), text: z.string() })),
})

/** The present files are broken, and no good set was stored before. */
export class RulebookError extends Error {
  override readonly name = 'RulebookError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(tellProblem).join('\n'))
    this.problems = problems
  }
}

/** A rulebook, and how it decides. */
export interface InForce {
  readonly rulebook: Rulebook
  readonly decider: Decider
}

/** The rulebook in force. It changes while the service runs, all or nothing. */
export interface LiveRulebook {
  /** Both of one moment: what one decides the other has written. */
  readonly inForce: () => InForce
  readonly current: () => Rulebook
  /**
   * Reads the files again. Changed ones are taken by the second look that finds them alike, as they may be
   * replaced one by one; broken ones leave the rulebook as it is, and say so. Throws where the store cannot
   * be written: then the next look tries again.
   */
  readonly look: () => Promise<void>
}

export interface LiveRulebookDeps {
  /** The files of routing-rules/ as they are now. */
  readonly read: () => Promise<readonly Source[]>
  readonly languages: readonly Language[]
  readonly memory: Memory
  readonly atomically: Atomically
  readonly clock: Clock
  readonly log: Log
}

/** Reads the rulebook, or takes the last good one. Throws `RulebookError` where there is neither. */
export async function openRulebook(deps: LiveRulebookDeps): Promise<LiveRulebook> {
  const first = await reading(deps)
  const { rulebook, problems } = await judged(deps, first)
  if (rulebook) await deps.atomically(kept(deps, rulebook, first.sources))
  else await broken(deps, problems)
  const good = rulebook ?? (await lastGood(deps))
  if (!good) throw new RulebookError(problems)

  let inForce = withDecider(good)
  let settled = first.state
  let noted = first.state
  const take = async (found: Reading): Promise<void> => {
    const { rulebook: next, problems: trouble } = await judged(deps, found)
    if (!next) return broken(deps, trouble)
    await deps.atomically(kept(deps, next, found.sources))
    if (next.version === inForce.rulebook.version) return
    inForce = withDecider(next)
    deps.log.info('rulebook.changed', { code: next.version, count: next.rules.length })
  }
  return {
    inForce: () => inForce,
    current: () => inForce.rulebook,
    async look() {
      const found = await reading(deps)
      const stable = found.state === noted
      noted = found.state
      if (found.state === settled || !stable) return
      await take(found)
      settled = found.state
    },
  }
}

const withDecider = (rulebook: Rulebook): InForce => ({
  rulebook,
  decider: createDecider(rulebook.units, rulebook.rules),
})

/** The files as one look found them. */
interface Reading {
  readonly sources: readonly Source[]
  /** Why they cannot be read at all, or null. */
  readonly unreadable: string | null
  /** The same text for the same files. */
  readonly state: string
}

async function reading({ read }: LiveRulebookDeps): Promise<Reading> {
  try {
    const sources = await read()
    return { sources, unreadable: null, state: JSON.stringify(sources) }
  } catch (error) {
    const unreadable = error instanceof Error ? error.message : 'unknown'
    return { sources: [], unreadable, state: unreadable }
  }
}

async function judged({ languages }: LiveRulebookDeps, { sources, unreadable }: Reading) {
  if (unreadable === null) return readRulebook(sources, languages)
  const message = `cannot be read: ${unreadable}`
  return { rulebook: null, problems: [{ path: 'routing-rules', line: 1, message }] }
}

const kept = ({ memory }: LiveRulebookDeps, { version }: Rulebook, sources: readonly Source[]) => [
  memory.remember('rulebook', JSON.stringify({ version, sources })),
  memory.forget('rulebook-problems'),
]

async function broken({ memory, atomically, clock, log }: LiveRulebookDeps, problems: readonly Problem[]) {
  const since = (await troubleOf(memory))?.since ?? clock().toISOString()
  const trouble: RulebookTrouble = { since, problems: problems.slice(0, MOST_TOLD).map(tellProblem) }
  await atomically([memory.remember('rulebook-problems', JSON.stringify(trouble))])
  const [first] = problems
  log.error('rulebook.broken', { count: problems.length, ...(first ? { detail: tellProblem(first) } : {}) })
}

async function lastGood({ memory, languages, log }: LiveRulebookDeps): Promise<Rulebook | null> {
  const stored = await memory.recall('rulebook')
  if (stored === null) return null
  const { sources, version } = Stored.parse(JSON.parse(stored))
  const { rulebook } = await readRulebook(sources, languages)
  if (rulebook) log.warn('rulebook.last-good', { code: version })
  return rulebook
}

/** Why the present files are not in force, or null where they are. */
export async function troubleOf(memory: Memory): Promise<RulebookTrouble | null> {
  const kept = await memory.recall('rulebook-problems')
  return kept === null ? null : Trouble.parse(JSON.parse(kept))
}
