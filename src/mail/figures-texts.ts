import type { Language } from '../language.ts'

interface FiguresTexts {
  readonly week: {
    readonly subject: (words: {
      readonly received: number
      readonly kept: string | null
      readonly late: number
    }) => string
    readonly heading: (days: { readonly from: string; readonly to: string }) => string
    readonly lead: string
    readonly lateNow: string
    readonly openNow: string
    readonly loadTitle: string
    readonly load: (unit: string, counts: { readonly open: number; readonly late: number }) => string
    readonly nothingOpen: string
    readonly noUnit: string
  }
  readonly month: {
    readonly subject: (month: string, kept: string | null) => string
    readonly heading: (month: string) => string
    readonly attached: string
    readonly notAttached: string
    readonly formulaTitle: string
    readonly formula: readonly string[]
  }
  readonly facts: Readonly<
    Record<
      | 'received'
      | 'answered'
      | 'closed'
      | 'open'
      | 'kept'
      | 'keptWall'
      | 'keptBusiness'
      | 'median'
      | 'p90'
      | 'handOvers',
      string
    >
  >
  /** What stands behind a count. */
  readonly more: {
    readonly carriedIn: (count: number) => string
    readonly late: (count: number) => string
    readonly of: (part: number, all: number) => string
  }
  readonly nothingDue: string
  readonly report: string
  readonly answer: string
  readonly foot: string
}

const en: FiguresTexts = {
  week: {
    subject: ({ received, kept, late }) =>
      [`The week: ${received} received`, ...(kept === null ? [] : [`${kept} kept`]), `${late} late now`].join(
        ', ',
      ),
    heading: ({ from, to }) => `The week from ${from} to ${to}`,
    lead: 'This mail comes every Monday, also when there is nothing to tell. No mail means that the bot is down: then tell whoever runs Firstline.',
    lateNow: 'Late now',
    openNow: 'Open now',
    loadTitle: 'Now, by unit',
    load: (unit, { open, late }) => `${unit}: ${late} late, ${open} open`,
    nothingOpen: 'Nothing is open, and nothing is late.',
    noUnit: 'Groups that are no unit’s',
  },
  month: {
    subject: (month, kept) =>
      `The promise in ${month}: ${kept === null ? 'nothing was due' : `${kept} kept`}`,
    heading: (month) => `The promise in ${month}`,
    attached:
      'The whole report is attached: a page with charts and tables that opens in any browser and needs nothing beside itself.',
    notAttached: 'These are the key figures: the whole report is too large to travel by mail.',
    formulaTitle: 'How kept is counted',
    formula: [
      'Answered in time, divided by answered and not answered though due by the end of the month.',
      'What was closed without an answer, merged, not in need of one, spam or gone is left out and counted apart.',
    ],
  },
  facts: {
    received: 'Received',
    answered: 'Answered',
    closed: 'Closed without an answer',
    open: 'Open at the end',
    kept: 'Kept',
    keptWall: 'Kept, by the wall clock',
    keptBusiness: 'Kept, by hours of business',
    median: 'Median time to answer',
    p90: '90th percentile',
    handOvers: 'Hand-overs',
  },
  more: {
    carriedIn: (count) => `${count} more open from before`,
    late: (count) => `${count} of them late`,
    of: (part, all) => `${part} of ${all}`,
  },
  nothingDue: 'nothing was answered or due',
  report: 'Open the report',
  answer: 'This mail needs no reply.',
  foot: 'You receive this mail because promise.yaml names your address.',
}

const es: FiguresTexts = {
  week: {
    subject: ({ received, kept, late }) =>
      [
        `La semana: ${received} recibidas`,
        ...(kept === null ? [] : [`${kept} cumplido`]),
        `${late} con retraso ahora`,
      ].join(', '),
    heading: ({ from, to }) => `La semana del ${from} al ${to}`,
    lead: 'Este correo llega todos los lunes, aunque no haya nada que contar. Si no llega, el bot está parado: avise entonces a quien administra Firstline.',
    lateNow: 'Con retraso ahora',
    openNow: 'Abiertas ahora',
    loadTitle: 'Ahora, por equipo',
    load: (unit, { open, late }) => `${unit}: ${late} con retraso, ${open} abiertas`,
    nothingOpen: 'No hay nada abierto ni con retraso.',
    noUnit: 'Grupos que no son de ningún equipo',
  },
  month: {
    subject: (month, kept) =>
      `El compromiso en ${month}: ${kept === null ? 'no venció nada' : `${kept} cumplido`}`,
    heading: (month) => `El compromiso en ${month}`,
    attached:
      'El informe completo va adjunto, en inglés: una página con gráficos y tablas que se abre en cualquier navegador y no necesita nada más.',
    notAttached: 'Estas son las cifras principales: el informe completo es demasiado grande para un correo.',
    formulaTitle: 'Cómo se calcula lo cumplido',
    formula: [
      'Lo respondido a tiempo, dividido entre lo respondido y lo no respondido aunque vencía antes del final del mes.',
      'Lo que se cerró sin respuesta, se fusionó, no la necesitaba, era spam o se eliminó no entra en el cálculo y se cuenta aparte.',
    ],
  },
  facts: {
    received: 'Recibidas',
    answered: 'Respondidas',
    closed: 'Cerradas sin respuesta',
    open: 'Abiertas al final',
    kept: 'Cumplido',
    keptWall: 'Cumplido, por reloj',
    keptBusiness: 'Cumplido, por horario laboral',
    median: 'Mediana hasta la respuesta',
    p90: 'Percentil 90',
    handOvers: 'Cambios de equipo',
  },
  more: {
    carriedIn: (count) => `${count} más abiertas de antes`,
    late: (count) => `${count} de ellas con retraso`,
    of: (part, all) => `${part} de ${all}`,
  },
  nothingDue: 'no se respondió ni venció nada',
  report: 'Abrir el informe',
  answer: 'Este correo no necesita respuesta.',
  foot: 'Recibe este correo porque su dirección figura en promise.yaml.',
}

export const FIGURES_TEXTS: Readonly<Record<Language, FiguresTexts>> = { en, es }
