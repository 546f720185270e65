import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type BoardQuery,
  boardSearch,
  NO_UNIT,
  ONLY,
  readBoardQuery,
  searched,
  SORTS,
  WHOLE_BOARD,
} from '../../src/http/board-query.ts'

const read = (search: string): BoardQuery => {
  const parameters = new URLSearchParams(search)
  return readBoardQuery((name) => parameters.get(name) ?? undefined)
}

const anId = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)

const aQuery: fc.Arbitrary<BoardQuery> = fc.record({
  search: fc
    .string({ unit: 'binary', maxLength: 60 })
    .map((text) => read(new URLSearchParams({ q: text }).toString()).search),
  unit: fc.oneof(fc.constant(''), fc.constant(NO_UNIT), anId),
  form: fc.oneof(fc.constant(''), anId),
  only: fc.constantFrom('' as const, ...ONLY),
  sort: fc.constantFrom(...SORTS),
  page: fc.integer({ min: 1, max: 99_999 }),
  refreshes: fc.boolean(),
})

test('what was chosen stands in the address, and reads the same from there', () => {
  fc.assert(
    fc.property(aQuery, (query) => {
      expect(read(boardSearch(query))).toEqual(query)
    }),
  )
})

test('the whole board has an address without a question', () => {
  expect(boardSearch(WHOLE_BOARD)).toBe('')
  expect(read('')).toEqual(WHOLE_BOARD)
})

test.for([
  'unit=Reference%20nodes',
  'unit=../x',
  'form=%3Cscript%3E',
  'only=everything',
  'sort=due_at',
  'page=0',
  'page=-3',
  'page=1e9',
  'refresh=1',
  'refresh=yes',
  'q=%20%20',
])('%s leaves nothing out', (search) => {
  expect(read(search)).toEqual(WHOLE_BOARD)
})

test.for([
  ['780 4821 773', '7804821773'],
  ['  fL-7k3m ', 'fL-7k3m'],
  ['two   words', 'two words'],
  ['x'.repeat(300), 'x'.repeat(100)],
] as const)('%s is sought as %s', ([typed, sought]) => {
  expect(read(new URLSearchParams({ q: typed }).toString()).search).toBe(sought)
})

test('a list is searched in all of its words, whatever their case, and told of what was looked in', () => {
  const rows = [
    { a: 'First Line', b: null },
    { a: 'x', b: 'LINE 2' },
    { a: 'y', b: 'z' },
  ]
  const words = ({ a, b }: (typeof rows)[number]) => [a, b]
  expect(searched('', { rows, inAll: 9 }, words)).toEqual({ rows, inAll: 9, lookedIn: null })
  expect(searched('lIne', { rows, inAll: 9 }, words)).toEqual({
    rows: rows.slice(0, 2),
    inAll: 9,
    lookedIn: 3,
  })
  expect(searched('null', { rows }, words).rows).toEqual([])
})
