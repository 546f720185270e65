import { after, DAY_MS } from '../clock.ts'
import type { TicketClock } from '../promise/clock.ts'
import { type Came, cameBy, levelNameAt, type LevelName, readLevelName } from '../promise/levels.ts'
import type { AnswerPromise, Audience, Level } from '../promise/promise.ts'
import type { LevelMark } from './records.ts'

/** A level that came and is not put down yet. */
export interface Fresh extends Came {
  /** The name to put it down by: not that of an earlier time when it came. */
  readonly mark: string
}

/** What is to be done about the levels of a clock that came and were not put down yet. */
export interface LevelNews {
  /** The highest that tells anybody, and whom it and those that it stands for tell; or null. */
  readonly told: { readonly came: Fresh; readonly level: Level; readonly to: readonly Audience[] } | null
  /** Lower ones that would have told somebody: they are told with it, or a higher one was told before. */
  readonly covered: readonly Fresh[]
  /** Those of `covered` that came since the last one was told. */
  readonly along: readonly Fresh[]
  /** Those that are for digests alone. */
  readonly noted: readonly Fresh[]
}

/** A mark with what its name says of its place: names outlive the levels that promise.yaml has now. */
type Marked = LevelName & Pick<LevelMark, 'how' | 'at' | 'acknowledgedAt'>

type Rank = Pick<LevelName, 'share' | 'repeat'>

/** Whether the told one leaves nothing to tell of the other: a daily repeat is only behind a later one of its own. */
function isBehind(one: Rank, told: Rank): boolean {
  if (one.share === told.share) return one.repeat <= told.repeat
  return one.repeat === 0 && one.share < told.share
}

/** How a level stands to what was put down of its clock. */
function standingOf(came: Came, marks: readonly Marked[]) {
  const rank = readLevelName(came.name)
  const own = marks.filter(({ plain }) => plain === came.name)
  // A repeat comes whole days after its level.
  const levelAt = after(came.at, -came.repeat * DAY_MS)
  return {
    isMarked: own.some(({ at }) => came.at <= at),
    mark: levelNameAt(came.name, Math.max(0, ...own.map(({ coming }) => coming)) + 1),
    isNews: !marks.some((one) => one.how === 'told' && came.at <= one.at && isBehind(rank, one)),
    isSilenced:
      came.repeat > 0 &&
      marks.some(
        ({ acknowledgedAt, share }) =>
          acknowledgedAt !== null && share === rank.share && levelAt <= acknowledgedAt,
      ),
  }
}

const byRank = (one: { readonly level: Level; readonly came: Fresh }, other: typeof one): number =>
  one.level.share - other.level.share || one.came.repeat - other.came.repeat

/**
 * Of the levels that came without a mark the highest one is told, to all whom one of them tells. Where a level or one of its
 * daily repeats was acknowledged, no further repeat of it is told; later levels are. Of repeats that were missed only the
 * last is told, and none of a lower level.
 *
 * A mark speaks of what had come when it was made. Where the clock was given more time since (another priority, other
 * hours of business, other rules) a level comes later than its mark: it is told again when it comes, under a name of its
 * own, and neither what was told nor what was acknowledged before that keeps it back. Where a clock is given less time,
 * what was told stays told.
 *
 * What came before `since` is put down, and nobody is told of it: nobody had promised to, then.
 */
export function newsOf(
  clock: TicketClock,
  promise: AnswerPromise,
  marks: readonly LevelMark[],
  now: Date,
  since: Date | null = null,
): LevelNews {
  const mine = marks.flatMap((mark): Marked[] =>
    mark.clock === clock.key ? [{ ...mark, ...readLevelName(mark.level) }] : [],
  )
  const fresh = cameBy(clock, promise, now).flatMap((one) => {
    const level = promise.levels[one.index]
    const { isMarked, mark, isSilenced, ...standing } = standingOf(one, mine)
    const isNews = standing.isNews && (since === null || one.at >= since)
    return level && !isMarked ? [{ came: { ...one, mark }, level, isNews, isSilenced }] : []
  })
  const telling = fresh.filter(({ level }) => level.to.length > 0).toSorted(byRank)
  const highest = telling.findLast(({ isNews, isSilenced }) => isNews && !isSilenced) ?? null
  const isLower = ({ level }: { readonly level: Level }): boolean =>
    highest !== null && level.share < highest.level.share
  const covered = telling.filter((one) => one !== highest && (one.came.repeat === 0 || isLower(one)))
  const along = covered.filter(({ isNews, came }) => isNews && came.repeat === 0)
  const to = [highest, ...along].flatMap((one) => one?.level.to ?? [])
  return {
    told: highest && { came: highest.came, level: highest.level, to: [...new Set(to)] },
    covered: covered.map(({ came }) => came),
    along: along.map(({ came }) => came),
    noted: fresh
      .filter(({ came, level }) => level.to.length === 0 && came.repeat === 0)
      .map(({ came }) => came),
  }
}
