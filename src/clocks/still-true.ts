import { after, type Clock, DAY_MS, HOUR_MS, MINUTE_MS } from '../clock.ts'
import type { FollowedTickets } from '../followed.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import { type Alert, isReminder, type PromiseAlarm } from '../outbox/alert.ts'
import { GOING_ON_MS, MAY_GO_ON, type TicketClock } from '../promise/clock.ts'
import { readLevelName } from '../promise/levels.ts'
import type { AnswerPromise } from '../promise/promise.ts'
import type { Rulebook } from '../routing/rule.ts'
import { type HandedOn, handOn } from './handed-on.ts'
import { isHeld } from './holding-answers.ts'
import { BROKEN, type ClockRecords, type LevelMark, type PromiseRow } from './records.ts'
import type { Reckoned, Reckoner } from './reckoned.ts'

/** How soon an alert whose level has not come, as its promise stands now, is looked at again, and one that is urgent. */
const LOOK_MS = HOUR_MS
const SOON_MS = 10 * MINUTE_MS
const SOON_SHARE = 0.9

/** What waited so long for its mail is reckoned anew: staff may have written meanwhile. */
const WAITED_MS = 5 * MINUTE_MS

/** So many promises are reckoned for one mail: a Worker's call may ask its store a thousand times. */
const MOST_RECKONED = 25

export interface StillTrueDeps {
  readonly records: Pick<ClockRecords, 'byAcks' | 'byIds' | 'acknowledgedOf'>
  readonly followed: Pick<FollowedTickets, 'byIds'>
  readonly reckoner: Pick<Reckoner, 'of'>
  readonly rulebook: () => Rulebook
  readonly memory: Pick<Memory, 'recall'>
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
}

/** How an alert stands that was not mailed yet. */
export type Standing =
  /** It is to be told, like this. Alerts about one promise have one `subject`; it is null for any other. */
  | {
      readonly is: 'so'
      readonly alert: Alert
      readonly subject: string | null
      readonly handedOn?: HandedOn
    }
  | { readonly is: 'over'; readonly handedOn?: HandedOn }
  /** Its clock stands still, or was given more time: it may be so again, and is to be asked about by then. */
  | { readonly is: 'early'; readonly alert: Alert; readonly until: Date }
  /** The promise is to be reckoned first. */
  | { readonly is: 'unknown' }

/** Tells of each alert that was not mailed yet to that address, in their order, how it stands now. */
export type StillTrue = (alerts: readonly Alert[], address: string) => Promise<readonly Standing[]>

const OVER = { is: 'over' } as const satisfies Standing
const UNKNOWN: Standing = { is: 'unknown' }

/**
 * An alert about a promise is over once its clock ended, and where its level came anew since, which has an alert of its
 * own; a daily reminder, also once somebody acknowledged the level. While its clock is paused, was given so much more time
 * that the level has not come, or ended as by a closing within the last three days, it is early: that may be taken back, and
 * then nobody else would tell of it. What is told is the due, the unit and the last word of staff's as they are now, and no
 * silence of Zammad's that is over; those of a unit that the ticket left hear nothing, and it is handed on to the people of
 * the one that has it. That is as the promise was put down last; where it may stand otherwise, or the alert has waited, it is
 * reckoned here, 25 at once. Of more, what is due to be reckoned is unknown, and the rest is as it was put down, as is what
 * cannot be reckoned at all. That a ticket has no owner is over once it has one, or went where none is looked for. Any other
 * alert is so.
 */
export const createStillTrue =
  (deps: StillTrueDeps): StillTrue =>
  async (alerts, address) => {
    const alarms = alerts.filter((alert) => alert.about === 'promise')
    const owned = await ownedOf(deps, alerts)
    const other = (alert: Alert): Standing => (owned.has(alert) ? OVER : { is: 'so', alert, subject: null })
    if (alarms.length === 0) return alerts.map(other)
    const marks = await deps.records.byAcks(alarms.map(({ ack }) => ack))
    const rows = await deps.records.byIds([...new Set([...marks.values()].map(({ subject }) => subject))])
    const acknowledged = alarms.some(isReminder) ? await acknowledgedOf(deps, [...rows.values()]) : []
    const now = deps.clock()
    const reckon = reckoning(deps, now)
    const heard = alarms.some(({ asOf }) => asOf !== null) ? await deps.memory.recall('last-reconcile') : null
    const standings: Standing[] = []
    for (const alert of alerts) {
      const mark = alert.about === 'promise' ? marks.get(alert.ack) : undefined
      const row = mark && rows.get(mark.subject)
      if (alert.about !== 'promise' || !mark) standings.push(other(alert))
      else if (!row || isSilenced({ alert, mark, row, now }, acknowledged)) standings.push(OVER)
      else {
        const standing = await standingOf({ alert, mark, row, now }, reckon, deps.rulebook().promise)
        standings.push(toWhom(deps, standing, { raised: alert, address, heard }))
      }
    }
    return standings
  }

