import type { Held, Write } from '../writes.ts'

/** An alert that surely went to nobody yet and is in nobody's hands. */
export interface WaitingAlert {
  readonly job: string
  readonly payload: unknown
  readonly attempts: number
  readonly createdAt: Date
  /** Of the conversation that it names: whether it has a ticket, or is there no more. */
  readonly conversation: 'none' | 'opened' | 'unopened' | 'gone'
}

/** The rows of the jobs that mail alerts, for the one of them that runs. */
export interface AlertJobs {
  /** Alerts of the same serial, the oldest first, without the job `except`. */
  readonly waitingAlerts: (serial: string, except: string, limit: number) => Promise<readonly WaitingAlert[]>
  /**
   * Puts the alerts of these jobs, with what they took up themselves, into the payload of the job that is held, and
   * settles them as done: both or neither, and only those that still wait. The first write matches the job that is held.
   */
  readonly foldAlerts: (
    held: Held,
    folded: { readonly serial: string; readonly jobs: readonly string[]; readonly now: Date },
  ) => readonly [Write, Write]
  /** What the job that is held is to do now, or null where the lease has ended. */
  readonly payloadOf: (held: Held) => Promise<unknown>
  /** Puts down in the payload what the mail tells, before it may go. */
  readonly freezeAlerts: (held: Held, told: unknown) => Write
  /** When mails with alerts of the serial went out, after `from` and no later than `to`. */
  readonly alertsMailed: (
    serial: string,
    range: { readonly from: Date; readonly to: Date },
  ) => Promise<readonly Date[]>
}
