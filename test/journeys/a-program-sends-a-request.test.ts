import { expect, test } from 'vitest'
import { openTown, type Town } from '../support/town.ts'
import { aPdf, uploadTrouble } from './requests.ts'

const { answers } = uploadTrouble()

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

const asJson = (change: object = {}): RequestInit => ({
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    form: 'upload-trouble',
    time_zone: 'Europe/Lisbon',
    answers: { ...answers, consent: true },
    files: [{ field: 'log', name: aPdf().name, type: aPdf().type, base64: base64(aPdf().bytes) }],
    ...change,
  }),
})

function asMultipart(): RequestInit {
  const body = new FormData()
  body.append('form', 'upload-trouble')
  body.append('time_zone', 'Europe/Lisbon')
  for (const [id, answer] of Object.entries(answers)) body.append(id, String(answer))
  body.append('log', new File([aPdf().bytes], aPdf().name, { type: aPdf().type }))
  return { body }
}

const submit = async (town: Town, key: string | null, sent: RequestInit) => {
  const request = new Request(`${town.publicUrl}/api/v1/submissions`, { ...sent, method: 'POST' })
  if (key !== null) request.headers.set('Idempotency-Key', key)
  const answer = await town.service.app.fetch(request)
  return { status: answer.status, body: await answer.json() }
}

test.for([
  ['JSON', asJson],
  ['multipart', asMultipart],
] as const)('a program sends %s and follows the ticket by JSON', async ([, request]) => {
  const town = await openTown({ settings: { PUBLIC_URL: 'https://x.example/helpdesk' } })
  await town.tick()
  const { status, body } = await submit(town, null, request())
  expect(status).toBe(201)
  expect(body).toEqual({
    reference: expect.stringMatching(/^780\d{10,}$/),
    ticket_number: body.reference,
    conversation_url: expect.stringMatching(/^https:\/\/x\.example\/helpdesk\/c\/[0-9a-z]{32}$/),
    due_at: '2026-11-23T12:00:00.000Z',
    status: 'received',
  })
  await town.tick()
  const ticket = await town.onlyTicket()
  expect(ticket.number).toBe(body.ticket_number)
  const { name, type, bytes } = aPdf()
  expect(ticket.articles[0]?.attachments).toEqual([{ name, type, bytes }])

  const token = body.conversation_url.split('/').at(-1)
  const followed = await town.visitor.opens(`/api/v1/conversations/${token}`)
  const conversation = JSON.parse(followed.html)
  expect(conversation).toMatchObject({
    ticket_number: ticket.number,
    status: 'opened',
    unit: 'Reference nodes',
  })
  const [attachment] = conversation.articles[0].attachments
  expect(attachment).toMatchObject({ name, size: bytes.length })
  const file = await town.service.app.fetch(new Request(attachment.url))
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes)
  expect((await town.visitor.opens(body.conversation_url)).text).toContain('12:00 (your time, Europe/Lisbon)')
})

test('under one Idempotency-Key there is one request, as JSON or multipart; other content is refused', async () => {
  const town = await openTown()
  await town.tick()
  const first = await submit(town, 'order-66', asJson())
  expect(first.status).toBe(201)
  const again = await submit(town, 'order-66', asJson())
  expect(again).toEqual({ status: 200, body: first.body })
  await town.tick()
  const asParts = await submit(town, 'order-66', asMultipart())
  expect(asParts).toEqual({ status: 200, body: { ...first.body, status: 'opened' } })
  const other = await submit(
    town,
    'order-66',
    asJson({ answers: { ...answers, consent: true, what: 'Other words' } }),
  )
  expect(other.status).toBe(409)
  const otherKey = await submit(town, 'order-67', asJson())
  expect(otherKey.status).toBe(201)
  await town.at('+1h').tick()
  expect(await town.tickets()).toHaveLength(2)
  expect(await town.mails()).toHaveLength(2)
})

test('without a prefix the number is null at first, and is told as soon as it is known', async () => {
  const town = await openTown({ settings: { TICKET_NUMBERS: 'zammad' } })
  await town.tick()
  const first = await submit(town, 'once', asJson())
  expect(first.body).toMatchObject({ reference: expect.stringMatching(/^FL-/), ticket_number: null })
  await town.tick()
  const again = await submit(town, 'once', asJson())
  const { number } = await town.onlyTicket()
  expect(again).toEqual({ status: 200, body: { ...first.body, ticket_number: number, status: 'opened' } })
})
