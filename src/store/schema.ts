import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

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
  },
  (t) => [index('conversations_ticket').on(t.ticketId)],
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
    /** When the attempt before the present one ended, or at the latest can have. */
    lastAttemptAt: integer('last_attempt_at'),
    reasonCode: text('reason_code'),
    reason: text('reason'),
    createdAt: integer('created_at').notNull(),
    settledAt: integer('settled_at'),
  },
  (t) => [
    index('jobs_due').on(t.lane, t.state, t.nextAt),
    index('jobs_serial').on(t.serial, t.state),
    index('jobs_conversation').on(t.conversation),
  ],
)

export const messages = sqliteTable(
  'messages',
  {
    id: text('id').primaryKey(),
    conversation: text('conversation')
      .notNull()
      .references(() => conversations.id),
    kind: text('kind').notNull(),
    messageId: text('message_id').notNull().unique(),
    recipient: text('recipient').notNull(),
    /** Name and SHA-256 of the rendered MIME, once there is one. */
    storedAs: text('stored_as').unique(),
    sha256: text('sha256'),
    createdAt: integer('created_at').notNull(),
    sentAt: integer('sent_at'),
  },
  (t) => [index('messages_conversation').on(t.conversation)],
)

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
  (t) => [index('routings_rule').on(t.rule, t.feedback)],
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
