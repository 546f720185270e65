import { after, DAY_MS, HOUR_MS } from '../clock.ts'
import type { Change } from '../desk.ts'
import type { Decision, Rule } from './rule.ts'
import type { Units } from './units.ts'

/** Why a past ticket tells nothing about rules. */
export const LEFT_OUT = ['merged', 'out-of-sight', 'own-alert', 'before-since'] as const
export type LeftOut = (typeof LEFT_OUT)[number]

/** A change from one group to another, by name. */
interface Move {
  readonly from: string
  readonly to: string
}

/** What people did with a ticket. */
export interface Handling {
  /** Changes of its group by people, oldest first. */
  readonly moves: readonly Move[]
  /**
   * Whether people let it be where we had put it: `kept` once it was closed there, `open` until then,
   * `moved` once they moved it; null for a ticket that we never put anywhere.
   */
  readonly feedback: 'open' | 'kept' | 'moved' | null
}

/** A past ticket and what the rules say about it: nothing that anybody wrote. */
export interface PastTicket {
  readonly number: string
  /** Name of the group that it is in now. */
  readonly group: string
  readonly decision: Pick<Decision, 'unit' | 'rule' | 'mode'>
  readonly handling: Handling
}

export type Past =
  | { readonly seen: 'ticket'; readonly ticket: PastTicket }
  | { readonly seen: 'left-out'; readonly why: LeftOut }

/** Accounts that change tickets and are no people: `bot` is our own, which `machines` holds too. */
export interface Machines {
  readonly bot: number
  readonly machines: ReadonlySet<number>
}

/**
 * What people did with a ticket, by its history. A ticket that Firstline did not open is put somewhere by
 * the first change of group that the bot made, unless the bot put it back.
 */
export function handlingOf(
  ticket: { readonly opened: boolean; readonly closed: boolean },
  changes: readonly Change[],
  { bot, machines }: Machines,
): Handling {
  const ofGroup = changes.filter(({ attribute }) => attribute === 'group')
  const byPeople = (some: readonly Change[]): readonly Change[] => some.filter(({ by }) => !machines.has(by))
  const moves = byPeople(ofGroup).map(({ from, to }) => ({ from: from.name, to: to.name }))
  const first = ofGroup.find(({ by }) => by === bot)
  const wasPutBack = first?.from.id === ofGroup.findLast(({ by }) => by === bot)?.to.id
  if (!ticket.opened && (!first || wasPutBack)) return { moves, feedback: null }
  const since = ticket.opened || !first ? ofGroup : ofGroup.slice(ofGroup.indexOf(first))
  if (byPeople(since).length > 0) return { moves, feedback: 'moved' }
  return { moves, feedback: ticket.closed ? 'kept' : 'open' }
}

/** Where tickets ended, and how many of them the rules would send to each unit. */
export interface EndedRow {
  /** Name of the group that they are in now. */
  readonly group: string
  /** Id of the unit whose group that is, or null where it is no unit's. */
  readonly unit: string | null
  /** How many, by the id of the unit that the rules say. */
  readonly said: ReadonlyMap<string, number>
  readonly total: number
}

/** How one rule did; `rule` is null for the tickets that no rule takes. */
export interface RuleRow {
  readonly rule: string | null
  readonly unit: string
  /** How many tickets it takes. */
  readonly took: number
  /** How many of them ended in its unit's group. */
  readonly ended: number
  /** How many of them it only suggests a unit for. */
  readonly suggested: number
  /** Of those that Firstline had put somewhere: closed there, and moved away by people. */
  readonly kept: number
  readonly moved: number
}

/** A ticket that people moved, and what the rules say about it now. */
export interface MovedTicket {
  readonly number: string
  readonly from: string
  /** The groups that people moved it to, one after another. */
  readonly to: readonly string[]
  readonly says: PastTicket['decision']
}

export interface Backtest {
  /** How many tickets were decided. */
  readonly tickets: number
  /** How many of them ended in the group of the unit that the rules say. */
  readonly agreed: number
  /** For how many of them that unit is only suggested. */
  readonly suggested: number
  readonly leftOut: Readonly<Record<LeftOut, number>>
  /** Ids of the units that the table names, in the order of units.yaml. */
  readonly units: readonly string[]
  /** A row for each of those units, then one for each other group that tickets ended in. */
  readonly rows: readonly EndedRow[]
  /** In the order in which they are asked; the last row is that of no rule. */
  readonly rules: readonly RuleRow[]
  /** In the order of the tickets. */
  readonly moved: readonly MovedTicket[]
}

