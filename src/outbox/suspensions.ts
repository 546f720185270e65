import type { Write } from '../writes.ts'

/** An address that our alerts came back from as tickets. */
export interface Suspension {
  /** In lower case. */
  readonly address: string
  readonly since: Date
  /** Zammad's id of the ticket that the alert came back as. */
  readonly ticket: number
}

/** Addresses that get no alerts until staff say so. */
export interface Suspensions {
  /** An address that is suspended already stays so since the first time. */
  readonly suspend: (address: string, ticket: number, at: Date) => Write
  readonly isSuspended: (address: string) => Promise<boolean>
  /** The longest suspended first. */
  readonly list: () => Promise<readonly Suspension[]>
  readonly lift: (address: string) => Write
}
