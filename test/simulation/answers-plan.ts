import { MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import type { Random } from '../../src/random.ts'

/** How much happens in a day. */
export interface Size {
  readonly conversations: number
  readonly answers: number
  readonly replies: number
}

/** What somebody does, so many milliseconds after the day began, about the request of that number. */
export type Deed = { readonly atMs: number; readonly about: number } & (
  | { readonly what: 'submit' | 'hand-over' | 'close' }
  | { readonly what: 'rate' }
  | { readonly what: 'answer'; readonly type: 'note' | 'phone' | 'email'; readonly mark: string }
  | { readonly what: 'internal'; readonly mark: string }
  | { readonly what: 'reply'; readonly mark: string; readonly clicks: 1 | 2 }
)

/** Everything that the house does is done at the end of a step; what people do falls into its last seconds. */
export const STEP_MS = 10 * SECOND_MS
const LAST_MS = 2 * SECOND_MS

/** In minutes of the day. */
export const HOURS = {
  submit: [1, 20],
  handOver: [24, 26],
  talk: [30, 180],
  down: [100, 115],
  close: [210, 215],
  after: [250, 260],
  end: 290,
} as const

/** What comes of a chance of so much in one. */
export const chanceOf = (random: Random) => {
  const share = (): number => new DataView(random(4).buffer).getUint32(0) / 2 ** 32
  return {
    share,
    isDrawn: (part: number): boolean => share() < part,
    below: (count: number): number => Math.floor(share() * count),
  }
}

const isEvery = (about: number, nth: number, rest: number): boolean => about % nth === rest

/** Requests that another team gets, whose group has a mail address. */
export const isHandedOver = (about: number): boolean => isEvery(about, 5, 0)
/** Requests that staff close towards the end; of them some are opened again, and others rated. */
export const isClosed = (about: number): boolean => isEvery(about, 5, 1) || isEvery(about, 5, 2)
export const isRated = (about: number): boolean => isEvery(about, 5, 1)

/** A whole day, in the order of time; the same for the same random bytes. */
export function planOf({ conversations, answers, replies }: Size, random: Random): readonly Deed[] {
  const { below, isDrawn } = chanceOf(random)
  const somewhen = ([from, to]: readonly [number, number]): number => {
    const steps = ((to - from) * MINUTE_MS) / STEP_MS
    const step = (from * MINUTE_MS) / STEP_MS + 1 + below(steps)
    return step * STEP_MS - LAST_MS + below(LAST_MS)
  }
  const all = Array.from({ length: conversations }, (_, about) => about)
  const some = (count: number): number[] => Array.from({ length: count }, () => below(conversations))
  const markOf = (kind: string, n: number): string => `${kind}-${String(n).padStart(5, '0')}`
  const deeds: Deed[] = [
    ...all.map((about) => ({ what: 'submit', about, atMs: somewhen(HOURS.submit) }) as const),
    ...all
      .filter(isHandedOver)
      .map((about) => ({ what: 'hand-over', about, atMs: somewhen(HOURS.handOver) }) as const),
    ...some(answers).map((about, n) => {
      const spoken = isDrawn(0.1) ? 'phone' : 'note'
      const type = isHandedOver(about) && isDrawn(0.4) ? 'email' : spoken
      return { what: 'answer', about, type, mark: markOf('answer', n), atMs: somewhen(HOURS.talk) } as const
    }),
    ...some(Math.ceil(answers / 8)).map(
      (about, n) =>
        ({ what: 'internal', about, mark: markOf('internal', n), atMs: somewhen(HOURS.talk) }) as const,
    ),
    ...some(replies).map((about, n) => {
      const clicks = isDrawn(0.1) ? 2 : 1
      return { what: 'reply', about, clicks, mark: markOf('reply', n), atMs: somewhen(HOURS.talk) } as const
    }),
    ...all.filter(isClosed).map((about) => ({ what: 'close', about, atMs: somewhen(HOURS.close) }) as const),
    ...all.filter(isClosed).map((about) => {
      const then = { about, atMs: somewhen(HOURS.after) }
      return isRated(about)
        ? ({ ...then, what: 'rate' } as const)
        : ({ ...then, what: 'reply', clicks: 1, mark: markOf('reply', replies + about) } as const)
    }),
  ]
  return deeds.toSorted((a, b) => a.atMs - b.atMs)
}
