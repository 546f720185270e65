import { isNotNull, or } from 'drizzle-orm'
import { asWrite, type Db } from '../../src/store/db.ts'
import { clocks, jobs, levelMarks, promises } from '../../src/store/schema.ts'
import { outcomeOf } from './far-side.ts'
import type { House } from './promise-house.ts'
import type { Judged } from './promise-verdict.ts'

type PromiseColumns = typeof promises.$inferSelect
type ClockColumns = typeof clocks.$inferSelect

/** All that is made of the logs, as it is put down. */
interface Derived {
  readonly promises: ReadonlyMap<string, PromiseColumns>
  readonly clocks: ReadonlyMap<string, ClockColumns>
}

async function derivedIn({ q }: Pick<Db, 'q'>): Promise<Derived> {
  const [rows, its] = [await q.select().from(promises), await q.select().from(clocks)]
  return {
    promises: new Map(rows.map((row) => [row.id, row])),
    clocks: new Map(its.map((row) => [`${row.subject} ${row.key}`, row])),
  }
}

/** Not one of a ticket that turned out to be a conversation's: that one rests, kept for what was told by its id. */
const isAwake = or(isNotNull(promises.conversation), isNotNull(promises.ticket))

/** Everything is to be reckoned at that moment, as where it was touched. */
const makeDue = ({ q }: Db, at: Date) =>
  asWrite(q.update(promises).set({ nextAt: at.getTime() }).where(isAwake))

/**
 * Takes away all that is derived: every clock, and of each promise all but what a store knows of it that never reckoned
 * any (migration 0003). That is which it is, when it is due, and what no log tells: the tag that was promised to Zammad,
 * and how often it was touched. Here all are due at that moment, so that all are made anew as of one.
 */
async function forget(db: Db, at: Date): Promise<void> {
  const rows = await db.q.select().from(promises).where(isAwake)
  const bare = rows.map(({ id, conversation, ticket, tag, touched }) => {
    return { id, conversation, ticket, tag, touched, nextAt: at.getTime() }
  })
  await db.atomically([
    asWrite(db.q.delete(clocks)),
    asWrite(db.q.delete(promises).where(isAwake)),
    asWrite(db.q.insert(promises).values(bare)),
  ])
}

/** What people could notice of it: what was told of which level, jobs but those that look after a tag, mails, tags. */
async function noticedIn({ db, far }: House): Promise<readonly string[]> {
  const marks = await db.q.select().from(levelMarks)
  const promised = await db.q.select().from(jobs)
  const { state, mails } = outcomeOf(far)
  return [
    ...marks.map((mark) => `mark ${JSON.stringify(mark)}`),
    ...promised.flatMap(({ id, kind }) => (kind === 'tag-promise' ? [] : [`job ${kind} ${id}`])),
    `mails ${mails.length}`,
    ...[...state.tags].map(([ticket, tags]) => `tags of ${ticket}: ${tags.join()}`),
  ]
}

/** In which columns a row may differ, as by the reasons given below. */
type MayDiffer<Row> = (row: Row) => readonly (keyof Row & string)[]

/** Where rows are not the same, but for those columns; each in words. */
function unlike<Row extends object>(
  before: ReadonlyMap<string, Row>,
  after: ReadonlyMap<string, Row>,
  mayDiffer: MayDiffer<Row>,
): readonly string[] {
  const added = [...after.keys()].filter((id) => !before.has(id)).map((id) => `${id}: was not there`)
  const others = [...before].flatMap(([id, row]): readonly string[] => {
    const anew = after.get(id)
    if (!anew) return [`${id}: is lost`]
    const excused: ReadonlySet<string> = new Set(mayDiffer(row))
    return Object.entries(anew).flatMap(([column, value]) => {
      const [was, is] = [JSON.stringify(Reflect.get(row, column)), JSON.stringify(value)]
      return was === is || excused.has(column) ? [] : [`${id}: ${column} ${is}, not ${was}`]
    })
  })
  return [...added, ...others]
}

/**
 * How what the month left, and what is left where all of it is reckoned once more, differ from what is made anew of
 * nothing. Of the second every column must be the same, as of the same moment, but for two:
 * - `touched` of a promise counts its reckonings;
 * - `version` of a clock that ended by the first rules is theirs, and is that of the later ones where it is made anew.
 *   Its terms must be the same all the same: the later rules change them for what is high alone, and nothing is before.
 * Of the first may differ besides
 * - `version` of a promise that nobody waits for: other rules alone are no reason to reckon it again;
 * - what has passed of a clock that runs, as it goes on.
 */
function differences(
  { stood, again, anew }: { readonly stood: Derived; readonly again: Derived; readonly anew: Derived },
  rulesChangedAt: number,
): readonly string[] {
  const ofClock: MayDiffer<ClockColumns> = ({ endedAt }) =>
    endedAt !== null && endedAt < rulesChangedAt ? ['version'] : []
  const ofClockThen: MayDiffer<ClockColumns> = (row) => [
    ...ofClock(row),
    ...(row.outcome === 'running' ? (['passedWall', 'passedBusiness'] as const) : []),
  ]
  const ofPromiseThen: MayDiffer<PromiseColumns> = ({ isOpen, clock }) =>
    isOpen || clock !== null ? ['touched'] : ['touched', 'version']
  return [
    ...unlike(stood.promises, anew.promises, ofPromiseThen).map((one) => `as the month left it, ${one}`),
    ...unlike(stood.clocks, anew.clocks, ofClockThen).map((one) => `as the month left it, ${one}`),
    ...unlike(again.promises, anew.promises, () => ['touched']),
    ...unlike(again.clocks, anew.clocks, ofClock),
  ]
}

/** What is made anew goes by the rules in force, which leaves one version, and nothing that is not reckoned. */
function mixedVersions(anew: Derived): readonly string[] {
  const versions = new Set([...anew.promises.values(), ...anew.clocks.values()].map(({ version }) => version))
  return versions.size === 1 && !versions.has('') ? [] : [`made anew by '${[...versions].join("', '")}'`]
}

/** The service lives on for one round at that moment; it has reckoned all that was due. */
async function roundAt(house: House, at: Date): Promise<Derived> {
  house.time.set(at)
  await house.round()
  return derivedIn(house.db)
}

/**
 * Takes away all that is derived from logs, once the month is over, and lets the service make it anew: where that is not
 * the same, and whatever anybody noticed of it, in words.
 */
export async function wrongDerivations({ month }: Judged): Promise<readonly string[]> {
  const { house, truth } = month
  await house.round()
  const stood = await derivedIn(house.db)
  const at = house.time.clock()
  await house.db.atomically([makeDue(house.db, at)])
  const again = await roundAt(house, at)
  const before = await noticedIn(house)
  await forget(house.db, at)
  const anew = await roundAt(house, at)
  const after = await noticedIn(house)
  const rows = stood.promises.size
  return [
    ...(rows === truth.tickets.size ? [] : [`${rows} promises of ${truth.tickets.size} tickets`]),
    ...mixedVersions(anew),
    ...differences({ stood, again, anew }, truth.rulesChangedAt),
    ...after.filter((one) => !before.includes(one)).map((one) => `noticed: ${one}`),
  ]
}
