import type {
  Conversation,
  ConversationChange,
  Conversations,
  Messages,
} from '../conversation/conversation.ts'
import type { Replies } from '../conversation/reply.ts'
import type { Submissions } from '../conversation/submission.ts'
import type { Article, Desk, History, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { FollowedTicket } from '../followed.ts'
import type { Memory } from '../memory.ts'
import { isAboutOwnAlert } from '../outbox/alert.ts'
import type { JobStore } from '../outbox/job-store.ts'
import type { Write } from '../writes.ts'
import { answeredChange, type Outcome, renewed } from './answered.ts'
import { followTicket } from './follow-conversation.ts'
import { type FollowCustomerDeps, followCustomers, type Settled } from './follow-customer.ts'
import { freeze, type FreezeDeps } from './freeze.ts'
import { isSameArticle, type Ledger, type LedgerEntry } from './ledger.ts'
import { mergedAway, type MergedAwayDeps } from './merged-away.ts'
import { heldEntry, withoutWords } from './next-entry.ts'
import { promiseNotice } from './notices.ts'
import { originsOf, type Paired, UNKNOWN_ORIGIN } from './origins.ts'
import { outcomeWrites, type OutcomeDeps } from './outcome-writes.ts'
import { type Crowd, crowdOf } from './readers.ts'
import { REVOKE_LINK, revokeLinkJob } from './revoke-link.ts'
import { deletedEntry, vanishedFrom } from './vanished.ts'
import { type VerdictDeps, verdictsOn } from './verdicts.ts'

export interface TakerDeps extends VerdictDeps, MergedAwayDeps, FreezeDeps, OutcomeDeps, FollowCustomerDeps {
  readonly desk: Desk
  readonly ledger: Ledger
  readonly conversations: Conversations
  readonly submissions: Submissions
  readonly replies: Replies
  readonly messages: Messages
  readonly memory: Pick<Memory, 'recall'>
  readonly jobs: Pick<JobStore, 'troubleOf' | 'isUnfinished'>
}

/** A ticket as it was just read. */
export interface JustRead {
  readonly ticket: Ticket
  /** What was known of it before. */
  readonly known: FollowedTicket | null
  /** How we came to look at it. */
  readonly by: LedgerEntry['seenBy']
  /** False for one that we do not answer for, and that others were merged into: there only what was theirs counts. */
  readonly isOurs: boolean
  /** Asked where somebody needs it: what the ticket's history tells; left out where nothing of it changed. */
  readonly history?: () => Promise<Pick<History, 'born'> | null>
  /** Asked where somebody needs them; where it is left out the desk is asked. */
  readonly tags?: () => Promise<readonly string[]>
}

/** What is to be written about a ticket, in one write with its own row, and which tickets are to be looked at too. */
export interface Taken {
  readonly writes: readonly Write[]
  readonly lookAlso: readonly number[]
  /** The ticket that it was merged into, where that was looked for: null where it cannot be told, or is not ours. */
  readonly heir?: number | null
}

/** Brings ledger and conversations in step with a ticket, and promises the mails of its answers. */
export interface Taker {
  /**
   * Taking twice writes nothing new. Throws `Failure` where Zammad does not answer, `unavailable` where the ticket
   * left our sight while it was read.
   */
  readonly take: (read: JustRead) => Promise<Taken>
}

interface Taking extends Omit<JustRead, 'tags'> {
  readonly articles: readonly Article[]
  readonly all: readonly Paired[]
  /** Entries of articles that are not on the ticket any more. */
  readonly missing: readonly LedgerEntry[]
  /** The conversations of the ticket, and of those merged into it, that are not frozen. */
  readonly around: readonly Conversation[]
  /** Ids of those whose visitor staff have replaced by somebody whom nobody can write to yet. */
  readonly withheld: ReadonlySet<string>
  readonly now: Date
  /** Asked once, where somebody needs them. */
  readonly tags: () => Promise<readonly string[]>
}

const NOTHING: Taken = { writes: [], lookAlso: [] }

export const createTaker = (deps: TakerDeps): Taker => ({
  async take(read) {
    const { ticket } = read
    const articles = await deps.desk.articles(ticket.id)
    if (articles === null) throw new Failure('unavailable', 'the ticket left our sight while it was read')
    const around = (await deps.conversations.around([ticket.id])).get(ticket.id) ?? []
    const [first] = articles
    const isAlert = first !== undefined && around.length === 0 && isAboutOwnAlert(first, deps.mailHost)
    if (isAlert) return NOTHING
    const isFrozen = around.some(({ ticketId, frozenAt }) => ticketId === ticket.id && frozenAt !== null)
    const thawed = around.filter(({ frozenAt }) => frozenAt === null)
    const taking = await withLedger(deps, read, articles, thawed)
    if (!isFrozen) return take(deps, taking)
    const { outcomes } = await vanishedFrom(deps, ticket, taking.missing)
    return { writes: takenBack(deps, taking, outcomes), lookAlso: [] }
  },
})

async function withLedger(
  deps: TakerDeps,
  read: JustRead,
  articles: readonly Article[],
  around: readonly Conversation[],
): Promise<Taking> {
  const { ticket } = read
  const known = await deps.ledger.byIds(articles.map(({ id }) => id))
  const onTicket = await deps.ledger.ofTicket(ticket.id)
  return {
    ...read,
    articles,
    around,
    withheld: new Set(),
    all: articles.map((article) => ({
      article,
      before: known.find((entry) => isSameArticle(entry, article)) ?? null,
    })),
    missing: onTicket.filter((entry) => !articles.some((article) => isSameArticle(entry, article))),
    now: deps.clock(),
    tags: read.tags ?? askedOnce(() => deps.desk.tags(ticket.id)),
  }
}

/** Asks at most once, when somebody first needs it. */
export function askedOnce<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null
  return () => (answer ??= ask())
}

