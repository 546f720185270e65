import { expect, test } from 'vitest'
import type { Identity } from '../../src/bot/contact.ts'
import { createBot } from '../../src/bot/tick.ts'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import type { SweepRound } from '../../src/clocks/sweep.ts'
import { Failure } from '../../src/failure.ts'
import type { Files } from '../../src/files.ts'
import { createLog } from '../../src/log.ts'
import type { Lane } from '../../src/outbox/job.ts'
import { runDue } from '../../src/outbox/run.ts'
import { createStores } from '../../src/furnish.ts'
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

/** What a test has happen around the bot. */
interface World {
  identity: Identity
  learn: () => Promise<void>
  probe: () => Promise<void>
  reconcile: (until: Date) => Promise<void>
  examine: () => Promise<void>
  sweep: (round: SweepRound) => Promise<void>
  /** Of the rules in force. */
  version: string
}

async function aBot(over: { act?: 'act' | 'observe' } = {}) {
  const { db } = await openPlatform()
  const time = virtualTime(NOON)
  const { jobs, memory, ...stores } = createStores(db)
  const world: World = {
    identity: 'ours',
    learn: async () => undefined,
    probe: async () => undefined,
    reconcile: async () => undefined,
    examine: async () => undefined,
    sweep: async () => undefined,
    version: 'one',
  }
  const ran: string[] = []
  const did: string[] = []
  const swept: string[] = []
  const lanes: { lane: Lane; at: Date; until: Date }[] = []
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
    hasten: jobs.hasten,
    probe: { zammad: () => world.probe(), mail: () => world.probe() },
    runDue: (lane, bounds) => {
      lanes.push({ lane, at: time.clock(), until: bounds.until })
      return runDue(outbox, lane, bounds)
    },
    rulebook: () => ({ ...rulebookOf(unitsOf(aUnit({ id: 'first-line' }))), version: world.version }),
    lookAtRules: async () => undefined,
    reconcile: (until) => {
      did.push('reconcile')
      return world.reconcile(until)
    },
    sweepPromises: async (round) => {
      swept.push(round.deskIsSilent ? 'silent' : 'in step')
      await world.sweep(round)
    },
    tellMornings: async () => void swept.push('morning'),
    addJob: jobs.add,
    examineGroups: () => {
      did.push('groups')
      return world.examine()
    },
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
    memory.remember('start-line', NOON.toISOString()),
  ])
  return { ...stores, bot, db, jobs, memory, time, world, ran, did, swept, lanes, kept, lines }
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
  const alerts = (await jobs.list(['ready', 'parked'])).filter(({ kind }) => kind === 'send-alert')
  expect(alerts).toHaveLength(1)
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

test('observing writes nothing anywhere, and still makes its rounds in step with Zammad', async () => {
  const { bot, ran, did, memory } = await aBot({ act: 'observe' })
  await bot.tick()
  await bot.work('zammad', { width: 1 })
  expect(ran).toEqual([])
  expect(did).toEqual(['reconcile', 'groups'])
  expect(await memory.recall('last-tick')).not.toBeNull()
  expect(await memory.recall('last-reconcile')).toBe(NOON.toISOString())
})

test('the time of the last reconcile is that of the last one that came through', async () => {
  const { bot, world, memory, time } = await aBot()
  await bot.look()
  time.turn(MINUTE_MS)
  world.reconcile = async () => {
    throw new Failure('unavailable', 'not reached')
  }
  await bot.look()
  expect(await memory.recall('last-reconcile')).toBe(NOON.toISOString())
  world.reconcile = async () => time.turn(SECOND_MS)
  await bot.look()
  expect(await memory.recall('last-reconcile')).toBe(after(NOON, MINUTE_MS + SECOND_MS).toISOString())
})

test('before first contact nothing counts as in step', async () => {
  const { bot, db, memory } = await aBot()
  await db.atomically([memory.forget('start-line')])
  await bot.look()
  expect(await memory.recall('last-reconcile')).toBeNull()
})

test.for(['learn', 'reconcile'] as const)(
  'a Zammad that refuses us altogether in %s pauses its lane until a probe succeeds',
  async (what) => {
    const { bot, world, did, jobs, time } = await aBot()
    const refuse = async (): Promise<void> => {
      throw new Failure('misconfigured', 'Zammad does not accept the token (401)')
    }
    world[what] = refuse
    world.probe = refuse
    await bot.look()
    const [pause, ...others] = await jobs.pauses()
    expect(others).toEqual([])
    expect(pause).toEqual({
      lane: 'zammad',
      reason: 'Zammad does not accept the token (401)',
      since: NOON,
      probeAt: after(NOON, MINUTE_MS),
    })
    did.length = 0
    for (let look = 0; look < 5; look += 1) {
      time.turn(30 * SECOND_MS)
      await bot.look()
    }
    expect(did).toEqual([])
    expect(await jobs.pauses()).toMatchObject([{ lane: 'zammad', since: NOON }])
    world[what] = async () => undefined
    world.probe = async () => undefined
    time.turn(MINUTE_MS)
    await bot.look()
    expect(await jobs.pauses()).toEqual([])
    expect(did).toContain('reconcile')
  },
)

test.for([
  { reachedMs: 0, maxMs: undefined, untilMs: 20 * SECOND_MS },
  { reachedMs: 30 * SECOND_MS, maxMs: undefined, untilMs: 40 * SECOND_MS },
  { reachedMs: 0, maxMs: 20 * SECOND_MS, untilMs: 10 * SECOND_MS },
  { reachedMs: 15 * SECOND_MS, maxMs: 20 * SECOND_MS, untilMs: 17_500 },
])(
  'a reconcile that begins after $reachedMs ms of a round of $maxMs ms may follow updates until $untilMs ms',
  async ({ reachedMs, maxMs, untilMs }) => {
    const { bot, world, time } = await aBot()
    const told: Date[] = []
    world.learn = async () => time.turn(reachedMs)
    world.reconcile = async (until) => void told.push(until)
    await bot.tick(maxMs === undefined ? {} : { maxMs })
    expect(told).toEqual([after(NOON, untilMs)])
  },
)

