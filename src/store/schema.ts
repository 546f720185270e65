import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { OUTCOMES } from '../promise/clock.ts'
import { DISPOSITIONS, REASONS } from '../relay/disposition.ts'

// Instants are epoch milliseconds in UTC, ids are text made in code. Tables are STRICT: the migrations say so.

/** What the service remembers between starts: instance, prefix, start line, which Zammad it belongs to. */
export const memory = sqliteTable('memory', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
})

export const submissions = sqliteTable('submissions', {
  id: text('id').primaryKey(),
  /** The idempotency key, under which a repeat is known. */
  key: text('key').notNull().unique(),
  /** Until when a repeat of the key is known as one. */
  keyUntil: integer('key_until').notNull(),
  /** SHA-256 of what was sent under the key. */
  content: text('content').notNull(),
  form: text('form').notNull(),
  language: text('language').notNull(),
  timeZone: text('time_zone'),
  name: text('name').notNull(),
  email: text('email').notNull(),
  organisation: text('organisation'),
  answers: text('answers').notNull(),
  policyVersion: text('policy_version').notNull(),
  title: text('title').notNull(),
  body: text('body').notNull(),
  sentAt: integer('sent_at').notNull(),
})

export const attachments = sqliteTable(
  'attachments',
  {
    id: text('id').primaryKey(),
    submission: text('submission')
      .notNull()
      .references(() => submissions.id),
    position: integer('position').notNull(),
    field: text('field').notNull(),
    name: text('name').notNull(),
    type: text('type').notNull(),
    size: integer('size').notNull(),
    sha256: text('sha256').notNull(),
    storedAs: text('stored_as').notNull().unique(),
  },
  (t) => [index('attachments_submission').on(t.submission)],
)

export const conversations = sqliteTable(
  'conversations',
  {
    id: text('id').primaryKey(),
    submission: text('submission')
      .notNull()
      .unique()
      .references(() => submissions.id),
    /** What the visitor was told; never changed. */
    reference: text('reference').notNull().unique(),
    /** The ticket's number, where it is allotted or known. */
    ticketNumber: text('ticket_number').unique(),
    ticketId: integer('ticket_id'),
    /** Zammad's own time of the ticket, to know a restored Zammad by. */
    ticketCreatedAt: integer('ticket_created_at'),
    openedAt: integer('opened_at'),
    unit: text('unit').notNull(),
    dueAt: integer('due_at').notNull(),
    recipient: text('recipient').notNull(),
    linkHash: text('link_hash').notNull().unique(),
    linkGeneration: integer('link_generation').notNull(),
    linkKey: text('link_key').notNull(),
    /** Zammad's customer of the ticket, as it was last known. */
    customerId: integer('customer_id'),
    /** JSON list of addresses that were replaced, in lower case. */
    formerRecipients: text('former_recipients').notNull().default('[]'),
    /** The ticket that this one's was merged into. */
    mergedInto: integer('merged_into'),
    /** When the first answer was made. */
    answeredAt: integer('answered_at'),
    closedAt: integer('closed_at'),
    /** Since when nothing is sent, as Zammad was restored from a copy. */
    frozenAt: integer('frozen_at'),
    /** Since when no mail reaches the recipient. */
    unreachableAt: integer('unreachable_at'),
    /** When the visitor was told last that another team has the request. */
    toldMovedAt: integer('told_moved_at'),
    /** When the visitor was told that the promise was missed. */
    toldLateAt: integer('told_late_at'),
    /** The request in which staff go on with this one. */
    continuedIn: text('continued_in'),
  },
  (t) => [
    index('conversations_ticket').on(t.ticketId),
    index('conversations_merged').on(t.mergedInto),
    index('conversations_recipient').on(sql`lower(${t.recipient})`),
    index('conversations_frozen')
      .on(t.frozenAt)
      .where(sql`frozen_at is not null`),
    index('conversations_unreachable')
      .on(t.unreachableAt)
      .where(sql`unreachable_at is not null`),
    index('conversations_due').on(t.answeredAt, t.closedAt, t.dueAt),
  ],
)