/** Those who hear of it are the people of the unit that has the ticket now. */
function toWhom(
  { rulebook }: StillTrueDeps,
  standing: Standing,
  of: { readonly raised: PromiseAlarm; readonly address: string; readonly heard: string | null },
): Standing {
  if (standing.is !== 'so' || standing.alert.about !== 'promise') return standing
  const { raised, address, heard } = of
  const { asOf } = standing.alert
  const isHeard = asOf !== null && heard !== null && new Date(heard) > new Date(asOf)
  const alert = isHeard ? { ...standing.alert, asOf: null } : standing.alert
  const { isTheirs, handedOn } = handOn(rulebook(), raised, { alert, address })
  const on = handedOn ? { handedOn } : {}
  return isTheirs ? { ...standing, alert, ...on } : { ...OVER, ...on }
}

/** Those alerts that a ticket waits for an owner of which that is not so any more, or is told by a later one. */
async function ownedOf({ followed }: StillTrueDeps, alerts: readonly Alert[]): Promise<ReadonlySet<Alert>> {
  const told = alerts.flatMap((alert) =>
    alert.about === 'unrouted' && alert.ticket.id !== null ? [{ alert, id: alert.ticket.id }] : [],
  )
  if (told.length === 0) return new Set()
  const tickets = await followed.byIds(told.map(({ id }) => id))
  const isWaiting = (id: number): boolean => {
    const ticket = tickets.get(id)
    return !ticket || (ticket.waitingSince !== null && ticket.toldWaiting)
  }
  return new Set(told.flatMap(({ alert, id }) => (isWaiting(id) ? [] : [alert])))
}

interface Case {
  readonly alert: PromiseAlarm
  readonly mark: LevelMark
  readonly row: PromiseRow
  readonly now: Date
}

/** What a promise comes to now, or null where nothing is known of it; `unreckoned` where that is to be found out later. */
type Reckon = (row: PromiseRow) => Promise<Reckoned | null | 'unreckoned'>

/** Each promise once, and no more than a mail may have reckoned. */
function reckoning({ reckoner, log }: StillTrueDeps, now: Date): Reckon {
  const known = new Map<string, Awaited<ReturnType<Reckon>>>()
  const reckoned = async ({ subject }: PromiseRow) => {
    try {
      return await reckoner.of(subject, now)
    } catch (error) {
      // It holds up none of the others; the sweep puts it down as broken.
      log.error('promise.broken', {
        ...(subject.ticketId === null ? {} : { ticket: subject.ticketId }),
        error,
      })
      return 'unreckoned'
    }
  }
  return async (row) => {
    if (row.version === BROKEN) return 'unreckoned'
    const before = known.get(row.id)
    if (before !== undefined) return before
    if (known.size >= MOST_RECKONED) return 'unreckoned'
    const found = await reckoned(row)
    known.set(row.id, found)
    return found
  }
}

async function standingOf(found: Case, reckon: Reckon, promise: AnswerPromise): Promise<Standing> {
  const { mark, row, now } = found
  const isDue = row.version !== BROKEN && row.nextAt !== null && row.nextAt <= now
  const hasWaited = found.now > after(mark.at, WAITED_MS)
  if (!isDue && !hasWaited && isAsTold(found)) return byRow(found)
  const reckoned = await reckon(row)
  if (reckoned === 'unreckoned') return isDue ? UNKNOWN : byRow(found)
  const clock = reckoned?.reckoning.clocks.find(({ key }) => key === mark.clock)
  if (!reckoned || !clock) return OVER
  const unseen = reckoned.reckoning.lastStaffWord === 'internal'
  return byClock(found, clock, { unseen, held: isHeld(reckoned, clock, promise) })
}

const early = ({ alert, now }: Case): Standing => ({
  is: 'early',
  alert,
  until: after(now, alert.share < SOON_SHARE ? LOOK_MS : SOON_MS),
})

