/** A quoted text with its escaped characters, to the end where it never ends; a remark in brackets. */
const QUOTED = /"(?:[^"\\]|\\.)*(?:"|$|\\$)/gsu
const REMARK = /\([^()]*\)/gu
const ADDRESS = /^[^\s@<>"]+@[^\s@<>"]+$/u

/**
 * The addresses that a header like `To` names, in lower case, in order. A name that looks like an address is a
 * name; what cannot be told for sure is left out, so that nobody is taken for a recipient who is none.
 */
export const addressesIn = (header: string): readonly string[] =>
  header
    .replaceAll(QUOTED, ' ')
    .replaceAll(REMARK, ' ')
    .split(/[,;]/u)
    .map((entry) => (/<([^<>]*)>/u.exec(entry)?.[1] ?? entry.slice(entry.lastIndexOf(':') + 1)).trim())
    .filter((address) => ADDRESS.test(address))
    .map((address) => address.toLowerCase())
