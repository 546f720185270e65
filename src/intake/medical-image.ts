import { endingOf, shownName } from './file-name.ts'
import { ascii, hasText, isPlainText } from './file-content.ts'
import { zipBeginning } from './zip-entries.ts'

const ENDINGS = ['dcm', 'dicom', 'ima', 'nii', 'nrrd', 'nhdr', 'mha', 'mhd', 'mgh', 'mgz']
const WRAPPINGS = ['gz', 'tgz', 'zip', 'bz2', 'xz', 'zst', '7z']
const NIFTI_1_BYTES = 348
const NIFTI_2_BYTES = 540
/** Value representations of DICOM PS3.5, table 6.2-1. */
const VALUE_KINDS = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(
    ' ',
  ),
)

/**
 * Whether a file is a patient's image or record by its name or its first bytes: DICOM with and without
 * preamble, NIfTI, Analyze, NRRD, HL7 v2, any of them named in a zip, and gzip under another name (NIfTI
 * travels in gzip). A guard against accident: screenshots and scans pass.
 */
export function isMedicalImage(name: string, head: Uint8Array): boolean {
  return (
    isMedicalName(name) ||
    isDicomFile(head) ||
    isBareDataSet(head) ||
    isNifti(head) ||
    hasText(head, 0, 'NRRD000') ||
    hasText(head, 0, 'MSH|^~\\&') ||
    isHiddenGzip(name, head) ||
    (zipBeginning(head)?.entries ?? []).some((entry) => isMedicalName(entry.name))
  )
}

function isMedicalName(name: string): boolean {
  const shown = shownName(name).toLowerCase()
  const ending = endingOf(shown)
  if (shown === 'dicomdir' || ENDINGS.includes(ending)) return true
  return WRAPPINGS.includes(ending) && isMedicalName(shown.slice(0, shown.lastIndexOf('.')))
}

/** PS3.10: 128 bytes of anything, a TIFF header included, then "DICM". A text may say so too. */
const isDicomFile = (head: Uint8Array): boolean =>
  hasText(head, 0, 'DICM') ? !isPlainText(head) : hasText(head, 128, 'DICM') && !isPlainText(head)

/** A data set without preamble begins with an element of group 2 or 8 and a value kind or an even length. */
function isBareDataSet(head: Uint8Array): boolean {
  if (head.length < 8) return false
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  return [true, false].some((littleEndian) => {
    const group = view.getUint16(0, littleEndian)
    if ((group !== 2 && group !== 8) || view.getUint16(2, littleEndian) > 0xff) return false
    const length = view.getUint32(4, littleEndian)
    return VALUE_KINDS.has(ascii(head, 4, 2)) || (length % 2 === 0 && length <= 1024)
  })
}

/** NIfTI-1 and Analyze begin with their header's size, NIfTI-2 too; the magic word stands at 344 or at 4. */
function isNifti(head: Uint8Array): boolean {
  if (['n+1\0', 'ni1\0'].some((magic) => hasText(head, 344, magic))) return true
  if (head.length < 42) return false
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  return [true, false].some((littleEndian) => {
    const size = view.getInt32(0, littleEndian)
    if (size === NIFTI_2_BYTES) return ['n+2\0', 'ni2\0'].some((magic) => hasText(head, 4, magic))
    const dimensions = view.getInt16(40, littleEndian)
    return size === NIFTI_1_BYTES && dimensions >= 1 && dimensions <= 7
  })
}

const isHiddenGzip = (name: string, head: Uint8Array): boolean =>
  head[0] === 0x1f && head[1] === 0x8b && !['gz', 'tgz'].includes(endingOf(name))
