import type { Message, NewNumber, Receipt } from '../mailer.ts'
import { alertWording } from './alert-wording.ts'
import { answerWording } from './answer-texts.ts'
import { digestWording } from './digest.ts'
import { foldedWording } from './folded-alerts.ts'
import { linksWording } from './links-texts.ts'
import { reportWording, weekWording } from './figures.ts'
import { noticeWording } from './notice-texts.ts'
import { promiseWording } from './promise-alert.ts'
import { subjectOf } from './thread.ts'
import { whereToAnswer } from './where-to-answer.ts'
import { tellDue, UNSAID, type Wording } from './wording.ts'

const receipts = {
  en: {
    heading: 'We have your request',
    lead: 'It is safe with us, and a person will read it.',
    number: 'Number',
    due: 'Answer by',
    open: 'Open your page',
    sections: [
      {
        title: 'What happens next',
        lines: [
          'Your request goes to the team that can answer it.',
          'We write to this address as soon as there is an answer. Your page shows where your request stands.',
        ],
      },
      {
        title: 'What to keep',
        lines: [
          'This mail: its link opens your request without a password, so share it with nobody.',
          'The number: name it when you speak to us. It opens nothing by itself.',
        ],
      },
    ],
    foot: 'If you did not send this request, you can ignore this mail.',
  },
  es: {
    heading: 'Hemos recibido su solicitud',
    lead: 'Está a salvo con nosotros y la leerá una persona.',
    number: 'Número',
    due: 'Respuesta a más tardar',
    open: 'Abrir su página',
    sections: [
      {
        title: 'Qué pasa ahora',
        lines: [
          'Su solicitud pasa al equipo que puede responderla.',
          'En cuanto haya una respuesta, le escribiremos a esta dirección. En su página verá en qué punto está su solicitud.',
        ],
      },
      {
        title: 'Qué conviene guardar',
        lines: [
          'Este correo: su enlace abre la solicitud sin contraseña; no lo comparta con nadie.',
          'El número: cítelo cuando hable con nosotros. Por sí solo no abre nada.',
        ],
      },
    ],
    foot: 'Si usted no ha enviado esta solicitud, puede ignorar este correo.',
  },
} as const

const newNumbers = {
  en: {
    heading: 'Your request has a new number',
    lead: 'Another request had the earlier number already. Nothing else changes.',
    number: 'New number',
    before: 'Earlier number',
    open: 'Open your page',
    sections: [
      {
        title: 'What to keep',
        lines: ['The new number: name it when you speak to us.', 'Your page and its link stay the same.'],
      },
    ],
    foot: 'If you did not send a request, you can ignore this mail.',
  },
  es: {
    heading: 'Su solicitud tiene un número nuevo',
    lead: 'Otra solicitud ya tenía el número anterior. Lo demás no cambia.',
    number: 'Número nuevo',
    before: 'Número anterior',
    open: 'Abrir su página',
    sections: [
      {
        title: 'Qué conviene guardar',
        lines: [
          'El número nuevo: cítelo cuando hable con nosotros.',
          'Su página y su enlace siguen siendo los mismos.',
        ],
      },
    ],
    foot: 'Si usted no ha enviado ninguna solicitud, puede ignorar este correo.',
  },
} as const

function receipt(message: Receipt, ticketHook: string): Wording {
  const { dueAt, timeZone, language } = message
  const words = receipts[language]
  return {
    ...UNSAID,
    subject: subjectOf(message, ticketHook),
    answer: whereToAnswer(message),
    heading: words.heading,
    lead: words.lead,
    facts: [
      { name: words.number, value: message.number ?? message.reference },
      ...(dueAt === null ? [] : [{ name: words.due, value: tellDue(dueAt, timeZone, language) }]),
    ],
    link: { label: words.open, url: message.link },
    sections: words.sections,
    foot: words.foot,
    site: message.site,
  }
}

function newNumber(message: NewNumber, ticketHook: string): Wording {
  const words = newNumbers[message.language]
  return {
    ...UNSAID,
    subject: subjectOf(message, ticketHook),
    answer: whereToAnswer(message),
    heading: words.heading,
    lead: words.lead,
    facts: [
      { name: words.number, value: message.ticketNumber },
      { name: words.before, value: message.reference },
    ],
    link: { label: words.open, url: message.link },
    sections: words.sections,
    foot: words.foot,
    site: message.site,
  }
}

/**
 * What a message says, in its language. Subjects are our template and a number, an alert's also the name of
 * a unit; nothing else. `ticketHook` is what Zammad looks for before a number.
 */
export function wordingOf(message: Message, ticketHook: string): Wording {
  switch (message.kind) {
    case 'receipt':
      return receipt(message, ticketHook)
    case 'new-number':
      return newNumber(message, ticketHook)
    case 'answer':
      return answerWording(message, ticketHook)
    case 'moved':
    case 'closed':
    case 'merged':
    case 'late':
      return noticeWording(message, ticketHook)
    case 'links':
      return linksWording(message)
    case 'alert':
      return alertWording(message)
    case 'promise-alert':
      return promiseWording(message)
    case 'folded-alerts':
      return foldedWording(message)
    case 'digest':
      return digestWording(message)
    case 'week':
      return weekWording(message)
    case 'report':
      return reportWording(message)
  }
}
