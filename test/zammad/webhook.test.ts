import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Secret } from '../../src/secret.ts'
import { createWebhook } from '../../src/zammad/webhook.ts'

const Recorded = z.object({
  secret: z.string(),
  deliveries: z.array(
    z.object({ headers: z.object({ 'x-hub-signature': z.string() }), raw: z.string() }).transform((one) => ({
      raw: one.raw,
      signature: one.headers['x-hub-signature'],
    })),
  ),
})

const recorded = (version: string) =>
  Recorded.parse(
    JSON.parse(readFileSync(`test/fixtures/zammad/${version}/05-webhook-deliveries.json`, 'utf8')),
  )

const bytes = (text: string) => new TextEncoder().encode(text)
const webhookOf = (...secrets: readonly string[]) => createWebhook(secrets.map((text) => new Secret(text)))

test.for(['6.2', '6.6'])(
  'what a real Zammad %s sent is signed, over its bytes as they came, and names its ticket',
  async (version) => {
    const { secret, deliveries } = recorded(version)
    const webhook = await webhookOf(secret)
    expect(deliveries.length).toBeGreaterThan(20)
    for (const { raw, signature } of deliveries) {
      expect(await webhook.isSigned(bytes(raw), signature)).toBe(true)
      expect(await webhook.isSigned(bytes(`${raw} `), signature)).toBe(false)
      expect(webhook.ticketIn(bytes(raw))).toBe(Number(/,"id":(\d+),"last_close_at"/.exec(raw)?.[1]))
    }
  },
)

test('a body that was read and written anew is not what was signed', async () => {
  const { secret, deliveries } = recorded('6.6')
  const webhook = await webhookOf(secret)
  const escaped = deliveries.filter(({ raw }) => raw.includes('\\u003c'))
  expect(escaped.length).toBeGreaterThan(0)
  for (const { raw, signature } of escaped) {
    expect(await webhook.isSigned(bytes(JSON.stringify(JSON.parse(raw))), signature)).toBe(false)
  }
})

test('a signature counts whole, and from any of the secrets', async () => {
  const { secret, deliveries } = recorded('6.6')
  const [{ raw, signature } = { raw: '', signature: '' }] = deliveries
  const digits = signature.slice('sha1='.length)
  const rotated = await webhookOf('a new secret', secret)
  expect(await rotated.isSigned(bytes(raw), signature)).toBe(true)
  const wrong = [
    '',
    'sha1=',
    digits,
    `sha1=${digits.slice(0, -1)}`,
    `sha1=${digits}0`,
    `sha1=${digits.slice(1)}${digits[0]}`,
    `sha256=${digits}`,
    `sha1=${'g'.repeat(40)}`,
    `sha1=${'0'.repeat(40)}`,
    `${signature},${signature}`,
  ]
  for (const one of wrong) expect(await rotated.isSigned(bytes(raw), one)).toBe(false)
  expect(await (await webhookOf('a new secret')).isSigned(bytes(raw), signature)).toBe(false)
})

test.for([
  ['a number', '{"ticket":66}', 66],
  ['a text, as 6.2 makes of all values', '{"ticket":"66"}', 66],
  ['with more beside it', '{"article":"#{article.id / no such method}","ticket":"66"}', 66],
  ['in Zammad’s own payload', '{"ticket":{"id":66,"title":"Help","customer":{"id":9}},"article":{}}', 66],
  ['the largest that is exact', `{"ticket":${Number.MAX_SAFE_INTEGER}}`, Number.MAX_SAFE_INTEGER],
  ['no object', '[66]', null],
  ['no JSON', '{"ticket":66', null],
  ['no UTF-8', '\u{fffd}', null],
  ['nothing', '', null],
  ['no ticket', '{"article":66}', null],
  ['a variable that was not filled in', '{"ticket":"#{ticket.id / no such method}"}', null],
  ['zero', '{"ticket":0}', null],
  ['below zero', '{"ticket":-66}', null],
  ['a fraction', '{"ticket":66.5}', null],
  ['too large to be exact', '{"ticket":9007199254740993}', null],
  ['a text too large to be exact', '{"ticket":"9007199254740993"}', null],
  ['a text with a blank', '{"ticket":" 66"}', null],
  ['a text in another notation', '{"ticket":"6e1"}', null],
  ['empty', '{"ticket":""}', null],
  ['a list', '{"ticket":[66]}', null],
  ['true', '{"ticket":true}', null],
  ['an object without an id', '{"ticket":{"number":"66"}}', null],
] as const)('a ticket that is %s is read so: %s', async ([, payload, id]) => {
  expect((await webhookOf('secret')).ticketIn(bytes(payload))).toBe(id)
})

test('no body breaks the reader, and what is read is an id', async () => {
  const webhook = await webhookOf('secret')
  const isId = (id: number | null) => id === null || (Number.isSafeInteger(id) && id > 0)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => isId(webhook.ticketIn(new Uint8Array(body)))),
  )
  fc.assert(
    fc.property(fc.jsonValue(), (ticket) => isId(webhook.ticketIn(bytes(JSON.stringify({ ticket }))))),
  )
})
