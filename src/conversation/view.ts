import type { Form } from '../forms/form.ts'
import type { Submission, SubmittedFile, Submissions } from './submission.ts'
import { linkHash } from './link.ts'
import type { Conversation, Conversations } from './conversation.ts'

export type Status = 'received' | 'opened' | 'answered' | 'closed' | 'merged' | 'out-of-sight' | 'gone'

/** All that a visitor may see of a request. */
export interface View {
  readonly conversation: Conversation
  readonly submission: Submission
  readonly files: readonly SubmittedFile[]
  readonly status: Status
}

/** Opens conversations for whoever holds their secret link. */
export interface Views {
  /** Null for a token that is unknown, wrong, expired or revoked: nobody can tell which. */
  readonly byToken: (token: string) => Promise<View | null>
  readonly of: (conversation: Conversation) => Promise<View>
}

const TOKEN = /^[0-9a-z]{32}$/i

export function createViews(deps: {
  readonly conversations: Conversations
  readonly submissions: Submissions
}): Views {
  const of: Views['of'] = async (conversation) => {
    const submission = await deps.submissions.byId(conversation.submission)
    if (!submission) throw new Error('a conversation without its submission')
    const files = await deps.submissions.filesOf(submission.id)
    return { conversation, submission, files, status: statusOf(conversation) }
  }
  return {
    of,
    async byToken(token) {
      // What is no token at all is looked up as well, so that both take the same time.
      const conversation = await deps.conversations.byLinkHash(await linkHash(token))
      return conversation && TOKEN.test(token) ? of(conversation) : null
    },
  }
}

const statusOf = (conversation: Conversation): Status =>
  conversation.ticketId === null ? 'received' : 'opened'

/** "m•••••@hospital.example": enough to see a mistake by, not enough to learn an address from. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, 1)}•••••${address.slice(at)}`
}

/** The answers as a visitor gave them, each under its label, in the order of the form; addresses are masked. */
export function tellAnswers(
  form: Form,
  submission: Submission,
  label: (text: Form['title']) => string,
): readonly { readonly label: string; readonly value: string }[] {
  return form.fields.flatMap((field) => {
    const answer = submission.answers[field.id]
    if (answer === undefined || answer === true || field.kind === 'files') return []
    const values = typeof answer === 'string' ? [answer] : answer
    const told = values.map((value) => {
      if (field.kind === 'email') return maskedAddress(value)
      const option = 'options' in field ? field.options.find((one) => one.value === value) : undefined
      return option ? label(option.label) : value
    })
    return told.every((text) => text === '') ? [] : [{ label: label(field.label), value: told.join(', ') }]
  })
}