export const jobs = sqliteTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    lane: text('lane').notNull(),
    conversation: text('conversation').references(() => conversations.id),
    /** Jobs of one value never run at the same time. */
    serial: text('serial'),
    /** Where a job of this kind must exist once. */
    naturalKey: text('natural_key').unique(),
    payload: text('payload').notNull(),
    state: text('state', {
      enum: ['ready', 'running', 'unknown', 'parked', 'done', 'discarded'],
    }).notNull(),
    attempts: integer('attempts').notNull(),
    /** How many attempts ended without our knowing whether they happened. */
    uncertain: integer('uncertain').notNull(),
    nextAt: integer('next_at').notNull(),
    lease: text('lease'),
    leasedUntil: integer('leased_until'),
    claimedAt: integer('claimed_at'),
    /** Whether nothing of the attempt under way can have happened yet. */
    preparing: integer('preparing', { mode: 'boolean' }).notNull().default(false),
    /** How many attempts in a row were cut off while nothing of them can have happened. */
    cuts: integer('cuts').notNull().default(0),
    /** When an attempt that may have happened last ended, before the present one, or at the latest can have. */
    lastAttemptAt: integer('last_attempt_at'),
    /** When the far side first failed. */
    firstFailedAt: integer('first_failed_at'),
    reasonCode: text('reason_code'),
    reason: text('reason'),
    createdAt: integer('created_at').notNull(),
    settledAt: integer('settled_at'),
  },
  (t) => [
    index('jobs_due').on(t.lane, t.state, t.nextAt),
    index('jobs_serial').on(t.serial, t.state, t.settledAt),
    index('jobs_conversation').on(t.conversation),
  ],
)

export const messages = sqliteTable(
  'messages',
  {
    id: text('id').primaryKey(),
    /** Null for an answer on a ticket that came from no form. */
    conversation: text('conversation').references(() => conversations.id),
    kind: text('kind').notNull(),
    /** The article that it brings, by id and Zammad's time. */
    article: integer('article'),
    articleCreatedAt: integer('article_created_at'),
    /** JSON: what was known when it was promised. */
    facts: text('facts').notNull().default('{}'),
    messageId: text('message_id').notNull().unique(),
    recipient: text('recipient').notNull(),
    /** Name and SHA-256 of the rendered MIME, once there is one. */
    storedAs: text('stored_as').unique(),
    sha256: text('sha256'),
    createdAt: integer('created_at').notNull(),
    sentAt: integer('sent_at'),
  },
  (t) => [
    index('messages_conversation').on(t.conversation),
    index('messages_article').on(t.article),
    index('messages_recipient').on(sql`lower(${t.recipient})`, t.kind),
  ],
)

/** Articles of the tickets that we answer for: what becomes of each. */
export const articles = sqliteTable(
  'articles',
  {
    /** Zammad's id and time: one that was restored from a copy gives an id twice. */
    id: integer('id').notNull(),
    createdAt: integer('created_at').notNull(),
    ticketId: integer('ticket').notNull(),
    bornOn: integer('born_on').notNull(),
    updatedAt: integer('updated_at').notNull(),
    sender: text('sender', { enum: ['Agent', 'Customer', 'System'] }).notNull(),
    type: text('type').notNull(),
    internal: integer('internal', { mode: 'boolean' }).notNull(),
    messageId: text('message_id'),
    disposition: text('disposition', { enum: DISPOSITIONS }).notNull(),
    because: text('because', { enum: REASONS }).notNull(),
    side: text('side', { enum: ['desk', 'visitor'] }),
    name: text('name').notNull(),
    html: text('html').notNull(),
    text: text('text').notNull(),
    /** JSON list. */
    files: text('files').notNull(),
    publication: integer('publication').notNull(),
    seenBy: text('seen_by', { enum: ['hook', 'poll'] }).notNull(),
    firstSeenAt: integer('first_seen_at').notNull(),
    asked: integer('asked', { mode: 'boolean' }).notNull(),
    mailed: integer('mailed', { mode: 'boolean' }).notNull(),
    /** Whether a machine wrote it, not a person. */
    automatic: integer('automatic', { mode: 'boolean' }).notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.createdAt] }),
    index('articles_ticket').on(t.ticketId, t.createdAt),
    index('articles_born').on(t.bornOn, t.createdAt),
    index('articles_disposition').on(t.disposition, t.because, t.createdAt),
    // All that the metrics ask for, so that they read no row.
    index('articles_seen').on(t.seenBy, t.disposition, t.createdAt, t.firstSeenAt),
  ],
)

/** Which conversation may see which article. */
export const shares = sqliteTable(
  'shares',
  {
    article: integer('article').notNull(),
    articleCreatedAt: integer('article_created_at').notNull(),
    conversation: text('conversation')
      .notNull()
      .references(() => conversations.id),
  },
  (t) => [
    primaryKey({ columns: [t.article, t.articleCreatedAt, t.conversation] }),
    index('shares_conversation').on(t.conversation),
  ],
)

