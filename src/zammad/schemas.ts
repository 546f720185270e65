import { z } from 'zod'
import type { Mark, Person, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { Answer } from './client.ts'

/** Zammad's rows, read leniently: versions add keys, and only what we use must be there. */

export const Id = z.int().positive()
export const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

const MarkRow = z
  .looseObject({ firstline: z.looseObject({ instance: z.string(), submission: z.string() }) })
  .transform(({ firstline: { instance, submission } }): Mark => ({ instance, submission }))
  .nullable()
  .catch(null)

/** The user `-`: owner of what nobody owns (contract 4.1). */
export const NOBODY = 1

/** A ticket as its row tells it: what its state means hangs on the state's type. */
export type ToldTicket = Omit<Ticket, 'closed' | 'stateType'> & { readonly stateId: number }

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
    first_response_escalation_at: Instant.nullish(),
    close_at: Instant.nullish(),
    last_close_at: Instant.nullish(),
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
    closedAt: row.last_close_at ?? row.close_at ?? null,
    priority: row.priority,
    ownerId: row.owner_id === NOBODY ? null : (row.owner_id ?? null),
    customerId: row.customer_id,
    firstArticleType: row.create_article_type ?? null,
    escalatesAt: row.first_response_escalation_at ?? null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    mark: row.preferences,
  }))
export const TicketRows = z.array(TicketRow)

/** A state's type is told by its id alone (contract 7.1). */
export const StateRow = z.looseObject({
  id: Id,
  name: z.string(),
  state_type_id: Id,
  active: z.boolean().default(true),
  default_follow_up: z.boolean().default(false),
})
export const StateRows = z.array(StateRow)

export const PriorityRows = z.array(z.looseObject({ name: z.string(), active: z.boolean().default(true) }))

/** What the answer to a create says at least. */
export const CreatedRow = z.looseObject({ id: Id })

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

/** Somebody, asked for with `expand=true`. */
export const PersonRow = z
  .looseObject({
    id: Id,
    firstname: z.string().nullish(),
    lastname: z.string().nullish(),
    email: z.string().nullish(),
    roles: z.array(z.string()).default([]),
  })
  .transform(({ id, firstname, lastname, email, roles }): Person => ({
    id,
    name: [firstname, lastname].filter(Boolean).join(' ').trim(),
    email: email?.trim().toLowerCase() || null,
    roles,
  }))
export const PersonRows = z.array(PersonRow)

/** A person found by a search with `expand=true`, with what they may do. */
export const AgentRows = z.array(
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
  follow_up_possible: z.string().nullish(),
  reopen_time_in_days: z.number().nullish(),
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

export const TagsRow = z.looseObject({ tags: z.array(z.string()) })

/** `GET /links`: what the tickets at the other ends are to the one that was asked about. */
export const LinksRow = z.looseObject({
  links: z.array(z.looseObject({ link_type: z.string(), link_object: z.string(), link_object_value: Id })),
})

/** `PUT /ticket_merge`: always a success by its status (contract 4.5). */
export const MergeRow = z.looseObject({
  result: z.enum(['success', 'failed']),
  message: z.string().optional(),
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
