import { z } from 'zod'
import { after, type Clock, DAY_MS, HOUR_MS, MINUTE_MS } from '../clock.ts'
import { readEmailAddress } from '../forms/email-address.ts'
import type { JobStore } from '../outbox/job-store.ts'
import type { ClaimedJob, Kind, NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import { asToken, type Signer } from '../secret.ts'
import type { Atomically, Held, Write } from '../writes.ts'
import type { Conversation, Conversations, Messages } from './conversation.ts'
import { isLive } from './links.ts'
import { promisedMessage } from './promised-message.ts'

/** Whatever strangers ask for, so many questions wait at most; what comes on top is forgotten. */
export const MOST_WAITING = 50

/** How many requests one mail lists, the newest ones, and among how many those that are live are looked for. */
const MOST_LINKS = 20
const MOST_LOOKED_AT = 200

/** How many mails of links an address gets at most, whoever asks for them. */
const BUDGET = [
  { withinMs: HOUR_MS, most: 1 },
  { withinMs: DAY_MS, most: 3 },
] as const

const Payload = z.object({ address: z.string() })

/** What a mail of links keeps: ids of the conversations that it opens, the newest first. */
export const LinksFacts = z.object({ conversations: z.array(z.string()) })

export interface AskDeps {
  /** Adds a job unless so many of its kind are still to be done, or its natural key is taken. */
  readonly addBounded: (job: NewJob, most: number) => Write
  readonly signer: Signer
  readonly atomically: Atomically
  readonly clock: Clock
  readonly random: Random
}

export interface Find {
  /**
   * Promises to mail the links of an address to it. Looks nothing up, so that neither answer nor time tell
   * whether the address is known; asked again within the hour, it adds nothing.
   */
  readonly ask: (typed: string) => Promise<void>
}

export function createFind(deps: AskDeps): Find {
  return {
    async ask(typed) {
      const address = readEmailAddress(typed.trim())
      if (address === null) return
      const now = deps.clock()
      // Whoever types is no visitor yet: of the address nothing is kept that could be guessed without our secret.
      const signed = await deps.signer.sign(['find', address.toLowerCase()])
      if (!signed) throw new Error('the secret that signs is not among ours')
      const name = asToken(signed)
      const job: NewJob = {
        id: newId(deps.random),
        kind: 'find-links',
        lane: 'mail',
        conversation: null,
        serial: `find:${name}`,
        naturalKey: `find:${name}:${Math.floor(now.getTime() / HOUR_MS)}`,
        payload: { address },
        nextAt: now,
        createdAt: now,
      }
      await deps.atomically([deps.addBounded(job, MOST_WAITING)])
    },
  }
}

export interface FindLinksDeps {
  readonly conversations: Pick<Conversations, 'ofRecipient'>
  readonly messages: Messages
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly jobs: Pick<JobStore, 'forget'>
  readonly clock: Clock
  readonly random: Random
  /** The host that our Message-IDs name. */
  readonly mailHost: string
}

/**
 * Looks up what an address may open, and promises it one mail. To an unknown address nothing is sent; the address as it
 * was typed is forgotten.
 */
export function findLinks(deps: FindLinksDeps): Kind {
  return {
    lane: 'mail',
    leaseMs: MINUTE_MS,
    uncertainMs: 0,
    maxUncertain: null,
    giveUpMs: DAY_MS,
    async act(job) {
      const { address } = Payload.parse(job.payload)
      const found = await liveOf(deps, address)
      const [newest] = found
      const isMailed = newest && (await hasBudget(deps, newest.recipient))
      const mail = isMailed ? mailOf(deps, job, newest, found) : []
      return { outcome: 'done', writes: [...mail, deps.jobs.forget(job)] }
    },
  }
}

async function liveOf(deps: FindLinksDeps, address: string): Promise<readonly Conversation[]> {
  const now = deps.clock()
  const found = await deps.conversations.ofRecipient(address, MOST_LOOKED_AT)
  return found.filter((conversation) => isLive(conversation, now)).slice(0, MOST_LINKS)
}

async function hasBudget({ messages, clock }: FindLinksDeps, address: string): Promise<boolean> {
  const counts = await Promise.all(
    BUDGET.map(({ withinMs }) => messages.countTo(address, 'links', after(clock(), 1 - withinMs))),
  )
  return BUDGET.every(({ most }, n) => (counts[n] ?? 0) < most)
}

/** The conversation of the row is the newest one: it says in which language the mail is written. */
const mailOf = (
  deps: FindLinksDeps,
  job: ClaimedJob,
  { id, recipient }: Conversation,
  found: readonly Conversation[],
): readonly Write[] =>
  promisedMessage(
    deps,
    {
      conversation: id,
      recipient,
      kind: 'links',
      article: null,
      facts: { conversations: found.map((conversation) => conversation.id) } satisfies z.infer<
        typeof LinksFacts
      >,
      messageId: `<links.${job.job}@${deps.mailHost}>`,
      at: deps.clock(),
    },
    job,
  )
