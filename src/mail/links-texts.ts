import { oneLine } from '../forms/clean-text.ts'
import type { Links } from '../mailer.ts'
import { UNSAID, type Wording } from './wording.ts'

const TEXTS = {
  en: {
    subject: 'The links to your requests',
    answer: 'Each link opens a request without a password, so share it with nobody.',
    heading: 'Your requests',
    lead: 'Here are the links to their pages.',
    request: (number: string) => `Request ${number}`,
    foot: 'If you did not ask for this mail, you can ignore it: nothing has changed.',
  },
  es: {
    subject: 'Los enlaces a sus solicitudes',
    answer: 'Cada enlace abre una solicitud sin contraseña; no lo comparta con nadie.',
    heading: 'Sus solicitudes',
    lead: 'Aquí tiene los enlaces a sus páginas.',
    request: (number: string) => `Solicitud ${number}`,
    foot: 'Si usted no ha pedido este correo, puede ignorarlo: no ha cambiado nada.',
  },
} as const

/** The links to all requests of one address, for whoever asked for them. */
export function linksWording({ language, requests, site }: Links): Wording {
  const texts = TEXTS[language]
  return {
    ...UNSAID,
    subject: texts.subject,
    answer: texts.answer,
    heading: texts.heading,
    lead: texts.lead,
    link: null,
    links: requests.map(({ number, link }) => ({ label: texts.request(oneLine(number)), url: link })),
    foot: texts.foot,
    site,
  }
}
