import type { Attached, Filled } from '../support/visitor.ts'

/** A whole request about an upload that fails. */
export const uploadTrouble = (over: Record<string, string> = {}): Filled & { readonly form: string } => ({
  form: 'upload-trouble',
  answers: {
    name: 'Ann Lee',
    email: 'ann.lee@hospital.example',
    organisation: 'Hospital of Example',
    node: 'upv',
    what: 'It stops at 63 %, after "DICOM sent".\nñ 漢字 <b>&amp;',
    topic: 'transfer',
    consent: 'yes',
    ...over,
  },
})

/** A small PDF, whole from its first line to its last. */
export const aPdf = (name = 'registro de subida ñ.pdf'): Attached => ({
  field: 'log',
  name,
  type: 'application/pdf',
  bytes: new TextEncoder().encode(
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n' +
      'xref\n0 3\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n',
  ),
})
