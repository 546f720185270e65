import { broken, masked, type Refusal } from './access.ts'
import { isBlank, isObject, textOf, type Params } from './params.ts'

/** One comparison: a field, how, and with what. */
export interface Atom {
  readonly prefix: string
  readonly column: string
  readonly operator: string
  readonly value: unknown
  readonly range: unknown
  readonly preCondition: unknown
}

export type Tree =
  { readonly all: readonly Tree[] } | { readonly some: readonly Tree[] } | { readonly not: Tree } | Atom

/** A condition that Zammad cannot use: it warns in its log and filters nothing. */
export const INVALID = Symbol('invalid condition')

const OPERATORS = new Set([
  'is',
  'is not',
  'is any of',
  'is none of',
  'contains',
  'contains not',
  'contains all',
  'contains one',
  'contains all not',
  'contains one not',
  'starts with',
  'starts with one of',
  'ends with',
  'ends with one of',
  'matches regex',
  'does not match regex',
  'before (absolute)',
  'after (absolute)',
  'before (relative)',
  'after (relative)',
  'within next (relative)',
  'within last (relative)',
  'till (relative)',
  'from (relative)',
  'today',
  'has changed',
  'has reached',
  'has reached warning',
])

const USER_COLUMNS =
  'id login firstname lastname email phone note active organization_id created_at updated_at'
const COLUMNS: Readonly<Record<string, ReadonlySet<string>>> = {
  ticket: new Set(
    `id group_id priority_id state_id organization_id number title owner_id customer_id note first_response_at
     first_response_escalation_at first_response_in_min first_response_diff_in_min close_at close_escalation_at
     update_escalation_at last_close_at last_contact_at last_contact_agent_at last_contact_customer_at
     last_owner_update_at create_article_type_id create_article_sender_id article_count escalation_at
     pending_time created_by_id updated_by_id created_at updated_at tags action mention_user_ids`.split(
      /\s+/,
    ),
  ),
  article: new Set(
    `id ticket_id type_id sender_id from to cc subject reply_to message_id message_id_md5 in_reply_to
     content_type body internal origin_by_id created_by_id updated_by_id created_at updated_at action`.split(
      /\s+/,
    ),
  ),
  customer: new Set(USER_COLUMNS.split(' ')),
  owner: new Set(USER_COLUMNS.split(' ')),
  organization: new Set(['id', 'name', 'shared', 'created_at', 'updated_at']),
  ticket_state: new Set(['id', 'name', 'state_type_id', 'ignore_escalation', 'active']),
}

function readAtom(name: string, spec: Params): Atom | typeof INVALID | Refusal {
  const [prefix = '', column = ''] = name.split('.', 2)
  const operator = textOf(spec['operator']) ?? ''
  const { value } = spec
  if (name === '') return INVALID
  const columns = COLUMNS[prefix]
  if (!columns) return broken(`invalid selector ${name}`)
  if (!OPERATORS.has(operator)) return broken(`Invalid operator '${operator}' for '${name}'`)
  const valueless = operator.startsWith('has ') || operator === 'today' || spec['pre_condition'] === 'not_set'
  const missing = !('value' in spec) || (Array.isArray(value) && value.length === 0)
  if (!valueless && spec['pre_condition'] !== 'current_user.id') {
    if (missing || (operator.startsWith('contains') && isBlank(value))) return INVALID
  }
  if (!columns.has(column)) return masked(`column ${name} does not exist`)
  return { prefix, column, operator, value, range: spec['range'], preCondition: spec['pre_condition'] }
}

/** A condition in either of its two forms, or what is wrong with it. */
export function readTree(condition: Params): Tree | typeof INVALID | Refusal {
  if (Array.isArray(condition['conditions'])) {
    const branches = condition['conditions'].map((child) => (isObject(child) ? readTree(child) : INVALID))
    return gather(branches, textOf(condition['operator']) ?? 'AND')
  }
  if ('name' in condition || 'operator' in condition)
    return readAtom(textOf(condition['name']) ?? '', condition)
  const atoms = Object.entries(condition).map(([name, spec]) =>
    isObject(spec) ? readAtom(name, spec) : INVALID,
  )
  return gather(atoms, 'AND')
}

function gather(
  branches: (Tree | typeof INVALID | Refusal)[],
  operator: string,
): Tree | typeof INVALID | Refusal {
  const trees: Tree[] = []
  for (const branch of branches) {
    if (branch === INVALID || branch instanceof Error) return branch
    trees.push(branch)
  }
  if (operator === 'OR') return { some: trees }
  return operator === 'NOT' ? { not: { some: trees } } : { all: trees }
}

/** Whether a condition can be used at all: what Zammad asks before it keeps a trigger. */
export function isUsable(condition: Params): boolean {
  const tree = readTree(condition)
  return tree !== INVALID && !(tree instanceof Error)
}

export const namesArticle = (tree: Tree): boolean => {
  if ('all' in tree) return tree.all.some(namesArticle)
  if ('some' in tree) return tree.some.some(namesArticle)
  if ('not' in tree) return namesArticle(tree.not)
  return tree.prefix === 'article'
}

/** Columns of the ticket that a condition looks at. */
export function columnsIn(condition: Params): ReadonlySet<string> {
  const found = new Set<string>()
  const walk = (tree: Tree): void => {
    if ('all' in tree) tree.all.forEach(walk)
    else if ('some' in tree) tree.some.forEach(walk)
    else if ('not' in tree) walk(tree.not)
    else if (tree.prefix === 'ticket') found.add(tree.column)
  }
  const tree = readTree(condition)
  if (tree !== INVALID && !(tree instanceof Error)) walk(tree)
  return found
}
