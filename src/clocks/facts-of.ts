import type { Change, History, TagChange, Ticket } from '../desk.ts'
import type { Fact, Snapshot, TicketFacts } from './facts.ts'

/** So many changes are kept of a ticket: the oldest become part of what it was like when it was made. */
export const MOST_CHANGES = 2000

/** A ticket as it was just read. */
type Read = Pick<
  Ticket,
  'id' | 'number' | 'createdAt' | 'updatedAt' | 'group' | 'groupId' | 'priority' | 'stateType'
>

type Valued = Extract<Fact, { readonly to: string }>
type Tagging = Extract<Fact, { readonly tag: string }>
type OfTicket = Valued | Tagging

/** Facts whose ids begin like this we saw ourselves: the history lacks them. */
const SEEN = 'seen:'

const isOurs = ({ id }: Fact): boolean => id.startsWith(SEEN)
const isTold = (fact: Fact): fact is OfTicket => !isOurs(fact) && fact.what !== 'sight'
const isTagging = (fact: Fact): fact is Tagging => 'tag' in fact
const isValued = (fact: Fact): fact is Valued => 'to' in fact

/**
 * Everything that is known of a ticket after it was read, with what Zammad's history and its tags tell of it (null: they
 * could not be read, and what was known stays). What the ticket or its tags show and the history lacks is put down as seen
 * then. `dropped` is how many changes were too many to be kept one by one.
 */
export function factsOf(
  known: TicketFacts | null,
  ticket: Read,
  history: Pick<History, 'changes' | 'tags'> | null,
  tags: readonly string[] | null,
  now: Date,
): { readonly facts: TicketFacts; readonly dropped: number } {
  const previous = known !== null && isSameTicket(known, ticket) ? known : null
  const told = history ? toldBy(history, ticket) : (previous?.changes.filter(isTold) ?? [])
  const ours = previous?.changes.filter(isOurs) ?? []
  const opened = openedAs({ history, ticket, previous })
  const shown = { ...ticket, tags: tags ?? tagsAfter(previous?.now.tags ?? [], told) }
  const changes = [
    ...valuesOf('group', shown, told, ours, { first: opened.group, last: ticket.group }),
    ...valuesOf('priority', shown, told, ours, { first: opened.priority, last: ticket.priority }),
    ...valuesOf('state', shown, told, ours, { first: opened.state, last: ticket.stateType }),
    ...taggingsOf(shown, told, ours),
  ].sort(inTime)
  return kept({
    ticketId: ticket.id,
    number: ticket.number,
    createdAt: ticket.createdAt,
    opened: { ...opened, tags: openTags(changes, shown.tags) },
    now: { ...nowAs(changes, ticket), tags: shown.tags.toSorted() },
    changes: [...changes, ...sightsOf(previous, now)].sort(inTime),
    heir: previous?.heir ?? null,
  })
}

/** What is known of a ticket that the bot may not see any more, or that is there no more. */
export function factsOfLost(known: TicketFacts, sight: 'out-of-sight' | 'gone', now: Date): TicketFacts {
  const last = known.changes.findLast(({ what }) => what === 'sight')
  if (last?.what === 'sight' && last.sight === sight) return known
  return { ...known, changes: [...known.changes, sightFact(sight, now)].sort(inTime) }
}

const isSameTicket = (known: TicketFacts, { number, createdAt }: Read): boolean =>
  known.number === number && known.createdAt.getTime() === createdAt.getTime()

const sightFact = (sight: 'seen' | 'out-of-sight' | 'gone', at: Date): Fact => ({
  id: `${SEEN}sight:${at.getTime()}`,
  at,
  what: 'sight',
  sight,
})

/** Whoever was out of sight is seen again. */
function sightsOf(previous: TicketFacts | null, now: Date): readonly Fact[] {
  const before = previous?.changes.filter(({ what }) => what === 'sight') ?? []
  const last = before.at(-1)
  return last?.what === 'sight' && last.sight !== 'seen' ? [...before, sightFact('seen', now)] : before
}

