/** The languages that pages, mails and forms are written in. */
export const LANGUAGES = ['en', 'es'] as const
export type Language = (typeof LANGUAGES)[number]

/** One text in each of a site's languages. */
export type Text = Readonly<Partial<Record<Language, string>>>

/** The text in the language, or in the first one that has it: a site's texts are complete, so that one is a guard. */
export const inLanguage = (text: Text, language: Language): string =>
  text[language] ?? LANGUAGES.map((other) => text[other]).find((other) => other !== undefined) ?? ''

/** The first language asked for that is on offer, else the first on offer. `accept` is an Accept-Language header. */
export function pickLanguage(
  offered: readonly Language[],
  asked: string | undefined,
  accept: string | undefined,
): Language {
  const wishes = [
    ...(asked ? [asked] : []),
    ...(accept ?? '')
      .split(',')
      .slice(0, 20)
      .map((part) => {
        const [tag = '', ...parameters] = part.trim().split(';')
        const quality = parameters.map((p) => /^\s*q=([\d.]+)\s*$/i.exec(p)?.[1]).find(Boolean)
        return { tag, weight: quality === undefined ? 1 : Number(quality) }
      })
      .filter((wish) => wish.weight > 0)
      .sort((a, b) => b.weight - a.weight)
      .map((wish) => wish.tag),
  ]
  for (const wish of wishes) {
    const base = wish.toLowerCase().split('-')[0]
    const hit = offered.find((language) => language === base)
    if (hit) return hit
  }
  const [first = 'en'] = offered
  return first
}

/** "Monday 23 November, 10:14", in the language's own form. */
export function tellTime(at: Date, zone: string, language: Language): string {
  const day = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'es-ES', {
    timeZone: zone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  }).format(at)
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
  }).format(at)
  return `${day.replace(',', language === 'en' ? '' : ',')}, ${time}`
}

/** "1 day 22 hours", rounded down to the two largest units; minutes only below a day, "less than a minute" below one. */
export function tellDuration(ms: number, language: Language): string {
  const words = {
    en: {
      day: ['day', 'days'],
      hour: ['hour', 'hours'],
      minute: ['minute', 'minutes'],
      none: 'less than a minute',
    },
    es: {
      day: ['día', 'días'],
      hour: ['hora', 'horas'],
      minute: ['minuto', 'minutos'],
      none: 'menos de un minuto',
    },
  }[language]
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  const parts = [
    [Math.floor(minutes / 1440), words.day],
    [Math.floor((minutes % 1440) / 60), words.hour],
    [minutes >= 1440 ? 0 : minutes % 60, words.minute],
  ] as const
  const told = parts.filter(([n]) => n > 0).map(([n, [one, many]]) => `${n} ${n === 1 ? one : many}`)
  return told.slice(0, 2).join(language === 'es' ? ' y ' : ' ') || words.none
}

/** "A, B and C". */
export const tellNames = (names: readonly string[], language: Language): string =>
  new Intl.ListFormat(language === 'en' ? 'en-GB' : 'es-ES', { type: 'conjunction' }).format(names)

const STEPS = [
  ['megabyte', 1024 * 1024],
  ['kilobyte', 1024],
  ['byte', 1],
] as const

/** A size in bytes as "1.2 MB", in the language's own form; a megabyte as file managers count it, 1024 times 1024. */
export function tellSize(bytes: number, language: Language): string {
  const [unit, size] = STEPS.find(([, step]) => bytes >= step) ?? (['byte', 1] as const)
  return new Intl.NumberFormat(language === 'en' ? 'en-GB' : 'es-ES', {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(bytes / size)
}
