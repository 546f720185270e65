import { oneLine } from '../forms/clean-text.ts'
import { readEmailAddress } from '../forms/email-address.ts'
import type { Log } from '../log.ts'
import type { Signer } from '../secret.ts'
import type { Atomically } from '../writes.ts'
import type { Conversation, Conversations } from './conversation.ts'
import { correction, type CorrectionDeps } from './correction.ts'
import { newLink } from './link.ts'

/**
 * So many links a conversation may have had before its address is corrected once more: with each of them a mail may
 * have gone to whatever was typed. It is the count that only grows: addresses go to and fro.
 */
const MOST_LINKS = 5

/** With `changed`, the token of the link that opens the conversation from now on: the one before has ended. */
export type AddressChanged =
  | { readonly outcome: 'changed'; readonly token: string }
  | { readonly outcome: 'bad-address' | 'too-late' | 'same' }

export interface ChangeAddressDeps extends CorrectionDeps {
  readonly conversations: Conversations
  readonly atomically: Atomically
  readonly signer: Signer
  readonly log: Log
}

/**
 * A visitor's own correction of a mistyped address, until the first answer, stored with all that follows from it
 * before it resolves. `conversation` is as the visitor's link opened it: the same correction of the same link is
 * known as a repeat by the link that it makes.
 */
export const createChangeAddress =
  (deps: ChangeAddressDeps) =>
  async (conversation: Conversation, typed: string): Promise<AddressChanged> => {
    const recipient = readEmailAddress(oneLine(typed))
    if (recipient === null) return { outcome: 'bad-address' }
    if (recipient.toLowerCase() === conversation.recipient.toLowerCase()) return { outcome: 'same' }
    const generation = conversation.link.generation + 1
    const { token, kept } = await newLink(deps.signer, conversation.id, recipient, generation)
    const present = await deps.conversations.byId(conversation.id)
    if (present?.link.hash === kept.hash) return { outcome: 'changed', token }
    if (present?.link.hash !== conversation.link.hash || !mayCorrect(present)) return { outcome: 'too-late' }
    const standing = {
      conversation: present.id,
      generation: present.link.generation,
      isUnanswered: true,
    } as const
    const touched = await deps.atomically([
      ...(await correction(deps, { ...present, recipient, link: kept }, standing)),
      deps.conversations.relink(present.id, recipient, kept, undefined, { isUnanswered: true }),
    ])
    if (touched.at(-1) === 1) {
      deps.log.info('address.corrected', { conversation: present.id })
      return { outcome: 'changed', token }
    }
    const winner = await deps.conversations.byId(present.id)
    return winner?.link.hash === kept.hash ? { outcome: 'changed', token } : { outcome: 'too-late' }
  }

const mayCorrect = ({ answeredAt, link }: Conversation): boolean =>
  answeredAt === null && link.generation <= MOST_LINKS
