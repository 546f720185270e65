import { base32 } from './random.ts'

const encoder = new TextEncoder()

/** A setting that prints as `[secret]` wherever it is shown. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself, for the one place that needs it. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }
}

/** What keeps links and form tokens from being made up: the first secret signs, all verify. */
export interface Signer {
  /** Name of the secret that signs now; tells nothing about it. */
  readonly keyId: string
  /** HMAC-SHA-256 over the parts, by the secret of that name, or null where it is no longer among ours. */
  readonly sign: (parts: readonly string[], keyId?: string) => Promise<Uint8Array | null>
  /** Whether one of the secrets made the token (see `asToken`); takes the same time for every wrong one. */
  readonly verifies: (parts: readonly string[], token: string) => Promise<boolean>
}

/** SHA-256 in lower-case hex. */
export async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))))
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** The parts with their lengths in front, so that no two lists of parts read alike. */
const framed = (parts: readonly string[]): Uint8Array<ArrayBuffer> =>
  encoder.encode(parts.map((part) => `${part.length}:${part}`).join(''))

export async function createSigner(secrets: readonly [Secret, ...Secret[]]): Promise<Signer> {
  const keys = await Promise.all(
    secrets.map(async (secret) => ({
      id: (await sha256(`firstline key ${secret.reveal()}`)).slice(0, 8),
      key: await crypto.subtle.importKey(
        'raw',
        encoder.encode(secret.reveal()),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['sign', 'verify'],
      ),
    })),
  )
  const [first] = keys
  if (!first) throw new Error('a signer needs a secret')
  return {
    keyId: first.id,
    async sign(parts, keyId = first.id) {
      const held = keys.find((candidate) => candidate.id === keyId)
      return held ? new Uint8Array(await crypto.subtle.sign('HMAC', held.key, framed(parts))) : null
    },
    async verifies(parts, token) {
      const made = await Promise.all(keys.map(({ key }) => crypto.subtle.sign('HMAC', key, framed(parts))))
      // Compared as hashes, so that the time taken tells nothing of where two tokens differ.
      const hashes = await Promise.all(made.map((bytes) => sha256(asToken(new Uint8Array(bytes)))))
      return hashes.includes(await sha256(token))
    },
  }
}

/** 160 bits of a signature as 32 lower-case characters. */
export const asToken = (signature: Uint8Array): string => base32(signature.subarray(0, 20))
