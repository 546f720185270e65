import type { Article, ArticleFile } from '../desk.ts'
import type { Held, Write } from '../writes.ts'
import type { Because, Disposition } from './disposition.ts'

/** By what an article is known: a Zammad restored from a copy gives an id twice, and not at the same instant. */
export interface ArticleKey {
  readonly id: number
  /** Zammad's. */
  readonly createdAt: Date
}

export const isSameArticle = (one: ArticleKey, other: ArticleKey): boolean =>
  one.id === other.id && one.createdAt.getTime() === other.createdAt.getTime()

/** What is put down of an article. Of what no visitor may see no word is kept. */
export interface LedgerEntry extends ArticleKey {
  /** Where it was seen last. */
  readonly ticketId: number
  /** The ticket that it was made on. */
  readonly bornOn: number
  /** Zammad's, as it was last read. */
  readonly updatedAt: Date
  readonly sender: Article['sender']
  readonly type: string
  readonly internal: boolean
  readonly messageId: string | null
  readonly disposition: Disposition
  readonly because: Because
  /** Whose word it is on the page; null where nobody but staff may see it. */
  readonly side: 'desk' | 'visitor' | null
  /** Who wrote it, as the page names them; empty where the team stands for them. */
  readonly name: string
  /** Made harmless: the page shows it as it is. Pictures name the file that they are by `file:ID`. */
  readonly html: string
  readonly text: string
  readonly files: readonly ArticleFile[]
  /** How often it has been made public: what was taken back and given again is sent again. */
  readonly publication: number
  readonly seenBy: 'hook' | 'poll'
  /** By our clock. */
  readonly firstSeenAt: Date
  /** Whether staff were asked what became of it. */
  readonly asked: boolean
  /** Whether the visitor has it by mail, from us: then its disposition stays as it is. */
  readonly mailed: boolean
  /** Whether a machine wrote it, not a person. */
  readonly automatic: boolean
}

export interface Ledger {
  /** Entries of articles that were last seen on the ticket, oldest first. */
  readonly ofTicket: (ticketId: number) => Promise<readonly LedgerEntry[]>
  /** Entries of articles that were made on the ticket, and of those on it of which nobody can tell where; oldest first. */
  readonly madeOn: (ticketId: number) => Promise<readonly LedgerEntry[]>
  /** Every entry of these ids, wherever it is now; an id may have two, of different times. */
  readonly byIds: (ids: readonly number[]) => Promise<readonly LedgerEntry[]>
  /** Puts an entry down as it is now. An entry that was mailed stays mailed. */
  readonly keep: (entry: LedgerEntry) => Write
  /** Puts down that the visitor has it by mail, and nothing else, only while the job's lease stands. */
  readonly mailed: (key: ArticleKey, held: Held) => Write
  /** The conversation may see the article from now on, whatever ticket it is moved to. */
  readonly share: (key: ArticleKey, conversation: string) => Write
  /**
   * The conversation may not see the article any more, unless its visitor has it by mail; with `held`, only while that
   * job's lease stands.
   */
  readonly unshare: (key: ArticleKey, conversation: string, held?: Held) => Write
  /** As `unshare`, of every article that was not made on this ticket. */
  readonly unshareOthers: (conversation: string, ticketId: number) => Write
  /** Entries that a conversation may see and that have a side, oldest first. */
  readonly sharedWith: (conversation: string) => Promise<readonly LedgerEntry[]>
  /** Ids of the conversations that may see the article. */
  readonly conversationsOf: (key: ArticleKey) => Promise<readonly string[]>
  /** Of these dispositions, oldest first: what waits for staff. */
  readonly awaiting: (
    what: { readonly disposition: Disposition; readonly because?: Because },
    limit: number,
  ) => Promise<readonly LedgerEntry[]>
  /**
   * Tickets with articles without an end of which staff were not asked yet, those in sight: the one that was looked at
   * longest ago first.
   */
  readonly unasked: (limit: number) => Promise<readonly number[]>
  /** How many articles there are of a disposition, whatever the reason unless one is given. */
  readonly count: (what: { readonly disposition: Disposition; readonly because?: Because }) => Promise<number>
  /** How articles came to be known, and how long after they were made, in milliseconds. */
  readonly gaps: () => Promise<
    readonly {
      readonly seenBy: 'hook' | 'poll'
      readonly count: number
      readonly lagSumMs: number
      readonly lagMaxMs: number
    }[]
  >
}
