import { asToken, sha256, type Signer } from '../secret.ts'
import type { Conversation } from './conversation.ts'

interface LinkParts {
  readonly conversation: string
  readonly recipient: string
  readonly generation: number
}

const partsOf = (link: LinkParts): readonly string[] => [
  'conversation-link',
  link.conversation,
  link.recipient,
  String(link.generation),
]

/** What is kept of a link: its hash, and what it takes to make it again. */
export async function newLink(
  signer: Signer,
  conversation: string,
  recipient: string,
  generation = 1,
): Promise<{ readonly token: string; readonly kept: Conversation['link'] }> {
  const token = await sign(signer, { conversation, recipient, generation }, signer.keyId)
  if (!token) throw new Error('the first secret always signs')
  return { token, kept: { hash: await sha256(token), generation, keyId: signer.keyId } }
}

/** The secret link of a conversation once more, or null where its secret is no longer among ours. */
export const linkToken = (signer: Signer, conversation: Conversation): Promise<string | null> =>
  sign(
    signer,
    {
      conversation: conversation.id,
      recipient: conversation.recipient,
      generation: conversation.link.generation,
    },
    conversation.link.keyId,
  )

async function sign(signer: Signer, link: LinkParts, keyId: string): Promise<string | null> {
  const signature = await signer.sign(partsOf(link), keyId)
  return signature && asToken(signature)
}

/** The hash under which a token is looked up. */
export const linkHash = (token: string): Promise<string> => sha256(token.toLowerCase())
