import type { z } from 'zod'
import { after, type Clock, DAY_MS, SECOND_MS } from '../clock.ts'
import type { Conversation, Conversations, Messages } from '../conversation/conversation.ts'
import { messageJob } from '../conversation/promised-message.ts'
import type { NoticeFacts } from '../conversation/send-message.ts'
import type { Submissions } from '../conversation/submission.ts'
import type { Form } from '../forms/form.ts'
import type { NewJob } from '../outbox/job.ts'
import type { Random } from '../random.ts'
import { sha256 } from '../secret.ts'
import type { Held, Write } from '../writes.ts'

export interface NoticeDeps {
  readonly submissions: Pick<Submissions, 'byId'>
  readonly conversations: Pick<Conversations, 'change'>
  readonly messages: Pick<Messages, 'addOnce'>
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly forms: readonly Form[]
  /** How long a public article may still be taken back, in milliseconds. */
  readonly undoMs: number
  /** The host that our Message-IDs name. */
  readonly mailHost: string
  readonly clock: Clock
  readonly random: Random
}

export type NoticeKind = 'moved' | 'closed' | 'merged' | 'late'

export interface Told {
  readonly conversation: Conversation
  readonly kind: NoticeKind
  /** Names the event: of one the visitor hears once, however often it is found. */
  readonly occasion: string
  /** Id of the unit that has it now; the mail names the one that has it when it is written. */
  readonly unit?: string
  /** Which clock was missed, and when it was due. */
  readonly missed?: { readonly clock: string; readonly dueAt: Date }
}

/** An answer given together with a closing goes first, also where it still may be taken back. */
const BEHIND_UNDO_MS = 2 * SECOND_MS

/**
 * The writes that promise the visitor one short mail about what became of the request: none where the form wants
 * answers alone, and about another team at most one a day. That a promise was missed is put down in any case.
 */
export async function promiseNotice(deps: NoticeDeps, told: Told): Promise<readonly Write[]> {
  const { conversation, kind } = told
  const now = deps.clock()
  const { toldMovedAt } = conversation
  const isTooSoon = kind === 'moved' && toldMovedAt !== null && now < after(toldMovedAt, DAY_MS)
  const isWanted = !isTooSoon && (await wantsNotices(deps, conversation))
  return [
    ...(kind === 'late' ? [deps.conversations.change(conversation.id, { toldLateAt: now })] : []),
    ...(kind === 'moved' && isWanted
      ? [deps.conversations.change(conversation.id, { toldMovedAt: now })]
      : []),
    ...(isWanted ? await mailOf(deps, told, now) : []),
  ]
}

/** A form that is no longer there keeps to the answers. */
async function wantsNotices(
  { submissions, forms }: NoticeDeps,
  conversation: Conversation,
): Promise<boolean> {
  const submission = await submissions.byId(conversation.submission)
  return forms.find(({ id }) => id === submission?.form)?.notify === 'all'
}

/** Message and job have names that follow from the occasion: put down twice, there is one of each. */
async function mailOf(
  deps: NoticeDeps,
  { conversation, kind, occasion, missed }: Told,
  now: Date,
): Promise<readonly Write[]> {
  const { id: reader, recipient } = conversation
  // Two rounds at once may both find that nobody was told today.
  const once = kind === 'moved' ? now.toISOString().slice(0, 10) : occasion
  const event = (await sha256(`${kind} ${once}`)).slice(0, 16)
  const id = (await sha256(`notice ${reader} ${event}`)).slice(0, 25)
  const isUndoable = kind === 'closed' || kind === 'merged'
  const notBefore = isUndoable ? after(now, deps.undoMs + BEHIND_UNDO_MS) : now
  const messageId = `<${kind}.${event}.${reader.slice(0, 10)}@${deps.mailHost}>`
  const facts = (missed ? { clock: missed.clock, dueAt: missed.dueAt.toISOString() } : {}) satisfies z.input<
    typeof NoticeFacts
  >
  const message = { id, conversation: reader, kind, article: null, facts, messageId, recipient }
  const job = { id, conversation: reader, naturalKey: `notice:${id}` }
  return [
    deps.messages.addOnce({ ...message, rendered: null, createdAt: now }),
    deps.addJob(messageJob(job, { now, notBefore }, deps.random)),
  ]
}
