/** Small files of each kind, made by hand: their beginnings are true to the formats. */

export const bytes = (...parts: (string | readonly number[] | Uint8Array)[]): Uint8Array<ArrayBuffer> => {
  const pieces = parts.map((part) => (typeof part === 'string' ? latin1(part) : Uint8Array.from(part)))
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
export const utf16 = (text: string): Uint8Array<ArrayBuffer> =>
  bytes(
    [0xff, 0xfe],
    [...text].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]),
  )
const zeros = (length: number): Uint8Array => new Uint8Array(length)
const le16 = (n: number): number[] => [n & 255, n >> 8]
const le32 = (n: number): number[] => [...le16(n & 0xffff), ...le16(n >>> 16)]
const be32 = (n: number): number[] => le32(n).toReversed()
/** Bytes that look compressed, the same each time. */
export const noise = (length: number, seed = 7): Uint8Array<ArrayBuffer> => {
  let state = seed
  return Uint8Array.from({ length }, () => (state = (state * 48271) % 2147483647) & 255)
}

interface Entry {
  readonly name: string
  readonly content?: string
  readonly deflated?: boolean
  readonly sizeLater?: boolean
  readonly encrypted?: boolean
}

/** A zip of local entries and the start of its directory; deflated content is noise. */
export function zip(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const locals = entries.map((entry) => {
    const content = entry.deflated ? noise(300, entry.name.length) : latin1(entry.content ?? '<x/>')
    const flags = (entry.encrypted ? 1 : 0) | (entry.sizeLater ? 8 : 0)
    const sizes = [
      ...le32(entry.sizeLater ? 0 : content.length),
      ...le32(entry.sizeLater ? 0 : content.length),
    ]
    const method = entry.deflated ? 8 : 0
    return bytes(
      'PK\x03\x04',
      [...le16(20), ...le16(flags), ...le16(method), ...zeros(8), ...sizes],
      [...le16(entry.name.length), ...le16(0)],
      entry.name,
      content,
      entry.sizeLater ? bytes('PK\x07\x08', zeros(4), le32(content.length), le32(content.length)) : '',
    )
  })
  return bytes(...locals, 'PK\x01\x02', zeros(42), 'PK\x05\x06', zeros(18))
}

export const png = bytes(
  [0x89],
  'PNG\r\n\x1a\n',
  be32(13),
  'IHDR',
  be32(1),
  be32(1),
  [8, 6, 0, 0, 0],
  noise(60),
)
export const jpeg = bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], 'JFIF\0', [1, 1, 0, 0, 1, 0, 1, 0, 0], noise(60))
export const webp = bytes('RIFF', le32(64), 'WEBPVP8 ', noise(60))
export const heic = bytes(be32(24), 'ftypheic', be32(0), 'mif1heic', be32(40), 'meta', noise(40))
export const heicOfMif1 = bytes(be32(28), 'ftypmif1', be32(0), 'mif1heicmiaf', be32(40), 'meta', noise(40))
export const avif = bytes(be32(28), 'ftypavif', be32(0), 'avifmif1miaf', be32(40), 'meta', noise(40))
export const pdf = bytes('%PDF-1.7\n%', [0xe2, 0xe3, 0xcf, 0xd3], '\n1 0 obj\n<<>>\nendobj\n%%EOF\n')
export const log = utf8('2025-01-07 10:00:01 \x1b[31mERROR\x1b[0m Übertragung abgebrochen\r\n')
export const csv = utf8('site;cases\nValència;12\n')
export const docx = zip([
  { name: '[Content_Types].xml', deflated: true },
  { name: '_rels/.rels', deflated: true },
  { name: 'word/document.xml', deflated: true },
])
export const docxOfLibreOffice = zip([
  { name: '_rels/.rels', deflated: true, sizeLater: true },
  { name: 'docProps/app.xml', deflated: true, sizeLater: true },
  { name: 'word/document.xml', deflated: true, sizeLater: true },
])
export const xlsx = zip([
  { name: 'docProps/app.xml', deflated: true },
  { name: 'docProps/core.xml', deflated: true },
  { name: 'xl/workbook.xml', deflated: true },
  { name: '[Content_Types].xml', deflated: true },
])
const openDocument = (kind: string): Uint8Array<ArrayBuffer> =>
  zip([
    { name: 'mimetype', content: `application/vnd.oasis.opendocument.${kind}` },
    { name: 'content.xml', deflated: true },
  ])
