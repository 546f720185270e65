import { createReckoner, type Reckoner } from '../clocks/reckoned.ts'
import type { Config } from '../config.ts'
import { createStores, type Stores } from '../furnish.ts'
import type { Rulebook } from '../routing/rule.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { contentOf, nodeClock } from '../runtime/node/serve.ts'
import { openHere, settingsHere } from './local.ts'

/** What reckons promises by the database here and the rules beside it. */
export interface ReckonerHere extends Stores {
  readonly config: Config
  readonly reckoner: Reckoner
  readonly rulebook: () => Rulebook
  readonly timeZone: string
  readonly clock: () => Date
  readonly close: () => void
}

/** Throws `Exit` where there is no database, or none that can be read. */
export async function reckonerHere(): Promise<ReckonerHere> {
  const config = settingsHere(process.env)
  const { site, rulebook } = await contentOf(config).catch(askElsewhere)
  const db = openOrLeave(config)
  const stores = createStores(db)
  const own = { rulebook: () => rulebook, clock: nodeClock }
  return {
    ...stores,
    ...own,
    config,
    reckoner: createReckoner({ ...stores, ...own, relay: config.relay }),
    timeZone: config.timeZone ?? site.timeZone,
    close: db.close,
  }
}

/** A service that runs goes on by the rules that were good last. */
function askElsewhere(error: unknown): never {
  if (!(error instanceof Exit)) throw error
  throw new Exit(
    error.status,
    `${error.message}\nWhere the service runs, --url asks it: it goes by the rules before these.`,
  )
}

function openOrLeave(config: Config): ReturnType<typeof openHere> {
  try {
    return openHere(config)
  } catch (error) {
    if (error instanceof Exit) throw error
    const why = error instanceof Error ? error.message : 'unknown'
    throw new Exit(EXIT.unavailable, `The database ${config.databasePath} cannot be read: ${why}`)
  }
}
