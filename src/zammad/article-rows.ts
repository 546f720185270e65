import { z } from 'zod'
import type { Article, ArticleFile, Delivery } from '../desk.ts'
import { addressesIn } from './mail-header.ts'
import { Id, Instant } from './schemas.ts'

/** Zammad's rows of articles, read leniently: one odd file or header does not hide the article. */

/** Zammad marks what came by mail as automatic by its headers (contract 6); not every bounce carries them. */
const Marks = z.looseObject({ 'is-auto-response': z.literal(true) })

const MAIL_SYSTEM = /^(?:mailer-daemon|postmaster)(?:@|$)/iu

function isAutomatic(from: string, preferences: unknown): boolean {
  const address = /<([^<>]*)>\s*$/u.exec(from)?.[1] ?? from
  return Marks.safeParse(preferences).success || MAIL_SYSTEM.test(address.trim())
}

/** Message-IDs in a header's text, or in the texts of a list. */
const MessageIds = z
  .union([z.string(), z.array(z.string())])
  .nullish()
  .catch(null)
  .transform((texts) => [texts ?? []].flat().flatMap((text) => text.match(/<[^<>\s]+>/gu) ?? []))

/** What became of Zammad's own mail (contract 5.5): it tries up to four times, and counts. */
const DeliveryMark = z
  .looseObject({
    delivery_status: z.enum(['success', 'fail']),
    delivery_retry: z.coerce.number().int().positive().catch(1),
  })
  .transform(({ delivery_status: status, delivery_retry: tries }): Delivery => ({ status, tries }))
  .nullable()
  .catch(null)

const Preferences = z.looseObject({
  'Mime-Type': z.string().optional(),
  'Content-Type': z.string().optional(),
})

const UNKNOWN_TYPE = 'application/octet-stream'

/** A size is told as text (contract 5.7). */
const FileRow = z
  .looseObject({
    id: Id,
    filename: z.string().nullish(),
    size: z.coerce.number().int().nonnegative().catch(0),
    preferences: z.unknown().optional(),
  })
  .transform(({ id, filename, size, preferences }): ArticleFile => {
    const { data } = Preferences.safeParse(preferences)
    return {
      id,
      name: filename ?? '',
      type: data?.['Mime-Type'] || data?.['Content-Type'] || UNKNOWN_TYPE,
      size,
    }
  })
  .nullable()
  .catch(null)

const FileRows = z
  .array(FileRow)
  .nullish()
  .transform((rows) => (rows ?? []).filter((row) => row !== null))

const PICTURE = /\/api\/v1\/ticket_attachment\/\d+\/(\d+)\/(\d+)\?view=inline/gu

/**
 * Pictures inside of a body of HTML, by the addresses that Zammad gives them. It may leave them out of the list
 * of files (contract 5.7; the recorded ones list them). What names another article's file is none of this one's.
 */
function picturesIn(body: string, articleId: number): readonly ArticleFile[] {
  const ids = Array.from(body.matchAll(PICTURE), ([, article, file]) =>
    Number(article) === articleId ? Number(file) : 0,
  )
  return [...new Set(ids)]
    .filter((id) => Number.isSafeInteger(id) && id > 0)
    .map((id) => ({ id, name: `picture-${id}`, type: UNKNOWN_TYPE, size: 0 }))
}

const isHtml = (contentType: string): boolean => /html/iu.test(contentType)

export const ArticleRow = z
  .looseObject({
    id: Id,
    ticket_id: Id,
    sender: z.enum(['Agent', 'Customer', 'System']),
    type: z.string(),
    internal: z.boolean(),
    created_by_id: Id,
    origin_by_id: Id.nullish(),
    created_at: Instant,
    updated_at: Instant,
    message_id: z.string().nullish(),
    in_reply_to: MessageIds,
    references: MessageIds,
    from: z.string().nullish(),
    to: z.string().nullish(),
    cc: z.string().nullish(),
    subject: z.string().nullish(),
    content_type: z.string(),
    body: z.string().nullish(),
    preferences: z.unknown().optional(),
    attachments: FileRows,
  })
  .transform((row): Article => {
    const body = row.body ?? ''
    const pictures = isHtml(row.content_type) ? picturesIn(body, row.id) : []
    const listed = new Set(row.attachments.map(({ id }) => id))
    return {
      id: row.id,
      ticketId: row.ticket_id,
      sender: row.sender,
      type: row.type,
      internal: row.internal,
      createdById: row.created_by_id,
      originById: row.origin_by_id ?? null,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      messageId: row.message_id ?? null,
      from: row.from ?? '',
      to: [...new Set([...addressesIn(row.to ?? ''), ...addressesIn(row.cc ?? '')])],
      delivery: DeliveryMark.parse(row.preferences ?? null),
      subject: row.subject ?? '',
      contentType: row.content_type,
      body,
      automatic: isAutomatic(row.from ?? '', row.preferences),
      answersTo: [...new Set([...row.in_reply_to, ...row.references])],
      files: [...row.attachments, ...pictures.filter(({ id }) => !listed.has(id))],
    }
  })
export const ArticleRows = z.array(ArticleRow)

/** Enough to know an article again, however odd it is else. */
export const ArticleKeys = z.array(z.looseObject({ id: Id, message_id: z.string().nullish() }))
