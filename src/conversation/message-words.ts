import { Failure } from '../failure.ts'
import { inLanguage, type Language } from '../language.ts'
import type { NewNumber } from '../mailer.ts'
import type { Form, Site } from '../forms/form.ts'
import type { Unit } from '../routing/units.ts'
import type { Signer } from '../secret.ts'
import type { Conversation, Messages } from './conversation.ts'
import { linkToken } from './link.ts'
import type { Submission, Submissions } from './submission.ts'

export interface MessageWordsDeps {
  readonly submissions: Pick<Submissions, 'byId'>
  readonly messages: Pick<Messages, 'messageIdsOf'>
  readonly signer: Signer
  readonly site: Site
  readonly forms: readonly Form[]
  /** The units as the rules name them now. */
  readonly units: () => { readonly units: readonly Pick<Unit, 'id' | 'name'>[] }
  readonly timeZone: string
  /** The host that our Message-IDs name. */
  readonly mailHost: string
  /** The absolute address of a conversation's page. */
  readonly linkTo: (token: string) => string
  /** Where answers by mail to a unit's mails go, or null where nobody reads them. */
  readonly replyToOf: (unit: string) => Promise<string | null>
}

/** What every mail of a conversation says. */
export interface MessageWords {
  readonly submission: Submission
  readonly common: Omit<NewNumber, 'kind' | 'ticketNumber'>
  /** Display name of the unit that has the request. */
  readonly team: string
  /** The visitor's, where the browser told it. */
  readonly timeZone: string
}

/** `messageId` is the mail's own. Throws where the link cannot be made any more: its secret is no longer among ours. */
export async function messageWords(
  deps: MessageWordsDeps,
  conversation: Conversation,
  messageId: string,
): Promise<MessageWords> {
  const submission = await deps.submissions.byId(conversation.submission)
  const token = await linkToken(deps.signer, conversation)
  if (!submission || token === null) throw new Error('a message whose link cannot be made any more')
  const sent = await deps.messages.messageIdsOf(conversation.id)
  const { language } = submission
  // A form that is no longer there cannot say that mails may carry what is said.
  const isInMail = deps.forms.find(({ id }) => id === submission.form)?.mail === 'full'
  return {
    submission,
    team: unitIn(deps.units(), conversation.unit, language),
    timeZone: submission.timeZone ?? deps.timeZone,
    common: {
      language,
      site: inLanguage(deps.site.name, language),
      reference: conversation.reference,
      number: conversation.ticketNumber,
      link: deps.linkTo(token),
      replyTo: isInMail ? await replyToOf(deps, conversation.unit) : null,
      references: [`<${submission.id}@${deps.mailHost}>`, ...sent.filter((id) => id !== messageId)],
    },
  }
}

/** Where an answer goes; nowhere while that cannot be told, as no mail waits for Zammad on that account. */
export async function replyToOf(
  deps: Pick<MessageWordsDeps, 'replyToOf'>,
  unit: string,
): Promise<string | null> {
  try {
    return await deps.replyToOf(unit)
  } catch (error) {
    if (error instanceof Failure) return null
    throw error
  }
}

/** A unit's display name; the id itself where the rules no longer name it. */
export function unitIn(
  { units }: { readonly units: readonly Pick<Unit, 'id' | 'name'>[] },
  id: string,
  language: Language,
): string {
  const unit = units.find((one) => one.id === id)
  return unit ? inLanguage(unit.name, language) : id
}
