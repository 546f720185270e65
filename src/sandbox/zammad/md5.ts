import { createHash } from 'node:crypto'

/** MD5 in lower-case hex; Web Crypto has none, and Zammad looks articles up by it. */
export const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
