import { after, type Clock, MINUTE_MS } from '../clock.ts'
import { touchConversation, type TouchDeps } from '../clocks/touching.ts'
import { manyLines } from '../forms/clean-text.ts'
import type { Log } from '../log.ts'
import type { NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import type { Ledger } from '../relay/ledger.ts'
import { sha256 } from '../secret.ts'
import type { Atomically, Write } from '../writes.ts'
import type { Conversation } from './conversation.ts'
import type { Replies, Reply, ReplyFile } from './reply.ts'

/** What a visitor sends on the page of a conversation; its files are durable already. */
export interface Said extends Pick<Reply, 'act' | 'body' | 'score'> {
  /** Names one sending of the page's form: a repeat is known by it. */
  readonly key: string
  readonly conversation: Conversation
  readonly files: readonly ReplyFile[]
}

export interface SaidOutcome {
  /** Of what was `repeated` nothing was stored anew. With `other-content` the key was used before, for something else, and nothing was stored. */
  readonly outcome: 'accepted' | 'repeated' | 'other-content'
}

/** Takes visitors' words: whatever resolves as accepted is stored, with the job that brings it to Zammad. */
export interface Say {
  /** Whether something was said under the key before. */
  readonly isUsed: (key: string) => Promise<boolean>
  readonly say: (said: Said) => Promise<SaidOutcome>
}

export interface SayDeps extends TouchDeps {
  readonly replies: Replies
  readonly ledger: Pick<Ledger, 'sharedWith'>
  readonly addJob: (job: NewJob) => Write
  readonly atomically: Atomically
  readonly isUniqueViolation: (error: unknown) => boolean
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Who goes back to the page and sends it once more has a key of its own: the same words within that time are no news. */
const REPEATED_MS = 10 * MINUTE_MS

/** SHA-256 of what was said: the act, its words and score, and each file's name and hash. */
const contentOf = ({ act, body, score, files }: Omit<Said, 'key' | 'conversation'>): Promise<string> =>
  sha256(JSON.stringify([act, body, score, files.map(({ name, sha256: hash }) => [name, hash])]))

export function createSay(deps: SayDeps): Say {
  return {
    isUsed: async (key) => (await deps.replies.byKey(key)) !== null,
    async say(typed) {
      const said = { ...typed, body: manyLines(typed.body) }
      const content = await contentOf(said)
      const earlier = await repeated(deps, said, content)
      if (earlier) return earlier
      if (await wasJustSaid(deps, said, content)) return { outcome: 'repeated' }
      try {
        await store(deps, said, content)
        return { outcome: 'accepted' }
      } catch (error) {
        const first = deps.isUniqueViolation(error) ? await repeated(deps, said, content) : null
        if (first) return first
        throw error
      }
    },
  }
}

async function repeated(
  { replies }: SayDeps,
  { key, conversation }: Said,
  content: string,
): Promise<SaidOutcome | null> {
  const earlier = await replies.byKey(key)
  if (!earlier) return null
  const isSame = earlier.conversation === conversation.id && earlier.content === content
  return { outcome: isSame ? 'repeated' : 'other-content' }
}

/**
 * Whether the visitor's last word was the same, and nobody has answered it: sent again by going back. A verdict is taken
 * only where it is news.
 */
async function wasJustSaid(
  { replies, ledger, clock }: SayDeps,
  said: Said,
  content: string,
): Promise<boolean> {
  if (said.act !== 'reply') return false
  const { id } = said.conversation
  const last = (await replies.ofConversation(id)).at(-1)
  if (!last || last.body !== said.body || clock() >= after(last.sentAt, REPEATED_MS)) return false
  if ((await contentOf({ ...last, files: await replies.filesOf(last.id) })) !== content) return false
  const seen = await ledger.sharedWith(id)
  return !seen.some(({ side, firstSeenAt }) => side === 'desk' && firstSeenAt >= last.sentAt)
}

async function store(deps: SayDeps, said: Said, content: string): Promise<void> {
  const { key, conversation, act, body, score, files } = said
  const now = deps.clock()
  const id = newId(deps.random)
  const reply = { id, conversation: conversation.id, act, body, score, sentAt: now, postedAt: null }
  await deps.atomically([
    ...deps.replies.add(reply, { key, content }, files),
    deps.addJob({
      id: newId(deps.random),
      kind: 'post-reply',
      lane: 'zammad',
      conversation: conversation.id,
      serial: serialOf(conversation),
      naturalKey: null,
      payload: { reply: id },
      nextAt: now,
      createdAt: now,
    }),
    // What visitors think of how it went starts no wait, and ends none.
    ...(act === 'rating' ? [] : await touchConversation(deps, conversation, now)),
  ])
  deps.log.info('reply.accepted', { conversation: conversation.id, kind: act })
}

/** One write at a time goes to a ticket; before there is one, one of the conversation's. */
export const serialOf = ({ id, ticketId }: Pick<Conversation, 'id' | 'ticketId'>): string =>
  ticketId === null ? `conversation:${id}` : `ticket:${ticketId}`
