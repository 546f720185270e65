import { expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/clock.ts'
import { createSay } from '../../src/conversation/say.ts'
import { jobs as jobRows, replies as replyRows } from '../../src/store/schema.ts'
import { anEntry } from '../store/records.ts'
import { anOpenTalk, aTalk } from './talking.ts'

test('what is said is stored with its files and the job that brings it to Zammad before it resolves', async () => {
  const talk = await anOpenTalk()
  const file = await talk.kept('log.txt', 'the log')
  expect(await talk.say('It works now', { files: [file] })).toEqual({ outcome: 'accepted' })
  const [reply] = await talk.replies.ofConversation('conversation-1')
  expect(reply).toMatchObject({ act: 'reply', body: 'It works now', score: null, postedAt: null })
  expect(await talk.replies.filesOf(reply?.id ?? '')).toEqual([file])
  const rows = await talk.db.q.select().from(jobRows)
  expect(rows.find(({ kind }) => kind === 'post-reply')).toMatchObject({
    lane: 'zammad',
    state: 'ready',
    serial: `ticket:${talk.ticket}`,
    conversation: 'conversation-1',
    payload: JSON.stringify({ reply: reply?.id }),
  })
})

test('before there is a ticket the words of a conversation wait behind one another', async () => {
  const talk = await aTalk()
  await talk.say('One more thing')
  const rows = await talk.db.q.select().from(jobRows)
  expect(rows.find(({ kind }) => kind === 'post-reply')?.serial).toBe('conversation:conversation-1')
})

test('controls and what turns text around are taken out, line breaks and tabs stay', async () => {
  const talk = await aTalk()
  await talk.say('  first\r\nsecond\u0000\tthird \u202Eevil\u2028fourth\n')
  const [reply] = await talk.replies.ofConversation('conversation-1')
  expect(reply?.body).toBe('first\nsecond\tthird evil\nfourth')
})

test('a repeat under one key is known, and stores nothing', async () => {
  const talk = await aTalk()
  const file = await talk.kept('log.txt', 'the log')
  expect(await talk.isUsed('once')).toBe(false)
  expect(await talk.say('Hello', { key: 'once', files: [file] })).toEqual({ outcome: 'accepted' })
  expect(await talk.isUsed('once')).toBe(true)
  const again = await talk.kept('log.txt', 'the log')
  expect(await talk.say('Hello\r\n', { key: 'once', files: [again] })).toEqual({ outcome: 'repeated' })
  expect(await talk.replies.ofConversation('conversation-1')).toHaveLength(1)
  expect(await talk.states('post-reply')).toEqual(['ready'])
})

test('the same words and files under another key, ten minutes long, are a repeat; then they are said anew', async () => {
  const talk = await aTalk()
  const saying = async () => talk.say('Hello', { files: [await talk.kept('log.txt', 'the log')] })
  expect(await saying()).toEqual({ outcome: 'accepted' })
  talk.time.turn(9 * MINUTE_MS)
  expect(await saying()).toEqual({ outcome: 'repeated' })
  expect(await talk.states('post-reply')).toEqual(['ready'])
  talk.time.turn(MINUTE_MS)
  expect(await saying()).toEqual({ outcome: 'accepted' })
})

test('the same words are said anew where something was said in between, by the visitor or by staff', async () => {
  const talk = await aTalk()
  const outcome = async (body: string) => (await talk.say(body)).outcome
  expect([await outcome('Still broken'), await outcome('Sorry'), await outcome('Still broken')]).toEqual([
    'accepted',
    'accepted',
    'accepted',
  ])
  const answer = anEntry({ firstSeenAt: talk.time.clock() })
  await talk.atomically([talk.ledger.keep(answer), talk.ledger.share(answer, 'conversation-1')])
  expect([await outcome('Still broken'), await outcome('Still broken')]).toEqual(['accepted', 'repeated'])
})

test.for([
  ['other words', 'Hello there', ['log.txt', 'the log']],
  ['a file of another name', 'Hello', ['other.txt', 'the log']],
  ['a file of other bytes', 'Hello', ['log.txt', 'another log']],
] as const)('%s under another key are no repeat', async ([, body, [name, text]]) => {
  const talk = await aTalk()
  await talk.say('Hello', { files: [await talk.kept('log.txt', 'the log')] })
  expect(await talk.say(body, { files: [await talk.kept(name, text)] })).toEqual({ outcome: 'accepted' })
})

test('what is solved once more, after a further word, is no repeat', async () => {
  const talk = await aTalk()
  const outcomes = [
    await talk.say('', { act: 'solved' }),
    await talk.say('It is broken again'),
    await talk.say('', { act: 'solved' }),
  ]
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted'])
})

test.for([
  ['other words', { body: 'Goodbye' }],
  ['another act', { act: 'rating' }],
  ['another score', { score: 3 }],
  ['a file more', { files: 'more' }],
  ['a file of another name', { files: 'renamed' }],
  ['a file of other bytes', { files: 'changed' }],
  ['another conversation', { conversation: 'another' }],
] as const)('a key that was used is not used for %s', async ([, other]) => {
  const talk = await aTalk()
  const file = await talk.kept('log.txt', 'the log')
  const conversation = await talk.conversation()
  const said = { key: 'once', act: 'reply', body: 'Hello', score: null, files: [file], conversation } as const
  await talk.saying(said)
  const files = {
    more: [file, await talk.kept('more.txt', 'more')],
    renamed: [await talk.kept('other.txt', 'the log')],
    changed: [await talk.kept('log.txt', 'another log')],
  }
  const changed = {
    ...said,
    ...other,
    files: 'files' in other ? files[other.files] : said.files,
    conversation: { ...conversation, ...('conversation' in other ? { id: other.conversation } : {}) },
  }
  expect(await talk.saying(changed)).toEqual({ outcome: 'other-content' })
  expect(await talk.db.q.select().from(replyRows)).toHaveLength(1)
})

test('of two that say the same under one key at one moment, one is taken and the other a repeat', async () => {
  const talk = await aTalk()
  const conversation = await talk.conversation()
  const said = { key: 'once', act: 'reply', body: 'Hello', score: null, files: [], conversation } as const
  const byKey = talk.replies.byKey
  let looks = 0
  const late = createSayLate(talk, async (key) => {
    looks += 1
    if (looks > 1) return byKey(key)
    const seen = await byKey(key)
    await talk.saying(said)
    return seen
  })
  expect(await late.say(said)).toEqual({ outcome: 'repeated' })
  expect(await talk.replies.ofConversation('conversation-1')).toHaveLength(1)
  expect(await talk.states('post-reply')).toEqual(['ready'])
})

/** Somebody whose look for the key is overtaken by another. */
function createSayLate(
  talk: Awaited<ReturnType<typeof aTalk>>,
  byKey: (typeof talk.replies)['byKey'],
): ReturnType<typeof createSay> {
  return createSay({ ...talk, replies: { ...talk.replies, byKey } })
}
