import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/clock.ts'
import type { ReplyMishap } from '../intake/memory-desk.ts'
import { anOpenTalk, type Blow, type Talk } from './talking.ts'

const SECOND = '78002'

/** Somebody else's ticket, into which this one may be merged. */
const another = (talk: Talk): number => {
  const known = talk.desk.tickets.find(({ ticket }) => ticket.number === SECOND)
  return known?.ticket.id ?? talk.desk.addForeign(SECOND).id
}
const close = (talk: Talk): void => void talk.desk.byHand(talk.ticket, { closed: true })
const answer = (talk: Talk): void => void talk.desk.byHand(talk.ticket, { state: 'open' })
const merge = (talk: Talk): void => talk.desk.mergeByHand(talk.ticket, another(talk))
const closedMerge = (talk: Talk): void => {
  merge(talk)
  talk.desk.byHand(another(talk), { closed: true })
}

interface Story {
  readonly before: (talk: Talk) => void
  /** What somebody does between our reading and our writing. */
  readonly meanwhile?: (talk: Talk) => void
  readonly act?: 'reply' | 'solved' | 'rating'
  /** Where the words are in the end. */
  readonly at: 'own' | 'other'
  /** States of the own ticket and, where there is one, of the other. */
  readonly states: readonly string[]
  /** How many notes on both tickets tell of a merge that was mended. */
  readonly mended?: number
}

const MERGED_AGAIN = 'Merged again'

const STORIES: Readonly<Record<string, Story>> = {
  'a word in an open ticket': { before: answer, at: 'own', states: ['open'] },
  'a word that opens a closed ticket': { before: close, at: 'own', states: ['open'] },
  'a word that opens what the ticket was merged into': {
    before: closedMerge,
    at: 'other',
    states: ['merged', 'open'],
  },
  'a word in a ticket that is being closed': {
    before: answer,
    meanwhile: close,
    at: 'own',
    states: ['open'],
  },
  'a word in an open ticket that is being merged': {
    before: answer,
    meanwhile: merge,
    at: 'other',
    states: ['merged', 'new'],
    mended: 1,
  },
  'a word in a closed ticket that is being merged': {
    before: close,
    meanwhile: merge,
    at: 'other',
    states: ['merged', 'new'],
    mended: 1,
  },
  'a word in a closed ticket that is being opened': {
    before: close,
    meanwhile: answer,
    at: 'own',
    states: ['open'],
  },
  'a word to the target of a merge that is being taken back': {
    before: merge,
    meanwhile: answer,
    at: 'other',
    states: ['open', 'new'],
  },
  'a word to the target of a merge that is being closed': {
    before: merge,
    meanwhile: (talk) => void talk.desk.byHand(another(talk), { closed: true }),
    at: 'other',
    states: ['merged', 'open'],
  },
  'a ticket that the visitor says is solved': {
    before: answer,
    act: 'solved',
    at: 'own',
    states: ['closed'],
  },
  'a solved ticket that is being merged': {
    before: answer,
    meanwhile: merge,
    act: 'solved',
    at: 'other',
    states: ['merged', 'new'],
    mended: 1,
  },
  'a rating of a closed ticket': { before: close, act: 'rating', at: 'own', states: ['closed'] },
}

async function tell(story: Story, strike: { readonly at: number; readonly blow: Blow } | null) {
  const talk = await anOpenTalk()
  if (story.states.length > 1) another(talk)
  talk.desk.tagByHand(talk.ticket, 'rated-1', 'urgent')
  story.before(talk)
  const { act = 'reply', meanwhile } = story
  if (meanwhile) {
    talk.desk.interruptions.push(() => {
      talk.time.turn(1000)
      meanwhile(talk)
      talk.time.turn(1000)
    })
  }
  await talk.say('These words', { act, score: act === 'rating' ? 4 : null })
  talk.strike(strike?.at ?? 0, strike?.blow ?? 'lost')
  await talk.settle()
  const calls = talk.calls.count
  talk.strike(0, 'lost')
  return { talk, calls }
}

/** Where the words are, by ticket, and what else has come of the story. */
async function ending({ talk }: Awaited<ReturnType<typeof tell>>) {
  const [reply] = await talk.replies.ofConversation('conversation-1')
  const messageId = `<${reply?.id}@desk.example>`
  const tickets = talk.desk.tickets.map(({ ticket }) => ticket.id)
  const articles = await Promise.all(tickets.map((id) => talk.desk.articles(id)))
  const notes = articles.flat().filter((one) => one?.body.startsWith(MERGED_AGAIN))
  return {
    words: articles.map((all) => all?.filter((one) => one.messageId === messageId).length),
    states: tickets.map((id) => talk.stateOf(id)),
    mended: notes.length,
    posted: await talk.posted(),
    unfinished: await talk.jobs.list(['ready', 'running', 'unknown', 'parked']),
  }
}

const expected = ({ at, states, mended = 0 }: Story) => ({
  words: states.length === 1 ? [1] : at === 'own' ? [1, 0] : [0, 1],
  states,
  mended,
  posted: [true],
  unfinished: [],
})

test.for(Object.entries(STORIES))('%s ends as it should when nothing fails', async ([, story]) => {
  expect(await ending(await tell(story, null))).toEqual(expected(story))
})

test.for(
  Object.entries(STORIES).flatMap(([name, story]) =>
    (['unavailable', 'lost', 'killed'] as const).map((blow) => [name, blow, story] as const),
  ),
)('%s ends the same whatever one call is %s', async ([, blow, story]) => {
  const { calls } = await tell(story, null)
  for (let at = 1; at <= calls; at += 1) {
    expect([at, await ending(await tell(story, { at, blow }))]).toEqual([at, expected(story)])
  }
})

