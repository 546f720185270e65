import { DAY_MS } from '../clock.ts'
import { LINK_LIFE_MS } from '../conversation/conversation.ts'
import { oneLine } from '../forms/clean-text.ts'
import { type Language, tellNames } from '../language.ts'
import type { Notice } from '../mailer.ts'
import { numberOf, subjectOf } from './thread.ts'
import { whereToAnswer } from './where-to-answer.ts'
import { tellDue, UNSAID, type Wording } from './wording.ts'

/** How long a link opens its page after the request is closed (design 4.10). */
const LINK_DAYS = LINK_LIFE_MS / DAY_MS

interface NoticeText {
  readonly heading: string
  readonly lead: string
  readonly next: { readonly title: string; readonly lines: readonly string[] }
}

interface NoticeTexts {
  readonly facts: Readonly<Record<'number' | 'team' | 'lateSince' | 'raisedTo', string>>
  /** Stands at the end of those whom it was raised to. */
  readonly coordination: string
  readonly open: string
  readonly foot: string
  readonly about: Readonly<Record<Notice['kind'], (answer: 'page' | 'mail') => NoticeText>>
  /** In place of `late`, where a first answer came. */
  readonly restLate: NoticeText
}

const en: NoticeTexts = {
  facts: { number: 'Number', team: 'Now with', lateSince: 'Late since', raisedTo: 'Raised to' },
  coordination: 'our coordination',
  open: 'Open your page',
  foot: 'If you did not send a request, you can ignore this mail.',
  about: {
    moved: () => ({
      heading: 'Another team has your request',
      lead: 'It went to the team that can answer it.',
      next: {
        title: 'What happens next',
        lines: ['There is nothing that you need to do. Your page and its link stay the same.'],
      },
    }),
    closed: (answer) => ({
      heading: 'Your request is closed',
      lead: 'What was written stays on your page.',
      next: {
        title: 'If something is missing',
        lines: [
          answer === 'mail'
            ? `Reply to this mail or answer on your page within ${LINK_DAYS} days, and we take it up again.`
            : `Answer on your page within ${LINK_DAYS} days, and we take it up again.`,
          `The link to your page works for ${LINK_DAYS} days.`,
        ],
      },
    }),
    merged: () => ({
      heading: 'Your request is handled together with another one',
      lead: 'What was written so far stays on your page. Later answers may not be shown there.',
      next: {
        title: 'What happens next',
        lines: [
          'If you have a page for the other request as well, answers are shown there from now on.',
          'If you need something more, write it on your page. Our team reads it.',
        ],
      },
    }),
    late: () => ({
      heading: 'Our answer is late',
      lead: 'You should have had an answer by now. We are sorry that you do not.',
      next: {
        title: 'What happens next',
        lines: ['We write to you as soon as there is an answer. There is nothing that you need to do.'],
      },
    }),
  },
  restLate: {
    heading: 'Our answer is late',
    lead: 'You have had a first answer. The rest should have come by now. We are sorry that it has not.',
    next: {
      title: 'What happens next',
      lines: ['We write to you as soon as there is more. There is nothing that you need to do.'],
    },
  },
}

const es: NoticeTexts = {
  facts: { number: 'Número', team: 'Ahora la lleva', lateSince: 'Con retraso desde', raisedTo: 'Avisados' },
  coordination: 'nuestra coordinación',
  open: 'Abrir su página',
  foot: 'Si usted no ha enviado ninguna solicitud, puede ignorar este correo.',
  about: {
    moved: () => ({
      heading: 'Su solicitud ha pasado a otro equipo',
      lead: 'La tiene ahora el equipo que puede responderla.',
      next: {
        title: 'Qué pasa ahora',
        lines: ['No tiene que hacer nada. Su página y su enlace siguen siendo los mismos.'],
      },
    }),
    closed: (answer) => ({
      heading: 'Su solicitud está cerrada',
      lead: 'Lo escrito hasta ahora sigue en su página.',
      next: {
        title: 'Si falta algo',
        lines: [
          answer === 'mail'
            ? `Conteste a este correo o responda en su página en un plazo de ${LINK_DAYS} días y la retomaremos.`
            : `Responda en su página en un plazo de ${LINK_DAYS} días y la retomaremos.`,
          `El enlace a su página funciona durante ${LINK_DAYS} días.`,
        ],
      },
    }),
    merged: () => ({
      heading: 'Su solicitud se tramita junto con otra',
      lead: 'Lo escrito hasta ahora sigue en su página. Es posible que allí no se muestren las respuestas posteriores.',
      next: {
        title: 'Qué pasa ahora',
        lines: [
          'Si también tiene una página de la otra solicitud, a partir de ahora verá allí las respuestas.',
          'Si necesita algo más, escríbalo en su página. Nuestro equipo lo leerá.',
        ],
      },
    }),
    late: () => ({
      heading: 'Nuestra respuesta se retrasa',
      lead: 'Ya debería haber recibido una respuesta. Sentimos que no haya sido así.',
      next: {
        title: 'Qué pasa ahora',
        lines: ['Le escribiremos en cuanto haya una respuesta. No tiene que hacer nada.'],
      },
    }),
  },
  restLate: {
    heading: 'Nuestra respuesta se retrasa',
    lead: 'Ya ha recibido una primera respuesta. El resto ya debería haber llegado. Sentimos que no haya sido así.',
    next: {
      title: 'Qué pasa ahora',
      lines: ['Le escribiremos en cuanto haya más. No tiene que hacer nada.'],
    },
  },
}

const TEXTS: Readonly<Record<Language, NoticeTexts>> = { en, es }

function factsOf(message: Notice, { facts, coordination }: NoticeTexts): Wording['facts'] {
  const { kind, dueAt, timeZone, language } = message
  const units = message.raisedTo.map(oneLine).filter((name) => name !== '')
  const raisedTo = [...units, ...(message.raisedToCoordination ? [coordination] : [])]
  const told: readonly (readonly [string, string | null])[] = [
    [facts.number, numberOf(message)],
    [facts.team, kind === 'moved' ? oneLine(message.team) : null],
    [facts.lateSince, kind === 'late' && dueAt ? tellDue(dueAt, timeZone, language) : null],
    [facts.raisedTo, kind === 'late' ? tellNames(raisedTo, language) : null],
  ]
  return told.flatMap(([name, value]) => (value === null || value === '' ? [] : [{ name, value }]))
}

function textOf({ kind, isHeld, replyTo }: Notice, { about, restLate }: NoticeTexts): NoticeText {
  if (kind === 'late' && isHeld) return restLate
  return about[kind](replyTo === null ? 'page' : 'mail')
}

/** One short fixed text. That of a merge says of the other request only that there is one. */
export function noticeWording(message: Notice, ticketHook: string): Wording {
  const texts = TEXTS[message.language]
  const { heading, lead, next } = textOf(message, texts)
  return {
    ...UNSAID,
    subject: subjectOf(message, ticketHook),
    answer: whereToAnswer(message),
    heading,
    lead,
    facts: factsOf(message, texts),
    link: { label: texts.open, url: message.link },
    sections: [next],
    foot: texts.foot,
    site: message.site,
  }
}
