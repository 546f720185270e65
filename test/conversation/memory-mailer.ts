import { Failure, type FailureCode } from '../../src/failure.ts'
import type { Headers, Mailer, Message } from '../../src/mailer.ts'

export interface SentMail {
  readonly to: string
  readonly text: string
}

/** A mail server in memory; each rendering differs, as real ones do by their boundaries. */
export function memoryMailer() {
  const sent: SentMail[] = []
  const rendered: { readonly message: Message; readonly headers: Headers }[] = []
  /** What happens to the next mails, one by one; a lost one was taken. */
  const mishaps: (FailureCode | 'lost' | null)[] = []
  const mailer: Mailer = {
    async render(message, headers) {
      rendered.push({ message, headers })
      return new TextEncoder().encode(`rendering ${rendered.length} of ${headers.messageId}`)
    },
    async send(to, mime) {
      const mishap = mishaps.shift()
      if (mishap && mishap !== 'lost') throw new Failure(mishap, `the mail failed: ${mishap}`)
      sent.push({ to, text: new TextDecoder().decode(mime) })
      if (mishap) throw new Failure('uncertain', 'cut after the final dot')
    },
    check: async () => undefined,
  }
  return { mailer, sent, rendered, mishaps }
}
