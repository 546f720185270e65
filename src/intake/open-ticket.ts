import { after, MINUTE_MS, SECOND_MS } from '../clock.ts'
import { type NewTicket, QUARANTINE_MS, type Ticket } from '../desk.ts'
import type { Submission } from '../conversation/submission.ts'
import { Failure } from '../failure.ts'
import type { ClaimedJob, Kind, Settlement } from '../outbox/job.ts'
import { UNNAMED_UNIT, UNUSABLE_GROUP } from '../routing/explanation.ts'
import { fallbackChain, type Units } from '../routing/units.ts'
import { ownNumber } from './numbers.ts'
import { adopt, opened, toldAnew } from './opened-ticket.ts'
import { type Case, type OpenTicketDeps, Progress } from './opening-case.ts'

/** A refusal without a reason may be the race of two creations of one customer: then a repeat succeeds. */
const MASKED_TRIES = 5

/** How soon to look again whether Zammad has been reached. */
const CONTACT_MS = 10 * SECOND_MS

/** Opens the ticket of one submission, once: every repeat carries the same number and Message-ID. */
export function openTicket(deps: OpenTicketDeps): Kind {
  return {
    lane: 'zammad',
    // Large bodies wait for their turn, up to three minutes for each before them; then come the calls.
    leaseMs: 20 * MINUTE_MS,
    // A repeat with our own number cannot make a second ticket, so it need not wait; see `madeUnnumbered`.
    uncertainMs: 0,
    maxUncertain: null,
    giveUpMs: null,
    async act(job) {
      const opening = await read(deps, job)
      if (opening.conversation.ticketId !== null) return { outcome: 'done', writes: [] }
      const earlier = await madeUnnumbered(deps, opening)
      if (earlier) return earlier
      const allotted = await numberFor(deps, opening)
      return allotted ? create(deps, opening, allotted.number) : noNumberYet(deps)
    },
  }
}

async function read(deps: OpenTicketDeps, job: ClaimedJob): Promise<Case> {
  const conversation = job.conversation === null ? null : await deps.conversations.byId(job.conversation)
  const submission = conversation && (await deps.submissions.byId(conversation.submission))
  const instance = await deps.memory.recall('instance')
  const routing = conversation && (await deps.routings.ofConversation(conversation.id))
  if (!submission || !routing || instance === null) {
    throw new Error('a ticket without its submission, routing or instance')
  }
  const rulebook = deps.rulebook()
  const files = await deps.submissions.filesOf(submission.id)
  const { unit, progress } = destination(Progress.parse(job.payload), conversation.unit, rulebook.units)
  return { job, submission, conversation, files, progress, unit, routing, rulebook, instance }
}

/** The unit to try now. One that the rules no longer name is one that cannot take the ticket. */
function destination(
  progress: Progress,
  decided: string,
  { units, defaultUnit }: Units,
): Pick<Case, 'unit' | 'progress'> {
  const wanted = progress.unit ?? decided
  const unit = units.find(({ id }) => id === wanted)
  if (unit) return { unit, progress }
  const end = units.find(({ id }) => id === defaultUnit)
  if (!end) throw new Error('the default unit is among the units')
  return { unit: end, progress: { ...progress, fellBack: true, refusal: progress.refusal ?? UNNAMED_UNIT } }
}

const messageIdOf = (deps: OpenTicketDeps, submission: Submission): string =>
  `<${submission.id}@${deps.mailHost}>`

const again = ({ progress }: Case, change: Partial<Progress>, reason: string): Settlement => ({
  outcome: 'again',
  payload: { ...progress, ...change },
  reason,
})

const noNumberYet = (deps: OpenTicketDeps): Settlement => ({
  outcome: 'wait',
  until: after(deps.clock(), CONTACT_MS),
  reason: 'Zammad has not been reached yet, so no prefix for ticket numbers is known',
})

/**
 * A create without our number may have made the ticket: it is looked up before anything is repeated, once
 * no request can be under way any more. Null where there is nothing to look for, or no ticket.
 */
async function madeUnnumbered(deps: OpenTicketDeps, opening: Case): Promise<Settlement | null> {
  const { lastAttemptAt, uncertain } = opening.job
  if (uncertain === 0 || opening.conversation.ticketNumber !== null) return null
  const until = lastAttemptAt && after(lastAttemptAt, QUARANTINE_MS)
  if (until && until > deps.clock())
    return { outcome: 'wait', until, reason: 'the last create may be under way' }
  const made = await deps.desk.byMessageId(messageIdOf(deps, opening.submission))
  return made && adopt(deps, opening, made)
}

/**
 * The number that this ticket has or gets, put down before Zammad hears of it; `number` is null where
 * Zammad is to number, as when it has no ticket yet to learn a prefix from. Null before first contact.
 */
