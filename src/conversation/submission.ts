import type { Answers } from '../forms/answers.ts'
import type { Language } from '../language.ts'
import type { Held, Standing, Write } from '../writes.ts'

/** One filled form, stored before the visitor sees success. */
export interface Submission {
  readonly id: string
  readonly form: string
  readonly language: Language
  /** The visitor's own, where the browser told it. */
  readonly timeZone: string | null
  readonly name: string
  readonly email: string
  readonly organisation: string | null
  readonly answers: Answers
  /** Which version of the policy the visitor has read. */
  readonly policyVersion: string
  /** The ticket's title and body, frozen when the form was sent. */
  readonly title: string
  readonly body: string
  readonly sentAt: Date
}

/** A file of a submission; its bytes are kept under `storedAs`. */
export interface SubmittedFile {
  readonly id: string
  readonly field: string
  readonly name: string
  readonly type: string
  readonly size: number
  readonly sha256: string
  readonly storedAs: string
}

/** The idempotency key of a submission, and the SHA-256 of what was sent under it. */
export interface Repeatable {
  readonly key: string
  readonly keyUntil: Date
  readonly content: string
}

export interface Submissions {
  /** With `held`, only while that job's lease stands. */
  readonly add: (
    submission: Submission,
    repeatable: Repeatable,
    files: readonly SubmittedFile[],
    held?: Held,
  ) => readonly Write[]
  /** What was sent under a key before, while the key is remembered. */
  readonly byKey: (
    key: string,
    now: Date,
  ) => Promise<{ readonly content: string; readonly conversation: string } | null>
  readonly byId: (id: string) => Promise<Submission | null>
  /** Puts address, answers and body down as corrected, while `standing` holds and there is no ticket yet. */
  readonly readdress: (corrected: Submission, conversation: string, standing: Standing) => Write
  readonly filesOf: (id: string) => Promise<readonly SubmittedFile[]>
}
