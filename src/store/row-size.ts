import { Failure } from '../failure.ts'

/** D1 holds rows of up to 2 MB; the local one does not say so. */
const LONGEST_ROW_BYTES = 1_900_000

/** Throws `Failure` (`refused`) where the texts of a row are together longer than every store takes. */
export function guardRow(texts: readonly (string | null)[]): void {
  const bytes = texts.reduce((sum, text) => sum + new TextEncoder().encode(text ?? '').length, 0)
  if (bytes > LONGEST_ROW_BYTES) throw new Failure('refused', 'a row would be longer than the store takes')
}
