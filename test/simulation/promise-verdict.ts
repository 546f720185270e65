import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { outcomeOf } from './far-side.ts'
import type { AlertMail, Mails, Warning } from './promise-mails.ts'
import type { Month } from './promise-month.ts'
import { type CameLevel, dueOf, type Oracle, waitId } from './promise-oracle.ts'
import { STEP_MS } from './promise-plan.ts'
import { COORDINATION, TEAMS, type UnitId } from './promise-rules.ts'
import type { Stretch } from './promise-truth.ts'

/** A breach is told of so long before at the least. */
const AHEAD_MS = 4 * HOUR_MS
/** With less left, or late for the first time, a mail is about an imminent breach. */
export const IMMINENT_MS = 5 * HOUR_MS
/** How long a level may wait that presses: two steps of ours, and ten minutes in a burst. */
const PRESSING_MS = 2 * STEP_MS + 10 * MINUTE_MS + STEP_MS
/** And one that does not: the calm of five hours besides. */
const CALM_MS = 5 * HOUR_MS + 2 * STEP_MS
/** When rules change, so many steps go by until all that runs was reckoned by them. */
const RECKONED_AGAIN_MS = 4 * STEP_MS

/** What is judged: what happened, what was to be, and what arrived. */
export interface Judged {
  readonly month: Month
  readonly oracle: Oracle
  readonly mails: Mails
}

export const instant = (at: number): string => new Date(at).toISOString()
const nameOf = ({ month }: Judged, about: number): string =>
  `${about} (${month.truth.tickets.get(about)?.number})`

const isIn = ([from, to]: Stretch, at: number): boolean => at >= from && at <= to

/** The moment by which so much time has gone by in which the service was there and could reach Zammad. */
function afterBeingUp({ month: { truth } }: Judged, from: number, ms: number): number {
  const gaps = [...truth.serviceDown, ...truth.zammadDown].toSorted((a, b) => a[0] - b[0])
  let end = from + ms
  for (const [down, up] of gaps) if (down <= end && up > from) end += up - Math.max(down, from)
  return end
}

const isAtLeast = (one: Pick<Warning, 'percent' | 'repeat'>, other: Pick<CameLevel, 'percent' | 'repeat'>) =>
  one.percent > other.percent || (one.percent === other.percent && one.repeat >= other.repeat)

/** All that was said about one wait, in the order of time. */
function warningsOf({ mails }: Judged, about: number, wait: string | null) {
  return mails.alerts.flatMap((mail) =>
    mail.warnings
      .filter((one) => one.about === about && one.wait === wait)
      .map((warning) => ({ ...warning, at: mail.at, to: mail.to })),
  )
}

/** Which coming of a level a warning speaks of: the last one until then. */
const comingOf = (
  { oracle }: Judged,
  { about, wait, percent, repeat }: Warning,
  at: number,
): CameLevel | null =>
  oracle
    .levelsOf(about)
    .findLast(
      (one) => one.wait === wait && one.percent === percent && one.repeat === repeat && one.at <= at,
    ) ?? null

/** No level twice at one address, and none after a higher one. */
export function repetitions(judged: Judged): readonly string[] {
  const faults: string[] = []
  const told = new Map<string, { at: number; warning: Warning; came: CameLevel | null; mail: string }[]>()
  for (const mail of judged.mails.alerts.toSorted((a, b) => a.at - b.at)) {
    for (const warning of mail.warnings) {
      const { about, wait, level } = warning
      const key = `${mail.to} ${about} ${wait}`
      const before = told.get(key) ?? []
      const came = comingOf(judged, warning, mail.at)
      const said = `${nameOf(judged, about)} ${wait} ${level} to ${mail.to} at ${instant(mail.at)}`
      const isTwice = before.some(
        (one) => one.warning.level === level || (came !== null && one.came === came),
      )
      if (isTwice) faults.push(`twice: ${said}`)
      else if (
        before.some(
          (one) =>
            one.mail !== mail.id && one.at >= (came?.goneAt ?? Infinity) && isAtLeast(one.warning, warning),
        )
      ) {
        faults.push(`after a higher one: ${said}`)
      }
      told.set(key, [...before, { at: mail.at, warning, came, mail: mail.id }])
    }
  }
  return faults
}

