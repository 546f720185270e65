import type { Attachment, VisitorArticle } from '../desk.ts'
import { Failure } from '../failure.ts'
import { base64Length, base64Pieces, type Body } from './body.ts'
import { bodyText, clean } from './wording.ts'

const encoder = new TextEncoder()

/**
 * A visitor's words as Zammad takes them, their files left out. The sender is named, or they would count as an
 * answer of staff (L21); whose they are, Zammad then finds by itself: the ticket's customer (contract 5.3).
 */
export const visitorRow = ({ body, messageId }: Pick<VisitorArticle, 'body' | 'messageId'>) => ({
  type: 'web',
  sender: 'Customer',
  content_type: 'text/plain',
  internal: false,
  body: bodyText(body),
  message_id: messageId,
  preferences: { 'send-auto-response': false },
})

type Part = Uint8Array<ArrayBuffer> | Attachment

const isBytes = (part: Part): part is Uint8Array<ArrayBuffer> => part instanceof Uint8Array

/** The JSON in the order of its bytes, with the files where their base64 belongs: before the last of `closing`. */
function partsOf(json: string, closing: string, attachments: readonly Attachment[]): readonly Part[] {
  if (attachments.length === 0) return [encoder.encode(json)]
  const files = attachments.flatMap((attachment, index): readonly Part[] => {
    const row = JSON.stringify({
      filename: clean(attachment.name) || `file-${index + 1}`,
      'mime-type': clean(attachment.type) || 'application/octet-stream',
      data: '',
    })
    return [encoder.encode(`${index === 0 ? '' : ','}${row.slice(0, -2)}`), attachment, encoder.encode('"}')]
  })
  const open = json.slice(0, -closing.length)
  return [encoder.encode(`${open},"attachments":[`), ...files, encoder.encode(`]${closing}`)]
}

const partLength = (part: Part): number => (isBytes(part) ? part.length : base64Length(part.size))

/**
 * A row with files: its own where it is an article (`itself`), or those of its `article`, which must be the last
 * of its keys (`inside`). They are opened one after another, when their turn comes.
 */
export function bodyWithFiles(
  row: object,
  whose: 'itself' | 'inside',
  attachments: readonly Attachment[],
): Body {
  const parts = partsOf(JSON.stringify(row), whose === 'itself' ? '}' : '}}', attachments)
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
