import type { Change, Ticket } from '../desk.ts'
import { noteJob } from '../intake/add-note.ts'
import type { Write } from '../writes.ts'
import { messageIdOf, type PostReplyDeps, type Word } from './post-reply-case.ts'
import { targetOf } from './post-reply-place.ts'

/** Zammad itself looks the state up by this name when it merges. */
const MERGED = 'merged'

/** After so many rounds the ticket changes faster than we do, and staff are asked to look. */
const MOST_ROUNDS = 3

/**
 * Puts right what our write did to a ticket that somebody merged, closed or set aside between our reading and our
 * writing: Zammad has no lock (L26, L44). What was merged is merged again, so that the words go along; what was
 * closed before it had the words is opened. The same on every repeat, whatever came of the attempts before.
 */
export async function mend(deps: PostReplyDeps, word: Word, ticketId: number): Promise<readonly Write[]> {
  const { id: botId } = await deps.desk.account()
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const states = await statesOf(deps, ticketId)
    const unmerged = unmergedBy(botId, states)
    if (unmerged) return mergedAgain(deps, word, ticketId, unmerged)
    const sight = await deps.desk.read(ticketId)
    if (sight.seen !== 'ticket' || !(await isUnseen(deps, word, sight.ticket, states.at(-1)))) return []
    const { outcome } = await deps.desk.change(ticketId, { state: 'open' })
    if (outcome !== 'changed') break
    if (sight.ticket.stateType !== 'merged') return []
  }
  const lines = [
    'The visitor wrote while this ticket was being closed or merged.',
    'It could not be opened. Please look at it.',
  ]
  return [note(deps, word, { ticketId, key: `unseen:${word.reply.id}`, lines })]
}

/** Merges again what our change of its state took out of a merge. */
export async function mendMerge(
  deps: PostReplyDeps,
  word: Word,
  ticketId: number,
): Promise<readonly Write[]> {
  const { id: botId } = await deps.desk.account()
  const unmerged = unmergedBy(botId, await statesOf(deps, ticketId))
  return unmerged ? mergedAgain(deps, word, ticketId, unmerged) : []
}

/** The changes of a ticket's state, oldest first. */
const statesOf = async ({ desk }: PostReplyDeps, ticketId: number): Promise<readonly Change[]> =>
  (await desk.history(ticketId))?.changes.filter(({ attribute }) => attribute === 'state') ?? []

interface Unmerged {
  /** Our change that took the merge back. */
  readonly change: Change
  /** Whether it was merged again since. */
  readonly isMended: boolean
}

/** Whether the last thing that befell a ticket's state is that we took its merge back, or mended that. */
function unmergedBy(botId: number, states: readonly Change[]): Unmerged | null {
  const [before, last] = [states.at(-2), states.at(-1)]
  if (last?.by !== botId) return null
  if (last.from.name === MERGED) return { change: last, isMended: false }
  const isMended = last.to.name === MERGED && before?.by === botId && before.from.name === MERGED
  return isMended ? { change: before, isMended } : null
}

/** Whether the words lie where nobody looks: left behind by a merge, or in what was closed before they came. */
async function isUnseen(
  deps: PostReplyDeps,
  word: Word,
  { id, stateType }: Ticket,
  last: Change | undefined,
): Promise<boolean> {
  if (stateType === 'new' || stateType === 'open') return false
  const messageId = messageIdOf(deps, word)
  const article = (await deps.desk.articles(id))?.find((one) => one.messageId === messageId)
  if (!article) return false
  return stateType === 'merged' || (last !== undefined && last.at <= article.createdAt)
}

async function mergedAgain(
  deps: PostReplyDeps,
  word: Word,
  ticketId: number,
  { change, isMended }: Unmerged,
): Promise<readonly Write[]> {
  const key = `merged-again:${ticketId}:${change.id}`
  const conversation = (await deps.conversations.ofTickets([ticketId])).get(ticketId) ?? null
  const target = await targetOf(deps, conversation, { id: ticketId })
  const isMerged =
    isMended || (target !== null && (await deps.desk.merge(ticketId, target.number)).outcome === 'written')
  const lines = isMerged
    ? ['Merged again: the visitor’s words had reopened what somebody merged into this ticket.']
    : [
        'The visitor’s words reopened this ticket at the moment when somebody merged it.',
        'It could not be merged again. Please do so.',
      ]
  return [note(deps, word, { ticketId: isMerged && target ? target.id : ticketId, key, lines })]
}

const note = (
  { addJob, clock, random }: PostReplyDeps,
  { job, conversation }: Word,
  {
    ticketId,
    key,
    lines,
  }: { readonly ticketId: number; readonly key: string; readonly lines: readonly string[] },
): Write =>
  addJob(
    noteJob({ ticket: ticketId, conversation: conversation.id, naturalKey: key, lines }, clock(), random),
    job,
  )