const mayGoOn = (found: Case): Standing =>
  found.now < after(found.mark.at, GOING_ON_MS) ? early(found) : OVER

function byClock(found: Case, clock: TicketClock, words: Words): Standing {
  const { alert, mark, now } = found
  if (clock.endedAt !== null) return MAY_GO_ON.has(clock.outcome) ? mayGoOn(found) : OVER
  if (clock.dueAt === null) return early(found)
  const told = so(found, { dueAt: clock.dueAt, unit: clock.unit, ...words })
  const at = cameAt(clock, alert)
  if (at === undefined) return hasPassed(clock, alert) ? told : OVER
  if (at === null || at > now) return early(found)
  return at > mark.at ? OVER : told
}

/** Whether the clock ran, when it was put down last, with the due that the alert tells. */
const isAsTold = ({ alert, mark, row: { running } }: Case): boolean =>
  running?.key === mark.clock && running.dueAt !== null && isDueAt(alert, running.dueAt)

const isDueAt = ({ ticket }: PromiseAlarm, dueAt: Date): boolean =>
  ticket.dueAt !== null && new Date(ticket.dueAt).getTime() === dueAt.getTime()

/** As it was put down: a level has not come yet where more time is left than there was when it came. */
function byRow(found: Case): Standing {
  const { alert, mark, row, now } = found
  const { running } = row
  if (running?.key !== mark.clock) return mayGoOn(found)
  if (running.dueAt === null) return early(found)
  const leftMs = running.dueAt.getTime() - now.getTime()
  return leftMs > leftAtLevel(alert, mark)
    ? early(found)
    : so(found, { ...alert, dueAt: running.dueAt, unit: row.unit })
}

/** Milliseconds that were left when the level came. */
const leftAtLevel = (
  { ticket: { dueAt }, share, repeat }: PromiseAlarm,
  { cameAt: at }: LevelMark,
): number => (share === 1 || dueAt === null ? -repeat * DAY_MS : new Date(dueAt).getTime() - at.getTime())

const hasPassed = ({ passed, picked, targetMs }: TicketClock, { share }: PromiseAlarm): boolean =>
  passed[picked] >= share * targetMs

/** When the level of an alert comes as the clock stands; undefined where other rules have no such level. */
function cameAt({ levels }: TicketClock, { level, repeat }: PromiseAlarm): Date | null | undefined {
  const named = readLevelName(level).share
  const known = levels.find((one) => Math.round(one.share * 100) === named)
  return known?.at ? after(known.at, repeat * DAY_MS) : known?.at
}

/** What staff wrote last, as an alert tells it. */
type Words = Pick<PromiseAlarm, 'unseen' | 'held'>

interface Known {
  readonly dueAt: Date
  readonly unit: string | null
}

/** Told with what is known now; of a group that is no unit's the alert knows the name. */
const so = ({ alert, row, now }: Case, { dueAt, unit, unseen, held }: Known & Words): Standing => ({
  is: 'so',
  alert: {
    ...alert,
    ticket: { ...alert.ticket, unit: unit ?? alert.ticket.unit, dueAt: dueAt.toISOString() },
    late: now >= dueAt,
    unseen,
    held,
  },
  subject: row.id,
})

/** The ids under which levels of a promise may stand: its ticket may have been known as somebody else's first. */
const idsOf = ({ id, subject: { ticketId } }: PromiseRow): readonly string[] =>
  ticketId === null ? [id] : [id, `t:${ticketId}`]

const acknowledgedOf = ({ records }: StillTrueDeps, rows: readonly PromiseRow[]) =>
  records.acknowledgedOf([...new Set(rows.flatMap(idsOf))])

/**
 * Whether it does no more than to remind of a level that somebody acknowledged since it came last. Of a level itself
 * everybody hears once, whoever acknowledged it.
 */
function isSilenced({ alert, mark, row }: Case, acknowledged: readonly LevelMark[]): boolean {
  if (!isReminder(alert)) return false
  const { share, repeat } = readLevelName(mark.level)
  const levelAt = after(mark.cameAt, -repeat * DAY_MS)
  const ids = idsOf(row)
  return acknowledged.some(
    ({ subject, clock, level, acknowledgedAt }) =>
      ids.includes(subject) &&
      clock === mark.clock &&
      readLevelName(level).share === share &&
      acknowledgedAt !== null &&
      levelAt <= acknowledgedAt,
  )
}
