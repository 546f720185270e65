import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FILE_TYPES, type FileType } from '../../src/forms/file-types.ts'
import { HEAD_BYTES, inspectFile, inspectUpload, UploadRefused } from '../../src/intake/file-inspection.ts'
import * as sample from './file-samples.ts'

const ALL = [
  'pdf',
  'png',
  'jpg',
  'webp',
  'heic',
  'txt',
  'log',
  'csv',
  'xlsx',
  'docx',
  'odt',
  'ods',
  'csr',
] as const

test.for([
  ['a PDF', 'a.pdf', sample.pdf, 'pdf'],
  ['an ending in capitals', 'A.PDF', sample.pdf, 'pdf'],
  ['a PNG', 'a.png', sample.png, 'png'],
  ['a JPEG', 'a.jpg', sample.jpeg, 'jpg'],
  ['a JPEG by its other ending', 'a.jpeg', sample.jpeg, 'jpeg'],
  ['a WebP', 'a.webp', sample.webp, 'webp'],
  ['a HEIC', 'a.heic', sample.heic, 'heic'],
  ['a HEIC of the brand mif1', 'a.heic', sample.heicOfMif1, 'heic'],
  ['a coloured log in UTF-8', 'a.log', sample.log, 'log'],
  ['a text in Latin-1', 'a.txt', sample.bytes('Espa\xf1a: conexi\xf3n rechazada\r\n'), 'txt'],
  ['a text with the UTF-8 mark', 'a.txt', sample.bytes([0xef, 0xbb, 0xbf], 'hello'), 'txt'],
  ['a text as PowerShell writes it', 'a.txt', sample.utf16('PS C:\\> upload\r\nFailed\r\n'), 'txt'],
  ['a text of one character', 'a.txt', sample.utf8('x'), 'txt'],
  ['a text that holds HTML', 'a.txt', sample.html, 'txt'],
  ['a text about DICM', 'a.txt', sample.utf8(`${'x'.repeat(128)}DICM and so on`), 'txt'],
  ['a CSV', 'a.csv', sample.csv, 'csv'],
  ['a DOCX by Word', 'a.docx', sample.docx, 'docx'],
  ['a DOCX by LibreOffice', 'a.docx', sample.docxOfLibreOffice, 'docx'],
  ['an XLSX', 'a.xlsx', sample.xlsx, 'xlsx'],
  ['an ODT', 'a.odt', sample.odt, 'odt'],
  ['an ODS', 'a.ods', sample.ods, 'ods'],
  ['a signing request', 'a.csr', sample.csr, 'csr'],
  ['a signing request by Windows', 'a.csr', sample.csrOfWindows, 'csr'],
  ['a signing request after its text', 'a.csr', sample.csrWithText, 'csr'],
  ['a signing request in DER', 'a.csr', sample.csrInDer, 'csr'],
  ['a small signing request in DER', 'a.csr', sample.smallCsrInDer, 'csr'],
] as const)('%s is taken', ([, name, head, type]) => {
  expect(inspectFile(name, ALL, head)).toEqual({ ok: true, type, mediaType: FILE_TYPES[type] })
})

test.for([
  ['a DOCX called XLSX', 'a.xlsx', sample.docx],
  ['an ODS called ODT', 'a.odt', sample.ods],
  ['a template called ODT', 'a.odt', sample.odtTemplate],
  ['a plain zip called DOCX', 'a.docx', sample.plainZip],
  ['a plain zip called ODT', 'a.odt', sample.plainZip],
  ['a zip of nothing but shared parts', 'a.docx', sample.zip([{ name: '[Content_Types].xml' }])],
  ['an encrypted DOCX', 'a.docx', sample.zip([{ name: 'word/document.xml', encrypted: true }])],
  [
    'a DOCX with macros',
    'a.docx',
    sample.zip([
      { name: '[Content_Types].xml' },
      { name: 'word/document.xml' },
      { name: 'word/vbaProject.bin' },
    ]),
  ],
  ['an old Word file called DOCX', 'a.docx', sample.ole2],
  ['an old Office file called text', 'a.txt', sample.ole2],
  ['a program called text', 'a.txt', sample.executable],
  ['a program called log', 'a.log', sample.elf],
  ['a program called PDF', 'a.pdf', sample.executable],
  ['a PDF called text', 'a.txt', sample.pdf],
  ['a PNG called JPEG', 'a.jpg', sample.png],
  ['a PDF that begins later', 'a.pdf', sample.bytes('x', sample.pdf)],
  ['a PNG that begins later', 'a.png', sample.bytes('\n', sample.png)],
  ['a page called PDF', 'a.pdf', sample.html],
  ['a page called PNG', 'a.png', sample.html],
  ['a drawing called PNG', 'a.png', sample.svg],
  ['an AVIF called HEIC', 'a.heic', sample.avif],
  ['a TIFF called PNG', 'a.png', sample.tiff],
  ['text with NUL', 'a.txt', sample.bytes('abc\0def')],
  ['UTF-16 without its mark', 'a.txt', sample.utf16('abc').slice(2)],
  ['binary behind the UTF-16 mark', 'a.txt', sample.bytes([0xff, 0xfe, 1, 0, 2, 0])],
  ['a signing request with its private key', 'a.csr', sample.csrWithKey],
  ['a private key in DER called request', 'a.csr', sample.keyInDer],
  ['a certificate in DER called request', 'a.csr', sample.certificateInDer],
  ['a text called request', 'a.csr', sample.csv],
] as const)('%s is refused for the difference', ([, name, head]) => {
  expect(inspectFile(name, ALL, head)).toEqual({ ok: false, reason: 'name-and-content-differ' })
})

