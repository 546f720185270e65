import { MINUTE_MS } from '../clock.ts'
import { type Attachment, FRESH_MS, QUARANTINE_MS, type Ticket, type Written } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { ClaimedJob, Kind, Settlement } from '../outbox/job.ts'
import { soon } from '../outbox/soon.ts'
import type { Write } from '../writes.ts'
import { isGivenUp } from './conversation.ts'
import { followUp, wordsFor } from './follow-up.ts'
import {
  again,
  DELETED,
  GIVEN_UP,
  messageIdOf,
  type PostReplyDeps,
  Progress,
  ticketNow,
  whileFrozen,
  type Word,
} from './post-reply-case.ts'
import { placeOf } from './post-reply-place.ts'
import { mend } from './post-reply-races.ts'
import { tellVerdict } from './post-reply-verdict.ts'

/**
 * Brings what a visitor said on the page to Zammad, once and in the order in which it was said. Zammad keeps no key
 * for articles (L42): after an attempt that may have happened, and of words that are not fresh, the Message-ID is looked
 * for before they are written.
 */
export function postReply(deps: PostReplyDeps): Kind {
  return {
    lane: 'zammad',
    // Large bodies wait for their turn, up to three minutes for each before them; then come the calls.
    leaseMs: 20 * MINUTE_MS,
    uncertainMs: QUARANTINE_MS,
    maxUncertain: null,
    giveUpMs: null,
    async act(job) {
      const word = await read(deps, job)
      if (word.reply.postedAt !== null) return { outcome: 'done', writes: [] }
      const early = await tooEarly(deps, word)
      if (early) return early
      return word.reply.act === 'reply' ? post(deps, word) : judge(deps, word)
    },
    parked: (job) => lookAgain(deps, job),
  }
}

/** Its ticket may be gone, or the one in which it goes on: whoever looks at tickets makes the page say so. */
async function lookAgain(
  { conversations, hints, clock }: PostReplyDeps,
  { conversation: id }: ClaimedJob,
): Promise<readonly Write[]> {
  const own = id === null ? null : await conversations.byId(id)
  const next = own?.continuedIn ? await conversations.byId(own.continuedIn) : null
  return [own, next].flatMap((one) => (one?.ticketId ? [hints.add(one.ticketId, clock())] : []))
}

async function read(deps: PostReplyDeps, job: ClaimedJob): Promise<Word> {
  const progress = Progress.parse(job.payload)
  const reply = await deps.replies.byId(progress.reply)
  const conversation = reply && (await deps.conversations.byId(reply.conversation))
  if (!conversation) throw new Error('a word without its conversation')
  return { job, progress, reply, conversation, files: await deps.replies.filesOf(reply.id) }
}

async function tooEarly(deps: PostReplyDeps, { job, reply, conversation }: Word): Promise<Settlement | null> {
  if (conversation.frozenAt !== null) return whileFrozen(deps.clock)
  if (isGivenUp(conversation)) return GIVEN_UP
  if (conversation.ticketId === null) return soon(deps.clock, job, 'the ticket is not opened yet')
  const isSecond = await deps.replies.hasEarlierUnposted(reply)
  return isSecond ? soon(deps.clock, job, 'what was said before is not in Zammad yet') : null
}

const posted = (deps: PostReplyDeps, { job, reply }: Word, writes: readonly Write[]): Settlement => ({
  outcome: 'done',
  writes: [...writes, deps.replies.posted(reply.id, deps.clock(), job)],
})

async function judge(deps: PostReplyDeps, word: Word): Promise<Settlement> {
  const told = await tellVerdict(deps, word)
  return 'settlement' in told ? told.settlement : posted(deps, word, told.writes)
}

async function post(deps: PostReplyDeps, word: Word): Promise<Settlement> {
  const { job, progress, conversation } = word
  if (progress.isWritten || job.uncertain > 0 || !isFresh(deps, word)) {
    const now = await ticketNow(deps, job, conversation)
    if ('ticket' in now) {
      const holder = await holderOf(deps, word, now.ticket)
      if (holder !== null) return afterwards(deps, word, [...new Set([now.ticket.id, holder])])
    } else if (!progress.isWritten || now.settlement.outcome !== 'parked') return now.settlement
    if (progress.isWritten) return posted(deps, word, 'ticket' in now ? [] : await lookAgain(deps, job))
  }
  return place(deps, word)
}

const isFresh = ({ clock }: PostReplyDeps, { reply }: Word): boolean =>
  clock().getTime() - reply.sentAt.getTime() < FRESH_MS

/** Id of the ticket that has the words from an earlier attempt, or null where none has. */
async function holderOf({ desk, mailHost }: PostReplyDeps, word: Word, own: Ticket): Promise<number | null> {
  const messageId = messageIdOf({ mailHost }, word)
  // A merge takes them along.
  const holder = await desk.byMessageId(messageId)
  if (holder) return holder.id
  return (await desk.hasArticle(own.id, messageId)) ? own.id : null
}

async function place(deps: PostReplyDeps, word: Word): Promise<Settlement> {
  const found = await placeOf(deps, word)
  switch (found.to) {
    case 'nowhere':
      return found.settlement
    case 'follow-up': {
      const { ticket } = found
      deps.log.info('reply.follow-up', { conversation: word.conversation.id, ticket: ticket.id })
      return posted(deps, word, await followUp(deps, { ...word, ticket }, word.job))
    }
    case 'ticket':
      return write(deps, word, found)
  }
}

async function write(
  deps: PostReplyDeps,
  word: Word,
  { ticket, how }: { readonly ticket: Ticket; readonly how: 'add' | 'reopen' },
): Promise<Settlement> {
  const article = {
    messageId: messageIdOf(deps, word),
    body: wordsFor(word.reply),
    attachments: word.files.map((file) => attachmentOf(deps, file)),
  }
  const written: Written = await deps.desk.reply(ticket.id, article, how)
  switch (written.outcome) {
    case 'written':
      return afterwards(deps, word, [ticket.id], how)
    case 'out-of-sight':
      return again(word.job, 'the ticket is out of sight')
    case 'gone':
      return DELETED
    case 'refused':
      return { outcome: 'parked', reason: written.reason }
  }
}

const attachmentOf = (
  { files }: PostReplyDeps,
  { name, type, size, storedAs }: Word['files'][number],
): Attachment => ({
  name,
  type,
  size,
  open: async () => {
    const bytes = await files.get(storedAs)
    if (!bytes) throw new Error('the bytes of a visitor’s file are gone')
    return bytes
  },
})

/** Zammad has the words: whatever fails from here on, they are not written again. */
async function afterwards(
  deps: PostReplyDeps,
  word: Word,
  tickets: readonly number[],
  how: 'add' | 'reopen' | null = null,
): Promise<Settlement> {
  try {
    const writes: Write[] = []
    for (const id of tickets)
      if (await mayBeAmiss(deps, id, how)) writes.push(...(await mend(deps, word, id)))
    return posted(deps, word, writes)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const payload = { ...word.progress, isWritten: true }
    return { outcome: 'again', payload, reason: error.message }
  }
}

/** What was only added to, and is open still, is as it should be. */
async function mayBeAmiss(
  { desk }: PostReplyDeps,
  id: number,
  how: 'add' | 'reopen' | null,
): Promise<boolean> {
  if (how !== 'add') return true
  const sight = await desk.read(id)
  return sight.seen === 'ticket' && sight.ticket.stateType !== 'new' && sight.ticket.stateType !== 'open'
}
