import type { Language } from '../language.ts'
import type { Answer } from '../mailer.ts'
import type { OfConversation } from './thread.ts'

interface Ways {
  /** Where nobody reads mail: said before anything else. */
  readonly page: string
  readonly mail: string
}

const OUR_PAGE: Readonly<Record<Language, Ways>> = {
  en: {
    page: 'Answer on your page: a reply to this mail reaches nobody.',
    mail: 'To answer us, reply to this mail. Follow your request on your page.',
  },
  es: {
    page: 'Responda en su página: las respuestas a este correo no llegan a nadie.',
    mail: 'Para responder, conteste a este correo. Siga su solicitud en su página.',
  },
}

const ZAMMAD: Readonly<Record<Language, Ways>> = {
  en: {
    page: 'Answer in the helpdesk: a reply to this mail reaches nobody.',
    mail: 'To answer us, reply to this mail. Follow your request in the helpdesk.',
  },
  es: {
    page: 'Responda en el centro de ayuda: las respuestas a este correo no llegan a nadie.',
    mail: 'Para responder, conteste a este correo. Siga su solicitud en el centro de ayuda.',
  },
}

/** Of a closed request there is nothing to follow. */
const CLOSED: Readonly<Record<Language, Ways>> = {
  en: {
    page: OUR_PAGE.en.page,
    mail: 'To write to us again, reply to this mail or open your page.',
  },
  es: {
    page: OUR_PAGE.es.page,
    mail: 'Para volver a escribirnos, conteste a este correo o abra su página.',
  },
}

const opensZammad = (message: OfConversation): message is Answer =>
  message.kind === 'answer' && message.opensZammad

const waysOf = (message: OfConversation): Readonly<Record<Language, Ways>> =>
  message.kind === 'closed' ? CLOSED : opensZammad(message) ? ZAMMAD : OUR_PAGE

/** How the reader of a mail answers it. */
export function whereToAnswer(message: OfConversation): string {
  const ways = waysOf(message)[message.language]
  return message.replyTo === null ? ways.page : ways.mail
}