/** A part of a whole from 0 to 1, or null where there is no whole. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

/** Counts what the rules say about past tickets, beside what became of these. */
export function tally(past: readonly Past[], rules: readonly Rule[], units: Units): Backtest {
  const tickets = past.flatMap((one) => (one.seen === 'ticket' ? [one.ticket] : []))
  const unitOf = new Map(units.units.map(({ group, id }) => [group, id]))
  const agrees = ({ group, decision }: PastTicket): boolean => unitOf.get(group) === decision.unit
  return {
    tickets: tickets.length,
    agreed: tickets.filter(agrees).length,
    suggested: tickets.filter(isSuggested).length,
    leftOut: {
      merged: count(past, 'merged'),
      'out-of-sight': count(past, 'out-of-sight'),
      'own-alert': count(past, 'own-alert'),
      'before-since': count(past, 'before-since'),
    },
    ...confusion(tickets, units),
    rules: ruleRows(tickets, rules, units, agrees),
    moved: tickets.flatMap(movedTicket),
  }
}

const isSuggested = ({ decision }: PastTicket): boolean => decision.mode === 'suggest'

const count = (past: readonly Past[], why: LeftOut): number =>
  past.filter((one) => one.seen === 'left-out' && one.why === why).length

function confusion(tickets: readonly PastTicket[], { units }: Units): Pick<Backtest, 'units' | 'rows'> {
  const ended = Map.groupBy(tickets, ({ group }) => group)
  const said = new Set(tickets.map(({ decision }) => decision.unit))
  const named = units.filter(({ id, group }) => said.has(id) || ended.has(group))
  const own = new Set(named.map(({ group }) => group))
  const others = [...ended.keys()].filter((group) => !own.has(group)).sort()
  const row = (group: string, unit: string | null): EndedRow => {
    const here = ended.get(group) ?? []
    const bySaid = Map.groupBy(here, ({ decision }) => decision.unit)
    const numbers = [...bySaid].map(([id, some]) => [id, some.length] as const)
    return { group, unit, said: new Map(numbers), total: here.length }
  }
  return {
    units: named.map(({ id }) => id),
    rows: [...named.map(({ group, id }) => row(group, id)), ...others.map((group) => row(group, null))],
  }
}

function ruleRows(
  tickets: readonly PastTicket[],
  rules: readonly Rule[],
  { defaultUnit }: Units,
  agrees: (ticket: PastTicket) => boolean,
): readonly RuleRow[] {
  const taken = Map.groupBy(tickets, ({ decision }) => decision.rule)
  const row = (rule: string | null, unit: string): RuleRow => {
    const own = taken.get(rule) ?? []
    const fed = (feedback: Handling['feedback']): number =>
      own.filter(({ handling }) => handling.feedback === feedback).length
    return {
      rule,
      unit,
      took: own.length,
      ended: own.filter(agrees).length,
      suggested: own.filter(isSuggested).length,
      kept: fed('kept'),
      moved: fed('moved'),
    }
  }
  return [...rules.map(({ name, unit }) => row(name, unit)), row(null, defaultUnit)]
}

function movedTicket({ number, handling, decision }: PastTicket): readonly MovedTicket[] {
  const [first] = handling.moves
  return first ? [{ number, from: first.from, to: handling.moves.map(({ to }) => to), says: decision }] : []
}

const SPAN_MS = { d: DAY_MS, h: HOUR_MS } as const
const LONGEST_SPAN = 5

/** The instant that `90d`, `12h` or `2026-08-01` (its beginning in UTC) names; null for any other text. */
export function readSince(text: string, now: Date): Date | null {
  const [, digits = '', unit = ''] = /^(\d+)([dh])$/.exec(text) ?? []
  if (unit === 'd' || unit === 'h') {
    const spans = Number(digits)
    return spans > 0 && digits.length <= LONGEST_SPAN ? after(now, -spans * SPAN_MS[unit]) : null
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const day = new Date(`${text}T00:00:00.000Z`)
  // A day that its month does not have would be read as one of the next month.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) ? day : null
}