/** Whether somebody said before then that they have seen that a wait is late. */
const isSilenced = ({ month, oracle }: Judged, about: number, wait: string | null, before: number): boolean =>
  (month.truth.tickets.get(about)?.happened ?? []).some(({ what, at }) => {
    const then = what === 'acknowledged' && at <= before ? oracle.runningAt(about, at) : null
    return then !== null && waitId(then) === wait
  })

/** Whether the address of a mail was told of the same level before. */
const wasTold = (judged: Judged, { to, at }: AlertMail, { about, wait, percent }: Warning): boolean =>
  warningsOf(judged, about, wait).some((one) => one.to === to && one.at < at && one.percent === percent)

/** Nothing is told that did not come, or of what ended before. What cannot be seen as Zammad is away is no fault. */
export function untruths(judged: Judged): readonly string[] {
  const { oracle, mails } = judged
  return mails.alerts.flatMap((mail) =>
    mail.warnings.flatMap((warning): readonly string[] => {
      const { about, wait, level, repeat } = warning
      const said = `${nameOf(judged, about)} ${wait} ${level} to ${mail.to} at ${instant(mail.at)}`
      if (repeat > 0 && isSilenced(judged, about, wait, mail.at) && wasTold(judged, mail, warning)) {
        return [`acknowledged: ${said}`]
      }
      if (isUnseen(judged, mail, warning)) return []
      if (!comingOf(judged, warning, mail.at)) return [`did not come: ${said}`]
      const running = oracle.runningAt(about, mail.at)
      return running && waitId(running) === wait ? [] : [`over: ${said}`]
    }),
  )
}

/** Whether it was so by all that could be seen before Zammad went away, and the mail says since when nothing is known. */
function isUnseen({ month, oracle }: Judged, mail: AlertMail, { about, wait, percent }: Warning): boolean {
  const away = month.truth.zammadDown.find((one) => isIn(one, mail.at))
  if (!away || !mail.text.includes('Zammad has not answered since')) return false
  const seen = oracle.runningAt(about, away[0] - STEP_MS)
  return seen !== null && waitId(seen) === wait && seen.levelAt(percent) <= mail.at
}

/** Whom a level tells while a unit has the ticket. */
function audienceOf(judged: Judged, unit: UnitId, level: CameLevel): readonly string[] {
  const rung = judged.oracle.rulesAt(level.at).rungs.find(({ percent }) => percent === level.percent)
  return (rung?.to ?? []).map((who) =>
    who === 'coordination' ? COORDINATION : TEAMS[unit][who === 'unit' ? 'notify' : 'duty'],
  )
}

/** By when a level is told at the latest. */
export function deadlineOf(judged: Judged, { at, percent, repeat }: CameLevel): number {
  const { rulesChangedAt } = judged.month.truth
  const presses = repeat === 0 && percent >= 90
  const isByNewRules = at >= rulesChangedAt && at <= rulesChangedAt + RECKONED_AGAIN_MS
  return afterBeingUp(judged, at, (presses ? PRESSING_MS : CALM_MS) + (isByNewRules ? RECKONED_AGAIN_MS : 0))
}

/** Every level that came reaches everybody whom it tells, or a higher one does, while the wait goes on. */
export function omissions(judged: Judged): readonly string[] {
  const { month, oracle } = judged
  const faults: string[] = []
  for (const about of month.truth.tickets.keys()) {
    for (const level of oracle.levelsOf(about)) {
      const deadline = deadlineOf(judged, level)
      const goesOn = [
        ...oracle.turnsOf(about).filter((at) => at > level.at && at < deadline),
        deadline,
      ].every((at) => {
        const running = oracle.runningAt(about, at)
        return running !== null && waitId(running) === level.wait
      })
      if (deadline > month.truth.endedAt || !goesOn) continue
      if (level.repeat > 0 && isSilenced(judged, about, level.wait, deadline)) continue
      const told = warningsOf(judged, about, level.wait).filter(
        (one) => one.at <= deadline && one.at >= level.goneAt && isAtLeast(one, level),
      )
      // Where it was moved meanwhile, either unit may be told.
      const units = [level.at, level.at + STEP_MS, deadline].map((at) => oracle.unitAt(about, at))
      const audiences = units.map((unit) => audienceOf(judged, unit, level))
      const isTold = audiences.some((to) => to.every((one) => told.some((warning) => warning.to === one)))
      if (!isTold) {
        faults.push(
          `${nameOf(judged, about)} ${level.wait} ${level.name} of ${instant(level.at)} by ${instant(deadline)}: told ${told.map(({ to, level: name }) => `${name} to ${to}`).join()}`,
        )
      }
    }
  }
  return faults
}

