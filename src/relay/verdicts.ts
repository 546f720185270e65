import type { Conversation, Conversations, Messages } from '../conversation/conversation.ts'
import type { Ticket } from '../desk.ts'
import { authorOf, dispose, isOverdue, saidByStaff } from './disposition.ts'
import type { ArticleKey, Ledger, LedgerEntry } from './ledger.ts'
import { isToBeJudged, nextEntry, wordsOf } from './next-entry.ts'
import { type Paired, UNKNOWN_ORIGIN } from './origins.ts'
import { type Crowd, mailedReaders } from './readers.ts'
import { type SceneDeps, type Stage, sceneOf, stageOf } from './scene.ts'

export interface VerdictDeps extends SceneDeps {
  readonly ledger: Pick<Ledger, 'sharedWith' | 'conversationsOf'>
  readonly conversations: Pick<Conversations, 'ofTickets'>
  readonly messages: Pick<Messages, 'ofArticle'>
  readonly relay: 'webform' | 'all'
  readonly agentNames: 'person' | 'team'
}

/** What is found about one article of a ticket. */
export interface Verdict extends Paired {
  readonly entry: LedgerEntry
  /** The conversations that may see it. */
  readonly viewers: readonly Conversation[]
  /** Those of them that could not until now. */
  readonly arrived: readonly Conversation[]
  /** Those that could until now, may not any more, and have it not by mail. */
  readonly leaving: readonly Conversation[]
  /** Whether it became an answer just now, or was given again. */
  readonly isNews: boolean
  /** Whom it is to be mailed to: null is the ticket's customer, where no conversation follows the ticket. */
  readonly mailedTo: readonly (Conversation | null)[]
}

/** A ticket as it was just read, its articles paired with the ledger. */
export interface Reading {
  readonly ticket: Ticket
  readonly by: LedgerEntry['seenBy']
  readonly now: Date
  readonly all: readonly Paired[]
  readonly origins: ReadonlyMap<number, number>
  /** Ids of articles that were made on the ticket, as far as anybody asked. */
  readonly born: ReadonlySet<number>
  readonly crowd: Crowd
}

/** Where an article belongs: to this ticket, to a conversation whose ticket was merged into it, or to nobody here. */
type Home = 'here' | Conversation | null

interface Judging extends Reading {
  readonly homes: ReadonlyMap<number, Conversation>
  readonly stageOf: (home: Home) => Promise<Stage>
  readonly hasSeen: (conversation: Conversation, before: LedgerEntry) => Promise<boolean>
}

/** Judges all articles of a ticket anew, as far as something has changed. Throws `Failure` where Zammad does not answer. */
export async function verdictsOn(deps: VerdictDeps, reading: Reading): Promise<readonly Verdict[]> {
  const judging: Judging = {
    ...reading,
    homes: await homesOf(deps, reading),
    stageOf: stages(deps, reading),
    hasSeen: shared(deps),
  }
  const verdicts: Verdict[] = []
  for (const paired of reading.all) verdicts.push(await verdictOn(deps, judging, paired))
  return verdicts
}

/** The conversations of the tickets that articles were made on, elsewhere than here. */
async function homesOf(
  { conversations }: VerdictDeps,
  { ticket, origins, crowd }: Reading,
): Promise<ReadonlyMap<number, Conversation>> {
  const sources = [...new Set(origins.values())].filter((id) => id !== UNKNOWN_ORIGIN && id !== ticket.id)
  const known = new Map(crowd.around.map((one) => [one.ticketId ?? UNKNOWN_ORIGIN, one]))
  const unknown = sources.filter((id) => !known.has(id))
  return unknown.length === 0 ? known : new Map([...known, ...(await conversations.ofTickets(unknown))])
}

function homeOf(
  { ticket, homes, crowd, origins }: Judging,
  { article }: Paired,
  isRelayedToAll: boolean,
): Home {
  const origin = origins.get(article.id) ?? UNKNOWN_ORIGIN
  if (origin === ticket.id) return 'here'
  // Where nobody could be shown anything, nobody asked.
  if (origin === UNKNOWN_ORIGIN) return crowd.around.length === 0 && !isRelayedToAll ? 'here' : null
  return homes.get(origin) ?? null
}

/** What articles are judged by, asked once for each home. */
function stages(deps: VerdictDeps, { ticket, crowd }: Reading): Judging['stageOf'] {
  const own = crowd.readers.find(({ kind }) => kind === 'own')?.conversation ?? null
  const made = new Map<string, Promise<Stage>>()
  return (home) => {
    const conversation = home === 'here' || home === null ? own : home
    const key = conversation?.id ?? ''
    const stage =
      made.get(key) ??
      stageOf(deps, {
        ticket: {
          // What a customer says whom staff chose since is not the visitor's, until their link is.
          customerId: conversation?.customerId ?? ticket.customerId,
          createdAt: conversation?.ticketCreatedAt ?? ticket.createdAt,
        },
        conversation,
      })
    made.set(key, stage)
    return stage
  }
}

const keyOf = ({ id, createdAt }: ArticleKey): string => `${id}:${createdAt.getTime()}`

/** Whether a conversation could see an article already, be it hidden at present. */
function shared({ ledger }: VerdictDeps): Judging['hasSeen'] {
  const seen = new Map<string, Promise<ReadonlySet<string>>>()
  const seenBy = (id: string): Promise<ReadonlySet<string>> => {
    const keys = seen.get(id) ?? ledger.sharedWith(id).then((entries) => new Set(entries.map(keyOf)))
    seen.set(id, keys)
    return keys
  }
  return async ({ id }, before) => {
    if ((await seenBy(id)).has(keyOf(before))) return true
    return before.side === null && (await ledger.conversationsOf(before)).includes(id)
  }
}

