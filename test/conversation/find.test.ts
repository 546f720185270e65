import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Conversation } from '../../src/conversation/conversation.ts'
import { createFind, findLinks, LinksFacts, MOST_WAITING } from '../../src/conversation/find.ts'
import { createLog } from '../../src/log.ts'
import { runDue } from '../../src/outbox/run.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createMessages } from '../../src/store/messages.ts'
import { jobs as jobRows, messages as messageRows } from '../../src/store/schema.ts'
import { keepConversations } from '../store/records.ts'
import { NOON, seeded } from '../support/samples.ts'

const ANN = 'Ann.Lee@example.org'

async function open(
  given: readonly Partial<Conversation>[] = [{ id: 'ann', recipient: ANN }],
  secret = 'a secret of more than 32 characters',
) {
  const { db } = await openPlatform()
  await keepConversations(db, given)
  const lines: string[] = []
  let now = NOON
  const jobs = createJobs(db)
  const deps = {
    conversations: createConversations(db),
    messages: createMessages(db),
    addJob: jobs.add,
    addBounded: jobs.addBounded,
    atomically: db.atomically,
    clock: () => now,
    random: seeded(3),
    mailHost: 'desk.example',
    signer: await createSigner([new Secret(secret)]),
    log: createLog('debug', (line) => void lines.push(line)),
    jobs,
  }
  const find = createFind(deps)
  const kinds = { 'find-links': findLinks(deps), 'send-message': never }
  return {
    ...find,
    /** Looks up what was asked for; the mails stay where they are. */
    look: () => runDue({ ...deps, kinds }, 'mail', { width: 2, until: after(now, HOUR_MS) }),
    turn: (ms: number) => void (now = after(now, ms)),
    log: () => lines.join(''),
    jobs: () => db.q.select().from(jobRows),
    mails: async () => {
      const rows = await db.q.select().from(messageRows)
      return rows.map(({ kind, recipient, conversation, facts, messageId }) => ({
        kind,
        recipient,
        conversation,
        messageId,
        opens: LinksFacts.parse(JSON.parse(facts)).conversations,
      }))
    },
  }
}

/** Mails are sent by another kind of job: here they wait. */
const never = {
  lane: 'mail' as const,
  leaseMs: MINUTE_MS,
  uncertainMs: 0,
  maxUncertain: null,
  giveUpMs: null,
  act: async () => ({ outcome: 'wait' as const, until: after(NOON, 99 * DAY_MS), reason: 'a test' }),
}

test('an address gets one mail that opens its live requests, the newest first', async () => {
  const { ask, look, mails } = await open([
    { id: 'first', recipient: ANN },
    { id: 'other', recipient: 'bob@example.org' },
    { id: 'closed', recipient: ANN, closedAt: after(NOON, -DAY_MS) },
    { id: 'over', recipient: ANN, closedAt: after(NOON, -91 * DAY_MS) },
    { id: 'last', recipient: 'ann.lee@example.org' },
  ])
  await ask('  ann.LEE@Example.org ')
  await look()
  expect(await mails()).toEqual([
    {
      kind: 'links',
      recipient: 'ann.lee@example.org',
      conversation: 'last',
      messageId: expect.stringMatching(/^<links\.[a-z0-9]+@desk\.example>$/),
      opens: ['last', 'closed', 'first'],
    },
  ])
})

test('a mail opens the newest twenty requests', async () => {
  const many = Array.from({ length: 23 }, (_, n) => ({ id: `c-${n}`, recipient: ANN }))
  const { ask, look, mails } = await open(many)
  await ask(ANN)
  await look()
  const [mail] = await mails()
  expect(mail?.opens).toEqual(
    many
      .map(({ id }) => id)
      .reverse()
      .slice(0, 20),
  )
})

test('asking writes the same for a known and for an unknown address, and nothing is sent to the unknown one', async () => {
  const { ask, look, jobs, mails } = await open()
  await ask(ANN)
  await ask('nobody@example.org')
  const rows = await jobs()
  const shape = rows.map(({ kind, lane, state, conversation, nextAt, createdAt, payload }) => [
    kind,
    lane,
    state,
    conversation,
    nextAt,
    createdAt,
    Object.keys(JSON.parse(payload)),
  ])
  expect(shape[0]).toEqual(shape[1])
  await look()
  expect((await mails()).map(({ recipient }) => recipient)).toEqual([ANN])
  const looked = (await jobs()).filter(({ kind }) => kind === 'find-links')
  expect(looked.map(({ state }) => state)).toEqual(['done', 'done'])
})

test('asked again within the hour, it adds nothing', async () => {
  const { ask, jobs } = await open()
  for (const typed of [ANN, ANN.toUpperCase(), ` ${ANN}`]) await ask(typed)
  expect(await jobs()).toHaveLength(1)
})

test('an address gets one mail an hour and three a day, whoever asks for them', async () => {
  const { ask, look, mails, turn } = await open()
  const after20Minutes: number[] = []
  for (let asked = 0; asked < 24 * 3; asked += 1) {
    await ask(ANN)
    await look()
    after20Minutes.push((await mails()).length)
    turn(20 * MINUTE_MS)
  }
  expect(after20Minutes.slice(0, 3)).toEqual([1, 1, 1])
  expect(after20Minutes[9]).toBe(3)
  expect(after20Minutes.at(-1)).toBe(3)
  await ask(ANN)
  await look()
  expect(await mails()).toHaveLength(4)
})

test('so many questions wait at most, and what comes on top is forgotten until some are looked up', async () => {
  const { ask, look, jobs } = await open()
  for (let n = 0; n < MOST_WAITING + 5; n += 1) await ask(`stranger-${n}@example.org`)
  expect(await jobs()).toHaveLength(MOST_WAITING)
  await look()
  await ask('late@example.org')
  expect(await jobs()).toHaveLength(MOST_WAITING + 1)
})

test.for(['', 'nobody', 'a@b', 'a@b.example, c@d.example', `${'x'.repeat(300)}@example.org`])(
  'what is no address, like %j, is not looked for',
  async (typed) => {
    const { ask, jobs } = await open()
    await ask(typed)
    expect(await jobs()).toEqual([])
  },
)

test('no line of the log names an address', async () => {
  const { ask, look, log } = await open()
  await ask(ANN)
  await ask('nobody@example.org')
  await look()
  expect(log()).toContain('find-links')
  expect(log()).not.toMatch(/ann\.lee|nobody|@example/i)
})

test('once it was looked for, nothing is left of an address but what nobody can guess without our secret', async () => {
  const rows = []
  for (const secret of ['a secret of more than 32 characters', 'another secret of at least 32 characters']) {
    const { ask, look, jobs } = await open([], secret)
    await ask('stranger@example.org')
    await look()
    rows.push(...(await jobs()))
  }
  expect(rows.map(({ state, payload }) => [state, payload])).toEqual([
    ['done', '{}'],
    ['done', '{}'],
  ])
  expect(new Set(rows.map(({ serial }) => serial)).size).toBe(2)
  expect(new Set(rows.map(({ naturalKey }) => naturalKey)).size).toBe(2)
})
