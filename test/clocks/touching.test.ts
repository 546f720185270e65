import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { aTalk } from '../conversation/talking.ts'
import { aFollowedTicket } from '../store/records.ts'
import { NOON } from '../support/samples.ts'
import { touchConversation, touchTickets } from '../../src/clocks/touching.ts'

type Talk = Awaited<ReturnType<typeof aTalk>>

/** Ids of what is to be reckoned by now; with what was due put off, so that only what comes is. */
const dueIn = async ({ records, time }: Talk): Promise<readonly string[]> =>
  (await records.due(after(time.clock(), 1), 9)).map(({ id }) => id)

async function settled(talk: Talk): Promise<void> {
  for (const row of await talk.records.due(after(talk.time.clock(), HOUR_MS), 9)) {
    const known = await talk.records.byId(row.id)
    if (known) await talk.db.atomically(talk.records.keep({ ...known, nextAt: null }, [], row.touched))
  }
}

test('a ticket that is opened, and each word on the page, is to be reckoned at once; a rating is not', async () => {
  const talk = await aTalk()
  await talk.round()
  expect(await dueIn(talk)).toEqual(['c:conversation-1'])
  expect((await talk.records.byId('c:conversation-1'))?.subject.ticketId).toBe(1)
  for (const [act, expected] of [
    ['reply', ['c:conversation-1']],
    ['rating', []],
    ['solved', ['c:conversation-1']],
  ] as const) {
    await settled(talk)
    const said = { act, body: act, score: act === 'rating' ? 5 : null, key: act, files: [] }
    await talk.saying({ ...said, conversation: await talk.conversation() })
    expect({ act, due: await dueIn(talk) }).toEqual({ act, due: expected })
  }
})

test('what is said on a request that was merged is to be reckoned on the ticket that it went into as well', async () => {
  const talk = await aTalk()
  await talk.round()
  await settled(talk)
  const ids = [50, 60]
  await talk.db.atomically(ids.map((id) => talk.followed.keep(aFollowedTicket({ id, number: `780${id}` }))))
  await talk.db.atomically([talk.conversations.change('conversation-1', { mergedInto: 50 })])
  const now = talk.time.clock()
  await talk.db.atomically(await touchConversation(talk, await talk.conversation(), now))
  expect((await dueIn(talk)).toSorted()).toEqual(['c:conversation-1', 't:50'])
})

test('of tickets that we do not answer for only what was merged into them is to be reckoned', async () => {
  const talk = await aTalk()
  await talk.round()
  await settled(talk)
  await talk.db.atomically([talk.conversations.change('conversation-1', { mergedInto: 99 })])
  await talk.db.atomically(await touchTickets(talk, [99, 98, 99], NOON))
  expect(await dueIn(talk)).toEqual(['c:conversation-1'])
})
