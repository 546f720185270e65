import { z } from 'zod'
import { after, type Clock, HOUR_MS, MINUTE_MS } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import type { Atomically } from '../writes.ts'

/** How far two clocks may be apart before ours is doubted. */
const APART_MS = 5 * MINUTE_MS

/** A clock that is steady for so long, and that nobody contradicts, is taken for right: it was set. */
const STEADY_MS = HOUR_MS

/** Two clocks that are further apart are not both set by somebody who meant it. */
const TOLERABLE_MS = HOUR_MS

/** What Zammad said of the time longer ago proves nothing of our clock now. */
const HEARSAY_MS = 10 * MINUTE_MS

/** Why our clock is doubted, and by how many milliseconds it seems to be ahead. */
export interface Doubt {
  /** `went-back`: it shows less than in an earlier round; `zammad`: Zammad's differs; `leapt`: it moved unlike time itself. */
  readonly because: 'went-back' | 'zammad' | 'leapt'
  readonly aheadMs: number
}

/** What bears witness of the time. */
export interface TimeWitness {
  readonly now: Date
  /** When the last round was made, by our clock then. */
  readonly lastTick: Date | null
  /** What Zammad's clock showed last, and ours at that moment. */
  readonly zammadDate: { readonly said: Date; readonly at: Date } | null
  /**
   * How much later it is than at an earlier moment that was not doubted, by our clock and by a count that nobody sets;
   * null where there is no such count.
   */
  readonly monotonic: { readonly wallMs: number; readonly uptimeMs: number } | null
}

const isRecent = ({ at }: NonNullable<TimeWitness['zammadDate']>, now: Date): boolean =>
  Math.abs(now.getTime() - at.getTime()) <= HEARSAY_MS

/** Whether the witnesses contradict our clock by more than five minutes: Zammad's before all others. */
export function doubtOf({ now, lastTick, zammadDate, monotonic }: TimeWitness): Doubt | null {
  const aheadMs =
    zammadDate && isRecent(zammadDate, now) ? zammadDate.at.getTime() - zammadDate.said.getTime() : 0
  if (Math.abs(aheadMs) > APART_MS) return { because: 'zammad', aheadMs }
  const leaptMs = monotonic ? monotonic.wallMs - monotonic.uptimeMs : 0
  if (Math.abs(leaptMs) > APART_MS) return { because: 'leapt', aheadMs: leaptMs }
  // The count is the better witness: a clock that was ahead and is set right shows less than before.
  if (monotonic || lastTick === null || after(now, APART_MS) >= lastTick) return null
  return { because: 'went-back', aheadMs: now.getTime() - lastTick.getTime() }
}

const Kept = z.object({
  because: z.enum(['went-back', 'zammad', 'leapt']),
  aheadMs: z.number(),
  since: z.iso.datetime(),
  trusted: z.boolean(),
})
type Kept = z.infer<typeof Kept>

/** Whether the doubt ends by itself: a Zammad that is some minutes off for ever takes nobody's warnings away. */
const mayEnd = ({ because, aheadMs }: Doubt): boolean =>
  because !== 'zammad' || Math.abs(aheadMs) <= TOLERABLE_MS

const isSame = (one: Doubt, other: Doubt): boolean =>
  one.because === other.because && Math.abs(one.aheadMs - other.aheadMs) <= APART_MS

export interface TimeDoubtDeps {
  readonly memory: Pick<Memory, 'recall' | 'remember' | 'forget'>
  /** Milliseconds of a count that nobody sets, as since the start of the process; absent where there is none. */
  readonly uptimeMs?: (() => number) | undefined
  readonly atomically: Atomically
  readonly clock: Clock
  readonly log: Log
}

export interface TimeDoubt {
  /** To be told what Zammad's clock shows whenever it says so. */
  readonly heard: (said: Date) => void
  /** Whether our clock is to be trusted now; nobody is warned of time gone by while it is not. Once a round. */
  readonly isTrusted: () => Promise<boolean>
}

