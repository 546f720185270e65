import fc from 'fast-check'
import { expect, test } from 'vitest'
import { characters, manyLines, oneLine } from '../../src/forms/clean-text.ts'

test.for([
  ['line breaks of Windows and old Macs', 'a\r\nb\rc', 'a\nb\nc', 'a b c'],
  ['the line separators of Unicode', 'a\u2028b\u2029c\u0085d', 'a\nb\nc\nd', 'a b c d'],
  ['tabs', 'a\tb', 'a\tb', 'a b'],
  ['NUL and its neighbours', 'a\u0000b\u0007c\u001bd\u007fe\u009bf', 'abcdef', 'abcdef'],
  ['an override of direction', 'invoice\u202efdp.exe', 'invoicefdp.exe', 'invoicefdp.exe'],
  ['isolates of direction', 'a\u2066b\u2069', 'ab', 'ab'],
  ['marks of direction, which text of many lines may need', 'a\u200eb', 'a\u200eb', 'ab'],
  ['characters without width', 'a\u200bb\ufeffc', 'a\u200bb\ufeffc', 'abc'],
  ['joiners, which scripts and emoji need', '👩\u200d💻', '👩\u200d💻', '👩\u200d💻'],
  ['accents in two parts', 'e\u0301', 'é', 'é'],
  ['half of a surrogate pair', 'a\ud83d', 'a\ufffd', 'a\ufffd'],
  ['white space around', ' \n a \n ', 'a', 'a'],
  ['runs of white space', 'a \u00a0 b', 'a \u00a0 b', 'a b'],
  ['empty lines between paragraphs', 'a\n\nb', 'a\n\nb', 'a b'],
  ['nothing that can be seen', ' \u200b\u200f\ufeff\n', '', ''],
] as const)('%s', ([, typed, many, one]) => {
  expect([manyLines(typed), oneLine(typed)]).toEqual([many, one])
})

test('cleaning twice is cleaning once, and a line stays a line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (typed) => {
      expect(manyLines(manyLines(typed))).toBe(manyLines(typed))
      expect(oneLine(oneLine(typed))).toBe(oneLine(typed))
      expect(oneLine(typed)).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u)
      expect(manyLines(typed)).not.toMatch(/[^\P{Cc}\t\n]|[\u2028-\u202e\u2066-\u2069]/u)
    }),
    { numRuns: 3000 },
  )
})

test('a character outside the first plane counts once', () => {
  expect(characters('añ💻')).toBe(3)
})
