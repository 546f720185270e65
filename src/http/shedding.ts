/** Lets in so many requests at once, and sheds the others before anything of them is read. */
export interface Shedder {
  /** Null where there is no room; else to be called when the request is over. */
  readonly enter: () => (() => void) | null
}

export function createShedder(mostAtOnce: number): Shedder {
  let inside = 0
  return {
    enter() {
      if (inside >= mostAtOnce) return null
      inside += 1
      let left = false
      return () => {
        if (left) return
        left = true
        inside -= 1
      }
    },
  }
}
