import { type Random, randomCode, randomDigits } from '../random.ts'

const LONGEST_NUMBER = 20
const OWN_DIGITS = 10

/**
 * The prefix for our own ticket numbers: the number of a ticket that Zammad numbered itself, less its
 * last two digits, so that it begins as Zammad's numbers do and mail threading knows it. Null where no
 * number is of use; `numbers` come newest first.
 */
export function prefixFrom(numbers: readonly string[]): string | null {
  const usable = numbers.find((number) => /^\d{3,}$/.test(number) && number.length <= LONGEST_NUMBER)
  return usable ? usable.slice(0, -2) : null
}

/** A ticket number of our own: plain digits everywhere, as a blank would break Zammad's threading. */
export const ownNumber = (prefix: string, random: Random): string => prefix + randomDigits(random, OWN_DIGITS)

/** A reference for the time before any prefix is known. */
export const ownReference = (random: Random): string => `FL-${randomCode(random, 8)}`
