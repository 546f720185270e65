import { after, DAY_MS, HOUR_MS } from '../clock.ts'
import type { Article, Change } from '../desk.ts'
import { feedbackOn } from './feedback.ts'
import type { Routing } from './routings.ts'
import type { Decision, Rule } from './rule.ts'
import { unitOfGroup, type Units } from './units.ts'

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
  /** What they made of where we had put it (see `feedbackOn`); null for a ticket that we never put anywhere. */
  readonly feedback: Routing['feedback'] | null
}

/** A past ticket and what the rules say about it: nothing that anybody wrote. */
export interface PastTicket {
  readonly number: string
  /** Name of the group that it is in now. */
  readonly group: string
  readonly decision: Pick<Decision, 'unit' | 'rule' | 'mode'>
  readonly handling: Handling
  readonly isUntouched: boolean
  /** Whether it came from a form whose answers were not at hand: its text alone decided. */
  readonly isByTextOnly: boolean
}

export type Past =
  | { readonly seen: 'ticket'; readonly ticket: PastTicket }
  | { readonly seen: 'left-out'; readonly why: LeftOut }

/** Accounts that change tickets and are no people: `bot` is our own, which `machines` holds too. */
export interface Machines {
  readonly bot: number
  readonly machines: ReadonlySet<number>
}

const byPeople = (changes: readonly Change[], { machines }: Machines): readonly Change[] =>
  changes.filter(({ by }) => !machines.has(by))

/** A ticket as it is now, and whether Firstline opened it. */
export interface Now {
  readonly opened: boolean
  readonly closed: boolean
  readonly group: string
  readonly groupId: number
}

/** Where Firstline put a ticket, and the changes of group since; null where it never did, or put it back. */
function placing(
  { opened, groupId }: Now,
  ofGroup: readonly Change[],
  { bot }: Machines,
): { readonly groupId: number; readonly since: readonly Change[] } | null {
  if (opened) return { groupId: ofGroup[0]?.from.id ?? groupId, since: ofGroup }
  const first = ofGroup.find(({ by }) => by === bot)
  const last = ofGroup.findLast(({ by }) => by === bot)
  if (!first || last?.to.id === first.from.id) return null
  return { groupId: first.to.id, since: ofGroup.slice(ofGroup.indexOf(first) + 1) }
}

/**
 * What people did with a ticket, by its history. A ticket that Firstline did not open is put somewhere by
 * the first change of group that the bot made, unless the bot put it back. The decision is that of the rules at hand,
 * as Zammad does not keep the one of then; it is judged as the service judges its own, change by change.
 */
export function handlingOf(
  now: Now,
  decision: Pick<Decision, 'unit' | 'mode'>,
  changes: readonly Change[],
  { accounts, unitOf }: { readonly accounts: Machines; readonly unitOf: (group: string) => string | null },
): Handling {
  const ofGroup = changes.filter(({ attribute }) => attribute === 'group')
  const moves = byPeople(ofGroup, accounts).map(({ from, to }) => ({ from: from.name, to: to.name }))
  const placed = placing(now, ofGroup, accounts)
  if (!placed) return { moves, feedback: null }
  const seen = [
    ...placed.since.slice(0, -1).map(({ to }) => ({ groupId: to.id, group: to.name, closed: false })),
    now,
  ]
  const wasPutThere = now.groupId === placed.groupId && unitOf(now.group) === decision.unit
  // What was put into the unit's group was more than suggested.
  const mode = wasPutThere ? 'assign' : decision.mode
  const feedback = seen.reduce<Routing['feedback']>(
    (before, { group, groupId, closed }) =>
      feedbackOn(
        { unit: decision.unit, mode, placed, feedback: before },
        { groupId, unit: unitOf(group), closed, merged: false },
      ),
    'open',
  )
  return { moves, feedback }
}

/** Whether a ticket is open and no person has done anything to it: where it is says nothing about where it belongs. */
export const isUntouched = (
  ticket: { readonly closed: boolean; readonly ownerId: number | null },
  articles: readonly Pick<Article, 'sender' | 'createdById'>[],
  changes: readonly Change[],
  accounts: Machines,
): boolean =>
  !ticket.closed &&
  ticket.ownerId === null &&
  byPeople(changes, accounts).every(({ attribute }) => attribute === 'priority') &&
  !articles.some(({ sender, createdById }) => sender === 'Agent' && !accounts.machines.has(createdById))

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
  /** How many of them are still open and untouched. */
  readonly untouched: number
  /** How many of the others ended in its unit's group. */
  readonly ended: number
  /** How many of them it only suggests a unit for. */
  readonly suggested: number
  /** Of those that Firstline had put somewhere: closed there or moved to its unit, and moved elsewhere. */
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
  /** How many of them are still open and untouched: they are where they came in, and count for no rule. */
  readonly untouched: number
  /** How many came from forms and were decided by their text only, as their answers were not at hand. */
  readonly byTextOnly: number
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

/** The part of a rule's tickets that ended in its unit; those that nobody has touched yet say nothing. */
export const precision = ({ took, untouched, ended }: RuleRow): number | null =>
  share(ended, took - untouched)

/** Counts what the rules say about past tickets, beside what became of these. */
export function tally(past: readonly Past[], rules: readonly Rule[], units: Units): Backtest {
  const tickets = past.flatMap((one) => (one.seen === 'ticket' ? [one.ticket] : []))
  const unitOf = (group: string): string | null => unitOfGroup(units, group)
  const agrees = ({ group, decision }: PastTicket): boolean => unitOf(group) === decision.unit
  return {
    tickets: tickets.length,
    agreed: tickets.filter(agrees).length,
    suggested: tickets.filter(isSuggested).length,
    untouched: tickets.filter((ticket) => ticket.isUntouched).length,
    byTextOnly: tickets.filter(({ isByTextOnly }) => isByTextOnly).length,
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
    const touched = own.filter((ticket) => !ticket.isUntouched)
    const fed = (feedback: Handling['feedback']): number =>
      own.filter(({ handling }) => handling.feedback === feedback).length
    return {
      rule,
      unit,
      took: own.length,
      untouched: own.length - touched.length,
      ended: touched.filter(agrees).length,
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
