import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bodyText, clean, splitName, tagText, titleText, withoutMentions } from '../../src/zammad/wording.ts'

/** What Zammad does before it looks for mentions: it drops NUL and, on MySQL, characters of four bytes. */
const asKept = (text: string) =>
  text
    .replaceAll(/\0|[\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll(/&#x([0-9a-f]+);?/giu, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll(/&#([0-9]+);?/gu, (_, decimal: string) => String.fromCodePoint(Number(decimal)))

test.for([
  ['plain', '<a data-mention-user-id="3">Ann</a>'],
  ['in capitals', '<A DATA-MENTION-USER-ID="3">Ann</A>'],
  ['in mixed case', '<a Data-Mention-user-ID=3>'],
  ['with blanks around the sign', '<a data-mention-user-id = "3">'],
  ['on lines of its own', '<a\n\tdata-mention-user-id\n=\n"3"\n>'],
  ['behind a slash', '<a/data-mention-user-id=3>'],
  ['with a decimal entity', '<a data&#45;mention-user-id=3>'],
  ['with a padded entity without semicolon', '<a &#0000100ata-mention-user-id=3>'],
  ['with a hexadecimal entity', '<a data-mention&#X2d;user-id=3>'],
  ['with an entity for a capital', '<a data-&#77;ention-user-id=3>'],
  ['with a character in between that MySQL drops', '<a data-men😀tion-user-id=3>'],
  ['with such a character where it is broken', '<a data😀-mention-user-id=3>'],
  ['with NUL in between', '<a data-mention\0-user-id=3>'],
  ['twice', '<a data-mention-user-id=3><a data-mention-user-id=4>'],
] as const)('a mention %s is broken, and reads the same', ([, text]) => {
  const safe = bodyText(text)
  expect(asKept(text)).toMatch(/data-mention-user-id/iu)
  expect(asKept(safe)).not.toMatch(/data-mention-user-id/iu)
  expect(safe.replaceAll('\u200b', '')).toBe(text.replaceAll('\0', ''))
})

test('text without a mention is left as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!/data.*-.*mention/isu.test(asKept(text)))
      expect(withoutMentions(text)).toBe(text)
    }),
  )
})

test('what cannot be stored is taken out: NUL and halves of characters', () => {
  expect(clean('a\0b \ud83d c 😀')).toBe('ab \ufffd c 😀')
})

test.for([
  ['of 250 characters is kept', 'x'.repeat(250), 'x'.repeat(250)],
  ['of 251 is cut and says so', 'x'.repeat(251), `${'x'.repeat(249)}…`],
  ['of 250 emoji is kept, as Zammad counts them', '😀'.repeat(250), '😀'.repeat(250)],
  ['is cut before a character of several parts', `${'x'.repeat(246)}👩‍👩‍👧‍👦yyy`, `${'x'.repeat(246)}…`],
  ['becomes one line', 'one\n two\t three', 'one two three'],
  ['has no blank before the mark of the cut', `${'x'.repeat(248)} yyyy`, `${'x'.repeat(248)}…`],
] as const)('a title %s', ([, text, expected]) => {
  expect(titleText(text)).toBe(expected)
})

test('no title is ever longer than Zammad keeps', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 240, maxLength: 400 }), (text) => {
      expect(Array.from(titleText(text)).length).toBeLessThanOrEqual(250)
    }),
    { numRuns: 20 },
  )
})

test.for([
  ['one name', 'Ann', 'Ann', ''],
  ['two names', 'Ann Lee', 'Ann', 'Lee'],
  ['the last blank parts', '  Ann  van\u00a0der Lee ', 'Ann van der', 'Lee'],
  ['none', ' ', '', ''],
] as const)('a name in two fields: %s', ([, name, firstname, lastname]) => {
  expect(splitName(name)).toEqual({ firstname, lastname })
})

test.for([
  ['several', ['form', 'lamp'], 'form,lamp'],
  ['commas and stars', ['a,b', 'c*', '**'], 'a b,c'],
  ['repeated and blank', ['a', ' a ', ''], 'a'],
  ['none', [], ''],
] as const)('tags as one text: %s', ([, tags, expected]) => {
  expect(tagText(tags)).toBe(expected)
})
