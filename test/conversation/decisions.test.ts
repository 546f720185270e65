import { expect, test } from 'vitest'
import { linkHash, linkToken } from '../../src/conversation/link.ts'
import { NOON } from '../support/samples.ts'
import { aSending } from './sending.ts'

async function aParked() {
  const sending = await aSending()
  sending.mishaps.push('refused')
  await sending.round()
  return sending
}

test('what stands still is listed with its reason and the visitor’s reference', async () => {
  const sending = await aParked()
  expect(await sending.decisions.list(['parked'])).toMatchObject([
    {
      id: 'job-1',
      kind: 'send-message',
      state: 'parked',
      code: 'refused',
      reason: 'the mail failed: refused',
      reference: '7801234567890',
    },
  ])
  expect(await sending.decisions.list(['ready', 'done'])).toEqual([])
})

test('a retry goes at once', async () => {
  const sending = await aParked()
  expect(await sending.decisions.retry('job-1', {})).toBe('done')
  await sending.round()
  expect(sending.sent).toHaveLength(1)
})

test('a corrected address gets a mail and a link of its own, and the old link ends', async () => {
  const sending = await aParked()
  expect(await sending.decisions.retry('job-1', { address: 'Ann@Other.example' })).toBe('done')
  await sending.round()
  expect(sending.sent).toMatchObject([{ to: expect.stringMatching(/^ann@other\.example$/i) }])
  const conversation = await sending.conversations.byId('conversation-1')
  if (!conversation) throw new Error('the conversation is gone')
  const token = await linkToken(sending.signer, conversation)
  expect(conversation.link.generation).toBe(2)
  expect(sending.rendered.at(-1)?.message.link).toBe(`https://desk.example/c/${token}`)
  expect(await sending.conversations.byLinkHash(await linkHash(sending.token))).toBeNull()
  expect(await sending.submissions.byId('submission-1')).toMatchObject({ email: conversation.recipient })
})

test('a discarded job is never run, and keeps the reason', async () => {
  const sending = await aParked()
  expect(await sending.decisions.discard('job-1', 'asked by phone')).toBe('done')
  await sending.round()
  expect(sending.sent).toEqual([])
  expect(await sending.job()).toMatchObject({
    state: 'discarded',
    reason: 'asked by phone',
    settledAt: NOON.getTime(),
  })
})

test.for([
  ['an unknown unit', 'unknown-unit', { unit: 'nobody' }],
  ['no address', 'bad-address', { address: 'not an address' }],
  ['two addresses', 'bad-address', { address: 'a@b.example, c@d.example' }],
] as const)('%s changes nothing', async ([, decided, change]) => {
  const sending = await aParked()
  expect(await sending.decisions.retry('job-1', change)).toBe(decided)
  expect(await sending.job()).toMatchObject({ state: 'parked' })
  expect(await sending.conversations.byId('conversation-1')).toMatchObject({
    recipient: sending.address,
    link: { generation: 1 },
  })
})

test('what is not parked is nobody’s to decide', async () => {
  const sending = await aSending()
  expect(await sending.decisions.retry('job-1', {})).toBe('not-parked')
  expect(await sending.decisions.discard('job-1', 'why not')).toBe('not-parked')
  expect(await sending.decisions.discard('nothing', 'why not')).toBe('not-parked')
  expect(await sending.job()).toMatchObject({ state: 'ready' })
})