/** What visitors said on their pages. */
export const replies = sqliteTable(
  'replies',
  {
    id: text('id').primaryKey(),
    conversation: text('conversation')
      .notNull()
      .references(() => conversations.id),
    /** The idempotency key, under which a repeat is known. */
    key: text('key').notNull().unique(),
    content: text('content').notNull(),
    act: text('act', { enum: ['reply', 'solved', 'rating'] }).notNull(),
    body: text('body').notNull(),
    score: integer('score'),
    sentAt: integer('sent_at').notNull(),
    /** When Zammad had it. */
    postedAt: integer('posted_at'),
  },
  (t) => [index('replies_conversation').on(t.conversation), index('replies_act').on(t.act, t.sentAt)],
)

export const replyFiles = sqliteTable(
  'reply_files',
  {
    id: text('id').primaryKey(),
    reply: text('reply')
      .notNull()
      .references(() => replies.id),
    position: integer('position').notNull(),
    name: text('name').notNull(),
    type: text('type').notNull(),
    size: integer('size').notNull(),
    sha256: text('sha256').notNull(),
    storedAs: text('stored_as').notNull().unique(),
  },
  (t) => [index('reply_files_reply').on(t.reply)],
)

/** Addresses that our alerts come back from: they get none until staff say so. */
export const suspensions = sqliteTable('suspensions', {
  address: text('address').primaryKey(),
  since: integer('since').notNull(),
  /** Zammad's id of the ticket that the alert came back as. */
  ticket: integer('ticket').notNull(),
})

/** A lane has a row while it is paused. */
export const pauses = sqliteTable('pauses', {
  lane: text('lane').primaryKey(),
  reason: text('reason').notNull(),
  since: integer('since').notNull(),
  probeAt: integer('probe_at').notNull(),
})

/** Decisions about tickets, frozen when they were made. */
export const routings = sqliteTable(
  'routings',
  {
    id: text('id').primaryKey(),
    conversation: text('conversation')
      .unique()
      .references(() => conversations.id),
    ticket: integer('ticket').unique(),
    source: text('source').notNull(),
    unit: text('unit').notNull(),
    rule: text('rule'),
    priority: text('priority'),
    /** JSON list. */
    tags: text('tags').notNull(),
    mode: text('mode', { enum: ['assign', 'suggest'] }).notNull(),
    because: text('because').notNull(),
    version: text('version').notNull(),
    decidedAt: integer('decided_at').notNull(),
    placedUnit: text('placed_unit'),
    placedGroupId: integer('placed_group_id'),
    placedAt: integer('placed_at'),
    feedback: text('feedback', { enum: ['open', 'kept', 'moved'] }).notNull(),
  },
  (t) => [index('routings_rule').on(t.rule, t.feedback), index('routings_decided').on(t.decidedAt)],
)

/** Tickets that we answer for, as they were last read. */
export const tickets = sqliteTable(
  'tickets',
  {
    /** Zammad's. */
    id: integer('id').primaryKey(),
    number: text('number').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    groupId: integer('group_id').notNull(),
    group: text('group').notNull(),
    owned: integer('owned', { mode: 'boolean' }).notNull(),
    closed: integer('closed', { mode: 'boolean' }).notNull(),
    stateType: text('state_type', { enum: ['new', 'open', 'pending', 'closed', 'merged'] })
      .notNull()
      .default('open'),
    customerId: integer('customer_id'),
    sight: text('sight', { enum: ['seen', 'out-of-sight', 'gone'] }).notNull(),
    lookedAt: integer('looked_at').notNull(),
    waitingSince: integer('waiting_since'),
    toldWaiting: integer('told_waiting', { mode: 'boolean' }).notNull(),
    /** Set once, and left alone by later readings. */
    muted: integer('muted', { mode: 'boolean' }).notNull(),
    handOvers: integer('hand_overs').notNull(),
  },
  (t) => [
    index('tickets_live').on(t.sight, t.closed, t.lookedAt),
    index('tickets_waiting').on(t.sight, t.waitingSince),
  ],
)

/** Tickets that Zammad told us to look at. */
export const hints = sqliteTable('hints', {
  ticket: integer('ticket').primaryKey(),
  at: integer('at').notNull(),
})