test.for([
  ['an ending that nobody asked for', 'a.zip', sample.plainZip],
  ['a drawing', 'a.svg', sample.svg],
  ['a page', 'a.html', sample.html],
  ['a script', 'a.js', sample.utf8('alert(1)')],
  ['a program', 'a.exe', sample.executable],
  ['an old Word file', 'a.doc', sample.ole2],
  ['an honest gzip', 'a.log.gz', sample.gzip],
  ['a file without an ending', 'README', sample.log],
  ['an ending hidden by text direction', 'fdp.\u202eexe', sample.executable],
  ['an ending behind a NUL', 'a.pdf\0.exe', sample.pdf],
  ['a stream of Windows', 'a.pdf::$DATA', sample.pdf],
  ['the name of a property', 'a.__proto__', sample.pdf],
] as const)('%s is a kind that is not accepted', ([, name, head]) => {
  expect(inspectFile(name, ALL, head)).toEqual({ ok: false, reason: 'kind-not-accepted' })
})

test('a form takes only the kinds that it asks for, a JPEG by either ending', () => {
  expect(inspectFile('a.pdf', ['png'], sample.pdf)).toEqual({ ok: false, reason: 'kind-not-accepted' })
  expect(inspectFile('a.jpeg', ['jpg'], sample.jpeg)).toMatchObject({ ok: true })
  expect(inspectFile('a.jpg', ['jpeg'], sample.jpeg)).toMatchObject({ ok: true })
})

test('an empty file is told apart', () => {
  expect(inspectFile('a.pdf', ALL, new Uint8Array())).toEqual({ ok: false, reason: 'empty' })
})

const PATIENTS = {
  dicom: sample.dicom,
  dicomAsTiff: sample.dicomAsTiff,
  dicomAsPdf: sample.dicomAsPdf,
  dicomAfterText: sample.dicomAfterText,
  dicomFromMarker: sample.dicomFromMarker,
  dicomFromMeta: sample.dicomFromMeta,
  dicomExplicit: sample.dicomExplicit,
  dicomImplicit: sample.dicomImplicit,
  dicomBigEndian: sample.dicomBigEndian,
  dicomBigEndianImplicit: sample.dicomBigEndianImplicit,
  nifti: sample.nifti,
  niftiPair: sample.niftiPair,
  niftiBigEndian: sample.niftiBigEndian,
  nifti2: sample.nifti2,
  analyze: sample.analyze,
  nrrd: sample.nrrd,
  hl7: sample.hl7,
  gzip: sample.gzip,
  zipOfDicom: sample.zipOfDicom,
  zipOfDicomDirectory: sample.zipOfDicomDirectory,
}

test.for(Object.entries(PATIENTS))('%s is refused as medical under any name', ([, head]) => {
  for (const ending of [...Object.keys(FILE_TYPES), 'zip', 'tif', 'bin', 'dcm']) {
    expect(inspectFile(`IM0001.${ending}`, ALL, head)).toEqual({ ok: false, reason: 'medical-image' })
  }
  expect(inspectFile('IM0001', ALL, head)).toEqual({ ok: false, reason: 'medical-image' })
})

test.for([
  'a.dcm',
  'A.DCM',
  'a.dicom',
  'a.ima',
  'a.nii',
  'a.nii.gz',
  'a.nrrd',
  'a.nhdr',
  'a.dcm.zip',
  'DICOMDIR',
  'cd/DICOMDIR',
  'a.dcm ',
  'a.dcm.',
  'a.d\u200bcm',
  'a\uff0edcm',
])('the name %j alone is enough to be refused as medical', (name) => {
  expect(inspectFile(name, ALL, sample.csv)).toEqual({ ok: false, reason: 'medical-image' })
})

test('a word in the middle of a name makes no medical image', () => {
  expect(inspectFile('export of a.dcm failed.log', ALL, sample.log)).toMatchObject({ ok: true })
  expect(inspectFile('dicomdir question.txt', ALL, sample.log)).toMatchObject({ ok: true })
})

