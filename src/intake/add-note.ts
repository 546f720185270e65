import { z } from 'zod'
import { MINUTE_MS } from '../clock.ts'
import type { Desk } from '../desk.ts'
import type { Kind } from '../outbox/job.ts'
import { QUARANTINE_MS } from './open-ticket.ts'

const Note = z.object({ ticket: z.number().int(), lines: z.array(z.string()).nonempty() })

/** Adds one internal note of the bot's to a ticket; after an unknown outcome it looks before it repeats. */
export function addNote(deps: { readonly desk: Desk; readonly mailHost: string }): Kind {
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
      if (!stands) await deps.desk.note(ticket, { messageId, body: lines.join('\n') })
      return { outcome: 'done', writes: [] }
    },
  }
}
