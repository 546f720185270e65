import { HOUR_MS } from '../../src/clock.ts'
import type { AlertMail, Warning } from './promise-mails.ts'
import { dueOf } from './promise-oracle.ts'
import { SITE_ZONE } from './promise-rules.ts'
import { IMMINENT_MS, instant, type Judged } from './promise-verdict.ts'

/** Staff are written to at most so often a day, but for imminent breaches. */
const MOST_A_DAY = 6
/** Between two mails about what does not press. */
const GAP_MS = 5 * HOUR_MS

const dayFormat = new Intl.DateTimeFormat('sv', { timeZone: SITE_ZONE, dateStyle: 'short' })
const dayOf = (at: number): string => dayFormat.format(at)

/** Whether a mail tells of a breach of now: of one that is late for the first time, or of one with less than five hours left. */
const isImminent = ({ oracle }: Judged, { at, warnings }: AlertMail): boolean =>
  warnings.some(({ about, percent, repeat }) => {
    const running = oracle.runningAt(about, at)
    if (!running) return false
    const leftMs = dueOf(running) - at
    return (percent === 100 && repeat === 0) || (leftMs > 0 && leftMs < IMMINENT_MS)
  })

/** How many mails of staff's each address got on each day, without those about what is imminent: `day address` → count. */
export function mailsADay(judged: Judged): ReadonlyMap<string, number> {
  const { alerts, digests, weeks, reports } = judged.mails
  const counted = [...alerts.filter((mail) => !isImminent(judged, mail)), ...digests, ...weeks, ...reports]
  const counts = new Map<string, number>()
  for (const { to, at } of counted) {
    const key = `${dayOf(at)} ${to}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** What is left of a wait at a moment, and whether it presses by what is left or by the level itself. */
const presses = ({ oracle }: Judged, { about, percent, repeat }: Warning, at: number): boolean => {
  const running = oracle.runningAt(about, at)
  const leftMs = running ? dueOf(running) - at : 0
  return (percent >= 90 && repeat === 0) || (leftMs > -GAP_MS && leftMs < IMMINENT_MS)
}

/** Mails about nothing that presses, that came sooner after another one than five hours. */
export function hurries(judged: Judged): readonly string[] {
  const last = new Map<string, number>()
  return judged.mails.alerts
    .toSorted((a, b) => a.at - b.at)
    .flatMap((mail): readonly string[] => {
      const before = last.get(mail.to) ?? -Infinity
      last.set(mail.to, mail.at)
      const calm = before + GAP_MS
      if (mail.at >= calm || mail.others > 0) return []
      if (mail.warnings.some((one) => presses(judged, one, mail.at) || presses(judged, one, calm))) return []
      return [`to ${mail.to} at ${instant(mail.at)}, after ${instant(before)}`]
    })
}

/** Addresses that were written to more often on a day than anybody reads. */
export const floods = (judged: Judged): readonly string[] =>
  [...mailsADay(judged)].filter(([, count]) => count > MOST_A_DAY).map(([key, count]) => `${key}: ${count}`)
