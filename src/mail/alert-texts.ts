import type { Language } from '../language.ts'
import type { AlertMessage } from '../mailer.ts'

/** What one alert says beside its facts. */
interface AlertText {
  readonly subject: string
  readonly heading: string
  /** Why it comes now. */
  readonly lead: string
  readonly todo: readonly string[]
}

/** Names and amounts as they stand within a sentence. */
interface AlertNames {
  readonly unit: string
  readonly wanted: string
  readonly times: number
  /** A duration such as "8 hours", or null where none is told. */
  readonly waited: string | null
}

type Ordinary = Exclude<AlertMessage['about'], 'arrival'>

interface AlertTexts {
  readonly answer: { readonly aboutTicket: string; readonly aboutUs: string }
  readonly facts: Readonly<
    Record<'number' | 'topic' | 'unit' | 'lastUnit' | 'wanted' | 'group' | 'due' | 'reason', string>
  >
  readonly todo: string
  readonly link: { readonly ticket: string; readonly zammad: string }
  readonly foot: string
  /** In place of a unit that has no name here. */
  readonly someUnit: string
  readonly arrival: (arrival: {
    readonly unit: string
    readonly urgent: boolean
    readonly opened: boolean
  }) => AlertText
  readonly about: Readonly<Record<Ordinary, (names: AlertNames) => AlertText>>
}

const en: AlertTexts = {
  answer: {
    aboutTicket: 'Answer in Zammad: a reply to this mail does not reach the visitor.',
    aboutUs: 'This mail needs no reply.',
  },
  facts: {
    number: 'Number',
    topic: 'Topic',
    unit: 'Support Unit',
    lastUnit: 'Last seen with',
    wanted: 'Meant for',
    group: 'Group in Zammad',
    due: 'Answer by',
    reason: 'Reason',
  },
  todo: 'What to do',
  link: { ticket: 'Open the ticket', zammad: 'Open Zammad' },
  foot: 'You receive this mail because units.yaml names your address.',
  someUnit: 'its unit',
  arrival: ({ unit, urgent, opened }) => ({
    subject: `${urgent ? 'Urgent' : 'New'} request for ${unit}`,
    heading: urgent ? 'An urgent request has arrived' : 'A new request has arrived',
    lead: [
      urgent
        ? 'It has the highest priority, so you are told at once.'
        : 'Your unit is told of every request that arrives.',
      ...(opened
        ? []
        : [
            'The request is safe, but its ticket could not be opened in Zammad yet. It follows as soon as Zammad takes it.',
          ]),
    ].join(' '),
    todo: opened
      ? ['Open the ticket, make yourself its owner and answer there.']
      : [
          'Look for the number in Zammad in a few minutes.',
          'If it is not there within an hour, tell whoever runs Firstline: the staff board says what holds it up.',
        ],
  }),
  about: {
    fallback: ({ unit, wanted }) => ({
      subject: `Request could not go to ${wanted}`,
      heading: 'A request went to another unit',
      lead: `The group of ${wanted} could not take it, so ${unit} has it.`,
      todo: [
        'Read it. If another unit must answer, hand it over as soon as the group of that unit works again.',
        'Check the group in Zammad: it may have a new name, be inactive, or be closed to the bot.',
      ],
    }),
    unrouted: ({ waited }) => ({
      subject: 'Request without an owner',
      heading: 'A request has no owner yet',
      lead: `Nobody has taken it for ${waited === null ? 'too long' : `${waited} or more`}, and it is still where unsorted requests wait.`,
      todo: ['Open the ticket and make yourself its owner, or move it to the unit that can answer.'],
    }),
    'out-of-sight': () => ({
      subject: 'Request moved out of sight',
      heading: 'A request is out of sight',
      lead: 'It was moved to a group that the bot may not read. The time for the answer runs on, and nobody can see from here whether there is one.',
      todo: [
        'Make sure that somebody in that group answers in time.',
        'Let the bot read that group, or move the ticket back.',
      ],
    }),
    'handed-over': ({ times }) => ({
      subject: 'Request keeps changing hands',
      heading: 'A request keeps changing hands',
      lead: `Its group was changed by hand ${times > 1 ? `${times} times` : 'again and again'}.`,
      todo: [
        'Agree with the units concerned which of them answers.',
        'If a rule sent it to the wrong unit, tell the unit that owns the rule.',
      ],
    }),
    late: () => ({
      subject: 'Request without an answer in time',
      heading: 'The time for an answer has passed',
      lead: 'Nobody has answered this request publicly, and an answer was due by now.',
      todo: [
        'Open the ticket and answer now, even if only to say what you have found so far.',
        'If nobody owns the ticket, make yourself its owner or find who can answer.',
      ],
    }),
    undelivered: ({ waited }) => ({
      subject: 'Answer that may not have arrived',
      heading: 'An answer may not have reached the visitor',
      lead: `Zammad sends it by mail itself, and has told for ${waited === null ? 'too long' : `${waited} or more`} neither that it went out nor that it failed.`,
      todo: [
        'Open the ticket and look at the article: Zammad marks a mail that failed.',
        'If it did not go out, write the answer again as a public note: Firstline mails it.',
      ],
    }),
    frozen: () => ({
      subject: 'Nothing is sent for a request until you have looked',
      heading: 'A ticket is not as we know it',
      lead: 'Its number or its dates differ from what is kept here, as happens after Zammad was restored from a copy. Nothing is sent to the visitor and nothing is written to the ticket meanwhile.',
      todo: [
        'Compare the ticket in Zammad with what the staff board shows.',
        'If it belongs to this visitor, release it on the staff board.',
      ],
    }),
    unwatched: () => ({
      subject: 'Request that nobody is warned of',
      heading: 'The time of a request cannot be watched',
      lead: 'A mistake in Firstline keeps us from telling how its promise stands: no warning and no notice goes out for it, and what lists and pages say of it may be old. It is tried again every few minutes.',
      todo: [
        'Open the ticket and see to it yourselves that it is answered in time.',
        'Tell whoever runs Firstline: the log names the mistake under promise.broken.',
      ],
    }),
    'unusable-unit': ({ unit }) => ({
      subject: `No tickets can be opened for ${unit}`,
      heading: 'A unit takes no tickets',
      lead: `Requests for ${unit} go to the unit that stands in for it. Where there is none, they wait.`,
      todo: [
        'Check the group in Zammad: it must be active, and the bot must be allowed to create tickets in it.',
        'If the group has a new name, write that name in units.yaml.',
      ],
    }),
    stranger: () => ({
      subject: 'Nothing is written to Zammad: it is another one',
      heading: 'This is not the Zammad that we know',
      lead: 'A ticket that we know was made at another time there, so nothing is written to it. Requests are still taken in, and wait.',
      todo: [
        'Check ZAMMAD_URL: it may lead to another Zammad.',
        'If Zammad was set up anew, give Firstline a new database (DATABASE_PATH) and keep the old one: it may hold requests that have no ticket yet.',
      ],
    }),
  },
}

