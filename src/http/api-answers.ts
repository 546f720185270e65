import { tellAnswers, type View } from '../conversation/view.ts'
import { inLanguage } from '../language.ts'
import { type Addresses, conversationPath } from './addresses.ts'
import type { ConversationBody, Receipt } from './api-schemas.ts'
import type { HttpDeps } from './deps.ts'

/** What a program is told of a submission that was accepted. */
export const receipt = (addresses: Addresses, view: View, token: string): Receipt => ({
  reference: view.conversation.reference,
  ticket_number: view.conversation.ticketNumber,
  conversation_url: addresses.absolute(conversationPath(token)),
  due_at: view.conversation.dueAt.toISOString(),
  status: view.status,
})

/** A conversation as a program reads it. */
export function conversationBody(
  deps: HttpDeps,
  addresses: Addresses,
  view: View,
  token: string,
): ConversationBody {
  const { conversation, submission, files } = view
  const form = deps.forms.find(({ id }) => id === submission.form)
  const unit = deps.units().units.find(({ id }) => id === conversation.unit)
  const here = (text: Parameters<typeof inLanguage>[0]): string => inLanguage(text, submission.language)
  const answers = form ? tellAnswers(form, submission, here) : []
  const text = answers.map(({ label, value }) => `${label}\n${value}`).join('\n\n')
  return {
    reference: conversation.reference,
    ticket_number: conversation.ticketNumber,
    status: view.status,
    unit: unit ? here(unit.name) : conversation.unit,
    due_at: conversation.dueAt.toISOString(),
    answered_at: null,
    articles: [
      {
        id: submission.id,
        from: 'visitor',
        name: submission.name,
        at: submission.sentAt.toISOString(),
        html: answers
          .map(({ label, value }) => `<p><b>${escaped(label)}</b><br>${escaped(value)}</p>`)
          .join(''),
        text,
        attachments: files.map(({ id, name, type, size }) => ({
          name,
          type,
          size,
          url: addresses.absolute(`${conversationPath(token)}/files/${id}`),
        })),
      },
    ],
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char).replace(/\n/g, '<br>')
