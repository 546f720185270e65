import { after, type Clock } from '../../src/clock.ts'

/** A clock that a test turns by hand, and waits that end by it: none of them costs real time. */
export interface TurnedClock {
  readonly now: Clock
  /** Turns to a later instant; waits that are over by then end in their order. Throws for an earlier one. */
  readonly turnTo: (instant: Date) => void
  /** Resolves once the clock has come `ms` milliseconds further. */
  readonly wait: (ms: number) => Promise<void>
  /** While the call waits, the clock goes on to the end of the next wait by itself: nobody else could turn it. */
  readonly during: <T>(call: () => Promise<T>) => Promise<T>
  /** Resolves when whatever went on with the last turn has had its turn. */
  readonly settled: () => Promise<void>
}

interface Wait {
  readonly until: Date
  readonly end: () => void
}

const SETTLING_TURNS = 5

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

export function createTurnedClock(start: Date): TurnedClock {
  let now = start
  let waits: Wait[] = []
  let calls = 0
  let goingOn = false

  const endNext = (until?: Date): boolean => {
    const [next] = waits.toSorted((a, b) => a.until.getTime() - b.until.getTime())
    if (!next || (until && next.until > until)) return false
    waits = waits.filter((one) => one !== next)
    if (next.until > now) now = next.until
    next.end()
    return true
  }
  const goOn = async (): Promise<void> => {
    if (goingOn) return
    goingOn = true
    do await nextTurn()
    while (calls > 0 && endNext())
    goingOn = false
  }

  return {
    now: () => now,
    turnTo(instant) {
      if (instant < now) throw new Error(`the clock already shows ${now.toISOString()}`)
      while (endNext(instant));
      now = instant
    },
    wait: (ms) =>
      new Promise((resolve) => {
        waits.push({ until: after(now, ms), end: resolve })
        void goOn()
      }),
    async during(call) {
      calls += 1
      try {
        return await call()
      } finally {
        calls -= 1
      }
    },
    async settled() {
      for (let turn = 0; turn < SETTLING_TURNS; turn += 1) await nextTurn()
    },
  }
}
