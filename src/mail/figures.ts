import { oneLine } from '../forms/clean-text.ts'
import type { Language } from '../language.ts'
import type { KeptCounts, ReportMessage, WeekMessage } from '../morning-messages.ts'
import { hoursWords } from '../promise/report-words.ts'
import { keptShare } from '../promise/report.ts'
import { ALERT_TEXTS } from './alert-texts.ts'
import { FIGURES_TEXTS } from './figures-texts.ts'
import { type Link, UNSAID, type Wording } from './wording.ts'

type Facts = Wording['facts']

const localeOf = (language: Language): string => (language === 'en' ? 'en-GB' : 'es-ES')

/** "92.1%", rounded down as the report does, so that only all is 100%; null where nothing was answered or due. */
function percentOf(kept: KeptCounts, language: Language): string | null {
  if (keptShare(kept) === null) return null
  const share = Math.floor((1000 * kept.inTime) / (kept.inTime + kept.late + kept.overdue)) / 1000
  return new Intl.NumberFormat(localeOf(language), { style: 'percent', maximumFractionDigits: 1 }).format(
    share,
  )
}

/** "92.1% (35 of 38)". */
function keptWords(kept: KeptCounts, language: Language): string {
  const { nothingDue, more } = FIGURES_TEXTS[language]
  const percent = percentOf(kept, language)
  const all = kept.inTime + kept.late + kept.overdue
  return percent === null ? nothingDue : `${percent} (${more.of(kept.inTime, all)})`
}

/** "38", and in brackets what is to be known of them, unless it is nothing. */
const withMore = (count: number, more: number, words: (more: number) => string): string =>
  more === 0 ? String(count) : `${count} (${words(more)})`

/** What weeks and months have in common. */
function balanceOf({ figures, language }: WeekMessage | ReportMessage): Facts {
  const { facts, more } = FIGURES_TEXTS[language]
  const { received, carriedIn, answered, closed, kept } = figures
  return [
    { name: facts.received, value: withMore(received, carriedIn, more.carriedIn) },
    { name: facts.answered, value: withMore(answered, kept.promised.late, more.late) },
    ...(closed === 0 ? [] : [{ name: facts.closed, value: String(closed) }]),
    { name: facts.kept, value: keptWords(kept.promised, language) },
  ]
}

function linkOf({ reportLink, zammadLink, language }: WeekMessage | ReportMessage): Link {
  return reportLink === null
    ? { label: ALERT_TEXTS[language].link.zammad, url: zammadLink }
    : { label: FIGURES_TEXTS[language].report, url: reportLink }
}

/** "16 November", "16 de noviembre"; a month with its year where `form` says so. */
const dateWords = (date: string, language: Language, form: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(localeOf(language), { timeZone: 'UTC', ...form }).format(
    new Date(`${date}T00:00:00Z`),
  )

/** What the coordination is told of a week, also of an empty one: its figures, and what is late now. */
export function weekWording(message: WeekMessage): Wording {
  const { language, figures, load, site } = message
  const texts = FIGURES_TEXTS[language]
  const day = (date: string): string =>
    dateWords(date, language, { weekday: 'long', day: 'numeric', month: 'long' }).replace(',', '')
  const busy = load.filter(({ open, late }) => open + late > 0)
  const sum = (of: 'open' | 'late'): number => load.reduce((all, one) => all + one[of], 0)
  const late = sum('late')
  return {
    ...UNSAID,
    subject: texts.week.subject({
      received: figures.received,
      kept: percentOf(figures.kept.promised, language),
      late,
    }),
    answer: null,
    heading: texts.week.heading({ from: day(message.from), to: day(message.to) }),
    lead: texts.week.lead,
    facts: [
      ...balanceOf(message),
      { name: texts.week.lateNow, value: String(late) },
      { name: texts.week.openNow, value: String(sum('open')) },
    ],
    closing: texts.answer,
    link: linkOf(message),
    sections: [
      {
        title: texts.week.loadTitle,
        lines:
          busy.length === 0
            ? [texts.week.nothingOpen]
            : busy.map(({ unit, ...counts }) =>
                texts.week.load(unit === null ? texts.week.noUnit : oneLine(unit), counts),
              ),
      },
    ],
    foot: texts.foot,
    site,
  }
}

/** What the coordination is told of a month; the whole report travels with it where it can. */
export function reportWording(message: ReportMessage): Wording {
  const { language, figures, month, page, site } = message
  const texts = FIGURES_TEXTS[language]
  const { facts, more } = texts
  const name = dateWords(`${month}-01`, language, { month: 'long', year: 'numeric' })
  return {
    ...UNSAID,
    subject: texts.month.subject(name, percentOf(figures.kept.promised, language)),
    answer: null,
    heading: texts.month.heading(name),
    lead: page === null ? texts.month.notAttached : texts.month.attached,
    facts: [
      ...balanceOf(message),
      { name: facts.keptWall, value: keptWords(figures.kept.wall, language) },
      { name: facts.keptBusiness, value: keptWords(figures.kept.business, language) },
      { name: facts.median, value: hoursWords(figures.medianMs) },
      { name: facts.p90, value: hoursWords(figures.p90Ms) },
      { name: facts.open, value: withMore(figures.open, figures.openLate, more.late) },
      ...(figures.handOvers === 0 ? [] : [{ name: facts.handOvers, value: String(figures.handOvers) }]),
    ],
    closing: texts.answer,
    link: linkOf(message),
    sections: [{ title: texts.month.formulaTitle, lines: texts.month.formula }],
    foot: texts.foot,
    site,
  }
}
