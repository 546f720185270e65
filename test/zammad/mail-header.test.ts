import { expect, test } from 'vitest'
import { addressesIn } from '../../src/zammad/mail-header.ts'

test.for<[string, string, readonly string[]]>([
  ['nothing', '', []],
  ['an address', 'ann@lab.example', ['ann@lab.example']],
  ['in lower case', 'Ann.Lee@LAB.Example', ['ann.lee@lab.example']],
  ['a name and an address', 'Ann Lee <ann@lab.example>', ['ann@lab.example']],
  ['several', 'Ann <ann@lab.example>, bo@lab.example', ['ann@lab.example', 'bo@lab.example']],
  ['a comma in a name', '"Lee, Ann" <ann@lab.example>', ['ann@lab.example']],
  ['an address as a name', '"ann@lab.example" <bo@lab.example>', ['bo@lab.example']],
  ['an address as a name, not quoted', 'ann@lab.example <bo@lab.example>', ['bo@lab.example']],
  ['an address in a remark', 'bo@lab.example (for ann@lab.example)', ['bo@lab.example']],
  ['quotation marks within quotation marks', '"a \\" <x@y.example>" <bo@lab.example>', ['bo@lab.example']],
  ['a quotation that never ends', 'bo@lab.example, "Ann <ann@lab.example>', ['bo@lab.example']],
  ['a quotation that ends in its escape', 'bo@lab.example, "Ann <ann@lab.example>\\', ['bo@lab.example']],
  ['a list with a name', 'Team: ann@lab.example, bo@lab.example;', ['ann@lab.example', 'bo@lab.example']],
  ['an encoded name', '=?UTF-8?Q?Ann?= <ann@lab.example>', ['ann@lab.example']],
  ['over lines', 'Ann\r\n <ann@lab.example>,\r\n bo@lab.example', ['ann@lab.example', 'bo@lab.example']],
  ['a name without brackets', 'Ann ann@lab.example', []],
  ['no address', 'undisclosed-recipients:;', []],
  ['two signs', 'ann@bo@lab.example', []],
  ['empty brackets', 'Ann <>', []],
])('who is addressed: %s', ([, header, addresses]) => {
  expect(addressesIn(header)).toEqual(addresses)
})

test.for(['"', '(', '<', '"a" ', '\\"', '((', ':', ','])(
  'a header full of %s is read in no time',
  (piece) => {
    expect(addressesIn(piece.repeat(200_000))).toEqual([])
  },
)
