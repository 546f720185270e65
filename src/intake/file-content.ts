import type { FileType } from '../forms/file-types.ts'
import { zipBeginning } from './zip-entries.ts'

const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument.'
/** Major and compatible brands of HEIF with HEVC pictures (ISO/IEC 23008-12, annex B). */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const SHARED_OFFICE_PARTS = /^(?:\[Content_Types\]\.xml|(?:_rels|docProps|customXml|\[trash\])\/.*)$/i

/** Whether first bytes are what a file of that type begins with. Signatures count at offset 0 only. */
export const CONTENT = {
  pdf: (head) => hasText(head, 0, '%PDF-'),
  png: (head) => hasBytes(head, PNG) && hasText(head, 12, 'IHDR'),
  jpg: (head) => hasBytes(head, [0xff, 0xd8, 0xff]),
  jpeg: (head) => hasBytes(head, [0xff, 0xd8, 0xff]),
  webp: (head) => hasText(head, 0, 'RIFF') && hasText(head, 8, 'WEBPVP8'),
  heic: isHeic,
  txt: isPlainText,
  log: isPlainText,
  csv: isPlainText,
  xlsx: (head) => isOfficeXml(head, 'xl/'),
  docx: (head) => isOfficeXml(head, 'word/'),
  odt: (head) => isOpenDocument(head, 'text'),
  ods: (head) => isOpenDocument(head, 'spreadsheet'),
  csr: isSigningRequest,
} as const satisfies Record<FileType, (head: Uint8Array) => boolean>

/** The bytes as ASCII; what is above 127 becomes other characters, never an error. */
export const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

export const hasText = (bytes: Uint8Array, at: number, text: string): boolean =>
  ascii(bytes, at, text.length) === text

const hasBytes = (bytes: Uint8Array, wanted: readonly number[]): boolean =>
  wanted.every((byte, index) => bytes[index] === byte)

/**
 * Text of any encoding that keeps ASCII (UTF-8, Latin-1, code pages), or UTF-16 with the mark that
 * PowerShell writes: no control characters but blanks, line ends, and what terminals print.
 */
export function isPlainText(head: Uint8Array): boolean {
  if (hasBytes(head, [0xff, 0xfe])) return isWideText(head.subarray(2))
  return !hasText(head, 0, '%PDF-') && head.every((byte) => !isBinaryControl(byte))
}

/** Bell to carriage return, and escape for coloured logs. */
const isBinaryControl = (code: number): boolean =>
  code < 7 || (code > 13 && code < 32 && code !== 27) || code === 127

function isWideText(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength - (head.byteLength % 2))
  for (let at = 0; at < view.byteLength; at += 2) {
    if (isBinaryControl(view.getUint16(at, true))) return false
  }
  return true
}

function isHeic(head: Uint8Array): boolean {
  if (head.length < 16 || !hasText(head, 4, 'ftyp')) return false
  const size = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0)
  for (let at = 8; at + 4 <= Math.min(size, head.length); at += 4) {
    if (at !== 12 && HEIC_BRANDS.includes(ascii(head, at, 4))) return true
  }
  return false
}

/** Entries up to the first of the document's own folder must be parts that any such document has. */
function isOfficeXml(head: Uint8Array, folder: string): boolean {
  const zip = zipBeginning(head)
  if (!zip || zip.entries.some((entry) => entry.encrypted || entry.name.endsWith('vbaProject.bin')))
    return false
  const own = zip.entries.findIndex((entry) => entry.name.startsWith(folder))
  const before = own < 0 ? zip.entries : zip.entries.slice(0, own)
  return before.every((entry) => SHARED_OFFICE_PARTS.test(entry.name)) && (own >= 0 || !zip.complete)
}

/** The first entry names the media type, uncompressed (OpenDocument 1.3, part 2, 3.3). */
function isOpenDocument(head: Uint8Array, kind: 'text' | 'spreadsheet'): boolean {
  const first = zipBeginning(head)?.entries[0]
  if (first?.name !== 'mimetype' || first.encrypted || !first.stored) return false
  return new TextDecoder().decode(first.stored) === OPEN_DOCUMENT + kind
}

/** PKCS#10 in PEM, with text before it or not, or in DER: a sequence that begins with version 0 inside. */
function isSigningRequest(head: Uint8Array): boolean {
  if (!isPlainText(head)) return isDerRequest(head)
  const text = new TextDecoder('latin1').decode(head)
  return /^-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----/m.test(text) && !text.includes('PRIVATE KEY-----')
}

function isDerRequest(head: Uint8Array): boolean {
  const inner = sequenceAt(head, 0)
  const version = inner === null ? null : sequenceAt(head, inner)
  return version !== null && [0x02, 0x01, 0x00].every((byte, index) => head[version + index] === byte)
}

/** Where the content of the DER sequence at `at` begins, or null where there is none. */
function sequenceAt(head: Uint8Array, at: number): number | null {
  if (head[at] !== 0x30) return null
  const length = head[at + 1]
  if (length === undefined) return null
  if (length < 0x80) return at + 2
  return length === 0x81 ? at + 3 : length === 0x82 ? at + 4 : null
}
