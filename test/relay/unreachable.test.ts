import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { NOTE_HEADING } from '../../src/routing/explanation.ts'
import { NOON } from '../support/samples.ts'
import { ANN, answering } from './answering.ts'

type Answering = Awaited<ReturnType<typeof answering>>

const notesOf = async (
  a: Answering,
): Promise<readonly { readonly ticket: unknown; readonly lines: unknown }[]> =>
  (await a.jobRows('add-note')).map(({ payload }) => JSON.parse(payload))

test('a mail that is refused for good leaves one note on the ticket, and a badge, however many follow', async () => {
  const a = await answering()
  const own = await a.opened()
  a.mishaps.push('refused', 'refused')
  await a.answer(own)
  a.time.turn(SECOND_MS)
  await a.answer(own)
  await a.pass(MINUTE_MS)
  expect(await notesOf(a)).toEqual([
    {
      ticket: own.ticketId,
      lines: [NOTE_HEADING, expect.stringContaining('The visitor cannot be reached by email')],
    },
  ])
  expect((await a.now(own.conversation)).unreachableAt).not.toBeNull()
  expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'parked' }, { state: 'parked' }])
})

test('neither note nor log tells the address, or the words of the mail server', async () => {
  const a = await answering()
  await a.answer(await a.opened())
  a.mishaps.push('refused')
  await a.round()
  const told = JSON.stringify([
    await a.jobRows('add-note'),
    a.lines.filter((line) => line.includes('parked')),
  ])
  expect(told).not.toContain(ANN)
  expect(JSON.stringify(await notesOf(a))).not.toContain('the mail failed')
})

test('five days without a mail server are told like a refusal', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  a.mishaps.push(...Array.from({ length: 2000 }, () => 'unavailable' as const))
  await a.pass(6 * DAY_MS, 6 * HOUR_MS)
  expect(await notesOf(a)).toMatchObject([{ lines: [NOTE_HEADING, expect.stringContaining('five days')] }])
  expect((await a.now(own.conversation)).unreachableAt).not.toBeNull()
})

test('where nobody knows whether an answer arrived, staff are told for each answer, and there is no badge', async () => {
  const a = await answering()
  const own = await a.opened()
  a.mishaps.push(...Array.from({ length: 6 }, () => 'lost' as const))
  await a.answer(own)
  a.time.turn(SECOND_MS)
  await a.answer(own)
  await a.pass(3 * HOUR_MS, 15 * MINUTE_MS)
  const uncertain = [NOTE_HEADING, expect.stringContaining('It is not certain that the answer reached')]
  expect((await notesOf(a)).map(({ lines }) => lines)).toEqual([uncertain, uncertain])
  expect(await a.now(own.conversation)).toMatchObject({ unreachableAt: null })
})

test('another address that cannot be reached either is told again', async () => {
  const a = await answering()
  const own = await a.opened()
  a.mishaps.push('refused', 'refused')
  await a.answer(own)
  await a.round()
  a.desk.readdress(own.ticket.customerId, 'ann.lee@new.example')
  a.time.turn(SECOND_MS)
  await a.answer(own)
  await a.round()
  expect(await notesOf(a)).toHaveLength(2)
})

test('a receipt that is refused before there is a ticket leaves a note that waits for it', async () => {
  const a = await answering()
  const own = await a.opened({ conversation: { ticketId: null, ticketCreatedAt: null, openedAt: null } })
  await a.promise(own.conversation, 'receipt')
  a.mishaps.push('refused')
  await a.round()
  expect(await notesOf(a)).toMatchObject([{ ticket: null }])
  expect((await a.jobRows('add-note'))[0]).toMatchObject({ conversation: own.conversation })
  expect(await a.now(own.conversation)).toMatchObject({ unreachableAt: NOON })
})

test('the customer of a ticket that came from no form is told of on that ticket', async () => {
  const a = await answering()
  const ticket = a.desk.addForeign('78001', { customer: { name: 'Cleo', email: 'cleo@example.org' } })
  await a.answer({ ticketId: ticket.id, conversation: null })
  a.mishaps.push('refused')
  await a.round()
  expect(await notesOf(a)).toMatchObject([{ ticket: ticket.id }])
})

test('a mistake of our own says nothing about the visitor', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  await a.round()
  const [sent] = await a.messageRows()
  await a.answer(own)
  a.mishaps.push('unavailable')
  await a.round()
  for (const { storedAs, id } of await a.messageRows())
    if (id !== sent?.id) await a.files.remove(storedAs ?? '')
  await a.pass(MINUTE_MS)
  expect((await a.jobRows('send-answer')).map(({ reasonCode }) => reasonCode)).toContain('broken')
  expect(await notesOf(a)).toEqual([])
  expect(await a.now(own.conversation)).toMatchObject({ unreachableAt: null })
})
