/** One entry of a zip archive, as far as its beginning tells. */
export interface ZipEntry {
  readonly name: string
  readonly encrypted: boolean
  /** Bytes of the entry when it is kept without compression, as many as are at hand; else null. */
  readonly stored: Uint8Array | null
}

export interface ZipBeginning {
  readonly entries: readonly ZipEntry[]
  /** All entries were seen: the directory at the archive's end begins in these bytes. */
  readonly complete: boolean
}

const LOCAL_HEADER = 0x04034b50
const DIRECTORY_HEADER = 0x02014b50
const LOCAL_HEADER_BYTES = 30
const UNKNOWN_SIZE = 0xffffffff
const names = new TextDecoder()

/** The entries that the first bytes of a zip archive show, or null where they do not begin one (APPNOTE 4.3.7). */
export function zipBeginning(head: Uint8Array): ZipBeginning | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const entries: ZipEntry[] = []
  let at = 0
  while (signatureAt(view, at) === LOCAL_HEADER && at + LOCAL_HEADER_BYTES <= head.length) {
    const flags = view.getUint16(at + 6, true)
    const size = view.getUint32(at + 18, true)
    const nameAt = at + LOCAL_HEADER_BYTES
    const dataAt = nameAt + view.getUint16(at + 26, true) + view.getUint16(at + 28, true)
    if (nameAt + view.getUint16(at + 26, true) > head.length) break
    const sizeIsLater = size === UNKNOWN_SIZE || ((flags & 8) !== 0 && size === 0)
    const next = sizeIsLater ? nextHeader(view, dataAt) : dataAt + size
    entries.push({
      name: names.decode(head.subarray(nameAt, nameAt + view.getUint16(at + 26, true))),
      encrypted: (flags & 1) !== 0,
      stored: view.getUint16(at + 8, true) === 0 ? head.subarray(dataAt, next) : null,
    })
    at = next
  }
  return entries.length === 0 ? null : { entries, complete: signatureAt(view, at) === DIRECTORY_HEADER }
}

const signatureAt = (view: DataView, at: number): number | null =>
  at + 4 <= view.byteLength ? view.getUint32(at, true) : null

/** Where the next header begins, for an entry whose size is told only after its bytes. */
function nextHeader(view: DataView, from: number): number {
  for (let at = from; at + 4 <= view.byteLength; at += 1) {
    const signature = view.getUint32(at, true)
    if (signature === LOCAL_HEADER || signature === DIRECTORY_HEADER) return at
  }
  return view.byteLength
}
