import type { Attachment, NewTicket } from '../desk.ts'
import { Failure } from '../failure.ts'
import { base64Length, base64Pieces, type Body } from './body.ts'
import { bodyText, clean, splitName, tagText, titleText } from './wording.ts'

const encoder = new TextEncoder()

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
    article: {
      type: 'web',
      sender: 'Customer',
      content_type: 'text/plain',
      internal: false,
      subject: title,
      body: bodyText(ticket.body),
      message_id: ticket.messageId,
      preferences: { 'send-auto-response': false },
    },
  }
}

type Part = Uint8Array<ArrayBuffer> | Attachment

const isBytes = (part: Part): part is Uint8Array<ArrayBuffer> => part instanceof Uint8Array

/** The JSON in the order of its bytes, with the attachments where their base64 belongs. */
function partsOf(ticket: NewTicket): readonly Part[] {
  const json = JSON.stringify(ticketRow(ticket))
  if (ticket.attachments.length === 0) return [encoder.encode(json)]
  const attachments = ticket.attachments.flatMap((attachment, index): readonly Part[] => {
    const row = JSON.stringify({
      filename: clean(attachment.name) || `file-${index + 1}`,
      'mime-type': clean(attachment.type) || 'application/octet-stream',
      data: '',
    })
    return [encoder.encode(`${index === 0 ? '' : ','}${row.slice(0, -2)}`), attachment, encoder.encode('"}')]
  })
  const open = json.slice(0, -2)
  return [encoder.encode(`${open},"attachments":[`), ...attachments, encoder.encode(']}}')]
}

const partLength = (part: Part): number => (isBytes(part) ? part.length : base64Length(part.size))

/** The body of `POST /tickets` (contract 4.2); its attachments are opened one after another, when their turn comes. */
export function createBody(ticket: NewTicket): Body {
  const parts = partsOf(ticket)
  return {
    length: parts.reduce((sum, part) => sum + partLength(part), 0),
    async *pieces() {
      for (const part of parts) {
        if (isBytes(part)) yield part
        else yield* base64Pieces(await opened(part), part.size)
      }
    },
  }
}

async function opened(attachment: Attachment): Promise<ReadableStream<Uint8Array>> {
  try {
    return await attachment.open()
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure('unavailable', 'an attachment could not be opened', { cause: error })
  }
}
