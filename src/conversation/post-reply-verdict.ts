import type { Ticket } from '../desk.ts'
import type { Settlement } from '../outbox/job.ts'
import type { Write } from '../writes.ts'
import { again, DELETED, messageIdOf, type PostReplyDeps, ticketNow, type Word } from './post-reply-case.ts'
import { targetOf } from './post-reply-place.ts'
import { mendMerge } from './post-reply-races.ts'

/**
 * What the visitor thinks of how it went: an internal note, and what goes with it. A ticket is closed by "solved"
 * while it is the visitor's own and open; a rating leaves its state alone. Every step may be repeated.
 */
export async function tellVerdict(
  deps: PostReplyDeps,
  word: Word,
): Promise<{ readonly writes: readonly Write[] } | { readonly settlement: Settlement }> {
  const now = await ticketNow(deps, word.job, word.conversation)
  if ('settlement' in now) return now
  const { ticket } = now
  await noteOnce(deps, word, ticket)
  if (word.reply.act === 'rating') {
    await tagRating(deps, word, ticket)
    return { writes: [] }
  }
  return close(deps, word, ticket)
}

/** The note goes where staff look: of a merged ticket into the one that it went into, where that can be told. */
async function noteOnce(deps: PostReplyDeps, word: Word, ticket: Ticket): Promise<void> {
  const messageId = messageIdOf(deps, word)
  const isMerged = ticket.stateType === 'merged'
  const place = (isMerged ? await targetOf(deps, word.conversation, ticket) : null) ?? ticket
  const stands =
    (await deps.desk.hasArticle(place.id, messageId)) || (await deps.desk.byMessageId(messageId)) !== null
  if (!stands) await deps.desk.note(place.id, { messageId, body: linesOf(word).join('\n') })
}

function linesOf({ reply }: Word): readonly string[] {
  const told = reply.act === 'rating' ? `Rated ${reply.score} of 5` : 'The visitor says: this is solved.'
  return reply.body === '' ? [told] : [told, '', reply.body]
}

const RATED = /^rated-\d+$/

async function tagRating({ desk }: PostReplyDeps, { reply }: Word, { id }: Ticket): Promise<void> {
  const tag = `rated-${reply.score}`
  for (const other of await desk.tags(id)) if (RATED.test(other) && other !== tag) await desk.untag(id, other)
  await desk.tag(id, [tag])
}

async function close(
  deps: PostReplyDeps,
  word: Word,
  ticket: Ticket,
): Promise<{ readonly writes: readonly Write[] } | { readonly settlement: Settlement }> {
  // What was closed or merged is left alone; an earlier attempt of ours may have met with a merge all the same.
  const changed = ticket.closed ? null : await deps.desk.change(ticket.id, { state: 'closed' })
  switch (changed?.outcome) {
    case 'out-of-sight':
      return { settlement: again(word.job, 'the ticket is out of sight') }
    case 'gone':
      return { settlement: DELETED }
    case 'group':
    case 'refused':
      return { settlement: { outcome: 'parked', reason: changed.reason } }
    case 'changed':
    case undefined:
      return { writes: await mendMerge(deps, word, ticket.id) }
  }
}
