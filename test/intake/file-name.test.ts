import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FILE_TYPES } from '../../src/forms/file-types.ts'
import { endingOf, fitFileName, safeFileName } from '../../src/intake/file-name.ts'

test.for([
  ['an ordinary name stays', 'Report 2025.pdf', 'pdf', 'Report 2025.pdf'],
  ['umlauts are composed', 'Bu\u0308ro.pdf', 'pdf', 'B\u00fcro.pdf'],
  ['the ending is told in lower case', 'SCAN.PDF', 'pdf', 'SCAN.pdf'],
  ['another ending is kept before ours', 'notes.txt', 'pdf', 'notes.txt.pdf'],
  ['folders of Unix go', '../../etc/passwd.txt', 'txt', 'passwd.txt'],
  ['folders of Windows go', 'C:\\Users\\Maria\\log.txt', 'txt', 'log.txt'],
  ['folders written in full width go', 'a\uff0fb\uff3cc.txt', 'txt', 'c.txt'],
  ['a leading dot goes', '.htaccess.txt', 'txt', 'htaccess.txt'],
  ['a zero-width space before a dot goes with it', '\u200b.htaccess.txt', 'txt', 'htaccess.txt'],
  ['a leader of one dot is a dot', '\u2024hidden.txt', 'txt', 'hidden.txt'],
  ['text direction cannot be turned', 'invoice\u202efdp.exe.pdf', 'pdf', 'invoicefdp.exe.pdf'],
  ['line ends go', 'a\r\nSet-Cookie: x.pdf', 'pdf', 'aSet-Cookie_ x.pdf'],
  ['NUL goes', 'a\0.pdf', 'pdf', 'a.pdf'],
  ['half a character goes', 'a\ud800b.pdf', 'pdf', 'ab.pdf'],
  ['what Windows refuses becomes a line', 'a<b>c:"d|e?f*.pdf', 'pdf', 'a_b_c__d_e_f_.pdf'],
  ['a device of Windows is no device', 'CON.pdf', 'pdf', '_CON.pdf'],
  ['a device with more dots is no device', 'lpt1.tar.pdf', 'pdf', '_lpt1.tar.pdf'],
  ['a device in superscript is no device', 'com\u00b9.pdf', 'pdf', '_com1.pdf'],
  ['a word that begins like a device stays', 'console.pdf', 'pdf', 'console.pdf'],
  ['blanks at the end hide no ending', 'a.pdf . .', 'pdf', 'a.pdf'],
  ['an empty name gets one', '', 'pdf', 'file.pdf'],
  ['an ending alone gets a name', '.pdf', 'pdf', 'file.pdf'],
  ['dots alone get a name', '...', 'pdf', 'file.pdf'],
  ['an ending of nothing gets one', 'a', '', 'a.bin'],
] as const)('%s', ([, name, ending, expected]) => {
  expect(safeFileName(name, ending)).toBe(expected)
})

test.for([
  ['an ordinary name stays', 'Añón — 文書.pdf', 'Añón — 文書.pdf'],
  ['a name without an ending stays', 'Makefile', 'Makefile'],
  ['an ending alone gets a name', ' .pdf', 'file.pdf'],
  ['nothing to be seen before the ending', '\u200b\u202e\r\n.pdf', 'file.pdf'],
  ['no name gets one', '\u0000', 'file'],
  ['text direction cannot be turned', 'invoice\u202efdp.exe', 'invoicefdp.exe'],
  ['line ends go', 'a\r\nb.txt', 'a b.txt'],
] as const)('of the files of others: %s', ([, name, told]) => {
  expect(fitFileName(name)).toBe(told)
})

const NASTY =
  '\u200b\u202e\u2066\ufeff\u00ad\0\r\n\t\u007f/\\:*?"<>|. \u2024\u2026\u2100\uff0f\u0301\ud83d\udc69\u2028\ue000\ud800'
const character = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  fc.constantFrom('con', 'nul', 'COM1', '.pdf', '.', 'a', 'ß', 'İ', '漢', '%22'),
)
const hostileName = fc
  .oneof(
    { weight: 9, arbitrary: fc.array(character, { maxLength: 20 }) },
    { weight: 1, arbitrary: fc.array(character, { maxLength: 150, size: 'max' }) },
  )
  .map((parts) => parts.join(''))
const endings = fc.constantFrom(...Object.keys(FILE_TYPES))

test('any name at all becomes safe, and a safe one stays as it is', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(hostileName, endings, (name, ending) => {
      const safe = safeFileName(name, ending)
      const stem = safe.slice(0, -ending.length - 1)
      return (
        safe.endsWith(`.${ending}`) &&
        stem.length > 0 &&
        safe.length <= 100 &&
        new TextEncoder().encode(safe).length <= 240 &&
        safe === safe.normalize('NFKC') &&
        !/[\p{C}\p{Zl}\p{Zp}/\\<>:"|?*]/u.test(safe) &&
        !/^[. ]|[. ]$|[. ]\.[^.]*$/.test(safe) &&
        !/^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)/i.test(safe) &&
        safeFileName(safe, ending) === safe &&
        endingOf(safe) === ending
      )
    }),
    { numRuns: 100_000, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
  )
})
