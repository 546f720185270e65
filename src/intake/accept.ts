import { after, type Clock, DAY_MS } from '../clock.ts'
import type { Conversation, Conversations, Messages } from '../conversation/conversation.ts'
import { linkToken, newLink } from '../conversation/link.ts'
import { promisedMessage } from '../conversation/promised-message.ts'
import type { Answers } from '../forms/answers.ts'
import type { Form, Site } from '../forms/form.ts'
import { ticketText } from '../forms/ticket-text.ts'
import { inLanguage, type Language } from '../language.ts'
import type { Log } from '../log.ts'
import type { NewJob } from '../outbox/job.ts'
import { dueAt } from '../promise/promise.ts'
import { newId, type Random } from '../random.ts'
import { factsOfSubmission } from '../routing/facts.ts'
import type { Routing, Routings } from '../routing/routings.ts'
import { type Decider, placeOf, type Rulebook } from '../routing/rule.ts'
import { tellOfArrival } from '../routing/tell-staff.ts'
import { sha256, type Signer } from '../secret.ts'
import type { Atomically, Held, Write } from '../writes.ts'
import { ownNumber, ownReference } from './numbers.ts'
import type { Submission, SubmittedFile, Submissions } from '../conversation/submission.ts'

/** How long a repeat under one key is known as one. */
export const KEY_LIFE_MS = 30 * DAY_MS

const NUMBER_TRIES = 5

export interface AcceptDeps {
  readonly submissions: Submissions
  readonly conversations: Conversations
  readonly messages: Messages
  readonly addJob: (job: NewJob, held?: Held) => Write
  /** The prefix of our own numbers, or null while none is known. */
  readonly prefix: () => Promise<string | null>
  readonly atomically: Atomically
  readonly isUniqueViolation: (error: unknown) => boolean
  readonly signer: Signer
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly site: Site
  readonly routings: Routings
  /** The rules, and what decides by them. */
  readonly inForce: () => { readonly rulebook: Rulebook; readonly decider: Decider }
  readonly numbers: 'own' | 'zammad'
  /** The host that our Message-IDs name. */
  readonly mailHost: string
}

/** One filled form, read and checked; its files are durable already. */
export interface Filled {
  readonly key: string
  readonly form: Form
  readonly language: Language
  readonly timeZone: string | null
  readonly answers: Answers
  readonly files: readonly SubmittedFile[]
}

/** A conversation with the secret token that opens it. */
export interface Opened {
  readonly conversation: Conversation
  readonly token: string
}

export type Accepted =
  | ({ readonly outcome: 'accepted' | 'repeated' } & Opened)
  /** The key was used before, for something else. Nothing was stored. */
  | { readonly outcome: 'other-content' }

/** SHA-256 of what a visitor sent: answers, language, and each file's name and hash. */
export const contentOf = (filled: {
  readonly form: string
  readonly language: Language
  readonly answers: Answers
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
}): Promise<string> =>
  sha256(
    JSON.stringify([
      filled.form,
      filled.language,
      Object.entries(filled.answers).sort(([a], [b]) => (a < b ? -1 : 1)),
      filled.files.map((file) => [file.name, file.sha256]),
    ]),
  )

/** Accepts filled forms: whatever resolves as accepted is stored, with its promised side effects. */
export interface Intake {
  /** Whether something was sent under the key before. */
  readonly isUsed: (key: string) => Promise<boolean>
  readonly accept: (filled: Filled) => Promise<Accepted>
}

export function createIntake(deps: AcceptDeps): Intake {
  return {
    isUsed: async (key) => (await deps.submissions.byKey(key, deps.clock())) !== null,
    async accept(filled) {
      const content = await contentOf({ ...filled, form: filled.form.id })
      for (let attempt = 0; ; attempt += 1) {
        const earlier = await repeated(deps, filled.key, content)
        if (earlier) return earlier
        try {
          return await store(deps, filled, content)
        } catch (error) {
          // Either the same key won the race, or a number is taken: both are looked at anew.
          if (!deps.isUniqueViolation(error) || attempt >= NUMBER_TRIES) throw error
        }
      }
    },
  }
}

async function repeated(deps: AcceptDeps, key: string, content: string): Promise<Accepted | null> {
  const earlier = await deps.submissions.byKey(key, deps.clock())
  if (!earlier) return null
  if (earlier.content !== content) return { outcome: 'other-content' }
  const conversation = await deps.conversations.byId(earlier.conversation)
  const token = conversation && (await linkToken(deps.signer, conversation))
  if (!conversation || !token) return { outcome: 'other-content' }
  return { outcome: 'repeated', conversation, token }
}

