import { expect, test } from 'vitest'
import { examineGroups, lackingIn } from '../../src/bot/groups.ts'
import type { Group } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'
import { createLog } from '../../src/log.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createMemory } from '../../src/store/memory.ts'
import { memoryDesk } from '../intake/memory-desk.ts'
import { UNITS } from '../intake/opening.ts'
import { openPlatform } from '../support/platform.node.ts'
import { rulebookOf } from '../support/sample-rules.ts'
import { NOON, seeded } from '../support/samples.ts'

const GROUPS: readonly Group[] = UNITS.units.map(({ group }) => ({
  name: group,
  active: true,
  access: ['full'],
  hasAddress: false,
  followUp: { to: 'same-ticket' },
}))

async function examined(groups: readonly Group[] | Failure): Promise<string | null> {
  const { db } = await openPlatform()
  const memory = createMemory(db)
  const account = async () => {
    if (groups instanceof Failure) throw groups
    return { id: 3, login: 'bot', roles: ['Agent'], groups }
  }
  await examineGroups({
    desk: { ...memoryDesk(() => NOON), account },
    rulebook: () => rulebookOf(UNITS),
    memory,
    addJob: createJobs(db).add,
    atomically: db.atomically,
    clock: () => NOON,
    random: seeded(3),
    log: createLog('silent'),
  })
  return memory.recall('unusable-units')
}

/** The groups with one of them changed. */
const with1st = (change: Partial<Group>): readonly Group[] =>
  GROUPS.map((group, at) => (at === 0 ? { ...group, ...change } : group))

test.for([
  ['nothing is wrong', GROUPS, ''],
  ['reading, creating and changing is all it may', with1st({ access: ['read', 'create', 'change'] }), ''],
  ['it may not read', with1st({ access: ['create', 'change'] }), 'first-line'],
  ['it may not create', with1st({ access: ['read', 'change', 'overview'] }), 'first-line'],
  ['it may not change', with1st({ access: ['read', 'create'] }), 'first-line'],
  ['a group is inactive', with1st({ active: false }), 'first-line'],
  ['a group has another name, by one letter', with1st({ name: 'First line support' }), 'first-line'],
  ['Zammad shows no group at all', [], 'first-line, nodes, technical'],
] as const)('where %s, the units that can take no ticket are remembered', async ([, groups, unusable]) => {
  expect(await examined(groups)).toBe(unusable)
})

test.for([
  [['create', 'change'], 'read'],
  [['overview', 'create'], 'read and change'],
  [['overview'], 'read, create and change'],
  [['read', 'create', 'change'], null],
  [['full'], null],
] as const)('of a group where it may %s, the bot is told to lack %s', ([access, lacking]) => {
  expect(lackingIn({ access })).toBe(lacking)
})

test('a Zammad that does not answer proves nothing of the groups', async () => {
  await expect(examined(new Failure('unavailable', 'not reached'))).rejects.toMatchObject({
    code: 'unavailable',
  })
})
