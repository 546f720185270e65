/** What a visitor may attach: file endings as forms name them, with the media type that Zammad is told. */
export const FILE_TYPES = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  heic: 'image/heic',
  txt: 'text/plain',
  log: 'text/plain',
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  csr: 'application/pkcs10',
} as const

export type FileType = keyof typeof FILE_TYPES

export const isFileType = (ending: string): ending is FileType => Object.hasOwn(FILE_TYPES, ending)
