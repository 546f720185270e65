import { after, HOUR_MS } from '../../src/clock.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import { createDecisions } from '../../src/conversation/decisions.ts'
import { newLink } from '../../src/conversation/link.ts'
import { sendMessage } from '../../src/conversation/send-message.ts'
import type { Conversation, MessageKind } from '../../src/conversation/conversation.ts'
import type { Submission } from '../../src/conversation/submission.ts'
import { createLog } from '../../src/log.ts'
import { runDue } from '../../src/outbox/run.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createStores } from '../../src/furnish.ts'
import { jobs as jobRows, messages as messageRows } from '../../src/store/schema.ts'
import { UNITS } from '../intake/opening.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { sampleForms, sampleSite } from '../support/sample-forms.ts'
import { rulebookOf } from '../support/sample-rules.ts'
import { aConversation, aJob, aSubmission, NOON, seeded } from '../support/samples.ts'
import { memoryMailer } from './memory-mailer.ts'

/** A receipt that is to be sent, on a real store, with a mail server in memory. */
export async function aSending(
  over: {
    readonly kind?: MessageKind
    readonly facts?: unknown
    readonly replyToOf?: (unit: string) => Promise<string>
    readonly submission?: Partial<Submission>
    readonly conversation?: Partial<Conversation>
  } = {},
) {
  const { db, files } = await openPlatform()
  const time = virtualTime(NOON)
  const random = seeded(7)
  const stores = createStores(db)
  const { submissions, conversations, messages, jobs } = stores
  const post = memoryMailer()
  const signer = await createSigner([new Secret('a secret of more than 32 characters')])
  const address = 'ann.lee@example.org'
  const { token, kept } = await newLink(signer, 'conversation-1', address)
  const kind = sendMessage({
    mailer: post.mailer,
    files,
    messages,
    conversations,
    submissions,
    followed: stores.followed,
    replies: stores.replies,
    forms: sampleForms,
    jobs,
    records: stores.records,
    rulebook: () => rulebookOf(UNITS),
    reckoner: createReckoner({
      ...stores,
      rulebook: () => rulebookOf(UNITS),
      relay: 'webform',
      clock: time.clock,
    }),
    atomically: db.atomically,
    signer,
    clock: time.clock,
    site: sampleSite,
    units: () => UNITS,
    timeZone: 'Europe/Madrid',
    mailHost: 'desk.example',
    linkTo: (link) => `https://desk.example/c/${link}`,
    replyToOf: over.replyToOf ?? (async () => null),
    parked: async () => [],
  })
  await db.atomically([
    ...submissions.add(
      aSubmission(over.submission),
      { key: 'k', keyUntil: after(NOON, HOUR_MS), content: 'c' },
      [],
    ),
    conversations.add(aConversation({ link: kept, ...over.conversation })),
    messages.add({
      id: 'message-1',
      conversation: 'conversation-1',
      kind: over.kind ?? 'receipt',
      article: null,
      facts: over.facts ?? {},
      messageId: '<receipt.submission-1@desk.example>',
      recipient: address,
      rendered: null,
      createdAt: NOON,
    }),
    jobs.add(
      aJob({
        kind: 'send-message',
        lane: 'mail',
        conversation: 'conversation-1',
        payload: { message: 'message-1' },
      }),
    ),
  ])
  const outbox = {
    jobs,
    kinds: { 'send-message': kind },
    atomically: db.atomically,
    clock: time.clock,
    random,
    log: createLog('silent'),
  }
  return {
    ...stores,
    ...post,
    db,
    files,
    time,
    token,
    signer,
    address,
    decisions: createDecisions({
      ...stores,
      atomically: db.atomically,
      signer,
      units: () => UNITS,
      clock: time.clock,
      random,
      mailHost: 'desk.example',
    }),
    round: () => runDue(outbox, 'mail', { width: 2, until: after(time.clock(), 1) }),
    job: async () => (await db.q.select().from(jobRows))[0],
    message: async () => (await db.q.select().from(messageRows))[0],
  }
}
