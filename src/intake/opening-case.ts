import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { ClockRecords } from '../clocks/records.ts'
import type { Conversation, Conversations, Messages } from '../conversation/conversation.ts'
import type { SubmittedFile, Submission, Submissions } from '../conversation/submission.ts'
import type { Desk } from '../desk.ts'
import type { Files } from '../files.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import type { ClaimedJob, NewJob } from '../outbox/job.ts'
import type { Random } from '../random.ts'
import type { Routing, Routings } from '../routing/routings.ts'
import type { Rulebook } from '../routing/rule.ts'
import type { Unit } from '../routing/units.ts'
import type { Atomically, Held, Write } from '../writes.ts'

/** How far a job has come; it is kept in the job's row between attempts. */
export const Progress = z.object({
  /** Refusals without a reason so far, in the present unit. */
  maskedTries: z.number().int().default(0),
  /** The unit to try, where it is not the one that was decided. */
  unit: z.string().optional(),
  /** Whether the decided unit could not take the ticket. */
  fellBack: z.boolean().default(false),
  /** Whether tags, priority and the link to another ticket are left out, in case it is they that are refused. */
  plain: z.boolean().default(false),
  /** Why the decided unit could not take the ticket, in words for staff. */
  refusal: z.string().optional(),
  /** Zammad's id of the ticket that this one continues, or null. */
  continues: z.number().int().nullable().default(null),
})
export type Progress = z.infer<typeof Progress>

export interface OpenTicketDeps {
  readonly desk: Desk
  readonly submissions: Submissions
  readonly conversations: Conversations
  readonly messages: Messages
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly files: Files
  readonly memory: Memory
  readonly atomically: Atomically
  /** The prefix of our own numbers, or null while none is known. */
  readonly prefix: () => Promise<string | null>
  readonly routings: Routings
  readonly records: Pick<ClockRecords, 'touch'>
  readonly rulebook: () => Rulebook
  /** Title of a form as staff read it, or null where there is no such form. */
  readonly topicOf: (form: string) => string | null
  /** In which staff are told times. */
  readonly timeZone: string
  readonly numbers: 'own' | 'zammad'
  readonly mailHost: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** One submission on its way to become a ticket. */
export interface Case {
  readonly job: ClaimedJob
  readonly submission: Submission
  readonly conversation: Conversation
  readonly files: readonly SubmittedFile[]
  readonly progress: Progress
  readonly unit: Unit
  /** What was decided when the form was sent. */
  readonly routing: Routing
  readonly rulebook: Rulebook
  readonly instance: string
}