/** The order of the history; what we saw ourselves comes behind what it tells of the same instant. */
function inTime(a: Fact, b: Fact): number {
  return a.at.getTime() - b.at.getTime() || Number(isOurs(a)) - Number(isOurs(b)) || rank(a) - rank(b)
}

const rank = ({ id }: Fact): number => Number(id.slice(id.lastIndexOf(':') + 1))

const idOf = ({ id }: Change | TagChange): string => `history:${id}`

function toldBy(history: Pick<History, 'changes' | 'tags'>, ticket: Read): readonly OfTicket[] {
  const changes = history.changes.flatMap((change): OfTicket[] => {
    const { attribute, at } = change
    if (attribute === 'owner') return []
    const id = idOf(change)
    if (attribute === 'state') return [{ id, at, what: 'state', to: change.types?.to ?? 'open' }]
    return [{ id, at, what: attribute, to: nameOf(change, 'to', ticket) }]
  })
  const tags = history.tags.map((change): OfTicket => {
    const { tag, at, isAdded } = change
    return { id: idOf(change), at, what: isAdded ? 'tagged' : 'untagged', tag }
  })
  return [...changes, ...tags].sort(inTime)
}

/** A group that was given another name since goes by that one, as far as anybody can tell. */
function nameOf({ attribute, from, to }: Change, side: 'from' | 'to', ticket: Read): string {
  const { id, name } = side === 'from' ? from : to
  return attribute === 'group' && id === ticket.groupId ? ticket.group : name
}

/** The same change: one of ours is the history's, seen early. */
const isSameChange = (a: OfTicket, b: OfTicket): boolean =>
  a.what === b.what && (isValued(a) ? isValued(b) && a.to === b.to : isTagging(b) && a.tag === b.tag)

/**
 * The history's, and those of ours that it does not tell: one of ours that stands beside the same change is that one,
 * seen when the ticket was read. It came when the history says; a change of the group keeps the id that it was known by
 * first, as a unit's clock that began with it has its name from there, and was told of by that.
 */
function joined(told: readonly OfTicket[], ours: readonly OfTicket[]): readonly OfTicket[] {
  const all = [...told, ...ours].sort(inTime)
  const knownAs = new Map<OfTicket, string>()
  const unexplained = all.filter((one, at) => {
    if (!isOurs(one)) return false
    const same = [all[at - 1], all[at + 1]].find(
      (beside) => beside !== undefined && !isOurs(beside) && isSameChange(one, beside),
    )
    if (same?.what === 'group' && !knownAs.has(same)) knownAs.set(same, one.id)
    return same === undefined
  })
  const named = told.map((one) => ({ ...one, id: knownAs.get(one) ?? one.id }))
  return [...named, ...unexplained].sort(inTime)
}

interface Shown extends Read {
  readonly tags: readonly string[]
}

/** Changes of one attribute, up to the value that the ticket shows; those that came after it was read stand as they are. */
function valuesOf(
  what: Valued['what'],
  { updatedAt }: Shown,
  told: readonly Fact[],
  ours: readonly Fact[],
  value: { readonly first: string; readonly last: string },
): readonly Valued[] {
  const isOfIt = (fact: Fact): fact is Valued => isValued(fact) && fact.what === what
  const all = joined(told.filter(isOfIt), ours.filter(isOfIt)).filter(isOfIt)
  const last = all.at(-1)
  const isShown = (last?.to ?? value.first) === value.last || (last !== undefined && last.at > updatedAt)
  return isShown ? all : [...all, valueSeen(what, value.last, updatedAt)]
}

function valueSeen(what: Valued['what'], value: string, at: Date): Valued {
  const id = `${SEEN}${what}:${at.getTime()}`
  // What a ticket shows of its state is the type of a state, and of nothing else a free text.
  return { id, at, what, to: value } as Valued
}