/** A breach, and how long before it anybody was told of it first; null where it could not be foreseen. */
export interface Foreseen {
  readonly about: number
  readonly at: number
  readonly aheadMs: number
  readonly isForeseeable: boolean
}

/** Every time that a wait became late. What changed shortly before, or while nobody was there to tell it, could not be foreseen. */
export function breachesOf(judged: Judged): readonly Foreseen[] {
  const { month, oracle } = judged
  const wasThere = (from: number, to: number): boolean => month.rounds.some((at) => at >= from && at <= to)
  return [...month.truth.tickets.keys()].flatMap((about) =>
    oracle.levelsOf(about).flatMap((level): readonly Foreseen[] => {
      if (level.percent !== 100 || level.repeat > 0) return []
      const before = oracle.runningAt(about, level.at - IMMINENT_MS)
      const isForeseeable =
        before !== null &&
        waitId(before) === level.wait &&
        dueOf(before) === level.at &&
        wasThere(level.at - IMMINENT_MS, level.at - AHEAD_MS)
      const [first] = warningsOf(judged, about, level.wait)
        .map(({ at }) => at)
        .toSorted((a, b) => a - b)
      return [
        { about, at: level.at, aheadMs: first === undefined ? -Infinity : level.at - first, isForeseeable },
      ]
    }),
  )
}

/** Breaches that nobody was warned of four hours before. */
export const unforeseen = (judged: Judged): readonly string[] =>
  breachesOf(judged)
    .filter(({ isForeseeable, aheadMs }) => isForeseeable && aheadMs < AHEAD_MS)
    .map(
      ({ about, at, aheadMs }) =>
        `${nameOf(judged, about)} at ${instant(at)}: ${aheadMs / MINUTE_MS} min ahead`,
    )

const OUR_TAGS = ['promise-soon', 'promise-broken']

/** Tags in Zammad that are not as they should have been at the end of a day. */
export function wrongTags(judged: Judged): readonly string[] {
  const { month, oracle } = judged
  return month.dayEnds.flatMap(({ at, tags }) =>
    [...tags].flatMap(([about, all]): readonly string[] => {
      const ours = all.filter((tag) => OUR_TAGS.includes(tag)).join()
      const wanted = tagAt(judged, about, at)
      const isAsked = month.truth.tickets.get(about)?.happened.some((one) => one.at <= at)
      if (!isAsked || ours === wanted) return []
      const now = oracle.runningAt(about, at)
      return [
        `${nameOf(judged, about)} at ${instant(at)}: '${ours}', not '${wanted}'; ${now ? `due ${instant(dueOf(now))}` : 'nothing runs'}`,
      ]
    }),
  )
}

function tagAt({ oracle }: Judged, about: number, at: number): string {
  const running = oracle.runningAt(about, at)
  if (!running) return ''
  if (dueOf(running) <= at) return 'promise-broken'
  const rung = oracle.rulesAt(at).rungs.find(({ to }) => to.length > 0)
  return rung && running.levelAt(rung.percent) <= at ? 'promise-soon' : ''
}

/** Every acknowledgement leaves one internal note on its ticket. */
export function wrongNotes({ month }: Judged): readonly string[] {
  const { state } = outcomeOf(month.house.far)
  const notes = [...state.articles.values()].filter(
    ({ body, internal }) => internal && body.includes(SEEN_NOTE),
  )
  const told = notes.map(({ ticket_id }) => state.tickets.get(ticket_id)?.number).toSorted()
  const wanted = [...month.truth.tickets.values()]
    .flatMap(({ number, happened }) =>
      happened.flatMap(({ what }) => (what === 'acknowledged' ? [number] : [])),
    )
    .toSorted()
  return told.join() === wanted.join() ? [] : [`on ${told.join()}, not on ${wanted.join()}`]
}

const SEEN_NOTE = 'Somebody who was told by email has seen'
