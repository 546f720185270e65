import { HOUR_MS } from '../clock.ts'
import { base32, type Random } from '../random.ts'
import { asToken, type Signer } from '../secret.ts'

/** How long an unused token is good for. */
export const TOKEN_LIFE_MS = 24 * HOUR_MS

/**
 * What a token says: `key` names one sending of one form, so a repeat is known by it. Whether a valid
 * token is too old is the caller's question, after it has looked the key up.
 */
export type TokenReading =
  | { readonly outcome: 'genuine'; readonly key: string; readonly expired: boolean }
  | { readonly outcome: 'forged' }

/** Signs and reads the hidden token of a page's form, bound to what the page is for. */
export interface FormTokens {
  readonly issue: (purpose: string, now: Date) => Promise<string>
  readonly read: (token: string, purpose: string, now: Date) => Promise<TokenReading>
}

const SHAPE = /^([0-9a-z]{1,10})\.([0-9a-z]{26})\.([0-9a-z]{32})$/

export function createFormTokens(signer: Signer, random: Random): FormTokens {
  return {
    async issue(purpose, now) {
      const issued = now.getTime().toString(36)
      const nonce = base32(random(16))
      const signature = await signer.sign(['form-token', purpose, issued, nonce])
      if (!signature) throw new Error('the first secret always signs')
      return `${issued}.${nonce}.${asToken(signature)}`
    },
    async read(token, purpose, now) {
      const [, issued, nonce, signature] = SHAPE.exec(token) ?? []
      if (!issued || !nonce || !signature) return { outcome: 'forged' }
      const genuine = await signer.verifies(['form-token', purpose, issued, nonce], signature)
      if (!genuine) return { outcome: 'forged' }
      const age = now.getTime() - Number.parseInt(issued, 36)
      return { outcome: 'genuine', key: `page:${nonce}`, expired: age > TOKEN_LIFE_MS }
    },
  }
}
