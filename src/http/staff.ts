import { after, type Clock, HOUR_MS } from '../clock.ts'
import type { Decisions } from '../conversation/decisions.ts'
import type { StaffLinks } from '../conversation/links.ts'
import type { Lane } from '../outbox/job.ts'
import type { Routings } from '../routing/routings.ts'
import { asToken, type Secret, sha256, type Signer } from '../secret.ts'
import type { AwaitingStaff } from './awaiting-staff.ts'
import type { PromiseBoard } from './promise-board.ts'

const SESSION_MS = 8 * HOUR_MS

export interface RulesView {
  readonly version: string
  readonly rules: readonly { readonly name: string; readonly unit: string }[]
  readonly trouble: { readonly since: string; readonly problems: readonly string[] } | null
  readonly tally: Awaited<ReturnType<Routings['tally']>>
}

/** Whoever holds `OPS_TOKEN`: how they come in, and what they see and decide. */
export interface Staff {
  readonly decisions: Decisions
  readonly pauses: () => Promise<
    readonly { readonly lane: Lane; readonly reason: string; readonly since: Date }[]
  >
  /** The rules in force, why the present files are not, and what staff did with the rules' decisions. */
  readonly rules: () => Promise<RulesView>
  /** What of the relay waits for a person. */
  readonly awaiting: AwaitingStaff
  /** What of the promises is still to be kept, and how they were kept. */
  readonly promises: PromiseBoard
  readonly links: StaffLinks
  readonly act: 'act' | 'observe'
  readonly isToken: (text: string) => Promise<boolean>
  /** A session for eight hours, to be kept in a cookie. */
  readonly openSession: () => Promise<{ readonly session: string; readonly maxAgeSeconds: number }>
  readonly isSession: (session: string) => Promise<boolean>
  /** What a form of the board carries, so that no other site can send it. */
  readonly formToken: (session: string) => Promise<string>
}

export function createStaff(deps: {
  readonly token: Secret
  readonly signer: Signer
  readonly clock: Clock
  readonly decisions: Decisions
  readonly pauses: Staff['pauses']
  readonly rules: Staff['rules']
  readonly awaiting: AwaitingStaff
  readonly promises: PromiseBoard
  readonly links: StaffLinks
  readonly act: 'act' | 'observe'
}): Staff {
  // A session names the token that opened it, so that changing OPS_TOKEN ends all sessions.
  const partsOf = async (until: string) => ['staff-session', await sha256(deps.token.reveal()), until]
  const sign = async (parts: readonly string[]): Promise<string> => {
    const signature = await deps.signer.sign(parts)
    if (!signature) throw new Error('the first secret always signs')
    return asToken(signature)
  }
  return {
    decisions: deps.decisions,
    pauses: deps.pauses,
    rules: deps.rules,
    awaiting: deps.awaiting,
    promises: deps.promises,
    links: deps.links,
    act: deps.act,
    // Compared as hashes, so that the time taken tells nothing of where two tokens differ.
    isToken: async (text) => (await sha256(text)) === (await sha256(deps.token.reveal())),
    async openSession() {
      const until = after(deps.clock(), SESSION_MS).getTime().toString(36)
      return { session: `${until}.${await sign(await partsOf(until))}`, maxAgeSeconds: SESSION_MS / 1000 }
    },
    async isSession(session) {
      const [until = '', token = ''] = session.split('.')
      const over = Number.parseInt(until, 36)
      if (!(over > deps.clock().getTime())) return false
      return deps.signer.verifies(await partsOf(until), token)
    },
    formToken: (session) => sign(['staff-form', session]),
  }
}
