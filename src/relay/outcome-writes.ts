import { after, MINUTE_MS } from '../clock.ts'
import type { Messages } from '../conversation/conversation.ts'
import type { Ticket } from '../desk.ts'
import { noteJob } from '../intake/add-note.ts'
import { tellTime } from '../language.ts'
import { raise, type RaiseDeps } from '../outbox/raise.ts'
import { NOTE_HEADING } from '../routing/explanation.ts'
import type { Rulebook } from '../routing/rule.ts'
import { peopleOf } from '../routing/tell-staff.ts'
import type { Write } from '../writes.ts'
import { answerJob } from './answer-job.ts'
import { isOverdue, PATIENCE_MS } from './disposition.ts'
import type { Ledger, LedgerEntry } from './ledger.ts'
import { nameTicket, type NameTicketDeps } from './name-ticket.ts'
import { isSameEntry } from './next-entry.ts'
import type { Verdict } from './verdicts.ts'

export interface OutcomeDeps extends RaiseDeps, NameTicketDeps {
  readonly ledger: Pick<Ledger, 'keep' | 'share' | 'unshare' | 'conversationsOf'>
  readonly messages: Pick<Messages, 'ofArticle'>
  readonly rulebook: () => Rulebook
  /** How long a public article may still be taken back, in milliseconds. */
  readonly undoMs: number
  /** In which staff read times. */
  readonly timeZone: string
}

interface Taken {
  readonly ticket: Ticket
  readonly now: Date
  /** Whether anybody may be written to about what is said on it. */
  readonly hasReaders: boolean
}

/** The writes that put down what was found, share it, promise its mails and ask staff where they are needed. */
export async function outcomeWrites(
  deps: OutcomeDeps,
  taken: Taken,
  verdicts: readonly Verdict[],
): Promise<readonly Write[]> {
  const writes: Write[] = []
  for (const verdict of verdicts) writes.push(...(await writesOf(deps, taken, verdict)))
  return writes
}

async function writesOf(deps: OutcomeDeps, taken: Taken, verdict: Verdict): Promise<readonly Write[]> {
  const { before, arrived, leaving } = verdict
  const isEndless = hasNoEnd(verdict.entry, taken.now)
  const isToAsk = isEndless && taken.hasReaders && verdict.entry.side !== null
  // Where nobody is to be asked it is put down all the same: it is not looked for in every round.
  const entry = isEndless ? { ...verdict.entry, asked: true } : verdict.entry
  return [
    ...(isSameEntry(before, entry) ? [] : [deps.ledger.keep(entry)]),
    ...arrived.map(({ id }) => deps.ledger.share(entry, id)),
    ...leaving.map(({ id }) => deps.ledger.unshare(entry, id)),
    ...mails(deps, taken, verdict),
    ...(await tooLate(deps, taken, verdict)),
    ...(isToAsk ? await askStaff(deps, taken, verdict) : []),
  ]
}

/**
 * Zammad's clock may run before ours: nobody waits longer than the delay by our own. Whoever is let in to what was said
 * before has it after the whole delay.
 */
function mails(
  { addJob, random, undoMs }: OutcomeDeps,
  { ticket, now }: Taken,
  verdict: Verdict,
): readonly Write[] {
  const { article, before, entry, isNews, mailedTo } = verdict
  const latest = after(now, undoMs)
  const byZammad = isNews ? after(article.updatedAt, undoMs) : latest
  const notBefore = byZammad > latest ? latest : byZammad > now ? byZammad : now
  const isFirst = before === null || before.publication !== entry.publication
  const answer = { article: entry, ticketId: ticket.id, publication: entry.publication }
  const again = isFirst ? {} : { again: now }
  return mailedTo.map((reader) =>
    addJob(answerJob({ ...answer, ...again, conversation: reader?.id ?? null }, { now, notBefore }, random)),
  )
}

/** An answer was made internal that the visitor has by mail: staff are told so, once. */
async function tooLate(
  deps: OutcomeDeps,
  { ticket, now }: Taken,
  verdict: Verdict,
): Promise<readonly Write[]> {
  const { before, entry } = verdict
  if (!before?.mailed || before.internal || !entry.internal) return []
  const readers = await deps.ledger.conversationsOf(entry)
  const sent = await Promise.all([...readers, null].map((reader) => deps.messages.ofArticle(entry, reader)))
  const [at = null] = sent.flat().flatMap(({ sentAt }) => sentAt ?? [])
  const when = at === null ? '' : ` on ${tellTime(at, deps.timeZone, 'en')} (${deps.timeZone})`
  const note = {
    ticket: ticket.id,
    conversation: null,
    naturalKey: `note:mailed-already:${entry.id}:${entry.createdAt.getTime()}`,
    lines: [
      NOTE_HEADING,
      `An answer was made internal that was already e-mailed to the visitor${when}. It is no longer on the visitor’s page; the mail cannot be called back.`,
    ],
  }
  return [deps.addJob(noteJob(note, now, deps.random))]
}

const hasNoEnd = ({ disposition, asked, firstSeenAt }: LedgerEntry, now: Date): boolean =>
  disposition === 'undecided' && !asked && isOverdue(firstSeenAt, now)

async function askStaff(
  deps: OutcomeDeps,
  { ticket }: Taken,
  { entry, viewers }: Verdict,
): Promise<readonly Write[]> {
  const rulebook = deps.rulebook()
  const [conversation = null] = viewers
  const named = await nameTicket(deps, { conversation, rulebook }, ticket)
  const alert = { about: 'undelivered', ticket: named, minutes: PATIENCE_MS / MINUTE_MS } as const
  const occasion = `undelivered:${entry.id}:${entry.createdAt.getTime()}`
  return raise(deps, alert, { occasion, to: peopleOf(rulebook.units, named.unit, 'notify') })
}
