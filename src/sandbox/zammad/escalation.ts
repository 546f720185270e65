import { MINUTE_MS } from '../../clock.ts'
import { historyOf, rememberChanges } from './history.ts'
import type { Core } from './model.ts'
import { isObject } from './params.ts'
import type { CalendarRow, JsonObject, SlaRow, TicketRow } from './rows.ts'
import { matches } from './search.ts'

/** A span of working time, in milliseconds since the epoch. */
interface Span {
  readonly from: number
  readonly to: number
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const DAY_MINUTES = 24 * 60
/** No clock of ours runs longer than this many days. */
const HORIZON_DAYS = 400

function localParts(at: number, zone: string): Record<string, number> {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(new Date(at))
  return Object.fromEntries(parts.map((part) => [part.type, Number(part.value)]))
}

/** The instant at which a clock in the zone shows these minutes of that day. */
function instantOf(day: number, minutes: number, zone: string): number {
  const wanted = day + minutes * MINUTE_MS
  let guess = wanted
  for (let round = 0; round < 2; round += 1) {
    const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0 } = localParts(guess, zone)
    guess += wanted - Date.UTC(year, month - 1, date, hour, minute)
  }
  return guess
}

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return time === '23:59' ? DAY_MINUTES : hours * 60 + minutes
}

function framesOf(calendar: CalendarRow, day: number): [number, number][] {
  const weekday = WEEKDAYS[new Date(day).getUTCDay()] ?? 'sun'
  const hours = calendar.business_hours[weekday]
  const holiday = calendar.public_holidays[new Date(day).toISOString().slice(0, 10)]
  if (isObject(holiday) && holiday['active'] === true) return []
  if (!isObject(hours) || hours['active'] !== true || !Array.isArray(hours['timeframes'])) return []
  return hours['timeframes'].map(([from, to]) => [minutesOf(String(from)), minutesOf(String(to))])
}

/** Working time from an instant on, day by day in the calendar's zone. */
function* workingTime(calendar: CalendarRow, from: number): Generator<Span> {
  const { year = 0, month = 1, day = 1 } = localParts(from, calendar.timezone)
  const first = Date.UTC(year, month - 1, day)
  for (let days = 0; days < HORIZON_DAYS; days += 1) {
    const date = first + days * DAY_MINUTES * MINUTE_MS
    for (const [opens, closes] of framesOf(calendar, date)) {
      const span = {
        from: Math.max(from, instantOf(date, opens, calendar.timezone)),
        to: instantOf(date, closes, calendar.timezone),
      }
      if (span.to > span.from) yield span
    }
  }
}

/** The instant by which so many minutes of working time have passed. */
function addWorkingMinutes(calendar: CalendarRow, from: number, minutes: number): number | null {
  let left = minutes * MINUTE_MS
  for (const span of workingTime(calendar, from)) {
    if (span.to - span.from >= left) return span.from + left
    left -= span.to - span.from
  }
  return null
}

/** Full minutes of working time between two instants. */
function workingMinutes(calendar: CalendarRow, from: number, to: number): number {
  let spent = 0
  for (const span of workingTime(calendar, from)) {
    if (span.from >= to) break
    spent += Math.min(span.to, to) - span.from
  }
  return Math.floor(spent / MINUTE_MS)
}

/** Minutes of working time that the ticket spent in states in which no clock runs. */
function pausedMinutes(core: Core, ticket: TicketRow, calendar: CalendarRow): number {
  const ignored = (id: number | null): boolean => core.state.states.get(id ?? 0)?.ignore_escalation ?? false
  let since: number | null = null
  let paused = 0
  for (const row of historyOf(core, ticket.id).filter((line) => line.attribute === 'state')) {
    const at = Date.parse(row.created_at)
    if (since !== null) paused += workingMinutes(calendar, since, at)
    since = ignored(row.id_to) ? at : null
  }
  return paused
}

/** The first service level, by name, whose condition fits; one without a condition is the last resort. */
function slaFor(core: Core, ticket: TicketRow): SlaRow | null {
  const slas = [...core.state.slas.values()].sort((a, b) => a.name.localeCompare(b.name))
  const bound = slas.filter((sla) => Object.keys(sla.condition).length > 0)
  return (
    bound.find((sla) => matches(core, sla.condition, ticket)) ??
    slas.filter((sla) => !bound.includes(sla)).at(-1) ??
    null
  )
}

const rounded = (at: number | null): string | null =>
  at === null ? null : new Date(Math.ceil(at / 1000) * 1000).toISOString()

/**
 * Reckons a ticket's escalation anew, as Zammad does after each commit. Says whether anything was
 * saved: such a save is an update of its own, with hooks of its own.
 */
export function escalate(core: Core, ticket: TicketRow, userId: number): boolean {
  const before = { ...ticket }
  const sla = slaFor(core, ticket)
  const calendar = sla && core.state.calendars.get(sla.calendar_id)
  const reckoned = ticket.preferences['escalation_calculation'] !== undefined
  if (!sla || !calendar) {
    if (!reckoned) return false
    ticket.first_response_escalation_at = null
    ticket.escalation_at = null
  } else {
    reckon(core, ticket, sla, calendar)
  }
  const saved = JSON.stringify(before) !== JSON.stringify(ticket)
  if (saved) ticket.updated_at = core.now()
  rememberChanges(core, before, ticket, userId)
  return saved
}

function reckon(core: Core, ticket: TicketRow, sla: SlaRow, calendar: CalendarRow): void {
  const created = Date.parse(ticket.created_at)
  const ignored = core.state.states.get(ticket.state_id)?.ignore_escalation ?? false
  const { first_response_time: target, solution_time: solution } = sla
  const due = (minutes: number): string | null =>
    rounded(addWorkingMinutes(calendar, created, minutes + pausedMinutes(core, ticket, calendar)))
  const firstDue = target === null || ignored || ticket.first_response_at !== null ? null : due(target)
  const closeDue = solution === null || ignored || ticket.close_at !== null ? null : due(solution)
  if (target !== null && ticket.first_response_at !== null) {
    const spent = workingMinutes(calendar, created, Date.parse(ticket.first_response_at))
    ticket.first_response_in_min = spent
    ticket.first_response_diff_in_min = target - spent
  }
  ticket.first_response_escalation_at = firstDue
  ticket.escalation_at = [firstDue, closeDue].filter((at) => at !== null).sort()[0] ?? null
  ticket.preferences = {
    ...ticket.preferences,
    escalation_calculation: calculation(ticket, sla, calendar, ignored),
  }
}

/** Zammad keeps what the reckoning rested on, to see whether it is still good. */
const calculation = (
  ticket: TicketRow,
  sla: SlaRow,
  calendar: CalendarRow,
  disabled: boolean,
): JsonObject => ({
  ...(ticket.first_response_at === null ? {} : { first_response_at: ticket.first_response_at }),
  last_update_at: ticket.last_contact_customer_at,
  ...(ticket.close_at === null ? {} : { close_at: ticket.close_at }),
  last_contact_at: ticket.last_contact_at,
  sla_id: sla.id,
  sla_updated_at: sla.updated_at,
  calendar_id: calendar.id,
  calendar_updated_at: calendar.updated_at,
  escalation_disabled: disabled,
})
