import { type Clock, MINUTE_MS } from '../../src/clock.ts'
import { createReckoner, type ReckonerDeps } from '../../src/clocks/reckoned.ts'
import { createSweep } from '../../src/clocks/sweep.ts'
import { createStores } from '../../src/furnish.ts'
import { createLog } from '../../src/log.ts'
import type { Rulebook } from '../../src/routing/rule.ts'
import { type Db, isUniqueViolation } from '../../src/store/db.ts'
import { sampleForms } from '../support/sample-forms.ts'
import { seeded } from '../support/samples.ts'

/** Sweeps over all that a store knows by these rules, as the service does, with a Zammad in which nothing has changed. `failed` is told each line of an error. */
export function storedSweep(
  db: Db,
  by: {
    readonly rules: Rulebook
    readonly relay: ReckonerDeps['relay']
    readonly clock: Clock
    readonly failed: (line: string) => void
  },
): ReturnType<typeof createSweep> {
  const { rules, relay, clock, failed } = by
  const stores = createStores(db)
  return createSweep({
    ...stores,
    reckoner: createReckoner({ ...stores, rulebook: () => rules, relay, clock }),
    addJob: stores.jobs.add,
    look: async () => true,
    timeDoubt: { isTrusted: async () => true },
    isUniqueViolation,
    rulebook: () => rules,
    topicOf: () => null,
    forms: sampleForms,
    undoMs: MINUTE_MS,
    mailHost: 'desk.example',
    atomically: db.atomically,
    clock,
    random: seeded(5),
    log: createLog('error', failed),
  })
}
