import { z } from 'zod'
import { type Clock, MINUTE_MS } from '../clock.ts'
import type { Conversation, Conversations } from '../conversation/conversation.ts'
import { newLink } from '../conversation/link.ts'
import { relinked, type RelinkDeps } from '../conversation/links.ts'
import type { Desk } from '../desk.ts'
import { noteJob } from '../intake/add-note.ts'
import type { Log } from '../log.ts'
import type { ClaimedJob, Kind, NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import { NOTE_HEADING } from '../routing/explanation.ts'
import type { Signer } from '../secret.ts'
import type { Atomically, Held, Write } from '../writes.ts'

/** The tag by which staff end the link of a ticket's visitor. */
export const REVOKE_LINK = 'revoke-link'

const Payload = z.object({ ticket: z.int(), generation: z.int() })

/** The job that ends the link of a conversation as its ticket is tagged so; once for each link. */
export const revokeLinkJob = (
  { id, link: { generation } }: Conversation,
  ticket: number,
  now: Date,
  random: Random,
): NewJob => ({
  id: newId(random),
  kind: 'revoke-link',
  lane: 'zammad',
  conversation: id,
  serial: `ticket:${ticket}`,
  naturalKey: `revoke-link:${id}:${generation}`,
  payload: { ticket, generation },
  nextAt: now,
  createdAt: now,
})

export interface RevokeLinkDeps extends RelinkDeps {
  readonly desk: Pick<Desk, 'untag' | 'read'>
  readonly conversations: Pick<Conversations, 'byId' | 'relink'>
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly atomically: Atomically
  readonly signer: Signer
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Ends the link, takes the tag away, and notes it. The visitor gets the new link with the next mail, or by asking for it. */
export function revokeLink(deps: RevokeLinkDeps): Kind {
  return {
    lane: 'zammad',
    leaseMs: 5 * MINUTE_MS,
    uncertainMs: 0,
    maxUncertain: null,
    giveUpMs: null,
    async act(job) {
      const { ticket, generation } = Payload.parse(job.payload)
      await endLink(deps, job, generation)
      const { seen } = await deps.desk.read(ticket)
      if (seen !== 'ticket') return { outcome: 'done', writes: [] }
      await deps.desk.untag(ticket, REVOKE_LINK)
      const naturalKey = `note:${REVOKE_LINK}:${job.conversation}:${generation}`
      const lines = [
        NOTE_HEADING,
        'The link to the visitor’s page does not open it any more, as this ticket was tagged so. The next mail to the visitor brings a new one.',
      ]
      const note = noteJob({ ticket, conversation: null, naturalKey, lines }, deps.clock(), deps.random)
      return { outcome: 'done', writes: [deps.addJob(note, job)] }
    },
  }
}

async function endLink(deps: RevokeLinkDeps, job: ClaimedJob, generation: number): Promise<void> {
  const conversation = job.conversation === null ? null : await deps.conversations.byId(job.conversation)
  if (!conversation) throw new Error('a link without its conversation')
  const { id, recipient, link } = conversation
  // Ended already, by an earlier attempt or by somebody else.
  if (link.generation !== generation) return
  const next = await newLink(deps.signer, id, recipient, generation + 1)
  await deps.atomically(relinked(deps, conversation, { recipient, link: next.kept }, job))
  deps.log.info('link.revoked', { conversation: id })
}
