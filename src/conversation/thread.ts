import { fitFileName } from '../intake/file-name.ts'
import type { LedgerEntry } from '../relay/ledger.ts'
import type { Reply, ReplyFile } from './reply.ts'
import type { SubmittedFile } from './submission.ts'

/** Where the bytes of a file on the page are. */
export type FilePlace =
  | { readonly kept: string }
  /** In Zammad: `createdAt` is the article's, by which it is told from another that got its id. */
  | {
      readonly article: {
        readonly ticketId: number
        readonly articleId: number
        readonly createdAt: Date
        readonly id: number
      }
    }

/** A file as the page names it. */
export interface FileOnPage {
  /** What stands in its address. */
  readonly id: string
  readonly name: string
  readonly type: string
  /** In bytes. */
  readonly size: number
  readonly place: FilePlace
}

/** What somebody wrote. */
export interface SaidEntry {
  readonly kind: 'said'
  readonly id: string
  readonly from: 'visitor' | 'desk'
  /** Empty where the team stands for the writer. */
  readonly name: string
  readonly at: Date
  /** Made harmless, pictures by `file:ID`; null where there is plain text alone. */
  readonly html: string | null
  readonly text: string
  /** Those named at the foot, and the pictures inside of the text. */
  readonly files: readonly FileOnPage[]
  /** The article that it is, or null for what was written on the page. */
  readonly articleId: number | null
  /** Whether it is in Zammad. */
  readonly hasArrived: boolean
}

/** What the visitor did on the page, with or without a word. */
export interface Act {
  readonly kind: 'solved' | 'rating'
  readonly id: string
  readonly at: Date
  /** From 1 to 5 where it is a rating. */
  readonly score: number | null
  readonly text: string
}

export type Entry = SaidEntry | Act

/** Articles and what was said on the page, in one order: the oldest first. */
export function entriesOf(of: {
  readonly shared: readonly LedgerEntry[]
  readonly replies: readonly Reply[]
  readonly files: ReadonlyMap<string, readonly ReplyFile[]>
  /** The visitor's. */
  readonly name: string
}): readonly Entry[] {
  const articles = of.shared.flatMap((entry) => (entry.side === null ? [] : [saidIn(entry, entry.side)]))
  const replies = of.replies.map((reply) => entryOf(reply, of.files.get(reply.id) ?? [], of.name))
  return [...articles, ...replies].sort((a, b) => a.at.getTime() - b.at.getTime())
}

const saidIn = (entry: LedgerEntry, from: SaidEntry['from']): SaidEntry => ({
  kind: 'said',
  id: String(entry.id),
  from,
  name: entry.name,
  at: entry.createdAt,
  html: entry.html,
  text: entry.text,
  files: entry.files.map((file) => articleFile(entry, file)),
  articleId: entry.id,
  hasArrived: true,
})

const articleFile = (
  { id, createdAt, ticketId }: LedgerEntry,
  file: LedgerEntry['files'][number],
): FileOnPage => ({
  id: articleFileId(id, file.id),
  name: fitFileName(file.name),
  type: file.type,
  size: file.size,
  place: { article: { ticketId, articleId: id, createdAt, id: file.id } },
})

/** What stands in the address of an article's file. */
export const articleFileId = (article: number, file: number): string => `${article}-${file}`

function entryOf(reply: Reply, files: readonly ReplyFile[], name: string): Entry {
  const { id, act, body, score, sentAt } = reply
  if (act !== 'reply') return { kind: act, id, at: sentAt, score, text: body }
  return {
    kind: 'said',
    id,
    from: 'visitor',
    name,
    at: sentAt,
    html: null,
    text: body,
    files: files.map(keptFile),
    articleId: null,
    hasArrived: reply.postedAt !== null,
  }
}

/** A file that is kept here. */
export const keptFile = ({ id, name, type, size, storedAs }: ReplyFile | SubmittedFile): FileOnPage => ({
  id,
  name,
  type,
  size,
  place: { kept: storedAs },
})
