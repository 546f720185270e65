import { expect, test } from 'vitest'
import type { Identity } from '../../src/bot/contact.ts'
import { createBot } from '../../src/bot/tick.ts'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { Failure } from '../../src/failure.ts'
import type { Files } from '../../src/files.ts'
import { createLog } from '../../src/log.ts'
import type { Lane } from '../../src/outbox/job.ts'
import { runDue } from '../../src/outbox/run.ts'
import { createStores } from '../../src/service.ts'
import { namedBodies } from '../../src/store/bodies.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { aUnit, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { aConversation, aJob, aSubmission, NOON, seeded } from '../support/samples.ts'

/** Bodies in memory, each as old as a test wants. */
function memoryFiles() {
  const kept = new Map<string, Date>()
  const files: Pick<Files, 'remove' | 'list'> = {
    remove: async (name) => void kept.delete(name),
    async *list() {
      for (const [name, storedAt] of kept) yield { name, storedAt }
    },
  }
  return { kept, files: files as Files }
}

async function aBot(over: { act?: 'act' | 'observe' } = {}) {
  const { db } = await openPlatform()
  const time = virtualTime(NOON)
  const { jobs, memory, ...stores } = createStores(db)
  const world: { identity: Identity; learn: () => Promise<void>; probe: () => Promise<void> } = {
    identity: 'ours',
    learn: async () => undefined,
    probe: async () => undefined,
  }
  const ran: string[] = []
  const { kept, files } = memoryFiles()
  const lines: string[] = []
  const log = createLog('debug', (line) => lines.push(line))
  const act = async (job: { job: string }) => {
    ran.push(job.job)
    return { outcome: 'done', writes: [] } as const
  }
  const kind = (lane: Lane) => ({
    lane,
    leaseMs: MINUTE_MS,
    uncertainMs: 0,
    maxUncertain: null,
    giveUpMs: null,
    act,
  })
  const outbox = {
    jobs,
    kinds: { 'open-ticket': kind('zammad'), 'send-message': kind('mail') },
    atomically: db.atomically,
    clock: time.clock,
    random: seeded(2),
    log,
  }
  const bot = createBot({
    contact: { learn: () => world.learn(), identify: async () => world.identity },
    memory,
    atomically: db.atomically,
    pauses: jobs.pauses,
    pause: jobs.pause,
    resume: jobs.resume,
    probeLater: jobs.probeLater,
    probe: { zammad: () => world.probe(), mail: () => world.probe() },
    runDue: (lane, bounds) => runDue(outbox, lane, bounds),
    rulebook: () => rulebookOf(unitsOf(aUnit({ id: 'first-line' }))),
    lookAtRules: async () => undefined,
    reconcile: async () => undefined,
    addJob: jobs.add,
    examineGroups: async () => undefined,
    files,
    named: namedBodies(db),
    act: over.act ?? 'act',
    clock: time.clock,
    random: seeded(4),
    log,
  })
  await db.atomically([
    jobs.add(aJob({ id: 'a-ticket' })),
    jobs.add(aJob({ id: 'a-mail', kind: 'send-message', lane: 'mail' })),
  ])
  return { ...stores, bot, db, jobs, memory, time, world, ran, kept, lines }
}

test('a round runs what is due in every lane and remembers when it was', async () => {
  const { bot, ran, memory } = await aBot()
  await bot.tick()
  expect(ran.toSorted()).toEqual(['a-mail', 'a-ticket'])
  expect(await memory.recall('last-tick')).toBe(NOON.toISOString())
})

test('to another Zammad nothing is written, while mails go on; ours again, the lane goes on', async () => {
  const { bot, ran, world, jobs, time } = await aBot()
  world.identity = 'stranger'
  for (let hour = 0; hour < 5; hour += 1) {
    await bot.tick()
    time.turn(HOUR_MS)
  }
  expect(ran).toEqual(['a-mail'])
  expect(await jobs.pauses()).toMatchObject([{ lane: 'zammad', reason: expect.stringContaining('Zammad') }])
  world.identity = 'ours'
  await bot.tick()
  expect(ran).toEqual(['a-mail', 'a-ticket'])
  expect(await jobs.pauses()).toEqual([])
})

test('a paused lane is probed at its time, not before, and again a minute after a failure', async () => {
  const { bot, ran, world, jobs, db, time } = await aBot()
  let probes = 0
  world.probe = async () => {
    probes += 1
    if (probes < 3) throw new Failure('misconfigured', 'still refused')
  }
  const pause = { reason: 'the token is refused', now: NOON, probeAt: after(NOON, MINUTE_MS) }
  await db.atomically([jobs.pause('zammad', pause)])
  await bot.tick()
  expect(probes).toBe(0)
  const probed: number[] = []
  for (let minute = 1; minute <= 3; minute += 1) {
    time.turn(MINUTE_MS)
    await bot.tick()
    probed.push(probes)
  }
  expect(probed).toEqual([1, 2, 3])
  expect(ran).toContain('a-ticket')
})

test('observing writes nothing anywhere, and still makes its rounds', async () => {
  const { bot, ran, memory } = await aBot({ act: 'observe' })
  await bot.tick()
  expect(ran).toEqual([])
  expect(await memory.recall('last-tick')).not.toBeNull()
})

test.for([
  ['Zammad is away', new Failure('unavailable', 'not reached')],
  ['we are mistaken', new TypeError('of ann.lee@example.org')],
] as const)('where %s, the rest of the round goes on', async ([, error]) => {
  const { bot, ran, world, memory, lines } = await aBot()
  world.learn = async () => {
    throw error
  }
  await bot.tick()
  expect(ran).toContain('a-mail')
  expect(await memory.recall('last-tick')).not.toBeNull()
  expect(lines.join()).toContain('tick.failed')
  expect(lines.join()).not.toContain('ann.lee')
})

test('the sweep removes what no row names and is older than a day, and nothing else', async () => {
  const { bot, kept, db, submissions, conversations, messages, time } = await aBot()
  const old = after(NOON, -DAY_MS - 1)
  const file = { field: 'log', name: 'a.log', type: 'text/plain', size: 1, sha256: 'a'.repeat(64) }
  await db.atomically([
    ...submissions.add(aSubmission(), { key: 'k', keyUntil: after(NOON, DAY_MS), content: 'c' }, [
      { ...file, id: 'f', storedAs: 'an-attachment' },
    ]),
    conversations.add(aConversation()),
    messages.add({
      id: 'm',
      conversation: 'conversation-1',
      kind: 'receipt',
      messageId: '<m@x>',
      recipient: 'ann.lee@example.org',
      rendered: { storedAs: 'a-mail.eml', sha256: 'b'.repeat(64) },
      createdAt: NOON,
    }),
  ])
  for (let n = 0; n < 120; n += 1) kept.set(`left-${n}`, old)
  kept.set('an-attachment', old).set('a-mail.eml', old)
  kept.set('young', after(NOON, -DAY_MS)).set('x.arriving', old)
  await bot.tick()
  expect([...kept.keys()].toSorted()).toEqual(['a-mail.eml', 'an-attachment', 'young'])
  time.turn(MINUTE_MS)
  await bot.tick()
  expect(kept.has('young')).toBe(true)
  time.turn(HOUR_MS)
  await bot.tick()
  expect([...kept.keys()].toSorted()).toEqual(['a-mail.eml', 'an-attachment'])
})
