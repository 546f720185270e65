import type { Clock } from '../clock.ts'
import type { View, Views } from '../conversation/view.ts'
import type { Files } from '../files.ts'
import type { Form, Site } from '../forms/form.ts'
import type { Intake } from '../intake/accept.ts'
import type { FormTokens } from '../intake/form-token.ts'
import type { Log } from '../log.ts'
import type { Random } from '../random.ts'
import type { Units } from '../routing/units.ts'
import type { Health } from './health.ts'
import type { Assets } from './pages/assets.ts'
import type { Staff } from './staff.ts'

/** What the pages and the API speak to. */
export interface HttpDeps {
  readonly site: Site
  readonly forms: readonly Form[]
  readonly units: Units
  /** Origin and base path, as the world reaches us. */
  readonly publicUrl: URL
  readonly sandbox: boolean
  /** For visitors whose own zone is not known. */
  readonly timeZone: string
  readonly answerWithinHours: number
  readonly intake: Intake
  readonly views: Views
  /** Whether the ticket of a request waits for a helpdesk that does not answer. */
  readonly isDelayed: (view: View) => Promise<boolean>
  readonly tokens: FormTokens
  readonly files: Files
  readonly assets: Assets
  readonly health: Health
  /** Null where no `OPS_TOKEN` is set. */
  readonly staff: Staff | null
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Tells the bot that there is work. */
  readonly wake: () => void
}
