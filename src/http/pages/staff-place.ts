import type { Place } from './place.ts'

/** Staff pages are in English, and switch to nothing else. */
export const forStaff = (place: Place): Place => ({ ...place, language: 'en', posted: true })
