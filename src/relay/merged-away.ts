import type { Conversation, ConversationChange } from '../conversation/conversation.ts'
import type { Desk, Ticket } from '../desk.ts'
import { noteJob } from '../intake/add-note.ts'
import type { Memory } from '../memory.ts'
import type { NewJob } from '../outbox/job.ts'
import { NOTE_HEADING } from '../routing/explanation.ts'
import type { Held, Write } from '../writes.ts'
import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import { endOf } from './follow-conversation.ts'
import { mergeTarget, type MergeTargetDeps } from './merge-target.ts'
import { type NoticeDeps, promiseNotice } from './notices.ts'
import { ANSWER_ALL, mayFollow } from './scene.ts'

export interface MergedAwayDeps extends NoticeDeps {
  readonly desk: MergeTargetDeps['desk'] & Pick<Desk, 'bornOn' | 'person' | 'tags'>
  readonly memory: Pick<Memory, 'recall'>
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly clock: Clock
  readonly random: Random
}

/** What becomes of the conversations of a ticket that was merged away. */
export interface MergedAway {
  readonly changes: ReadonlyMap<string, ConversationChange>
  readonly writes: readonly Write[]
  /** The ticket that goes on, which is to be looked at too; null where it cannot be told, or is not ours. */
  readonly target: number | null
}

/**
 * A ticket was merged into another: its conversations go on there. Their visitors are told so in one fixed mail, once
 * for all the merges that follow; of who is not the visitor of that one, staff are told by one note that they see no
 * answers there (design 4.8).
 */
export async function mergedAway(
  deps: MergedAwayDeps,
  ticket: Ticket,
  around: readonly Conversation[],
): Promise<MergedAway> {
  const born = await deps.desk.bornOn(ticket.id)
  const target = await mergeTarget(deps, ticket, [...(born ?? [])])
  const isFollowed = target !== null && (await isOurs(deps, target))
  const changes = new Map<string, ConversationChange>()
  const writes: Write[] = []
  for (const conversation of around) {
    changes.set(conversation.id, changeOf(conversation, ticket, isFollowed ? target : null, target))
    if (target === null || conversation.mergedInto === target.id) continue
    if (conversation.mergedInto === null) writes.push(...(await told(deps, conversation, target)))
    if (isFollowed && (await mayFollow(deps, conversation, target))) continue
    writes.push(...(await parted(deps, conversation, target)))
  }
  return { changes, writes, target: isFollowed ? target.id : null }
}

/** Where it goes on its end is the other's; else it has ended with the merge. */
function changeOf(
  conversation: Conversation,
  ticket: Ticket,
  followed: Ticket | null,
  target: Ticket | null,
): ConversationChange {
  const ended = conversation.closedAt ?? ticket.closedAt ?? ticket.updatedAt
  const others = followed?.closed ? (followed.closedAt ?? followed.updatedAt) : null
  const closedAt = followed === null ? ended : endOf(others, conversation.closedAt)
  return {
    ...(target === null || conversation.mergedInto === target.id ? {} : { mergedInto: target.id }),
    ...(closedAt?.getTime() === conversation.closedAt?.getTime() ? {} : { closedAt }),
  }
}

async function isOurs({ memory }: MergedAwayDeps, target: Ticket): Promise<boolean> {
  const startLine = await memory.recall('start-line')
  const instance = await memory.recall('instance')
  const isOther = target.mark !== null && target.mark.instance !== instance
  return !isOther && startLine !== null && target.createdAt > new Date(startLine)
}

const told = (deps: MergedAwayDeps, conversation: Conversation, target: Ticket): Promise<readonly Write[]> =>
  promiseNotice(deps, { conversation, kind: 'merged', occasion: `${target.id}` })

/** What is said on the other ticket is not for this visitor: staff hear of that, where the ticket is one of ours. */
async function parted(
  deps: MergedAwayDeps,
  conversation: Conversation,
  target: Ticket,
): Promise<readonly Write[]> {
  const note = noteJob(
    {
      ticket: target.id,
      conversation: null,
      naturalKey: `note:merged:${conversation.id}:${target.id}`,
      lines: [
        NOTE_HEADING,
        `The request ${conversation.ticketNumber ?? conversation.reference} was merged into this ticket. Its visitor is not the customer of this one, and will not see answers given here.`,
        `To let that visitor see them, and get them by mail, tag this ticket ${ANSWER_ALL}: also those given since the merge.`,
      ],
    },
    deps.clock(),
    deps.random,
  )
  const isOthers = target.mark !== null && target.mark.instance !== (await deps.memory.recall('instance'))
  return isOthers ? [] : [deps.addJob(note)]
}
