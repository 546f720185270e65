import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEmailAddress } from '../../src/forms/email-address.ts'

test.for([
  ['a plain address', 'ana@example.org', 'ana@example.org'],
  ['an accent before the @', 'ana.pérez@example.org', null],
  ['the part before the @ is kept as typed', 'Ana.Perez@EXAMPLE.Org', 'Ana.Perez@example.org'],
  ['a tag', 'ana+desk@example.org', 'ana+desk@example.org'],
  ['every sign of a dot-atom', "!#$%&'*+/?=^_`{|}~-@example.org", "!#$%&'*+/?=^_`{|}~-@example.org"],
  ['a domain of many labels', 'a@b.c.d.example.co', 'a@b.c.d.example.co'],
  ['digits and hyphens in a label', 'a@1-2.example.org', 'a@1-2.example.org'],
  ['a domain with accents', 'a@españa.es', 'a@xn--espaa-rta.es'],
  ['a domain with accents and capitals', 'a@ESPAÑA.es', 'a@xn--espaa-rta.es'],
  ['an A-label', 'a@xn--espaa-rta.es', 'a@xn--espaa-rta.es'],
  ['a top-level domain outside ASCII', 'a@例え.テスト', 'a@xn--r8jz45g.xn--zckzah'],
  ['64 characters before the @', `${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ['65 characters before the @', `${'a'.repeat(65)}@example.org`, null],
  ['a label of 63', `a@${'b'.repeat(63)}.org`, `a@${'b'.repeat(63)}.org`],
  ['a label of 64', `a@${'b'.repeat(64)}.org`, null],
  ['more than 254 in all', `${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(3)}example.org`, null],
  ['a domain above 253', `a@${`${'b'.repeat(60)}.`.repeat(5)}org`, null],
  ['nothing', '', null],
  ['no @', 'ana.example.org', null],
  ['nothing before the @', '@example.org', null],
  ['nothing after the @', 'ana@', null],
  ['two @', 'a@b@example.org', null],
  ['no dot in the domain', 'root@localhost', null],
  ['a dot at the end', 'a@example.org.', null],
  ['a dot at the start of the domain', 'a@.example.org', null],
  ['two dots in the domain', 'a@example..org', null],
  ['a dot first', '.a@example.org', null],
  ['a dot last', 'a.@example.org', null],
  ['two dots', 'a..b@example.org', null],
  ['a hyphen at the start of a label', 'a@-example.org', null],
  ['a hyphen at the end of a label', 'a@example-.org', null],
  ['an underscore in the domain', 'a@ex_ample.org', null],
  ['a quoted part', '"a b"@example.org', null],
  ['a quoted @', '"evil@evil.test"@example.org', null],
  ['a quoted address before another', '"xclow3n@gmail.com x"@internal.domain', null],
  ['a comment', 'a(evil@evil.test)@example.org', null],
  ['a comment in the domain', 'a@(evil)example.org', null],
  ['a list with a comma', 'a@example.org, evil@evil.test', null],
  ['a list with a semicolon', 'a@example.org;evil@evil.test', null],
  ['a list with a blank', 'a@example.org evil@evil.test', null],
  ['a name before angle brackets', 'Ana <a@example.org>', null],
  ['angle brackets', '<a@example.org>', null],
  ['a group', 'friends:a@example.org;', null],
  ['a route', '@evil.test:a@example.org', null],
  ['the old percent route', 'a%evil.test@example.org', 'a%evil.test@example.org'],
  ['a header after a line break', 'a@example.org\r\nBcc: evil@evil.test', null],
  ['a bare line feed', 'a@example.org\n', null],
  ['a bare carriage return', 'a\r@example.org', null],
  ['a NUL', 'a\u0000@example.org', null],
  ['a NUL in the domain', 'a@example.org\u0000.evil.test', null],
  ['a blank before', ' a@example.org', null],
  ['a blank after', 'a@example.org ', null],
  ['a no-break space', 'a@example.org\u00a0', null],
  ['a tab in the domain, which URL would drop', 'a@exam\tple.org', null],
  ['a zero-width space', 'a@exam\u200bple.org', null],
  ['a soft hyphen, which IDNA would drop', 'a@exam\u00adple.org', null],
  ['a zero-width joiner', 'a@exam\u200dple.org', null],
  ['an override of direction', 'a@\u202egro.elpmaxe', null],
  ['an IPv4 literal', 'a@[127.0.0.1]', null],
  ['an IPv4 address', 'a@127.0.0.1', null],
  ['an IPv4 address in hexadecimal', 'a@127.0.0.0x1', null],
  ['an IPv4 address in fewer parts', 'a@127.1', null],
  ['an IPv6 literal', 'a@[IPv6:::1]', null],
  ['a port', 'a@example.org:25', null],
  ['a path', 'a@example.org/x.org', null],
  ['a query', 'a@example.org?x.org', null],
  ['a fragment', 'a@example.org#x.org', null],
  ['a backslash', 'a\\@example.org', null],
  ['a percent escape in the domain', 'a@exam%70le.org', null],
  ['a full-width @', 'a＠example.org', null],
  ['a full-width dot', 'a@example．org', null],
  ['an ideographic full stop', 'a@example。org', null],
  ['full-width letters', 'a@ｅｘａｍｐｌｅ.org', null],
  ['a ligature', 'a@ﬁsh.org', null],
  ['an encoded word', '=?utf-8?q?a=40evil.test=2c?=@example.org', null],
  ['letters outside ASCII before the @', 'añá@example.org', null],
  ['a lone surrogate', 'a@exa\ud800mple.org', null],
  ['a top-level domain of one letter', 'a@example.o', null],
  ['a top-level domain of digits', 'a@example.123', null],
] as const)('%s', ([, typed, address]) => {
  expect(readEmailAddress(typed)).toBe(address)
})

const PLAIN = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]+\.[a-z][a-z0-9-]*$/

const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '@',
        '.',
        '"',
        '<',
        '>',
        ',',
        ';',
        ':',
        '\r\n',
        '\u0000',
        ' ',
        '(',
        ')',
        '\\',
        'a',
        'b.org',
        'ñ',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

test('whatever is typed, what comes out is one bare mailbox in ASCII, and reading it again changes nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        awkward,
        awkward.map((text) => `a@${text}.org`),
        fc.emailAddress(),
      ),
      (typed) => {
        const address = readEmailAddress(typed)
        if (address === null) return
        expect(address).toMatch(PLAIN)
        expect(address.split('@')).toHaveLength(2)
        expect(address.length).toBeLessThanOrEqual(254)
        expect(readEmailAddress(address)).toBe(address)
      },
    ),
    { numRuns: 5000 },
  )
})

test('every dot-atom at a host name is accepted as it is', () => {
  const atom = fc
    .stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,12}$/)
    .filter((text) => !text.includes('=?'))
  const label = fc.stringMatching(/^[a-z]([a-z0-9]{0,10}[a-z0-9])?$/)
  fc.assert(
    fc.property(
      fc.array(atom, { minLength: 1, maxLength: 4 }),
      fc.array(label, { minLength: 1, maxLength: 4 }),
      (local, host) => {
        const typed = `${local.join('.')}@${host.join('.')}.org`
        expect(readEmailAddress(typed)).toBe(typed)
      },
    ),
    { numRuns: 1000 },
  )
})
