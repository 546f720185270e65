import { after, DAY_MS } from '../clock.ts'
import type { Conversation } from '../conversation/conversation.ts'
import { linkToken } from '../conversation/link.ts'
import type { Submission, SubmittedFile } from '../conversation/submission.ts'
import type { Answers } from '../forms/answers.ts'
import type { Form, Site } from '../forms/form.ts'
import { ticketText } from '../forms/ticket-text.ts'
import { inLanguage, type Language } from '../language.ts'
import { newId } from '../random.ts'
import { factsOfSubmission } from '../routing/facts.ts'
import type { Routing } from '../routing/routings.ts'
import type { Decider, Rulebook } from '../routing/rule.ts'
import { sha256 } from '../secret.ts'
import type { Atomically } from '../writes.ts'
import { newRequest, type NewRequestDeps } from './new-request.ts'

/** How long a repeat under one key is known as one. */
export const KEY_LIFE_MS = 30 * DAY_MS

const NUMBER_TRIES = 5

export interface AcceptDeps extends NewRequestDeps {
  readonly atomically: Atomically
  readonly isUniqueViolation: (error: unknown) => boolean
  readonly site: Site
  /** The rules, and what decides by them. */
  readonly inForce: () => { readonly rulebook: Rulebook; readonly decider: Decider }
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
  const { conversation, token, writes } = await newRequest(deps, {
    id,
    submission,
    files: filled.files,
    repeatable: { key: filled.key, keyUntil: after(now, KEY_LIFE_MS), content },
    routing: decided(deps, { version: rulebook.version, decider }, submission, filled.form, id),
    rulebook,
    topic: inLanguage(filled.form.title, deps.site.languages[0]),
    continues: null,
  })
  await deps.atomically(writes)
  deps.log.info('submission.accepted', { submission: submission.id, form: filled.form.id })
  return { outcome: 'accepted', conversation, token }
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
