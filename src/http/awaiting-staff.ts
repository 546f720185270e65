import type { Conversations } from '../conversation/conversation.ts'
import { maskedAddress } from '../conversation/view.ts'
import type { FollowedTicket, FollowedTickets } from '../followed.ts'
import type { Suspensions } from '../outbox/suspensions.ts'
import { ticketLink } from '../outbox/ticket-link.ts'
import type { ArticleKey, Ledger, LedgerEntry } from '../relay/ledger.ts'
import { createRelease, FORWARDED, HELD, type Release, type ReleaseDeps } from '../relay/release.ts'
import { thaw, type ThawDeps } from '../relay/thaw.ts'
import { sha256 } from '../secret.ts'

/** So many of each kind are listed; the rest follows as they are decided on. */
export const MOST_LISTED = 100
/** And so many are looked at where something is sought among them. */
export const MOST_SOUGHT_IN = 1000

/** A ticket as staff know it, and where they open it. */
export interface NamedForStaff {
  readonly number: string
  readonly link: string
}

/** An article that waits for a decision: no word of it, and nobody's name. */
export interface AwaitingArticle {
  readonly key: ArticleKey
  readonly ticket: NamedForStaff
  readonly type: string
}

export interface TroubledConversation {
  readonly id: string
  readonly reference: string
  readonly since: Date
  /** Null while there is no ticket. */
  readonly ticket: NamedForStaff | null
}

/** What of the relay waits for a person. */
export interface AwaitingList {
  readonly held: readonly AwaitingArticle[]
  readonly forwarded: readonly AwaitingArticle[]
  readonly unreachable: readonly TroubledConversation[]
  readonly frozen: readonly TroubledConversation[]
  readonly outOfSight: readonly {
    readonly ticket: NamedForStaff
    /** Zammad's name of the group where it was seen last. */
    readonly group: string
    readonly since: Date
  }[]
  readonly suspended: readonly {
    /** Names it without its address. */
    readonly id: string
    readonly masked: string
    readonly since: Date
    readonly ticket: NamedForStaff
  }[]
  readonly inAll: {
    readonly held: number
    readonly forwarded: number
    readonly unreachable: number
    readonly frozen: number
  }
}

/** What of the relay staff see and decide. What was decided meanwhile is decided: false. */
export interface AwaitingStaff extends Release {
  /** Each list holds so many at most. */
  readonly list: (most: number) => Promise<AwaitingList>
  readonly goOn: (conversation: string) => Promise<boolean>
  /** Lets alerts go to a suspended address again. */
  readonly lift: (suspension: string) => Promise<boolean>
}

export interface AwaitingStaffDeps extends ReleaseDeps, ThawDeps {
  readonly ledger: ReleaseDeps['ledger'] & Pick<Ledger, 'count'>
  readonly followed: Pick<FollowedTickets, 'byIds' | 'outOfSight'>
  readonly conversations: ReleaseDeps['conversations'] &
    ThawDeps['conversations'] &
    Pick<Conversations, 'troubled' | 'countTroubled'>
  readonly suspensions: Pick<Suspensions, 'list' | 'lift'>
  /** Where people open Zammad. */
  readonly zammadWebUrl: string
}

export const createAwaitingStaff = (deps: AwaitingStaffDeps): AwaitingStaff => ({
  ...createRelease(deps),
  list: (most) => list(deps, most),
  goOn: (conversation) => thaw(deps, conversation),
  async lift(id) {
    for (const { address } of await deps.suspensions.list()) {
      if ((await suspensionId(address)) !== id) continue
      const [lifted] = await deps.atomically([deps.suspensions.lift(address)])
      deps.log.info('suspension.lifted')
      return lifted === 1
    }
    return false
  },
})

const suspensionId = async (address: string): Promise<string> => (await sha256(address)).slice(0, 16)

async function list(deps: AwaitingStaffDeps, most: number): Promise<AwaitingList> {
  const { ledger, conversations, followed, suspensions } = deps
  const held = await ledger.awaiting(HELD, most)
  const forwarded = await ledger.awaiting(FORWARDED, most)
  const troubled = await conversations.troubled(2 * most)
  const lost = await followed.outOfSight(most)
  const suspended = (await suspensions.list()).slice(0, most)
  const nameOf = await names(deps, [
    ...[...held, ...forwarded].map(({ ticketId }) => ticketId),
    ...suspended.map(({ ticket }) => ticket),
  ])
  const article = ({ id, createdAt, ticketId, type }: LedgerEntry): AwaitingArticle => ({
    key: { id, createdAt },
    ticket: nameOf(ticketId),
    type,
  })
  const inTrouble = (since: 'frozenAt' | 'unreachableAt'): readonly TroubledConversation[] =>
    troubled
      .flatMap((one) => {
        const { id, reference, ticketId, ticketNumber, [since]: at } = one
        const ticket =
          ticketId === null ? null : { ...nameOf(ticketId), number: ticketNumber ?? String(ticketId) }
        return at === null ? [] : [{ id, reference, since: at, ticket }]
      })
      .slice(0, most)
  return {
    held: held.map(article),
    forwarded: forwarded.map(article),
    unreachable: inTrouble('unreachableAt'),
    frozen: inTrouble('frozenAt'),
    outOfSight: lost.map(({ id, number, group, updatedAt }) => ({
      ticket: { ...nameOf(id), number },
      group,
      since: updatedAt,
    })),
    suspended: await Promise.all(
      suspended.map(async ({ address, since, ticket }) => ({
        id: await suspensionId(address),
        masked: maskedAddress(address),
        since,
        ticket: nameOf(ticket),
      })),
    ),
    inAll: await counts(deps),
  }
}

/** A ticket that we do not follow is named by its id. */
async function names(
  { followed, zammadWebUrl }: AwaitingStaffDeps,
  ids: readonly number[],
): Promise<(id: number) => NamedForStaff> {
  const known: ReadonlyMap<number, FollowedTicket> = await followed.byIds([...new Set(ids)])
  return (id) => ({ number: known.get(id)?.number ?? String(id), link: ticketLink(zammadWebUrl, id) })
}

const counts = async ({ ledger, conversations }: AwaitingStaffDeps): Promise<AwaitingList['inAll']> => ({
  held: await ledger.count(HELD),
  forwarded: await ledger.count(FORWARDED),
  ...(await conversations.countTroubled()),
})
