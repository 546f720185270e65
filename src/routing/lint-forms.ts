import type { Field, Form } from '../forms/form.ts'
import { didYouMean } from '../sources/words.ts'
import type { Facts } from './facts.ts'
import { fold } from './folding.ts'
import type { Condition } from './rule.ts'

/** Asked by every form, and kept from rules: they see the sender's domain and organisation. */
const CONTACT: ReadonlySet<string> = new Set(['name', 'email', 'organisation', 'consent'])

const same = (one: string, other: string): boolean => fold(one).trim() === fold(other).trim()

/** What is meant, or else all that there is. */
const hint = (word: string, known: readonly string[]): string =>
  didYouMean(word, known) || (known.length > 0 ? `; known are ${known.join(', ')}` : '')

const isAnswer = ({ id, kind }: Field): boolean => !CONTACT.has(id) && kind !== 'consent' && kind !== 'files'

const answerIds = (forms: readonly Form[]): readonly string[] => [
  ...new Set(forms.flatMap(({ fields }) => fields.filter(isAnswer).map(({ id }) => id))),
]

function formTrouble(id: string, forms: readonly Form[]): readonly string[] {
  if (forms.some((form) => same(form.id, id))) return []
  const ids = forms.map((form) => form.id)
  return [`no form is called ${id}${hint(id, ids)}`]
}

/** `no form has` where all are asked, else the names of those that are. */
function lacking(among: readonly Form[], forms: readonly Form[]): string {
  const [first] = among
  if (!first || among.length === forms.length) return 'no form has'
  if (among.length === 1) return `the form ${first.id} does not have`
  return `none of the forms ${among.map(({ id }) => id).join(', ')} has`
}

/** What is wrong with an answer to a field of one of these forms; `values` are null where they are not compared. */
function answerTroubles(
  { field, values }: { readonly field: string; readonly values: readonly string[] | null },
  among: readonly Form[],
  forms: readonly Form[],
): readonly string[] {
  if (CONTACT.has(field)) {
    return [`answer ${field}: rules do not see who the sender is; there are domain and organisation`]
  }
  const asked = among.flatMap(({ fields }) => fields.filter(({ id }) => id === field))
  if (asked.length === 0)
    return [`answer ${field}: ${lacking(among, forms)} it${hint(field, answerIds(among))}`]
  if (!asked.some(isAnswer)) return [`answer ${field}: rules do not see files`]
  const offered = asked.flatMap((one) => ('options' in one ? one.options.map(({ value }) => value) : []))
  if (!asked.every((one) => 'options' in one)) return []
  return (values ?? [])
    .filter((value) => !offered.some((one) => same(one, value)))
    .map((value) => `answer ${field}: ${value} is not offered${hint(value, [...new Set(offered)])}`)
}

/** The forms that a request can come from where the condition holds. */
function formsOf(condition: Condition, among: readonly Form[]): readonly Form[] {
  switch (condition.kind) {
    case 'all':
      return condition.of.reduce((left, part) => formsOf(part, left), among)
    case 'any':
      return among.filter((form) => condition.of.some((part) => formsOf(part, [form]).length > 0))
    case 'is':
      if (condition.subject !== 'form') return among
      return among.filter(({ id }) => condition.values.some((value) => same(id, value)))
    default:
      return among
  }
}

function troublesIn(condition: Condition, among: readonly Form[], forms: readonly Form[]): readonly string[] {
  switch (condition.kind) {
    case 'all': {
      const left = formsOf(condition, among)
      return condition.of.flatMap((part) => troublesIn(part, left.length > 0 ? left : among, forms))
    }
    case 'any':
      return condition.of.flatMap((part) => troublesIn(part, among, forms))
    case 'not':
      return troublesIn(condition.of, among, forms)
    case 'time':
      return []
    default: {
      const { kind, subject } = condition
      if (subject === 'form') {
        return kind === 'is' ? condition.values.flatMap((id) => formTrouble(id, forms)) : []
      }
      if (!subject.startsWith('answer:')) return []
      const field = subject.slice('answer:'.length)
      return answerTroubles({ field, values: kind === 'is' ? condition.values : null }, among, forms)
    }
  }
}

/** Forms, fields and choices that a condition names and no form in question has, each in words for the owner. */
export const conditionTroubles = (when: Condition, forms: readonly Form[]): readonly string[] => [
  ...new Set(troublesIn(when, forms, forms)),
]

/** Forms, fields and choices that a request names and that are not to be had, each in words. */
export function factsTroubles({ form, answers }: Facts, forms: readonly Form[]): readonly string[] {
  const unknown = form === null ? [] : formTrouble(form, forms)
  const named = forms.filter(({ id }) => form !== null && same(id, form))
  const among = named.length > 0 ? named : forms
  return [
    ...unknown,
    ...Object.entries(answers).flatMap(([field, answer]) =>
      answerTroubles({ field, values: typeof answer === 'string' ? [answer] : answer }, among, forms),
    ),
  ]
}

/** Whether an answer to this field is never a list. */
export const hasOneValue =
  (forms: readonly Form[]) =>
  (field: string): boolean =>
    !forms.some(({ fields }) => fields.some(({ id, kind }) => id === field && kind === 'checkboxes'))
