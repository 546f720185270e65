import { after, DAY_MS } from '../clock.ts'
import { subjectOf } from '../clocks/touching.ts'
import type { Ticket } from '../desk.ts'
import type { Answers } from '../forms/answers.ts'
import { CONTACT_FIELDS } from '../forms/contact.ts'
import type { Form, Site, TextField } from '../forms/form.ts'
import { ticketText } from '../forms/ticket-text.ts'
import { newRequest, type NewRequestDeps } from '../intake/new-request.ts'
import { newId } from '../random.ts'
import type { Rulebook } from '../routing/rule.ts'
import type { Routing } from '../routing/routings.ts'
import { sha256 } from '../secret.ts'
import type { Held, Write } from '../writes.ts'
import type { Conversation } from './conversation.ts'
import type { Replies, Reply, ReplyFile } from './reply.ts'
import type { Submission, SubmittedFile } from './submission.ts'

/** No visitor sends a key that begins like this; it is never needed after the reply is posted. */
const KEY_LIFE_MS = 30 * DAY_MS

export interface FollowUpDeps extends NewRequestDeps {
  readonly replies: Replies
  readonly rulebook: () => Rulebook
  /** Title of a form as staff read it, or null where there is no such form. */
  readonly topicOf: (form: string) => string | null
  readonly site: Site
}

/** A further word on a closed ticket whose group wants a new one for it. */
export interface FurtherWord {
  readonly conversation: Conversation
  readonly reply: Reply
  readonly files: readonly ReplyFile[]
  /** The closed one, as it is now. */
  readonly ticket: Ticket
}

/**
 * The writes that make a request of its own of a further word: with the ordinary job that opens a ticket, linked to
 * the closed one. The words stand on the new page as the first ones there. All of it only while the job is held.
 */
export async function followUp(deps: FollowUpDeps, word: FurtherWord, held: Held): Promise<readonly Write[]> {
  const before = await deps.submissions.byId(word.conversation.submission)
  if (!before) throw new Error('a conversation without its submission')
  const { reply, ticket } = word
  const id = newId(deps.random)
  const submission = submissionOf(deps, word, before)
  const rulebook = deps.rulebook()
  const key = `follow-up:${reply.id}`
  const { writes } = await newRequest(
    deps,
    {
      id,
      submission,
      files: word.files.map((file) => fileOf(deps, file)),
      repeatable: { key, keyUntil: after(deps.clock(), KEY_LIFE_MS), content: await sha256(submission.body) },
      routing: await routingOf(deps, word, rulebook, id),
      rulebook,
      topic: deps.topicOf(submission.form),
      continues: ticket.id,
    },
    held,
  )
  const now = deps.clock()
  const words = { ...reply, id: newId(deps.random), conversation: id, postedAt: now }
  return [
    ...writes,
    ...deps.replies.add(words, { key, content: key }, [], held),
    deps.conversations.change(word.conversation.id, { continuedIn: id }, held),
    deps.records.touch(subjectOf(word.conversation), now, held),
  ]
}

/** The bytes are the reply's: a body is kept once, and both rows name it. */
const fileOf = ({ random }: FollowUpDeps, file: ReplyFile): SubmittedFile => ({
  ...file,
  id: newId(random),
  field: WORDS,
})

/** What staff read: files may come without a word, and Zammad takes no empty text. */
export const wordsFor = ({ body }: Reply): string => body || 'The visitor sent files without a word.'

const WORDS = 'words'
const TITLE = 'title'

function submissionOf(deps: FollowUpDeps, word: FurtherWord, before: Submission): Submission {
  const { reply, conversation } = word
  const contact = contactOf(before, conversation.recipient)
  return {
    ...before,
    id: newId(deps.random),
    email: conversation.recipient,
    answers: contact,
    ...textOf(deps.site, word, before, contact),
    sentAt: reply.sentAt,
  }
}

const contactOf = ({ name, organisation }: Submission, email: string): Answers => ({
  name,
  email,
  ...(organisation === null ? {} : { organisation }),
})

/** Title and body as a form makes them, of the words under a line that names the closed request. */
function textOf(
  site: Site,
  { reply, files, ticket }: FurtherWord,
  before: Submission,
  contact: Answers,
): Pick<Submission, 'title' | 'body'> {
  const form: Form = {
    id: before.form,
    title: { en: 'Re:' },
    summary: {},
    group: '',
    intro: {},
    help: [],
    mail: 'full',
    notify: 'all',
    fields: [...CONTACT_FIELDS, asked(TITLE, {}), asked(WORDS, headings(ticket.number)), FILES],
    ticket: { title: `{${TITLE}}`, body: [WORDS, FILES.id], attributes: [] },
  }
  const title = `Re: ${before.title.replace(/^(?:Re:\s*)+/i, '')}`
  const named = { [FILES.id]: files.map(({ name }) => name) }
  const answers = { ...contact, [TITLE]: title, [WORDS]: wordsFor(reply) }
  return ticketText(form, answers, site, { language: before.language, files: named })
}

const asked = (id: string, label: TextField['label']): TextField => ({
  id,
  kind: 'textarea',
  label,
  required: false,
  maxLength: Number.MAX_SAFE_INTEGER,
})

const headings = (number: string): TextField['label'] => ({
  en: `A further word on the closed request ${number}`,
  es: `Continuación de la solicitud cerrada ${number}`,
})

const FILES = {
  id: 'files',
  kind: 'files',
  label: { en: 'Files', es: 'Archivos' },
  required: false,
  accept: [],
} as const

/** With the team that has the closed ticket; no rule is asked. */
async function routingOf(
  { routings, random, clock }: FollowUpDeps,
  { conversation, ticket }: FurtherWord,
  { units, version }: Rulebook,
  id: string,
): Promise<Routing> {
  const before = await routings.ofConversation(conversation.id)
  const unit = units.units.find(({ group }) => group === ticket.group)
  return {
    id: newId(random),
    conversation: id,
    ticket: null,
    source: before?.source ?? 'web-form',
    unit: unit?.id ?? conversation.unit,
    rule: null,
    priority: null,
    tags: [],
    mode: 'assign',
    because: `a further word on the closed request ${ticket.number}`,
    version,
    decidedAt: clock(),
    placed: null,
    feedback: 'open',
  }
}
