import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Assigned, UnitLoad } from '../../clocks/lists.ts'
import { tellTime } from '../../language.ts'
import type { AwaitingList } from '../awaiting-staff.ts'
import { type BoardQuery, type Sought, WHOLE_BOARD } from '../board-query.ts'
import type { PromisesView } from '../promise-board.ts'
import type { RulesView } from '../staff.ts'
import { Layout } from './layout.tsx'
import { Forwarded, Frozen, Held, OutOfSight, Suspended, Unreachable } from './ops-awaiting.tsx'
import type { Deciding } from './ops-decision.tsx'
import { type Choice, Find } from './ops-find.tsx'
import {
  type ObservedAct,
  ObservedActs,
  type ParkedJob,
  ParkedJobs,
  type PausedLane,
  PausedLanes,
} from './ops-jobs.tsx'
import { Kept, keptPercent } from './ops-kept.tsx'
import { type BoardWords, Loads, Tickets } from './ops-promises.tsx'
import { BrokenRules, Decisions, Rules, type TalliedRule } from './ops-rules.tsx'
import type { Place } from './place.ts'
import { forStaff } from './staff-place.ts'

/** The lists of the board, each searched. */
export interface BoardLists {
  readonly loads: Sought<UnitLoad>
  readonly parked: Sought<ParkedJob>
  readonly paused: Sought<PausedLane>
  readonly observed: Sought<ObservedAct>
  readonly decided: Sought<Assigned> | null
  readonly rules: Sought<TalliedRule>
  readonly held: Sought<AwaitingList['held'][number]>
  readonly forwarded: Sought<AwaitingList['forwarded'][number]>
  readonly unreachable: Sought<AwaitingList['unreachable'][number]>
  readonly frozen: Sought<AwaitingList['frozen'][number]>
  readonly outOfSight: Sought<AwaitingList['outOfSight'][number]>
  readonly suspended: Sought<AwaitingList['suspended'][number]>
}

interface OpsBoardProps extends BoardWords, Deciding {
  readonly place: Place
  readonly promises: PromisesView
  readonly lists: BoardLists
  readonly rules: RulesView
  readonly units: readonly Choice[]
  readonly forms: readonly Choice[]
}

/** A section that asks something of staff while its list shows anything, and is out of the way while it does not. */
interface Part {
  readonly id: string
  readonly name: string
  readonly list: Sought<unknown>
  /** Whether there is something to press. */
  readonly decides: boolean
  readonly part: JSX.Element
}

/** The whole board: what waits for an answer by its time left, what waits for a person, and how it went. */
export function OpsBoard(props: OpsBoardProps): JSX.Element {
  const { place, now, timeZone, lists, promises, rules } = props
  const parts = partsOf(props)
  const waiting = parts.filter(({ list }) => list.rows.length > 0)
  const calm = parts.filter(({ list }) => list.rows.length === 0)
  return (
    <Layout place={forStaff(place)} title="Staff board" wide board>
      <div>
        <h1>Staff board</h1>
        <p class="soft row links">
          <time datetime={now.toISOString()}>
            {`${tellTime(now, timeZone, 'en')} (${timeZone.replaceAll('_', ' ')})`}
          </time>
          <Refreshing {...props} />
        </p>
      </div>
      <BrokenRules rules={rules} now={now} />
      <Glance {...props} parts={parts} />
      <Find {...props} action={place.path('/ops')} maySeekQuiet={promises.counts.quiet !== null} />
      <Tickets {...props} list={promises.tickets} />
      {waiting.map(({ part }) => part)}
      <Loads {...props} list={lists.loads} />
      <Kept kept={promises.kept} />
      {lists.decided === null ? null : <Decisions {...props} list={lists.decided} />}
      <Rules version={rules.version} list={lists.rules} />
      {calm.length === 0 ? null : <div class="calm grid">{calm.map(({ part }) => part)}</div>}
    </Layout>
  )
}

