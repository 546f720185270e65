import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  beginning,
  fold,
  foldBeginning,
  LOOKED_AT,
  phraseOf,
  phraseTrouble,
  wordsOf,
} from '../../src/routing/folding.ts'

test.for([
  ['case', 'UPLOAD', 'upload'],
  ['accents', 'Ñandú, PINGÜINO', 'nandu, pinguino'],
  ['accents that are characters of their own', 'pro\u0301xima', 'proxima'],
  ['the sharp s', 'Straße STRASSE STRAẞE', 'strasse strasse strasse'],
  ['the Turkish i, with dot and without', 'İstanbul ılık IŞIK', 'istanbul ilik isik'],
  ['final sigma', 'ΟΔΟΣ οδός', 'οδοσ οδοσ'],
  ['ligatures', 'ﬁle', 'file'],
  ['width', 'ＵＰＶ　１２', 'upv 12'],
  ['letters that nobody takes apart but people', 'Ærø Łódź Đorđe þing', 'aero lodz dorde thing'],
  ['a soft hyphen and a joiner', 'cata\u00adlo\u200dgue', 'catalogue'],
  ['long s', 'ſubmit', 'submit'],
  ['half-width kana and voicing', 'ｶﾞ が', 'カ か'],
  ['CJK is left', '数据', '数据'],
] as const)('folding takes %s away', ([, text, folded]) => {
  expect(fold(text)).toBe(folded)
})

test('folding twice changes nothing, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(fold(fold(text))).toBe(fold(text))
    }),
    { numRuns: 2000 },
  )
})

test('one letter folded twice is the letter folded once, for the letters of all scripts', () => {
  const unsteady: string[] = []
  for (let code = 0; code <= 0x1ffff; code += 1) {
    const once = fold(String.fromCodePoint(code))
    if (fold(once) !== once) unsteady.push(code.toString(16))
  }
  expect(unsteady).toEqual([])
})

test('folded in portions, a text has the beginning that it has when folded at once', () => {
  const some = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 20_000 }), (part, length) => {
      const text = part.repeat(Math.ceil(length / part.length))
      const whole = fold(text)
      const folded = foldBeginning(text)
      expect(whole.startsWith(folded)).toBe(true)
      expect(beginning(folded)).toBe(beginning(whole))
    }),
    { numRuns: 500 },
  )
})

test('however much a text folds to, little more than what is looked at is folded', () => {
  expect(foldBeginning('\ufdfa'.repeat(LOOKED_AT)).length).toBeLessThan(4 * LOOKED_AT)
  expect(foldBeginning('é'.repeat(LOOKED_AT))).toBe('e'.repeat(LOOKED_AT))
})

test.for([
  ['punctuation and line ends', 'a-b, c.\nd/e_f', ['a', 'b', 'c', 'd', 'e', 'f']],
  ['apostrophes', 'l’hôpital can’t', ['l', 'hopital', 'can', 't']],
  ['no digits from letters', 'SITE123 v2.0', ['site123', 'v2', '0']],
  ['emoji', 'a😀b', ['a', 'b']],
  ['a script without blanks into one word', '我的数据集 OK', ['我的数据集', 'ok']],
  ['Cyrillic and Arabic', 'Загрузка تحميل', ['загрузка', 'تحميل']],
  ['nothing out of nothing', ' \n…', []],
] as const)('a text is cut at %s', ([, text, words]) => {
  expect(wordsOf(fold(text))).toEqual(words)
})

test.for([
  ['up to its last character where it is short', 'a'.repeat(LOOKED_AT), LOOKED_AT],
  ['at the limit where it is longer', 'a'.repeat(LOOKED_AT + 1), LOOKED_AT],
  ['by characters, not by halves of them', '😀'.repeat(LOOKED_AT + 1), 2 * LOOKED_AT],
  ['whole where only its halves are many', '😀'.repeat(LOOKED_AT - 1), 2 * LOOKED_AT - 2],
] as const)('a text is looked at %s', ([, text, length]) => {
  expect(beginning(text)).toBe(text.slice(0, length))
})

test('the limit is 8,192 characters', () => {
  expect(LOOKED_AT).toBe(8192)
})

test('a phrase is cut as texts are, and a star makes a word a beginning', () => {
  expect(phraseOf('Búsqueda  federad*, X')).toEqual([
    { text: 'busqueda', isBeginning: false },
    { text: 'federad', isBeginning: true },
    { text: 'x', isBeginning: false },
  ])
})

test.for([
  ['one word', 'upload', null],
  ['a beginning', 'upl*', null],
  ['a beginning within a phrase', 'federad* search', null],
  ['a beginning that ends in an accent', 'regió* de', null],
  ['punctuation besides', 'C++ (node)', null],
  ['a star alone', '*', 'the * has no word before it; write the beginning of a word, like provid*'],
  [
    'a star after a blank',
    'up *',
    'the * has no word before it; write the beginning of a word, like provid*',
  ],
  ['two stars', 'up**', 'the * has no word before it; write the beginning of a word, like provid*'],
  [
    'a star before a word',
    '*load',
    'the * has no word before it; write the beginning of a word, like provid*',
  ],
  ['a star in a word', 'up*load', 'a * may stand at the end of a word only, like provid*'],
  ['no word', '?!', 'holds no letter and no digit, so no text has it'],
] as const)('a phrase with %s is judged', ([, phrase, trouble]) => {
  expect(phraseTrouble(phrase)).toBe(trouble)
})
