import { MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import type { Random } from '../../src/random.ts'

/** How much happens in a day. */
export interface Size {
  readonly conversations: number
  readonly answers: number
  readonly replies: number
  /** How long staff and visitors write to each other. */
  readonly talkMinutes: number
  /** How many of the writes of articles are lost on the way back, or carried out late. */
  readonly faultShare: number
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

type Span = readonly [from: number, to: number]

/** When things happen, in minutes of the day; the service is down for a quarter of an hour in the midst of the talk. */
export function hoursOf({ talkMinutes }: Size) {
  const talk: Span = [13, 13 + talkMinutes]
  const [from, to] = talk
  const middle = Math.round((from + to) / 2)
  const down: Span = [middle - 7, middle + 8]
  return {
    submit: [0, 8] as Span,
    handOver: [10, 11] as Span,
    talk,
    /** Every word of a visitor's has time to get to Zammad, through all doubts, before staff close anything. */
    replies: [from, to - 12] as Span,
    down,
    close: [to + 14, to + 16] as Span,
    after: [to + 28, to + 32] as Span,
    end: to + 46,
  }
}

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
export function planOf(size: Size, random: Random): readonly Deed[] {
  const { conversations, answers, replies } = size
  const hours = hoursOf(size)
  const { below, isDrawn } = chanceOf(random)
  const somewhen = ([from, to]: Span): number => {
    const steps = ((to - from) * MINUTE_MS) / STEP_MS
    const step = (from * MINUTE_MS) / STEP_MS + 1 + below(steps)
    return step * STEP_MS - LAST_MS + below(LAST_MS)
  }
  const all = Array.from({ length: conversations }, (_, about) => about)
  const some = (count: number): number[] => Array.from({ length: count }, () => below(conversations))
  const markOf = (kind: string, n: number): string => `${kind}-${String(n).padStart(5, '0')}`
  const deeds: Deed[] = [
    ...all.map((about) => ({ what: 'submit', about, atMs: somewhen(hours.submit) }) as const),
    ...all
      .filter(isHandedOver)
      .map((about) => ({ what: 'hand-over', about, atMs: somewhen(hours.handOver) }) as const),
    ...some(answers).map((about, n) => {
      const spoken = isDrawn(0.1) ? 'phone' : 'note'
      const type = isHandedOver(about) && isDrawn(0.4) ? 'email' : spoken
      return { what: 'answer', about, type, mark: markOf('answer', n), atMs: somewhen(hours.talk) } as const
    }),
    ...some(Math.ceil(answers / 8)).map(
      (about, n) =>
        ({ what: 'internal', about, mark: markOf('internal', n), atMs: somewhen(hours.talk) }) as const,
    ),
    ...some(Math.ceil(replies / 2)).flatMap((about, n) => {
      const atMs = somewhen(hours.replies)
      const clicks = isDrawn(0.1) ? 2 : 1
      const said = { what: 'reply', about, clicks, mark: markOf('reply', 2 * n), atMs } as const
      // Many a visitor adds something at once: then two words are on their way together.
      const isMore = isDrawn(0.8)
      const more = {
        ...said,
        mark: markOf('reply', 2 * n + 1),
        atMs: isMore ? atMs + 1 : somewhen(hours.replies),
      }
      return [said, more]
    }),
    ...all.filter(isClosed).map((about) => ({ what: 'close', about, atMs: somewhen(hours.close) }) as const),
    ...all.filter(isClosed).map((about) => {
      const then = { about, atMs: somewhen(hours.after) }
      return isRated(about)
        ? ({ ...then, what: 'rate' } as const)
        : ({ ...then, what: 'reply', clicks: 1, mark: markOf('reply', 2 * replies + about) } as const)
    }),
  ]
  return deeds.toSorted((a, b) => a.atMs - b.atMs)
}
