/** What one visitor answered, by field id: checked, trimmed, normalised. Files are kept apart. */
export type Answers = Readonly<Record<string, string | readonly string[] | true>>

/** One answer that cannot be taken, in the visitor's language. */
export interface AnswerError {
  readonly field: string
  readonly message: string
}
