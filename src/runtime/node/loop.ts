/** Makes rounds: one at a time, at the latest after `pauseMs`, at once when woken. */
export interface Loop {
  readonly wake: () => void
  /** Resolves when the round under way, if any, is over; there will be no other. */
  readonly stop: () => Promise<void>
}

/** The pause where its length cannot be told. */
const TROUBLE_PAUSE_MS = 5_000

/** Starts at once. What `round` or `pauseMs` throws goes to `failed`, and the rounds go on. */
export function startLoop(
  round: () => Promise<void>,
  pauseMs: () => Promise<number>,
  failed: (error: unknown) => void,
): Loop {
  let stopped = false
  let woken = false
  let wakeUp = (): void => {
    woken = true
  }
  const tell = (error: unknown): number => {
    failed(error)
    return TROUBLE_PAUSE_MS
  }
  const pause = async (): Promise<void> => {
    if (woken || stopped) return
    const ms = await pauseMs().catch(tell)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        woken = true
        clearTimeout(timer)
        resolve()
      }
      if (woken || stopped) wakeUp()
    })
  }
  const running = (async () => {
    while (!stopped) {
      woken = false
      await round().catch(failed)
      await pause()
    }
  })()
  return {
    wake: () => wakeUp(),
    async stop() {
      stopped = true
      wakeUp()
      await running
    },
  }
}
