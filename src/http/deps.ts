import type { Clock } from '../clock.ts'
import type { Acknowledge } from '../clocks/acknowledge.ts'
import type { ReadDrift } from '../clocks/drift.ts'
import type { Explain } from '../clocks/explaining.ts'
import type { Reporter } from '../clocks/report.ts'
import type { AddressChanged } from '../conversation/change-address.ts'
import type { Conversation } from '../conversation/conversation.ts'
import type { Find } from '../conversation/find.ts'
import type { Say } from '../conversation/say.ts'
import type { View, Views } from '../conversation/view.ts'
import type { Desk } from '../desk.ts'
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

/** What is known of a new request before its files are read. Nothing of it is proven. */
export interface Arriving {
  /** Of the form; that of the request where something is added to one, and `find` where links are asked for. */
  readonly form: string
  /** The email address as it was typed, or the one that answers go to; null where none was. */
  readonly address: string | null
}

/** Asked once for each request that is new: a repeat of one that was taken is no burden. */
export type Guard = (arriving: Arriving) => Promise<'pass' | 'too-many'>

/** What Zammad tells us by webhook. */
export interface Hook {
  /** Whether a secret of ours signed exactly these bytes. */
  readonly isSigned: (body: Uint8Array<ArrayBuffer>, signature: string) => Promise<boolean>
  /** Zammad's id of the ticket that the body speaks of, or null where none can be read. */
  readonly ticketIn: (body: Uint8Array<ArrayBuffer>) => number | null
  /** Puts down that the ticket is to be looked at; durable once it resolves. */
  readonly hint: (ticket: number) => Promise<void>
}

/** What the pages and the API speak to. */
export interface HttpDeps {
  readonly site: Site
  readonly forms: readonly Form[]
  readonly units: () => Units
  /** Origin and base path, as the world reaches us. */
  readonly publicUrl: URL
  readonly sandbox: boolean
  /** For visitors whose own zone is not known. */
  readonly timeZone: string
  readonly answerWithinHours: () => number
  readonly intake: Intake
  readonly views: Views
  readonly say: Say
  readonly changeAddress: (conversation: Conversation, email: string) => Promise<AddressChanged>
  readonly find: Find
  /** Where the files of articles are. */
  readonly desk: Pick<Desk, 'article' | 'file'>
  /** Why the ticket of a request is not opened yet, where it is more than a moment's wait. */
  readonly delayOf: (view: View) => Promise<'desk-unreachable' | 'with-staff' | null>
  readonly guard: Guard
  readonly tokens: FormTokens
  readonly files: Files
  readonly assets: Assets
  readonly health: Health
  /** How staff say that they have seen an alert. */
  readonly seen: Acknowledge
  /** How the promise was kept. */
  readonly report: Reporter
  /** How it stands with the promise of one ticket, for staff. */
  readonly explainPromise: Explain
  /** Where Zammad's own times differ from ours. */
  readonly drift: ReadDrift
  /** Null where no `OPS_TOKEN` is set. */
  readonly staff: Staff | null
  /** Null where no `ZAMMAD_WEBHOOK_SECRET` is set. */
  readonly hook: Hook | null
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Tells the bot that there is work. */
  readonly wake: () => void
}
