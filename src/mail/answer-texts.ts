import { oneLine } from '../forms/clean-text.ts'
import { fitFileName } from '../intake/file-name.ts'
import { type Language, tellSize } from '../language.ts'
import type { Answer } from '../mailer.ts'
import { numberOf, subjectOf } from './thread.ts'
import { whereToAnswer } from './where-to-answer.ts'
import { tellDue, UNSAID, type Wording } from './wording.ts'

interface AnswerTexts {
  /** Who answers. */
  readonly person: (agent: string, team: string) => string
  /** Stands for a team that has no name here. */
  readonly someTeam: string
  readonly lead: (number: string | null) => string
  /** In place of everything, where a mail holds the link alone. */
  readonly elsewhere: { readonly heading: string; readonly page: string; readonly zammad: string }
  readonly attached: string
  /** Files that are too large to travel. */
  readonly left: { readonly page: string; readonly zammad: string }
  readonly due: (at: string) => string
  /** In place of that, where it is past. */
  readonly late: (since: string) => string
  readonly open: { readonly page: string; readonly zammad: string }
  readonly secret: string
  readonly loggedIn: string
}

const en: AnswerTexts = {
  person: (agent, team) => `${agent} of ${team}`,
  someTeam: 'Our team',
  lead: (number) => (number === null ? 'Answer to your request' : `Answer to your request ${number}`),
  elsewhere: {
    heading: 'There is an answer to your request',
    page: 'Open your page to read it.',
    zammad: 'Open the helpdesk to read it.',
  },
  attached: 'Attached',
  left: { page: 'On your page', zammad: 'In the helpdesk' },
  due: (at) => `We are still working on your request. You hear from us again by ${at}.`,
  late: (since) =>
    `We are still working on your request. The rest of our answer was due by ${since} and is late. We are sorry.`,
  open: { page: 'Open your page', zammad: 'Open in the helpdesk (after login)' },
  secret: 'The link opens your request without a password, so share it with nobody.',
  loggedIn: 'The link asks for your login.',
}

const es: AnswerTexts = {
  person: (agent, team) => `${agent}, de ${team}`,
  someTeam: 'Nuestro equipo',
  lead: (number) => (number === null ? 'Respuesta a su solicitud' : `Respuesta a su solicitud ${number}`),
  elsewhere: {
    heading: 'Hay una respuesta a su solicitud',
    page: 'Abra su página para leerla.',
    zammad: 'Abra el centro de ayuda para leerla.',
  },
  attached: 'Adjunto',
  left: { page: 'En su página', zammad: 'En el centro de ayuda' },
  due: (at) =>
    `Seguimos trabajando en su solicitud. Volverá a tener noticias nuestras a más tardar el ${at}.`,
  late: (since) =>
    `Seguimos trabajando en su solicitud. El resto de nuestra respuesta debía llegar a más tardar el ${since} y se retrasa. Lo sentimos.`,
  open: { page: 'Abrir su página', zammad: 'Abrir en el centro de ayuda (con su cuenta)' },
  secret: 'El enlace abre su solicitud sin contraseña; no lo comparta con nadie.',
  loggedIn: 'El enlace le pedirá que inicie sesión.',
}

const TEXTS: Readonly<Record<Language, AnswerTexts>> = { en, es }

/** Who answers: the person and their team, or the team alone. */
function whoAnswers(message: Answer, texts: AnswerTexts): string {
  const team = oneLine(message.team)
  const agent = oneLine(message.agent ?? '')
  if (agent === '') return team || texts.someTeam
  return team === '' ? agent : texts.person(agent, team)
}

function filesOf(message: Answer, texts: AnswerTexts): Wording['facts'] {
  const { content, language } = message
  const attached = (content?.enclosed ?? []).filter(({ cid }) => cid === null)
  const left = content?.left ?? []
  const place = message.opensZammad ? 'zammad' : 'page'
  const told = [
    { name: texts.attached, value: attached.map(({ name }) => fitFileName(name)).join(', ') },
    {
      name: texts.left[place],
      value: left.map(({ name, size }) => `${fitFileName(name)} (${tellSize(size, language)})`).join(', '),
    },
  ]
  return told.filter(({ value }) => value !== '')
}

/**
 * A person's answer: who it is by, what they wrote, the files, until when the rest takes, and the link. Where
 * the mail holds the link alone, it says that there is an answer and names nobody: also a name tells something.
 */
export function answerWording(message: Answer, ticketHook: string): Wording {
  const texts = TEXTS[message.language]
  const { content, dueAt, timeZone, language, link, opensZammad, site } = message
  const place = opensZammad ? 'zammad' : 'page'
  const where = whereToAnswer(message)
  const care = opensZammad ? texts.loggedIn : texts.secret
  return {
    ...UNSAID,
    subject: subjectOf(message, ticketHook),
    answer: message.replyTo === null ? where : null,
    heading: content ? whoAnswers(message, texts) : texts.elsewhere.heading,
    lead: content ? texts.lead(numberOf(message)) : texts.elsewhere[place],
    content: content && { html: content.html, text: content.text },
    facts: filesOf(message, texts),
    closing: dueAt && texts[message.isLate ? 'late' : 'due'](tellDue(dueAt, timeZone, language)),
    link: { label: texts.open[place], url: link },
    foot: message.replyTo === null ? care : `${where} ${care}`,
    site,
  }
}
