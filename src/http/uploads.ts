import type { Files } from '../files.ts'
import { type AnswerError, type Answers, readAnswers } from '../forms/answers.ts'
import type { FileType } from '../forms/file-types.ts'
import type { Form } from '../forms/form.ts'
import { inspectUpload, UploadRefused, type UploadRefusal } from '../intake/file-inspection.ts'
import { tellRefusal } from '../intake/file-words.ts'
import { endingOf, safeFileName, shownName } from '../intake/file-name.ts'
import type { SubmittedFile } from '../conversation/submission.ts'
import type { Language } from '../language.ts'
import { newId, type Random } from '../random.ts'
import type { Fields } from './body.ts'
import type { FilePart, UploadLimits } from './multipart.ts'

/** A file that is not taken, and why. */
export interface RefusedFile {
  readonly field: string
  /** As it is shown to the visitor. */
  readonly name: string
  readonly reason: UploadRefusal | 'not-asked'
}

/** What a field of a form takes, or null where it takes no files. */
export function acceptedBy({ fields }: Pick<Form, 'fields'>, id: string): readonly FileType[] | null {
  const field = fields.find((one) => one.id === id)
  return field?.kind === 'files' ? field.accept : null
}

/** The files of one request on their way in. */
export interface Uploads {
  /**
   * Takes one file: looks at it first, and keeps it only in a request that is new. `accept` is null for a
   * field that takes no files.
   */
  readonly take: (
    part: FilePart,
    accept: readonly FileType[] | null,
    use: 'keep' | 'compare',
  ) => Promise<void>
  readonly taken: readonly SubmittedFile[]
  readonly refused: readonly RefusedFile[]
  /**
   * Lets the request be accepted with its files. Where that throws, rows may name them or not, so
   * none is removed: the sweep knows.
   */
  readonly goWith: <Outcome extends { readonly outcome: string }>(
    accept: () => Promise<Outcome>,
  ) => Promise<Outcome>
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
    async take(part, accept, use) {
      const name = shownName(part.name)
      if (accept === null) {
        refused.push({ field: part.field, name, reason: 'not-asked' })
        return
      }
      try {
        const reason = await keep(part, accept, use)
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

/** The form's own fields: what begins with an underscore is the page's. */
export const rawOf = (typed: Fields) =>
  Object.fromEntries(
    Array.from(typed)
      .filter(([name]) => !name.startsWith('_'))
      .map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )

/** Files that arrived, taken or not: a refused one is an error of its own. */
export function countsOf(uploads: Pick<Uploads, 'taken' | 'refused'>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  const asked = [...uploads.taken, ...uploads.refused.filter(({ reason }) => reason !== 'not-asked')]
  for (const { field } of asked) counts[field] = (counts[field] ?? 0) + 1
  return counts
}

/** Reads what was filled in, its files judged already: all that is wrong with either, or the answers. */
export function readFilled(
  form: Pick<Form, 'fields'>,
  raw: Parameters<typeof readAnswers>[1],
  language: Language,
  files: { readonly uploads: Pick<Uploads, 'refused'>; readonly counts: Readonly<Record<string, number>> },
):
  | { readonly ok: true; readonly answers: Answers }
  | { readonly ok: false; readonly errors: readonly AnswerError[] } {
  const reading = readAnswers(form, raw, language, { fileCounts: files.counts })
  const refusals = files.uploads.refused.map((file) => ({
    field: file.field,
    message: tellRefusal(language, file),
  }))
  if (reading.ok && refusals.length === 0) return reading
  return { ok: false, errors: [...(reading.ok ? [] : reading.errors), ...refusals] }
}
