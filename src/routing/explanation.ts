import { inLanguage, tellTime } from '../language.ts'
import type { Routing } from './routings.ts'
import { placeOf } from './rule.ts'
import type { Units } from './units.ts'

/** A unit's name as staff read it; the id itself where the rulebook no longer has the unit. */
export function unitName({ units }: Units, id: string): string {
  const unit = units.find((one) => one.id === id)
  return unit ? inLanguage(unit.name, 'en') : id
}

/** How every note of ours begins. */
export const NOTE_HEADING = 'Note by Firstline, the routing bot. Visitors do not see it.'

/** Why a unit that was decided takes no ticket any more: units.yaml lost it meanwhile. */
export const UNNAMED_UNIT = 'the rules no longer name this unit'

/** Zammad says it in words of its database, which help nobody who reads a ticket. */
export const UNUSABLE_GROUP = 'Zammad has no such group in use, or the bot may not open tickets there'

/** What became of a decision when the ticket was put into a group. */
export interface Outcome {
  /** Id of the unit that has it, or the name of a group that is no unit's. */
  readonly unit: string
  /** Why the decided unit could not take it, or null. */
  readonly refusal: string | null
  /** Whether people chose this unit while the decision was carried out. */
  readonly isChosenByPeople: boolean
}

/**
 * The decision in plain words for staff, who read English: where the ticket is and why, and by when it is to
 * be answered. Quotes the rule and never the request.
 */
export function explanation(
  routing: Pick<Routing, 'unit' | 'rule' | 'mode' | 'because' | 'tags' | 'priority' | 'version'>,
  outcome: Outcome,
  told: {
    readonly units: Units
    /** Null where nobody waits for an answer. */
    readonly dueAt: Date | null
    readonly timeZone: string
  },
): readonly string[] {
  const name = (id: string): string => unitName(told.units, id)
  const marks = [
    ...(routing.priority === null ? [] : [`Priority: ${routing.priority}.`]),
    ...(routing.tags.length === 0 ? [] : [`Tags: ${routing.tags.join(', ')}.`]),
  ]
  return [
    NOTE_HEADING,
    reason(routing, name, told.units),
    ...elsewhere(routing, outcome, name, told.units),
    ...marks,
    told.dueAt === null
      ? 'Nobody waits for an answer on it.'
      : `To be answered by ${tellTime(told.dueAt, told.timeZone, 'en')} (${told.timeZone}).`,
    `Decided by version ${routing.version} of the rules.`,
  ]
}

function reason(
  { rule, mode, unit, because }: Pick<Routing, 'rule' | 'mode' | 'unit' | 'because'>,
  name: (id: string) => string,
  { defaultUnit }: Units,
): string {
  if (rule === null)
    return `${because.charAt(0).toUpperCase()}${because.slice(1)}, so it goes to ${name(unit)}.`
  if (mode === 'assign') return `The rule “${rule}” sends it to ${name(unit)}: ${because}.`
  return (
    `The rule “${rule}” suggests ${name(unit)}: ${because}. ` +
    `It stays with ${name(defaultUnit)}, as this is a suggestion only.`
  )
}

function elsewhere(
  decided: Pick<Routing, 'unit' | 'mode'>,
  { unit, refusal, isChosenByPeople }: Outcome,
  name: (id: string) => string,
  units: Units,
): readonly string[] {
  const wanted = placeOf(decided, units)
  if (isChosenByPeople) {
    const has = `${name(unit)} has it.`
    return [`Somebody chose otherwise at the same moment, and that choice stands. ${has}`]
  }
  if (unit === wanted) return []
  if (refusal === null) return [`Staff sent it to ${name(unit)}.`]
  return [`${name(wanted)} could not take it (${refusal}), so ${name(unit)} has it.`]
}
