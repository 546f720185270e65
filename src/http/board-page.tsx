import type { JSX } from 'hono/jsx/jsx-runtime'
import type { JobState } from '../outbox/job.ts'
import type { Names } from '../promise/report-words.ts'
import type { Addresses } from './addresses.ts'
import { type AwaitingList, MOST_LISTED, MOST_SOUGHT_IN, type NamedForStaff } from './awaiting-staff.ts'
import { type BoardQuery, boardSearch, NO_UNIT, searched } from './board-query.ts'
import type { HttpDeps } from './deps.ts'
import { type BoardLists, OpsBoard } from './pages/ops.tsx'
import { talliedRules } from './pages/ops-rules.tsx'
import type { Place } from './pages/place.ts'
import type { PromisesView } from './promise-board.ts'
import { reportNames } from './report-routes.tsx'
import type { RulesView, Staff } from './staff.ts'

export type BoardDeps = Pick<HttpDeps, 'clock' | 'timeZone' | 'units' | 'forms'>

/** The board as a query shows it. `token` lets its decisions in. */
export async function boardPage(
  deps: BoardDeps,
  staff: Staff,
  addresses: Addresses,
  {
    place,
    query: asked,
    token,
  }: { readonly place: Place; readonly query: BoardQuery; readonly token: string },
): Promise<JSX.Element> {
  const names = reportNames(deps)
  const promises = await staff.promises.view(asked)
  // Nobody is silent where nobody asks for silence.
  const isPossible = asked.only !== 'quiet' || promises.counts.quiet !== null
  const query = isPossible ? asked : { ...asked, only: '' as const }
  const rules = await staff.rules()
  return (
    <OpsBoard
      place={place}
      now={deps.clock()}
      timeZone={deps.timeZone}
      unitName={names.unit}
      formName={names.form}
      query={query}
      link={(to) => addresses.path('/ops') + boardSearch(to)}
      promises={promises}
      lists={await listsOf(staff, query.search, { promises, rules, names })}
      rules={rules}
      units={choices(deps.units().units, query.unit, names.unit)}
      forms={choices(deps.forms, query.form, names.form)}
      decide={(path) => addresses.path(`/ops/${path}`)}
      back={boardSearch(query)}
      token={token}
    />
  )
}

/** Those that there are, and what was chosen where it is none of them, as of a form that is no longer there. */
function choices(
  all: readonly { readonly id: string }[],
  chosen: string,
  nameOf: (id: string) => string,
): readonly { readonly id: string; readonly name: string }[] {
  const ids = all.map(({ id }) => id)
  const isOther = chosen !== '' && chosen !== NO_UNIT && !ids.includes(chosen)
  return [...ids, ...(isOther ? [chosen] : [])].map((id) => ({ id, name: nameOf(id) }))
}

interface Told {
  readonly promises: PromisesView
  readonly rules: RulesView
  readonly names: Names
}

async function listsOf(staff: Staff, search: string, { promises, rules, names }: Told): Promise<BoardLists> {
  const assigned = promises.assigned
  return {
    ...(await jobLists(staff, search)),
    ...awaitingLists(await staff.awaiting.list(search === '' ? MOST_LISTED : MOST_SOUGHT_IN), search),
    loads: searched(search, { rows: promises.loads }, ({ unit }) => [unit, names.unit(unit)]),
    rules: searched(search, { rows: talliedRules(rules) }, ({ name, unit }) => [name, unit]),
    decided:
      assigned &&
      searched(search, { rows: assigned }, ({ number, unit, rule }) => [
        number,
        unit,
        names.unit(unit),
        rule,
      ]),
  }
}

async function jobLists(
  { decisions, pauses, act }: Staff,
  search: string,
): Promise<Pick<BoardLists, 'parked' | 'observed' | 'paused'>> {
  const waits: readonly JobState[] = act === 'observe' ? ['ready', 'unknown'] : []
  const list = search === '' ? decisions.list : decisions.listAll
  const parked = await list(['parked'])
  const observed = waits.length > 0 ? await list(waits) : []
  return {
    parked: searched(
      search,
      {
        rows: parked.map(({ createdAt, reason, ...job }) => ({
          ...job,
          since: createdAt,
          reason: reason ?? '',
        })),
        inAll: await decisions.count(['parked']),
      },
      ({ id, kind, reference, reason }) => [id, kind, reference, reason],
    ),
    observed: searched(
      search,
      {
        rows: observed.map((job) => ({ at: job.createdAt, kind: job.kind, what: job.reference ?? job.id })),
        inAll: await decisions.count(waits),
      },
      ({ kind, what }) => [kind, what],
    ),
    paused: searched(search, { rows: await pauses() }, ({ lane, reason }) => [lane, reason]),
  }
}

type AwaitingLists = Pick<
  BoardLists,
  'held' | 'forwarded' | 'unreachable' | 'frozen' | 'outOfSight' | 'suspended'
>

function awaitingLists(awaiting: AwaitingList, search: string): AwaitingLists {
  const { held, forwarded, unreachable, frozen, outOfSight, suspended, inAll } = awaiting
  const article = ({ ticket, type }: AwaitingList['held'][number]) => [ticket.number, type]
  const troubled = (one: { readonly reference: string; readonly ticket: NamedForStaff | null }) => [
    one.reference,
    one.ticket?.number ?? null,
  ]
  return {
    held: searched(search, { rows: held, inAll: inAll.held }, article),
    forwarded: searched(search, { rows: forwarded, inAll: inAll.forwarded }, article),
    unreachable: searched(search, { rows: unreachable, inAll: inAll.unreachable }, troubled),
    frozen: searched(search, { rows: frozen, inAll: inAll.frozen }, troubled),
    outOfSight: searched(search, { rows: outOfSight }, ({ ticket, group }) => [ticket.number, group]),
    suspended: searched(search, { rows: suspended }, ({ masked, ticket }) => [masked, ticket.number]),
  }
}