async function store(deps: AcceptDeps, filled: Filled, content: string): Promise<Accepted> {
  const now = deps.clock()
  const submission = frozen(deps, filled, now)
  const { rulebook, decider } = deps.inForce()
  const id = newId(deps.random)
  const routing = decided(deps, { version: rulebook.version, decider }, submission, filled.form, id)
  const { token, kept } = await newLink(deps.signer, id, submission.email)
  const conversation: Conversation = {
    id,
    submission: submission.id,
    ...(await identity(deps)),
    ticketId: null,
    ticketCreatedAt: null,
    openedAt: null,
    unit: placeOf(routing, rulebook.units),
    dueAt: dueAt(now, rulebook.promise),
    recipient: submission.email,
    link: kept,
  }
  const repeatable = { key: filled.key, keyUntil: after(now, KEY_LIFE_MS), content }
  await deps.atomically([
    ...deps.submissions.add(submission, repeatable, filled.files),
    deps.conversations.add(conversation),
    deps.routings.add(routing),
    ...(await arrival(deps, rulebook, routing, conversation, filled.form)),
    ...promised(deps, submission, conversation, now),
  ])
  deps.log.info('submission.accepted', { submission: submission.id, form: filled.form.id })
  return { outcome: 'accepted', conversation, token }
}

/** The reference and, wherever we allot it, the ticket's number: then the two are one. */
async function identity(deps: AcceptDeps): Promise<Pick<Conversation, 'reference' | 'ticketNumber'>> {
  const prefix = deps.numbers === 'own' ? await deps.prefix() : null
  if (prefix === null) return { reference: ownReference(deps.random), ticketNumber: null }
  const number = ownNumber(prefix, deps.random)
  return { reference: number, ticketNumber: number }
}

const single = (answers: Answers, id: string): string | null => {
  const answer = answers[id]
  return typeof answer === 'string' && answer !== '' ? answer : null
}

function frozen(deps: AcceptDeps, filled: Filled, now: Date): Submission {
  const { form, answers, language, timeZone } = filled
  const files = Object.fromEntries(
    form.fields.map(({ id }) => [
      id,
      filled.files.filter((file) => file.field === id).map(({ name }) => name),
    ]),
  )
  const text = ticketText(form, answers, deps.site, { language, files })
  return {
    id: newId(deps.random),
    form: form.id,
    language,
    timeZone,
    name: single(answers, 'name') ?? '',
    email: single(answers, 'email') ?? '',
    organisation: single(answers, 'organisation'),
    answers,
    policyVersion: deps.site.policy.version,
    ...text,
    sentAt: now,
  }
}

/** Where the request belongs by the rules of this moment, frozen with it. */
function decided(
  deps: AcceptDeps,
  { version, decider }: { readonly version: string; readonly decider: Decider },
  submission: Submission,
  form: Form,
  conversation: string,
): Routing {
  const facts = factsOfSubmission(submission, form)
  return {
    ...decider.decide(facts),
    id: newId(deps.random),
    conversation,
    ticket: null,
    source: facts.source,
    version,
    decidedAt: submission.sentAt,
    placed: null,
    feedback: 'open',
  }
}

/** Who is to hear of the request at once, hears of it: also while Zammad is down. */
const arrival = (
  deps: AcceptDeps,
  { units }: Rulebook,
  routing: Routing,
  conversation: Conversation,
  form: Form,
): Promise<readonly Write[]> =>
  tellOfArrival(deps, units, {
    ticket: {
      id: null,
      number: conversation.ticketNumber ?? conversation.reference,
      topic: inLanguage(form.title, deps.site.languages[0]),
      unit: conversation.unit,
      dueAt: conversation.dueAt.toISOString(),
    },
    conversation: conversation.id,
    priority: routing.priority,
    occasion: conversation.id,
  })

/** The ticket to open and the receipt to send, in the same write as their cause. */
function promised(
  deps: AcceptDeps,
  submission: Submission,
  conversation: Conversation,
  now: Date,
): readonly Write[] {
  return [
    deps.addJob({
      id: newId(deps.random),
      kind: 'open-ticket',
      lane: 'zammad',
      conversation: conversation.id,
      serial: `customer:${submission.email.toLowerCase()}`,
      naturalKey: null,
      payload: { maskedTries: 0 },
      nextAt: now,
      createdAt: now,
    }),
    ...promisedMessage(deps, {
      conversation: conversation.id,
      recipient: conversation.recipient,
      kind: 'receipt',
      messageId: `<receipt.${submission.id}@${deps.mailHost}>`,
      at: now,
    }),
  ]
}
