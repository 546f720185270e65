/** What one call of a runtime may still ask of the store, in statements. None where a runtime sets no bounds. */
export interface Budget {
  readonly left: () => number
}

/** What a round of the bot does, where what is left is shared out. */
export type Share = 'mails' | 'reconcile' | 'promises' | 'rest'

/**
 * Nothing new begins with fewer statements left than this. What is under way together then asks less than the least of
 * them, and what comes later in a round finds something left, whatever came before it.
 */
const LEAST: Readonly<Record<Share, number>> = { mails: 600, reconcile: 500, promises: 300, rest: 200 }

/** Whether something new may begin in this call. */
export const mayBegin = (budget: Budget | undefined, share: Share): boolean =>
  budget === undefined || budget.left() >= LEAST[share]