const name = fc.tuple(fc.string(), fc.constantFrom('', '.', '.pdf', '.docx', '.odt', '.csr', '.heic', '.txt'))
const samples = Object.values(sample).filter((value) => value instanceof Uint8Array)
const damaged = fc
  .tuple(
    fc.constantFrom(...samples),
    fc.nat(600),
    fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 8 }),
  )
  .map(([whole, length, changes]) => {
    const head = whole.slice(0, length)
    for (const [at, byte] of changes) if (at < head.length) head[at] = byte
    return head
  })

test('no damaged file throws, and what is taken has an accepted ending', () => {
  fc.assert(
    fc.property(name, fc.oneof(damaged, fc.uint8Array({ maxLength: 700 })), ([stem, ending], head) => {
      const inspection = inspectFile(stem + ending, ALL, head)
      if (inspection.ok) expect(FILE_TYPES[inspection.type]).toBe(inspection.mediaType)
      else
        expect(inspection.reason).toMatch(/^(empty|medical-image|kind-not-accepted|name-and-content-differ)$/)
    }),
    { numRuns: 3000 },
  )
})

test('ordinary texts are never taken for medical', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 600 })
  fc.assert(
    fc.property(text, (content) => {
      const plain = content.replace(/\p{Cc}/gu, ' ')
      expect(inspectFile('a.txt', ALL, sample.utf8(plain))).toMatchObject({ ok: true })
    }),
    { numRuns: 1000, examples: [['NRRD'], ['MSH|'], ['DICOM']] },
  )
})

/** A body in chunks of these sizes that notes how far it was read and whether it was cancelled. */
function source(content: Uint8Array, chunk: number, failure?: Error) {
  const seen = { read: 0, cancelled: false }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.read >= content.length) return failure ? controller.error(failure) : controller.close()
        controller.enqueue(content.slice(seen.read, seen.read + chunk))
        seen.read += chunk
      },
      cancel: () => void (seen.cancelled = true),
    },
    { highWaterMark: 0 },
  )
  return { stream, seen }
}

const collect = async (stream: ReadableStream<Uint8Array>) =>
  new Uint8Array(await new Response(stream).arrayBuffer())
const expected = (name: string, maxBytes: number, accept: readonly FileType[] = ALL) => ({
  name,
  accept,
  maxBytes,
})

test('an accepted upload passes byte for byte in any chunks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 9000 }), fc.nat(40_000), async (chunk, length) => {
      const content = sample.bytes(sample.png, sample.noise(length))
      const upload = await inspectUpload(source(content, chunk).stream, expected('a.png', content.length))
      expect(upload).toMatchObject({ ok: true, type: 'png', mediaType: 'image/png' })
      if (upload.ok) expect(await collect(upload.bytes)).toEqual(content)
    }),
    {
      numRuns: 60,
      examples: [
        [1, 0],
        [HEAD_BYTES, HEAD_BYTES],
        [1, HEAD_BYTES],
      ],
    },
  )
})

test('nothing of a refused upload goes further than its head', async () => {
  const { stream, seen } = source(sample.bytes(sample.dicom, sample.noise(200_000)), 1000)
  expect(await inspectUpload(stream, expected('a.pdf', 1e6))).toEqual({ ok: false, reason: 'medical-image' })
  expect(seen.cancelled).toBe(true)
  expect(seen.read).toBeLessThan(HEAD_BYTES + 2000)
})

test('an upload ends in an error at the first byte above its limit', async () => {
  const content = sample.bytes(sample.png, sample.noise(100_000))
  const { stream, seen } = source(content, 1000)
  const upload = await inspectUpload(stream, expected('a.png', 50_000))
  if (!upload.ok) throw new Error(upload.reason)
  await expect(collect(upload.bytes)).rejects.toEqual(new UploadRefused('too-large'))
  expect(seen).toEqual({ read: 51_000, cancelled: true })
})

test('an upload is read only as fast as it is taken', async () => {
  const { stream, seen } = source(sample.bytes(sample.png, sample.noise(100_000)), 1000)
  const upload = await inspectUpload(stream, expected('a.png', 1e6))
  if (!upload.ok) throw new Error(upload.reason)
  const reader = upload.bytes.getReader()
  for (let chunk = 0; chunk < 20; chunk += 1) await reader.read()
  expect(seen.read).toBe(20_000)
})

test('an upload that is interrupted in its head is told apart, later its bytes fail', async () => {
  const cut = new UploadRefused('interrupted')
  const short = source(sample.png, 10, cut)
  expect(await inspectUpload(short.stream, expected('a.png', 1e6))).toEqual({
    ok: false,
    reason: 'interrupted',
  })
  const long = await inspectUpload(
    source(sample.bytes(sample.png, sample.noise(HEAD_BYTES)), 1000, cut).stream,
    expected('a.png', 1e6),
  )
  if (!long.ok) throw new Error(long.reason)
  await expect(collect(long.bytes)).rejects.toBe(cut)
})

test('a failure that is not about the upload comes through', async () => {
  const failure = new Error('disk')
  await expect(inspectUpload(source(sample.png, 10, failure).stream, expected('a.png', 1e6))).rejects.toBe(
    failure,
  )
})
