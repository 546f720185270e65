import type { Language } from '../language.ts'
import type { UploadRefusal } from './file-inspection.ts'

type Words = Readonly<Record<UploadRefusal | 'not-asked', (name: string) => string>>

/** Why a file is not taken, and what to do instead. */
const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    empty: (name) => `“${name}” is empty. Choose the file again`,
    'medical-image': (name) =>
      `“${name}” is a medical image, and those must not be sent here: they can identify patients. Send a screenshot of the error or the name of the series instead`,
    'kind-not-accepted': (name) =>
      `We cannot take “${name}”. Choose a file of one of the kinds that are named`,
    'name-and-content-differ': (name) =>
      `“${name}” is not what its name says. Save it again in the right format, then choose it`,
    'too-large': (name) => `“${name}” is too large. All files together may be 25 MB`,
    interrupted: (name) => `“${name}” did not arrive whole. Choose it again`,
    'not-asked': (name) => `“${name}” came with a field that takes no files`,
  },
  es: {
    empty: (name) => `«${name}» está vacío. Vuelva a elegir el archivo`,
    'medical-image': (name) =>
      `«${name}» es una imagen médica, y aquí no deben enviarse: pueden identificar a pacientes. Envíe en su lugar una captura del error o el nombre de la serie`,
    'kind-not-accepted': (name) =>
      `No podemos aceptar «${name}». Elija un archivo de alguno de los tipos indicados`,
    'name-and-content-differ': (name) =>
      `«${name}» no es lo que dice su nombre. Guárdelo de nuevo en el formato correcto y elíjalo`,
    'too-large': (name) => `«${name}» es demasiado grande. Todos los archivos juntos pueden ocupar 25 MB`,
    interrupted: (name) => `«${name}» no llegó completo. Vuelva a elegirlo`,
    'not-asked': (name) => `«${name}» llegó en un campo que no admite archivos`,
  },
}

/** Why a file is not taken, in the visitor's language; names are shortened. */
export function tellRefusal(
  language: Language,
  file: { readonly name: string; readonly reason: UploadRefusal | 'not-asked' },
): string {
  const name = file.name.length > 60 ? `${file.name.slice(0, 59)}…` : file.name
  return WORDS[language][file.reason](name)
}