export const odt = openDocument('text')
export const ods = openDocument('spreadsheet')
export const odtTemplate = openDocument('text-template')
const REQUEST = `-----BEGIN CERTIFICATE REQUEST-----\nMIIBWTCCAQ==\n-----END CERTIFICATE REQUEST-----\n`
export const csr = utf8(REQUEST)
export const csrOfWindows = utf8(
  REQUEST.replaceAll('CERTIFICATE', 'NEW CERTIFICATE').replaceAll('\n', '\r\n'),
)
export const csrWithText = utf8(`Certificate Request:\n    Data:\n        Version: 1 (0x0)\n${REQUEST}`)
export const csrWithKey = utf8(`${REQUEST}-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n`)
export const csrInDer = bytes([0x30, 0x82, 1, 0x59, 0x30, 0x82, 1, 1, 2, 1, 0, 0x30, 0x13], noise(300))
export const smallCsrInDer = bytes([0x30, 0x81, 0xf0, 0x30, 0x81, 0x97, 2, 1, 0, 0x30, 0x13], noise(200))
export const keyInDer = bytes([0x30, 0x82, 4, 0xa4, 2, 1, 0, 2, 0x82, 1, 1], noise(300))
export const certificateInDer = bytes(
  [0x30, 0x82, 3, 0x10, 0x30, 0x82, 1, 0xf8, 0xa0, 3, 2, 1, 2],
  noise(300),
)

const metaGroup = bytes([2, 0, 0, 0], 'UL', [4, 0], le32(198), [2, 0, 1, 0], 'OB', [0, 0], le32(2), [0, 1])
export const dicom = bytes(zeros(128), 'DICM', metaGroup, noise(200))
export const dicomAsTiff = bytes('II*\0', le32(8), zeros(120), 'DICM', metaGroup, noise(200))
export const dicomAsPdf = bytes(pdf, zeros(128 - pdf.length), 'DICM', metaGroup, noise(200))
export const dicomAfterText = bytes(' '.repeat(128), 'DICM', metaGroup, noise(200))
export const dicomFromMarker = bytes('DICM', metaGroup, noise(200))
export const dicomFromMeta = bytes(metaGroup, noise(200))
export const dicomExplicit = bytes([8, 0, 5, 0], 'CS', le16(10), 'ISO_IR 100', noise(200))
export const dicomImplicit = bytes([8, 0, 5, 0], le32(10), 'ISO_IR 100', noise(200))
export const dicomBigEndian = bytes([0, 8, 0, 5], 'CS', [0, 10], 'ISO_IR 100', noise(200))
export const dicomBigEndianImplicit = bytes([0, 8, 0, 0], be32(4), be32(200), noise(200))
const niftiHeader = (magic: string): Uint8Array =>
  bytes(le32(348), zeros(36), le16(3), le16(256), zeros(300), magic, zeros(4), noise(100))
export const nifti = niftiHeader('n+1\0')
export const niftiPair = niftiHeader('ni1\0')
export const analyze = niftiHeader('\0\0\0\0')
export const niftiBigEndian = bytes(
  be32(348),
  zeros(36),
  [0, 3, 1, 0],
  zeros(300),
  'n+1\0',
  zeros(4),
  noise(100),
)
export const nifti2 = bytes(le32(540), 'n+2\0\r\n\x1a\n', zeros(528), noise(100))
export const nrrd = utf8('NRRD0005\ntype: short\ndimension: 3\n')
export const hl7 = utf8('MSH|^~\\&|LAB|HOSPITAL|||202501071000||ORU^R01|1|P|2.5\r')
export const gzip = bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], noise(200))
export const zipOfDicom = zip([
  { name: 'study/', content: '' },
  { name: 'study/IM0001.dcm', deflated: true },
])
export const zipOfDicomDirectory = zip([{ name: 'DICOMDIR', deflated: true }])

export const executable = bytes('MZ', [0x90, 0, 3, 0, 0, 0], noise(100))
export const elf = bytes([0x7f], 'ELF', [2, 1, 1, 0], zeros(8), noise(100))
export const ole2 = bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], zeros(16), noise(100))
export const tiff = bytes('II*\0', le32(8), zeros(200), noise(100))
export const html = utf8('<!doctype html><html><script>alert(1)</script></html>\n')
export const svg = utf8('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>\n')
export const plainZip = zip([{ name: 'notes.txt', content: 'hello' }])
