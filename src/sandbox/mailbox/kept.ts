import PostalMime, { decodeWords } from 'postal-mime'
import { z } from 'zod'

/** One mail as the mailbox took it: the envelope, the bytes, and what they say. */
export interface KeptMail {
  /** Counts up from 1 and is never used again. */
  readonly id: number
  readonly at: Date
  /** Envelope addresses, not the headers' names for them. */
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  /** By name in lower case; repeated headers on lines of their own. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string | null
  readonly html: string | null
  readonly attachments: readonly KeptAttachment[]
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface KeptAttachment {
  readonly name: string
  readonly type: string
  /** What the mail's HTML names it by after `cid:`; null for one that stands by itself. */
  readonly contentId: string | null
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A mail in `mail.json`. */
export interface MailJson {
  readonly at: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string | null
  readonly html: string | null
  readonly raw: string
}

export interface Arrival {
  readonly id: number
  readonly at: Date
  readonly from: string
  readonly to: readonly string[]
  readonly bytes: Uint8Array<ArrayBuffer>
}

function headersOf(lines: readonly { key: string; value: string }[]): Record<string, string> {
  const headers = new Map<string, string>()
  for (const { key, value } of lines) {
    const text = decodeWords(value)
    const before = headers.get(key)
    headers.set(key, before === undefined ? text : `${before}\n${text}`)
  }
  return Object.fromEntries(headers)
}

const bytesOf = (content: ArrayBuffer | Uint8Array | string): Uint8Array<ArrayBuffer> =>
  typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content)

/** Reads a mail that has arrived. A mail that is no MIME at all is kept too, as bytes. */
export async function keep(arrival: Arrival): Promise<KeptMail> {
  const email = await PostalMime.parse(arrival.bytes).catch(() => null)
  return {
    ...arrival,
    subject: email?.subject ?? '',
    headers: headersOf(email?.headers ?? []),
    text: email?.text ?? null,
    html: email?.html ?? null,
    attachments: (email?.attachments ?? []).map(({ filename, mimeType, contentId, content }, index) => ({
      name: filename ?? `attachment-${index + 1}`,
      type: mimeType,
      contentId: contentId?.replace(/^<|>$/g, '') ?? null,
      bytes: bytesOf(content),
    })),
  }
}

export const jsonOf = ({ at, from, to, subject, headers, text, html, bytes }: KeptMail): MailJson => ({
  at: at.toISOString(),
  from,
  to,
  subject,
  headers,
  text,
  html,
  raw: new TextDecoder().decode(bytes),
})

const base64 = z.codec(z.base64(), z.custom<Uint8Array<ArrayBuffer>>(), {
  decode: (text) => new Uint8Array(z.util.base64ToUint8Array(text)),
  encode: (bytes) => z.util.uint8ArrayToBase64(bytes),
})
const date = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (at) => at.toISOString(),
})

const Snapshot = z.object({
  next: z.int().positive(),
  mails: z.array(
    z.object({
      id: z.int().positive(),
      at: date,
      from: z.string(),
      to: z.array(z.string()).readonly(),
      subject: z.string(),
      headers: z.record(z.string(), z.string()),
      text: z.string().nullable(),
      html: z.string().nullable(),
      attachments: z
        .array(
          z.object({
            name: z.string(),
            type: z.string(),
            contentId: z.string().nullable().default(null),
            bytes: base64,
          }),
        )
        .readonly(),
      bytes: base64,
    }),
  ),
})

export interface State {
  /** The id of the next mail. */
  readonly next: number
  readonly mails: readonly KeptMail[]
}

/** The state as text, for the file that outlives the process. */
export const writeSnapshot = (state: State): string =>
  JSON.stringify(z.encode(Snapshot, { next: state.next, mails: [...state.mails] }))

/** The state of an earlier process. Throws where the text is none of ours. */
export const readSnapshot = (text: string): State => z.decode(Snapshot, JSON.parse(text))
