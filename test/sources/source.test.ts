import { expect, test } from 'vitest'
import { z } from 'zod'
import { nearest } from '../../src/sources/nearest.ts'
import { inReadingOrder, placeName, readSource } from '../../src/sources/source.ts'

const Town = z.strictObject({
  name: z.string(),
  size: z.int().min(1).max(9).exactOptional(),
  streets: z.array(z.strictObject({ name: z.string(), lamps: z.int().exactOptional() })).default([]),
})

const told = (text: string): readonly string[] =>
  readSource({ path: 'town.yaml', text }, Town).problems.map(({ line, message }) => `${line} ${message}`)

test('a file that fits is read with its defaults', () => {
  const { value, problems } = readSource({ path: 'town.yaml', text: 'name: Cádiz\n' }, Town)
  expect({ value, problems }).toEqual({ value: { name: 'Cádiz', streets: [] }, problems: [] })
})

test.for([
  [
    'a wrong value stands on the line of its key',
    'name: a\nstreets:\n  - name:\n      4\n',
    '3 streets[0].name: must be a text; put it in quotes: "4"',
  ],
  [
    'a missing key, on the line of what lacks it',
    'name: a\nstreets:\n  - name: b\n  - lamps: 3\n',
    '4 streets[1].name: is missing; it must be a text',
  ],
  ['a key without a value', 'name:\n', '1 name: is empty; it must be a text'],
  ['each unknown key on its own line', 'name: a\nsiez: 3\n', '2 siez: is not a key here; did you mean size?'],
  [
    'an unknown key deep inside',
    'name: a\nstreets:\n  - name: b\n    lams: 2\n',
    '4 streets[0].lams: is not a key here; did you mean lamps?',
  ],
  [
    'a value behind an alias, where it is used',
    'name: &n 5\nstreets: [{ name: x }]\n',
    '1 name: must be a text; put it in quotes: "5"',
  ],
  ['a quoted key', '"name": 1\n', '1 name: must be a text; put it in quotes: "1"'],
  ['too little', 'name: a\nsize: 0\n', '2 size: must be at least 1'],
  ['a fraction', 'name: a\nsize: 1.5\n', '2 size: must be a whole number, not a fraction'],
  ['a file with line ends of Windows', 'name: a\r\nsize: 10\r\n', '2 size: must be at most 9'],
  [
    'a key given twice, deep inside',
    'name: a\nstreets:\n  - name: b\n    name: c\n',
    '4 name: is given twice in one place; keep one',
  ],
  ['a list left open', 'name: [a\n', /^\d not readable as YAML: /],
  ['a list as key', '? [a, b]\n: c\n', '1 a key is a plain word; a text with braces must stand in quotes'],
] as const)('%s', ([, text, problem]) => {
  expect(told(text)).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)])
})

test('all mistakes of a file are told at once', () => {
  expect(told('nmae: a\nsize: many\nstreets: none\n')).toEqual([
    '1 name: is missing; it must be a text',
    '2 size: must be a number, not a text',
    '3 streets: must be a list, not a text',
    '1 nmae: is not a key here; did you mean name?',
  ])
})

test('a finding stands on the line of its place, or of the nearest parent that the file has', () => {
  const { problem } = readSource(
    { path: 'town.yaml', text: 'name: a\nstreets:\n  - name: b\n    lamps: 3\n' },
    Town,
  )
  const line = (...at: (string | number)[]) => problem({ at, words: 'x' }).line
  expect([
    line(),
    line('streets', 0, 'lamps'),
    line('streets', 0, 'trees'),
    line('streets', 9),
    line('mayor'),
  ]).toEqual([1, 4, 3, 2, 1])
  expect(problem({ at: [], words: 'x' }).message).toBe('x')
})

test('a mistake behind an alias is told on the line where its text stands', () => {
  expect(told('streets:\n  - &s\n    name: 7\n  - *s\nname: a\n')).toEqual([
    '3 streets[0].name: must be a text; put it in quotes: "7"',
    '3 streets[1].name: must be a text; put it in quotes: "7"',
  ])
})

test('an alias is read as what it stands for', () => {
  const text = 'name: &n Cádiz\nstreets: [{ name: *n }]\n'
  expect(readSource({ path: 'town.yaml', text }, Town).value?.streets).toEqual([{ name: 'Cádiz' }])
})

const DEEP = 'lists and groups stand more than 60 deep in each other; write it flatter'
const listsIn = (count: number): string => `${'['.repeat(count)}${']'.repeat(count)}`
const groupsIn = (count: number): string =>
  Array.from({ length: count }, (_, level) => `${' '.repeat(level)}name:\n`).join('')

const readAny = (text: string): readonly string[] =>
  readSource({ path: 'deep.yaml', text }, z.unknown()).problems.map(
    ({ line, message }) => `${line} ${message}`,
  )

test.for([
  ['60 lists', listsIn(60), []],
  ['61 lists', `\n${listsIn(61)}`, [`2 ${DEEP}`]],
  ['60 groups', groupsIn(60), []],
  ['61 groups', groupsIn(61), [`61 ${DEEP}`]],
  [
    'more levels by an alias',
    `a: &a ${listsIn(40)}\nb: ${'['.repeat(30)}*a${']'.repeat(30)}\n`,
    [`2 ${DEEP}`],
  ],
  ['a list in itself', 'a: &a [*a]\n', [`1 ${DEEP}`]],
] as const)('a file may have 60 levels: %s', ([, text, problems]) => {
  expect(readAny(text)).toEqual(problems)
})

test.for([
  ['lists', listsIn],
  ['groups', groupsIn],
] as const)('thousands of %s in each other give one problem', ([, levels]) => {
  for (const count of [1000, 3000]) {
    expect(readAny(levels(count))).toEqual([expect.stringMatching(new RegExp(`^\\d+ ${DEEP}$`))])
  }
})

test('a key called __proto__ is unknown like any other', () => {
  expect(told('name: a\n__proto__: { size: 3 }\n')).toEqual([
    '2 __proto__: is not a key here; known are name, size, streets',
  ])
})

test('problems come by path, then by line', () => {
  const at = (path: string, line: number) => ({ path, line, message: '' })
  expect(inReadingOrder([at('b', 1), at('a', 10), at('a', 9)])).toEqual([at('a', 9), at('a', 10), at('b', 1)])
})

test('a place is named as people write it', () => {
  expect(placeName(['fields', 2, 'options', 0, 'label'])).toBe('fields[2].options[0].label')
})

test.for([
  ['two letters swapped', 'lable', 'label'],
  ['a letter too few', 'filds', 'fields'],
  ['capitals', 'Title', 'title'],
  ['nothing near', 'colour', null],
  ['a word much longer than all others', 'x'.repeat(100_000), null],
] as const)('nearest: %s', ([, word, meant]) => {
  expect(nearest(word, ['label', 'fields', 'title', 'hint'])).toBe(meant)
})
