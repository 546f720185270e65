import { after, MINUTE_MS } from '../clock.ts'
import type { Article } from '../desk.ts'

/** What becomes of one article. */
export const DISPOSITIONS = [
  'undecided',
  'relay',
  'zammad-sent',
  'not-for-visitor',
  'before-us',
  'held',
] as const
export type Disposition = (typeof DISPOSITIONS)[number]

/** Why, for staff and tests; `answer` is the one that is relayed, or that Zammad has sent. */
export const REASONS = [
  'answer', //       a public word of staff
  'sending', //      Zammad mails it, and how that ends is not known yet
  'unsent', //       Zammad gave up on mailing it
  'former', //       Zammad mailed it to an address that the visitor no longer has
  'forwarded', //    mailed to others only: by Zammad, or by an agent's own program
  'internal',
  'system',
  'bot', //          our own words
  'ours', //         the visitor's, posted by us
  'visitor', //      the visitor's, by mail or by telephone
  'stranger',
  'merge-note',
  'unknown-type', // of a kind that we do not know
  'elsewhere', //    made on another ticket, for another visitor
  'copy', //         from the time between a copy of the store and its restore
  'released', //     staff gave it to the visitor, on the board
  'left', //         staff left it as it was, on the board
  'start-line',
  'deleted', //      it was answered for, and is there no more
] as const
export type Because = (typeof REASONS)[number]

/** What an article is judged by, beside itself. */
export interface Scene {
  /** Id of our own account. */
  readonly botId: number
  readonly ticket: { readonly customerId: number; readonly createdAt: Date }
  /** From when on we answer for this Zammad. */
  readonly startLine: Date
  /** Addresses of the visitor, in lower case: the present one, and those that were replaced. */
  readonly visitor: { readonly present: string | null; readonly former: readonly string[] }
  /** Whether the article was made on this ticket, or on one that was merged into it for the same visitor. */
  readonly isAtHome: boolean
  /** Articles up to then that are not in the ledger are held: the store was restored; null where it was not. */
  readonly heldUntil: Date | null
  /** Whether it is in the ledger, and not as one that is held: what is held stays so until staff release it. */
  readonly isKnown: boolean
  /** Whether the Message-ID is one that we gave to a word of the visitor's. */
  readonly isOurs: boolean
  /** Whether Zammad had all the time there is to tell what became of a mail of its own. */
  readonly isOverdue: boolean
  /** What staff said of it on the board, where it had waited for them; null where nothing. */
  readonly saidByStaff: 'released' | 'left' | null
}

/** What staff said on the board of an article that is in the ledger for this reason. */
export const saidByStaff = (because: Because | null): Scene['saidByStaff'] =>
  because === 'released' || because === 'left' ? because : null

export interface Disposed {
  readonly disposition: Disposition
  readonly because: Because
  /** Whose word it is on the visitor's page; null where it is not shown. */
  readonly side: 'desk' | 'visitor' | null
}

/** How long a mail of Zammad's own may have no end before staff are asked, by our clock since it was seen. */
export const PATIENCE_MS = 15 * MINUTE_MS

/** Whether Zammad had all the time there is to tell what became of a mail that was first seen then. */
export const isOverdue = (firstSeenAt: Date, now: Date): boolean => now >= after(firstSeenAt, PATIENCE_MS)

/** Zammad tries a mail again up to so often, and then leaves it (contract 5.5). */
const MOST_TRIES = 4

/** Zammad's types but for email (contract 5.4): what staff say by them is relayed. */
const RELAYED_TYPES: ReadonlySet<string> = new Set([
  'note',
  'phone',
  'web',
  'sms',
  'chat',
  'fax',
  'twitter status',
  'twitter direct-message',
  'facebook feed post',
  'facebook feed comment',
  'facebook feed note',
  'telegram personal-message',
  'whatsapp message',
])

/**
 * What becomes of an article: an allow-list, so that what is not known to be for the visitor is not.
 * Internal is internal whoever wrote it and however it was sent (design 4.6, 4.7).
 */
