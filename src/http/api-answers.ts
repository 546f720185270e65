import type { FileOnPage, SaidEntry } from '../conversation/thread.ts'
import { tellAnswers, type View } from '../conversation/view.ts'
import { inLanguage } from '../language.ts'
import { type Addresses, conversationPath } from './addresses.ts'
import type { ConversationBody, Receipt } from './api-schemas.ts'
import type { HttpDeps } from './deps.ts'
import { type FileHref, filesAtFoot, shownHtml } from './shown-thread.ts'

/** What a program is told of a submission that was accepted. */
export const receipt = (addresses: Addresses, view: View, token: string): Receipt => ({
  reference: view.conversation.reference,
  ticket_number: view.conversation.ticketNumber,
  conversation_url: addresses.absolute(conversationPath(token)),
  due_at: view.dueAt?.toISOString() ?? null,
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
  const href = (id: string): string => addresses.absolute(`${conversationPath(token)}/files/${id}`)
  const text = answers.map(({ label, value }) => `${label}\n${value}`).join('\n\n')
  return {
    reference: conversation.reference,
    ticket_number: conversation.ticketNumber,
    status: view.status,
    unit: unit ? here(unit.name) : conversation.unit,
    due_at: view.dueAt?.toISOString() ?? null,
    answered_at: view.answeredAt?.toISOString() ?? null,
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
        attachments: attachments(files, href),
      },
      ...view.entries.flatMap((entry) => (entry.kind === 'said' ? [article(entry, href)] : [])),
    ],
  }
}

const article = (said: SaidEntry, href: FileHref): ConversationBody['articles'][number] => ({
  id: said.id,
  from: said.from,
  name: said.name,
  at: said.at.toISOString(),
  html: shownHtml(said, href) ?? `<p>${escaped(said.text)}</p>`,
  text: said.text,
  attachments: attachments(filesAtFoot(said), href),
})

const attachments = (files: readonly FileOnPage[], href: FileHref) =>
  files.map(({ id, name, type, size }) => ({ name, type, size, url: href(id) }))

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char).replace(/\n/g, '<br>')
