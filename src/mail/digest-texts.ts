import type { Language } from '../language.ts'

/** How many tickets each list of a digest has. */
export type DigestCounts = Readonly<Record<'late' | 'due' | 'noted' | 'quiet' | 'assigned', number>>

interface DigestTexts {
  /** What is counted in the subject, without what there is none of. */
  readonly subject: (unit: string, counts: DigestCounts) => string
  readonly heading: (unit: string) => string
  readonly lead: (times: { readonly at: string; readonly until: string }) => string
  readonly answer: string
  /** `silence` is "5 days". */
  readonly lists: (silence: string) => Readonly<Record<keyof DigestCounts, string>>
  readonly due: (at: string) => string
  /** `gone` is "50 %". */
  readonly gone: (gone: string) => string
  readonly standsStill: string
  readonly quiet: (silence: string) => string
  readonly since: (at: string) => string
  readonly rule: (name: string) => string
  readonly decided: (at: string) => string
  readonly more: (count: number) => string
  readonly todoTitle: string
  readonly todo: Readonly<Record<'late' | 'quiet' | 'assigned', string>>
  readonly board: string
  readonly foot: string
}

const counted = (counts: DigestCounts, words: Readonly<Record<keyof DigestCounts, string>>): string =>
  (['late', 'due', 'noted', 'quiet', 'assigned'] as const)
    .filter((each) => counts[each] > 0)
    .map((each) => `${counts[each]} ${words[each]}`)
    .join(', ')

const en: DigestTexts = {
  subject: (unit, counts) =>
    `${unit} today: ${counted(counts, {
      late: 'late',
      due: 'due',
      noted: 'to keep an eye on',
      quiet: 'silent',
      assigned: 'sent to you by a rule',
    })}`,
  heading: (unit) => `Today for ${unit}`,
  lead: ({ at, until }) =>
    `As it stood on ${at}. The next one comes on ${until}, if there is anything to tell.`,
  answer: 'Answer in Zammad: a reply to this mail reaches no visitor.',
  lists: (silence) => ({
    late: 'Late',
    due: 'Due before the next digest',
    noted: 'To keep an eye on',
    quiet: `No public word from us for ${silence} or more`,
    assigned: 'Sent to you by a rule since the last digest',
  }),
  due: (at) => `Due: ${at}`,
  gone: (gone) => `${gone} of the time is gone`,
  standsStill: 'Its time stands still',
  quiet: (silence) => `Silent for ${silence}`,
  since: (at) => `Since ${at}`,
  rule: (name) => `By the rule “${name}”`,
  decided: (at) => `Decided on ${at}`,
  more: (count) => `And ${count} more`,
  todoTitle: 'What to do',
  todo: {
    late: 'Answer first what is late, even if only to say what you have found so far.',
    quiet: 'Where it is silent, say publicly how it goes on, or close the ticket.',
    assigned: 'If a rule sent you what is not yours, hand it over and tell the owner of the rule.',
  },
  board: 'Open the staff board',
  foot: 'You receive this mail because units.yaml names your address. On a morning with nothing to tell there is none.',
}

const es: DigestTexts = {
  subject: (unit, counts) =>
    `${unit} hoy: ${counted(counts, {
      late: 'con retraso',
      due: 'por vencer',
      noted: 'para tener en cuenta',
      quiet: 'en silencio',
      assigned: 'por una regla',
    })}`,
  heading: (unit) => `Hoy para ${unit}`,
  lead: ({ at, until }) =>
    `Así estaba el ${at}. Si hay algo que contar, el próximo resumen llegará el ${until}.`,
  answer: 'Responda en Zammad: las respuestas a este correo no llegan a ningún visitante.',
  lists: (silence) => ({
    late: 'Con retraso',
    due: 'Vencen antes del próximo resumen',
    noted: 'Para tener en cuenta',
    quiet: `Sin una palabra pública nuestra desde hace ${silence} o más`,
    assigned: 'Enviadas a su equipo por una regla desde el último resumen',
  }),
  due: (at) => `Plazo: ${at}`,
  gone: (gone) => `Ha pasado el ${gone} del plazo`,
  standsStill: 'Su plazo está detenido',
  quiet: (silence) => `En silencio desde hace ${silence}`,
  since: (at) => `Desde: ${at}`,
  rule: (name) => `Por la regla «${name}»`,
  decided: (at) => `Decidido: ${at}`,
  more: (count) => `Y ${count} más`,
  todoTitle: 'Qué hacer',
  todo: {
    late: 'Responda primero a lo que lleva retraso, aunque solo sea para contar lo que se sabe hasta el momento.',
    quiet: 'Donde hay silencio, cuente públicamente cómo sigue el asunto o cierre el ticket.',
    assigned: 'Si una regla le envió algo que no le corresponde, páselo y avise al responsable de la regla.',
  },
  board: 'Abrir el panel del personal',
  foot: 'Recibe este correo porque su dirección figura en units.yaml. Las mañanas en que no hay nada que contar no se envía.',
}

export const DIGEST_TEXTS: Readonly<Record<Language, DigestTexts>> = { en, es }
