import { DAY_MS, HOUR_MS } from '../../src/clock.ts'
import { isOpenOn, momentIn } from './promise-hours.ts'
import type { MorningMail } from './promise-mails.ts'
import { dueOf } from './promise-oracle.ts'
import { STEP_MS } from './promise-plan.ts'
import { CALENDARS, COORDINATION, SITE_ZONE, TEAMS, type UnitId, UNITS } from './promise-rules.ts'
import type { Judged } from './promise-verdict.ts'

const MORNING_HOUR = 8
/** A unit's mail that is later than that is left out. */
const LATEST_MS = 20 * HOUR_MS

/** Midnights in UTC of the days of a month and of some days after it. */
function* daysOf({ month: { truth } }: Judged): Generator<number> {
  const first = Math.floor(truth.startedAt / DAY_MS) * DAY_MS - DAY_MS
  for (let day = first; day < truth.endedAt + 7 * DAY_MS; day += DAY_MS) yield day
}

/** The mornings of a unit, the one after the last included. */
function morningsOf(judged: Judged, unit: UnitId): readonly number[] {
  const { calendar } = TEAMS[unit]
  const found = calendar === null ? null : CALENDARS[calendar]
  return [...daysOf(judged)]
    .filter((day) => found === null || isOpenOn(found, day))
    .map((day) => momentIn(found?.zone ?? SITE_ZONE, day, MORNING_HOUR))
    .filter((at) => at > judged.month.truth.startedAt)
}

/** The first work that the service did from then on. */
const nextRound = ({ month }: Judged, from: number): number | null =>
  month.rounds.find(
    (at) => at >= from && month.truth.serviceDown.every(([down, up]) => at < down || at >= up),
  ) ?? null

/** Numbers that stand in a list of a mail, in its order. */
function numbersIn({ text }: MorningMail, title: string): readonly string[] {
  const [, list = ''] =
    new RegExp(
      `^${title} \\(\\d+\\)\\n\\n([\\s\\S]*?)(?=\\n\\n[A-Z0-9 ]+ \\(\\d+\\)\\n|\\n\\n(?:What to do|You receive))`,
      'm',
    ).exec(text) ?? []
  return Array.from(list.matchAll(/^(\d+): /gm), ([, number = '']) => number)
}

/** What a unit has to hear then: numbers by their dues. */
function pressing({ month, oracle }: Judged, unit: UnitId, at: number, until: number) {
  const waits = [...month.truth.tickets.values()]
    .flatMap(({ about, number }) => {
      const wait = oracle.unitAt(about, at) === unit ? oracle.runningAt(about, at) : null
      return wait && dueOf(wait) < until ? [{ number, due: dueOf(wait) }] : []
    })
    .toSorted((a, b) => a.due - b.due)
  const those = (isLate: boolean) =>
    waits.filter(({ due }) => due < at === isLate).map(({ number }) => number)
  return { late: those(true), due: those(false) }
}

/** What is wrong with the digests of the units, in words. */
export function wrongDigests(judged: Judged): readonly string[] {
  const { month, mails } = judged
  const faults: string[] = []
  const matched = new Set<MorningMail>()
  for (const unit of UNITS) {
    const mornings = morningsOf(judged, unit)
    const own = mails.digests.filter(({ to }) => to === TEAMS[unit].notify)
    for (const [index, slot] of mornings.entries()) {
      const next = mornings[index + 1]
      const at = nextRound(judged, slot)
      if (
        next === undefined ||
        at === null ||
        at > slot + LATEST_MS ||
        at > month.truth.endedAt - 2 * STEP_MS
      )
        continue
      const isUnseen = month.truth.zammadDown.some(([from, to]) => at >= from && at <= to + STEP_MS)
      const those = own.filter((mail) => mail.at >= at && mail.at < at + 3 * STEP_MS)
      for (const mail of those) matched.add(mail)
      if (isUnseen) continue
      const wanted = pressing(judged, unit, at, next)
      const [mail, ...more] = those
      const said = `${unit} of ${new Date(slot).toISOString()}`
      if (more.length > 0) faults.push(`${said}: ${more.length + 1} digests`)
      const told = mail
        ? { late: numbersIn(mail, 'LATE'), due: numbersIn(mail, 'DUE BEFORE THE NEXT DIGEST') }
        : { late: [], due: [] }
      if (JSON.stringify(told) !== JSON.stringify(wanted)) {
        faults.push(
          `${said}: ${JSON.stringify(told)}, not ${JSON.stringify(wanted)}${mail ? '' : ' (no mail)'}`,
        )
      }
    }
  }
  const stray = mails.digests.filter(
    (mail) => !matched.has(mail) && mail.at < month.truth.endedAt - 3 * STEP_MS,
  )
  return [...faults, ...stray.map(({ to, at }) => `to ${to} at ${new Date(at).toISOString()}: of no morning`)]
}

/** What is wrong with the mails of the coordination: one each Monday, and the month's on its first working day. */
export function wrongWeeks(judged: Judged): readonly string[] {
  const { month, mails } = judged
  const mornings = [...daysOf(judged)].map((day) => ({ day, slot: momentIn(SITE_ZONE, day, MORNING_HOUR) }))
  const within = mornings.filter(
    ({ slot }) => slot > month.truth.startedAt && slot < month.truth.endedAt - 2 * STEP_MS,
  )
  const mondays = within.filter(({ day }) => new Date(day).getUTCDay() === 1)
  const working = within.filter(({ day }) => isOpenOn(CALENDARS['office-es'], day))
  const firsts = working.filter(({ day }) => {
    const first = Date.parse(`${new Date(day).toISOString().slice(0, 7)}-01`)
    const before = Array.from({ length: (day - first) / DAY_MS }, (_, n) => first + n * DAY_MS)
    return !before.some((one) => isOpenOn(CALENDARS['office-es'], one))
  })
  const compared = (
    what: string,
    slots: readonly { readonly slot: number }[],
    those: readonly MorningMail[],
  ) => {
    const wanted = slots.map(({ slot }) => nextRound(judged, slot) ?? 0)
    const fits =
      wanted.length === those.length &&
      wanted.every((at, n) => Math.abs((those[n]?.at ?? 0) - at) < 3 * STEP_MS)
    const isTo = those.every(({ to }) => to === COORDINATION)
    const told = those.map(({ at }) => new Date(at).toISOString()).join()
    return fits && isTo
      ? []
      : [`${what}: at ${told}, not ${wanted.map((at) => new Date(at).toISOString()).join()}`]
  }
  const pages = mails.reports.flatMap(({ subject, attachments }) =>
    attachments.some(
      ({ name, bytes }) => name.endsWith('.html') && new TextDecoder().decode(bytes).includes('<svg'),
    )
      ? []
      : [`${subject}: without its page`],
  )
  return [...compared('weeks', mondays, mails.weeks), ...compared('months', firsts, mails.reports), ...pages]
}
