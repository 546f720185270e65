/** That many random bytes, from a cryptographic source outside tests. */
export type Random = (length: number) => Uint8Array

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Base32 in Crockford's alphabet, lower case; 5 bits a character, the last one padded with zeros. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += CROCKFORD[(held >> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) text += CROCKFORD[(held << (5 - bits)) & 31]
  return text.toLowerCase()
}

/** An id of 125 bits that no stranger guesses. */
export const newId = (random: Random): string => base32(random(16)).slice(0, 25)

/** Decimal digits, each equally likely: bytes of 250 and above are thrown away. */
export function randomDigits(random: Random, length: number): string {
  let digits = ''
  while (digits.length < length) {
    for (const byte of random(length)) {
      if (byte < 250 && digits.length < length) digits += String(byte % 10)
    }
  }
  return digits
}

/** Letters and digits that are hard to mistake for each other, upper case. */
export const randomCode = (random: Random, length: number): string =>
  Array.from(random(length), (byte) => CROCKFORD[byte & 31]).join('')