async function keptDoubt({ memory }: Pick<TimeDoubtDeps, 'memory'>): Promise<Kept | null> {
  const kept = await memory.recall('clock-doubt')
  return kept === null ? null : Kept.parse(JSON.parse(kept))
}

/** The doubt that stands, for whoever looks after the service; null where the clock is trusted. */
export async function standingDoubt(
  deps: Pick<TimeDoubtDeps, 'memory'>,
): Promise<(Doubt & { readonly since: Date }) | null> {
  const kept = await keptDoubt(deps)
  if (!kept || kept.trusted) return null
  return { because: kept.because, aheadMs: kept.aheadMs, since: new Date(kept.since) }
}

/**
 * Watches over our own clock. A doubt ends when the witnesses agree again, or after an hour in which the clock was
 * steady: who set it meant it. What was trusted so stays trusted until the clock moves again. While Zammad contradicts our
 * clock by more than an hour no time ends the doubt, nor does its silence after that: one of the two is to be set. The doubt is kept in the store, as isolates come and go.
 */
export function createTimeDoubt(deps: TimeDoubtDeps): TimeDoubt {
  const { memory, uptimeMs, atomically, clock, log } = deps
  let heard: TimeWitness['zammadDate'] = null
  /** Our clock and the count, when both were trusted last. */
  let trusted: { readonly at: Date; readonly uptimeMs: number } | null = null
  /** The count when this process began to doubt. */
  let doubtedAt: number | null = null

  const witness = async (now: Date): Promise<TimeWitness> => {
    const last = await memory.recall('last-tick')
    const lastTick = last === null ? null : new Date(last)
    const monotonic =
      uptimeMs && trusted
        ? { wallMs: now.getTime() - trusted.at.getTime(), uptimeMs: uptimeMs() - trusted.uptimeMs }
        : null
    return { now, lastTick, zammadDate: heard, monotonic }
  }
  const trust = (now: Date): true => {
    trusted = uptimeMs ? { at: now, uptimeMs: uptimeMs() } : null
    doubtedAt = null
    return true
  }
  /** How long the doubt has stood, by the count where this process has seen it begin. */
  const stoodMs = (kept: Kept, now: Date): number =>
    uptimeMs && doubtedAt !== null ? uptimeMs() - doubtedAt : now.getTime() - Date.parse(kept.since)
  /** What Zammad said of our clock stands until it says something else, or the clock was set back since. */
  const unanswered = (kept: Kept | null, now: Date): Doubt | null =>
    kept?.because === 'zammad' && now >= new Date(kept.since) && !(heard && isRecent(heard, now))
      ? kept
      : null
  /** A leap that another process saw stands where this one cannot say more. */
  const inherited = (kept: Kept | null, now: Date): Doubt | null =>
    kept?.because === 'leapt' && now >= new Date(kept.since) && !kept.trusted && !trusted ? kept : null

  return {
    heard(said) {
      heard = { said, at: clock() }
    },
    async isTrusted() {
      const now = clock()
      const kept = await keptDoubt(deps)
      const doubt = unanswered(kept, now) ?? doubtOf(await witness(now)) ?? inherited(kept, now)
      if (!doubt) {
        if (kept) await atomically([memory.forget('clock-doubt')])
        return trust(now)
      }
      const stands = kept !== null && isSame(kept, doubt)
      if (stands && kept.trusted) return trust(now)
      if (stands && mayEnd(doubt) && stoodMs(kept, now) >= STEADY_MS) {
        await atomically([memory.remember('clock-doubt', JSON.stringify({ ...kept, trusted: true }))])
        log.info('clock.trusted', { code: doubt.because })
        return trust(now)
      }
      if (stands) return false
      doubtedAt = uptimeMs?.() ?? null
      const { because, aheadMs } = doubt
      log.warn('clock.doubted', { code: because, durationMs: aheadMs, detail: 'alerts are held' })
      const begun: Kept = { because, aheadMs, since: now.toISOString(), trusted: false }
      await atomically([memory.remember('clock-doubt', JSON.stringify(begun))])
      return false
    },
  }
}
