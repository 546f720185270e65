import type { NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import type { Held, Write } from '../writes.ts'
import type { Messages } from './conversation.ts'

export interface PromisedMessageDeps {
  readonly messages: Messages
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly random: Random
}

/** A message to a visitor and the job that sends it; with `held`, only while that job's lease stands. */
export function promisedMessage(
  deps: PromisedMessageDeps,
  message: {
    readonly conversation: string
    readonly recipient: string
    readonly kind: string
    readonly messageId: string
    readonly at: Date
  },
  held?: Held,
): readonly Write[] {
  const { at, ...rest } = message
  const id = newId(deps.random)
  return [
    deps.messages.add({ ...rest, id, rendered: null, createdAt: at }, held),
    deps.addJob(
      {
        id: newId(deps.random),
        kind: 'send-message',
        lane: 'mail',
        conversation: message.conversation,
        serial: null,
        naturalKey: null,
        payload: { message: id },
        nextAt: at,
        createdAt: at,
      },
      held,
    ),
  ]
}
