/** What a caller can do about a failure. */
export type FailureCode =
  | 'unavailable' // it did not happen; trying again later is safe
  | 'uncertain' //   it may have happened; look before trying again
  | 'refused' //     the other side said no; trying again changes nothing
  | 'misconfigured' // nobody's request will work until an operator acts

/**
 * The one exception thrown on purpose, by adapters only. `message` is for operators:
 * it holds nothing personal and never reaches a visitor.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode

  constructor(code: FailureCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
