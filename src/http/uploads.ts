import type { Files } from '../files.ts'
import type { FileType } from '../forms/file-types.ts'
import type { Form } from '../forms/form.ts'
import type { Accepted } from '../intake/accept.ts'
import { inspectUpload, UploadRefused, type UploadRefusal } from '../intake/file-inspection.ts'
import { endingOf, safeFileName, shownName } from '../intake/file-name.ts'
import type { SubmittedFile } from '../conversation/submission.ts'
import { newId, type Random } from '../random.ts'
import type { FilePart, UploadLimits } from './multipart.ts'

/** A file that is not taken, and why. */
export interface RefusedFile {
  readonly field: string
  /** As it is shown to the visitor. */
  readonly name: string
  readonly reason: UploadRefusal | 'not-asked'
}

/** The files of one request on their way in. */
export interface Uploads {
  /** Takes one file: looks at it first, and keeps it only in a request that is new. */
  readonly take: (part: FilePart, form: Form, use: 'keep' | 'compare') => Promise<void>
  readonly taken: readonly SubmittedFile[]
  readonly refused: readonly RefusedFile[]
  /**
   * Lets the request be accepted with its files. Where that throws, rows may name them or not, so
   * none is removed: the sweep knows.
   */
  readonly goWith: (accept: () => Promise<Accepted>) => Promise<Accepted>
  /** Removes what was kept for a request that was not accepted. */
  readonly discard: () => Promise<void>
}

export function createUploads(deps: {
  readonly files: Files
  readonly random: Random
  readonly limits: UploadLimits
}): Uploads {
  const taken: SubmittedFile[] = []
  const refused: RefusedFile[] = []
  const kept: string[] = []

  const keep = async (part: FilePart, accept: readonly FileType[], use: 'keep' | 'compare') => {
    const expected = { name: part.name, accept, maxBytes: deps.limits.fileBytes }
    const upload = await inspectUpload(part.bytes, expected)
    if (!upload.ok) return upload.reason
    const storedAs = newId(deps.random)
    const print =
      use === 'keep'
        ? await deps.files.put(storedAs, upload.bytes)
        : await deps.files.fingerprint(upload.bytes)
    if (use === 'keep') kept.push(storedAs)
    const name = safeFileName(part.name, endingOf(part.name))
    taken.push({
      id: newId(deps.random),
      field: part.field,
      name,
      type: upload.mediaType,
      ...print,
      storedAs,
    })
    return null
  }

  return {
    taken,
    refused,
    async take(part, form, use) {
      const field = form.fields.find(({ id, kind }) => id === part.field && kind === 'files')
      const name = shownName(part.name)
      if (field?.kind !== 'files') {
        refused.push({ field: part.field, name, reason: 'not-asked' })
        return
      }
      try {
        const reason = await keep(part, field.accept, use)
        if (reason) refused.push({ field: part.field, name, reason })
      } catch (error) {
        if (!(error instanceof UploadRefused)) throw error
        refused.push({ field: part.field, name, reason: error.reason })
      }
    },
    async goWith(accept) {
      const gone = kept.splice(0)
      const accepted = await accept()
      if (accepted.outcome !== 'accepted') kept.push(...gone)
      return accepted
    },
    async discard() {
      // What is left behind by a failure here is found by the sweep.
      await Promise.allSettled(kept.splice(0).map((name) => deps.files.remove(name)))
    },
  }
}