async function verdictOn(deps: VerdictDeps, judging: Judging, paired: Paired): Promise<Verdict> {
  const { article, before } = paired
  const isRelayedToAll = deps.relay === 'all'
  const home = homeOf(judging, paired, isRelayedToAll)
  const origin = judging.origins.get(article.id) ?? UNKNOWN_ORIGIN
  const disposed = isToBeJudged(paired, origin) ? await judge(deps, judging, paired, home) : null
  const { ticket, by, now } = judging
  const isBornHere = judging.born.has(article.id)
  const bare = nextEntry(paired, { ticketId: ticket.id, origin, isBornHere, disposed, by, now })
  const viewers = viewersOf(judging, paired, home, bare.side)
  const words = wordsOf(paired, {
    side: bare.side,
    hasViewers: viewers.length > 0,
    agentNames: deps.agentNames,
  })
  const entry = { ...bare, ...words }
  const arrived: Conversation[] = []
  for (const one of viewers) if (before === null || !(await judging.hasSeen(one, before))) arrived.push(one)
  const leaving = home === 'here' ? await leavingOf(deps, judging, before) : []
  const found = { ...paired, entry, viewers, arrived, leaving, isNews: isNewAnswer(before, entry) }
  return { ...found, mailedTo: await mailedTo(deps, judging, found, home) }
}

const isNewAnswer = (before: LedgerEntry | null, { disposition, publication }: LedgerEntry): boolean =>
  disposition === 'relay' && (before?.disposition !== 'relay' || before.publication !== publication)

/** What somebody has by mail already is not taken from their page. */
async function leavingOf(
  deps: VerdictDeps,
  { crowd, hasSeen }: Judging,
  before: LedgerEntry | null,
): Promise<readonly Conversation[]> {
  // What was never public was never shown.
  if (before === null || before.publication === 0) return []
  const leaving: Conversation[] = []
  for (const one of crowd.outsiders) {
    if ((await hasSeen(one, before)) && !(await hasByMail(deps, before, crowd.around, one))) leaving.push(one)
  }
  return leaving
}

/** Whether the visitor of a conversation was mailed an article, be it under another request of theirs. */
async function hasByMail(
  { messages }: VerdictDeps,
  article: ArticleKey,
  around: readonly Conversation[],
  { recipient }: Conversation,
): Promise<boolean> {
  const theirs = around.filter((one) => one.recipient.toLowerCase() === recipient.toLowerCase())
  const mails = await Promise.all(theirs.map(({ id }) => messages.ofArticle(article, id)))
  return mails.flat().some(({ sentAt }) => sentAt !== null)
}

async function judge(deps: VerdictDeps, judging: Judging, { article, before }: Paired, home: Home) {
  const isKnown = before !== null && before.disposition !== 'held'
  const stage = await judging.stageOf(home)
  const said = saidByStaff(before?.because ?? null)
  const scene = await sceneOf(deps, stage, {
    article,
    isKnown,
    isAtHome: home !== null,
    isOverdue: before !== null && isOverdue(before.firstSeenAt, judging.now),
    saidByStaff: said,
  })
  return dispose(article, scene)
}

/**
 * Who may see it: of another ticket's its own visitor alone. What a visitor says others see only where they are that
 * visitor: staff may have made them the customer since, of a ticket that is still another's.
 */
function viewersOf(
  { crowd, ticket }: Judging,
  { article }: Paired,
  home: Home,
  side: LedgerEntry['side'],
): readonly Conversation[] {
  if (side === null || home === null) return []
  if (home !== 'here') return home.frozenAt === null ? [home] : []
  return crowd.readers
    .filter(
      ({ kind, since }) =>
        since !== null &&
        article.createdAt >= since &&
        (side === 'desk' ||
          kind === 'own' ||
          (kind === 'same-visitor' && authorOf(article) === ticket.customerId)),
    )
    .map(({ conversation }) => conversation)
}

/** Those who get it by mail now: as it became an answer, or as they came to see it; who has it gets it once. */
async function mailedTo(
  deps: VerdictDeps,
  judging: Judging,
  { entry, viewers, arrived, isNews }: Omit<Verdict, 'mailedTo'>,
  home: Home,
): Promise<readonly (Conversation | null)[]> {
  if (entry.disposition !== 'relay' || home === null) return []
  const { readers } = judging.crowd
  const seeing = readers.filter(({ conversation }) => viewers.includes(conversation))
  const mailed = home === 'here' ? mailedReaders(seeing).map(({ conversation }) => conversation) : viewers
  const some: (Conversation | null)[] = mailed.filter((one) => isNews || arrived.includes(one))
  const isCustomers =
    home === 'here' && deps.relay === 'all' && isNews && readers.every(({ kind }) => kind === 'let-in')
  const hasAddress = isCustomers && (await judging.stageOf('here')).visitor.present !== null
  return withoutMailed(deps, entry, hasAddress ? [...some, null] : some)
}

async function withoutMailed(
  { messages }: VerdictDeps,
  entry: LedgerEntry,
  readers: readonly (Conversation | null)[],
): Promise<readonly (Conversation | null)[]> {
  if (!entry.mailed) return readers
  const left: (Conversation | null)[] = []
  for (const reader of readers) {
    const mails = await messages.ofArticle(entry, reader?.id ?? null)
    if (mails.every(({ sentAt }) => sentAt === null)) left.push(reader)
  }
  return left
}
