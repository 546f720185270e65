import { fitFileName } from '../intake/file-name.ts'
import type { Enclosed, Message } from '../mailer.ts'

/** Types that no reader runs; of all others a mail says only that they are bytes. */
const INERT =
  /^(?:text\/(?:plain|csv)|application\/(?:pdf|zip|gzip|json|dicom|pkcs10|msword|vnd\.ms-(?:excel|powerpoint|outlook)|vnd\.openxmlformats-officedocument\.[a-z.]+|vnd\.oasis\.opendocument\.[a-z]+)|(?:audio|video)\/[a-z0-9.-]+)$/
const PICTURE = /^image\/(?:png|jpeg|gif|webp|avif|bmp|tiff|heic|heif)$/
const UNKNOWN_TYPE = 'application/octet-stream'

function inertType(type: string): string {
  const [bare = ''] = type.toLowerCase().split(';', 1)
  const plain = bare.trim()
  return INERT.test(plain) || PICTURE.test(plain) ? plain : UNKNOWN_TYPE
}

const CONTENT_ID = /^[A-Za-z0-9._+-]{1,100}(?:@[A-Za-z0-9.-]{1,253})?$/

/** One file or picture as nodemailer takes it. */
function partOf({ cid, name, type, bytes }: Enclosed) {
  if (cid !== null && !CONTENT_ID.test(cid)) throw new TypeError('A picture must be named by a plain word')
  const contentType = inertType(type)
  // What is no picture is not shown within the text, whatever the text says.
  const shown = cid !== null && PICTURE.test(contentType)
  return {
    ...(shown ? { cid } : {}),
    contentDisposition: shown ? 'inline' : 'attachment',
    contentType,
    contentTransferEncoding: 'base64',
    filename: fitFileName(name),
    content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  }
}

/** A page of our own making, which runs nothing. */
const pageOf = (name: string, bytes: Uint8Array<ArrayBuffer>) => ({
  contentDisposition: 'attachment' as const,
  contentType: 'text/html; charset=utf-8',
  contentTransferEncoding: 'base64' as const,
  filename: name,
  content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
})

/** Everything that travels with a message. Throws `TypeError` for a `cid` that is no word of ours. */
export function partsOf(message: Message) {
  if (message.kind === 'report' && message.page) {
    return [pageOf(`promise-${message.month}.html`, message.page)]
  }
  return message.kind === 'answer' && message.content ? message.content.enclosed.map(partOf) : []
}
