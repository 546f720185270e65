import type { Reckoner } from '../clocks/reckoned.ts'
import { dueToVisitor } from '../clocks/visitor-promise.ts'
import { type Conversation } from '../conversation/conversation.ts'
import { messageWords, type MessageWordsDeps, replyToOf, unitIn } from '../conversation/message-words.ts'
import type { Article } from '../desk.ts'
import { inLanguage, type Language } from '../language.ts'
import type { Answer } from '../mailer.ts'
import { ticketLink } from '../outbox/ticket-link.ts'
import { type Units, unitOfGroup } from '../routing/units.ts'
import { agentName, articleText, withPictures } from './article-text.ts'
import { type EnclosuresDeps, enclosuresOf } from './enclosures.ts'
import type { FreshAnswer } from './last-look.ts'

export interface AnswerWordsDeps extends Omit<MessageWordsDeps, 'units'>, EnclosuresDeps {
  readonly units: () => Units
  readonly reckoner: Pick<Reckoner, 'ofConversation'>
  /** Who stands under an answer. */
  readonly agentNames: 'person' | 'team'
  /** Where people open Zammad. */
  readonly zammadWebUrl: string
}

/** How a mail is made of an answer. */
interface Making {
  readonly answer: FreshAnswer
  readonly messageId: string
  /** Whether a file that Zammad does not hand over is waited for. */
  readonly isPatient: boolean
}

/** What the mail of an answer says: to the visitor of a conversation, or to the customer of a ticket without one. */
export const answerWords = (
  deps: AnswerWordsDeps,
  conversation: Conversation | null,
  making: Making,
): Promise<Answer> => (conversation ? toVisitor(deps, conversation, making) : toCustomer(deps, making))

async function toVisitor(
  deps: AnswerWordsDeps,
  conversation: Conversation,
  { answer, messageId, isPatient }: Making,
): Promise<Answer> {
  const { article, ticket, isOwn } = answer
  const words = await messageWords(deps, conversation, messageId)
  const { common, submission, timeZone } = words
  const form = deps.forms.find(({ id }) => id === submission.form)
  const { reckoning } = await deps.reckoner.ofConversation(conversation)
  const dueAt = dueToVisitor(reckoning)
  return {
    kind: 'answer',
    ...common,
    agent: agentOf(deps, article),
    team: isOwn ? words.team : teamOf(deps, ticket.group, common.language),
    // A form that is no longer there cannot say that its answers may travel.
    content: form?.mail === 'full' ? await contentOf(deps, article, isPatient) : null,
    dueAt,
    isLate: dueAt !== null && dueAt < reckoning.asOf,
    timeZone,
    opensZammad: false,
  }
}

/** Somebody with a login reads on in Zammad. */
async function toCustomer(deps: AnswerWordsDeps, { answer, isPatient }: Making): Promise<Answer> {
  const { article, ticket } = answer
  const [language] = deps.site.languages
  const units = deps.units()
  return {
    kind: 'answer',
    language,
    site: inLanguage(deps.site.name, language),
    reference: ticket.number,
    number: ticket.number,
    link: ticketLink(deps.zammadWebUrl, ticket.id),
    replyTo: await replyToOf(deps, unitOfGroup(units, ticket.group) ?? units.defaultUnit),
    references: [],
    agent: agentOf(deps, article),
    team: teamOf(deps, ticket.group, language),
    content: await contentOf(deps, article, isPatient),
    dueAt: null,
    isLate: false,
    timeZone: deps.timeZone,
    opensZammad: true,
  }
}

const agentOf = ({ agentNames }: AnswerWordsDeps, { from }: Article): string | null =>
  agentNames === 'person' ? agentName(from) || null : null

/** A group that is no unit's goes by its own name. */
function teamOf(deps: AnswerWordsDeps, group: string, language: Language): string {
  const units = deps.units()
  const unit = unitOfGroup(units, group)
  return unit === null ? group : unitIn(units, unit, language)
}

async function contentOf(
  deps: AnswerWordsDeps,
  article: Article,
  isPatient: boolean,
): Promise<NonNullable<Answer['content']>> {
  const { html, text, pictures } = articleText(article)
  const enclosures = await enclosuresOf(deps, article, { pictures, isPatient })
  const sourceOf = (id: number): string | null => {
    const cid = enclosures.pictures.get(id)
    return cid === undefined ? null : `cid:${cid}`
  }
  const { enclosed, left } = enclosures
  return { html: withPictures(html, sourceOf), text, enclosed, left }
}