async function take(deps: TakerDeps, read: Taking): Promise<Taken> {
  const vanished = await vanishedFrom(deps, read.ticket, toLookFor(read))
  const doubled = await doubledIn(deps, read, vanished.replaced)
  if (doubled) return { writes: [...doubled, ...takenBack(deps, read, vanished.outcomes)], lookAlso: [] }
  const settled = await followCustomers(deps, read)
  const taking: Taking = { ...read, ...settled }
  const { ticket, all, around, isOurs } = taking
  const isRelayedToAll = deps.relay === 'all'
  const readers = { around, isRelayedToAll, botId: await deps.botId() }
  const origins = await originsOf({ desk: bornBy(deps, taking) }, ticket, all, readers)
  const crowd = isOurs
    ? without(await crowdOf(deps, ticket, around, { all, origins, tags: taking.tags }), settled)
    : { around, readers: [], outsiders: [] }
  const isTaken = ({ article }: Paired): boolean => isOurs || origins.get(article.id) !== ticket.id
  const born = await bornHere(taking, origins)
  const verdicts = await verdictsOn(deps, { ...taking, all: all.filter(isTaken), origins, born, crowd })
  const writes = await outcomeWrites(
    deps,
    { ...taking, hasReaders: around.length > 0 || isRelayedToAll },
    verdicts,
  )
  const gone = [...vanished.outcomes.map(({ entry }) => entry), ...vanished.replaced.map(deletedEntry)]
  const followed = await follow(deps, taking, crowd, [...verdicts, ...vanished.outcomes])
  return {
    writes: [
      ...writes,
      ...gone.map(deps.ledger.keep),
      ...followed.writes,
      ...(await revocations(deps, taking)),
    ],
    lookAlso: [...new Set([...vanished.movedTo, ...followed.lookAlso])].filter((id) => id !== ticket.id),
    ...(followed.heir === undefined ? {} : { heir: followed.heir }),
  }
}

/** A history that is read in any case need not be asked for once more. */
const bornBy = ({ desk }: TakerDeps, { ticket, history }: Taking): Pick<Desk, 'bornOn'> => ({
  bornOn: async (id) => (id === ticket.id && (await history?.())?.born) || desk.bornOn(id),
})

/** Articles of which nobody needed to know where they were made go by the history, where it is read in any case. */
async function bornHere(
  { all, history }: Taking,
  origins: ReadonlyMap<number, number>,
): Promise<ReadonlySet<number>> {
  const isOpen = all.some(({ article }) => origins.get(article.id) === UNKNOWN_ORIGIN)
  return (isOpen && (await history?.())?.born) || new Set()
}

/** Also of what is frozen no page shows what was made internal, or deleted. */
function takenBack({ ledger }: TakerDeps, { all }: Taking, deleted: readonly Outcome[]): readonly Write[] {
  const internal = all.flatMap(({ article, before }) =>
    article.internal && before !== null && before.side !== null
      ? [withoutWords({ ...before, internal: true })]
      : [],
  )
  return [...internal, ...deleted.map(({ entry }) => entry)].map(ledger.keep)
}

/** Whom staff have replaced sees nothing of what is said from now on. */
const without = ({ readers, ...crowd }: Crowd, { withheld }: Settled): Crowd => ({
  ...crowd,
  readers: readers.map((reader) =>
    withheld.has(reader.conversation.id) ? { ...reader, since: null } : reader,
  ),
})

/** What a merge takes away is found on the other ticket, which is looked at next. */
const toLookFor = ({ ticket, known, missing }: Taking): readonly LedgerEntry[] =>
  ticket.stateType === 'merged' && known?.stateType !== 'merged' ? [] : missing

/**
 * Where an article has an id that another one had, Zammad was restored from a copy: who has to do with either is frozen,
 * and what is new waits for staff. Null where no id is given twice, or where nobody follows.
 */
