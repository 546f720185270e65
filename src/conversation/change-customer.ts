import { type Clock, MINUTE_MS } from '../clock.ts'
import { type Desk, isStaff, QUARANTINE_MS, type Ticket } from '../desk.ts'
import type { Hints } from '../followed.ts'
import { noteJob } from '../intake/add-note.ts'
import type { JobStore } from '../outbox/job-store.ts'
import type { ClaimedJob, Kind, NewJob, Settlement } from '../outbox/job.ts'
import type { Random } from '../random.ts'
import type { Held, Write } from '../writes.ts'
import type { Conversation, Conversations } from './conversation.ts'
import { again, ticketNow } from './post-reply-case.ts'
import type { Submissions } from './submission.ts'

export interface ChangeCustomerDeps {
  readonly desk: Pick<Desk, 'read' | 'person' | 'personOf' | 'change'>
  readonly conversations: Conversations
  readonly submissions: Submissions
  readonly jobs: Pick<JobStore, 'troubleOf'>
  readonly hints: Pick<Hints, 'add'>
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly clock: Clock
  readonly random: Random
}

/**
 * Makes whoever has the present address of a conversation the customer of its ticket, so that Zammad shows, and
 * writes to, the address that the visitor corrected. A customer whom staff chose meanwhile stays, and so does the one
 * there is where the address is that of an account of staff: nobody has proven that it is the visitor's. Where there
 * is no ticket, and none will come, there is nothing to correct.
 */
export function changeCustomer(deps: ChangeCustomerDeps): Kind {
  return {
    lane: 'zammad',
    leaseMs: 5 * MINUTE_MS,
    uncertainMs: QUARANTINE_MS,
    maxUncertain: null,
    giveUpMs: null,
    async act(job) {
      const conversation = job.conversation === null ? null : await deps.conversations.byId(job.conversation)
      const submission = conversation && (await deps.submissions.byId(conversation.submission))
      if (!submission) throw new Error('a correction without its conversation')
      if (await hasNoTicketToCome(deps, conversation)) return { outcome: 'done', writes: [] }
      const now = await ticketNow(deps, job, conversation)
      if ('settlement' in now) return unlessGone(deps, conversation, now.settlement)
      return settle(deps, { job, conversation, ticket: now.ticket, name: submission.name })
    },
  }
}

/** Staff have given up opening the ticket. */
async function hasNoTicketToCome(
  { jobs, conversations }: ChangeCustomerDeps,
  { id, ticketId, frozenAt }: Conversation,
): Promise<boolean> {
  if (ticketId !== null || frozenAt !== null) return false
  if ((await jobs.troubleOf(id, 'open-ticket')) !== null) return false
  // It may have been opened between the two looks.
  return (await conversations.byId(id))?.ticketId === null
}

/** Of a ticket that was deleted no customer has to be right; it is to be looked at, so that the page says so. */
const unlessGone = (
  { hints, clock }: ChangeCustomerDeps,
  { ticketId }: Conversation,
  settlement: Settlement,
): Settlement => {
  if (settlement.outcome !== 'parked') return settlement
  return { outcome: 'done', writes: ticketId === null ? [] : [hints.add(ticketId, clock())] }
}

interface Case {
  readonly job: ClaimedJob
  readonly conversation: Conversation
  readonly ticket: Ticket
  /** Of the visitor. */
  readonly name: string
}

async function settle(deps: ChangeCustomerDeps, found: Case): Promise<Settlement> {
  const { job, conversation, ticket, name } = found
  if (await isChosenByStaff(deps, found)) {
    // Until now the correction went first: whoever looks at tickets takes up whom staff chose.
    return { outcome: 'done', writes: [deps.hints.add(ticket.id, deps.clock())] }
  }
  const person = await deps.desk.personOf(conversation.recipient, name)
  const known = deps.conversations.change(conversation.id, { customerId: person.id }, job)
  if (ticket.customerId === person.id) return { outcome: 'done', writes: [known] }
  if (isStaff(person.roles)) {
    return { outcome: 'done', writes: [staffNote(deps, found)] }
  }
  const changed = await deps.desk.change(ticket.id, { customerId: person.id })
  switch (changed.outcome) {
    case 'changed':
      return { outcome: 'done', writes: [known] }
    case 'gone':
      return { outcome: 'done', writes: [deps.hints.add(ticket.id, deps.clock())] }
    case 'out-of-sight':
      return again(job, 'the ticket is out of sight')
    case 'group':
    case 'refused':
      return { outcome: 'parked', reason: changed.reason }
  }
}

/** A customer other than the one that we know of, whose address is not this visitor's and never was. */
async function isChosenByStaff(
  { desk }: ChangeCustomerDeps,
  { conversation, ticket }: Case,
): Promise<boolean> {
  const { customerId, recipient, formerRecipients } = conversation
  if (ticket.customerId === customerId) return false
  const present = await desk.person(ticket.customerId)
  const email = present?.email?.toLowerCase()
  return email === undefined || ![recipient.toLowerCase(), ...formerRecipients].includes(email)
}

function staffNote(
  { addJob, clock, random }: ChangeCustomerDeps,
  { job, conversation, ticket }: Case,
): Write {
  const note = {
    ticket: ticket.id,
    conversation: conversation.id,
    naturalKey: `address-of-staff:${conversation.id}:${conversation.link.generation}`,
    lines: [
      'The visitor’s address was corrected to that of an account of staff. Nobody has proven that it is theirs.',
      'The customer of this ticket stays as it is; answers are mailed to the corrected address.',
    ],
  }
  return addJob(noteJob(note, clock(), random), job)
}