export function dispose(article: Article, scene: Scene): Disposed {
  const { startLine, ticket, heldUntil } = scene
  if (article.createdAt <= startLine || ticket.createdAt <= startLine) {
    return { disposition: 'before-us', because: 'start-line', side: null }
  }
  const disposed = ofOurTime(article, scene)
  const isFromCopy = !scene.isKnown && heldUntil !== null && article.createdAt <= heldUntil
  if (!isFromCopy || !isToBeHeld(disposed)) return disposed
  return { disposition: 'held', because: scene.saidByStaff === 'left' ? 'left' : 'copy', side: null }
}

/** What would be mailed or shown, and that the lost part of the store may have dealt with already. */
const isToBeHeld = ({ disposition, because }: Disposed): boolean =>
  disposition === 'relay' || disposition === 'undecided' || because === 'visitor'

function ofOurTime(article: Article, scene: Scene): Disposed {
  if (article.internal) return unseen('internal')
  if (article.sender === 'System') return unseen('system')
  if (isOurs(article, scene)) return unseen('ours')
  if (article.createdById === scene.botId) return unseen('bot')
  if (!scene.isAtHome) return unseen('elsewhere')
  if (article.sender === 'Customer') return ofCustomer(article, scene)
  if (isMergeNote(article)) return unseen('merge-note')
  // Somebody of staff who asked for help themselves.
  if (article.createdById === scene.ticket.customerId) return VISITORS_WORD
  if (article.type === 'email') return ofEmail(article, scene)
  return RELAYED_TYPES.has(article.type) ? ANSWER : unseen('unknown-type')
}

const ANSWER: Disposed = { disposition: 'relay', because: 'answer', side: 'desk' }
const VISITORS_WORD: Disposed = { disposition: 'not-for-visitor', because: 'visitor', side: 'visitor' }

const unseen = (because: Because): Disposed => ({ disposition: 'not-for-visitor', because, side: null })

/** Posted by us, by an account that we had before too; the Message-ID alone could be written by anybody who mails. */
const isOurs = ({ sender, createdById, originById }: Article, scene: Scene): boolean =>
  scene.isOurs &&
  sender === 'Customer' &&
  (createdById === scene.botId || originById === scene.ticket.customerId)

/** Of two who have to do with a customer's article, the one in whose name it was put down is its author. */
export const authorOf = ({ sender, createdById, originById }: Article): number =>
  sender === 'Customer' ? (originById ?? createdById) : createdById

const ofCustomer = (article: Article, { ticket }: Scene): Disposed =>
  authorOf(article) === ticket.customerId ? VISITORS_WORD : unseen('stranger')

/** What Zammad leaves, in the name of whoever merged, on the ticket that was merged away (L25). */
const isMergeNote = ({ type, contentType, subject, body }: Article): boolean =>
  type === 'note' && contentType.startsWith('text/plain') && subject === '' && body === 'merged'

/** Zammad mails it: whether it did, and to whom, decides (design 4.7). */
function ofEmail({ to, delivery }: Article, scene: Scene): Disposed {
  const { visitor } = scene
  const isToPresent = visitor.present === null || to.length === 0 || to.includes(visitor.present)
  const isToVisitor = isToPresent || to.some((address) => visitor.former.includes(address))
  if (delivery?.status === 'success') {
    if (isToPresent) return { disposition: 'zammad-sent', because: 'answer', side: 'desk' }
    return isToVisitor ? { ...ANSWER, because: 'former' } : toOthersOnly(scene)
  }
  if (delivery && delivery.tries >= MOST_TRIES) {
    return isToVisitor ? { ...ANSWER, because: 'unsent' } : toOthersOnly(scene)
  }
  // What an agent sends by their own mail program has no end in Zammad, ever.
  if (!isToVisitor && scene.isOverdue) return toOthersOnly(scene)
  return { disposition: 'undecided', because: 'sending', side: isToVisitor ? 'desk' : null }
}

/** What was forwarded is the visitor's only where staff say so on the board. */
function toOthersOnly({ saidByStaff: said }: Scene): Disposed {
  return said === 'released' ? { ...ANSWER, because: said } : unseen(said ?? 'forwarded')
}
