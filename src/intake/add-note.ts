import { z } from 'zod'
import { MINUTE_MS } from '../clock.ts'
import { type Desk, QUARANTINE_MS } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { Log } from '../log.ts'
import type { Kind, NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'

const Note = z.object({ ticket: z.number().int(), lines: z.array(z.string()).nonempty() })

/** The job that adds one internal note to a ticket, once for its natural key. */
export const noteJob = (
  note: {
    readonly ticket: number
    readonly conversation: string | null
    readonly naturalKey: string
    readonly lines: readonly string[]
  },
  at: Date,
  random: Random,
): NewJob => ({
  id: newId(random),
  kind: 'add-note',
  lane: 'zammad',
  conversation: note.conversation,
  serial: `ticket:${note.ticket}`,
  naturalKey: note.naturalKey,
  payload: { ticket: note.ticket, lines: note.lines },
  nextAt: at,
  createdAt: at,
})

export interface AddNoteDeps {
  readonly desk: Pick<Desk, 'read' | 'note' | 'hasArticle'>
  readonly mailHost: string
  readonly log: Log
}

/**
 * Adds one internal note of the bot's to a ticket; after an unknown outcome it looks before it repeats. A ticket that
 * is gone or out of sight gets none. A note leaves the state of a ticket alone: a merged one stays merged.
 */
export function addNote(deps: AddNoteDeps): Kind {
  return {
    lane: 'zammad',
    leaseMs: 2 * MINUTE_MS,
    uncertainMs: QUARANTINE_MS,
    maxUncertain: null,
    giveUpMs: null,
    async act(job) {
      const { ticket, lines } = Note.parse(job.payload)
      const messageId = `<${job.job}@${deps.mailHost}>`
      const stands = job.uncertain > 0 && (await deps.desk.hasArticle(ticket, messageId))
      if (!stands) await write(deps, ticket, { messageId, body: lines.join('\n') })
      return { outcome: 'done', writes: [] }
    },
  }
}

async function write(
  { desk, log }: AddNoteDeps,
  ticket: number,
  note: { readonly messageId: string; readonly body: string },
): Promise<void> {
  try {
    await desk.note(ticket, note)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'refused') throw error
    const { seen } = await desk.read(ticket)
    if (seen === 'ticket') throw error
    log.warn('note.without-ticket', { ticket, detail: `the ticket is ${seen}` })
  }
}
