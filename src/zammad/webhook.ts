import { z } from 'zod'
import type { Secret } from '../secret.ts'

/** What Zammad says of a ticket by itself: a hint where to look, never truth. */
export interface Webhook {
  /**
   * Whether one of the secrets signed exactly these bytes. `signature` is the header `X-Hub-Signature`:
   * `sha1=` and the HMAC-SHA1 in hex. The time it takes tells nothing of how much of it was right.
   */
  readonly isSigned: (body: Uint8Array<ArrayBuffer>, signature: string) => Promise<boolean>
  /** The ticket's id in a payload of ours or in Zammad's own, or null where none can be read. */
  readonly ticketIn: (body: Uint8Array<ArrayBuffer>) => number | null
}

/** Zammad 6.2 makes text of all values of a payload of one's own. */
const Id = z.union([
  z.int().positive(),
  z
    .string()
    .regex(/^[1-9]\d{0,15}$/)
    .transform(Number)
    .pipe(z.int().positive()),
])
const Payload = z.object({ ticket: z.union([Id, z.object({ id: Id }).transform(({ id }) => id)]) })

/** Each of the secrets counts, so that one can be changed for another without losing a webhook. */
export async function createWebhook(secrets: readonly Secret[]): Promise<Webhook> {
  const keys = await Promise.all(
    secrets.map((secret) =>
      crypto.subtle.importKey(
        'raw',
        new TextEncoder().encode(secret.reveal()),
        { name: 'HMAC', hash: 'SHA-1' },
        false,
        ['verify'],
      ),
    ),
  )
  return {
    async isSigned(body, signature) {
      const made = bytesOf(signature)
      if (!made) return false
      const verdicts = await Promise.all(keys.map((key) => crypto.subtle.verify('HMAC', key, made, body)))
      return verdicts.includes(true)
    },
    ticketIn(body) {
      const payload = Payload.safeParse(parsed(body))
      return payload.success ? payload.data.ticket : null
    },
  }
}

function bytesOf(signature: string): Uint8Array<ArrayBuffer> | null {
  const [, digits] = /^sha1=([0-9a-f]{40})$/i.exec(signature) ?? []
  if (digits === undefined) return null
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function parsed(body: Uint8Array<ArrayBuffer>): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return null
  }
}