/** Changes of all tags, up to those that the ticket has. */
function taggingsOf(shown: Shown, told: readonly Fact[], ours: readonly Fact[]): readonly Tagging[] {
  const names = new Set([...[...told, ...ours].filter(isTagging).map(({ tag }) => tag), ...shown.tags])
  return [...names].flatMap((tag) => {
    const isOfIt = (fact: Fact): fact is Tagging => isTagging(fact) && fact.tag === tag
    const all = joined(told.filter(isOfIt), ours.filter(isOfIt)).filter(isOfIt)
    const isOn = shown.tags.includes(tag)
    if ((all.at(-1)?.what === 'tagged') === isOn) return all
    const last = all.at(-1)?.at ?? shown.createdAt
    const at = last > shown.updatedAt ? last : shown.updatedAt
    const id = `${SEEN}${isOn ? 'tagged' : 'untagged'}:${tag}:${at.getTime()}`
    return [...all, { id, at, what: isOn ? 'tagged' : 'untagged', tag } as const]
  })
}

/** What stood when the ticket was made: tags of which the first that is known is that they were taken away. */
function openTags(changes: readonly Fact[], now: readonly string[]): readonly string[] {
  const first = new Map<string, Tagging['what']>()
  for (const fact of [...changes].sort(inTime)) {
    if (isTagging(fact) && !first.has(fact.tag)) first.set(fact.tag, fact.what)
  }
  const untouched = now.filter((tag) => !first.has(tag))
  return [...untouched, ...[...first].flatMap(([tag, what]) => (what === 'untagged' ? [tag] : []))].sort()
}

/** As the first change of each found it; as it is now where nobody changed it. */
function openedAs({
  history,
  ticket,
  previous,
}: {
  readonly history: Pick<History, 'changes'> | null
  readonly ticket: Read
  readonly previous: TicketFacts | null
}): Omit<Snapshot, 'tags'> {
  const first = (attribute: Change['attribute']): Change | undefined =>
    history?.changes.find((change) => change.attribute === attribute)
  const [group, priority, state] = [first('group'), first('priority'), first('state')]
  const before = previous?.opened ?? {
    group: ticket.group,
    priority: ticket.priority,
    state: ticket.stateType,
  }
  return {
    group: group ? nameOf(group, 'from', ticket) : before.group,
    priority: priority ? priority.from.name : before.priority,
    state: state ? (state.types?.from ?? 'open') : before.state,
  }
}

/** As its last change left it; what changed after it was read is as the history tells. */
function nowAs(changes: readonly Fact[], ticket: Read): Omit<Snapshot, 'tags'> {
  const { group, priority, state } = changes.reduce(changed, {
    group: ticket.group,
    priority: ticket.priority,
    state: ticket.stateType,
    tags: [],
  })
  return { group, priority, state }
}

/** The tags that stand after all that was told, of those that stood before. */
function tagsAfter(before: readonly string[], told: readonly OfTicket[]): readonly string[] {
  const tags = new Set(before)
  for (const fact of told.filter(isTagging)) {
    if (fact.what === 'tagged') tags.add(fact.tag)
    else tags.delete(fact.tag)
  }
  return [...tags]
}

/** Keeps the newest changes; those before are part of what the ticket was like at first. */
function kept(facts: TicketFacts): { readonly facts: TicketFacts; readonly dropped: number } {
  const dropped = facts.changes.slice(0, Math.max(0, facts.changes.length - MOST_CHANGES))
  if (dropped.length === 0) return { facts, dropped: 0 }
  const opened = dropped.reduce(changed, facts.opened)
  return {
    facts: { ...facts, opened, changes: facts.changes.slice(dropped.length) },
    dropped: dropped.length,
  }
}

function changed(snapshot: Snapshot, fact: Fact): Snapshot {
  switch (fact.what) {
    case 'group':
    case 'priority':
      return { ...snapshot, [fact.what]: fact.to }
    case 'state':
      return { ...snapshot, state: fact.to }
    case 'tagged':
      return { ...snapshot, tags: [...new Set([...snapshot.tags, fact.tag])].sort() }
    case 'untagged':
      return { ...snapshot, tags: snapshot.tags.filter((tag) => tag !== fact.tag) }
    case 'sight':
      return snapshot
  }
}
