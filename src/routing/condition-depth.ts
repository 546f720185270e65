/** Conditions within each other. People lose the thread long before. */
const MOST_DEEP = 20

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function depthOf(entry: unknown): number {
  if (!isMap(entry)) return 0
  const within = [entry['all'], entry['any'], entry['not']].flat()
  return 1 + within.reduce<number>((deepest, one) => Math.max(deepest, depthOf(one)), 0)
}

/** What is wrong with a condition as it stands in a file, of whatever shape, or null. */
export const depthTrouble = (when: unknown): string | null =>
  depthOf(when) > MOST_DEEP
    ? `conditions stand more than ${MOST_DEEP} deep in each other; write them flatter, with all and any`
    : null