test('jobs have what a reconcile left of the round’s time, and no more', async () => {
  const { bot, world, time, lanes } = await aBot()
  world.reconcile = async () => time.turn(15 * SECOND_MS)
  await bot.tick({ maxMs: 20 * SECOND_MS })
  expect(lanes).toContainEqual({
    lane: 'zammad',
    at: after(NOON, 15 * SECOND_MS),
    until: after(NOON, 20 * SECOND_MS),
  })
})

test('nothing but the trace of the round begins once its time is over', async () => {
  const { bot, world, ran, did, kept, memory, time } = await aBot()
  kept.set('left', after(NOON, -2 * DAY_MS))
  world.learn = async () => time.turn(20 * SECOND_MS)
  await bot.tick({ maxMs: 20 * SECOND_MS })
  expect(ran).not.toContain('a-ticket')
  expect(did).toEqual([])
  expect([...kept.keys()]).toEqual(['left'])
  expect(await memory.recall('last-tick')).toBe(after(NOON, 20 * SECOND_MS).toISOString())
  world.learn = async () => undefined
  await bot.tick({ maxMs: 20 * SECOND_MS })
  expect(ran).toContain('a-ticket')
  expect(did).toEqual(['reconcile', 'groups'])
  expect([...kept.keys()]).toEqual([])
})

test('groups are examined once an hour, and at once when the rules have changed', async () => {
  const { bot, world, did, time } = await aBot()
  const looks = async (ms: number): Promise<number> => {
    time.turn(ms)
    did.length = 0
    await bot.look()
    return did.filter((one) => one === 'groups').length
  }
  expect(await looks(0)).toBe(1)
  expect(await looks(HOUR_MS - 1)).toBe(0)
  world.version = 'two'
  expect(await looks(0)).toBe(1)
  expect(await looks(MINUTE_MS)).toBe(0)
  expect(await looks(HOUR_MS)).toBe(1)
})

test('groups that could not be examined are examined in the next round', async () => {
  const { bot, world, did } = await aBot()
  world.examine = async () => {
    throw new Failure('unavailable', 'not reached')
  }
  await bot.look()
  world.examine = async () => undefined
  await bot.look()
  await bot.look()
  expect(did.filter((one) => one === 'groups')).toHaveLength(2)
})

test('groups of another Zammad are not examined; ours again, they are', async () => {
  const { bot, world, did, time, db, jobs } = await aBot()
  world.identity = 'stranger'
  await bot.look()
  await db.atomically([jobs.resume('zammad')])
  world.learn = async () => {
    throw new Failure('unavailable', 'not reached')
  }
  await bot.look()
  expect(did).not.toContain('groups')
  world.identity = 'ours'
  world.learn = async () => undefined
  time.turn(HOUR_MS)
  await bot.look()
  expect(did).toContain('groups')
})

test('groups are not examined while the lane of Zammad is paused', async () => {
  const { bot, did, db, jobs, time } = await aBot()
  const pause = { reason: 'the token is refused', now: NOON, probeAt: after(NOON, MINUTE_MS) }
  await db.atomically([jobs.pause('zammad', pause)])
  await bot.look()
  expect(did).toEqual([])
  time.turn(MINUTE_MS)
  await bot.look()
  expect(did).toEqual(['reconcile', 'groups'])
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
      article: null,
      facts: {},
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

test('a job whose time was set by a clock that was a day ahead is due within an hour of its being set right', async () => {
  const { bot, db, jobs, time } = await aBot()
  time.turn(DAY_MS)
  await bot.tick()
  await db.atomically([jobs.add(aJob({ lane: 'mail', nextAt: after(time.clock(), 5 * HOUR_MS) }))])
  await bot.tick()
  expect(await jobs.nextDue('mail')).toEqual(after(NOON, 29 * HOUR_MS))
  time.set(NOON)
  await bot.tick()
  expect(await jobs.nextDue('mail')).toEqual(NOON)
})

test('promises are swept in every round, and mornings behind it: after a reconcile, and where Zammad is silent or its lane stands still', async () => {
  const { bot, world, swept, db, jobs, time } = await aBot()
  await bot.tick()
  world.reconcile = async () => {
    time.turn(MINUTE_MS)
    throw new Failure('unavailable', 'no answer within a minute')
  }
  await bot.tick()
  const pause = { reason: 'the token is refused', now: NOON, probeAt: after(NOON, DAY_MS) }
  await db.atomically([jobs.pause('zammad', pause)])
  await bot.look()
  expect(swept).toEqual(['in step', 'morning', 'silent', 'morning', 'silent', 'morning'])
})

test('a sweep has half of the time that is left, at most fifteen seconds, and five where none is left', async () => {
  const { bot, world, time } = await aBot()
  const seconds: number[] = []
  world.sweep = async ({ inTime }) => {
    const begun = time.clock()
    while (inTime()) time.turn(SECOND_MS)
    seconds.push((time.clock().getTime() - begun.getTime()) / SECOND_MS)
  }
  await bot.tick()
  await bot.tick({ maxMs: 20 * SECOND_MS })
  world.reconcile = async () => time.turn(MINUTE_MS)
  await bot.tick()
  expect(seconds).toEqual([15, 10, 5])
})
