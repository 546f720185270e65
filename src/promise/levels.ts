import { after, DAY_MS } from '../clock.ts'
import type { TicketClock } from './clock.ts'
import type { AnswerPromise } from './promise.ts'

/** A level that came, by its name: `75%`, `100%`, and with daily repeats `100%+1d`, `100%+2d` … */
export interface Came {
  readonly name: string
  /** Which of the promise's levels it is. */
  readonly index: number
  /** Which day's repeat; 0 is the level itself. */
  readonly repeat: number
  readonly at: Date
}

const nameOf = (share: number, repeat: number): string => {
  const level = `${Math.round(share * 100)}%`
  return repeat === 0 ? level : `${level}+${repeat}d`
}

/**
 * What the name of a level says, as it is put down: `75%`, `100%+1d`, and where it comes again, as its clock was given
 * more time after it was told, `75%@2`, `100%+1d@2` …
 */
export interface LevelName {
  /** What people are told, and what `Came` names it: without the count of its comings. */
  readonly plain: string
  /** In percent. */
  readonly share: number
  /** Which day's repeat; 0 is the level itself. */
  readonly repeat: number
  /** For which time it comes, from 1. */
  readonly coming: number
}

export function readLevelName(name: string): LevelName {
  const [plain = name, coming = '1'] = name.split('@')
  const [, share = '0', repeat = '0'] = /^(\d+)%(?:\+(\d+)d)?$/.exec(plain) ?? []
  return { plain, share: Number(share), repeat: Number(repeat), coming: Number(coming) }
}

/** The name under which a level is put down that comes for the nth time. */
export const levelNameAt = (plain: string, coming: number): string =>
  coming === 1 ? plain : `${plain}@${coming}`

/** Whether the clock ran then, also after its last segment: what is paused, or ended for a while, warns nobody. */
function ranAt({ segments, outcome, endedAt }: TicketClock, at: Date): boolean {
  if (endedAt && at >= endedAt) return false
  const segment = segments.find(({ from, to }) => from <= at && at < to)
  if (!segment) return outcome === 'running'
  return segment.counts && segment.because !== 'spam' && segment.because !== 'not-needed'
}

/**
 * All levels of a clock that have come by then, oldest first. Each day's repeat is 24 hours of the wall clock after the
 * one before; one that falls into a pause does not come. Of an ended clock, what came while it ran.
 */
export function cameBy(clock: TicketClock, promise: AnswerPromise, now: Date): readonly Came[] {
  const came = clock.levels.flatMap(({ share, at }, index): readonly Came[] => {
    if (!at || at > now) return []
    const days =
      promise.levels[index]?.repeats === 'daily' ? Math.floor((now.getTime() - at.getTime()) / DAY_MS) : 0
    const repeats = Array.from({ length: days }, (_, day) => day + 1)
      .map((repeat) => ({ name: nameOf(share, repeat), index, repeat, at: after(at, repeat * DAY_MS) }))
      .filter((one) => ranAt(clock, one.at))
    return [{ name: nameOf(share, 0), index, repeat: 0, at }, ...repeats]
  })
  return came.sort((a, b) => a.at.getTime() - b.at.getTime() || a.index - b.index || a.repeat - b.repeat)
}

/** When the next one comes if nothing changes; null for a clock that does not run, and where none is left. */
export function nextLevelAt(clock: TicketClock, promise: AnswerPromise, now: Date): Date | null {
  if (clock.outcome !== 'running') return null
  const coming = clock.levels.flatMap(({ at }, index) => {
    if (!at) return []
    if (at > now) return [at.getTime()]
    if (promise.levels[index]?.repeats !== 'daily') return []
    const days = Math.floor((now.getTime() - at.getTime()) / DAY_MS) + 1
    return [at.getTime() + days * DAY_MS]
  })
  return coming.length > 0 ? new Date(Math.min(...coming)) : null
}
