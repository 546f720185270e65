/** An instant as a column holds it, and back. */
export const asDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))
export const asMs = (at: Date | null): number | null => at?.getTime() ?? null
