import { groupAccess, masked, Refusal, unprocessable } from './access.ts'
import type { Core } from './model.ts'
import { isBlank, isObject, textOf, type Params } from './params.ts'
import { NOBODY, STATE_TYPE } from './rows.ts'
import { stateType } from './saving.ts'
import { userByEmail, userByLogin } from './users.ts'

type Named = 'group' | 'state' | 'priority' | 'owner' | 'customer'

const missing = (name: string, value: string): Refusal =>
  unprocessable(`No lookup value found for '${name}': "${value}"`)

/** The id that a request names by `x_id` or by `x`; undefined where it names none. */
export function lookUp(core: Core, params: Params, name: Named): number | undefined {
  const id = params[`${name}_id`]
  const value = params[name]
  if (!isBlank(value) && !isObject(value)) {
    const text = String(value)
    const found = byName(core, name, text)
    if (found === undefined) throw missing(name, text)
    return found
  }
  if (isBlank(id) || Number.isNaN(Number(id))) return undefined
  return Number(id)
}

function byName(core: Core, name: Named, text: string): number | undefined {
  const { state } = core
  if (name === 'owner' || name === 'customer')
    return (userByLogin(core, text) ?? userByEmail(core, text.toLowerCase()))?.id
  const rows = { group: state.groups, state: state.states, priority: state.priorities }[name]
  return [...rows.values()].find((row) => row.name.toLowerCase() === text.toLowerCase())?.id
}

export const readTime = (value: unknown): string | null => {
  const at = Date.parse(textOf(value) ?? '')
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}

export function checkState(
  core: Core,
  stateId: number,
  pendingTime: string | null,
  barred: readonly number[],
): void {
  const type = stateType(core, stateId)
  if (barred.includes(type) || core.state.states.get(stateId)?.active !== true)
    throw masked(`Invalid value '${stateId}' for field 'state_id'!`)
  const pending = type === STATE_TYPE.pendingReminder || type === STATE_TYPE.pendingAction
  if (pending && pendingTime === null) throw masked("Missing required value for field 'pending_time'!")
}

export function checkOwner(core: Core, ownerId: number, groupId: number): void {
  const owner = core.state.users.get(ownerId)
  if (ownerId !== NOBODY && !(owner && groupAccess(core, owner, groupId, 'full')))
    throw masked(`Invalid value '${ownerId}' for field 'owner_id'!`)
}
