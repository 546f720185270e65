import type { Language } from '../language.ts'

/** Amounts and names as they stand within a sentence. */
interface Amounts {
  /** "75 %". */
  readonly gone: string
  /** What is left, "12 hours", or null where nobody can say. */
  readonly left: string | null
}

/** Why an alert comes now. */
interface WhyTexts {
  readonly soon: (gone: string) => string
  readonly late: string
  /** Where the visitor had an answer that promised more. */
  readonly heldSoon: (gone: string) => string
  readonly heldLate: string
  readonly internalSoon: (words: { readonly unit: string; readonly gone: string }) => string
  readonly internalLate: (unit: string) => string
  readonly internalHeld: string
  readonly repeat: string
  readonly covers: (levels: string) => string
}

/** How the alerts about promises are worded. `late` is "3 hours", or null where it is less than a minute. */
interface PromiseTexts {
  readonly soon: (amounts: Amounts) => string
  /** The same where what is left stands first. */
  readonly left: (left: string) => string
  readonly gone: (gone: string) => string
  readonly late: (late: string | null) => string
  readonly why: WhyTexts
  /** The same in fewer words where they say it. */
  readonly inShort: Pick<WhyTexts, 'internalSoon' | 'internalLate' | 'covers'>
  readonly unseen: string
  readonly asOf: (at: string) => string
  readonly unopened: string
  readonly internal: string
  readonly facts: Readonly<Record<'left' | 'late' | 'due' | 'internalDue', string>>
  readonly todo: Readonly<Record<'soon' | 'late' | 'held' | 'internal' | 'unopened', readonly string[]>>
  readonly seen: {
    readonly label: string
    readonly opened: string
    readonly unopened: string
  }
}

/** An amount as it stands at the beginning. */
const capital = (amount: string): string => amount.charAt(0).toUpperCase() + amount.slice(1)

const en: PromiseTexts = {
  soon: ({ gone, left }) => `${gone} of the time is gone${left === null ? '' : `, ${left} left`}`,
  left: (left) => `${capital(left)} left`,
  gone: (gone) => `${gone} of the time is gone`,
  late: (late) => (late === null ? 'The time is up' : `Late by ${late}`),
  why: {
    soon: (gone) => `${gone} of the time for an answer is gone, and the visitor has none yet.`,
    late: 'An answer was due by now, and the visitor has none.',
    heldSoon: (gone) =>
      `${gone} of the time for the full answer is gone. The visitor has had a first answer, and was told that more follows.`,
    heldLate:
      'The full answer was due by now. The visitor has had a first answer, and was told that more follows.',
    internalSoon: ({ unit, gone }) =>
      `Another unit handed this ticket over to ${unit}, and ${gone} of the time to go on with it is gone. The visitor was told no time.`,
    internalLate: (unit) =>
      `Another unit handed this ticket over to ${unit}, and the time to go on with it is up. The visitor was told no time.`,
    internalHeld: 'The visitor was told since that more follows.',
    repeat: 'You are told once a day until it ends.',
    covers: (levels) =>
      `There was no mail at the earlier steps (${levels}): this one stands for them as well.`,
  },
  inShort: {
    internalSoon: ({ gone }) =>
      `Handed over by another unit, and ${gone} of the time to go on with it is gone. The visitor was told no time.`,
    internalLate: () =>
      'Handed over by another unit, and the time to go on with it is up. The visitor was told no time.',
    covers: (levels) => `There was no mail at the earlier steps (${levels}).`,
  },
  unseen: 'The last word was an internal note, not visible to the visitor.',
  asOf: (at) => `Zammad has not answered since ${at}: what was done there later is not known here.`,
  unopened:
    'Its ticket is not opened in Zammad yet. The request is safe, and its ticket follows as soon as Zammad takes it.',
  internal: 'Handed over by another unit: the visitor was told no time.',
  facts: { left: 'Time left', late: 'Late by', due: 'Answer by', internalDue: 'Go on by' },
  todo: {
    soon: [
      'Open the ticket and answer publicly: an internal note does not count.',
      'If another unit must answer, hand it over now.',
    ],
    late: [
      'Open the ticket and answer now, even if only to say what you have found so far.',
      'If nobody owns the ticket, make yourself its owner or find who can answer.',
    ],
    held: [
      'Open the ticket and take the tag “holding” away, if it is still there: under it no answer counts.',
      'Then answer publicly, or hand the ticket to the unit that can: an internal note does not count.',
    ],
    internal: ['Open the ticket and answer the visitor, or hand it to the unit that can.'],
    unopened: [
      'Look for the number in Zammad.',
      'If it is not there within an hour, tell whoever runs Firstline: the staff board says what holds it up.',
    ],
  },
  seen: {
    label: 'I have seen it',
    opened:
      'If you take care of it, say so. That puts one internal note on the ticket. No reminder of this step follows; later steps, if there are any, are still told.',
    unopened:
      'If you take care of it, say so. No reminder of this step follows; later steps, if there are any, are still told.',
  },
}