async function numberFor(
  deps: OpenTicketDeps,
  { conversation, job }: Case,
): Promise<{ readonly number: string | null } | null> {
  if (conversation.ticketNumber !== null) return { number: conversation.ticketNumber }
  if (deps.numbers === 'zammad') return { number: null }
  const prefix = await deps.prefix()
  if (prefix === null) return (await deps.memory.recall('start-line')) === null ? null : { number: null }
  const number = ownNumber(prefix, deps.random)
  const [kept] = await deps.atomically([deps.conversations.allot(conversation.id, number, job)])
  // Another runner has the job by now: a ticket of this number would be one too many.
  if (kept !== 1) throw new Failure('unavailable', 'the lease of the job has ended')
  return { number }
}

function ticketOf(deps: OpenTicketDeps, opening: Case, number: string | null): NewTicket {
  const { submission, files, progress, unit, routing, instance } = opening
  const tags = [...routing.tags, ...(progress.fellBack ? ['firstline-fallback'] : [])]
  return {
    number,
    title: submission.title,
    group: unit.group,
    priority: progress.plain ? null : routing.priority,
    tags: progress.plain ? [] : tags,
    customer: { name: submission.name, email: submission.email },
    body: submission.body,
    messageId: messageIdOf(deps, submission),
    mark: { instance, submission: submission.id },
    continues: progress.plain ? null : progress.continues,
    attachments: files.map((file) => ({
      name: file.name,
      type: file.type,
      size: file.size,
      open: async () => {
        const bytes = await deps.files.get(file.storedAs)
        if (!bytes) throw new Error('the bytes of a submitted file are gone')
        return bytes
      },
    })),
  }
}

async function create(deps: OpenTicketDeps, opening: Case, number: string | null): Promise<Settlement> {
  const answer = await deps.desk.open(ticketOf(deps, opening, number))
  switch (answer.outcome) {
    case 'opened':
      return opened(deps, opening, answer.ticket, number)
    case 'masked':
      return masked(deps, opening, number)
    case 'group':
      return elsewhere(deps, opening, answer.reason, 'group')
    case 'refused':
      return refused(opening, answer.reason)
  }
}

/** It may be the priority, a tag or the ticket to link to that Zammad does not know: the new one is worth more. */
function refused(opening: Case, reason: string): Settlement {
  const { routing, progress } = opening
  const marked = routing.priority !== null || routing.tags.length > 0 || progress.continues !== null
  if (progress.plain || !marked) return { outcome: 'parked', reason }
  return again(opening, { plain: true }, reason)
}

/** Refused without a reason: either the number is taken, by us or by another, or the creation raced. */
async function masked(deps: OpenTicketDeps, opening: Case, number: string | null): Promise<Settlement> {
  const ours = ({ mark }: Ticket): boolean =>
    mark?.submission === opening.submission.id && mark.instance === opening.instance
  const holder = number === null ? null : await deps.desk.byNumber(number)
  if (holder && ours(holder)) return adopt(deps, opening, holder)
  const made = await deps.desk.byMessageId(messageIdOf(deps, opening.submission))
  if (made && ours(made)) return adopt(deps, opening, made)
  if (holder) return renumber(deps, opening)
  const maskedTries = opening.progress.maskedTries + 1
  if (maskedTries < MASKED_TRIES) return again(opening, { maskedTries }, 'refused without a reason')
  return elsewhere(deps, opening, 'refused without a reason', 'masked')
}

/**
 * The next unit along the fallbacks; at their end the default unit; then staff. Tags and priority are left
 * out where they may be what is refused: in the default unit, unless it was the group before it that refused.
 */
function elsewhere(
  deps: OpenTicketDeps,
  opening: Case,
  refusal: string,
  why: 'group' | 'masked',
): Settlement {
  const { unit, progress, rulebook } = opening
  const { defaultUnit } = rulebook.units
  if (unit.id === defaultUnit && progress.plain) return { outcome: 'parked', reason: refusal }
  const [next = defaultUnit] = unit.id === defaultUnit ? [] : fallbackChain(rulebook.units, unit.id)
  deps.log.warn('ticket.fallback', { submission: opening.submission.id, unit: next, detail: refusal })
  const plain = unit.id === defaultUnit || (next === defaultUnit && why === 'masked')
  const told = why === 'group' ? UNUSABLE_GROUP : 'Zammad refused it without a reason'
  const change = { unit: next, fellBack: true, plain, maskedTries: 0, refusal: told }
  return again(opening, change, refusal)
}

/** Another ticket has the number. The visitor keeps the reference and is told the new number. */
async function renumber(deps: OpenTicketDeps, opening: Case): Promise<Settlement> {
  const { conversation, job } = opening
  const prefix = await deps.prefix()
  if (prefix === null) return noNumberYet(deps)
  deps.log.warn('ticket.number-taken', { submission: opening.submission.id })
  const number = ownNumber(prefix, deps.random)
  return {
    outcome: 'again',
    payload: { ...opening.progress, maskedTries: 0 },
    reason: 'another ticket has the number',
    writes: [deps.conversations.allot(conversation.id, number, job), ...toldAnew(deps, opening, number)],
  }
}
