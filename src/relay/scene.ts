import type { Conversation } from '../conversation/conversation.ts'
import type { Replies } from '../conversation/reply.ts'
import type { Submissions } from '../conversation/submission.ts'
import type { Article, Desk, Ticket } from '../desk.ts'
import type { Memory } from '../memory.ts'
import type { Scene } from './disposition.ts'

/** The tag by which staff let the visitors of merged requests follow what is said on the target. */
export const ANSWER_ALL = 'answer-all'

export interface SceneDeps {
  readonly desk: Pick<Desk, 'person' | 'tags'>
  /** Id of our own account. */
  readonly botId: () => Promise<number>
  readonly memory: Pick<Memory, 'recall'>
  readonly submissions: Pick<Submissions, 'byId'>
  readonly replies: Pick<Replies, 'byId'>
  /** What stands behind the @ of our Message-IDs. */
  readonly mailHost: string
}

/** What all articles of a ticket are judged by. */
export type Stage = Omit<Scene, 'isAtHome' | 'isKnown' | 'isOurs' | 'isOverdue' | 'saidByStaff'>

/**
 * What the articles of a ticket are judged by, for the conversation that follows it, or for its customer where that
 * is null. Throws `Failure` where Zammad does not answer.
 */
export async function stageOf(
  deps: SceneDeps,
  place: {
    readonly ticket: Pick<Ticket, 'customerId' | 'createdAt'>
    readonly conversation: Pick<Conversation, 'recipient' | 'formerRecipients'> | null
  },
): Promise<Stage> {
  const { ticket, conversation } = place
  const startLine = await deps.memory.recall('start-line')
  const heldUntil = await deps.memory.recall('held-until')
  return {
    botId: await deps.botId(),
    ticket: { customerId: ticket.customerId, createdAt: ticket.createdAt },
    // No ticket was there at first contact: whatever came later counts.
    startLine: startLine === null ? new Date(0) : new Date(startLine),
    visitor: conversation ? addressesOf(conversation) : await customerOf(deps, ticket.customerId),
    heldUntil: heldUntil === null ? null : new Date(heldUntil),
  }
}

const addressesOf = ({
  recipient,
  formerRecipients,
}: Pick<Conversation, 'recipient' | 'formerRecipients'>): Stage['visitor'] => ({
  present: recipient.toLowerCase(),
  former: formerRecipients,
})

async function customerOf({ desk }: SceneDeps, customerId: number): Promise<Stage['visitor']> {
  const customer = await desk.person(customerId)
  return { present: customer?.email?.toLowerCase() ?? null, former: [] }
}

/** What one article is judged by. `isKnown`: it is in the ledger; `isAtHome`: it belongs to this conversation's ticket. */
export async function sceneOf(
  deps: SceneDeps,
  stage: Stage,
  judged: {
    readonly article: Pick<Article, 'messageId'>
    readonly isKnown: boolean
    readonly isAtHome: boolean
    readonly isOverdue: boolean
    readonly saidByStaff: Scene['saidByStaff']
  },
): Promise<Scene> {
  const { article, ...rest } = judged
  return { ...stage, ...rest, isOurs: await isOurs(deps, article.messageId) }
}

/** Whether it is the Message-ID of a visitor's word that we bring to Zammad: of a submission, or of a reply on the page. */
async function isOurs(
  { submissions, replies, mailHost }: SceneDeps,
  messageId: string | null,
): Promise<boolean> {
  const [, id, host] = /^<([^<>@\s]+)@([^<>@\s]+)>$/.exec(messageId ?? '') ?? []
  if (id === undefined || host?.toLowerCase() !== mailHost.toLowerCase()) return false
  return (await submissions.byId(id)) !== null || (await replies.byId(id)) !== null
}

/**
 * Whether the visitor of a conversation may see what is said on the ticket that their own was merged into: it is
 * theirs as well, or staff said so by the tag `answer-all`.
 */
export async function mayFollow(
  { desk }: Pick<SceneDeps, 'desk'>,
  conversation: Pick<Conversation, 'customerId' | 'recipient'>,
  target: Pick<Ticket, 'id' | 'customerId'>,
): Promise<boolean> {
  if (conversation.customerId === target.customerId) return true
  const customer = await desk.person(target.customerId)
  if (customer?.email?.toLowerCase() === conversation.recipient.toLowerCase()) return true
  return (await desk.tags(target.id)).includes(ANSWER_ALL)
}
