import { z } from 'zod'
import type { Mark, Ticket } from '../desk.ts'
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

/** A ticket asked for with `expand=true`, as the port tells it. */
export const TicketRow = z
  .looseObject({
    id: Id,
    number: z.string().min(1),
    title: z.string().nullish(),
    group: z.string(),
    state: z.string(),
    customer_id: Id,
    created_at: Instant,
    updated_at: Instant,
    preferences: MarkRow,
  })
  .transform((row): Ticket => ({
    id: row.id,
    number: row.number,
    title: row.title ?? '',
    group: row.group,
    state: row.state,
    customerId: row.customer_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    mark: row.preferences,
  }))
export const TicketRows = z.array(TicketRow)

/** What the answer to a create says at least. */
export const CreatedRow = z.looseObject({ id: Id })

export const ArticleRows = z.array(z.looseObject({ id: Id, message_id: z.string().nullish() }))

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
