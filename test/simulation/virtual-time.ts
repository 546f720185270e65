import { after, type Clock } from '../../src/clock.ts'

/** A clock that is turned by hand, and waits that end by it. */
export interface VirtualTime {
  readonly clock: Clock
  readonly wait: (ms: number) => Promise<void>
  /** Moves the clock on by that much, ending the waits that are over by then, the earliest first. */
  readonly turn: (ms: number) => void
  /** Somebody sets the clock: no wait ends by it. */
  readonly set: (at: Date) => void
  /** Turns to the end of the earliest wait; false where nobody waits. */
  readonly turnToNextWait: () => boolean
}

export function virtualTime(start: Date): VirtualTime {
  let now = start
  let waits: { readonly until: number; readonly end: () => void }[] = []
  const turnTo = (to: number): void => {
    const over = waits.filter(({ until }) => until <= to).sort((a, b) => a.until - b.until)
    waits = waits.filter(({ until }) => until > to)
    for (const { until, end } of over) {
      now = new Date(Math.max(now.getTime(), until))
      end()
    }
    now = new Date(Math.max(now.getTime(), to))
  }
  return {
    clock: () => now,
    set: (at) => {
      now = at
    },
    wait: (ms) =>
      new Promise((end) => {
        waits.push({ until: after(now, ms).getTime(), end })
      }),
    turn: (ms) => turnTo(after(now, ms).getTime()),
    turnToNextWait() {
      if (waits.length === 0) return false
      turnTo(Math.min(...waits.map(({ until }) => until)))
      return true
    },
  }
}

export const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** While the work waits for Zammad, the clock goes to the end of that wait. */
export async function carry(time: VirtualTime, work: () => Promise<unknown>): Promise<void> {
  let over = false
  const working = work().finally(() => {
    over = true
  })
  for (let turns = 1; !over; turns += 1) {
    await turnOfTheLoop()
    if (turns % 20 === 0) time.turnToNextWait()
  }
  await working
}
