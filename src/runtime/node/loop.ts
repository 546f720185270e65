/** Makes rounds: one at a time, at the latest after `pauseMs`, at once when woken. */
export interface Loop {
  readonly wake: () => void
  /** Resolves when the round under way, if any, is over; there will be no other. */
  readonly stop: () => Promise<void>
}

export function startLoop(round: () => Promise<void>, pauseMs: () => Promise<number>): Loop {
  let stopped = false
  let woken = false
  let wakeUp = (): void => {
    woken = true
  }
  const pause = async (): Promise<void> => {
    if (woken || stopped) return
    const ms = await pauseMs()
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
      await round()
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
