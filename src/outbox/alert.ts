import { z } from 'zod'
import type { Article } from '../desk.ts'
import { newId, type Random } from '../random.ts'
import { sha256 } from '../secret.ts'
import type { NewJob } from './job.ts'

/** A ticket as an alert names it: nothing that a visitor typed. */
const Named = z.object({
  /** Zammad's id, once there is a ticket. */
  id: z.int().nullable(),
  number: z.string(),
  /** The form's title, or null for a ticket that came from no form. */
  topic: z.string().nullable(),
  /** Id of the unit that has it. */
  unit: z.string(),
  dueAt: z.iso.datetime().nullable(),
})
export type NamedTicket = z.infer<typeof Named>

/** Why staff are written to. Alerts are frozen when they are raised. */
export const Alert = z.discriminatedUnion('about', [
  /** A ticket came; with `conversation`, its ticket may still have to be opened. */
  z.object({
    about: z.literal('arrival'),
    ticket: Named,
    conversation: z.string().nullable(),
    urgent: z.boolean(),
  }),
  /** A unit's group could not take a ticket, and another unit has it. */
  z.object({ about: z.literal('fallback'), ticket: Named, wanted: z.string() }),
  /** In the default group without an owner for so many hours. */
  z.object({ about: z.literal('unrouted'), ticket: Named, hours: z.number() }),
  /** The ticket was moved to where the bot may not look. */
  z.object({ about: z.literal('out-of-sight'), ticket: Named }),
  /** People have changed the group so many times. */
  z.object({ about: z.literal('handed-over'), ticket: Named, times: z.int() }),
  /** A unit's group cannot take tickets any more. */
  z.object({ about: z.literal('unusable-unit'), unit: z.string(), group: z.string(), reason: z.string() }),
  /** The promise was missed. */
  z.object({ about: z.literal('late'), ticket: Named }),
  /** A mail that Zammad sends itself has no end for so many minutes: somebody is asked to look. */
  z.object({ about: z.literal('undelivered'), ticket: Named, minutes: z.number() }),
  /** Zammad was restored from a copy: nothing is sent for the ticket until somebody has looked. */
  z.object({ about: z.literal('frozen'), ticket: Named }),
  /** Zammad is another one than the store belongs to. */
  z.object({ about: z.literal('stranger') }),
])
export type Alert = z.infer<typeof Alert>

export const AlertPayload = z.object({ to: z.string(), alert: Alert })

/** The Message-ID of the alert that a job mails, the same on every repeat. `mailHost` stands behind the @. */
export const alertMessageId = (job: string, mailHost: string): string => `<alert.${job}@${mailHost}>`

/**
 * Whether a mail of this Message-ID is an alert of ours: a ticket that begins with one was made of it, and is
 * never routed, clocked or relayed. Anybody who writes a mail chooses its Message-ID, so this opens nothing.
 */
export function isOwnAlert(messageId: string | null, mailHost: string): boolean {
  const [, host] = /^<?alert\.[A-Za-z0-9_-]+@([^<>@\s]+?)>?$/.exec(messageId?.trim() ?? '') ?? []
  return host?.toLowerCase() === mailHost.toLowerCase()
}

/** Whether an article is an alert of ours or answers one, as a bounce does and a reply that went astray. */
export const isAboutOwnAlert = (
  { messageId, answersTo }: Pick<Article, 'messageId' | 'answersTo'>,
  mailHost: string,
): boolean => [messageId, ...answersTo].some((id) => isOwnAlert(id, mailHost))

/**
 * The jobs that mail an alert, one an address, each once for its natural key: however often the same
 * occasion is found, nobody is written to twice. `occasion` names it, like `unrouted:4711`.
 */
export async function alertJobs(
  alert: Alert,
  told: {
    readonly occasion: string
    readonly to: readonly string[]
    readonly at: Date
    readonly random: Random
  },
): Promise<readonly NewJob[]> {
  const addresses = new Map(told.to.map((address) => [address.toLowerCase(), address]))
  return Promise.all(
    [...addresses].map(async ([folded, to]) => ({
      id: newId(told.random),
      kind: 'send-alert',
      lane: 'mail' as const,
      conversation: null,
      serial: null,
      naturalKey: `alert:${told.occasion}:${(await sha256(folded)).slice(0, 16)}`,
      payload: { to, alert },
      nextAt: told.at,
      createdAt: told.at,
    })),
  )
}