const es: AlertTexts = {
  answer: {
    aboutTicket: 'Responda en Zammad: las respuestas a este correo no llegan al visitante.',
    aboutUs: 'Este correo no necesita respuesta.',
  },
  facts: {
    number: 'Número',
    topic: 'Tema',
    unit: 'Equipo',
    lastUnit: 'Último equipo conocido',
    wanted: 'Era para',
    group: 'Grupo en Zammad',
    due: 'Respuesta a más tardar',
    reason: 'Motivo',
  },
  todo: 'Qué hacer',
  link: { ticket: 'Abrir el ticket', zammad: 'Abrir Zammad' },
  foot: 'Recibe este correo porque su dirección figura en units.yaml.',
  someUnit: 'su equipo',
  arrival: ({ unit, urgent, opened }) => ({
    subject: `Solicitud ${urgent ? 'urgente' : 'nueva'} para ${unit}`,
    heading: urgent ? 'Ha llegado una solicitud urgente' : 'Ha llegado una solicitud nueva',
    lead: [
      urgent
        ? 'Tiene la prioridad más alta; por eso le avisamos de inmediato.'
        : 'Su equipo recibe un aviso por cada solicitud que llega.',
      ...(opened
        ? []
        : [
            'La solicitud está a salvo, pero su ticket aún no se ha podido abrir en Zammad. Se abrirá en cuanto Zammad lo permita.',
          ]),
    ].join(' '),
    todo: opened
      ? ['Abra el ticket, asígneselo y responda en él.']
      : [
          'Busque el número en Zammad dentro de unos minutos.',
          'Si en una hora no aparece, avise a quien administra Firstline: en el panel del personal se ve qué lo retiene.',
        ],
  }),
  about: {
    fallback: ({ unit, wanted }) => ({
      subject: `Solicitud que no pudo llegar a ${wanted}`,
      heading: 'Una solicitud ha ido a otro equipo',
      lead: `El grupo de ${wanted} no pudo recibirla; ahora la tiene ${unit}.`,
      todo: [
        'Léala. Si debe responder otro equipo, pásesela en cuanto su grupo vuelva a funcionar.',
        'Revise el grupo en Zammad: puede que tenga otro nombre, que esté inactivo o que el bot no tenga acceso.',
      ],
    }),
    unrouted: ({ waited }) => ({
      subject: 'Solicitud sin responsable',
      heading: 'Una solicitud sigue sin responsable',
      lead: `Lleva ${waited === null ? 'demasiado tiempo' : `${waited} o más`} sin que nadie la asuma y sigue donde esperan las solicitudes sin clasificar.`,
      todo: ['Abra el ticket y asígneselo, o páselo al equipo que pueda responder.'],
    }),
    'out-of-sight': () => ({
      subject: 'Solicitud fuera de nuestra vista',
      heading: 'Una solicitud ha quedado fuera de nuestra vista',
      lead: 'Se movió a un grupo que el bot no puede leer. El plazo sigue corriendo y desde aquí no se ve si ya hay respuesta.',
      todo: [
        'Asegúrese de que alguien de ese grupo responda a tiempo.',
        'Permita que el bot lea ese grupo o devuelva el ticket al grupo anterior.',
      ],
    }),
    'handed-over': ({ times }) => ({
      subject: 'Solicitud que va de mano en mano',
      heading: 'Una solicitud va de mano en mano',
      lead: `Su grupo se ha cambiado a mano ${times > 1 ? `${times} veces` : 'repetidamente'}.`,
      todo: [
        'Acuerde con los equipos implicados cuál de ellos responde.',
        'Si una regla la envió al equipo equivocado, avise al equipo responsable de la regla.',
      ],
    }),
    late: () => ({
      subject: 'Solicitud sin respuesta a tiempo',
      heading: 'El plazo de respuesta ha vencido',
      lead: 'Nadie ha respondido públicamente a esta solicitud, y la respuesta debía haber llegado ya.',
      todo: [
        'Abra el ticket y responda ya, aunque solo sea para contar lo que se sabe hasta el momento.',
        'Si el ticket no tiene responsable, asígneselo o busque a quien pueda responder.',
      ],
    }),
    undelivered: ({ waited }) => ({
      subject: 'Respuesta que quizá no ha llegado',
      heading: 'Es posible que una respuesta no haya llegado al visitante',
      lead: `Zammad la envía por correo por su cuenta y lleva ${waited === null ? 'demasiado tiempo' : `${waited} o más`} sin indicar si ha salido o ha fallado.`,
      todo: [
        'Abra el ticket y mire el artículo: Zammad señala los correos que han fallado.',
        'Si no ha salido, escriba de nuevo la respuesta como nota pública: Firstline la enviará por correo.',
      ],
    }),
    frozen: () => ({
      subject: 'No se envía nada de una solicitud hasta que usted la revise',
      heading: 'Un ticket no es como lo conocemos',
      lead: 'Su número o sus fechas no coinciden con lo que se guarda aquí, como ocurre cuando Zammad se restaura desde una copia. Entretanto no se envía nada al visitante ni se escribe nada en el ticket.',
      todo: [
        'Compare el ticket en Zammad con lo que muestra el panel del personal.',
        'Si es de este visitante, desbloquéelo en el panel del personal.',
      ],
    }),
    unwatched: () => ({
      subject: 'Solicitud de la que no se avisa a nadie',
      heading: 'No se puede vigilar el plazo de una solicitud',
      lead: 'Un error de Firstline impide saber cómo va su plazo: no sale ningún aviso sobre ella, y lo que dicen de ella las listas y las páginas puede no estar al día. Se vuelve a intentar cada pocos minutos.',
      todo: [
        'Abra el ticket y cuide de que se responda a tiempo.',
        'Avise a quien administra Firstline: el registro nombra el error como promise.broken.',
      ],
    }),
    'unusable-unit': ({ unit }) => ({
      subject: `No se pueden abrir tickets para ${unit}`,
      heading: 'Un equipo no puede recibir tickets',
      lead: `Las solicitudes para ${unit} van al equipo que lo sustituye. Si no hay ninguno, esperan.`,
      todo: [
        'Revise el grupo en Zammad: debe estar activo y el bot debe poder crear tickets en él.',
        'Si el grupo tiene otro nombre, escríbalo en units.yaml.',
      ],
    }),
    stranger: () => ({
      subject: 'No se escribe nada en Zammad: es otro',
      heading: 'Este no es el Zammad que conocemos',
      lead: 'Un ticket que conocemos tiene allí otra fecha de creación, así que no se escribe nada en él. Las solicitudes se siguen recibiendo y esperan.',
      todo: [
        'Revise ZAMMAD_URL: puede que lleve a otro Zammad.',
        'Si Zammad se ha instalado de nuevo, dé a Firstline una base de datos nueva (DATABASE_PATH) y conserve la anterior: puede contener solicitudes que aún no tienen ticket.',
      ],
    }),
  },
}

/** The wording of alerts: for staff, so that they know why now and what to do. */
export const ALERT_TEXTS: Readonly<Record<Language, AlertTexts>> = { en, es }
