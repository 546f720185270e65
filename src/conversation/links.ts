import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Signer } from '../secret.ts'
import type { Atomically, Held, Write } from '../writes.ts'
import {
  type Conversation,
  type ConversationChange,
  type Conversations,
  LINK_LIFE_MS,
  type Messages,
} from './conversation.ts'
import { linkToken, newLink } from './link.ts'

/** Whether a conversation is still opened by its link: it is until 90 days after it was closed. */
export const isLive = ({ closedAt }: Pick<Conversation, 'closedAt'>, now: Date): boolean =>
  closedAt === null || now.getTime() - closedAt.getTime() <= LINK_LIFE_MS

export interface RelinkDeps {
  readonly conversations: Pick<Conversations, 'relink'>
  readonly messages: Pick<Messages, 'readdress'>
}

/**
 * The writes by which another link takes the place of the present one, with `held` only while that job's lease stands:
 * what waits to be mailed is rendered anew, with the link that opens something. The rows of the last one tell whether
 * it happened.
 */
export function relinked(
  { conversations, messages }: RelinkDeps,
  { id }: Pick<Conversation, 'id'>,
  next: {
    readonly recipient: string
    readonly link: Conversation['link']
    readonly along?: Pick<ConversationChange, 'customerId' | 'unreachableAt'>
  },
  held?: Held,
): readonly Write[] {
  const { recipient, link, along = {} } = next
  const standing = { conversation: id, generation: link.generation - 1 }
  return [
    messages.readdress(id, recipient, standing, held),
    conversations.relink(id, recipient, link, held, { along }),
  ]
}

export interface LinksDeps extends RelinkDeps {
  readonly conversations: Pick<Conversations, 'byId' | 'relink'>
  readonly atomically: Atomically
  readonly signer: Signer
  /** The absolute address of a conversation's page. */
  readonly linkTo: (token: string) => string
}

/** The secret links of conversations, as absolute addresses. */
export interface Links {
  /** The link as it was mailed, or null where its secret is no longer among ours. */
  readonly linkOf: (conversation: Conversation) => Promise<string | null>
  /** Ends the link that there is, and resolves to the one that takes its place. */
  readonly revoke: (conversation: Conversation) => Promise<string>
}

/** What is told of a conversation's link: `over` 90 days after it was closed, `lost` where its secret is not ours. */
export type LinkTold =
  | {
      readonly told: 'link'
      readonly reference: string
      readonly ticketNumber: string | null
      readonly link: string
    }
  | { readonly told: 'unknown' | 'over' | 'lost' }

/** Links for staff, who name a conversation by its reference or its ticket's number. */
export interface StaffLinks {
  readonly link: (typed: string) => Promise<LinkTold>
  /** Ends the link that there is, and tells the new one. */
  readonly revoke: (typed: string) => Promise<LinkTold>
}

export interface StaffLinksDeps extends LinksDeps {
  readonly conversations: LinksDeps['conversations'] & Pick<Conversations, 'byReference'>
  readonly clock: Clock
  readonly log: Log
}

export function createStaffLinks(deps: StaffLinksDeps): StaffLinks {
  const links = createLinks(deps)
  const tell = async (typed: string, linkOf: Links['linkOf'], event: string): Promise<LinkTold> => {
    const conversation = await deps.conversations.byReference(typed)
    if (!conversation) return { told: 'unknown' }
    if (!isLive(conversation, deps.clock())) return { told: 'over' }
    const link = await linkOf(conversation)
    if (link === null) return { told: 'lost' }
    const { id, reference, ticketNumber } = conversation
    deps.log.info(event, { conversation: id })
    return { told: 'link', reference, ticketNumber, link }
  }
  return {
    link: (typed) => tell(typed, links.linkOf, 'link.told'),
    revoke: (typed) => tell(typed, links.revoke, 'link.revoked'),
  }
}

/** Others may change the link at the same moment: so often it is tried. */
const MOST_TRIES = 5

export function createLinks(deps: LinksDeps): Links {
  return {
    async linkOf(conversation) {
      const token = await linkToken(deps.signer, conversation)
      return token === null ? null : deps.linkTo(token)
    },
    revoke: (conversation) => revoke(deps, conversation, MOST_TRIES),
  }
}

async function revoke(deps: LinksDeps, conversation: Conversation, tries: number): Promise<string> {
  const { id, recipient, link } = conversation
  const next = await newLink(deps.signer, id, recipient, link.generation + 1)
  const touched = await deps.atomically(relinked(deps, conversation, { recipient, link: next.kept }))
  if (touched.at(-1) === 1) return deps.linkTo(next.token)
  const now = await deps.conversations.byId(id)
  if (!now || tries <= 1) throw new Error('the link of a conversation changes all the time, or it is gone')
  return revoke(deps, now, tries - 1)
}
