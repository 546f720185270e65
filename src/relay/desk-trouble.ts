import { after, type Clock, SECOND_MS } from '../clock.ts'

/** How long after a call that failed the next one asks. */
const PROBE_MS = 15 * SECOND_MS

/**
 * Whether Zammad answers, as the answers on their way have last seen it. While it does not, one of them at a time asks
 * it again, so that the mails that need no Zammad find room.
 */
export interface DeskTrouble {
  /** Until when this one is to wait, or null where it may ask, and tells what came of it. */
  readonly waitUntil: () => Date | null
  readonly failed: () => void
  readonly answered: () => void
}

export function createDeskTrouble(clock: Clock): DeskTrouble {
  let nextProbeAt: Date | null = null
  return {
    waitUntil() {
      const now = clock()
      if (nextProbeAt !== null && now < nextProbeAt) return nextProbeAt
      if (nextProbeAt !== null) nextProbeAt = after(now, PROBE_MS)
      return null
    },
    failed() {
      nextProbeAt = after(clock(), PROBE_MS)
    },
    answered() {
      nextProbeAt = null
    },
  }
}
