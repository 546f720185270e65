/** Zammad's texts of refusal: what they mean, and what of them may be told. */

/** `masked`: no reason that we may read. `group`: it is about the group. */
export type Verdict = 'masked' | 'group' | 'other'

/**
 * Contract 1.2, L7, L15, L40: what an agent's token sees in place of the reason; newer versions may say
 * openly that the number or the customer's address was taken meanwhile, which means the same to us.
 */
const MASKED = [
  /^Error ID \S+: Please contact your administrator\.$/u,
  /^This object already exists\.?$/u,
  /has already been taken\.?$/u,
  /^Email address '.*' is already used for another user\.?$/u,
]

const GROUP = [
  /^No lookup value found for 'group'/u,
  /^The required value 'group_id' is missing/u,
  /^Invalid value .* for field 'group_id'/u,
]

/** What a 422 to a create means, by its text. */
export function verdictOf(text: string): Verdict {
  if (MASKED.some((pattern) => pattern.test(text))) return 'masked'
  return GROUP.some((pattern) => pattern.test(text)) ? 'group' : 'other'
}

/** L1, 0.2: the token itself lacks the right, whatever the object is. */
const TOKEN_LACKS_RIGHT = new Set([
  'Not authorized (token)!',
  'Token authorization failed.',
  'User authorization failed.',
])

export const tokenLacksRight = (text: string | null): boolean => text !== null && TOKEN_LACKS_RIGHT.has(text)

/** Words that Zammad quotes of its own: names of fields. Anything else in quotes is an echo. */
const FIELDS = new Set(
  (
    'article, article body, attachments, body, customer, customer_id, data, email, filename, firstname, ' +
    'group, group_id, id, lastname, login, mime-type, number, owner, owner_id, priority, priority_id, ' +
    'sender, state, state_id, tags, title, type'
  ).split(', '),
)

const REASON_LENGTH = 160
const ECHO_LENGTH = 12
const UNTOLD = 'a reason that repeats what was sent, and is not kept'

/**
 * Zammad's text, shortened and without echoes: what stands in quotes and is no field's name goes, addresses
 * go, and a text that still repeats a part of `typed` is not told at all.
 */
export function tellable(text: string, typed: readonly string[] = []): string {
  const told = withoutQuotations(text.replaceAll(/\s+/gu, ' ').trim())
    .replaceAll(/\S+@\S+/gu, '…')
    .slice(0, REASON_LENGTH)
  return repeats(told, typed) ? UNTOLD : told
}

/** From the first quotation that is no field's name to the last quotation mark, as what is quoted may hold marks too. */
function withoutQuotations(text: string): string {
  const quotation = /(?<![\p{L}\p{N}])(["'`])(.*?)\1/gu
  for (const found of text.matchAll(quotation)) {
    if (FIELDS.has(found[2] ?? '')) continue
    const end = Math.max(...['"', "'", '`'].map((mark) => text.lastIndexOf(mark)))
    return `${text.slice(0, found.index)}…${text.slice(end + 1)}`
  }
  return text
}

function repeats(text: string, typed: readonly string[]): boolean {
  const lower = text.toLowerCase()
  return typed.some((value) => {
    const sought = value.toLowerCase().replaceAll(/\s+/gu, ' ').trim()
    if (sought.length < 3) return false
    if (sought.length <= ECHO_LENGTH) return lower.includes(sought)
    for (let from = 0; from + ECHO_LENGTH <= lower.length; from++) {
      if (sought.includes(lower.slice(from, from + ECHO_LENGTH))) return true
    }
    return false
  })
}
