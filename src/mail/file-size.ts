import type { Language } from '../language.ts'

const STEPS = [
  ['megabyte', 1024 * 1024],
  ['kilobyte', 1024],
  ['byte', 1],
] as const

/** A size in bytes as "31.2 MB", in the language's own form; a megabyte is 1024 times 1024 bytes. */
export function tellFileSize(bytes: number, language: Language): string {
  const [unit, step] = STEPS.find(([, least]) => bytes >= least) ?? (['byte', 1] as const)
  return new Intl.NumberFormat(language === 'en' ? 'en-GB' : 'es-ES', {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(bytes / step)
}
