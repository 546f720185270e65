import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../clock.ts'
import { tellDuration } from '../language.ts'
import type { Because, Outcome, Reckoning, Segment, TicketClock } from './clock.ts'
import type { Policy } from './condition.ts'
import { HOLDING, NO_ANSWER_NEEDED, SPAM } from './course.ts'
import { cameBy, readLevelName } from './levels.ts'
import type { ByReading, Happening, TicketLog } from './log.ts'
import { openingsOf } from './openings.ts'
import { inOrder } from './order.ts'
import { termsFor } from './promise.ts'
import { reckon } from './reckon.ts'

type Stretch = Pick<Segment, 'from' | 'to' | 'counts' | 'because' | 'unit'>

/**
 * The segments of a clock, by the reading that is its promise in the end: where that is open hours, each is divided where
 * those of the unit that had it begin and end.
 */
function stretchesOf(clock: TicketClock, { promise, calendarOf }: Policy): readonly Stretch[] {
  if (clock.picked === 'wall') return clock.segments
  return clock.segments.flatMap((segment): readonly Stretch[] => {
    if (!segment.counts) return [segment]
    const { unit } = segment
    const { hours } = termsFor(promise, { unit, priority: clock.priority, unitCalendar: calendarOf(unit) })
    return openingsOf(hours, segment.from, segment.to).map(({ from, to, isOpen }) => ({
      from,
      to,
      unit,
      counts: isOpen,
      because: isOpen ? segment.because : 'closed-hours',
    }))
  })
}

/** The clock that runs of the visitor's, or the last one that did. */
function latestOfVisitor({ running, clocks }: Reckoning): TicketClock | null {
  if (running?.kind === 'visitor') return running
  return clocks.findLast(({ kind }) => kind === 'visitor') ?? null
}

const levelOf = (clock: TicketClock, { promise }: Policy, asOf: Date): string | null =>
  cameBy(clock, promise, asOf).at(-1)?.name ?? null

interface ExplainedSegment {
  readonly from: string
  readonly to: string
  readonly counts: boolean
  readonly because: Because
}

interface ExplainedClock {
  readonly key: string
  readonly kind: TicketClock['kind']
  readonly because: TicketClock['because']
  readonly started_at: string
  readonly ended_at: string | null
  readonly outcome: Outcome
  readonly unit: string | null
  readonly priority: string | null
  readonly target_ms: number
  readonly picked: TicketClock['picked']
  readonly due_at: string | null
  readonly due: ByReading<string | null>
  readonly passed_ms: ByReading<number>
  readonly kept: ByReading<boolean | null>
  readonly level: string | null
  readonly segments: readonly ExplainedSegment[]
}

/** What `promise explain --json` prints; times are ISO 8601 with Z, durations milliseconds. */
export interface Explained {
  /** Of the visitor's clock; null where none runs. */
  readonly due_at: string | null
  /** Name of the last level that came of the visitor's latest clock, or null. */
  readonly level: string | null
  readonly outcome: Outcome | null
  readonly segments: readonly ExplainedSegment[]
  /** All of them, those between units included, in the order in which they began. */
  readonly clocks: readonly ExplainedClock[]
}

const iso = (at: Date | null): string | null => at && at.toISOString()

function explainedClock(clock: TicketClock, policy: Policy, asOf: Date): ExplainedClock {
  return {
    key: clock.key,
    kind: clock.kind,
    because: clock.because,
    started_at: clock.startedAt.toISOString(),
    ended_at: iso(clock.endedAt),
    outcome: clock.outcome,
    unit: clock.unit,
    priority: clock.priority,
    target_ms: clock.targetMs,
    picked: clock.picked,
    due_at: iso(clock.dueAt),
    due: { wall: iso(clock.due.wall), business: iso(clock.due.business) },
    passed_ms: clock.passed,
    kept: clock.kept,
    level: levelOf(clock, policy, asOf),
    segments: stretchesOf(clock, policy).map(({ from, to, counts, because }) => ({
      from: from.toISOString(),
      to: to.toISOString(),
      counts,
      because,
    })),
  }
}

