import type { Article } from '../desk.ts'
import { agentName, articleText } from './article-text.ts'
import type { Disposed } from './disposition.ts'
import type { LedgerEntry } from './ledger.ts'
import { type Paired, UNKNOWN_ORIGIN } from './origins.ts'

type Words = Pick<LedgerEntry, 'name' | 'html' | 'text' | 'files'>

const NO_WORDS: Words = { name: '', html: '', text: '', files: [] }

/** What is kept of an article's files takes at most so many bytes, as JSON. */
const MOST_FILE_BYTES = 300_000

/** Kinds of people whose words depend on who the ticket's customer is, or where articles were made. */
const OPEN_REASONS: ReadonlySet<string> = new Set(['elsewhere', 'stranger', 'visitor'])

/** Whether an article is to be judged again: it is new, it changed, or what it is judged by may have. */
export const isToBeJudged = ({ article, before }: Paired, origin: number): boolean =>
  before === null ||
  before.updatedAt.getTime() !== article.updatedAt.getTime() ||
  before.internal !== article.internal ||
  before.disposition === 'undecided' ||
  before.bornOn !== origin ||
  OPEN_REASONS.has(before.because)

/** Whether it says whose word it is: that holds where it was made, wherever a merge takes it. */
const isSomebodysWord = ({ disposition, because }: LedgerEntry): boolean =>
  disposition === 'relay' || because === 'visitor' || because === 'stranger'

/** Whether a merge took it to another visitor's ticket, where nobody sees it: what it was on its own counts there still. */
const isTakenElsewhere = (before: LedgerEntry, ticketId: number, { because }: Disposed): boolean =>
  because === 'elsewhere' &&
  before.bornOn !== UNKNOWN_ORIGIN &&
  before.bornOn !== ticketId &&
  isSomebodysWord(before)

/** What is final, whatever is found later: what was mailed, and what staff have still to release (design 4.7). */
function standing({ article, before }: Paired, ticketId: number, disposed: Disposed): Disposed {
  if (before === null) return disposed
  const { disposition, because, side } = before
  if (before.mailed) return { disposition, because, side: article.internal ? null : 'desk' }
  if (article.internal) return disposed
  if (disposition === 'zammad-sent') return { disposition, because, side: side ?? 'desk' }
  if (disposition === 'held' && disposed.side !== null) return { disposition, because, side }
  if (isTakenElsewhere(before, ticketId, disposed)) return { disposition, because, side: null }
  return disposed
}

/**
 * The entry of an article as it was just read, without its words. `disposed` is null where it was not judged again,
 * which only an article that is known can be.
 */
export function nextEntry(
  paired: Paired,
  seen: {
    readonly ticketId: number
    readonly origin: number
    /** Whether Zammad's history tells that it was made on this ticket. */
    readonly isBornHere?: boolean
    readonly disposed: Disposed | null
    readonly by: LedgerEntry['seenBy']
    readonly now: Date
  },
): Omit<LedgerEntry, keyof Words> {
  const { article, before } = paired
  const { ticketId, origin, by, now } = seen
  const judged = seen.disposed ?? before
  if (judged === null) throw new Error('an article that is not known is judged')
  const { disposition, because, side } = standing(paired, ticketId, judged)
  const isGivenAgain = before !== null && before.internal && !article.internal
  return {
    id: article.id,
    createdAt: article.createdAt,
    ticketId,
    bornOn: origin === UNKNOWN_ORIGIN && seen.isBornHere ? ticketId : origin,
    updatedAt: article.updatedAt,
    sender: article.sender,
    type: article.type,
    internal: article.internal,
    messageId: article.messageId,
    disposition,
    because,
    side,
    publication: before === null ? Number(!article.internal) : before.publication + Number(isGivenAgain),
    seenBy: before?.seenBy ?? by,
    firstSeenAt: before?.firstSeenAt ?? now,
    asked: before?.asked ?? false,
    mailed: before?.mailed ?? false,
    automatic: article.automatic,
  }
}

/** The words of an entry: of what no visitor may see none is kept. An article's own words never change. */
export function wordsOf(
  { article, before }: Paired,
  shown: {
    readonly side: LedgerEntry['side']
    readonly hasViewers: boolean
    readonly agentNames: 'person' | 'team'
  },
): Words {
  if (shown.side === null) return NO_WORDS
  const isKept = before !== null && before.side !== null && before.html + before.text + before.name !== ''
  if (isKept) return { name: before.name, html: before.html, text: before.text, files: before.files }
  if (!shown.hasViewers) return NO_WORDS
  const { html, text } = articleText(article)
  const isNamed = shown.side === 'visitor' || shown.agentNames === 'person'
  return { name: isNamed ? agentName(article.from) : '', html, text, files: someFiles(article.files) }
}

/** The first files that a row has room for, beside words of any length. */
function someFiles(files: Words['files']): Words['files'] {
  let bytes = 0
  return files.filter((file) => {
    bytes += new TextEncoder().encode(JSON.stringify(file)).length
    return bytes <= MOST_FILE_BYTES
  })
}

/** An entry that nobody sees: no word of it is kept. */
export const withoutWords = (entry: LedgerEntry): LedgerEntry => ({ ...entry, ...NO_WORDS, side: null })

/** What was put down of an article that Zammad gave an id which another one had: it waits for staff. */
export const heldEntry = (
  article: Article,
  seen: { readonly by: LedgerEntry['seenBy']; readonly now: Date },
): LedgerEntry => ({
  ...nextEntry(
    { article, before: null },
    {
      ticketId: article.ticketId,
      origin: UNKNOWN_ORIGIN,
      disposed: { disposition: 'held', because: 'copy', side: null },
      ...seen,
    },
  ),
  ...NO_WORDS,
})

/** Whether nothing of an entry has changed. */
export function isSameEntry(before: LedgerEntry | null, entry: LedgerEntry): boolean {
  const plain = (one: LedgerEntry): string =>
    JSON.stringify([
      one.ticketId,
      one.bornOn,
      one.updatedAt.getTime(),
      one.internal,
      one.disposition,
      one.because,
      one.side,
      one.name,
      one.html,
      one.text,
      one.files,
      one.publication,
      one.asked,
      one.automatic,
    ])
  return before !== null && plain(before) === plain(entry)
}
