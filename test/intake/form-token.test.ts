import { expect, test } from 'vitest'
import { after, DAY_MS } from '../../src/clock.ts'
import { createFormTokens, TOKEN_LIFE_MS } from '../../src/intake/form-token.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { NOON, seeded } from '../support/samples.ts'

const ours = new Secret('our secret of at least 32 characters')
const theirs = new Secret('their secret of at least 32 characters')
const tokensBy = async (...secrets: [Secret, ...Secret[]]) =>
  createFormTokens(await createSigner(secrets), seeded(2))

test('a token is read by whoever knows the secret, and names the same key each time', async () => {
  const tokens = await tokensBy(ours)
  const token = await tokens.issue('form:question', NOON)
  const first = await tokens.read(token, 'form:question', NOON)
  expect(first).toMatchObject({ outcome: 'genuine', expired: false })
  expect(await (await tokensBy(theirs, ours)).read(token, 'form:question', NOON)).toEqual(first)
})

test('no two tokens name one key', async () => {
  const tokens = await tokensBy(ours)
  const keys = new Set<string>()
  for (let n = 0; n < 200; n += 1) {
    const reading = await tokens.read(await tokens.issue('form:a', NOON), 'form:a', NOON)
    if (reading.outcome === 'genuine') keys.add(reading.key)
  }
  expect(keys.size).toBe(200)
})

test.for([
  [0, false],
  [TOKEN_LIFE_MS, false],
  [TOKEN_LIFE_MS + 1, true],
  [30 * DAY_MS, true],
] as const)('%i ms after it was issued a token is genuine, and expired is %s', async ([age, expired]) => {
  const tokens = await tokensBy(ours)
  const token = await tokens.issue('form:question', NOON)
  const reading = await tokens.read(token, 'form:question', after(NOON, age))
  expect(reading).toMatchObject({ outcome: 'genuine', expired })
})

test('a token is good for one purpose and one secret alone', async () => {
  const tokens = await tokensBy(ours)
  const token = await tokens.issue('form:question', NOON)
  expect(await tokens.read(token, 'form:upload', NOON)).toEqual({ outcome: 'forged' })
  expect(await (await tokensBy(theirs)).read(token, 'form:question', NOON)).toEqual({ outcome: 'forged' })
})

test('a token with any character changed is forged, its time included', async () => {
  const tokens = await tokensBy(ours)
  const token = await tokens.issue('form:question', NOON)
  for (let at = 0; at < token.length; at += 1) {
    const changed = token.slice(0, at) + (token[at] === '1' ? '2' : '1') + token.slice(at + 1)
    expect(await tokens.read(changed, 'form:question', NOON)).toEqual({ outcome: 'forged' })
  }
})

test.for(['', '.', '..', 'a.b.c', 'x'.repeat(100_000), '1.'.repeat(50), '\u0000', '😀.a.b'])(
  'what is no token is forged: %j',
  async (text) => {
    expect(await (await tokensBy(ours)).read(text, 'form:question', NOON)).toEqual({ outcome: 'forged' })
  },
)
