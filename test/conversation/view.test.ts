import { expect, test } from 'vitest'
import { createViews, maskedAddress, tellAnswers } from '../../src/conversation/view.ts'
import { uploadForm } from '../support/sample-forms.ts'
import { aSubmission, NOON } from '../support/samples.ts'
import { aSending } from './sending.ts'

test('whoever holds the link sees the request, in whatever case it was typed', async () => {
  const sending = await aSending()
  const views = createViews(sending)
  for (const token of [sending.token, sending.token.toUpperCase()]) {
    expect(await views.byToken(token)).toMatchObject({
      conversation: { id: 'conversation-1' },
      submission: { id: 'submission-1' },
      files: [],
      status: 'received',
    })
  }
})

test.for([
  ['nothing', () => ''],
  ['another token', () => '0'.repeat(32)],
  ['a token with more behind it', (token: string) => `${token}0`],
  ['a token cut short', (token: string) => token.slice(1)],
  ['the hash of the link', () => 'hash-1'],
  ['the reference', () => '7801234567890'],
] as const)('nobody is let in by %s', async ([, tokenOf]) => {
  const sending = await aSending()
  expect(await createViews(sending).byToken(tokenOf(sending.token))).toBeNull()
})

test('a request is opened once its ticket is known', async () => {
  const sending = await aSending()
  const claimed = await sending.jobs.claim('mail', { now: NOON, lease: 'l', leaseMs: 1000 })
  if (!claimed) throw new Error('nothing was claimed')
  const ticket = { id: 7, number: '7801234567890', createdAt: NOON, unit: 'first-line', openedAt: NOON }
  await sending.db.atomically([sending.conversations.opened('conversation-1', ticket, claimed)])
  expect(await createViews(sending).byToken(sending.token)).toMatchObject({ status: 'opened' })
})

test.for([
  ['ann.lee@hospital.example', 'a•••••@hospital.example'],
  ['a@b.example', 'a•••••@b.example'],
  ['"odd@local"@b.example', '"•••••@b.example'],
] as const)('of %s a page shows %s', ([address, shown]) => {
  expect(maskedAddress(address)).toBe(shown)
})

test('answers are told under their labels in the order of the form, choices by their words', () => {
  const submission = aSubmission({
    answers: {
      what: 'It stops',
      node: 'upv',
      what_arrived: ['images', 'clinical'],
      organisation: '',
      consent: true,
      unknown_field: 'kept out',
    },
  })
  expect(tellAnswers(uploadForm, submission, (text) => text.es ?? '')).toEqual([
    { label: 'Nodo de referencia', value: 'UPV, Valencia' },
    { label: '¿Qué ha llegado?', value: 'Imágenes, Datos clínicos' },
    { label: '¿Qué ocurre?', value: 'It stops' },
  ])
})
