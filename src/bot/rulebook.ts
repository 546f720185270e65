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

/** The rulebook in force. It changes while the service runs, all or nothing. */
export interface LiveRulebook {
  readonly current: () => Rulebook
  readonly decider: () => Decider
  /** Reads the files again; broken ones leave the rulebook as it is, and say so. */
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
  let seen: string | null = null
  let inForce: { readonly rulebook: Rulebook; readonly decider: Decider } | null = null
  const look = async (): Promise<readonly Problem[]> => {
    const sources = await deps.read()
    const files = JSON.stringify(sources)
    if (files === seen) return []
    const { rulebook, problems } = await readRulebook(sources, deps.languages)
    seen = files
    if (!rulebook) {
      await broken(deps, problems)
      return problems
    }
    if (inForce && inForce.rulebook.version !== rulebook.version) {
      deps.log.info('rulebook.changed', { code: rulebook.version, count: rulebook.rules.length })
    }
    inForce = { rulebook, decider: createDecider(rulebook.units, rulebook.rules) }
    const stored = JSON.stringify({ version: rulebook.version, sources })
    await deps.atomically([deps.memory.remember('rulebook', stored), deps.memory.forget('rulebook-problems')])
    return []
  }
  const problems = await look()
  const present = () => {
    if (!inForce) throw new Error('a rulebook is in force once it is opened')
    return inForce
  }
  if (!inForce) {
    const rulebook = await lastGood(deps)
    if (!rulebook) throw new RulebookError(problems)
    inForce = { rulebook, decider: createDecider(rulebook.units, rulebook.rules) }
  }
  return {
    current: () => present().rulebook,
    decider: () => present().decider,
    async look() {
      await look()
    },
  }
}

async function broken({ memory, atomically, clock, log }: LiveRulebookDeps, problems: readonly Problem[]) {
  const [first] = problems
  log.error('rulebook.broken', { count: problems.length, ...(first ? { detail: tellProblem(first) } : {}) })
  const since = (await troubleOf(memory))?.since ?? clock().toISOString()
  const trouble: RulebookTrouble = { since, problems: problems.map(tellProblem) }
  await atomically([memory.remember('rulebook-problems', JSON.stringify(trouble))])
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
