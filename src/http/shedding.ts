/** Lets in so many requests at once, and sheds the others. */
export interface Shedder {
  /** Null where there is no room; else to be called when the request is over. */
  readonly enter: () => (() => void) | null
}

/** The place of one request among those that carry files: taken at its first file. */
export interface Place {
  /** Whether there was room, also when asked again. */
  readonly take: () => boolean
  /** Resolves once there was no room: then nobody need wait for the rest of a body. */
  readonly shed: Promise<'no-room'>
  readonly leave: () => void
}

export function placeIn(shedder: Shedder): Place {
  let tell: (word: 'no-room') => void = () => undefined
  const shed = new Promise<'no-room'>((resolve) => void (tell = resolve))
  let left: (() => void) | null = null
  return {
    take() {
      left ??= shedder.enter()
      if (!left) tell('no-room')
      return left !== null
    },
    shed,
    leave: () => left?.(),
  }
}

/** Lets in so many at once, and of each so many: nobody takes the room of all the others. */
export interface FairShedder {
  readonly enter: (who: string) => (() => void) | null
}

export function createFairShedder({ most, mostEach }: { most: number; mostEach: number }): FairShedder {
  const all = createShedder(most)
  const inside = new Map<string, number>()
  return {
    enter(who) {
      const theirs = inside.get(who) ?? 0
      const leave = theirs < mostEach ? all.enter() : null
      if (!leave) return null
      inside.set(who, theirs + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        leave()
        const others = (inside.get(who) ?? 1) - 1
        if (others > 0) inside.set(who, others)
        else inside.delete(who)
      }
    },
  }
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
