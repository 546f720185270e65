import type { Language } from '../../../language.ts'
import { en, type Texts } from './en.ts'
import { es } from './es.ts'

const TEXTS: Readonly<Record<Language, Texts>> = { en, es }

export const textsIn = (language: Language): Texts => TEXTS[language]
