import { z } from 'zod'
import type { Article, Change, Mark, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { Answer } from './client.ts'

/** Zammad's rows, read leniently: versions add keys, and only what we use must be there. */

const Id = z.int().positive()
const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

const MarkRow = z
  .looseObject({ firstline: z.looseObject({ instance: z.string(), submission: z.string() }) })
  .transform(({ firstline: { instance, submission } }): Mark => ({ instance, submission }))
  .nullable()
  .catch(null)

/** The user `-`: owner of what nobody owns (contract 4.1). */
export const NOBODY = 1

/** A ticket as its row tells it: whether it is closed hangs on the type of its state. */
export type ToldTicket = Omit<Ticket, 'closed'> & { readonly stateId: number }

/** A ticket asked for with `expand=true`. */
export const TicketRow = z
  .looseObject({
    id: Id,
    number: z.string().min(1),
    title: z.string().nullish(),
    group: z.string(),
    group_id: Id,
    state: z.string(),
    state_id: Id,
    priority: z.string(),
    owner_id: Id.nullish(),
    customer_id: Id,
    create_article_type: z.string().nullish(),
    created_at: Instant,
    updated_at: Instant,
    preferences: MarkRow,
  })
  .transform((row): ToldTicket => ({
    id: row.id,
    number: row.number,
    title: row.title ?? '',
    group: row.group,
    groupId: row.group_id,
    state: row.state,
    stateId: row.state_id,
    priority: row.priority,
    ownerId: row.owner_id === NOBODY ? null : (row.owner_id ?? null),
    customerId: row.customer_id,
    firstArticleType: row.create_article_type ?? null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    mark: row.preferences,
  }))
export const TicketRows = z.array(TicketRow)

/** A state's type is told by its id alone (contract 7.1). */
export const StateRows = z.array(z.looseObject({ id: Id, state_type_id: Id }))

export const PriorityRows = z.array(z.looseObject({ name: z.string(), active: z.boolean().default(true) }))

/** What the answer to a create says at least. */
export const CreatedRow = z.looseObject({ id: Id })

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

const ArticleRow = z
  .looseObject({
    id: Id,
    sender: z.enum(['Agent', 'Customer', 'System']),
    type: z.string(),
    internal: z.boolean(),
    created_by_id: Id,
    created_at: Instant,
    message_id: z.string().nullish(),
    in_reply_to: MessageIds,
    references: MessageIds,
    from: z.string().nullish(),
    subject: z.string().nullish(),
    content_type: z.string(),
    body: z.string().nullish(),
    preferences: z.unknown().optional(),
  })
  .transform((row): Article => ({
    id: row.id,
    sender: row.sender,
    type: row.type,
    internal: row.internal,
    createdById: row.created_by_id,
    createdAt: row.created_at,
    messageId: row.message_id ?? null,
    from: row.from ?? '',
    subject: row.subject ?? '',
    contentType: row.content_type,
    body: row.body ?? '',
    automatic: isAutomatic(row.from ?? '', row.preferences),
    answersTo: [...new Set([...row.in_reply_to, ...row.references])],
  }))
export const ArticleRows = z.array(ArticleRow)

/** Enough to know an article again, however odd it is else. */
export const ArticleKeys = z.array(z.looseObject({ id: Id, message_id: z.string().nullish() }))

const ChangeRow = z
  .looseObject({
    id: Id,
    object: z.literal('Ticket'),
    type: z.literal('updated'),
    attribute: z.enum(['group', 'owner', 'priority']),
    id_from: z.int().nonnegative(),
    id_to: z.int().nonnegative(),
    value_from: z.string().nullish(),
    value_to: z.string().nullish(),
    created_by_id: Id,
    created_at: Instant,
  })
  .transform((row): Change => ({
    id: row.id,
    attribute: row.attribute,
    from: { id: row.id_from, name: row.value_from ?? '' },
    to: { id: row.id_to, name: row.value_to ?? '' },
    by: row.created_by_id,
    at: row.created_at,
  }))

/** What else a history holds: creation, articles, other attributes. */
const OtherLine = z
  .looseObject({ object: z.string(), attribute: z.string().nullish() })
  .refine(({ object, attribute }) => object !== 'Ticket' || (attribute !== 'group' && attribute !== 'owner'))
  .transform(() => null)

/** `GET /ticket_history/:id`: who changed group, owner and priority (L28, L52). */
export const HistoryRow = z
  .looseObject({ history: z.array(z.union([ChangeRow, OtherLine])) })
  .transform(({ history }) => history.filter((line) => line !== null))

/** Rails writes an empty map as `[]` here and there. */
const mapOf = <T extends z.ZodType>(value: T) =>
  z.union([
    z.record(z.string(), value),
    z
      .array(z.unknown())
      .max(0)
      .transform((): Record<string, z.output<T>> => ({})),
  ])

/** Group, by id or by name, to what is allowed there; older answers give one word in place of a list. */
const Access = mapOf(z.union([z.array(z.string()), z.string().transform((word) => [word])]))

/** The own account, asked for with `expand=true`. */
export const AccountRow = z.looseObject({
  id: Id,
  login: z.string(),
  roles: z.array(z.string()).default([]),
  role_ids: z.array(Id).default([]),
  group_ids: Access.default({}),
  groups: Access.default({}),
})

export const UserRow = z.looseObject({ id: Id, roles: z.array(z.string()) })

/** A person found by a search with `expand=true`. */
export const PersonRows = z.array(
  z.looseObject({
    id: Id,
    active: z.boolean(),
    roles: z.array(z.string()).default([]),
    role_ids: z.array(Id).default([]),
    groups: Access.default({}),
  }),
)

export const GroupRow = z.looseObject({
  id: Id,
  name: z.string(),
  active: z.boolean(),
  email_address_id: z.number().nullish(),
})
export const GroupRows = z.array(GroupRow)

export const RoleRow = z.looseObject({
  id: Id,
  active: z.boolean().default(true),
  group_ids: Access.default({}),
})
export const RoleRows = z.array(RoleRow)

/** The own account, asked for with `full=true`; 6.2 tells groups and roles here, 6.6 does not (0.2). */
export const AccountAssets = z.looseObject({
  assets: z.looseObject({ Group: mapOf(GroupRow).optional(), Role: mapOf(RoleRow).optional() }),
})

export const VersionRow = z.looseObject({ version: z.string() })

export const SettingRows = z.array(
  z.looseObject({
    name: z.string(),
    state_current: z.looseObject({ value: z.unknown() }).nullish(),
  }),
)

/** The body in our words; throws `Failure` with `refused` where the shape is another than `what` should have. */
export function readAs<T>(schema: z.ZodType<T>, answer: Answer, what: string): T {
  const read = schema.safeParse(answer.body)
  if (read.success) return read.data
  throw new Failure('refused', `Zammad's answer about ${what} has an unknown shape`, { cause: read.error })
}
