import type { Routing } from './routings.ts'

/** Where a ticket is now. */
export interface Present {
  readonly groupId: number
  /** Id of the unit whose group that is, or null. */
  readonly unit: string | null
  readonly closed: boolean
  readonly merged: boolean
}

/**
 * What staff did with a decision. Put by them where the rule wanted it, as a suggestion that they follow or a fallback
 * that they put right, it is kept; so is one that was closed where it had been put, unless that was only
 * for want of somebody to follow the suggestion. Moved once stays moved. A merge says nothing of the rule.
 */
export function feedbackOn(
  decided: Pick<Routing, 'unit' | 'mode' | 'feedback'> & {
    readonly placed: { readonly groupId: number } | null
  },
  now: Present,
): Routing['feedback'] {
  const { unit, mode, placed, feedback } = decided
  if (!placed || feedback === 'moved' || now.merged) return feedback
  if (now.groupId !== placed.groupId) return now.unit === unit ? 'kept' : 'moved'
  return now.closed && mode === 'assign' ? 'kept' : feedback
}
