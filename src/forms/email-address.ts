import { z } from 'zod'

/** Begins an encoded word for parsers that decode too early, and may hide a comma and a second address. */
const ENCODED_WORD = '=?'

/** RFC 5321: octets of a mailbox, of the part before the @ and of the domain. */
const MAX_ADDRESS = 254
const MAX_LOCAL = 64
const MAX_DOMAIN = 253

const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const LDH_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/
const TYPED_DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u

/** The domain as DNS knows it: lower case, letters outside ASCII as A-labels; null where it is none. */
function readDomain(typed: string): string | null {
  // Compatibility forms (full-width letters, ligatures) would turn into other characters unseen.
  if (typed.length > MAX_DOMAIN || !TYPED_DOMAIN.test(typed) || typed.normalize('NFKC') !== typed) return null
  const address = `http://${typed}/`
  if (!URL.canParse(address)) return null
  const { hostname } = new URL(address)
  return hostname.length <= MAX_DOMAIN && LDH_DOMAIN.test(hostname) ? hostname : null
}

/**
 * One bare mailbox, or null. A narrow grammar on purpose, so that no mail library can read it differently: an ASCII
 * dot-atom of at most 64, one @, a domain with a dot; no quotes, comments, routes, lists, address literals, white space
 * or `=?`, which begins an encoded word. The domain comes back in lower case and as A-labels, the part before it as it was typed.
 */
export function readEmailAddress(typed: string): string | null {
  const at = typed.indexOf('@')
  const local = typed.slice(0, at)
  if (at < 1 || at > MAX_LOCAL || !DOT_ATOM.test(local) || local.includes(ENCODED_WORD)) return null
  const domain = readDomain(typed.slice(at + 1))
  if (domain === null) return null
  const address = `${local}@${domain}`
  return address.length <= MAX_ADDRESS ? address : null
}

/** An email address in a data file. */
export const emailAddress = z
  .string()
  .refine((typed) => readEmailAddress(typed) !== null, 'must be an email address, like desk@example.org')
