import { and, asc, eq, gt, lte, sql } from 'drizzle-orm'
import { z } from 'zod'
import { Failure } from '../failure.ts'
import type { Submissions } from '../conversation/submission.ts'
import { LANGUAGES } from '../language.ts'
import { asWrite, type Db } from './db.ts'
import { hasNoTicket, isParked } from './parked.ts'
import { attachments, conversations, submissions } from './schema.ts'

/** D1 holds rows of up to 2 MB; the local one does not say so. */
const LONGEST_ROW_BYTES = 1_900_000

const AnswersColumn = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.literal(true)]))

function guardRow(texts: readonly (string | null)[]): void {
  const bytes = texts.reduce((sum, text) => sum + new TextEncoder().encode(text ?? '').length, 0)
  if (bytes > LONGEST_ROW_BYTES) throw new Failure('refused', 'a row would be longer than the store takes')
}

export function createSubmissions({ q }: Db): Submissions {
  return {
    add(submission, repeatable, files) {
      const row = {
        ...submission,
        ...repeatable,
        keyUntil: repeatable.keyUntil.getTime(),
        answers: JSON.stringify(submission.answers),
        sentAt: submission.sentAt.getTime(),
      }
      guardRow([row.answers, row.body, row.title, row.name, row.email, row.organisation])
      return [
        // A key that is no longer remembered is free for another request.
        asWrite(
          q
            .update(submissions)
            .set({ key: sql`${submissions.key} || ' ' || ${submissions.id}` })
            .where(and(eq(submissions.key, repeatable.key), lte(submissions.keyUntil, row.sentAt))),
        ),
        asWrite(q.insert(submissions).values(row)),
        ...files.map((file, position) =>
          asWrite(q.insert(attachments).values({ ...file, submission: submission.id, position })),
        ),
      ]
    },
    async byKey(key, now) {
      const [row] = await q
        .select({ content: submissions.content, conversation: conversations.id })
        .from(submissions)
        .innerJoin(conversations, eq(conversations.submission, submissions.id))
        .where(and(eq(submissions.key, key), gt(submissions.keyUntil, now.getTime())))
      return row ?? null
    },
    async byId(id) {
      const [row] = await q.select().from(submissions).where(eq(submissions.id, id))
      if (!row) return null
      return {
        id: row.id,
        form: row.form,
        language: z.enum(LANGUAGES).parse(row.language),
        timeZone: row.timeZone,
        name: row.name,
        email: row.email,
        organisation: row.organisation,
        answers: AnswersColumn.parse(JSON.parse(row.answers)),
        policyVersion: row.policyVersion,
        title: row.title,
        body: row.body,
        sentAt: new Date(row.sentAt),
      }
    },
    readdress(corrected, conversation, parked) {
      const { id, email, body, title, name, organisation } = corrected
      const answers = JSON.stringify(corrected.answers)
      guardRow([answers, body, title, name, email, organisation])
      return asWrite(
        q
          .update(submissions)
          .set({ email, answers, body })
          .where(and(eq(submissions.id, id), isParked(parked), hasNoTicket(conversation))),
      )
    },
    async filesOf(id) {
      return await q
        .select({
          id: attachments.id,
          field: attachments.field,
          name: attachments.name,
          type: attachments.type,
          size: attachments.size,
          sha256: attachments.sha256,
          storedAs: attachments.storedAs,
        })
        .from(attachments)
        .where(eq(attachments.submission, id))
        .orderBy(asc(attachments.position))
    },
  }
}