async function doubledIn(
  deps: TakerDeps,
  { ticket, articles, all, missing, around, by, now }: Taking,
  replaced: readonly LedgerEntry[],
): Promise<readonly Write[] | null> {
  const strangers = all.filter(({ before }) => before === null).map(({ article }) => article)
  const known = strangers.length === 0 ? [] : await deps.ledger.byIds(strangers.map(({ id }) => id))
  const old = [...known, ...replaced]
  if (old.length === 0) return null
  const readers = await Promise.all(old.map((entry) => deps.ledger.conversationsOf(entry)))
  const others = await Promise.all([...new Set(readers.flat())].map((id) => deps.conversations.byId(id)))
  const touched = new Map([...around, ...others.filter((one) => one !== null)].map((one) => [one.id, one]))
  const frozen = await freeze(deps, ticket, [...touched.values()])
  const isDoubled = ({ id }: Article): boolean => known.some((entry) => entry.id === id)
  const fresh = articles.filter(isDoubled).map((article) => heldEntry(article, { by, now }))
  const lost = [...replaced, ...missing.filter(({ id }) => articles.some((article) => article.id === id))]
  return touched.size === 0
    ? null
    : [
        ...frozen,
        ...fresh.map(deps.ledger.keep),
        ...lost.map((entry) => deps.ledger.keep(deletedEntry(entry))),
      ]
}

/** What changes of the conversations around a ticket, and what their visitors are told of it. */
async function follow(
  deps: TakerDeps,
  taking: Taking,
  crowd: Crowd,
  outcomes: readonly Outcome[],
): Promise<Taken> {
  const { ticket, around, isOurs } = taking
  const away = isMergeNews(taking) ? await mergedAway(deps, ticket, around) : null
  const writes: Write[] = [...(away?.writes ?? [])]
  const concerned = new Map(
    [...around, ...outcomes.flatMap(({ viewers }) => viewers)].map((one) => [one.id, one]),
  )
  for (const conversation of concerned.values()) {
    const isOnTicket = isOurs && around.includes(conversation)
    const followed = isOnTicket ? await onTicket(deps, taking, crowd, conversation) : null
    const { closedAt = conversation.closedAt, ...found }: ConversationChange = {
      ...followed?.change,
      ...away?.changes.get(conversation.id),
    }
    const change: ConversationChange = {
      ...found,
      ...(closedAt === conversation.closedAt ? {} : { closedAt }),
      ...renewed(conversation, closedAt, outcomes, taking.now),
      ...(await answeredChange(deps, conversation, outcomes, taking.tags)),
    }
    if (change.mergedInto === null) writes.push(deps.ledger.unshareOthers(conversation.id, ticket.id))
    if (Object.keys(change).length > 0) writes.push(deps.conversations.change(conversation.id, change))
    for (const told of followed?.told ?? [])
      writes.push(...(await promiseNotice(deps, { ...told, conversation })))
  }
  return { writes, lookAlso: away?.target ? [away.target] : [], ...(away ? { heir: away.target } : {}) }
}

/** A ticket that was merged away stays as it is, unless it was touched, or somebody has not followed it yet. */
const isMergeNews = ({ ticket, known, around }: Taking): boolean =>
  ticket.stateType === 'merged' &&
  (+(known?.updatedAt ?? 0) !== +ticket.updatedAt ||
    around.some(({ mergedInto }) => mergedInto === null || mergedInto === ticket.id))

/** Who is not to see what is said on a ticket learns nothing of its unit either. */
async function onTicket(
  deps: TakerDeps,
  { ticket, withheld }: Taking,
  { readers }: Crowd,
  conversation: Conversation,
) {
  const isTold = !withheld.has(conversation.id)
  const own = readers.find(({ kind }) => kind !== 'let-in')
  const reader = readers.find((one) => one.conversation === conversation)
  const { change, told } = await followTicket(deps, conversation, ticket, {
    units: deps.rulebook().units,
    isTold: isTold && reader !== undefined && reader.kind !== 'let-in' && reader === own,
  })
  const { unit: _, ...rest } = change
  return { change: reader ? change : rest, told }
}

/** The links that staff end by the tag `revoke-link`; a tag moves the ticket's time of update, and gives no hint. */
async function revocations(
  deps: TakerDeps,
  { ticket, known, around, tags, now, isOurs }: Taking,
): Promise<readonly Write[]> {
  const isNews = isOurs && +(known?.updatedAt ?? 0) !== +ticket.updatedAt
  if (!isNews || around.length === 0 || !(await tags()).includes(REVOKE_LINK)) return []
  const writes: Write[] = []
  for (const conversation of around) {
    const isUnderWay = (await deps.jobs.troubleOf(conversation.id, 'revoke-link')) !== null
    if (!isUnderWay) writes.push(deps.addJob(revokeLinkJob(conversation, ticket.id, now, deps.random)))
  }
  return writes
}
