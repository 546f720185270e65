import type { NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import type { ArticleKey } from '../relay/ledger.ts'
import type { Held, Write } from '../writes.ts'
import type { MessageKind, Messages } from './conversation.ts'

export interface PromisedMessageDeps {
  readonly messages: Pick<Messages, 'add'>
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly random: Random
}

/** The job that sends one message. */
export const messageJob = (
  message: { readonly id: string; readonly conversation: string; readonly naturalKey: string | null },
  at: { readonly now: Date; readonly notBefore: Date },
  random: Random,
): NewJob => ({
  id: newId(random),
  kind: 'send-message',
  lane: 'mail',
  conversation: message.conversation,
  serial: null,
  naturalKey: message.naturalKey,
  payload: { message: message.id },
  nextAt: at.notBefore,
  createdAt: at.now,
})

/** A message to a visitor and the job that sends it; with `held`, only while that job's lease stands. */
export function promisedMessage(
  deps: PromisedMessageDeps,
  message: {
    readonly conversation: string
    readonly recipient: string
    readonly kind: MessageKind
    readonly messageId: string
    readonly at: Date
    /** The article that it brings; none unless told. */
    readonly article?: ArticleKey | null
    /** What is known now, and is told when it is rendered. */
    readonly facts?: unknown
  },
  held?: Held,
): readonly Write[] {
  const { at, article = null, facts = {}, ...rest } = message
  const id = newId(deps.random)
  const when = { now: at, notBefore: at }
  return [
    deps.messages.add({ ...rest, id, article, facts, rendered: null, createdAt: at }, held),
    deps.addJob(
      messageJob({ id, conversation: message.conversation, naturalKey: null }, when, deps.random),
      held,
    ),
  ]
}
