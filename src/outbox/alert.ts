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
  /** What its promise comes to cannot be reckoned: nobody is warned of it. */
  z.object({ about: z.literal('unwatched'), ticket: Named }),
  /** Zammad is another one than the store belongs to. */
  z.object({ about: z.literal('stranger') }),
  /** So much of a promise's time is gone; `dueAt` of the ticket is its due. */
  z.object({
    about: z.literal('promise'),
    ticket: Named,
    /** Name of the level: `75%`, `100%+1d`. */
    level: z.string(),
    /** Part of the time that is gone: 1 is due. */
    share: z.number(),
    /** 0 is the level itself; n, its nth repeat. */
    repeat: z.int(),
    late: z.boolean(),
    /** Names of the levels that came meanwhile and are told with it. */
    covers: z.array(z.string()),
    kind: z.enum(['visitor', 'internal']),
    /** Whether the last that staff wrote was an internal note. */
    unseen: z.boolean(),
    /** Whether the visitor had an answer that promised more, and the clock goes on; rows of an earlier version do not say. */
    held: z.boolean().default(false),
    /** When Zammad last answered, where it does not now. */
    asOf: z.iso.datetime().nullable(),
    /** Names the level in the link by which it is acknowledged. */
    ack: z.string(),
  }),
])
export type Alert = z.infer<typeof Alert>
export type PromiseAlarm = Extract<Alert, { about: 'promise' }>

/** Whether it tells of a daily repeat alone, and of no level for the first time. */
export const isReminder = (alert: Alert): boolean =>
  alert.about === 'promise' && alert.repeat > 0 && alert.covers.every((level) => level.includes('+'))

/**
 * What a job that mails alerts holds: its own one, those of other jobs that it took up (`createdAt` in epoch
 * milliseconds), and, from the moment before its mail may go, what that mail tells, when it was written, which levels are
 * told by it (their `ack`), and what is to be told later as it is not so now.
 */
export const AlertPayload = z.object({
  to: z.string(),
  alert: Alert,
  folded: z.array(z.object({ job: z.string(), createdAt: z.int(), alert: Alert })).optional(),
  told: z
    .object({
      at: z.iso.datetime(),
      alerts: z.array(Alert).min(1),
      acks: z.array(z.string()).default([]),
      later: z.array(Alert).default([]),
    })
    .optional(),
})
export type AlertPayload = z.infer<typeof AlertPayload>

/** What stands for an address in a natural key: the same for all its spellings in upper and lower case. */
export const addressHash = async (address: string): Promise<string> =>
  (await sha256(address.toLowerCase())).slice(0, 16)

/** The serial of the jobs that mail alerts to an address: they never run at the same time. */
export const alertSerial = async (address: string): Promise<string> => `alert:${await addressHash(address)}`

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
    [...addresses.values()].map(async (to) => ({
      id: newId(told.random),
      kind: 'send-alert',
      lane: 'mail' as const,
      conversation: null,
      serial: await alertSerial(to),
      naturalKey: `alert:${told.occasion}:${await addressHash(to)}`,
      payload: { to, alert },
      nextAt: told.at,
      createdAt: told.at,
    })),
  )
}
