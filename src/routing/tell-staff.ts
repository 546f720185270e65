import type { Alert, NamedTicket } from '../outbox/alert.ts'
import { raise, type RaiseDeps } from '../outbox/raise.ts'
import type { Held, Write } from '../writes.ts'
import type { Units } from './units.ts'

/**
 * Addresses of these people of a unit. Those on duty stand in for one another first, so that of what is urgent
 * somebody on duty hears; the people of a unit stand in for theirs. Empty only where nobody is named at all.
 */
export function peopleOf(
  { units, defaultUnit }: Units,
  unitId: string,
  people: 'notify' | 'duty',
): readonly string[] {
  const [unit, fallback] = [unitId, defaultUnit].map((id) => units.find((one) => one.id === id))
  const lists =
    people === 'duty'
      ? [unit?.duty, fallback?.duty, unit?.notify, fallback?.notify]
      : [unit?.notify, unit?.duty, fallback?.notify, fallback?.duty]
  return lists.find((list) => list !== undefined && list.length > 0) ?? []
}

/**
 * The writes that tell of a ticket's arrival: those on duty where it is of the highest priority, and the
 * unit where it asks for it. None where nobody is to be told. Once for each `occasion`.
 */
export async function tellOfArrival(
  deps: RaiseDeps,
  units: Units,
  arrival: {
    readonly ticket: NamedTicket
    /** Where the ticket may still have to be opened. */
    readonly conversation: string | null
    readonly priority: string | null
    readonly occasion: string
  },
  held?: Held,
): Promise<readonly Write[]> {
  const { ticket, conversation, priority } = arrival
  const urgent = priority === units.urgent
  const unit = units.units.find(({ id }) => id === ticket.unit)
  const to = [
    ...(urgent ? peopleOf(units, ticket.unit, 'duty') : []),
    ...(unit?.onArrival === 'mail' ? peopleOf(units, ticket.unit, 'notify') : []),
  ]
  if (to.length === 0 && !urgent) return []
  const alert = { about: 'arrival', ticket, conversation, urgent } as const
  return raise(deps, alert, { occasion: `arrival:${arrival.occasion}`, to }, held)
}

/** The writes that tell First Line of something, once for each `occasion`. */
export const tellFirstLine = (
  deps: RaiseDeps,
  units: Units,
  alert: Alert,
  occasion: string,
  held?: Held,
): Promise<readonly Write[]> =>
  raise(deps, alert, { occasion, to: peopleOf(units, units.defaultUnit, 'notify') }, held)
