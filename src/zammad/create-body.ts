import type { NewTicket } from '../desk.ts'
import { bodyWithFiles, visitorRow } from './article-body.ts'
import type { Body } from './body.ts'
import { clean, splitName, tagText, titleText } from './wording.ts'

/** The ticket as Zammad's create takes it, its attachments left out; `article` is the last of its keys. */
function ticketRow(ticket: NewTicket) {
  const title = titleText(ticket.title)
  const tags = tagText(ticket.tags)
  return {
    ...(ticket.number === null ? {} : { number: ticket.number }),
    title,
    group: ticket.group,
    ...(ticket.priority === null ? {} : { priority: ticket.priority }),
    ...(tags === '' ? {} : { tags }),
    customer: { ...splitName(ticket.customer.name), email: clean(ticket.customer.email).trim() },
    preferences: { firstline: { instance: ticket.mark.instance, submission: ticket.mark.submission } },
    ...(ticket.continues === null ? {} : { links: { Ticket: { normal: [ticket.continues] } } }),
    article: { subject: title, ...visitorRow(ticket) },
  }
}

/** The body of `POST /tickets` (contract 4.2). */
export const createBody = (ticket: NewTicket): Body =>
  bodyWithFiles(ticketRow(ticket), 'inside', ticket.attachments)
