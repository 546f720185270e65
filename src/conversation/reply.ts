import type { Held, Write } from '../writes.ts'
import type { Repeatable, SubmittedFile } from './submission.ts'

/** What a visitor said on the page of a conversation, stored before the page says so. */
export interface Reply {
  readonly id: string
  readonly conversation: string
  readonly act: 'reply' | 'solved' | 'rating'
  /** What was written; empty where nothing was. */
  readonly body: string
  /** From 1 to 5 where it is a rating. */
  readonly score: number | null
  readonly sentAt: Date
  /** When Zammad had it, or null. */
  readonly postedAt: Date | null
}

export type ReplyFile = Omit<SubmittedFile, 'field'>

export interface Replies {
  /** With `held`, only while that job's lease stands. */
  readonly add: (
    reply: Reply,
    repeatable: Pick<Repeatable, 'key' | 'content'>,
    files: readonly ReplyFile[],
    held?: Held,
  ) => readonly Write[]
  /** What was sent under a key before. */
  readonly byKey: (key: string) => Promise<{ readonly content: string; readonly conversation: string } | null>
  readonly byId: (id: string) => Promise<Reply | null>
  /** Oldest first. */
  readonly ofConversation: (conversation: string) => Promise<readonly Reply[]>
  readonly filesOf: (reply: string) => Promise<readonly ReplyFile[]>
  /** Files of all replies of a conversation, by reply. */
  readonly filesIn: (conversation: string) => Promise<ReadonlyMap<string, readonly ReplyFile[]>>
  readonly posted: (id: string, at: Date, held: Held) => Write
  /** Whether a word of the same visitor, said before, is not in Zammad yet, while its job goes on. */
  readonly hasEarlierUnposted: (reply: Reply) => Promise<boolean>
}
