import { expect, test } from 'vitest'
import { peopleOf } from '../../src/routing/tell-staff.ts'
import { aUnit, unitsOf } from '../support/sample-rules.ts'

const DEFAULT = aUnit({ id: 'first', notify: ['first@staff.example'], duty: ['duty@staff.example'] })

test.for([
  ['its own people', { notify: ['a@x.example'], duty: ['b@x.example'] }, 'a@x.example', 'b@x.example'],
  [
    'of what is urgent, those on duty elsewhere before its own others',
    { notify: ['a@x.example'] },
    'a@x.example',
    'duty@staff.example',
  ],
  [
    'those on duty where there are no others',
    { notify: [], duty: ['b@x.example'] },
    'b@x.example',
    'b@x.example',
  ],
  [
    'the default unit’s people where it has none',
    { notify: [] },
    'first@staff.example',
    'duty@staff.example',
  ],
] as const)('a unit’s news reach %s', ([, people, notify, duty]) => {
  const units = unitsOf(DEFAULT, aUnit({ id: 'unit', ...people }))
  expect(peopleOf(units, 'unit', 'notify')).toEqual([notify])
  expect(peopleOf(units, 'unit', 'duty')).toEqual([duty])
  expect(peopleOf(units, 'gone', 'duty')).toEqual(['duty@staff.example'])
})

test('where nobody is named, nobody is written to', () => {
  expect(peopleOf(unitsOf(aUnit({ id: 'first', notify: [] })), 'first', 'duty')).toEqual([])
})
