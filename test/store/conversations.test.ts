import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { aConversation, aJob, aSubmission, NOON } from '../support/samples.ts'

const idOf = (ticket: number): string => `conversation-${ticket}`

/** Conversations whose tickets of these ids were opened, and one without a ticket. */
async function open(tickets: readonly number[]) {
  const { db } = await openPlatform()
  const submissions = createSubmissions(db)
  const conversations = createConversations(db)
  const jobs = createJobs(db)
  const house = [0, ...tickets].flatMap((n) => [
    ...submissions.add(
      aSubmission({ id: `submission-${n}` }),
      { key: `k-${n}`, keyUntil: after(NOON, HOUR_MS), content: 'c' },
      [],
    ),
    conversations.add(
      aConversation({
        id: idOf(n),
        submission: `submission-${n}`,
        reference: `r-${n}`,
        ticketNumber: null,
        link: { hash: `hash-${n}`, generation: 1, keyId: 'key' },
      }),
    ),
  ])
  await db.atomically([...house, jobs.add(aJob())])
  const held = await jobs.claim('zammad', { now: NOON, lease: 'lease', leaseMs: HOUR_MS })
  if (!held) throw new Error('the claim found nothing')
  await db.atomically(
    tickets.map((id) =>
      conversations.opened(
        idOf(id),
        { id, number: `78${id}`, createdAt: NOON, unit: 'first-line', openedAt: NOON },
        held,
      ),
    ),
  )
  return { conversations, atomically: db.atomically }
}

test('the conversations of any number of tickets are found, and only those', async () => {
  const tickets = Array.from({ length: 181 }, (_, index) => index + 1)
  const { conversations } = await open(tickets)
  const others = [500, 501]
  const found = await conversations.ofTickets([...others, ...tickets])
  expect([...found].map(([ticket, { id }]) => [ticket, id])).toEqual(tickets.map((n) => [n, idOf(n)]))
  expect(await conversations.ofTickets([...others, 7, 7])).toEqual(
    new Map([[7, await conversations.byId(idOf(7))]]),
  )
  expect(await conversations.ofTickets([])).toEqual(new Map())
})

test('an opened conversation moves to another unit by itself; one without a ticket stays', async () => {
  const { conversations, atomically } = await open([1, 2])
  expect(
    await atomically([
      conversations.moved(idOf(1), 'technical'),
      conversations.moved(idOf(0), 'technical'),
      conversations.moved('nothing', 'technical'),
    ]),
  ).toEqual([1, 0, 0])
  const units = [0, 1, 2].map(async (n) => (await conversations.byId(idOf(n)))?.unit)
  expect(await Promise.all(units)).toEqual(['first-line', 'technical', 'first-line'])
})
