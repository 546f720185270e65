import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tellable, verdictOf } from '../../src/zammad/refusal.ts'

test.for([
  ['masked', 'Error ID YrA0VzUU: Please contact your administrator.'],
  ['masked', 'This object already exists.'],
  ['masked', 'Number has already been taken'],
  ['masked', "Email address 'ann@example.org' is already used for another user."],
  ['group', 'No lookup value found for \'group\': "Nobody Here"'],
  ['group', "The required value 'group_id' is missing."],
  ['group', "Invalid value '5' for field 'group_id'!"],
  ['other', 'No lookup value found for \'priority\': "urgent"'],
  ['other', "Invalid value '5' for field 'owner_id'!"],
  ['other', 'Invalid email \'No lookup value found for "group"\''],
  ['other', ''],
] as const)('%s: %s', ([verdict, text]) => {
  expect(verdictOf(text)).toBe(verdict)
})

test.for([
  [
    'names of fields stay',
    "The required value 'group_id' is missing.",
    "The required value 'group_id' is missing.",
  ],
  [
    'what was sent goes',
    'No lookup value found for \'priority\': "urgent"',
    "No lookup value found for 'priority': …",
  ],
  ['an apostrophe begins no quotation', "Couldn't find User with 'id'=99", "Couldn't find User with 'id'=99"],
  [
    'quoted text with marks inside goes whole',
    "Invalid email 'o'brien' x' of customer",
    'Invalid email … of customer',
  ],
  ['addresses go', 'Email ann@example.org is invalid', 'Email … is invalid'],
  ['lines become one', 'one\n two', 'one two'],
] as const)('a told reason: %s', ([, text, expected]) => {
  expect(tellable(text)).toBe(expected)
})

test('a long reason is shortened', () => {
  expect(tellable('x '.repeat(500)).length).toBeLessThanOrEqual(160)
})

test.for([
  ['a name', 'User Leeland is locked', ['Ann', 'Leeland']],
  ['a name in another case', 'User LEELAND is locked', ['leeland']],
  [
    'a piece of the body',
    'bad text: hall three is dark today',
    ['The lamp in hall three is dark today, help.'],
  ],
] as const)('a reason that repeats %s is not told', ([, text, typed]) => {
  expect(tellable(text, typed)).toBe('a reason that repeats what was sent, and is not kept')
})

test('no run of twelve typed characters ever gets into a reason', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'd', ' ', "'", '"'),
    minLength: 12,
    maxLength: 40,
  })
  fc.assert(
    fc.property(word, fc.constantFrom('Invalid value ', "Invalid '", 'Text "'), (typed, prefix) => {
      const reason = tellable(`${prefix}${typed}`, [typed])
      const line = typed.replaceAll(/\s+/gu, ' ').trim()
      fc.pre(line.length >= 12)
      for (let from = 0; from + 12 <= line.length; from++) {
        expect(reason).not.toContain(line.slice(from, from + 12))
      }
    }),
  )
})
