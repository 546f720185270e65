import { and, asc, eq, gt, lte, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Submissions } from '../conversation/submission.ts'
import { LANGUAGES } from '../language.ts'
import { asWrite, type Db } from './db.ts'
import { insertWhere, isHeld } from './insert.ts'
import { hasNoTicket, stands } from './parked.ts'
import { guardRow } from './row-size.ts'
import { attachments, conversations, submissions } from './schema.ts'

const AnswersColumn = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.literal(true)]))

export function createSubmissions({ q }: Db): Submissions {
  return {
    add(submission, repeatable, files, held) {
      const condition = held ? isHeld(held) : sql`true`
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
            .where(
              and(eq(submissions.key, repeatable.key), lte(submissions.keyUntil, row.sentAt), condition),
            ),
        ),
        insertWhere(q, submissions, row, condition),
        ...files.map((file, position) =>
          insertWhere(q, attachments, { ...file, submission: submission.id, position }, condition),
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
    readdress(corrected, conversation, standing) {
      const { id, email, body, title, name, organisation } = corrected
      const answers = JSON.stringify(corrected.answers)
      guardRow([answers, body, title, name, email, organisation])
      return asWrite(
        q
          .update(submissions)
          .set({ email, answers, body })
          .where(and(eq(submissions.id, id), stands(standing), hasNoTicket(conversation))),
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