test.for(['a word in a closed ticket that is being merged', 'a solved ticket that is being merged'])(
  'a token that is refused in the middle of it changes nothing of %s',
  async (name) => {
    const story = STORIES[name] ?? never()
    const { calls } = await tell(story, null)
    for (let at = 1; at <= calls; at += 1) {
      const ended = await ending(await tell(story, { at, blow: 'misconfigured' }))
      expect([at, ended]).toEqual([at, expected(story)])
    }
  },
)

test('a solved ticket is closed with one note, in the visitor’s words where there are any', async () => {
  const { talk } = await tell(STORIES['a ticket that the visitor says is solved'] ?? never(), null)
  const notes = await talk.notesOn(talk.ticket)
  expect(notes.map(({ body, internal }) => [body, internal]).at(-1)).toEqual([
    'The visitor says: this is solved.\n\nThese words',
    true,
  ])
})

test('a rating is a note and a tag, in the place of an earlier rating, and opens nothing', async () => {
  const { talk } = await tell(STORIES['a rating of a closed ticket'] ?? never(), null)
  expect(talk.desk.tickets[0]?.tags.toSorted()).toEqual(['rated-4', 'urgent'])
  expect((await talk.notesOn(talk.ticket)).at(-1)?.body).toBe('Rated 4 of 5\n\nThese words')
})

test.for(['solved', 'rating'] as const)(
  'a %s of a request that was merged into another’s is a note there, and leaves that ticket as it is',
  async (act) => {
    const { talk } = await tell({ before: merge, act, at: 'other', states: ['merged', 'new'] }, null)
    const other = another(talk)
    expect((await talk.notesOn(other)).at(-1)?.body).toContain('These words')
    expect(talk.desk.tickets.find(({ ticket }) => ticket.id === other)?.tags).toEqual([])
    expect([talk.stateOf(talk.ticket), talk.stateOf(other)]).toEqual(['merged', 'new'])
  },
)

test('what cannot be merged again is told to staff, once, and the words are there', async () => {
  const talk = await anOpenTalk()
  another(talk)
  close(talk)
  talk.desk.refused.add('merge')
  talk.desk.interruptions.push(() => merge(talk))
  await talk.say('These words')
  await talk.settle()
  expect(await talk.words(talk.ticket)).toEqual(['These words'])
  expect((await talk.notesOn(talk.ticket)).map(({ body }) => body).at(-1)).toBe(
    'The visitor’s words reopened this ticket at the moment when somebody merged it.\n' +
      'It could not be merged again. Please do so.',
  )
  expect(await talk.posted()).toEqual([true])
})

test('a merge that our words took back is mended once the ticket is in sight again', async () => {
  const talk = await anOpenTalk()
  const other = another(talk)
  close(talk)
  talk.desk.interruptions.push(() => merge(talk))
  await talk.say('These words')
  // Reading, the group's rule, the words; then comes the look at what they did.
  talk.strike(4, 'unavailable')
  await talk.round()
  talk.desk.hidden.add(talk.ticket)
  await talk.settle(30 * MINUTE_MS)
  expect([talk.stateOf(talk.ticket), await talk.posted()]).toEqual(['open', [false]])
  talk.desk.hidden.clear()
  await talk.settle()
  expect([talk.stateOf(talk.ticket), await talk.posted()]).toEqual(['merged', [true]])
  expect((await talk.words(other)).at(-1)).toBe('These words')
  expect(talk.desk.replies).toHaveLength(1)
})

test('words that Zammad has are not parked where the ticket is deleted afterwards', async () => {
  const talk = await anOpenTalk()
  await talk.say('These words')
  talk.strike(3, 'unavailable')
  await talk.round()
  expect(talk.desk.replies).toHaveLength(1)
  talk.desk.removed.add(talk.ticket)
  await talk.settle()
  expect([await talk.states('post-reply'), await talk.posted()]).toEqual([['done'], [true]])
  expect(await talk.hints.oldest(5)).toMatchObject([{ ticket: talk.ticket }])
})

test('a ticket that staff close once they have the words stays closed', async () => {
  const talk = await anOpenTalk()
  answer(talk)
  talk.desk.replyMishaps.push('lost')
  await talk.say('These words')
  await talk.settle(1000)
  talk.time.turn(1000)
  close(talk)
  await talk.settle()
  expect(talk.stateOf(talk.ticket)).toBe('closed')
  expect(await talk.posted()).toEqual([true])
})

test('whatever befalls them, the words of a visitor are in Zammad once each and in their order', async () => {
  const mishap = fc.constantFrom<ReplyMishap>('unavailable', 'lost', 'late', 'uncertain', 'misconfigured')
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(mishap, { maxLength: 6 }),
      fc.boolean(),
      async (count, mishaps, isClosed) => {
        const talk = await anOpenTalk()
        if (isClosed) close(talk)
        talk.desk.replyMishaps.push(...mishaps)
        const words = Array.from({ length: count }, (_, n) => `word ${n}`)
        for (const word of words) await talk.say(word)
        await talk.settle()
        expect(await talk.words(talk.ticket)).toEqual(words)
        expect(await talk.posted()).toEqual(words.map(() => true))
      },
    ),
    { numRuns: process.env['FULL'] ? 100 : 10, seed: 7 },
  )
})

function never(): never {
  throw new Error('there is no such story')
}
