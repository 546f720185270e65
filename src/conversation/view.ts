import { after, type Clock } from '../clock.ts'
import { promiseToVisitor, type VisitorPromise, type VisitorPromiseDeps } from '../clocks/visitor-promise.ts'
import type { FollowedTickets } from '../followed.ts'
import type { Form } from '../forms/form.ts'
import type { Ledger } from '../relay/ledger.ts'
import type { Signer } from '../secret.ts'
import { type Conversation, type Conversations, isGivenUp, LINK_LIFE_MS } from './conversation.ts'
import { linkHash, linkToken } from './link.ts'
import { isLive } from './links.ts'
import type { Replies } from './reply.ts'
import { type Entry, entriesOf, type FileOnPage, keptFile, type SaidEntry } from './thread.ts'
import type { Submission, Submissions } from './submission.ts'

export type Status = 'received' | 'opened' | 'answered' | 'closed' | 'merged' | 'out-of-sight' | 'gone'

/** All that a visitor may see of a request, and what they may do. */
export interface View extends VisitorPromise {
  readonly conversation: Conversation
  readonly submission: Submission
  readonly files: readonly FileOnPage[]
  /** What was said after the submission, oldest first. */
  readonly entries: readonly Entry[]
  readonly status: Status
  /** From 1 to 5, or null where there is none. */
  readonly rating: number | null
  readonly can: {
    readonly reply: boolean
    readonly solve: boolean
    readonly rate: boolean
    readonly correctAddress: boolean
  }
  /** Whether mail does not reach the visitor. */
  readonly isUnreachable: boolean
  /** Whether nothing is sent until staff have looked: Zammad was restored from a copy. */
  readonly isFrozen: boolean
  /** The request in which this one goes on, with the token that opens it; null where there is none. */
  readonly continuedIn: { readonly reference: string; readonly token: string } | null
}

/** Opens conversations for whoever holds their secret link. */
export interface Views {
  /** Null for a token that is unknown, wrong, expired or revoked: nobody can tell which. */
  readonly byToken: (token: string) => Promise<View | null>
  readonly of: (conversation: Conversation) => Promise<View>
}

export interface ViewDeps extends VisitorPromiseDeps {
  readonly conversations: Pick<Conversations, 'byLinkHash' | 'byId'>
  readonly submissions: Pick<Submissions, 'byId' | 'filesOf'>
  readonly replies: Pick<Replies, 'ofConversation' | 'filesIn'>
  readonly ledger: Pick<Ledger, 'sharedWith'>
  readonly followed: Pick<FollowedTickets, 'byIds'>
  readonly signer: Signer
  readonly clock: Clock
}

const TOKEN = /^[0-9a-z]{32}$/i

export function createViews(deps: ViewDeps): Views {
  const of: Views['of'] = (conversation) => viewOf(deps, conversation)
  return {
    of,
    async byToken(token) {
      // What is no token at all is looked up as well, so that both take the same time.
      const since = after(deps.clock(), -LINK_LIFE_MS)
      const conversation = await deps.conversations.byLinkHash(await linkHash(token), since)
      return conversation && TOKEN.test(token) ? of(conversation) : null
    },
  }
}