/** "Queda 1 hora", "Queda menos de un minuto", "Quedan 12 horas". */
const isOne = (duration: string): boolean => /^(?:1 |menos )\D+$/.test(duration)

const es: PromiseTexts = {
  soon: ({ gone, left }) =>
    `Ha pasado el ${gone} del plazo${left === null ? '' : `, ${isOne(left) ? 'queda' : 'quedan'} ${left}`}`,
  left: (left) => `${isOne(left) ? 'Queda' : 'Quedan'} ${left}`,
  gone: (gone) => `Ha pasado el ${gone} del plazo`,
  late: (late) => (late === null ? 'El plazo ha vencido' : `Retraso de ${late}`),
  why: {
    soon: (gone) => `Ha pasado el ${gone} del plazo de respuesta y el visitante aún no ha recibido ninguna.`,
    late: 'La respuesta debía haber llegado ya y el visitante no ha recibido ninguna.',
    heldSoon: (gone) =>
      `Ha pasado el ${gone} del plazo para la respuesta completa. El visitante ha recibido una primera respuesta y se le dijo que habría más.`,
    heldLate:
      'La respuesta completa debía haber llegado ya. El visitante ha recibido una primera respuesta y se le dijo que habría más.',
    internalSoon: ({ unit, gone }) =>
      `Otro equipo pasó este ticket a ${unit} y ha transcurrido el ${gone} del plazo para continuarlo. Al visitante no se le dio ningún plazo.`,
    internalLate: (unit) =>
      `Otro equipo pasó este ticket a ${unit} y el plazo para continuarlo ha vencido. Al visitante no se le dio ningún plazo.`,
    internalHeld: 'Después se le dijo al visitante que habría más.',
    repeat: 'Le avisamos una vez al día hasta que termine.',
    covers: (levels) => `En los pasos anteriores (${levels}) no hubo correo: este los incluye.`,
  },
  inShort: {
    internalSoon: ({ gone }) =>
      `Lo pasó otro equipo y ha transcurrido el ${gone} del plazo para continuarlo. Al visitante no se le dio ningún plazo.`,
    internalLate: () =>
      'Lo pasó otro equipo y el plazo para continuarlo ha vencido. Al visitante no se le dio ningún plazo.',
    covers: (levels) => `En los pasos anteriores (${levels}) no hubo correo.`,
  },
  unseen: 'Lo último que se escribió es una nota interna, no visible para el visitante.',
  asOf: (at) => `Zammad no responde desde el ${at}: aquí no se sabe qué se ha hecho allí después.`,
  unopened:
    'Su ticket aún no está abierto en Zammad. La solicitud está a salvo y el ticket se abrirá en cuanto Zammad lo permita.',
  internal: 'Lo pasó otro equipo: al visitante no se le dio ningún plazo.',
  facts: {
    left: 'Tiempo restante',
    late: 'Retraso',
    due: 'Respuesta a más tardar',
    internalDue: 'Continuar a más tardar',
  },
  todo: {
    soon: [
      'Abra el ticket y responda públicamente: una nota interna no cuenta.',
      'Si debe responder otro equipo, páseselo ya.',
    ],
    late: [
      'Abra el ticket y responda ya, aunque solo sea para contar lo que se sabe hasta el momento.',
      'Si el ticket no tiene responsable, asígneselo o busque a quien pueda responder.',
    ],
    held: [
      'Abra el ticket y quite la etiqueta «holding», si aún la tiene: mientras esté puesta, ninguna respuesta cuenta.',
      'Después responda públicamente o pase el ticket al equipo que pueda hacerlo: una nota interna no cuenta.',
    ],
    internal: ['Abra el ticket y responda al visitante, o páselo al equipo que pueda hacerlo.'],
    unopened: [
      'Busque el número en Zammad.',
      'Si en una hora no aparece, avise a quien administra Firstline: en el panel del personal se ve qué lo retiene.',
    ],
  },
  seen: {
    label: 'Ya lo he visto',
    opened:
      'Si usted se ocupa, indíquelo. Se añadirá una nota interna al ticket. No habrá recordatorios de este paso; los pasos siguientes, si los hay, se avisarán igualmente.',
    unopened:
      'Si usted se ocupa, indíquelo. No habrá recordatorios de este paso; los pasos siguientes, si los hay, se avisarán igualmente.',
  },
}

/** The wording of alerts about promises. */
export const PROMISE_TEXTS: Readonly<Record<Language, PromiseTexts>> = { en, es }
