import { articlesOf, filesOf, type Core } from './model.ts'
import {
  articleType,
  NOBODY,
  senderName,
  type ArticleRow,
  type GroupRow,
  type PriorityRow,
  type RoleRow,
  type Stamped,
  type TicketRow,
  type UserRow,
} from './rows.ts'

/** One object of an answer. */
export type Shown = Record<string, unknown>

export const loginOf = (core: Core, id: number): string => core.state.users.get(id)?.login ?? '-'

const authors = (core: Core, row: Stamped): Shown => ({
  created_by: loginOf(core, row.created_by_id),
  updated_by: loginOf(core, row.updated_by_id),
})

/** A ticket's own columns: what reading without any flag answers. */
export function ticketColumns(core: Core, ticket: TicketRow): Shown {
  return {
    ...ticket,
    close_escalation_at: null,
    close_in_min: null,
    close_diff_in_min: null,
    update_escalation_at: null,
    update_in_min: null,
    update_diff_in_min: null,
    type: null,
    time_unit: null,
    ...(core.profile === '6.6' ? { checklist_id: null } : {}),
  }
}

/** Columns and the ids of what belongs to the ticket. */
export function ticketObject(core: Core, ticket: TicketRow): Shown {
  return {
    ...ticketColumns(core, ticket),
    ...(core.profile === '6.6' ? { referencing_checklist_ids: [] } : {}),
    article_ids: articlesOf(core, ticket.id).map((article) => article.id),
    ticket_time_accounting_ids: [],
  }
}

/** `expand=true`: names beside the ids. */
export function ticketExpanded(core: Core, ticket: TicketRow): Shown {
  const { state } = core
  const organization = state.organizations.get(ticket.organization_id ?? 0)
  return {
    ...ticketObject(core, ticket),
    ...(core.profile === '6.6' ? { referencing_checklists: [] } : {}),
    ticket_time_accounting: [],
    ...(articlesOf(core, ticket.id).length === 0 ? { articles: [] } : {}),
    group: state.groups.get(ticket.group_id)?.name,
    ...(organization ? { organization: organization.name } : {}),
    state: state.states.get(ticket.state_id)?.name,
    priority: state.priorities.get(ticket.priority_id)?.name,
    owner: loginOf(core, ticket.owner_id),
    customer: loginOf(core, ticket.customer_id),
    ...authors(core, ticket),
    ...(ticket.create_article_type_id === null
      ? {}
      : {
          create_article_type: articleType(ticket.create_article_type_id),
          create_article_sender: senderName(ticket.create_article_sender_id),
        }),
  }
}

export const attachmentsOf = (core: Core, articleId: number): Shown[] =>
  filesOf(core, articleId).map((file) => ({
    id: file.id,
    store_file_id: file.id,
    filename: file.filename,
    size: String(file.size),
    preferences: file.preferences,
  }))

/** An article with its attachments, without names. */
export function articleColumns(core: Core, article: ArticleRow): Shown {
  return {
    ...article,
    ...(core.profile === '6.6' ? { detected_language: null } : { references: null }),
    attachments: attachmentsOf(core, article.id),
  }
}

/** An article as all article calls answer it. */
export const articleObject = (core: Core, article: ArticleRow): Shown => ({
  ...articleColumns(core, article),
  ...authors(core, article),
  type: articleType(article.type_id),
  sender: senderName(article.sender_id),
  ...(article.origin_by_id === null ? {} : { origin_by: loginOf(core, article.origin_by_id) }),
  time_unit: null,
})

/** The groups that a user is in; inactive ones are left out. */
export const groupsOf = (core: Core, user: UserRow): (readonly [GroupRow, readonly string[]])[] =>
  Object.entries(user.group_ids).flatMap(([id, levels]) => {
    const group = core.state.groups.get(Number(id))
    return group?.active === true ? [[group, levels] as const] : []
  })

/** A user with the ids of what belongs to him. Passwords and tokens are never shown. */
export function userObject(core: Core, user: UserRow): Shown {
  const system = user.id === NOBODY
  return {
    ...user,
    group_ids: Object.fromEntries(groupsOf(core, user).map(([group, levels]) => [String(group.id), levels])),
    image: null,
    image_source: null,
    web: '',
    fax: '',
    mobile: '',
    department: system ? '' : null,
    street: '',
    zip: '',
    city: '',
    country: '',
    address: system ? '' : null,
    vip: false,
    verified: false,
    last_login: null,
    source: null,
    out_of_office: false,
    out_of_office_start_at: null,
    out_of_office_end_at: null,
    out_of_office_replacement_id: null,
    two_factor_preference_ids: [],
    organization_ids: [],
    authorization_ids: [],
    overview_sorting_ids: [],
  }
}

export function userExpanded(core: Core, user: UserRow): Shown {
  const { state } = core
  const organization = state.organizations.get(user.organization_id ?? 0)
  return {
    ...userObject(core, user),
    roles: user.role_ids.map((id) => state.roles.get(id)?.name),
    two_factor_preferences: [],
    organizations: [],
    authorizations: [],
    overview_sortings: [],
    ...(organization ? { organization: organization.name } : {}),
    groups: Object.fromEntries(groupsOf(core, user).map(([group, levels]) => [group.name, levels])),
    ...authors(core, user),
  }
}

const leaf = (name: string): string => name.split('::').at(-1) ?? name

/** A group's own columns, as strangers see it before they log in. */
export const groupColumns = (group: GroupRow): Shown => ({ ...group, name_last: leaf(group.name) })

export const membersOf = (core: Core, groupId: number): UserRow[] =>
  [...core.state.users.values()].filter((user) => user.group_ids[String(groupId)] !== undefined)

export const groupObject = (core: Core, group: GroupRow): Shown => ({
  ...groupColumns(group),
  user_ids: membersOf(core, group.id).map((user) => user.id),
})

export function groupExpanded(core: Core, group: GroupRow): Shown {
  const address = core.state.addresses.get(group.email_address_id ?? 0)
  return {
    ...groupObject(core, group),
    ...authors(core, group),
    ...(group.signature_id === null ? {} : { signature: 'default' }),
    ...(address ? { email_address: address.name } : {}),
    users: membersOf(core, group.id).map((user) => user.login),
  }
}

export function roleObject(role: RoleRow): Shown {
  const { permissions: _, ...row } = role
  return { ...row, preferences: {}, active: true, knowledge_base_permission_ids: [], group_ids: {} }
}

export const priorityObject = (row: PriorityRow): Shown => ({ ...row, note: null, active: true })

export const organizationObject = (core: Core, row: Stamped & { name: string; shared: boolean }): Shown => ({
  ...row,
  domain: '',
  domain_assignment: false,
  active: true,
  vip: false,
  note: '',
  member_ids: [...core.state.users.values()]
    .filter((user) => user.organization_id === row.id)
    .map((user) => user.id),
  secondary_member_ids: [],
})
