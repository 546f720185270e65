import { Failure } from '../failure.ts'
import { LONGEST_ROW_BYTES } from '../writes.ts'

/** Throws `Failure` (`refused`) where the texts of a row are together longer than every store takes. */
export function guardRow(texts: readonly (string | null)[]): void {
  const bytes = texts.reduce((sum, text) => sum + new TextEncoder().encode(text ?? '').length, 0)
  if (bytes > LONGEST_ROW_BYTES) throw new Failure('refused', 'a row would be longer than the store takes')
}