async function viewOf(deps: ViewDeps, conversation: Conversation): Promise<View> {
  const { id } = conversation
  const [submission, files, shared, said, attached, sight, continuedIn, promised] = await Promise.all([
    deps.submissions.byId(conversation.submission),
    deps.submissions.filesOf(conversation.submission),
    deps.ledger.sharedWith(id),
    deps.replies.ofConversation(id),
    deps.replies.filesIn(id),
    sightOf(deps, conversation),
    continuationOf(deps, conversation),
    promiseToVisitor(deps, conversation),
  ])
  if (!submission) throw new Error('a conversation without its submission')
  const entries = entriesOf({ shared, replies: said, files: attached, name: submission.name })
  const words = entries.filter((entry): entry is SaidEntry => entry.kind === 'said')
  const status = statusOf(conversation, sight, words)
  const rating = said.findLast(({ act }) => act === 'rating')?.score ?? null
  const isSolved = isSolvedBy(entries)
  const isUnanswered = conversation.answeredAt === null && !words.some(({ from }) => from === 'desk')
  return {
    ...promised,
    conversation,
    submission,
    files: files.map(keptFile),
    entries,
    status,
    rating,
    can: {
      reply: status !== 'gone',
      solve: (status === 'opened' || status === 'answered') && !isSolved,
      rate: (status === 'answered' || status === 'closed') && rating === null,
      correctAddress: status !== 'gone' && isUnanswered,
    },
    isUnreachable: conversation.unreachableAt !== null,
    isFrozen: conversation.frozenAt !== null,
    continuedIn,
  }
}

type Sight = Status & ('gone' | 'out-of-sight' | 'merged')

/** What the last reading of the ticket says of it, where that is out of the ordinary. */
async function sightOf(
  { followed }: Pick<ViewDeps, 'followed'>,
  { ticketId }: Conversation,
): Promise<Sight | null> {
  if (ticketId === null) return null
  const ticket = (await followed.byIds([ticketId])).get(ticketId)
  if (!ticket) return null
  if (ticket.sight !== 'seen') return ticket.sight
  return ticket.stateType === 'merged' ? 'merged' : null
}

function statusOf(conversation: Conversation, sight: Sight | null, words: readonly SaidEntry[]): Status {
  if (conversation.ticketId === null) return isGivenUp(conversation) ? 'gone' : 'received'
  if (sight !== null) return sight
  if (conversation.mergedInto !== null) return 'merged'
  if (conversation.closedAt !== null) return 'closed'
  return words.at(-1)?.from === 'desk' ? 'answered' : 'opened'
}

/** Whether nothing was said since the visitor told that the request is solved. */
const isSolvedBy = (entries: readonly Entry[]): boolean =>
  entries.findLast(({ kind }) => kind !== 'rating')?.kind === 'solved'

/** Told only to the same address: staff may have given the other request to somebody else. */
async function continuationOf(
  { conversations, signer, clock }: Pick<ViewDeps, 'conversations' | 'signer' | 'clock'>,
  { continuedIn, recipient }: Conversation,
): Promise<View['continuedIn']> {
  const next = continuedIn === null ? null : await conversations.byId(continuedIn)
  if (!next || next.recipient.toLowerCase() !== recipient.toLowerCase() || !isLive(next, clock())) return null
  const token = await linkToken(signer, next)
  return token === null ? null : { reference: next.ticketNumber ?? next.reference, token }
}

/** The file of that id on the page, or null where the page shows none. */
export const fileOnPage = (view: View, id: string): FileOnPage | null =>
  [...view.files, ...view.entries.flatMap((entry) => (entry.kind === 'said' ? entry.files : []))].find(
    (file) => file.id === id,
  ) ?? null

/** "m•••••@hospital.example": enough to see a mistake by, not enough to learn an address from. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, 1)}•••••${address.slice(at)}`
}

/** The answers as a visitor gave them, each under its label, in the order of the form; addresses are masked. */
export function tellAnswers(
  form: Form,
  submission: Submission,
  label: (text: Form['title']) => string,
): readonly { readonly label: string; readonly value: string }[] {
  return form.fields.flatMap((field) => {
    const answer = submission.answers[field.id]
    if (answer === undefined || answer === true || field.kind === 'files') return []
    const values = typeof answer === 'string' ? [answer] : answer
    const told = values.map((value) => {
      if (field.kind === 'email') return maskedAddress(value)
      const option = 'options' in field ? field.options.find((one) => one.value === value) : undefined
      return option ? label(option.label) : value
    })
    return told.every((text) => text === '') ? [] : [{ label: label(field.label), value: told.join(', ') }]
  })
}
