import type { Language } from '../language.ts'

/** Amounts and names as they stand within a sentence. */
interface Amounts {
  /** "75 %". */
  readonly gone: string
  /** What is left, "12 hours", or null where nobody can say. */
  readonly left: string | null
}

/** How the alerts about promises are worded. `late` is "3 hours", or null where it is less than a minute. */
interface PromiseTexts {
  readonly soon: (amounts: Amounts) => string
  /** The same where what is left stands first. */
  readonly left: (left: string) => string
  readonly gone: (gone: string) => string
  readonly late: (late: string | null) => string
  readonly why: {
    readonly soon: (gone: string) => string
    readonly late: string
    readonly internalSoon: (words: { readonly unit: string; readonly gone: string }) => string
    readonly internalLate: (unit: string) => string
    readonly repeat: string
    readonly covers: (levels: string) => string
  }
  readonly unseen: string
  readonly asOf: (at: string) => string
  readonly unopened: string
  readonly internal: string
  readonly facts: Readonly<Record<'left' | 'late' | 'due' | 'internalDue', string>>
  readonly todo: Readonly<Record<'soon' | 'late' | 'internal' | 'unopened', readonly string[]>>
  readonly seen: {
    readonly label: string
    readonly opened: string
    readonly unopened: string
  }
}

const en: PromiseTexts = {
  soon: ({ gone, left }) => `${gone} of the time is gone${left === null ? '' : `, ${left} left`}`,
  left: (left) => `${left} left`,
  gone: (gone) => `${gone} of the time is gone`,
  late: (late) => (late === null ? 'The time is up' : `Late by ${late}`),
  why: {
    soon: (gone) => `${gone} of the time for an answer is gone, and the visitor has none yet.`,
    late: 'The visitor was promised an answer by now, and has none.',
    internalSoon: ({ unit, gone }) =>
      `Another unit handed this ticket over to ${unit}, and ${gone} of the time to go on with it is gone. The visitor was told no time.`,
    internalLate: (unit) =>
      `Another unit handed this ticket over to ${unit}, and the time to go on with it is up. The visitor was told no time.`,
    repeat: 'You are told once a day until it ends.',
    covers: (levels) =>
      `There was no mail at the earlier steps (${levels}): this one stands for them as well.`,
  },
  unseen: 'The last word was an internal note: the visitor has not seen it.',
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
    internal: ['Open the ticket and answer the visitor, or hand it to the unit that can.'],
    unopened: [
      'Look for the number in Zammad.',
      'If it is not there within an hour, tell whoever runs Firstline: the staff board says what holds it up.',
    ],
  },
  seen: {
    label: 'I have seen it',
    opened:
      'If you take care of it, say so. That puts one internal note on the ticket and ends the daily reminders of this step; later steps are still told.',
    unopened:
      'If you take care of it, say so. That ends the daily reminders of this step; later steps are still told.',
  },
}

/** "Queda 1 hora", "Quedan 12 horas". */
const isOne = (duration: string): boolean => /^1 \D+$/.test(duration)

const es: PromiseTexts = {
  soon: ({ gone, left }) =>
    `Ha pasado el ${gone} del plazo${left === null ? '' : `, ${isOne(left) ? 'queda' : 'quedan'} ${left}`}`,
  left: (left) => `${isOne(left) ? 'Queda' : 'Quedan'} ${left}`,
  gone: (gone) => `Ha pasado el ${gone} del plazo`,
  late: (late) => (late === null ? 'El plazo ha vencido' : `Retraso de ${late}`),
  why: {
    soon: (gone) => `Ha pasado el ${gone} del plazo de respuesta y el visitante aún no ha recibido ninguna.`,
    late: 'Se prometió al visitante una respuesta antes de ahora y no ha recibido ninguna.',
    internalSoon: ({ unit, gone }) =>
      `Otro equipo pasó este ticket a ${unit} y ha transcurrido el ${gone} del plazo para continuarlo. Al visitante no se le dio ningún plazo.`,
    internalLate: (unit) =>
      `Otro equipo pasó este ticket a ${unit} y el plazo para continuarlo ha vencido. Al visitante no se le dio ningún plazo.`,
    repeat: 'Le avisamos una vez al día hasta que termine.',
    covers: (levels) => `En los pasos anteriores (${levels}) no hubo correo: este los incluye.`,
  },
  unseen: 'Lo último que se escribió es una nota interna: el visitante no la ha visto.',
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
    internal: ['Abra el ticket y responda al visitante, o páselo al equipo que pueda hacerlo.'],
    unopened: [
      'Busque el número en Zammad.',
      'Si en una hora no aparece, avise a quien administra Firstline: en el panel del personal se ve qué lo retiene.',
    ],
  },
  seen: {
    label: 'Ya lo he visto',
    opened:
      'Si usted se ocupa, indíquelo. Se añadirá una nota interna al ticket y cesarán los recordatorios diarios de este paso; los pasos siguientes se avisarán igualmente.',
    unopened:
      'Si usted se ocupa, indíquelo. Cesarán los recordatorios diarios de este paso; los pasos siguientes se avisarán igualmente.',
  },
}

/** The wording of alerts about promises. */
export const PROMISE_TEXTS: Readonly<Record<Language, PromiseTexts>> = { en, es }
