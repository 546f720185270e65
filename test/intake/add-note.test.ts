import { expect, test } from 'vitest'
import { after } from '../../src/clock.ts'
import { addNote } from '../../src/intake/add-note.ts'
import { createLog } from '../../src/log.ts'
import { runDue } from '../../src/outbox/run.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { openPlatform } from '../support/platform.node.ts'
import { aJob, NOON, seeded } from '../support/samples.ts'
import { memoryDesk, type MemoryDesk } from './memory-desk.ts'

/** One note that is to be added to a ticket, with what the log says of it. */
async function noted(prepare: (desk: MemoryDesk, ticket: number) => void) {
  const { db } = await openPlatform()
  const clock = () => NOON
  const desk = memoryDesk(clock)
  const { id } = desk.addForeign('78001')
  prepare(desk, id)
  const jobs = createJobs(db)
  const lines: string[] = []
  const log = createLog('warn', (line) => lines.push(line))
  const kinds = { 'add-note': addNote({ desk, mailHost: 'desk.example', log }) }
  const payload = { ticket: id, lines: ['First', 'Second'] }
  await db.atomically([jobs.add(aJob({ kind: 'add-note', payload }))])
  const outbox = { jobs, kinds, atomically: db.atomically, clock, random: seeded(2), log }
  await runDue(outbox, 'zammad', { width: 1, until: after(NOON, 1) })
  const [done] = await jobs.list(['done', 'parked'])
  return { desk, lines, state: done?.state }
}

test('a note is internal, in one text, under the Message-ID of its job', async () => {
  const { desk, state, lines } = await noted(() => {})
  expect(desk.notes).toEqual([{ ticket: 1, messageId: '<job-1@desk.example>', body: 'First\nSecond' }])
  expect((await desk.articles(1))?.at(-1)).toMatchObject({ sender: 'System', internal: true })
  expect([state, lines]).toEqual(['done', []])
})

test.for([
  ['gone', 'removed'],
  ['out-of-sight', 'hidden'],
] as const)('a note on a ticket that is %s is let go, and the log says so', async ([seen, how]) => {
  const { desk, state, lines } = await noted((prepared, ticket) => prepared[how].add(ticket))
  expect(desk.notes).toEqual([])
  expect(state).toBe('done')
  expect(lines.join()).toContain(`the ticket is ${seen}`)
})

test('a note that is refused on a ticket in sight is parked where staff see it', async () => {
  const { state } = await noted((desk) => desk.refused.add('note'))
  expect(state).toBe('parked')
})

test('a note leaves a merged ticket merged', async () => {
  const { desk, state } = await noted((prepared, ticket) => {
    prepared.byHand(ticket, { closed: true, state: 'merged' })
  })
  expect(desk.notes).toHaveLength(1)
  expect(desk.changes).toEqual([])
  expect(desk.tickets[0]?.ticket).toMatchObject({ state: 'merged', closed: true })
  expect(state).toBe('done')
})
