import { readEmailAddress } from '../forms/email-address.ts'

/** Who a mail is from: the name that people read, and the address. */
export interface Sender {
  readonly name: string
  readonly address: string
}

/** Reads `desk@example.org` or `Our helpdesk <desk@example.org>`; null for anything else. */
export function readSender(text: string): Sender | null {
  const parts = /^([^<>]*)<([^<>]*)>$/.exec(text.trim())
  const [, name = '', given = text] = parts ?? []
  const address = readEmailAddress(given.trim())
  if (address === null || /\p{Cc}/u.test(name)) return null
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address }
}