function partsOf({ lists, ...props }: OpsBoardProps): readonly Part[] {
  const { parked, held, forwarded, frozen, suspended, paused, unreachable, outOfSight, observed } = lists
  const deciding = (id: string, name: string, list: Sought<unknown>, part: JSX.Element): Part => ({
    id,
    name,
    list,
    decides: true,
    part,
  })
  const telling = (...told: Parameters<typeof deciding>): Part => ({ ...deciding(...told), decides: false })
  return [
    deciding('parked', 'Parked jobs', parked, <ParkedJobs {...props} list={parked} />),
    deciding('held', 'Held articles', held, <Held {...props} list={held} />),
    deciding('forwarded', 'Sent to others only', forwarded, <Forwarded {...props} list={forwarded} />),
    deciding('frozen', 'Frozen conversations', frozen, <Frozen {...props} list={frozen} />),
    deciding('suspended', 'Suspended addresses', suspended, <Suspended {...props} list={suspended} />),
    telling('paused', 'Paused lanes', paused, <PausedLanes {...props} list={paused} />),
    telling('unreachable', 'Not reached', unreachable, <Unreachable {...props} list={unreachable} />),
    telling('out-of-sight', 'Out of sight', outOfSight, <OutOfSight {...props} list={outOfSight} />),
    telling('observed', 'Acts observed', observed, <ObservedActs {...props} list={observed} />),
  ]
}

interface GlanceProps extends BoardWords {
  readonly promises: PromisesView
  readonly parts: readonly Part[]
  readonly place: Place
}

/** The figures that matter most, each the way to what it counts, and the way to every part of the page. */
function Glance({ promises: { counts, kept }, parts, query, link, place }: GlanceProps): JSX.Element {
  const decisions = parts.filter(({ decides, list }) => decides && list.inAll > 0)
  const toDecide = decisions.reduce((sum, { list }) => sum + list.inAll, 0)
  const only = (only: BoardQuery['only']): string =>
    `${link({ ...WHOLE_BOARD, only, refreshes: query.refreshes })}#tickets`
  return (
    <nav aria-label="At a glance" class="glance">
      <ul class="tiles">
        <Tile href={only('late')} figure={counts.late} word="late" isBad={counts.late > 0} />
        <Tile href={only('soon')} figure={counts.soon} word="due soon" />
        {counts.quiet === null ? null : (
          <Tile href={only('quiet')} figure={counts.quiet} word="silent" isBad={counts.quiet > 0} />
        )}
        <Tile
          href={`#${decisions[0]?.id ?? 'parked'}`}
          figure={toDecide}
          word="to decide"
          isBad={toDecide > 0}
        />
        <Tile href="#kept" figure={keptPercent(kept)} word="kept in 30 days" />
      </ul>
      <ul class="links row">
        <li>
          <a href="#tickets">Tickets</a>
        </li>
        {parts
          .filter(({ list }) => list.inAll > 0)
          .map(({ id, name, list }) => (
            <li>
              <a
                href={`#${id}`}
              >{`${name} (${list.lookedIn === null ? '' : `${list.rows.length} of `}${list.inAll})`}</a>
            </li>
          ))}
        <li>
          <a href="#units">Units</a>
        </li>
        <li>
          <a href="#kept">Kept</a>
        </li>
        <li>
          <a href="#rules">Rules</a>
        </li>
        <li>
          <a href={place.path('/ops/report')}>Report</a>
        </li>
      </ul>
    </nav>
  )
}

interface TileProps {
  readonly href: string
  readonly figure: number | string
  readonly word: string
  readonly isBad?: boolean
}

const Tile = ({ href, figure, word, isBad = false }: TileProps): JSX.Element => (
  <li>
    <a class={isBad ? 'card tile pressing' : 'card tile'} href={href}>
      <strong>{figure}</strong> {word}
    </a>
  </li>
)

const Refreshing = ({ query, link }: BoardWords): JSX.Element => (
  <a href={link({ ...query, refreshes: !query.refreshes })}>
    {query.refreshes ? 'Comes anew every minute: stop' : 'Refresh every minute'}
  </a>
)