/** What is known of a ticket beside its articles: what its promise is reckoned from. */
export const ticketFacts = sqliteTable(
  'ticket_facts',
  {
    /** Zammad's. */
    ticket: integer('ticket').primaryKey(),
    number: text('number').notNull(),
    createdAt: integer('created_at').notNull(),
    /** JSON. */
    opened: text('opened').notNull(),
    now: text('now').notNull(),
    changes: text('changes').notNull(),
    heir: integer('heir'),
  },
  (t) => [
    index('ticket_facts_heir')
      .on(t.heir)
      .where(sql`heir is not null`),
  ],
)

/** How each promise stood when it was reckoned last. Made anew from logs at any time, but for `tag` and `touched`. */
export const promises = sqliteTable(
  'promises',
  {
    id: text('id').primaryKey(),
    conversation: text('conversation')
      .unique()
      .references(() => conversations.id),
    ticket: integer('ticket').unique(),
    number: text('number').notNull().default(''),
    form: text('form'),
    unit: text('unit'),
    priority: text('priority'),
    isOpen: integer('is_open', { mode: 'boolean' }).notNull().default(true),
    clock: text('clock'),
    kind: text('kind', { enum: ['visitor', 'internal'] }),
    startedAt: integer('started_at'),
    dueAt: integer('due_at'),
    quietSince: integer('quiet_since'),
    tag: text('tag', { enum: ['none', 'promise-soon', 'promise-broken'] })
      .notNull()
      .default('none'),
    nextAt: integer('next_at'),
    version: text('version').notNull().default(''),
    touched: integer('touched').notNull().default(0),
  },
  (t) => [
    index('promises_next')
      .on(t.nextAt)
      .where(sql`next_at is not null`),
    index('promises_due')
      .on(t.dueAt)
      .where(sql`clock is not null`),
    index('promises_version')
      .on(t.version)
      .where(sql`is_open or clock is not null`),
    index('promises_quiet')
      .on(t.quietSince)
      .where(sql`quiet_since is not null`),
    index('promises_unit').on(t.unit, t.dueAt),
    // All that a unit's load is counted from, so that it reads no row.
    index('promises_live')
      .on(t.unit, t.dueAt, t.tag, t.clock, t.isOpen)
      .where(sql`is_open or clock is not null`),
  ],
)

/** Clocks, each one wait of somebody's: what reports are made of. */
export const clocks = sqliteTable(
  'clocks',
  {
    /** Id of the promise. */
    subject: text('subject')
      .notNull()
      .references(() => promises.id),
    key: text('key').notNull(),
    number: text('number').notNull(),
    form: text('form'),
    reason: text('reason'),
    kind: text('kind', { enum: ['visitor', 'internal'] }).notNull(),
    because: text('because', { enum: ['request', 'further-word', 'handed-over', 'merged-in'] }).notNull(),
    startedAt: integer('started_at').notNull(),
    unit: text('unit'),
    priority: text('priority'),
    targetMs: integer('target_ms').notNull(),
    picked: text('picked', { enum: ['wall', 'business'] }).notNull(),
    passedWall: integer('passed_wall').notNull(),
    passedBusiness: integer('passed_business').notNull(),
    dueWall: integer('due_wall'),
    dueBusiness: integer('due_business'),
    outcome: text('outcome', { enum: OUTCOMES }).notNull(),
    endedAt: integer('ended_at'),
    keptWall: integer('kept_wall', { mode: 'boolean' }),
    keptBusiness: integer('kept_business', { mode: 'boolean' }),
    /** Of the rules that it was reckoned by; of those that it ended by once it has ended. */
    version: text('version').notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.subject, t.key] }),
    index('clocks_started').on(t.kind, t.startedAt),
    index('clocks_ended').on(t.kind, t.endedAt, t.startedAt),
  ],
)

/** Which level of which clock was told: what nobody may be told twice. */
export const levelMarks = sqliteTable(
  'level_marks',
  {
    subject: text('subject').notNull(),
    clock: text('clock').notNull(),
    level: text('level').notNull(),
    how: text('how', { enum: ['told', 'digest', 'covered'] }).notNull(),
    cameAt: integer('came_at').notNull(),
    at: integer('at').notNull(),
    ack: text('ack').notNull().unique(),
    acknowledgedAt: integer('acknowledged_at'),
    mailedAt: integer('mailed_at'),
    mailedTo: text('mailed_to', { mode: 'json' }).$type<readonly string[]>().notNull().default([]),
  },
  (t) => [
    primaryKey({ columns: [t.subject, t.clock, t.level] }),
    index('level_marks_at').on(t.how, t.at),
    index('level_marks_mailed')
      .on(t.mailedAt)
      .where(sql`mailed_at is not null`),
  ],
)