/** A ticket's promise for machines: the visitor's latest clock, and under `clocks` all of them by both readings. */
export function explainJson(reckoning: Reckoning, policy: Policy): Explained {
  const latest = latestOfVisitor(reckoning)
  const clocks = reckoning.clocks.map((clock) => explainedClock(clock, policy, reckoning.asOf))
  const explained = clocks[latest ? reckoning.clocks.indexOf(latest) : -1]
  return {
    due_at: reckoning.running?.kind === 'visitor' ? iso(reckoning.running.dueAt) : null,
    level: explained?.level ?? null,
    outcome: explained?.outcome ?? null,
    segments: explained?.segments ?? [],
    clocks,
  }
}

/** "47 h 30 min", rounded down to seconds, which are told below a minute only. */
function tellHours(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`
  const [hours, minutes] = [Math.floor(ms / HOUR_MS), Math.floor((ms % HOUR_MS) / MINUTE_MS)]
  return [hours > 0 ? `${hours} h` : '', minutes > 0 ? `${minutes} min` : ''].filter(Boolean).join(' ')
}

/** "Mon 2 Mar 2026 09:00 CET" */
function tellingTime(timeZone: string): (at: Date) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  })
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
    const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? ''
    const date = `${of('weekday')} ${of('day')} ${of('month').slice(0, 3)} ${of('year')}`
    return `${date} ${of('hour')}:${of('minute')} ${of('timeZoneName')}`
  }
}

const WHY: Readonly<Record<Because, string>> = {
  waiting: 'waiting for an answer',
  holding: 'answered, and more is promised',
  'out-of-sight': 'the bot may not see the ticket',
  'closed-hours': 'outside of opening hours',
  'paused-state': 'the state pauses it',
  'paused-tag': 'a tag pauses it',
  closed: 'it was closed',
  'not-needed': 'no answer seemed to be needed',
  spam: 'it was taken for spam',
}

const BEGINNING: Readonly<Record<TicketClock['because'], string>> = {
  request: 'the visitor asked',
  'further-word': 'the visitor asked again',
  'handed-over': 'handed over after an answer; the visitor is not told',
  'merged-in': 'a ticket with a running clock was merged into this one',
}

const ASKED_BY = { visitor: 'the visitor', machine: 'a machine', stranger: 'a stranger' } as const

const SEEN = {
  seen: 'the bot sees the ticket again',
  'out-of-sight': 'the ticket went out of sight',
  gone: 'the ticket is gone',
} as const

/** What a ledger is written with. */
export interface Ledger {
  readonly log: TicketLog
  readonly policy: Policy
  readonly timeZone: string
  /** The display name of a unit; null asks for that of a group without one. */
  readonly nameOf: (unit: string | null) => string
}

/** What happened, in words; null where no clock depends on it. */
function happenedWords(happening: Happening, { policy, nameOf }: Ledger): string | null {
  const { answeredBy, pauses } = policy.promise
  switch (happening.kind) {
    case 'asked': {
      const verb = happening.how === 'call' ? 'called' : 'wrote'
      return `${ASKED_BY[happening.by]} ${verb}`
    }
    case 'answered': {
      const words = happening.how === 'call' ? 'staff spoke with the visitor' : 'staff answered'
      return answeredBy.includes(happening.how) ? words : `${words}, which ends nothing here`
    }
    case 'noted':
      return 'staff wrote what the visitor does not see (an internal note or call), which ends nothing'
    case 'moved':
      return `moved to ${nameOf(happening.unit)}`
    case 'priority':
      return `priority ${happening.priority}`
    case 'state':
      return `state ${happening.state}`
    case 'tagged':
    case 'untagged': {
      const matters = [HOLDING, NO_ANSWER_NEEDED, SPAM, ...pauses.tags].includes(happening.tag)
      return matters ? `${happening.kind} ${happening.tag}` : null
    }
    case 'solved':
      return 'the visitor said that it is solved'
    case 'inherited':
      return `ticket ${happening.from} was merged into this one`
    case 'sight':
      return SEEN[happening.sight]
  }
}

/** "90% of the time is gone"; a day's repeat is "late for 1 day", or "90% of the time has been gone for 1 day". */
function levelWords(name: string): string {
  const { share, repeat } = readLevelName(name)
  if (repeat === 0) return `${share}% of the time is gone`
  const days = tellDuration(repeat * DAY_MS, 'en')
  return share === 100 ? `late for ${days}` : `${share}% of the time has been gone for ${days}`
}

function endWords({ outcome, endedAt, dueAt, picked, kept }: TicketClock, asOf: Date): string {
  const spanned = (from: Date, to: Date): string => tellHours(to.getTime() - from.getTime())
  const due = dueAt ?? asOf
  if (outcome === 'paused')
    return dueAt ? `paused: late by ${spanned(dueAt, asOf)}` : 'paused: nothing is due until it goes on'
  if (!endedAt) {
    if (!dueAt) return 'running, without a due time: its calendar never opens'
    return asOf <= due ? `running: ${spanned(asOf, due)} left` : `running: late by ${spanned(due, asOf)}`
  }
  if (outcome !== 'answered') return `ended: ${outcome}`
  if (kept[picked])
    return dueAt ? `answered in time, ${spanned(endedAt, due)} before it was due` : 'answered in time'
  return `answered late by ${spanned(due, endedAt)}`
}

/** Another due that a happening gave to a clock that ran on, in words. */
function retargeted(
  { key }: TicketClock,
  { at, kind }: Happening,
  { log, policy, timeZone }: Ledger,
): string {
  if (kind !== 'moved' && kind !== 'priority' && kind !== 'inherited') return ''
  const dueAt = (asOf: Date): Date | null =>
    reckon(log, policy, asOf).clocks.find((one) => one.key === key)?.dueAt ?? null
  const [before, now] = [dueAt(after(at, -1)), dueAt(at)]
  if (before === null || now === null || before.getTime() === now.getTime()) return ''
  const tell = tellingTime(timeZone)
  return `; due ${tell(now)} instead of ${tell(before)}`
}

function clockLines(clock: TicketClock, index: number, asOf: Date, ledger: Ledger): readonly string[] {
  const { log, policy, nameOf } = ledger
  const tell = tellingTime(ledger.timeZone)
  const until = clock.endedAt ?? asOf
  const happened = inOrder(log.happenings, until).flatMap((happening) => {
    const words = happening.at >= clock.startedAt ? happenedWords(happening, ledger) : null
    if (words === null) return []
    const line = `  ${tell(happening.at)}: ${words}${retargeted(clock, happening, ledger)}`
    return [{ at: happening.at.getTime(), line }]
  })
  const segments = stretchesOf(clock, policy).map(({ from, to, counts, because, unit }) => ({
    at: from.getTime(),
    line:
      `  ${tell(from)} – ${tell(to)}: ${tellHours(to.getTime() - from.getTime())} ` +
      `${counts ? 'count' : 'do not count'}, ${WHY[because]} (${nameOf(unit)})`,
  }))
  const came = cameBy(clock, policy.promise, asOf).map(({ name, at }) => ({
    at: at.getTime(),
    line: `  ${tell(at)}: ${levelWords(name)}`,
  }))
  const reading = clock.picked === 'wall' ? 'by the wall clock' : 'of opening hours'
  const due = clock.dueAt ? `, due ${tell(clock.dueAt)}` : ''
  return [
    `Clock ${index + 1}, ${clock.kind}, from ${tell(clock.startedAt)}: ${BEGINNING[clock.because]}`,
    ...[...happened, ...segments, ...came].sort((a, b) => a.at - b.at).map(({ line }) => line),
    `  promised: ${tellHours(clock.targetMs)} ${reading}${due}; passed: ${tellHours(clock.passed[clock.picked])}`,
    `  ${tell(until)}: ${endWords(clock, asOf)}`,
  ]
}

/**
 * The ledger of a ticket's clocks, line by line, for people: what happened while each ran, its segments, the levels that
 * came, what is promised and how it ended. In English; times in the zone, which each of them names.
 */
export function explainLines(reckoning: Reckoning, ledger: Ledger): readonly string[] {
  const { clocks, asOf } = reckoning
  if (clocks.length === 0) return ['No clock: nobody waits for an answer, and nobody did.']
  return clocks.flatMap((clock, index) => clockLines(clock, index, asOf, ledger))
}
